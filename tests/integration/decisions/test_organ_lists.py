"""Lists of delegated decisions: complete by construction, what becomes of them is noted, and a decision gains legal force."""

import io
from datetime import timedelta
from uuid import UUID

import pytest
from docx import Document
from flask import Flask
from sqlalchemy import select, update

from portal import clock
from portal.db import session, transaction
from portal.decisions import appeals, listing, operations, queries
from portal.decisions.appeals import Filed, Judged
from portal.decisions.delegated import ListKind, Noted
from portal.decisions.delegated_operations import make_list, note_list
from portal.decisions.delegated_queries import listed, waiting
from portal.decisions.document import Frame
from portal.decisions.finality import last_day_to_appeal
from portal.decisions.meeting_models import DelegationReport
from portal.decisions.models import Decision
from portal.desk import decision_lists, delegation_lists
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests.lifecycle import Action
from portal.log.models import LogEntry
from portal.register import paging
from portal.register.models import Case, NumberSeries
from portal.register.organs import add_organ
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
from tests.factories.organs import a_list
from tests.factories.road import act
from tests.factories.town import Town

LITTLE = {"lines": [("Kameror", "10 000")], "total": "10 000"}


def decided(town: Town, **request: object) -> UUID:
    return a_decision(town, a_submitted_request(town, **{**LITTLE, **request}))[0]  # type: ignore[arg-type]  # by name


def the_list(list_id: UUID) -> DelegationReport:
    session.rollback()
    return session.scalars(select(DelegationReport).where(DelegationReport.public_id == list_id)).one()


def numbers_on(list_id: UUID) -> list[str]:
    row = the_list(list_id)
    return list(session.scalars(select(Decision.number).where(Decision.report_id == row.id).order_by(Decision.id)))


def note(
    town: Town, list_id: UUID, by: str = "registrator", reason: str = "", version: int | None = None, **noted: object
) -> None:
    with transaction():
        seen = the_list(list_id).version if version is None else version
        note_list(list_id=list_id, noted=Noted(**noted), reason=reason, by=town.actor(by), seen_version=seen)  # type: ignore[arg-type]  # by name


@pytest.mark.usefixtures("inside")
def test_a_list_holds_every_decision_since_the_last_and_says_what_the_other_numbers_are(town: Town) -> None:
    first, second = decided(town), decided(town)
    one = a_list(town)
    assert numbers_on(one) == [queries.in_force(case_of(case)).number for case in (first, second)]  # type: ignore[union-attr]  # decided
    assert the_list(one).skipped == []
    with pytest.raises(Invalid, match="inget nytt delegationsbeslut"):
        a_list(town)
    organs = a_referred_case(town, a_submitted_request(town, **LITTLE))  # type: ignore[arg-type]  # by name
    with transaction():
        operations.record_minutes(case_id=organs, minutes=minutes_from(town), answer=an_answer(organs),
                                  by=town.actor("registrator"), seen_version=None)  # fmt: skip
    act(town, Action.REPLACE_DECISION, second, "kommunchef")  # a new one; the old one stays where it was listed
    with transaction():  # a number that was lost, as no operation loses one
        session.execute(update(NumberSeries).where(NumberSeries.kind == "decision").values(last=NumberSeries.last + 1))
    third = decided(town)
    two = a_list(town)
    prefix = queries.in_force(case_of(third)).number[:-4]  # type: ignore[union-attr]  # decided
    assert numbers_on(two) == [f"{prefix}0004", f"{prefix}0006"]
    assert the_list(two).skipped == [
        {"number": f"{prefix}0003", "what": "political"},
        {"number": f"{prefix}0005", "what": "missing"},
    ]
    with pytest.raises(Refused, match="registratorn"):
        a_list(town, by="ekonom")


@pytest.mark.usefixtures("inside")
def test_what_is_reported_and_what_is_recorded_by_itself_are_lists_of_their_own(town: Town) -> None:
    decided(town)
    reported = decided(town)
    noted = decided(town)
    with transaction():
        ids = [case_of(case).id for case in (reported, noted)]
        session.execute(update(Decision).where(Decision.case_id.in_(ids)).values(is_reported=True))
        session.execute(update(Decision).where(Decision.case_id == ids[1]).values(reported_on=clock.today()))
    assert [(each.organ.name, each.kind, each.count) for each in waiting()] == [
        ("Kommunstyrelsen", ListKind.REPORTED, 1), ("Kommunstyrelsen", ListKind.RECORDED, 1)]  # fmt: skip
    told = the_list(a_list(town, kind=ListKind.REPORTED))
    assert [each["what"] for each in told.skipped] == ["noted"]
    recorded = the_list(a_list(town))
    assert [each["what"] for each in recorded.skipped] == ["other_list", "noted"]
    decided(town)
    last = decided(town)
    with transaction():
        session.execute(update(Decision).where(Decision.case_id == case_of(last).id).values(is_reported=True))
    assert [each["what"] for each in the_list(a_list(town)).skipped] == ["waiting"]
    with transaction(), pytest.raises(Invalid, match="inget nytt"):
        other = add_organ(name="Miljönämnden", by=town.actor("admin"))
        make_list(organ_id=other.public_id, kind=ListKind.RECORDED, by=town.actor("registrator"))


@pytest.mark.usefixtures("inside")
def test_what_becomes_of_a_list_is_noted_in_order_and_changed_only_with_a_reason(town: Town) -> None:
    case_id = decided(town)
    with transaction():
        session.execute(update(Decision).values(is_reported=True))
    list_id, today = a_list(town, kind=ListKind.REPORTED), clock.today()
    note(town, list_id, meeting_date=today, paragraph="12")
    assert queries.in_force(case_of(case_id)).reported_on == today  # type: ignore[union-attr]  # decided
    with pytest.raises(Invalid, match="Skriv varför"):
        note(town, list_id, meeting_date=today, paragraph="13")
    with pytest.raises(Invalid, match="står redan"):
        note(town, list_id, meeting_date=today, paragraph="12")
    with pytest.raises(Conflict, match="ändrat listan"):
        note(town, list_id, version=1, meeting_date=today, paragraph="12", adjusted_on=today)
    with pytest.raises(Refused, match="registratorn"):
        note(town, list_id, by="kommunchef", meeting_date=today, paragraph="12", adjusted_on=today)
    note(town, list_id, reason="Fel paragraf.", meeting_date=today, paragraph="13", adjusted_on=today, posted_on=today)
    row = the_list(list_id)
    assert (row.paragraph, row.adjusted_on, row.posted_on, row.version) == ("13", today, today, 3)
    logged = session.scalars(select(LogEntry.action).where(LogEntry.object_id == list_id).order_by(LogEntry.seq))
    assert list(logged) == ["decisions.make_list", "decisions.note_list", "decisions.note_list"]


@pytest.mark.usefixtures("inside")
def test_an_appeal_is_entered_with_its_court_and_so_is_what_came_of_it_and_neither_bars_anything(town: Town) -> None:
    case_id, registrar, today = decided(town), "registrator", clock.today()

    def enter(said: Filed | Judged, by: str = registrar) -> UUID:
        with transaction():
            return appeals.note_appeal(case_id=case_id, said=said, by=town.actor(by), seen_version=None).public_id

    filed = Filed(decision_id=None, court="Förvaltningsrätten i Stockholm", court_number="1234-26", filed_on=today)
    appeal = enter(filed)
    assert queries.in_force(case_of(case_id)).appeal == "pending"  # type: ignore[union-attr]  # decided
    assert "det är överklagat" in (told_before_finality(case_id))
    act(town, Action.RECORD, case_id, "ekonom")
    with pytest.raises(Invalid, match="redan infört"):
        enter(filed)
    with pytest.raises(Refused, match="registratorn"):
        enter(filed, by="ekonom")
    for wrong in ({"filed_on": today + timedelta(days=1)}, {"filed_on": today - timedelta(days=1)}, {"court": ""},
                  {"decision_id": case_id}):  # fmt: skip
        fields = {"decision_id": None, "court": "Kammarrätten", "court_number": "9-26", "filed_on": today, **wrong}
        with pytest.raises(Invalid):
            enter(Filed(**fields))  # type: ignore[arg-type]  # by name
    with pytest.raises(Invalid, match="ligger i framtiden"):
        enter(Judged(appeal_id=appeal, outcome="annulled", outcome_on=today + timedelta(days=1)))
    enter(Judged(appeal_id=appeal, outcome="annulled", outcome_on=today))
    assert queries.in_force(case_of(case_id)).appeal == "annulled"  # type: ignore[union-attr]  # decided
    with pytest.raises(Conflict, match="redan infört"):
        enter(Judged(appeal_id=appeal, outcome="rejected", outcome_on=today))
    enter(Filed(decision_id=None, court="Kammarrätten i Stockholm", court_number="77-26", filed_on=today))
    assert queries.in_force(case_of(case_id)).appeal == "pending"  # type: ignore[union-attr]  # decided


@pytest.mark.usefixtures("inside")
def test_a_list_that_holds_no_more_ends_where_it_does(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(town), decided(town)
    monkeypatch.setattr(paging, "MOST_PRINTED", 1)
    one, two = a_list(town), a_list(town)
    assert [numbers_on(each)[0][-4:] for each in (one, two)] == ["0001", "0002"]
    assert [the_list(each).covered[0]["last"] for each in (one, two)] == [1, 2]
    assert [the_list(each).skipped for each in (one, two)] == [[], []]


@pytest.mark.usefixtures("inside")
def test_the_organs_papers_call_a_partly_secret_case_what_the_register_does(town: Town) -> None:
    case_id, registrar = decided(town), town.actor("registrator")
    with transaction():
        session.execute(update(Case).where(Case.id == case_of(case_id).id).values(is_partly_secret=True, public_title="Medel"))
        session.execute(update(Decision).values(is_reported=True))
    rows = listing.first_of(registrar, listing.Filters(reported=listing.UNREPORTED), 9)
    assert [delegation_lists._decision(row.decision, row.case)["title"] for row in rows] == ["Medel"]
    row = the_list(a_list(town, kind=ListKind.REPORTED))
    assert [each.title for each in listed(row, registrar)[0]] == ["Medel"]
    assert listing.first_of(registrar, listing.Filters(reported=str(town.organ.public_id)), 9) == [], "it is on a list"


@pytest.mark.usefixtures("inside")
def test_only_what_was_annulled_is_restored_and_parallel_appeals_count_in_the_order_of_the_courts(town: Town) -> None:
    case_id, today = decided(town), clock.today()

    def enter(said: Filed | Judged) -> UUID:
        with transaction():
            return appeals.note_appeal(case_id=case_id, said=said, by=town.actor("registrator"), seen_version=None).public_id

    first, second = (enter(Filed(decision_id=None, court="Förvaltningsrätten", court_number=n, filed_on=today)) for n in "12")
    with pytest.raises(Invalid, match="Ingen domstol har upphävt"):
        enter(Judged(appeal_id=first, outcome="restored", outcome_on=today))
    enter(Judged(appeal_id=first, outcome="annulled", outcome_on=today))
    enter(Judged(appeal_id=second, outcome="dismissed", outcome_on=today))
    assert queries.in_force(case_of(case_id)).appeal == "annulled"  # type: ignore[union-attr]  # decided
    third = enter(Filed(decision_id=None, court="Kammarrätten", court_number="3", filed_on=today))
    enter(Judged(appeal_id=third, outcome="restored", outcome_on=today))
    assert queries.in_force(case_of(case_id)).appeal == "tried"  # type: ignore[union-attr]  # decided
    assert "inte tillkännagivet" in told_before_finality(case_id), "another may appeal it yet"


@pytest.mark.usefixtures("inside")
def test_the_list_of_decisions_says_what_was_appealed_and_annulled_and_a_list_is_never_cut_short(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    registrar, frame = town.actor("registrator"), Frame("Åkersbro kommun", clock.now(), test=True)
    for stands in ("pending", "annulled"):
        case_id = decided(town)
        with transaction():
            session.execute(update(Decision).where(Decision.case_id == case_of(case_id).id).values(appeal=stands))
    rows = decision_lists.decision_list(registrar, listing.Filters(), frame, "Diariet")["rows"]
    assert {row["outcome"] for row in rows} == {"Beviljat, överklagat", "Beviljat, upphävt av domstol"}
    row = the_list(a_list(town))
    monkeypatch.setattr(paging, "MOST_PRINTED", 2)
    assert len(delegation_lists.as_made(row, registrar, frame, "Diariet")["decisions"]) == 2
    monkeypatch.setattr(paging, "MOST_PRINTED", 1)
    with pytest.raises(Invalid, match="Urvalet är större"):
        delegation_lists.as_made(row, registrar, frame, "Diariet")


def test_the_pages_and_files_of_a_list_are_complete_and_tell_no_secret(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        open_, secret = decided(town), decided(town, secrecy="ja")
        with transaction():
            session.execute(update(Decision).where(Decision.case_id == case_of(open_).id).values(appeal="pending"))
        number = queries.in_force(case_of(secret)).number  # type: ignore[union-attr]  # decided
    registrar = client_for("registrator")
    assert "2" in registrar.get("/beslut/listor").get_data(as_text=True)
    with app.app_context():
        list_id, today = a_list(town), clock.today()
        note(town, list_id, adjusted_on=today, posted_on=today)
        last = last_day_to_appeal(today)
    for who in ("registrator", "tf.kommunchef"):
        page = client_for(who).get(f"/beslut/listor/{list_id}").get_data(as_text=True)
        assert number in page and "Överklagat" in page and str(last.year) in page
        assert page.count("Medel för trygghetsskapande åtgärder") == 1, "of the secret case only what the register shows"
        assert ("uppgift utelämnad" in page) == (who == "tf.kommunchef")
    pdf = registrar.get(f"/beslut/listor/{list_id}.pdf")
    assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")
    written = Document(io.BytesIO(client_for("tf.kommunchef").get(f"/beslut/listor/{list_id}.docx").data))
    cells = [[cell.text for cell in row.cells] for row in written.tables[-1].rows]
    assert [row[0] for row in cells[1:-1]][-1] == number
    assert cells[1][5].startswith("Medel för") and "överklagat" in cells[1][5]
    assert cells[2][6] == "" and "Medel för" not in cells[2][5]
    assert client_for("sakerhetschef").get(f"/beslut/listor/{list_id}").status_code == 403
    case = registrar.get(f"/askanden/{open_}").get_data(as_text=True)
    assert "Sista dag för överklagande" in case and "Protokollförs särskilt, på lista" in case
    assert "inte vunnit laga kraft" in client_for("ekonom").get(f"/askanden/{open_}/bokfor").get_data(as_text=True)
    assert "Överklagat" in registrar.get("/beslut").get_data(as_text=True)
