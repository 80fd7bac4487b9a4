"""Reads of budget entries, redistributions and final reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, null, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from portal import clock
from portal.accounting import amounts, interim
from portal.accounting.checks import LineDue
from portal.accounting.facts import Facts
from portal.accounting.models import (
    BudgetEntry,
    BudgetEntryLine,
    EntryKind,
    FinalReport,
    FinalReportLine,
    InterimReport,
    Redistribution,
    RedistributionLine,
)
from portal.db import session
from portal.decisions.models import Decision, DecisionLine
from portal.decisions.queries import CASE_ID, Known, standing
from portal.errors import Unknown
from portal.funds.models import Fund
from portal.paging import cursor, read_cursor
from portal.people.actor import Actor
from portal.register.access import visible
from portal.register.models import Case
from portal.register.queries import Parts, base_facts
from portal.settings import current_settings

PAGE = 50


def columns() -> tuple[Any, ...]:
    """What ``facts`` reads with ``standing``."""
    lines = select(func.count()).where(DecisionLine.decision_id == Decision.id, DecisionLine.granted > 0).scalar_subquery()
    moved = (
        select(func.coalesce(func.sum(Redistribution.moved), 0))
        .where(Redistribution.decision_id == Decision.id)
        .scalar_subquery()
    )
    unconfirmed = (
        select(func.count())
        .where(Redistribution.decision_id == Decision.id, Redistribution.confirmed_at.is_(None))
        .scalar_subquery()
    )
    decided = (Decision.granted, Decision.report_by, Decision.redistribution, Decision.redistribution_cap)
    return (*decided, moved, lines, unconfirmed, *interim_columns(), *_recorder_to_check())


def _recorder_to_check() -> tuple[Any, Any]:
    """Who recorded the oldest entry that waits to be checked, and for whom."""
    if not current_settings().budget_control:
        return null(), null()
    oldest = [
        select(column)
        .where(BudgetEntry.case_id == CASE_ID, BudgetEntry.checked_at.is_(None), BudgetEntry.export_id.is_(None))
        .order_by(BudgetEntry.id)
        .limit(1)
        .scalar_subquery()
        for column in (BudgetEntry.recorded_by_id, BudgetEntry.recorded_for_id)
    ]
    return oldest[0], oldest[1]


def facts(case: Case, actor: Actor, *, parts: Parts | None = None, known: Known | None = None) -> Facts:
    """What this package's rules need, in two statements."""
    granted, report_by, answer, cap, moved, priced, waiting, decided_on, asks, reported, *recorders = known or standing(
        case, columns
    )
    return Facts(
        **base_facts(case, actor, parts),
        granted=granted,
        report_due=is_report_due(granted, report_by),
        redistribution=answer or "none",
        redistribution_cap=cap,
        moved=moved,
        priced_lines=priced,
        unconfirmed=waiting,
        control=current_settings().budget_control,
        to_check=frozenset(recorders) - {None},
        interim_due=interim_due(decided_on, report_by, reported) if asks else None,
    )


def interim_columns() -> tuple[Any, Any, Any]:
    """What ``interim_due`` looks at, beside a decision: when it was made, whether its money asks for interim reports, and
    the date that the last one was made for."""
    asks = select(Fund.interim_reports).where(Fund.id == Decision.fund_id).correlate(Decision).scalar_subquery()
    of_decision = InterimReport.decision_id == Decision.id
    last = select(func.max(InterimReport.due_on)).where(of_decision).correlate(Decision).scalar_subquery()
    return Decision.decided_on, asks, last


def interim_due(decided_on: date, report_by: date | None, reported: date | None) -> date | None:
    """The tertial date that an interim report is to be made for today, if any."""
    return interim.due(decided_on, report_by, reported, clock.today())


def is_report_due(granted: int | None, report_by: date | None) -> bool:
    """Whether a final report is due: money was granted and the decision holds a date for it."""
    return bool(granted) and report_by is not None


def entries(case: Case) -> list[BudgetEntry]:
    """Every budget entry of the case, oldest first, with its lines and who recorded it."""
    return list(
        session.scalars(
            select(BudgetEntry)
            .where(BudgetEntry.case_id == case.id)
            .options(joinedload(BudgetEntry.lines), joinedload(BudgetEntry.recorded_by))
            .order_by(BudgetEntry.id)
        ).unique()
    )


def last_codes(unit_id: int) -> dict[str, dict[str, str]]:
    """The codes the unit's last decision was recorded with, by line label; what a new entry is filled with."""
    last = (
        select(BudgetEntry.id)
        .join(Case, Case.id == BudgetEntry.case_id)
        .where(Case.unit_id == unit_id, BudgetEntry.kind == EntryKind.DECISION.value)
        .order_by(BudgetEntry.recorded_at.desc(), BudgetEntry.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(BudgetEntryLine.label, BudgetEntryLine.code)
        .where(BudgetEntryLine.entry_id == last, BudgetEntryLine.decision_line_id.is_not(None))
        .order_by(BudgetEntryLine.position)
    )
    return {label: dict(code) for label, code in rows}


def recorded_codes(decision: Decision) -> dict[int, dict[str, str]]:
    """The latest code of every recorded line of the decision, by the line's row id."""
    rows = session.execute(
        select(BudgetEntryLine.decision_line_id, BudgetEntryLine.code)
        .join(BudgetEntry, BudgetEntry.id == BudgetEntryLine.entry_id)
        .where(
            BudgetEntry.decision_id == decision.id,
            BudgetEntry.kind != EntryKind.REVERSAL.value,
            BudgetEntryLine.decision_line_id.is_not(None),
        )
        .order_by(BudgetEntry.id)
    )
    return {line_id: dict(code) for line_id, code in rows if line_id is not None}


def decision_entry(decision: Decision) -> BudgetEntry | None:
    """The entry that recorded the decision; None before, and where no money was granted."""
    return session.scalars(
        select(BudgetEntry).where(BudgetEntry.decision_id == decision.id, BudgetEntry.kind == EntryKind.DECISION.value)
    ).one_or_none()


def outcome_of(decision: Decision) -> str:
    """The projekt or aktivitet on which the recorded decision's outcome is read; empty where none was asked for then."""
    entry = decision_entry(decision)
    return entry.outcome_code if entry else ""


def redistributions(case: Case) -> list[Redistribution]:
    """Every redistribution in the case, oldest first, with its lines and who made it."""
    return list(
        session.scalars(
            select(Redistribution)
            .where(Redistribution.case_id == case.id)
            .options(
                joinedload(Redistribution.made_by),
                joinedload(Redistribution.lines).joinedload(RedistributionLine.decision_line),
            )
            .order_by(Redistribution.id)
        ).unique()
    )


def redistribution(case: Case, decision: Decision, public_id: UUID) -> Redistribution:
    """One redistribution under the decision in force. Raises Unknown when there is none."""
    found = session.scalars(
        select(Redistribution)
        .where(
            Redistribution.public_id == public_id,
            Redistribution.case_id == case.id,
            Redistribution.decision_id == decision.id,
        )
        .options(
            joinedload(Redistribution.made_by),
            selectinload(Redistribution.lines).joinedload(RedistributionLine.decision_line),
        )
    ).one_or_none()
    if found is None:
        raise Unknown
    return found


def current_amounts(decision: Decision) -> dict[int, int]:
    """Kronor per priced line of the decision now, by row id, redistributions counted (confirmed or not)."""
    changes = session.execute(
        select(RedistributionLine.decision_line_id, RedistributionLine.change)
        .join(Redistribution, Redistribution.id == RedistributionLine.redistribution_id)
        .where(Redistribution.decision_id == decision.id)
    )
    granted = {line.id: line.granted for line in decision.lines if line.granted is not None}
    return amounts.current(granted, ((line_id, change) for line_id, change in changes))


def movable(decision: Decision, now: Mapping[int, int]) -> list[DecisionLine]:
    """The lines that money can be moved between: those that it was granted on or stands on ``now``; never a rejected one."""
    return [line for line in decision.lines if line.granted or now.get(line.id)]


def lines_due(decision: Decision, now: Mapping[int, int]) -> tuple[LineDue, ...]:
    """The lines a final report accounts for: those that hold money now and those included without an amount."""
    return tuple(
        LineDue(line=line.public_id, label=line.label, amount=now.get(line.id))
        for line in decision.lines
        if now.get(line.id) or line.granted or line.included
    )


def reports(case: Case) -> list[FinalReport]:
    """Every final report of the case, oldest first, with its lines and who made it."""
    return list(
        session.scalars(
            select(FinalReport)
            .where(FinalReport.case_id == case.id)
            .options(
                joinedload(FinalReport.reported_by),
                joinedload(FinalReport.lines).joinedload(FinalReportLine.decision_line),
            )
            .order_by(FinalReport.id)
        ).unique()
    )


def report_to_answer(case: Case) -> FinalReport:
    """The final report that waits for finance. Raises Unknown when none does."""
    found = session.scalars(
        select(FinalReport)
        .where(FinalReport.case_id == case.id, FinalReport.state == "submitted")
        .options(
            joinedload(FinalReport.reported_by),
            joinedload(FinalReport.decision),
            selectinload(FinalReport.lines).joinedload(FinalReportLine.decision_line),
        )
    ).one_or_none()
    if found is None:
        raise Unknown
    return found


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A redistribution that waits for finance, with the case it belongs to."""

    redistribution: Redistribution
    case: Case


def unconfirmed(actor: Actor, after: str | None = None) -> tuple[list[Unconfirmed], str | None]:
    """A page of redistributions that wait for finance in cases the actor may see, oldest first, with the token of the
    next page."""
    statement = visible(
        select(Redistribution, Case)
        .join(Case, Case.id == Redistribution.case_id)
        .join(Decision, Decision.id == Redistribution.decision_id)
        .options(joinedload(Redistribution.made_by), joinedload(Case.unit))
        .where(Redistribution.confirmed_at.is_(None), Decision.replaced_at.is_(None)),
        actor,
    )
    key = tuple_(Redistribution.made_at, Redistribution.id)
    if last := read_cursor(after):
        statement = statement.where(key > tuple_(literal(last[0], Redistribution.made_at.type), literal(last[1])))
    rows = session.execute(statement.order_by(Redistribution.made_at, Redistribution.id).limit(PAGE + 1)).all()
    found = [Unconfirmed(*row) for row in rows[:PAGE]]
    if len(rows) <= PAGE:
        return found, None
    return found, cursor(found[-1].redistribution.made_at, found[-1].redistribution.id)
