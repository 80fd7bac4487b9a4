"""Finished answers for this package's pages: rows with what was typed, or what is known, filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal import clock
from portal.accounting import amounts, checks, code_queries, outcome_queries, queries
from portal.accounting.codes import Value
from portal.accounting.coding import FREQUENCIES, SOURCE, Plan, field_name, is_period, period_in
from portal.accounting.models import FinalReport, Redistribution
from portal.accounting.operations import decision_in_force, source_of
from portal.accounting.outcome_queries import Outcome
from portal.accounting.overview import ReportedRow, reported_row
from portal.decisions.models import Decision
from portal.decisions.queries import warning_before_finality
from portal.errors import Unknown
from portal.money import format_kronor
from portal.register.models import Case
from portal.settings import CodePart
from portal.text import _

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class CodeField:
    """One code part of one row as an input, or as plain text where it is given (``fixed``).

    ``offered`` names the list of codes that the field suggests; empty where the part has no table.
    """

    name: str
    label: str
    value: str
    required: bool
    fixed: bool
    offered: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeField:
    """The code on which the grant's outcome is read: typed once, or ``fixed`` since it has been recorded."""

    label: str
    value: str
    fixed: bool
    offered: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row of a budget entry: ``amount`` kronor, negative on the from side."""

    side: str
    label: str
    amount: int
    fields: tuple[CodeField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """A budget entry to fill in. ``unpriced`` are the lines included without an amount: they need no coding."""

    decision: Decision
    parts: tuple[CodePart, ...]
    rows: list[EntryRow]
    period: str
    frequency: str
    frequencies: list[tuple[str, str]]
    outcome: OutcomeField | None
    offered: Mapping[str, Sequence[Value]]
    unpriced: tuple[str, ...] = ()
    redistribution: Redistribution | None = None

    @property
    def difference(self) -> int:
        """What the rows sum to; 0 in an entry that goes even."""
        return sum(row.amount for row in self.rows)

    @property
    def moved(self) -> int:
        """Kronor on the to side."""
        return sum(row.amount for row in self.rows if row.amount > 0)


@dataclass(frozen=True, slots=True)
class _Form:
    """What every row of an entry is drawn from."""

    plan: Plan
    typed: Mapping[str, str]
    offered: Mapping[str, Sequence[Value]]
    outcome: str

    def fields(self, side: str, known: Mapping[str, str], *, own: Mapping[str, str] = NOTHING) -> tuple[CodeField, ...]:
        """A row's code parts; ``own`` cannot be changed. On a line the outcome's code is the grant's."""
        fixed = dict(own) if side == SOURCE or not self.plan.read_on else {self.plan.read_on: self.outcome or "–"}
        return tuple(
            CodeField(
                name=field_name(side, part.key),
                label=part.label,
                value=fixed.get(part.key) or self.typed.get(field_name(side, part.key), known.get(part.key, "")),
                required=part.required,
                fixed=bool(fixed.get(part.key)),
                offered=_list_id(part.key) if part.key in self.offered else "",
            )
            for part in self.plan.parts
        )

    def outcome_field(self, recorded: str = "") -> OutcomeField | None:
        """The field for the outcome's code; None where the code string has no part for it."""
        if not self.plan.read_on:
            return None
        offered = _list_id(self.plan.read_on) if self.plan.read_on in self.offered else ""
        return OutcomeField(label=self.plan.read_on_label, value=self.outcome, fixed=bool(recorded), offered=offered)


def _list_id(part: str) -> str:
    return f"koder-{part}"


def _offered(plan: Plan, period: str) -> Mapping[str, Sequence[Value]]:
    """The codes of each part that has a table, as they may be used in the period; none where the period is none."""
    asked = period if is_period(period) else f"{clock.today():%Y-%m}"
    return code_queries.valid([part.key for part in plan.parts], asked)


def _year(decision: Decision) -> int | None:
    return decision.fund.year if decision.fund else None


def entry_to_record(case: Case, decision: Decision, typed: Mapping[str, str]) -> EntryPage | None:
    """The budget entry of the decision in force, filled in from the unit's last one; None where no money was granted."""
    if not decision.granted:
        return None
    plan = code_queries.plan()
    name, source = source_of(decision)
    last = queries.last_codes(case.unit_id)
    usual = next(iter(last.values()), {})
    period = typed.get("period") or period_in(_year(decision), clock.today())
    offered = _offered(plan, period)
    outcome = typed["outcome"] if "outcome" in typed else code_queries.proposed(plan, case, offered, period)
    form = _Form(plan, typed, offered, outcome)
    rows = [EntryRow(_("Från"), name, -decision.granted, form.fields(SOURCE, {}, own=source))]
    rows += [
        EntryRow(_("Till"), line.label, line.granted, form.fields(str(line.public_id), last.get(line.label, usual)))
        for line in decision.lines
        if line.granted
    ]
    return EntryPage(
        decision=decision,
        parts=tuple(plan.parts),
        rows=rows,
        period=period,
        frequency=typed.get("frequency") or "once",
        frequencies=[(key, _(label)) for key, label in FREQUENCIES.items()],
        outcome=form.outcome_field(),
        offered={_list_id(key): values for key, values in offered.items()},
        unpriced=tuple(line.label for line in decision.lines if line.included),
    )


def entry_to_confirm(case: Case, public_id: UUID | None, typed: Mapping[str, str]) -> EntryPage:
    """The changed entry of a redistribution, the oldest unconfirmed one unless another is named. Raises Unknown."""
    decision = decision_in_force(case)
    if public_id is None:
        waiting = [each for each in queries.redistributions(case) if each.confirmed_at is None]
        public_id = next((each.public_id for each in waiting if each.decision_id == decision.id), None)
        if public_id is None:
            raise Unknown
    made = queries.redistribution(case, decision, public_id)
    plan, known = code_queries.plan(), queries.recorded_codes(decision)
    usual = next(iter(known.values()), {})
    entry = queries.decision_entry(decision)
    period = typed.get("period") or period_in(_year(decision), clock.today())
    offered = _offered(plan, period)
    recorded = entry.outcome_code if entry else ""
    form = _Form(plan, typed, offered, recorded or typed.get("outcome", ""))
    rows = [
        EntryRow(
            _("Från") if line.change < 0 else _("Till"),
            line.decision_line.label,
            line.change,
            form.fields(str(line.decision_line.public_id), known.get(line.decision_line_id, usual)),
        )
        for line in sorted(made.lines, key=lambda line: line.change)
    ]
    return EntryPage(
        decision=decision,
        parts=tuple(plan.parts),
        rows=rows,
        period=period,
        frequency=typed.get("frequency") or (entry.frequency if entry else "once"),
        frequencies=[(key, _(label)) for key, label in FREQUENCIES.items()],
        outcome=form.outcome_field(recorded),
        offered={_list_id(key): values for key, values in offered.items()},
        redistribution=made,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A granted line: ``granted`` as decided, ``now`` after redistributions (None: included without an amount)."""

    public_id: UUID
    label: str
    granted: int | None
    now: int | None

    @property
    def amount_field(self) -> str:
        """The name of the field for the new amount."""
        return checks.amount_field(self.public_id)

    @property
    def used_field(self) -> str:
        """The name of the utfall field."""
        return checks.used_field(self.public_id)

    @property
    def effect_field(self) -> str:
        """The name of the effect field."""
        return checks.effect_field(self.public_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePage:
    """Lines to move money between. ``left`` is what the cap still allows; None where there is none. ``warning`` is what to know
    of the decision's legal force."""

    rows: list[LineRow]
    total: int
    left: int | None
    limit: str
    warning: str | None


def lines_to_move(case: Case) -> MovePage:
    """The lines that the decision in force grants money on, with what they hold now."""
    decision = decision_in_force(case)
    now = queries.current_amounts(decision)
    rows = [
        LineRow(public_id=line.public_id, label=line.label, granted=line.granted, now=now[line.id])
        for line in queries.movable(decision, now)
    ]
    moved = sum(made.moved for made in queries.redistributions(case) if made.decision_id == decision.id)
    left = amounts.left_of_cap(decision.redistribution_cap, moved)
    limit = (
        _("Beslutet tillåter fri omfördelning mellan raderna.")
        if left is None
        else _(
            "Beslutet tillåter omfördelning av högst %(cap)s, varav %(left)s återstår.",
            cap=format_kronor(decision.redistribution_cap or 0),
            left=format_kronor(left),
        )
    )
    return MovePage(rows=rows, total=sum(now.values()), left=left, limit=limit, warning=warning_before_finality(decision))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """A final report to write; ``returned`` is the earlier one that finance sent back, with its reason, ``outcome`` what
    the ledger says the grant has cost.
    """

    rows: list[LineRow]
    granted: int
    returned: FinalReport | None
    known: Mapping[str, str]
    outcome: Outcome | None


def report_to_write(case: Case) -> ReportPage:
    """The lines to account for, filled in from the report that was returned, if any."""
    decision = decision_in_force(case)
    now = queries.current_amounts(decision)
    by_public = {line.public_id: line for line in decision.lines}
    rows = [
        LineRow(public_id=due.line, label=due.label, granted=by_public[due.line].granted, now=due.amount)
        for due in queries.lines_due(decision, now)
    ]
    earlier = [report for report in queries.reports(case) if report.decision_id == decision.id]
    returned = earlier[-1] if earlier and earlier[-1].state == "returned" else None
    outcome = outcome_queries.of_case(case)
    known: dict[str, str] = {"summary": returned.summary} if returned else {}
    priced = [row for row in rows if row.now is not None]
    if outcome and outcome.total >= 0 and len(priced) == 1:
        known[priced[0].used_field] = format_kronor(outcome.total)
    for line in returned.lines if returned else []:
        key = line.decision_line.public_id
        known[checks.effect_field(key)] = line.effect
        if line.used is not None:
            known[checks.used_field(key)] = format_kronor(line.used)
    return ReportPage(rows=rows, granted=decision.granted, returned=returned, known=known, outcome=outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterimPage:
    """An interim report to write, for the tertial date ``due_on``; ``outcome`` is what the ledger says so far."""

    due_on: date | None
    granted: int
    outcome: Outcome | None


def interim_to_write(case: Case, due_on: date | None) -> InterimPage:
    """What the requester has before them: the date, what was granted and what has been used."""
    return InterimPage(due_on=due_on, granted=decision_in_force(case).granted, outcome=outcome_queries.of_case(case))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """A final report as finance reads it, beside the ledger's ``outcome``; ``left_over`` kronor go back to where they were
    set aside (``fund``). ``moved``: some line holds another amount than was granted.
    """

    report: FinalReport
    rows: list[ReportedRow]
    moved: bool
    granted: int
    left_over: int
    fund: str | None
    outcome: Outcome | None


def report_to_answer(case: Case) -> AnswerPage:
    """The report that waits for finance. Raises Unknown when none does."""
    report, decision = queries.report_to_answer(case), decision_in_force(case)
    now = queries.current_amounts(decision)
    return AnswerPage(
        report=report,
        rows=[
            reported_row(line.decision_line.label, now.get(line.decision_line_id), line.used, line.effect)
            for line in sorted(report.lines, key=lambda line: line.decision_line.position)
        ],
        moved=any(now[line.id] != line.granted for line in decision.lines if line.id in now),
        granted=decision.granted,
        left_over=max(decision.granted - report.used, 0),
        fund=f"{decision.fund.name} {decision.fund.year}" if decision.fund else None,
        outcome=outcome_queries.of_case(case),
    )
