"""Decided cases walked further by the real road: recorded and sent, redistributed, reported. Call outside a transaction."""

from typing import Any
from uuid import UUID

from portal.accounting import operations, queries
from portal.accounting.checks import LineReport, Report
from portal.accounting.coding import Entry
from portal.db import session, transaction
from portal.decisions.models import Decision
from portal.decisions.queries import in_force
from portal.dispatch import operations as dispatch
from tests.factories.decisions import a_decision, case_of
from tests.factories.town import Town

SOURCE = {"konto": "5099"}
CODE = {"ansvar": "1420", "konto": "5410", "verksamhet": "275"}


def decision_of(case_id: UUID) -> Decision:
    """The decision in force, with its lines."""
    decision = in_force(case_of(case_id))
    assert decision is not None
    return decision


def outcome_code(decision: Decision) -> str:
    """A projekt of the case's own, on which its grant is read."""
    return f"P{decision.case_id}"


def an_entry(decision: Decision, **change: Any) -> Entry:
    """A budget entry that holds: the same code on every line with money, and a projekt of the case's own."""
    lines = {line.public_id: CODE for line in decision.lines if line.granted}
    year = decision.fund.year if decision.fund else 2026
    fields: dict[str, Any] = {"period": f"{year}-11", "frequency": "once", "lines": lines, "source": SOURCE}
    fields |= {"outcome": outcome_code(decision), **change}
    return Entry(**fields)


def a_recorded_case(town: Town, case_id: UUID | None = None, *granted: int | bool, by: str = "ekonom") -> UUID:
    """A decided case that finance has recorded and sent; a rejection when nothing is granted."""
    if case_id is None:
        case_id, _decision = a_decision(town, None, *granted)
    decision = decision_of(case_id)
    entry = an_entry(decision) if decision.granted else None
    session.rollback()
    with transaction():
        dispatch.record_and_queue(case_id=case_id, entry=entry, by=town.actor(by), seen_version=None)
    return case_id


def amounts_of(case_id: UUID) -> dict[str, int]:
    """Kronor per priced line now, by label."""
    decision = decision_of(case_id)
    now = queries.current_amounts(decision)
    return {line.label: now[line.id] for line in decision.lines if line.id in now}


def redistribute(town: Town, case_id: UUID, *, by: str = "sakerhetschef", **amounts: int) -> UUID:
    """Set lines (by label) to new amounts; the redistribution's id."""
    ids = {line.label: line.public_id for line in decision_of(case_id).lines}
    now = {ids[label]: amount for label, amount in (amounts_of(case_id) | amounts).items()}
    with transaction():
        made = operations.redistribute(
            case_id=case_id, amounts_now=now, reason="Läget ändrades.", by=town.actor(by), seen_version=None
        )
        return made.public_id


def confirm(town: Town, case_id: UUID, redistribution_id: UUID, *, by: str = "ekonom") -> None:
    """Finance confirms a redistribution."""
    entry = an_entry(decision_of(case_id))
    made = queries.redistribution(case_of(case_id), decision_of(case_id), redistribution_id)
    lines = {line.decision_line.public_id: CODE for line in made.lines}
    entry = Entry(period=entry.period, frequency=entry.frequency, lines=lines)
    with transaction():
        operations.confirm_redistribution(
            case_id=case_id, redistribution_id=redistribution_id, entry=entry, by=town.actor(by), seen_version=None
        )


def a_report(case_id: UUID, *, summary: str = "", **used: int) -> Report:
    """A final report: everything used, but where ``used`` (by label) says otherwise."""
    decision = decision_of(case_id)
    now = queries.current_amounts(decision)
    lines = {
        due.line: LineReport(used=None if due.amount is None else used.get(due.label, due.amount), effect="Färre brott.")
        for due in queries.lines_due(decision, now)
    }
    return Report(lines=lines, summary=summary)


def report_back(town: Town, case_id: UUID, *, by: str = "sakerhetschef", summary: str = "", **used: int) -> None:
    """Hand in a final report."""
    report = a_report(case_id, summary=summary, **used)
    with transaction():
        operations.report_back(case_id=case_id, report=report, by=town.actor(by), seen_version=None)


def accept_report(town: Town, case_id: UUID, *, by: str = "ekonom") -> None:
    """Finance finds the report in order."""
    with transaction():
        operations.accept_report(case_id=case_id, by=town.actor(by), seen_version=None)
