"""Reads of registered documents: those of a case, one of them, and those of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from portal.db import session
from portal.errors import Unknown
from portal.people.actor import Actor
from portal.register import access, paging
from portal.register.document_models import DocumentType, RegisteredDocument, Source
from portal.register.models import Case


def among_first(case_id: Any, copies: Any) -> ColumnElement[bool]:
    """Of a registered document of the case: that it is no copy of a decision, or one of the first so many. A decision may go
    to thousands, who all stand in the proof of dispatch."""
    copy = aliased(RegisteredDocument)
    of_copies = select(copy.number).where(copy.case_id == case_id, copy.source_kind == Source.COPY.value)
    first = of_copies.order_by(copy.number).limit(copies).subquery("first_copies")
    last = select(func.max(first.c.number)).scalar_subquery()
    return or_(RegisteredDocument.source_kind != Source.COPY.value, RegisteredDocument.number <= last)


def find(public_id: UUID, actor: Actor) -> tuple[RegisteredDocument, Case]:
    """A registered document with its case, if the actor may see the case. Raises Unknown."""
    statement = (
        select(RegisteredDocument, Case)
        .join(Case, Case.id == RegisteredDocument.case_id)
        .where(RegisteredDocument.public_id == public_id)
        .options(joinedload(RegisteredDocument.type), joinedload(Case.unit), joinedload(Case.register))
    )
    row = session.execute(access.visible(statement, actor)).one_or_none()
    if row is None:
        raise Unknown
    return row[0], row[1]


def as_registered(public_id: UUID, actor: Actor) -> Sequence["Registered"]:
    """What the register shows of the documents of a case to one who sees no more of it."""
    statement = (
        select(RegisteredDocument, Case)
        .join(Case, Case.id == RegisteredDocument.case_id)
        .where(Case.public_id == public_id)
        .options(joinedload(RegisteredDocument.type))
        .order_by(RegisteredDocument.number)
    )
    return [Registered(*row, False) for row in session.execute(access.registered(statement, actor))]


def types() -> Sequence[DocumentType]:
    """The types of the plan, in its order."""
    return session.scalars(select(DocumentType).order_by(DocumentType.id)).all()


def type_id(code: str) -> int | None:
    """The row of a type, None where the plan has none of that code."""
    return session.scalar(select(DocumentType.id).where(DocumentType.code == code))


@dataclass(frozen=True, slots=True)
class Registered:
    """A document as a list of the register shows it; ``readable``: the actor sees more than the register's own row.

    Of a case with a secrecy mark, on the whole or on a part, a list shows what everyone may read: reading more is logged,
    and that is done on the case's own page.
    """

    document: RegisteredDocument
    case: Case
    readable: bool

    @property
    def title(self) -> str:
        """The title that is shown to the actor."""
        return self.document.title if self.readable and not self.case.is_marked else self.document.public_title

    @property
    def counterparty(self) -> str | None:
        """The sender or the recipient; None where it is withheld."""
        return None if self.case.is_marked and self.document.counterparty else self.document.counterparty

    @property
    def counterparty_number(self) -> str:
        """The other's own number, where it is shown."""
        return self.document.counterparty_number if self.readable and not self.case.is_marked else ""


PAGE = 100
MOST_PRINTED = 2_000


@dataclass(frozen=True, slots=True)
class OfDay:
    """One page of a day's documents; ``following`` is the row id that the next page begins after, ``count`` is of the day,
    exact to 1 000."""

    rows: Sequence[Registered]
    following: int | None
    count: int


def of_day(day: date, actor: Actor, *, after: int = 0, most: int = PAGE) -> OfDay:
    """What was registered on a Swedish day, in the order it was; two statements."""
    statement = (
        access.registered(select(RegisteredDocument, Case, access.is_visible(actor)), actor)
        .join(Case, Case.id == RegisteredDocument.case_id)
        .where(RegisteredDocument.registered_on == day)
    )
    page = (
        statement.where(tuple_(RegisteredDocument.registered_on, RegisteredDocument.id) > (day, after))
        .options(joinedload(RegisteredDocument.type))
        .order_by(RegisteredDocument.registered_on, RegisteredDocument.id)
        .limit(most + 1)
    )
    rows = session.execute(page).all()
    shown = [Registered(*row) for row in rows[:most]]
    some = statement.with_only_columns(RegisteredDocument.id).limit(paging.COUNTED + 1).subquery("day")
    count = session.scalar(select(func.count()).select_from(some)) or 0
    return OfDay(shown, shown[-1].document.id if len(rows) > most else None, count)
