"""What an auditor looks for among the decisions (avvikelser), each kind read along an index of its own.

A deviation is no fault: it is a decision to look at. What a person may not see is neither shown nor counted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, literal_column, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from portal import clock
from portal.accounting.models import FinalReport
from portal.db import session
from portal.decisions.listing import unreported
from portal.decisions.models import Decision, MinutesEntry, Outcome
from portal.errors import Invalid
from portal.paging import cursor, read_cursor
from portal.people.actor import Actor, acting_as
from portal.register import access, paging
from portal.register.models import Case
from portal.text import _
from portal.web.filters import day

YEARS = 5  # in the chart, this one and those before


class Kind(StrEnum):
    """The kinds, by the word in the address."""

    ACTING = "tf"
    AGAINST = "mot-yttrande"
    OWN_UNIT = "egen-enhet"
    NO_STATEMENT = "utan-yttrande"
    LATE_REPORT = "slutredovisning"
    UNREPORTED = "anmalan"
    REPLACED = "ersatta"


NAMES: Mapping[Kind, str] = {
    Kind.ACTING: "Beslut av tf",
    Kind.AGAINST: "Beslut mot ekonomis yttrande",
    Kind.OWN_UNIT: "Beslut till den egna enheten",
    Kind.NO_STATEMENT: "Beslut utan det yttrande som krävs",
    Kind.LATE_REPORT: "Slutredovisning sen eller saknas",
    Kind.UNREPORTED: "Delegationsbeslut som inte har anmälts",
    Kind.REPLACED: "Beslut som ersätter ett tidigare",
}


@dataclass(frozen=True, slots=True)
class Span:
    """When decisions count: ``year`` None is any; ``today`` and ``report_within`` (days) say what is late."""

    today: date
    report_within: int
    year: int | None = None


def _in_time() -> ColumnElement[bool]:
    """A final report that was not sent back came on its day at the latest."""
    in_time = FinalReport.reported_on <= Decision.report_by
    return exists(
        select(FinalReport.id)
        .where(FinalReport.decision_id == Decision.id, FinalReport.state != "returned", in_time)
        .correlate(Decision)
    )


def _late(span: Span) -> tuple[ColumnElement[bool], ...]:
    return (Decision.report_by.is_not(None), Decision.replaced_at.is_(None), Decision.report_by < span.today, ~_in_time())


def _unreported(span: Span) -> tuple[ColumnElement[bool], ...]:
    after = clock.midnight(span.today - timedelta(days=span.report_within))
    return (unreported(), Decision.decided_at < after)


def _is(words: str) -> Callable[[Span], tuple[ColumnElement[bool], ...]]:
    # In the words of the index: a bound value would keep the planner from it.
    return lambda _span: (literal_column(words),)


_CONDITIONS: Mapping[Kind, Callable[[Span], tuple[ColumnElement[bool], ...]]] = {
    Kind.ACTING: _is("decision.acting_for_id IS NOT NULL"),
    Kind.AGAINST: _is("decision.against_statement"),
    Kind.OWN_UNIT: _is("decision.for_own_unit"),
    Kind.NO_STATEMENT: _is("decision.no_statement_reason <> ''"),
    Kind.LATE_REPORT: _late,
    Kind.UNREPORTED: _unreported,
    Kind.REPLACED: _is("decision.replaces_id IS NOT NULL"),
}


def _at(kind: Kind | None) -> InstrumentedAttribute[Any]:
    """What the kind is ordered by, and its year taken from: when it was decided, or when the report was due."""
    return Decision.report_by if kind is Kind.LATE_REPORT else Decision.decided_at


def _within(kind: Kind | None, year: int | None) -> tuple[ColumnElement[bool], ...]:
    if year is None:
        return ()
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    if kind is Kind.LATE_REPORT:
        return (Decision.report_by >= first, Decision.report_by < after)
    return (Decision.decided_at >= clock.midnight(first), Decision.decided_at < clock.midnight(after))


def _base(actor: Actor, kind: Kind | None, span: Span) -> "Select[Decision, Case]":
    """Decisions of the kind (None: all) in the span that ``actor`` may see."""
    of_kind = _CONDITIONS[kind](span) if kind else ()
    statement = select(Decision, Case).join(Case, Case.id == Decision.case_id)
    return access.visible(statement.where(*of_kind, *_within(kind, span.year)), actor)


@dataclass(frozen=True, slots=True)
class Row:
    """A decision with its case; ``why`` says what is to be looked at."""

    decision: Decision
    case: Case
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a kind; ``following`` is the token of the next."""

    rows: Sequence[Row]
    following: str | None


def _person(row: Decision) -> str:
    return row.decided_by.name


def _against(row: Decision) -> str:
    if row.outcome == Outcome.REJECTED:
        return _("Avslaget. Ekonomi tillstyrkte.")
    return _("Beviljat. Ekonomi avstyrkte.")


def _standing_in(row: Decision) -> str:
    principal = row.acting_for
    return f"{_person(row)}, {acting_as(principal.title or principal.name if principal else '')}"


def _report(row: Decision, came: datetime | None) -> str:
    due = _("Skulle lämnas senast %(day)s.", day=day(row.report_by))
    return f"{due} " + (_("Lämnad %(day)s.", day=day(came)) if came else _("Inte lämnad."))


def _reason(case: Case, text: str | None) -> str:
    """A reason as it was given. Of a secret case it is content, which is read in the case, where the reading is logged."""
    return _("Skälet läses i ärendet.") if case.is_marked else text or ""


def _why(kind: Kind, row: Decision, case: Case, came: datetime | None) -> str:
    old = row.replaces
    return {
        Kind.ACTING: lambda: _standing_in(row),
        Kind.AGAINST: lambda: _against(row),
        Kind.OWN_UNIT: lambda: _("%(name)s har en roll i %(unit)s.", name=_person(row), unit=case.unit.name),
        Kind.NO_STATEMENT: lambda: _reason(case, row.no_statement_reason),
        Kind.LATE_REPORT: lambda: _report(row, came),
        Kind.UNREPORTED: lambda: _("Beslutat %(day)s, inte anmält.", day=day(row.decided_on)),
        Kind.REPLACED: lambda: _(
            "Ersätter %(old)s. %(why)s", old=old.number if old else "", why=_reason(case, row.replacement_reason)
        ),
    }[kind]()


def _beyond(raw: str, kind: Kind) -> tuple[ColumnElement[bool], ...]:
    if not raw:
        return ()
    key = read_cursor(raw)
    if key is None:
        raise Invalid({"": _("Sidan kan inte visas. Börja om från listans början.")})
    at = _at(kind)
    value = key[0].date() if kind is Kind.LATE_REPORT else key[0]
    return (tuple_(at, Decision.id) < tuple_(literal(value, at.type), literal(key[1])),)


def _token(kind: Kind, row: Decision) -> str:
    at = row.decided_at
    if kind is Kind.LATE_REPORT and row.report_by:
        at = datetime.combine(row.report_by, time(), tzinfo=UTC)
    return cursor(at, row.id)


def _read(actor: Actor, kind: Kind, span: Span, after: str, most: int) -> list[Row]:
    came = (
        select(func.min(FinalReport.reported_at))
        .where(FinalReport.decision_id == Decision.id, FinalReport.state != "returned")
        .correlate(Decision)
        .scalar_subquery()
    )
    statement = (
        _base(actor, kind, span)
        .join(Case.unit)
        .add_columns(came)
        .where(*_beyond(after, kind))
        .options(
            contains_eager(Case.unit),
            joinedload(Decision.decided_by),
            joinedload(Decision.acting_for),
            joinedload(Decision.replaces),
        )
        .order_by(_at(kind).desc(), Decision.id.desc())
        .limit(most)
    )
    return [Row(row[0], row[1], _why(kind, row[0], row[1], row[2])) for row in session.execute(statement)]


def page(actor: Actor, kind: Kind, span: Span, after: str = "") -> Page:
    """One page of a kind, newest first; one statement. Raises Invalid for a page token that is none."""
    found = _read(actor, kind, span, after, paging.PAGE + 1)
    rows = found[: paging.PAGE]
    return Page(rows, _token(kind, rows[-1].decision) if len(found) > len(rows) else None)


def everything(actor: Actor, kind: Kind, span: Span) -> list[Row]:
    """All of a kind, for a file. Raises Invalid when they are more than fit in one."""
    rows = _read(actor, kind, span, "", paging.MOST_IN_FILE + 1)
    paging.whole(rows)
    return rows


def _counted(actor: Actor, kind: Kind, span: Span) -> ColumnElement[int]:
    ids = _base(actor, kind, span).with_only_columns(Decision.id)
    some = ids.order_by(_at(kind).desc(), Decision.id.desc()).limit(paging.COUNTED + 1).subquery("page")
    return select(func.count()).select_from(some).scalar_subquery()


def counts(actor: Actor, spans: Iterable[Span]) -> list[dict[Kind, int]]:
    """How many of each kind there are in each span, exact to 1 000 (1 001 means more); one statement."""
    asked = list(spans)
    found = session.execute(select(*(_counted(actor, kind, span) for span in asked for kind in Kind))).one()
    return [dict(zip(Kind, found[at : at + len(Kind)], strict=True)) for at in range(0, len(found), len(Kind))]


def population(actor: Actor, kind: Kind | None, span: Span) -> list[tuple[int, str]]:
    """Row id and number of every decision of the kind (None: all) in the span, for a sample to be drawn from."""
    statement = _base(actor, kind, span).with_only_columns(Decision.id, Decision.number)
    order = (_at(kind).desc(), Decision.id.desc())
    return [(row_id, number) for row_id, number in session.execute(statement.order_by(*order))]


def decisions_of(actor: Actor, ids: Sequence[int]) -> list[tuple[Decision, Case]]:
    """Those decisions with their cases, in the order of ``ids``, as far as ``actor`` may see them; one statement."""
    statement = select(Decision, Case).join(Case, Case.id == Decision.case_id).join(Case.unit).where(Decision.id.in_(ids))
    organ = joinedload(Decision.minutes).joinedload(MinutesEntry.organ)
    options = (contains_eager(Case.unit), joinedload(Decision.decided_by), joinedload(Decision.acting_for), organ)
    rows = {row[0].id: (row[0], row[1]) for row in session.execute(access.visible(statement, actor).options(*options))}
    return [rows[row_id] for row_id in ids if row_id in rows]
