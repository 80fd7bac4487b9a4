"""Marks on lines and documents: set, prolonged and lifted; what is on its way meanwhile; and when they are reviewed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.dispatch import many, queries, sending
from portal.dispatch import operations as dispatch
from portal.dispatch.models import Copy, Mail
from portal.dispatch.reminders import remind
from portal.dispatch.rules import HELD, HELD_SAID
from portal.errors import Conflict, Invalid, Unknown
from portal.funding_requests import following
from portal.funding_requests import operations as requests
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.models import FundingRequest
from portal.log import queries as log
from portal.log.models import LogBody, LogEntry
from portal.outbox.models import OutboxRow
from portal.outbox.operations import Task
from portal.outbox.worker import Later
from portal.register import marking, secrecy
from portal.register.document_models import RegisteredDocument
from portal.register.marking import Marking
from portal.register.models import Case, SecrecyMark
from tests.conftest import ClientFor
from tests.factories.decisions import case_of
from tests.factories.disclosure import PROVISION
from tests.factories.funding_requests import a_full_draft, a_submitted_request
from tests.factories.road import act, an_entry, run_worker
from tests.factories.town import Town

LINE = "Väktare"


def mark(town: Town, case_id: UUID, **changes: Any) -> Case:
    said = {"provision": PROVISION, "public_title": "Uppgift utelämnad", **changes}
    with transaction():
        return marking.mark_secrecy(case_id=case_id, marking=Marking(**said), by=town.actor("registrator"), seen_version=None)


def lift(town: Town, case_id: UUID, mark_id: UUID | None = None, public_title: str = "Trygghet") -> Case:
    with transaction():
        return marking.lift_mark(
            case_id=case_id, reason="Prövad.", public_title=public_title, by=town.actor("registrator"), seen_version=None,
            mark_id=mark_id,
        )  # fmt: skip


def standing(case_id: UUID) -> list[SecrecyMark]:
    return list(secrecy.standing(case_of(case_id)))


def registered_copies() -> list[UUID]:
    rows = select(RegisteredDocument.source_id).where(RegisteredDocument.source_kind == "copy")
    return list(session.scalars(rows))


def read(client_for: ClientFor, username: str, case_id: UUID) -> str:
    return client_for(username).get(f"/askanden/{case_id}").text


def test_a_marked_line_is_hidden_from_those_without_right_and_every_reading_by_the_others_is_logged(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        case_id = a_submitted_request(town).public_id
        mark(town, case_id, line_label=LINE)
    hidden = read(client_for, "sakerhetssamordnare", case_id)
    assert LINE not in hidden and "Uppgift utelämnad" in hidden and "200\u00a0000" in hidden  # its amount is no secret
    assert "Delvis sekretessmarkerat" in hidden and PROVISION in hidden
    told = read(client_for, "registrator", case_id)
    assert LINE in told and "Raden ”Väktare”" in told
    with app.app_context():
        read_by = session.scalars(select(LogEntry.actor).where(LogEntry.action == "register.read_secret")).all()
        assert read_by == [town.person("registrator").public_id]
        assert LINE not in "".join(session.scalars(select(LogBody.json)))


def test_no_list_calls_a_case_by_a_title_that_names_its_hidden_line(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        waits = a_submitted_request(town, title="Väktare på torget").public_id
        decided = a_submitted_request(town, title="Väktare i parken").public_id
        for case_id in (waits, decided):
            mark(town, case_id, line_label=LINE)
        act(town, Action.DECIDE, decided, "kommunchef")
    lists = ("/", "/askanden", "/askanden?q=väktare", "/askanden.csv", "/beslut", "/beslut?q=väktare", "/beslut.csv",
             "/diariet", f"/avsatta-medel/{town.fund.public_id}", "/sok?q=väktare")  # fmt: skip
    for username in ("sakerhetssamordnare", "ekonom2", "kommunledning", "revisor"):
        client = client_for(username)
        for address in lists:
            said = client.get(address).text.replace("q=väktare", "").replace("”väktare”", "").replace('value="väktare"', "")
            assert "väktare" not in said.lower(), (username, address)
    assert "Äskande om medel – Säkerhet och trygghet" in client_for("revisor").get("/askanden").text


def test_the_form_of_a_mark_offers_no_title_that_names_the_subject(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        case_id = a_submitted_request(town).public_id
        act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
        case = case_of(case_id)
        title = case.title
        assert case.public_title == title
    offered = client_for("registrator").get(f"/askanden/{case_id}/sekretess").text
    assert 'value="Äskande om medel – ' in offered and f'value="{title}"' not in offered


def test_a_new_title_of_a_partly_secret_case_stays_out_of_the_register(inside: Flask, town: Town) -> None:
    case_id = a_submitted_request(town).public_id
    act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
    shown = case_of(case_id).title
    mark(town, case_id, line_label=LINE, public_title=shown)
    assert case_of(case_id).public_title == shown
    act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
    with transaction():
        draft = a_full_draft(town, title="Vaktbolaget vid stationen")
        requests.save_draft(case_id=case_id, draft=draft, by=town.actor("sakerhetschef"), seen=None)
    act(town, Action.SUBMIT, case_id, "sakerhetschef")
    case = case_of(case_id)
    assert (case.title, case.public_title) == ("Vaktbolaget vid stationen", shown)
    assert "Vaktbolaget" not in "".join(session.scalars(select(LogBody.json)))


def test_a_person_named_on_the_mark_of_a_line_reads_that_line_and_sees_no_more_cases(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        case_id = a_submitted_request(town).public_id
        named = frozenset(town.person(who).public_id for who in ("sakerhetssamordnare", "fritidschef"))
        mark(town, case_id, line_label=LINE, readers=named)
        mark(town, case_id, line_label="Trygghetsmätning")
    page = read(client_for, "sakerhetssamordnare", case_id)
    assert LINE in page and "Trygghetsmätning" not in page
    assert client_for("fritidschef").get(f"/askanden/{case_id}").status_code == 404


def test_marks_stand_each_for_itself_and_the_last_on_the_whole_case_gives_the_register_its_title_back(
    inside: Flask, town: Town
) -> None:
    case_id = a_submitted_request(town).public_id
    mark(town, case_id, line_label=LINE)
    mark(town, case_id)
    mark(town, case_id, line_label="Kamerabevakning", hides_amount=True)
    assert (case_of(case_id).is_secret, case_of(case_id).is_partly_secret) == (True, True)
    line, whole, amount = (each.public_id for each in standing(case_id))
    session.rollback()
    with pytest.raises(Invalid) as unnamed:
        lift(town, case_id)
    assert unnamed.value.problems == {"mark": "Välj vilken markering som hävs."}
    lift(town, case_id, whole, public_title="")  # the amount still hides the case
    assert case_of(case_id).is_secret
    session.rollback()
    with pytest.raises(Invalid) as refused:
        lift(town, case_id, amount, public_title="")
    assert "public_title" in refused.value.problems
    lift(town, case_id, amount, public_title="Medel för trygghet")
    case = case_of(case_id)
    assert (case.is_secret, case.is_partly_secret, case.public_title) == (False, True, "Medel för trygghet")
    session.rollback()
    with pytest.raises(Unknown):
        lift(town, case_id, whole)
    lift(town, case_id, line)
    assert not case_of(case_id).is_partly_secret


def test_marking_the_same_part_again_confirms_and_prolongs_the_mark_that_stands(inside: Flask, town: Town) -> None:
    case_id, today = a_submitted_request(town).public_id, clock.today()
    mark(town, case_id, line_label=LINE, review_on=today + timedelta(days=1))
    mark(town, case_id, line_label=LINE, review_on=today + timedelta(days=9), provision="18 kap. 13 § OSL")
    (only,) = standing(case_id)
    assert (only.review_on, only.provision) == (today + timedelta(days=9), "18 kap. 13 § OSL")
    session.rollback()
    for wrong, field in (({"review_on": today}, "review_on"), ({"provision": ""}, "provision")):
        with pytest.raises(Invalid) as refused:
            mark(town, case_id, line_label=LINE, **wrong)
        assert set(refused.value.problems) == {field}
        session.rollback()
    seen = case_of(case_id).version - 1
    session.rollback()
    with pytest.raises(Conflict), transaction():
        stale = Marking(provision=PROVISION, public_title="", line_label=LINE)
        marking.mark_secrecy(case_id=case_id, marking=stale, by=town.actor("registrator"), seen_version=seen)


def test_a_line_that_is_called_otherwise_in_the_next_version_stays_hidden(inside: Flask, town: Town) -> None:
    case_id = a_submitted_request(town).public_id
    mark(town, case_id, line_label=LINE)
    act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
    renamed = [{"label": label, "amount": amount, "cost_type": "drift"}
               for label, amount in (("Kamerabevakning", "300 tkr"), ("Ordningsvakter", "200 tkr"))]  # fmt: skip
    with transaction():
        draft = a_full_draft(town, lines=renamed)
        version = session.scalars(select(FundingRequest.draft_version).join(Case).where(Case.public_id == case_id)).one()
        requests.save_draft(case_id=case_id, draft=draft, by=town.actor("sakerhetschef"), seen=version)
    act(town, Action.SUBMIT, case_id, "sakerhetschef")
    assert {each.line_label: each.confirmed_at is not None for each in standing(case_id)} == {
        LINE: True,
        "Ordningsvakter": False,
    }
    carried = next(each for each in standing(case_id) if each.line_label == "Ordningsvakter").public_id
    logged = select(LogBody.json).join(LogEntry, LogEntry.seq == LogBody.seq)
    told = session.scalars(logged.where(LogEntry.action == "register.mark_secrecy", LogEntry.object_id == carried)).all()
    assert len(told) == 1 and PROVISION in told[0] and "Ordningsvakter" not in told[0] and LINE not in told[0]


def test_copies_on_their_way_are_held_by_a_mark_and_go_when_it_is_lifted(inside: Flask, town: Town) -> None:
    case_id = a_submitted_request(town).public_id
    act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
    act(town, Action.DECIDE, case_id, "kommunchef")
    entry = an_entry(case_id)
    session.rollback()
    with transaction():
        dispatch.record_and_queue(case_id=case_id, entry=entry, by=town.actor("ekonom"), seen_version=None)
    mark(town, case_id, line_label=LINE)
    run_worker()
    states = {copy.state: copy.failure for copy in session.scalars(select(Copy))}
    assert states == {"failed": HELD}
    told = session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == "notice")).all()
    assert {"event": "copy_held", "case": str(case_id), "permission": "record_budget"} in told
    session.rollback()
    lift(town, case_id)
    run_worker()
    assert {copy.state for copy in session.scalars(select(Copy).where(Copy.unit_id.is_not(None)))} == {"sent"}
    told = [
        (row.action, str(row.body.get("reason", ""))) for row in log.timeline(case_id) if row.action.startswith("dispatch.")
    ]
    assert ("dispatch.fail", HELD_SAID) in told, "the log says it in words"
    assert [action for action, _reason in told].count("dispatch.release") == len(states_of(case_id))


def states_of(case_id: UUID) -> list[str]:
    return list(session.scalars(select(Copy.state).where(Copy.case_id == case_of(case_id).id)))


def test_what_a_mark_held_and_finance_sent_stays_sent_when_a_mark_is_confirmed_or_one_of_two_is_lifted(
    inside: Flask, town: Town
) -> None:
    case_id = a_submitted_request(town).public_id
    for action, by in ((Action.CHECK_REGISTRATION, "registrator"), (Action.DECIDE, "kommunchef"), (Action.RECORD, "ekonom")):
        act(town, action, case_id, by)
    session.rollback()
    mark(town, case_id, line_label=LINE)
    mark(town, case_id, line_label="Belysning")
    for copy_id in session.scalars(select(Copy.public_id)).all():
        session.rollback()
        with transaction():
            email = "kopior@akersbro.example"
            dispatch.retry(case_id=case_id, copy_id=copy_id, email=email, by=town.actor("ekonom"))
    mark(town, case_id, line_label=LINE, provision="19 kap. 1 § OSL")
    lift(town, case_id, standing(case_id)[-1].public_id)
    assert set(states_of(case_id)) == {"waiting"}


@pytest.mark.parametrize("meanwhile", ["marked", "sent again"])
def test_a_letter_written_before_a_mark_does_not_leave_after_it(
    inside: Flask, town: Town, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    monkeypatch.setattr("portal.dispatch.sending.mails", lambda: True)
    case_id = a_submitted_request(town).public_id
    for action, by in ((Action.CHECK_REGISTRATION, "registrator"), (Action.DECIDE, "kommunchef"), (Action.RECORD, "ekonom")):
        act(town, action, case_id, by)
    found = queries.to_send(session.scalars(select(Copy.public_id).where(Copy.email.is_not(None)).limit(1)).one())
    assert found is not None
    copy_id, stood = found.copy.public_id, sending._standing(found)
    session.rollback()
    mark(town, case_id, line_label=LINE)
    if meanwhile == "sent again":
        with transaction():
            dispatch.retry(case_id=case_id, copy_id=copy_id, email=None, by=town.actor("ekonom"))
    assert not sending._still_waits(copy_id, stood)
    if meanwhile == "sent again":
        found = queries.to_send(copy_id)
        assert found is not None
        stood = sending._standing(found)
        session.rollback()
        lift(town, case_id)
        with pytest.raises(Later):
            sending._still_waits(copy_id, stood)


def test_copies_of_a_batch_are_held_too_and_go_one_by_one_when_the_mark_is_lifted(
    inside: Flask, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "FROM", 1)
    case_id = a_submitted_request(town).public_id
    for action, by in ((Action.CHECK_REGISTRATION, "registrator"), (Action.DECIDE, "kommunchef"), (Action.RECORD, "ekonom")):
        act(town, action, case_id, by)
    assert session.scalars(select(OutboxRow).where(OutboxRow.kind == many.KIND)).all()
    session.rollback()
    mark(town, case_id, line_label=LINE)
    run_worker()
    assert {copy.failure for copy in session.scalars(select(Copy))} == {HELD}
    assert not registered_copies()
    session.rollback()
    lift(town, case_id)
    run_worker()
    sent = session.scalars(select(Copy.public_id).where(Copy.state == "sent")).all()
    assert sent and sorted(registered_copies()) == sorted(sent)


def test_a_held_copy_that_finance_sends_while_the_mark_stands_goes_without_the_document(
    inside: Flask, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.dispatch.sending.mails", lambda: True)
    case_id = a_submitted_request(town).public_id
    for action, by in ((Action.CHECK_REGISTRATION, "registrator"), (Action.DECIDE, "kommunchef"), (Action.RECORD, "ekonom")):
        act(town, action, case_id, by)
    mark(town, case_id, line_label=LINE)
    for copy_id in session.scalars(select(Copy.public_id).where(Copy.email.is_not(None))).all():
        session.rollback()
        with transaction():
            dispatch.retry(case_id=case_id, copy_id=copy_id, email=None, by=town.actor("ekonom"))
    run_worker()
    mails = session.scalars(select(Mail).where(Mail.subject.contains("Beslut i ärende"))).all()
    assert mails and all(not mail.attachments and "sekretessmarkerad" in mail.body for mail in mails)


def test_what_follows_a_case_with_a_hidden_line_begins_without_its_words_for_those_without_right(
    inside: Flask, town: Town
) -> None:
    case_id = a_submitted_request(town).public_id
    for action, by in ((Action.CHECK_REGISTRATION, "registrator"), (Action.DECIDE, "kommunchef"), (Action.RECORD, "ekonom")):
        act(town, action, case_id, by)
    run_worker()
    for action, by in ((Action.REPORT_BACK, "sakerhetschef"), (Action.ACCEPT_REPORT, "ekonom")):
        act(town, action, case_id, by)
    mark(town, case_id, line_label=LINE)
    for username, known in (("sakerhetschef", True), ("sakerhetssamordnare", False)):
        with transaction():
            new = following.follow(case_id=case_id, by=town.actor(username), seen_version=None)
            draft = session.scalars(select(FundingRequest.draft).where(FundingRequest.case_id == new.id)).one()
        assert (LINE in str(draft)) is known
        assert draft is not None and draft["secrecy"] == "ja"
        session.rollback()


def test_the_registrar_is_reminded_once_when_a_mark_is_to_be_looked_at_again(
    app: Flask, client_for: ClientFor, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    with app.app_context():
        number = mark(town, a_submitted_request(town).public_id, line_label=LINE, review_on=tomorrow).number
    registrar = client_for("registrator")
    assert "Ingen markering att ompröva" in registrar.get("/diariet/omprova-sekretess").text
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    page = registrar.get("/diariet/omprova-sekretess").text
    assert str(number) in page and "Förläng" in page and LINE not in page
    assert "Sekretessmarkeringar att ompröva" in registrar.get("/").text
    monkeypatch.setattr("portal.outbox.operations.finish", lambda _task: None)
    with app.app_context():
        for _time in range(2):
            remind({}, Task(0, "reminders", "key", {}, 0, 0, "worker"))
        due = session.scalars(select(OutboxRow).where(OutboxRow.unique_key.like("reminder:mark:%"))).all()
        assert [row.payload["event"] for row in due] == ["mark_review"]


def test_the_form_marks_a_line_or_a_document_and_says_what_is_wrong_with_what_was_typed(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        case_id = a_submitted_request(town).public_id
        version = case_of(case_id).version
    registrar, address = client_for("registrator"), f"/askanden/{case_id}/sekretess"
    page = registrar.get(address).text
    assert "Rad 2: Väktare" in page and "Hela ärendet" in page
    typed = {"provision": PROVISION, "public_title": "", "part": "rad-2", "review_on": "", "version": str(version)}
    wrong = registrar.post(address, data={**typed, "part": "rad-99", "form_key": "11111111-1111-4111-8111-111111111111"})
    assert wrong.status_code == 422 and "finns inte i ärendet längre" in wrong.text and PROVISION in wrong.text
    vague = registrar.post(address, data={**typed, "provision": "Hemligt", "form_key": "31111111-1111-4111-8111-111111111111"})
    assert vague.status_code == 422 and "med kapitel och paragraf" in vague.text and "Hemligt" in vague.text
    done = registrar.post(address, data={**typed, "form_key": "21111111-1111-4111-8111-111111111111"})
    assert done.status_code == 303
    with app.app_context():
        (only,) = standing(case_id)
        assert (only.line_label, only.source_id, case_of(case_id).is_secret) == (LINE, None, False)
        mark_id = only.public_id
    lifting = registrar.get(f"/askanden/{case_id}/hav-sekretess").text
    assert str(mark_id) in lifting and "Ärendemening i diariet" not in lifting
