"""Sending in: what is frozen, numbered, marked, logged and queued, and what is refused."""

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.db import session, transaction
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests import operations, queries
from portal.funding_requests.models import BudgetLine, FundingRequest, RequestVersion
from portal.log.models import LogEntry
from portal.outbox.models import OutboxRow
from portal.register.models import Case, Participation, SecrecyMark
from tests.factories.funding_requests import a_draft, a_full_draft, a_submitted_request
from tests.factories.town import Town

pytestmark = pytest.mark.usefixtures("inside")


def _count(table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_submit_freezes_what_was_written_under_its_hash(town: Town) -> None:
    case = a_submitted_request(town)
    version = queries.current_version(case)
    assert version is not None and version.number == 1
    assert version.sha256 == sha256(version.row.content.encode()).hexdigest()
    assert json.loads(version.row.content)["total"] == 500_000
    assert [(line.label, line.amount) for line in version.lines] == [
        ("Kamerabevakning", 300_000),
        ("Väktare", 200_000),
        ("Trygghetsmätning", None),
    ]


def test_submit_gives_number_turn_amount_log_notice_and_document_at_once(town: Town) -> None:
    case = a_submitted_request(town)
    request = queries.request_of(case)
    assert case.number == f"KS\u00a0{case.year}/0001"
    assert (case.status, case.turn) == ("submitted", "decide")
    assert (request.requested, request.fund_id, request.draft) == (500_000, town.fund.id, None)
    assert session.scalars(select(LogEntry.action).where(LogEntry.case_id == case.public_id)).all() == [
        "funding_requests.submit"
    ]
    assert sorted(session.scalars(select(OutboxRow.kind))) == ["notice", "submission_document"]
    assert set(session.scalars(select(Participation.person_id))) == {town.person("sakerhetschef").id}


def test_what_does_not_hold_is_refused_and_changes_nothing(town: Town) -> None:
    case = a_draft(town, total="600 tkr", secrecy="")
    with pytest.raises(Invalid) as refused, transaction():
        operations.submit(case_id=case.public_id, by=town.actor("sakerhetschef"), seen_version=None)
    assert refused.value.problems["total"].startswith("Raderna är 100\u00a0000\u00a0kr lägre")
    assert "secrecy" in refused.value.problems
    fresh = session.get_one(Case, case.id)
    assert (fresh.status, fresh.number) == ("draft", None)
    assert _count(RequestVersion) == _count(BudgetLine) == _count(OutboxRow) == 0


def test_submit_of_a_draft_changed_after_the_review_is_stale(town: Town) -> None:
    case = a_draft(town)
    by = town.actor("sakerhetschef")
    reviewed = queries.request_of(case).draft_version
    with transaction():
        operations.save_draft(case_id=case.public_id, draft=a_full_draft(town, title="Ny rubrik"), by=by, seen=reviewed)
    with pytest.raises(Conflict), transaction():
        operations.submit(case_id=case.public_id, by=by, seen_version=None, seen_draft=reviewed)
    assert _count(RequestVersion) == 0


def test_submit_twice_is_out_of_turn(town: Town) -> None:
    case = a_submitted_request(town)
    with pytest.raises(Conflict, match="redan skickats in"), transaction():
        operations.submit(case_id=case.public_id, by=town.actor("sakerhetschef"), seen_version=None)


def test_a_stale_page_cannot_submit(town: Town) -> None:
    case = a_draft(town)
    with pytest.raises(Conflict), transaction():
        operations.submit(case_id=case.public_id, by=town.actor("sakerhetschef"), seen_version=case.version - 1)


def test_a_yes_on_secrecy_marks_the_case_and_hides_its_title_from_the_register(town: Town) -> None:
    case = a_submitted_request(town, secrecy="ja", provision="18 kap. 8 § OSL", title="Kameror vid larmcentralen")
    mark = session.scalars(select(SecrecyMark)).one()
    assert case.is_secret and mark.confirmed_at is None and mark.provision == "18 kap. 8 § OSL"
    assert "larmcentralen" not in case.public_title
    rows = session.scalars(select(OutboxRow.payload)).all()
    assert not any("larmcentralen" in json.dumps(row) for row in rows)


def test_a_new_version_after_completion_keeps_the_number_and_answers_the_question(town: Town) -> None:
    from portal.funding_requests.models import CompletionRequest
    from portal.people.permissions import Permission
    from portal.register import operations as register

    case = a_submitted_request(town)
    number = case.number
    by = town.actor("sakerhetssamordnare")
    with transaction():
        kommunchef = town.person("kommunchef")
        asked = CompletionRequest(
            case_id=case.id, reason="Vilka platser?", asked_by_id=kommunchef.id, asked_at=case.status_since
        )
        session.add(asked)
        register.move(session.get_one(Case, case.id), status="returned", turn=Permission.WRITE_REQUEST, now=case.status_since)
    request = queries.request_of(session.get_one(Case, case.id))
    draft = queries.draft_of_case(session.get_one(Case, case.id), request)
    assert draft["title"] and draft["lines"][0]["amount"] == "300000"
    draft["description"] += " Fyra platser i centrum."
    with transaction():
        operations.save_draft(case_id=case.public_id, draft=draft, by=by, seen=request.draft_version)
        operations.submit(case_id=case.public_id, by=by, seen_version=None)
    fresh = session.get_one(Case, case.id)
    assert (fresh.number, fresh.status) == (number, "submitted")
    assert list(session.scalars(select(RequestVersion.number).order_by(RequestVersion.number))) == [1, 2]
    assert session.scalars(select(CompletionRequest)).one().answered_at is not None


def test_numbers_have_no_gap_and_no_double_when_eight_send_at_once(town: Town, inside: Flask) -> None:
    cases = [a_draft(town).public_id for _ in range(8)]
    by = town.actor("sakerhetschef")

    def send(case_id: object) -> str | None:
        with inside.app_context(), transaction():
            return operations.submit(case_id=case_id, by=by, seen_version=None).number  # type: ignore[arg-type]

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(send, cases))
    assert sorted(int(str(number).rpartition("/")[2]) for number in numbers) == list(range(1, 9))


def test_autosave_leaves_no_trace_in_the_log_and_keeps_every_typed_character(town: Town) -> None:
    odd = "  1.500\u202f٣ och \x07 – ”å”  "
    case = a_draft(town, total=odd, title="")
    assert _count(LogEntry) == 0
    assert session.scalars(select(FundingRequest.draft)).one()["total"] == odd
    assert case.status == "draft"


def test_a_second_tab_does_not_overwrite_the_first(town: Town) -> None:
    case = a_draft(town)
    by = town.actor("sakerhetschef")
    seen = queries.request_of(case).draft_version
    with transaction():
        operations.save_draft(case_id=case.public_id, draft=a_full_draft(town, title="Första fliken"), by=by, seen=seen)
    with pytest.raises(Conflict), transaction():
        operations.save_draft(case_id=case.public_id, draft=a_full_draft(town, title="Andra fliken"), by=by, seen=seen)
    assert session.scalars(select(FundingRequest.draft)).one()["title"] == "Första fliken"


def test_two_saves_on_their_way_from_one_page_are_no_conflict(town: Town) -> None:
    case = a_draft(town)
    by = town.actor("sakerhetschef")
    seen = queries.request_of(case).draft_version
    for title in ("Först", "Sedan"):
        with transaction():
            draft = a_full_draft(town, title=title)
            operations.save_draft(case_id=case.public_id, draft=draft, by=by, seen=seen, page="sida-1")
    assert session.scalars(select(FundingRequest.draft)).one()["title"] == "Sedan"


def test_withdrawing_keeps_the_documents_and_ends_the_road(town: Town) -> None:
    case = a_submitted_request(town)
    by = town.actor("sakerhetssamordnare")
    with transaction():
        operations.withdraw(case_id=case.public_id, reason="Pengar finns i egen budget.", by=by, seen_version=case.version)
    fresh = session.get_one(Case, case.id)
    assert (fresh.status, fresh.turn) == ("withdrawn", "keep_register")
    assert queries.current_version(fresh) is not None
    with pytest.raises(Conflict, match="återkallats"), transaction():
        operations.withdraw(case_id=case.public_id, reason="Igen.", by=by, seen_version=None)


def test_a_request_is_not_withdrawn_by_another_unit_or_without_a_reason(town: Town) -> None:
    case = a_submitted_request(town)
    with pytest.raises(Invalid), transaction():
        operations.withdraw(case_id=case.public_id, reason="  ", by=town.actor("sakerhetschef"), seen_version=None)
    with pytest.raises(Refused), transaction():
        operations.withdraw(case_id=case.public_id, reason="Nej.", by=town.actor("kommunchef"), seen_version=None)
    assert session.get_one(Case, case.id).status == "submitted"


def test_a_discarded_draft_is_gone_and_a_submitted_one_is_not_discarded(town: Town) -> None:
    draft, sent = a_draft(town), a_submitted_request(town)
    by = town.actor("sakerhetschef")
    with transaction():
        operations.discard(case_id=draft.public_id, by=by, seen_version=None)
    assert session.get(Case, draft.id) is None
    with pytest.raises(Conflict), transaction():
        operations.discard(case_id=sent.public_id, by=by, seen_version=None)
