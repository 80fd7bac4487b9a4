"""Secrecy marks: which stand on a case, what they hide from a person, and which are due to be looked at again.

What the parts of a case are called is told by packages that know them (``portal.composition``, ``parts_named``).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.orm import contains_eager, joinedload

from portal import veil
from portal.db import session
from portal.errors import Unknown
from portal.people.actor import Actor
from portal.people.models import Person
from portal.register import access, paging
from portal.register.models import Case, MarkReader, SecrecyMark

# In the words of the index: a bound value would keep the planner from it.
STANDS: ColumnElement[bool] = literal_column("secrecy_mark.lifted_at IS NULL")


@dataclass(frozen=True, slots=True)
class Part:
    """What of a case can be marked beside the whole: a line by what it is called, or a document by its public id.

    ``key`` is its value in a form, ``said`` what it is called there.
    """

    key: str
    said: str
    line_label: str = ""
    source_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """Marked documents: the names to hide, and the public ids of all their editions."""

    words: frozenset[str]
    sources: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a person may not read of a case: words, and documents by the public ids of what they were made from."""

    words: frozenset[str]
    sources: frozenset[UUID]
    lines: bool

    def __bool__(self) -> bool:
        return bool(self.words or self.sources)


NOTHING = Hidden(frozenset(), frozenset(), lines=False)


def standing(case: Case) -> Sequence[SecrecyMark]:
    """Every mark that stands on the case, with who set it, the oldest first; none is asked for where none can stand."""
    if not case.is_marked:
        return ()
    statement = select(SecrecyMark).where(SecrecyMark.case_id == case.id, SecrecyMark.lifted_at.is_(None))
    return session.scalars(statement.options(joinedload(SecrecyMark.marked_by)).order_by(SecrecyMark.id)).all()


def mark_of(case: Case, public_id: UUID) -> SecrecyMark:
    """One mark that stands on the case. Raises Unknown."""
    for mark in standing(case):
        if mark.public_id == public_id:
            return mark
    raise Unknown


def on_same(case: Case, *, line_label: str, source_id: UUID | None) -> SecrecyMark | None:
    """The mark that stands on just that: a line, a document, or (neither) the whole case."""
    marks = standing(case)
    return next((mark for mark in marks if (mark.line_label, mark.source_id) == (line_label, source_id)), None)


def readers_of(mark: SecrecyMark) -> frozenset[UUID]:
    """The public ids of the persons named on the mark."""
    named = select(Person.public_id).join(MarkReader, MarkReader.person_id == Person.id).where(MarkReader.mark_id == mark.id)
    return frozenset(session.scalars(named))


def parts(case: Case) -> Sequence[Part]:
    """What of the case can be marked."""
    markable: Callable[[Case], Sequence[Part]] = current_app.extensions["markable"]
    return markable(case)


def hidden(case: Case, actor: Actor) -> Hidden:
    """What marks on parts of the case hide from ``actor``, who sees the case or got a copy. Asked for where no veil lies."""
    if not case.is_partly_secret:
        return NOTHING
    statement = (
        select(SecrecyMark)
        .join(Case, Case.id == SecrecyMark.case_id)
        .where(Case.id == case.id, SecrecyMark.lifted_at.is_(None), *access.ON_A_PART, ~access.reads_mark(actor))
    )
    return of_marks(case, session.scalars(statement).all())


def of_marks(case: Case, marks: Collection[SecrecyMark]) -> Hidden:
    """What the marks hide from those without right."""
    labels = {mark.line_label for mark in marks if mark.line_label}
    sources = frozenset(mark.source_id for mark in marks if mark.source_id)
    names_of: Callable[[Case, frozenset[UUID]], Parts] = current_app.extensions["parts_named"]
    named = names_of(case, sources) if sources else Parts(frozenset(), frozenset())
    return Hidden(named.words | labels, named.sources, bool(labels))


def open_to_all(case: Case) -> Hidden:
    """What marks on parts of the case hide from whoever has no right of their own: for mails, logs and files that leave."""
    return of_marks(case, [mark for mark in standing(case) if not mark.hides_amount and (mark.line_label or mark.source_id)])


def lay_veil(case: Case, actor: Actor) -> bool:
    """Read what follows through a veil over what ``actor`` may not read of the case; whether anything is hidden."""
    found = hidden(case, actor)
    if not found:
        return False
    veil.lay(veil.Veil(found.words, found.sources, lines=found.lines))
    return True


def _due(actor: Actor, today: date) -> "Select[Any]":
    statement = select(SecrecyMark).join(Case, Case.id == SecrecyMark.case_id).where(STANDS, SecrecyMark.review_on <= today)
    return access.visible(statement, actor)


def to_review(actor: Actor, today: date, *, most: int) -> Sequence[SecrecyMark]:
    """The marks whose day to be looked at again has come, the longest overdue first, with their cases."""
    due = _due(actor, today).options(contains_eager(SecrecyMark.case)).order_by(SecrecyMark.review_on, SecrecyMark.id)
    return session.scalars(due.limit(most)).all()


def count_to_review(actor: Actor, today: date) -> int:
    """How many they are, exact to 1 000."""
    some = (
        _due(actor, today)
        .with_only_columns(SecrecyMark.id)
        .order_by(SecrecyMark.review_on)
        .limit(paging.COUNTED + 1)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


def due_now(today: date) -> "Select[int]":
    """The row ids of the same marks, for the registrar, who sees them all."""
    return select(SecrecyMark.id).where(STANDS, SecrecyMark.review_on <= today)


def due_on_day(today: date) -> Sequence[tuple[UUID, UUID, date]]:
    """The same marks for the worker, that reminds of each once: mark and case by public ids, and the day."""
    statement = select(SecrecyMark.public_id, Case.public_id, SecrecyMark.review_on).join(Case, Case.id == SecrecyMark.case_id)
    rows = session.execute(statement.where(STANDS, SecrecyMark.review_on <= today).order_by(SecrecyMark.review_on))
    return [(mark, case, day) for mark, case, day in rows if day]
