"""The money of a case after its decision, as the case page tells it: entries, redistributions and final reports."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal.accounting import amounts, outcome_queries
from portal.accounting.coding import FREQUENCIES
from portal.accounting.exporting import KINDS
from portal.accounting.models import (
    BudgetEntry,
    BudgetEntryLine,
    BudgetExport,
    BudgetExportEntry,
    EntryKind,
    FinalReport,
    FinalReportLine,
    InterimReport,
    OutcomeImport,
    OutcomeRow,
    Redistribution,
    RedistributionLine,
)
from portal.accounting.outcome_queries import Outcome
from portal.db import UTCDateTime, session
from portal.decisions.models import DecisionLine
from portal.people.models import Person
from portal.register.models import Case
from portal.settings import current_settings
from portal.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRow:
    """A line of a final report; ``over`` is kronor used beyond what the line held."""

    label: str
    now: int | None
    used: int | None
    over: int
    effect: str
    line_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A budget entry as it stands on the case page."""

    name: str
    period: str
    frequency: str
    who: str
    at: datetime
    lines: list[tuple[str, str, int]]
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A redistribution as it stands on the case page; ``confirmed_at`` is None while finance has not confirmed it."""

    reason: str
    moved: int
    who: str
    at: datetime
    confirmed_at: datetime | None
    lines: list[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A final report as it stands on the case page. ``state`` is submitted, accepted or returned (with ``answer``)."""

    used: int
    over: int
    summary: str
    state: str
    answer: str
    who: str
    at: datetime
    rows: list[ReportedRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interim:
    """An interim report as it stands on the case page; ``due_on`` is the ISO date it was made for."""

    due_on: str
    text: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything about the money of a case after its decision."""

    entries: list[Recorded]
    redistributions: list[Moved]
    reports: list[Reported]
    outcome: Outcome | None = None
    interims: Sequence[Interim] = ()

    @property
    def used(self) -> dict[int | None, int | None]:
        """Kronor used of each decided line, by its row id, as the accepted report says."""
        accepted = [report for report in self.reports if report.state == "accepted"]
        return {row.line_id: row.used for row in accepted[-1].rows} if accepted else {}

    def __bool__(self) -> bool:
        return bool(self.entries or self.redistributions or self.reports or self.outcome or self.interims)


def reported_row(label: str, held: int | None, used: int | None, effect: str, line_id: int | None = None) -> ReportedRow:
    """A reported line beside what the line held, kronor (None: included without an amount)."""
    over = max((used or 0) - (held or 0), 0)
    return ReportedRow(label=label, now=held, used=used, over=over, effect=effect, line_id=line_id)


def _row(what: str, of: Any, **columns: Any) -> Select[*tuple[Any, ...]]:
    """One half of the union: a line of ``of`` with what stands above it. What a kind of row lacks is null or empty."""
    absent: dict[str, Any] = {
        "kronor": cast(null(), BigInteger),
        "more": literal("", String),
        "done_at": cast(null(), UTCDateTime),
        "code": cast(null(), JSON),
        "effect": literal("", String),
        "granted": cast(null(), BigInteger),
    }
    named = (of.id.label("of_id"), of.decision_id.label("decision_id"), Person.title.label("title"), Person.name.label("name"))
    said = {"kind": literal("", String), **absent, **columns}
    return select(literal(what).label("what"), *named, *(said[name].label(name) for name in _COLUMNS))


_COLUMNS = (
    "kind", "text", "more", "kronor", "at", "done_at", "line_id", "position", "label", "amount", "code", "effect", "granted",
)  # fmt: skip

_CASE_ID = bindparam("case_id", type_=Case.id.type)


def _entries() -> Select[*tuple[Any, ...]]:
    line = BudgetEntryLine
    columns = {"kind": BudgetEntry.kind, "text": BudgetEntry.period, "more": BudgetEntry.frequency}
    columns |= _way_to_the_ledger()
    shown = {"line_id": line.decision_line_id, "position": line.position, "label": line.label, "amount": line.amount}
    return (
        _row("entry", BudgetEntry, at=BudgetEntry.recorded_at, code=line.code, **columns, **shown)
        .select_from(BudgetEntry)
        .join(Person, Person.id == BudgetEntry.recorded_by_id)
        .join(line, line.entry_id == BudgetEntry.id)
        .outerjoin(BudgetExport, BudgetExport.id == BudgetEntry.export_id)
        .where(BudgetEntry.case_id == _CASE_ID)
    )


def _way_to_the_ledger() -> dict[str, Any]:
    """When the entry was checked, the state and number of its living batch, and the number of the last one it was in."""
    last = (
        select(func.max(_BATCH.number))
        .join(BudgetExportEntry, BudgetExportEntry.export_id == _BATCH.id)
        .where(BudgetExportEntry.entry_id == BudgetEntry.id)
        .correlate(BudgetEntry)
        .scalar_subquery()
    )
    state = func.coalesce(BudgetExport.state, "")
    return {"done_at": BudgetEntry.checked_at, "effect": state, "kronor": BudgetExport.number, "granted": last}


def _moves() -> Select[*tuple[Any, ...]]:
    line = RedistributionLine
    columns = {"text": Redistribution.reason, "kronor": Redistribution.moved, "done_at": Redistribution.confirmed_at}
    shown = {"line_id": line.decision_line_id, "amount": line.change, **_OF_LINE}
    return (
        _row("move", Redistribution, at=Redistribution.made_at, **columns, **shown)
        .select_from(Redistribution)
        .join(Person, Person.id == Redistribution.made_by_id)
        .join(line, line.redistribution_id == Redistribution.id)
        .join(DecisionLine, DecisionLine.id == line.decision_line_id)
        .where(Redistribution.case_id == _CASE_ID)
    )


def _reports() -> Select[*tuple[Any, ...]]:
    line = FinalReportLine
    columns = {"kind": FinalReport.state, "text": FinalReport.summary, "more": FinalReport.answer, "kronor": FinalReport.used}
    shown = {"line_id": line.decision_line_id, "amount": line.used, "effect": line.effect, **_OF_LINE}
    return (
        _row("report", FinalReport, at=FinalReport.reported_at, granted=DecisionLine.granted, **columns, **shown)
        .select_from(FinalReport)
        .join(Person, Person.id == FinalReport.reported_by_id)
        .join(line, line.report_id == FinalReport.id)
        .join(DecisionLine, DecisionLine.id == line.decision_line_id)
        .where(FinalReport.case_id == _CASE_ID)
    )


def _outcome() -> Select[*tuple[Any, ...]]:
    """The ledger's outcome on the case's codes: one row, none where no file has held one of them."""
    said: dict[str, Any] = {
        "kind": literal("", String),
        "text": func.max(OutcomeImport.month),
        "more": literal("", String),
        "kronor": cast(func.sum(OutcomeRow.amount), BigInteger),
        "at": func.max(OutcomeImport.imported_at),
        "done_at": cast(null(), UTCDateTime),
        "line_id": cast(null(), Integer),
        "position": literal(0),
        "label": literal("", String),
        "amount": cast(null(), BigInteger),
        "code": cast(null(), JSON),
        "effect": literal("", String),
        "granted": cast(null(), BigInteger),
    }
    named = [literal(0).label("of_id"), literal(0).label("decision_id"), *(literal("", String).label(n) for n in _NAMES)]
    return (
        select(literal("outcome").label("what"), *named, *(said[name].label(name) for name in _COLUMNS))
        .select_from(OutcomeRow)
        .join(OutcomeImport, OutcomeImport.id == OutcomeRow.import_id)
        .where(OutcomeRow.case_id == _CASE_ID, outcome_queries.in_force)
        .group_by(OutcomeRow.case_id)
    )


_NAMES = ("title", "name")
_BATCH = aliased(BudgetExport)


def _interims() -> Select[*tuple[Any, ...]]:
    made = InterimReport
    none = {"line_id": cast(null(), Integer), "position": literal(0), "label": literal("", String)}
    due_on = cast(made.due_on, String)
    return (
        _row("interim", made, at=made.reported_at, text=made.text, more=due_on, amount=cast(null(), BigInteger), **none)
        .select_from(made)
        .join(Person, Person.id == made.reported_by_id)
        .where(made.case_id == _CASE_ID)
    )


_OF_LINE = {"position": DecisionLine.position, "label": DecisionLine.label}
_WHEN = {
    "accounting.record": _entries,
    "accounting.redistribute": _moves,
    "accounting.report_back": _reports,
    "accounting.report_interim": _interims,
}

Lines = Sequence[Any]


def overview(case: Case, happened: Container[str]) -> Overview:
    """Budget entries, redistributions and final reports of the case for its page, oldest first, and what it has cost according
    to the ledger; one statement.

    ``happened`` are the entry types in the case's log: what it does not name is not asked for.
    """
    asked = tuple(action for action in _WHEN if action in happened)
    found: dict[str, list[Lines]] = {"entry": [], "move": [], "report": [], "outcome": [], "interim": []}
    if asked:
        lines = session.execute(_asking(asked), {"case_id": case.id}).all()
        for (what, _id), group in groupby(lines, key=lambda line: (line.what, line.of_id)):
            found[what].append(list(group))
    return Overview(
        entries=[_recorded(entry) for entry in found["entry"]],
        redistributions=[_moved(made) for made in found["move"]],
        reports=[_reported(report, found["move"]) for report in found["report"]],
        outcome=_read(found["outcome"]),
        interims=[Interim(due_on=r.more, text=r.text, who=r.title or r.name, at=r.at) for (r,) in found["interim"]],
    )


@cache
def _asking(happened: tuple[str, ...]) -> CompoundSelect[*tuple[Any, ...]]:
    """What ``overview`` asks, of these entry types."""
    rows = [_WHEN[action]() for action in happened]
    if "accounting.record" in happened:
        rows.append(_outcome())
    return union_all(*rows).order_by("what", "of_id", "position")


def _read(found: Sequence[Lines]) -> Outcome | None:
    return Outcome(found[0][0].kronor, found[0][0].text, found[0][0].at) if found else None


def _recorded(lines: Lines) -> Recorded:
    entry = lines[0]
    return Recorded(
        name=_(KINDS[EntryKind(entry.kind)]),
        period=entry.text,
        frequency=_(FREQUENCIES[entry.more]),
        who=entry.title or entry.name,
        at=entry.at,
        lines=[(line.label, _in_order(line.code), line.amount) for line in lines],
        state=export_state(entry.effect, entry.kronor, entry.granted, is_checked=entry.done_at is not None),
    )


def export_state(state: str, number: int | None, last: int | None, *, is_checked: bool) -> str:
    """How an entry stands with the ledger: ``state`` and ``number`` of its living batch, ``last`` the one it was in last."""
    if state:
        told = {"made": _("Exporterad i fil nr %(n)s", n=number), "accepted": _("Godkänd i fil nr %(n)s", n=number)}
        return told[state]
    if not is_checked and current_settings().budget_control:
        return _("Väntar på kontroll")
    return _("Avvisad i fil nr %(n)s, väntar på ny export", n=last) if last else _("Väntar på export")


def _in_order(code: Mapping[str, str]) -> str:
    """A code as it is read: its parts in the municipality's order, parts no longer in use last."""
    known = [part.key for part in current_settings().code_parts]
    return " ".join(code[key] for key in sorted(code, key=lambda key: known.index(key) if key in known else len(known)))


def _moved(lines: Lines) -> Moved:
    made = lines[0]
    return Moved(
        reason=made.text,
        moved=made.kronor,
        who=made.title or made.name,
        at=made.at,
        confirmed_at=made.done_at,
        lines=[(line.label, line.amount) for line in lines],
    )


def _held(report: Lines, moves: Iterable[Lines]) -> dict[int, int]:
    """Kronor per priced line when the report was made: what was granted and what had been moved by then."""
    granted = {line.line_id: line.granted or 0 for line in report if line.amount is not None}
    changes = [
        (line.line_id, line.amount)
        for made in moves
        if made[0].decision_id == report[0].decision_id and made[0].at <= report[0].at
        for line in made
        if line.line_id in granted
    ]
    return amounts.current(granted, changes)


def _reported(lines: Lines, moves: Iterable[Lines]) -> Reported:
    report, held = lines[0], _held(lines, moves)
    rows = [reported_row(line.label, held.get(line.line_id), line.amount, line.effect, line.line_id) for line in lines]
    return Reported(
        used=report.kronor,
        over=sum(row.over for row in rows),
        summary=report.text,
        state=report.kind,
        answer=report.more,
        who=report.title or report.name,
        at=report.at,
        rows=rows,
    )
