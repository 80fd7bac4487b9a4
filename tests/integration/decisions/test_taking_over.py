"""An organ takes a case over, a case carries several minutes entries, and the unit sees when the organ meets next."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.decisions import appeals, committee_papers, operations, queries
from portal.decisions.appeals import Filed
from portal.decisions.delegated_queries import waiting
from portal.decisions.meeting_operations import plan_meetings
from portal.decisions.meeting_queries import coming
from portal.decisions.meetings import Planned
from portal.decisions.minutes import Minutes, MinutesKind
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.queries import current_version, request_of
from portal.log.models import LogEntry
from portal.register.document_models import RegisteredDocument
from portal.register.marking import note_fact
from tests.conftest import ClientFor
from tests.factories.decisions import (
    a_decision,
    a_referred_case,
    a_submitted_request,
    an_answer,
    case_of,
    minutes_from,
    told_before_finality,
)
from tests.factories.organs import a_meeting
from tests.factories.road import act
from tests.factories.town import Town


def take_over(town: Town, case_id: UUID, by: str = "registrator", **change: object) -> None:
    with transaction():
        minutes = minutes_from(town, MinutesKind.TAKEN_OVER, **{"paragraph": "87", **change})
        operations.take_over(case_id=case_id, minutes=minutes, by=town.actor(by), seen_version=None)


def enter(town: Town, case_id: UUID, minutes: Minutes, answer: object = None) -> None:
    with transaction():
        operations.record_minutes(case_id=case_id, minutes=minutes, answer=answer, by=town.actor("registrator"),  # type: ignore[arg-type]  # by name
                                  seen_version=None)  # fmt: skip


@pytest.mark.usefixtures("inside")
def test_an_organ_takes_a_submitted_case_over_and_nobody_decides_it_by_delegation_any_more(town: Town) -> None:
    case_id = a_submitted_request(town)
    with pytest.raises(Refused, match="förs in av registratorn"):
        take_over(town, case_id, by="kommunchef")
    with pytest.raises(Invalid, match="i framtiden"):
        take_over(town, case_id, meeting_date=clock.today() + timedelta(days=1))
    take_over(town, case_id)
    case = case_of(case_id)
    assert (case.status, case.turn, request_of(case).referred_organ_id) == ("referred", "keep_register", town.organ.id)
    assert [(each.kind, each.paragraph) for each in queries.minutes_of(case)] == [("taken_over", "87")]
    assert session.query(LogEntry).filter_by(case_id=case_id, action="decisions.take_over").count() == 1
    with pytest.raises(Conflict):
        act(town, Action.DECIDE, case_id, "kommunchef")
    with pytest.raises(Conflict):
        take_over(town, case_id)
    enter(town, case_id, minutes_from(town), an_answer(case_id))
    assert queries.in_force(case_of(case_id)).capacity == "politiskt beslut"  # type: ignore[union-attr]  # decided
    assert waiting() == []  # an organ is not told of what it has decided itself


@pytest.mark.usefixtures("inside")
def test_it_is_taken_over_from_a_completion_too_and_what_is_referred_back_returns_to_the_organ(town: Town) -> None:
    case_id = a_submitted_request(town)
    act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
    take_over(town, case_id)
    for number, kind in enumerate((MinutesKind.PREPARING, MinutesKind.POSTPONED, MinutesKind.REFERRED_BACK), 1):
        enter(town, case_id, minutes_from(town, kind, paragraph=str(number)))
    assert case_of(case_id).status == "returned"
    act(town, Action.SUBMIT, case_id, "sakerhetschef")
    assert (case_of(case_id).status, case_of(case_id).turn) == ("referred", "keep_register")  # the organ's, not the decider's
    enter(town, case_id, minutes_from(town, MinutesKind.PASSED_ON, paragraph="4", passed_on_to_id=town.council.public_id))
    enter(town, case_id, minutes_from(town, organ_id=town.council.public_id, paragraph="5"), an_answer(case_id))
    kinds = [each.kind for each in queries.minutes_of(case_of(case_id))]
    assert kinds == ["taken_over", "preparing", "postponed", "referred_back", "passed_on", "deciding"]


def registered(case_id: UUID) -> list[RegisteredDocument]:
    case = case_of(case_id).id
    of_case = select(RegisteredDocument).where(RegisteredDocument.case_id == case)
    return list(session.scalars(of_case.order_by(RegisteredDocument.number)))


@pytest.mark.usefixtures("inside")
def test_another_authority_that_takes_a_case_over_gets_its_documents(town: Town) -> None:
    ours, theirs = a_submitted_request(town), a_submitted_request(town)
    take_over(town, ours)
    assert [each.public_ground for each in registered(ours)] == [None, None]
    take_over(town, theirs, organ_id=town.council.public_id)
    assert [each.public_ground for each in registered(theirs)] == ["dispatched", "received"]


@pytest.mark.usefixtures("inside")
def test_what_was_recommended_before_is_not_put_to_an_organ_that_took_the_case_over(town: Town) -> None:
    case_id = a_referred_case(town)

    def stance() -> str:
        case = case_of(case_id)
        version = current_version(case)
        assert version is not None
        return str(committee_papers.handed(request_of(case), version.content).stance["text"])

    assert stance().startswith("Äskandet tillstyrks.")
    enter(town, case_id, minutes_from(town, MinutesKind.REFERRED_BACK))
    take_over(town, case_id)
    assert stance() == "Organet har självt tagit över ärendet."


@pytest.mark.usefixtures("inside")
def test_an_organs_decision_is_dated_when_the_organ_met_and_nothing_is_public_before_its_own_day(town: Town) -> None:
    case_id, today = a_referred_case(town), clock.today()
    met = today - timedelta(days=1)
    enter(town, case_id, minutes_from(town, meeting_date=met, adjusted_on=met), an_answer(case_id))
    found = {each.source_kind: (each.direction, each.dated_on, each.public_since) for each in registered(case_id)}
    assert found["decision"] == ("drawn_up", met, met)
    assert found["version"] == ("drawn_up", today, today)


@pytest.mark.usefixtures("inside")
def test_the_days_of_the_minutes_are_noted_later_and_the_decision_gains_legal_force_by_them(town: Town) -> None:
    case_id, today = a_submitted_request(town), clock.today()
    take_over(town, case_id)
    enter(town, case_id, minutes_from(town), an_answer(case_id))

    def note(kind: str, days: int = 0, text: str = "") -> None:
        with transaction():
            on = today + timedelta(days=days)
            note_fact(case_id=case_id, kind=kind, on=on, text=text, by=town.actor("registrator"), seen_version=None)

    assert "inte tillkännagivet" in (told_before_finality(case_id))
    for kind, days, why in (("adjusted", 1, "framtiden"), ("posted", -2, "före sammanträdet"), ("appealed", 0, "Välj vad")):
        with pytest.raises(Invalid, match=why):
            note(kind, days)
    note("adjusted")
    with pytest.raises(Invalid, match="innan den gjordes"):
        note("posted", -1)
    note("posted")
    assert "kan överklagas till och med" in (told_before_finality(case_id))
    with pytest.raises(Invalid, match="redan en annan dag"):
        note("adjusted", -1)
    note("adjusted", -1, text="Fel dag fördes in.")
    with pytest.raises(Invalid, match="innan den gjordes"):
        note("posted", -1, text="Fel dag.") or note("adjusted", text="Fel dag.")


def test_the_plan_is_kept_by_the_registrar_and_the_unit_sees_the_next_meeting(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    today = clock.today()
    first, second = today + timedelta(days=14), today + timedelta(days=42)
    registrar, chief = client_for("registrator"), client_for("sakerhetschef")
    organ = str(town.organ.public_id)

    def send(address: str, version: int | None = None, **typed: str) -> tuple[int, str]:
        page = registrar.get("/sammantraden").get_data(as_text=True)
        key = page.split('name="form_key" value="')[1][:36]
        frame = {"form_key": key} if version is None else {"form_key": key, "version": str(version)}
        answer = registrar.post(address, data={**frame, **typed})
        return answer.status_code, answer.get_data(as_text=True)

    plan = f"{second}\n{first} {today}"
    assert send("/sammantraden", organ=organ, plan=plan, days_before="10")[0] == 303
    status, page = send("/sammantraden", organ=organ, plan=f"{first}", days_before="10")
    assert status == 422 and "sammanträder redan" in page and str(first) in page
    status, page = send("/sammantraden", organ=organ, plan="snart 😀", days_before="10")
    assert status == 422 and "Rad 1 kan inte läsas" in page and "snart 😀" in page
    assert send("/sammantraden", organ=organ, plan=f"{second}", days_before="-1")[0] == 422
    with app.app_context():
        case_id = a_submitted_request(town)
        take_over(town, case_id)
        assert [each.meets_on for each in coming(town.organ.id, today)] == [first, second]
    assert "Nästa sammanträde: kommunstyrelsen" in chief.get(f"/askanden/{case_id}").get_data(as_text=True)
    page = chief.get("/sammantraden").get_data(as_text=True)
    assert "Lägg in sammanträden" not in page and page.count('data-label="Organ"') == 2
    href = registrar.get("/sammantraden").get_data(as_text=True).split('href="/sammantraden/')[1][:36]
    where = f"/sammantraden/{href}"
    assert send(where, 1, meets_on=str(second), papers_due=str(today))[0] == 422
    later = first + timedelta(days=1)
    assert send(where, 1, meets_on=str(later), papers_due=str(today))[0] == 303
    status, page = send(where, 1, meets_on=str(first), papers_due=str(first))
    assert status == 409 and str(first) in page
    assert send(f"{where}/stall-in", 2)[0] == 303
    assert send(f"{where}/stall-in", 3)[0] == 409
    with app.app_context():
        assert [each.meets_on for each in coming(town.organ.id, today)] == [second]
        with transaction():  # the day is free again
            plan_meetings(organ_id=town.organ.public_id, planned=[Planned(first, first)], by=town.actor("registrator"))


def test_both_forms_of_a_meetings_page_act_and_so_do_both_of_an_appeals(app: Flask, town: Town, client_for: ClientFor) -> None:
    registrar, today = client_for("registrator"), clock.today()
    with app.app_context():
        where = f"/sammantraden/{a_meeting(town)}"
        case_id = a_decision(town)[0]

    def keys(address: str) -> list[str]:
        return re.findall(r'name="form_key" value="([^"]+)"', registrar.get(address).text)

    def send(address: str, version: int, key: str, **typed: str) -> None:
        answer = registrar.post(address, data={"form_key": key, "version": str(version), **typed})
        assert answer.status_code == 303, answer.text

    move, cancel = keys(where)
    send(where, 1, move, meets_on=str(today + timedelta(days=90)), papers_due=str(today))
    send(f"{where}/stall-in", 2, cancel)
    court = {"court": "Förvaltningsrätten", "court_number": "1-26", "filed_on": str(today)}
    with app.app_context():
        assert coming(town.organ.id, today) == []
        filed = Filed(decision_id=None, court="Förvaltningsrätten", court_number="2-26", filed_on=today)
        with transaction():
            row = appeals.note_appeal(case_id=case_id, said=filed, by=town.actor("registrator"), seen_version=None)
        first, version = row.public_id, case_of(case_id).version
    where = f"/askanden/{case_id}/overklagande"
    judge, new = keys(where)
    send(where, version, new, **court)
    with app.app_context():
        version = case_of(case_id).version
    send(where, version, judge, appeal=str(first), outcome="annulled", outcome_on=str(today))
    with app.app_context():
        assert [each.outcome for each, _number in appeals.appeals_of(case_of(case_id))] == ["annulled", None]
