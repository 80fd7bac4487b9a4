"""Reads of what closing needs, of closed cases and of the archive."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, exists, false, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from portal.accounting.models import BudgetEntry, EntryKind, FinalReport, Redistribution
from portal.accounting.queries import is_report_due
from portal.archive import completeness
from portal.archive.completeness import Standing
from portal.archive.facts import Facts
from portal.archive.material import has_material
from portal.db import session
from portal.decisions import queries as decisions
from portal.decisions.models import Decision
from portal.decisions.queries import Known
from portal.dispatch.models import Copy
from portal.documents.models import Document
from portal.funding_requests.models import FundingRequest
from portal.paging import cursor, read_cursor
from portal.people.actor import Actor
from portal.people.models import Unit
from portal.register.access import visible
from portal.register.models import Case, CaseFact, SecrecyMark
from portal.register.paging import too_short, uuid_of, within
from portal.register.queries import AWAITS_NUMBER, Parts, base_facts

PAGE = 50
COUNTED_TO = 1000
Instant = InstrumentedAttribute[datetime]


def columns() -> tuple[Any, ...]:
    """What the gate looks at, as ``decisions.queries.standing`` reads it."""
    checked = exists().where(CaseFact.case_id == Case.id, CaseFact.kind == "registration_checked")
    marks = (
        select(func.count())
        .where(SecrecyMark.case_id == Case.id, SecrecyMark.lifted_at.is_(None), SecrecyMark.confirmed_at.is_(None))
        .scalar_subquery()
    )
    document = exists().where(Document.source_id == Decision.public_id, Document.kind == "decision")
    entry = exists().where(BudgetEntry.decision_id == Decision.id, BudgetEntry.kind == EntryKind.DECISION.value)
    moves = (
        select(func.count())
        .where(Redistribution.decision_id == Decision.id, Redistribution.confirmed_at.is_(None))
        .scalar_subquery()
    )
    accepted = exists().where(FinalReport.decision_id == Decision.id, FinalReport.state == "accepted")
    copies = (_copies("waiting"), _copies("failed"))
    awaits, material = AWAITS_NUMBER, has_material(decisions.CASE_ID)
    return (checked, marks, Decision.granted, document, *copies, entry, moves, Decision.report_by, accepted, awaits, material)


def known_of(case: Case) -> Known:
    """What the gate and the rules look at, in one statement."""
    return decisions.standing(case, columns)


def standing(case: Case, known: Known | None = None) -> Standing:
    """What the gate looks at, in one statement."""
    row = known or known_of(case)
    return Standing(
        registration_checked=row[0],
        unconfirmed_marks=row[1],
        granted=row[2],
        document_made=row[3],
        copies_waiting=row[4],
        copies_failed=row[5],
        entry_recorded=row[6],
        unconfirmed_redistributions=row[7],
        report_due=is_report_due(row[2], row[8]),
        report_accepted=row[9],
        awaits_number=row[10],
    )


def _copies(state: str) -> ScalarSelect[int]:
    return select(func.count()).where(Copy.case_id == Case.id, Copy.state == state).scalar_subquery()


def gate(case: Case) -> list[str]:
    """What is missing before the case can be closed, one sentence each; empty when it is complete."""
    known = standing(case)
    report = completeness.report_missing(known)
    return completeness.missing(known) + ([report] if report else [])


def facts(case: Case, actor: Actor, *, parts: Parts | None = None, known: Known | None = None) -> Facts:
    """What this package's rules need, in two statements."""
    known = known or known_of(case)
    now = standing(case, known)
    return Facts(
        **base_facts(case, actor, parts),
        missing=tuple(completeness.missing(now)),
        report_missing=completeness.report_missing(now),
        has_material=bool(known[11]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list of the archive is narrowed to, as it stands in the address; ``first`` and ``last`` are Swedish days of the
    closing or archiving."""

    text: str = ""
    unit: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list of the archive; ``at`` is when it was closed, or archived, ``outcome`` as decided (None: withdrawn)."""

    public_id: UUID
    number: str
    title: str
    unit: str
    outcome: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list with the token of the next; ``total`` stops counting at ``COUNTED_TO`` + 1."""

    rows: list[Row]
    after: str | None
    total: int


def closed(actor: Actor, chosen: Filter, after: str | None = None) -> Page:
    """Closed cases that wait to be archived, those closed first first. Two statements."""
    statement = _listed(actor, Case.status_since).where(Case.status == "closed")
    return _page(_narrowed(statement, chosen, Case.status_since), Case.status_since, after, newest_first=False)


def archived(actor: Actor, chosen: Filter, after: str | None = None) -> Page:
    """Archived cases, those archived last first. Two statements."""
    statement = _listed(actor, Case.status_since).where(Case.status == "archived")  # since then: nothing comes after
    return _page(_narrowed(statement, chosen, Case.status_since), Case.status_since, after, newest_first=True)


def _listed(actor: Actor, at: Instant) -> Select[*tuple[Any, ...]]:
    statement = (
        select(Case.public_id, Case.number, Case.seen_title, Unit.name, FundingRequest.outcome, at, Case.id)
        .join(Unit, Unit.id == Case.unit_id)
        .join(FundingRequest, FundingRequest.case_id == Case.id)
    )
    return visible(statement, actor)


def _narrowed(statement: Select[*tuple[Any, ...]], chosen: Filter, at: Instant) -> Select[*tuple[Any, ...]]:
    if too_short(chosen.text):
        statement = statement.where(false())
    elif chosen.text:
        wanted = {chosen.text, chosen.text.lower(), chosen.text.capitalize()}  # SQLite's lower() knows no Å, Ä, Ö
        words = [column.contains(text, autoescape=True) for text in sorted(wanted) for column in (Case.seen_title, Case.number)]
        statement = statement.where(or_(*words))
    if chosen.unit:
        unit = select(Unit.id).where(Unit.public_id == uuid_of(chosen.unit))
        statement = statement.where(Case.unit_id == unit.scalar_subquery())
    return within(statement, at, chosen.first, chosen.last)


def _page(statement: Select[*tuple[Any, ...]], at: Instant, after: str | None, *, newest_first: bool) -> Page:
    total = (
        session.scalar(
            select(func.count()).select_from(statement.with_only_columns(Case.id).limit(COUNTED_TO + 1).subquery("page"))
        )
        or 0
    )
    if key := read_cursor(after):
        instant, row_id = key
        mine, its = tuple_(at, Case.id), tuple_(literal(instant, at.type), literal(row_id))
        statement = statement.where(mine < its if newest_first else mine > its)
    order = (at.desc(), Case.id.desc()) if newest_first else (at, Case.id)
    found = session.execute(statement.order_by(*order).limit(PAGE + 1)).all()
    rows = [Row(*row[:6]) for row in found[:PAGE]]
    next_page = cursor(found[PAGE - 1][5], found[PAGE - 1][6]) if len(found) > PAGE else None
    return Page(rows, next_page, total)
