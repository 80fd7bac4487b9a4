"""Reads of what closing needs, of closed cases and of the archive."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from portal.accounting.models import BudgetEntry, EntryKind, FinalReport, Redistribution
from portal.accounting.queries import is_report_due
from portal.archive import completeness
from portal.archive.completeness import Standing
from portal.archive.facts import Facts
from portal.archive.models import Archiving, Closing
from portal.db import session
from portal.decisions.models import Decision
from portal.dispatch.models import Copy
from portal.documents.models import Document
from portal.people.actor import Actor
from portal.people.models import Person, Unit
from portal.register.access import visible
from portal.register.models import Case, CaseFact, SecrecyMark
from portal.register.queries import base_facts

PAGE = 50
COUNTED_TO = 1000


def standing(case: Case) -> Standing:
    """What the gate looks at, in one statement."""
    checked = exists().where(CaseFact.case_id == Case.id, CaseFact.kind == "registration_checked")
    marks = (
        select(func.count())
        .where(SecrecyMark.case_id == Case.id, SecrecyMark.lifted_at.is_(None), SecrecyMark.confirmed_at.is_(None))
        .scalar_subquery()
    )
    document = exists().where(
        Document.case_id == Case.id, Document.kind == "decision", Document.source_id == Decision.public_id
    )
    entry = exists().where(BudgetEntry.decision_id == Decision.id, BudgetEntry.kind == EntryKind.DECISION.value)
    moves = (
        select(func.count())
        .where(Redistribution.decision_id == Decision.id, Redistribution.confirmed_at.is_(None))
        .scalar_subquery()
    )
    accepted = exists().where(FinalReport.decision_id == Decision.id, FinalReport.state == "accepted")
    row = session.execute(
        select(
            checked,
            marks,
            Decision.granted,
            document,
            _copies("waiting"),
            _copies("failed"),
            entry,
            moves,
            Decision.report_by,
            accepted,
        )
        .select_from(Case)
        .outerjoin(Decision, and_(Decision.case_id == Case.id, Decision.replaced_at.is_(None)))
        .where(Case.id == case.id)
    ).one()
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
    )


def _copies(state: str):  # type: ignore[no-untyped-def]
    return select(func.count()).where(Copy.case_id == Case.id, Copy.state == state).scalar_subquery()


def gate(case: Case) -> list[str]:
    """What is missing before the case can be closed, one sentence each; empty when it is complete."""
    known = standing(case)
    report = completeness.report_missing(known)
    return completeness.missing(known) + ([report] if report else [])


def facts(case: Case, actor: Actor) -> Facts:
    """What this package's rules need, in two statements."""
    known = standing(case)
    return Facts(
        **base_facts(case, actor),
        missing=tuple(completeness.missing(known)),
        report_missing=completeness.report_missing(known),
    )


def closings(case: Case) -> list[Closing]:
    """Every closing of the case, oldest first."""
    return list(session.scalars(select(Closing).where(Closing.case_id == case.id).order_by(Closing.id)))


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the list of the archive: ``at`` is when it was closed, or archived, and ``cursor`` begins the next page."""

    public_id: UUID
    number: str
    title: str
    unit: str
    at: datetime
    by: str
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the list of the archive is narrowed to; dates are civil and included."""

    text: str = ""
    unit: UUID | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; ``total`` stops counting at ``COUNTED_TO`` + 1."""

    rows: list[Row]
    after: str | None
    total: int
