"""Recording in the budget, redistributing, reporting back: the only writes of this package."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from portal import clock
from portal.accounting import amounts, code_queries, coding, outcome_queries, queries
from portal.accounting.checks import Report, overspent, redistribution_problems, report_problems
from portal.accounting.code_operations import outcome_problem, table_problems
from portal.accounting.coding import Entry, Plan, Side
from portal.accounting.models import (
    BudgetEntry,
    BudgetEntryLine,
    EntryKind,
    FinalReport,
    FinalReportLine,
    Redistribution,
    RedistributionLine,
)
from portal.accounting.queries import is_report_due
from portal.accounting.rules import REFUSALS
from portal.db import session
from portal.decisions import queries as decisions
from portal.decisions.models import Decision
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests.acting import begin
from portal.funding_requests.lifecycle import TURN, Action, Status
from portal.funding_requests.models import FundingRequest
from portal.funding_requests.sending import notify
from portal.funds import operations as funds
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.people.rules import refusal_without_password
from portal.register import documents
from portal.register.document_models import Source
from portal.register.documents import Registration
from portal.register.models import Case, Part
from portal.register.operations import move, open_text, take_part, touch
from portal.register.operations import record as log
from portal.text import _


def record(*, case_id: UUID, entry: Entry | None, by: Actor, seen_version: int | None) -> Decision:
    """Record the decision in force: its budget entry (none where no money was granted), an older one reversed.

    Moves the case to dispatched when a final report is due, else to settled. Raises Refused (with the rule's
    sentence, or when the password was not given within five minutes), Conflict, Unknown, and Invalid when the
    coding does not hold.
    """
    case, facts = begin(case_id, Action.RECORD, by, seen_version, queries.facts, REFUSALS)
    by, now = facts.actor, facts.now
    if refusal := refusal_without_password(by, now):
        raise Refused(refusal)
    decision = decision_in_force(case)
    reversed_ = _reverse_older(case, decision, by=by, now=now)
    rows = _record_granted(case, decision, entry, by=by, now=now)
    session.execute(select(FundingRequest).where(FundingRequest.case_id == case.id)).scalar_one().used = None
    status = Status.DISPATCHED if is_report_due(decision.granted, decision.report_by) else Status.SETTLED
    move(case, status=status, turn=TURN[status], now=now)
    if status is Status.SETTLED:
        notify(case, "settled", to=Permission.KEEP_REGISTER, key=f"settled:{decision.public_id}")
    take_part(case, Part.RECORDER, by=by, now=now)
    body = {
        "decision": decision.number,
        "granted": decision.granted,
        "period": entry.period if rows and entry else "",
        "frequency": entry.frequency if rows and entry else "",
        "outcome": entry.outcome if rows and entry else "",
        "rows": _frozen(case, rows),
        "reversed": reversed_,
    }
    log(case, "accounting.record", by=by, body=body, kind="decision", object_id=decision.public_id)
    return decision


def decision_in_force(case: Case) -> Decision:
    """The decision in force with its lines. Raises Conflict when the case has none (any more)."""
    decision = decisions.in_force(case)
    if decision is None:
        raise Conflict(_("Det finns inget gällande beslut i ärendet. Läs det på nytt innan du fortsätter."))
    return decision


def source_of(decision: Decision) -> tuple[str, dict[str, str]]:
    """What the money comes from, and the code parts that the set-aside money has of its own and finance cannot change."""
    fund = decision.fund
    return (fund.name, dict(fund.code)) if fund else (_("Finansiering"), {})


def _record_granted(case: Case, decision: Decision, entry: Entry | None, *, by: Actor, now: datetime) -> list[Side]:
    if not decision.granted:
        if entry is not None:
            raise Invalid({"": _("Beslutet beviljar inga pengar. Det ska inte bokföras, bara expedieras.")})
        return []
    if entry is None:
        raise Invalid({"": _("Fyll i budgetjusteringen.")})
    name, own = source_of(decision)
    source = {**(entry.source or {}), **own}
    plan = code_queries.plan()
    lines = [(line.label, line.public_id, line.id, line.granted or 0) for line in decision.lines]
    cost_types = {line.public_id: line.cost_type for line in decision.lines}
    rows = coding.sides(name, source, lines, entry, read_on=plan.read_on, cost_types=cost_types)
    try_codes(entry, rows, plan, decision)
    if sentence := outcome_problem(entry, plan, case, by):
        raise Invalid({"outcome": sentence})
    _write(
        case,
        decision,
        EntryKind.DECISION,
        rows,
        period=entry.period,
        frequency=entry.frequency,
        outcome=entry.outcome,
        by=by,
        now=now,
    )
    return rows


def try_codes(entry: Entry, rows: list[Side], plan: Plan, decision: Decision) -> None:
    """Try an entry against the code string, the money's budget year and the code tables. Raises Invalid."""
    year = decision.fund.year if decision.fund else None
    if problems := coding.problems(entry, rows, plan, year) or table_problems(entry, rows, plan):
        raise Invalid(problems)


def _write(
    case: Case,
    decision: Decision,
    kind: EntryKind,
    rows: Iterable[Side],
    *,
    period: str,
    frequency: str,
    outcome: str,
    by: Actor,
    now: datetime,
    serial: int = 1,
) -> BudgetEntry:
    entry = BudgetEntry(
        outcome_part=code_queries.plan().read_on if outcome else "",
        outcome_code=outcome,
        case_id=case.id,
        decision_id=decision.id,
        kind=kind.value,
        serial=serial,
        period=period,
        frequency=frequency,
        recorded_by_id=by.person_id,
        recorded_for_id=by.principal_id,
        recorded_at=now,
        lines=[
            BudgetEntryLine(
                position=position, label=row.label, decision_line_id=row.line_id, code=dict(row.code), amount=row.amount
            )
            for position, row in enumerate(rows, 1)
        ],
    )
    session.add(entry)
    session.flush()  # a redistribution points at its entry
    title = _("Återförd budgetjustering") if kind is EntryKind.REVERSAL else _("Budgetjustering")
    documents.register(case, Registration(source=Source.BUDGET_ENTRY, source_id=entry.public_id, title=title), by=by, now=now)
    return entry


def _reverse_older(case: Case, decision: Decision, *, by: Actor, now: datetime) -> list[dict[str, object]]:
    """Reverse what was recorded for decisions that this one replaces: one reversal each, never a second.

    Returns what was reversed, as the log keeps it.
    """
    recorded = session.scalars(
        select(BudgetEntry)
        .where(BudgetEntry.case_id == case.id, BudgetEntry.decision_id != decision.id)
        .options(selectinload(BudgetEntry.lines))
        .order_by(BudgetEntry.id)
    ).all()
    done = {entry.decision_id for entry in recorded if entry.kind == EntryKind.REVERSAL}
    frozen: list[dict[str, object]] = []
    for old_id in dict.fromkeys(entry.decision_id for entry in recorded if entry.decision_id not in done):
        old = session.get_one(Decision, old_id)
        ours = [entry for entry in recorded if entry.decision_id == old_id]
        rows = [
            Side(label=line.label, amount=-line.amount, code=line.code, line_id=line.decision_line_id)
            for entry in ours
            for line in entry.lines
        ]
        period = coding.period_in(old.fund.year if old.fund else None, clock.local_date(now))
        _write(
            case,
            old,
            EntryKind.REVERSAL,
            rows,
            period=period,
            frequency=ours[0].frequency,
            outcome=ours[0].outcome_code,
            by=by,
            now=now,
        )
        frozen.append({"decision": old.number, "period": period, "rows": _frozen(case, rows)})
    return frozen


def _frozen(case: Case, rows: Iterable[Side]) -> list[dict[str, object]]:
    return [{"label": open_text(case, row.label), "amount": row.amount, "code": dict(row.code)} for row in rows]


def redistribute(
    *, case_id: UUID, amounts_now: Mapping[UUID, int], reason: str, by: Actor, seen_version: int | None
) -> Redistribution:
    """Move money between the lines that the decision in force grants money on; ``amounts_now`` is kronor per line as they
    shall be. A line that was rejected stays so: money for it is a new decision.

    Finance confirms the changed budget entry afterwards. Raises Refused, Conflict, Unknown and Invalid.
    """
    case, facts = begin(case_id, Action.REDISTRIBUTE, by, seen_version, queries.facts, REFUSALS)
    by, now = facts.actor, facts.now
    decision = decision_in_force(case)
    held = queries.current_amounts(decision)
    by_public = {line.public_id: line for line in queries.movable(decision, held)}
    before = {public_id: held[line.id] for public_id, line in by_public.items()}
    left = amounts.left_of_cap(facts.redistribution_cap, facts.moved)
    granted = {line.public_id: line.granted or 0 for line in by_public.values()}
    cost_types = {line.public_id: line.cost_type for line in by_public.values()}
    if problems := redistribution_problems(before, amounts_now, left, reason, granted=granted, cost_types=cost_types):
        raise Invalid(problems)
    changes = amounts.differences(before, amounts_now)
    made = Redistribution(
        case_id=case.id,
        decision_id=decision.id,
        serial=1 + _highest(Redistribution.serial, Redistribution.decision_id == decision.id),
        reason=reason,
        moved=amounts.moved(changes.values()),
        made_by_id=by.person_id,
        made_at=now,
        lines=[RedistributionLine(decision_line_id=by_public[key].id, change=change) for key, change in changes.items()],
    )
    session.add(made)
    session.flush()  # its public id goes into the log
    register_report(case, Source.REDISTRIBUTION, made.public_id, _("Omfördelning inom beviljat belopp"), by=by, now=now)
    touch(case)
    take_part(case, Part.REQUESTER, by=by, now=now)
    lines = [
        {"label": open_text(case, by_public[key].label), "from": before[key], "to": before[key] + change}
        for key, change in changes.items()
    ]
    body = {
        "moved": made.moved,
        "reason": open_text(case, reason),
        "lines": lines,
    }
    log(case, "accounting.redistribute", by=by, body=body, kind="redistribution", object_id=made.public_id)
    return made


def confirm_redistribution(
    *, case_id: UUID, redistribution_id: UUID, entry: Entry, by: Actor, seen_version: int | None
) -> BudgetEntry:
    """Record the changed budget entry of a redistribution. Raises Refused, Conflict, Unknown and Invalid."""
    case, facts = begin(case_id, Action.CONFIRM_REDISTRIBUTION, by, seen_version, queries.facts, REFUSALS)
    by, now = facts.actor, facts.now
    decision = decision_in_force(case)
    made = queries.redistribution(case, decision, redistribution_id)
    if made.confirmed_at is not None:
        raise Conflict(_("Omfördelningen är redan bekräftad."))
    plan = code_queries.plan()
    entry = replace(entry, outcome=queries.outcome_of(decision) or entry.outcome)
    rows = [
        Side(
            label=line.decision_line.label,
            amount=line.change,
            code=coding.with_outcome(entry.lines.get(line.decision_line.public_id, {}), entry, plan.read_on),
            line=line.decision_line.public_id,
            cost_type=line.decision_line.cost_type,
            line_id=line.decision_line_id,
        )
        for line in made.lines
    ]
    try_codes(entry, rows, plan, decision)
    written = _write(
        case,
        decision,
        EntryKind.REDISTRIBUTION,
        rows,
        period=entry.period,
        frequency=entry.frequency,
        outcome=entry.outcome,
        by=by,
        now=now,
        serial=made.serial,
    )
    made.confirmed_at, made.entry_id = now, written.id
    touch(case)
    take_part(case, Part.RECORDER, by=by, now=now)
    body = {"moved": made.moved, "period": entry.period, "rows": _frozen(case, rows)}
    log(case, "accounting.confirm_redistribution", by=by, body=body, kind="redistribution", object_id=made.public_id)
    return written


def report_back(*, case_id: UUID, report: Report, by: Actor, seen_version: int | None) -> FinalReport:
    """Report used kronor and effect per line. Raises Refused, Conflict, Unknown and Invalid.

    More may be used than was granted, or other than what the ledger says, only with a reason, and the report says so.
    """
    case, facts = begin(case_id, Action.REPORT_BACK, by, seen_version, queries.facts, REFUSALS)
    by, now = facts.actor, facts.now
    decision = decision_in_force(case)
    due = queries.lines_due(decision, queries.current_amounts(decision))
    read = outcome_queries.of_case(case)
    if problems := report_problems(due, report, read.total if read else None):
        raise Invalid(problems)
    row_ids = {line.public_id: line.id for line in decision.lines}
    made = FinalReport(
        case_id=case.id,
        decision_id=decision.id,
        serial=1 + _highest(FinalReport.serial, FinalReport.decision_id == decision.id),
        used=sum(given.used or 0 for given in report.lines.values()),
        summary=report.summary,
        reported_by_id=by.person_id,
        reported_at=now,
        reported_on=clock.local_date(now),
        lines=[
            FinalReportLine(decision_line_id=row_ids[key], used=given.used, effect=given.effect)
            for key, given in report.lines.items()
        ],
    )
    session.add(made)
    session.flush()  # its public id goes into the log
    register_report(case, Source.FINAL_REPORT, made.public_id, _("Slutredovisning"), by=by, now=now)
    move(case, status=Status.REPORTED, turn=TURN[Status.REPORTED], now=now)
    notify(case, "reported", to=Permission.RECORD_BUDGET, key=f"reported:{made.public_id}")
    take_part(case, Part.REQUESTER, by=by, now=now)
    body = {
        "used": made.used,
        "granted": decision.granted,
        "over": overspent(due, report),
        **({"outcome": read.total} if read else {}),
        "summary": open_text(case, report.summary),
    }
    log(case, "accounting.report_back", by=by, body=body, kind="final_report", object_id=made.public_id)
    return made


def accept_report(*, case_id: UUID, by: Actor, seen_version: int | None) -> FinalReport:
    """Find the final report in order: the case is settled and money left over goes back to where it was set aside.

    Raises Refused, Conflict and Unknown.
    """
    case, facts = begin(case_id, Action.ACCEPT_REPORT, by, seen_version, queries.facts, REFUSALS)
    by, now = facts.actor, facts.now
    report = _answered(case, "accepted", "", by=by, now=now)
    decision = report.decision
    left_over = max(decision.granted - report.used, 0)
    if left_over and decision.fund_id is not None:
        funds.give_back(decision.fund_id, left_over, case, by=by, now=now)
    if decision.fund_id is not None:
        funds.use(decision.fund_id, report.used, case, by=by, now=now)
    request = session.execute(select(FundingRequest).where(FundingRequest.case_id == case.id)).scalar_one()
    request.used = report.used
    move(case, status=Status.SETTLED, turn=TURN[Status.SETTLED], now=now)
    notify(case, "settled", to=Permission.KEEP_REGISTER, key=f"settled:{report.public_id}")
    body = {"used": report.used, "granted": decision.granted, "given_back": left_over if decision.fund_id else 0}
    log(case, "accounting.accept_report", by=by, body=body, kind="final_report", object_id=report.public_id)
    return report


def return_report(*, case_id: UUID, reason: str, by: Actor, seen_version: int | None) -> FinalReport:
    """Send the final report back with a reason. Raises Refused, Conflict, Unknown, and Invalid without a reason."""
    case, facts = begin(case_id, Action.RETURN_REPORT, by, seen_version, queries.facts, REFUSALS)
    by, now = facts.actor, facts.now
    if not reason:
        raise Invalid({"reason": _("Skriv vad som ska ändras i slutredovisningen.")})
    report = _answered(case, "returned", reason, by=by, now=now)
    move(case, status=Status.DISPATCHED, turn=TURN[Status.DISPATCHED], now=now)
    notify(case, "report_returned", to=Permission.WRITE_REQUEST, key=f"report_returned:{report.public_id}")
    body = {"reason": open_text(case, reason)}
    log(case, "accounting.return_report", by=by, body=body, kind="final_report", object_id=report.public_id)
    return report


def _answered(case: Case, state: str, answer: str, *, by: Actor, now: datetime) -> FinalReport:
    report = queries.report_to_answer(case)
    report.state, report.answer = state, answer
    report.answered_by_id, report.answered_at = by.person_id, now
    take_part(case, Part.RECORDER, by=by, now=now)
    return report


def register_report(case: Case, source: Source, source_id: UUID, title: str, *, by: Actor, now: datetime) -> None:
    """Register what the unit has handed to finance."""
    entry = Registration(source=source, source_id=source_id, title=title, counterparty=case.unit.name)
    documents.register(case, entry, by=by, now=now)


def _highest(column: InstrumentedAttribute[int], where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.max(column)).where(where)) or 0
