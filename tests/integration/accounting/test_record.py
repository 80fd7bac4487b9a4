"""Recording a decision: one budget entry, once, by a third person, and the copies in the same transaction."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.accounting import operations, queries
from portal.accounting.models import BudgetEntry
from portal.db import session, transaction
from portal.decisions import operations as decisions
from portal.dispatch import operations as dispatch
from portal.dispatch.models import Copy
from portal.errors import Conflict, Invalid, Refused
from portal.outbox.models import OutboxRow
from portal.people.models import RoleHolding
from portal.people.permissions import Role
from tests.factories.accounting import CODE, a_recorded_case, an_entry, decision_of, outcome_code
from tests.factories.decisions import a_decision, a_submitted_request, an_answer, case_of
from tests.factories.town import Town

pytestmark = pytest.mark.usefixtures("inside")


def _record(town: Town, case_id: UUID, by: str = "ekonom", **change: object) -> None:
    entry = an_entry(decision_of(case_id), **change)
    session.rollback()
    with transaction():
        dispatch.record_and_queue(case_id=case_id, entry=entry, by=town.actor(by), seen_version=None)


def _give_role(town: Town, username: str, role: Role) -> None:
    with transaction():
        session.add(
            RoleHolding(
                person_id=town.person(username).id,
                unit_id=town.unit.id,
                role=role.value,
                valid_from=clock.today() - timedelta(days=1),
            )
        )


def _nothing_happened(case_id: UUID) -> bool:
    counts = [session.scalar(select(func.count()).select_from(table)) for table in (BudgetEntry, Copy)]
    return counts == [0, 0] and case_of(case_id).status == "decided"


def test_the_entry_goes_even_and_the_copies_are_queued_with_it(town: Town) -> None:
    case_id = a_recorded_case(town, None, 100_000, 500_000, 300_000, True)
    (entry,) = queries.entries(case_of(case_id))
    assert [(line.label, line.amount) for line in entry.lines] == [
        ("Trygghetsmiljonen", -900_000),
        ("Trygghetsskapande insatser", 100_000),
        ("Kamerabevakning", 500_000),
        ("Extra väktare", 300_000),
    ]
    assert entry.lines[0].code == {"ansvar": "1200", "verksamhet": "9100", "konto": "5099"}
    assert entry.lines[1].code == CODE | {"projekt": outcome_code(decision_of(case_id))}
    assert (entry.outcome_part, entry.outcome_code) == ("projekt", outcome_code(decision_of(case_id)))
    copies = session.scalars(select(Copy).order_by(Copy.id)).all()
    assert [(copy.recipient, copy.kind, copy.state) for copy in copies] == [
        ("Kommunledningsförvaltningen", "copy", "waiting"),
        ("Ekonomiavdelningen", "information", "waiting"),
    ]
    keys = session.scalars(select(OutboxRow.unique_key).where(OutboxRow.kind == "copy")).all()
    assert sorted(keys) == sorted(f"copy:{copy.public_id}:1" for copy in copies)
    assert case_of(case_id).status == "dispatched"


def test_without_a_final_report_the_case_is_settled_at_once(town: Town) -> None:
    case_id = a_submitted_request(town)
    answer = an_answer(case_id, report_by=None)
    with transaction():
        decisions.decide(case_id=case_id, answer=answer, by=town.actor("kommunchef"), seen_version=None)
    assert case_of(a_recorded_case(town, case_id)).status == "settled"


def test_a_rejection_is_sent_without_any_budget_entry(town: Town) -> None:
    case_id = a_recorded_case(town, None, 0, 0, 0, False)
    assert queries.entries(case_of(case_id)) == []
    assert session.scalar(select(func.count()).select_from(Copy)) == 2
    assert case_of(case_id).status == "settled"


def test_a_rejection_with_a_budget_entry_is_refused(town: Town) -> None:
    case_id, _decision = a_decision(town, None, 0, 0, 0, False)
    with pytest.raises(Invalid, match="beviljar inga pengar"):
        _record(town, case_id)
    assert _nothing_happened(case_id)


def test_recording_twice_records_once(town: Town) -> None:
    case_id = a_recorded_case(town)
    with pytest.raises(Conflict):
        a_recorded_case(town, case_id, by="ekonom2")
    assert len(queries.entries(case_of(case_id))) == 1
    assert session.scalar(select(func.count()).select_from(Copy)) == 2


def test_a_stale_page_records_nothing(town: Town) -> None:
    case_id, decision = a_decision(town)
    entry = an_entry(decision)
    with pytest.raises(Conflict), transaction():
        operations.record(case_id=case_id, entry=entry, by=town.actor("ekonom"), seen_version=1)
    assert _nothing_happened(case_id)


@pytest.mark.parametrize("username", ["sakerhetschef", "kommunchef"])
def test_who_asked_or_decided_cannot_record_under_another_role(town: Town, username: str) -> None:
    case_id, _decision = a_decision(town)
    _give_role(town, username, Role.FINANCE)
    with pytest.raises(Refused, match="annan ekonom"):
        _record(town, case_id, username)
    assert _nothing_happened(case_id)


@pytest.mark.parametrize("username", ["sakerhetschef", "kommunchef"])
def test_a_substitute_for_finance_who_asked_or_decided_cannot_record(town: Town, username: str) -> None:
    case_id, _decision = a_decision(town)
    with transaction():
        town.substitute(username, stands_in_for="ekonom")
    with pytest.raises(Refused, match="annan ekonom"):
        _record(town, case_id, username)
    assert _nothing_happened(case_id)


def test_standing_in_for_the_one_who_decided_bars_too(town: Town) -> None:
    case_id, _decision = a_decision(town)
    _give_role(town, "kommunchef", Role.FINANCE)
    with transaction():
        town.substitute("revisor", stands_in_for="kommunchef")
    with pytest.raises(Refused, match="annan ekonom"):
        _record(town, case_id, "revisor")


def test_recording_asks_for_the_password_again(town: Town) -> None:
    case_id, decision = a_decision(town)
    old = replace(town.actor("ekonom"), confirmed_at=clock.now() - timedelta(minutes=6))
    entry = an_entry(decision)
    with pytest.raises(Refused, match="lösenord"), transaction():
        operations.record(case_id=case_id, entry=entry, by=old, seen_version=None)
    assert _nothing_happened(case_id)


def test_a_wrong_code_is_named_and_nothing_is_recorded(town: Town) -> None:
    case_id, decision = a_decision(town)
    line = decision.lines[0]
    codes = an_entry(decision).lines
    with pytest.raises(Invalid, match="Ange konto för Trygghetsskapande insatser"):
        _record(town, case_id, lines={**codes, line.public_id: {"ansvar": "1420"}})
    assert _nothing_happened(case_id)


def test_a_replaced_decision_has_its_entry_reversed_by_the_next_record(town: Town) -> None:
    case_id = a_recorded_case(town)
    answer = an_answer(case_id, 50_000, 400_000, 300_000, True)
    with transaction():
        decisions.replace_decision(
            case_id=case_id, answer=answer, reason="Beloppet var fel.", by=town.actor("kommunchef"), seen_version=None
        )
    a_recorded_case(town, case_id, by="ekonom2")
    first, reversal, new = queries.entries(case_of(case_id))
    assert (first.kind, reversal.kind, new.kind) == ("decision", "reversal", "decision")
    assert [line.amount for line in reversal.lines] == [-line.amount for line in first.lines]
    assert sum(line.amount for line in new.lines) == 0
    assert new.lines[0].amount == -750_000
