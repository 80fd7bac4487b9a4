"""Reads of notices: one's own, and what waits to go with a digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from portal.db import session
from portal.notices.kinds import How, Kind, words_of
from portal.notices.models import Notice, NoticeChoice
from portal.paging import cursor
from portal.people.actor import Actor
from portal.people.models import Person
from portal.register import paging
from portal.register.access import is_visible
from portal.register.models import Case
from portal.register.queries import DIARY_NUMBER
from portal.text import _

PAGE = 50
COUNTED = 100
UNNUMBERED = "Äskande utan nummer"


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as one reads it: what has happened, the case's number and its public title, and nothing else of it.

    ``open`` says whether its case can be opened by the reader now.
    """

    public_id: UUID
    text: str
    title: str
    at: datetime
    unread: bool
    open: bool


def page(actor: Actor, after: str = "") -> tuple[list[Shown], str | None]:
    """A page of one's notices, newest first, and the token of the next. Raises Invalid for a token that is none."""
    statement = (
        select(
            Notice.id,
            Notice.public_id,
            Notice.event,
            Notice.at,
            Notice.read_at,
            Notice.copy,
            DIARY_NUMBER,
            Case.public_title,
            is_visible(actor),
        )
        .join(Case, Case.id == Notice.case_id)
        .where(Notice.person_id == actor.person_id)
    )
    rows: Sequence[Any] = session.execute(paging.after(statement, after, at=Notice.at, row_id=Notice.id, most=PAGE)).all()
    shown = [
        Shown(
            row.public_id,
            f"{_(words_of(row.event))} {row[6] or ''}".strip(" :") if row[6] else _(words_of(row.event)).strip(" :"),
            row.public_title if row[6] else _(UNNUMBERED),
            row.at,
            row.read_at is None,
            bool(row[8]) or row.copy is not None,
        )
        for row in rows[:PAGE]
    ]
    return shown, cursor(rows[PAGE - 1].at, rows[PAGE - 1].id) if len(rows) > PAGE else None


def case_of(notice: Notice) -> UUID:
    """The public id of the case that a notice is about."""
    return session.get_one(Case, notice.case_id).public_id


def unread(person_id: int) -> ColumnElement[int]:
    """How many notices the person has not read, counted to a hundred; a column, for the frame's one statement."""
    some = select(Notice.id).where(Notice.person_id == person_id, Notice.read_at.is_(None)).limit(COUNTED).subquery("unread")
    return select(func.count()).select_from(some).scalar_subquery()


def choices(people: Sequence[int], kind: Kind) -> dict[int, How]:
    """How each of these persons (row ids) wants to be told of the kind, where they have said."""
    asked = select(NoticeChoice.person_id, NoticeChoice.how).where(
        NoticeChoice.person_id.in_(people), NoticeChoice.kind == kind.value
    )
    return {person_id: How(how) for person_id, how in session.execute(asked)}


def choices_of(person_id: int) -> dict[Kind, How]:
    """What one person has chosen; a kind that is not there is told at once."""
    asked = select(NoticeChoice.kind, NoticeChoice.how).where(NoticeChoice.person_id == person_id)
    return {Kind(kind): How(how) for kind, how in session.execute(asked)}


_WAITS = (Notice.mail == How.DAILY.value, Notice.mailed_at.is_(None), Notice.read_at.is_(None))


def await_digest(before: datetime) -> list[UUID]:
    """The persons (public ids) who have something for the digest of what came before the instant."""
    asked = (
        select(Person.public_id)
        .join(Notice, Notice.person_id == Person.id)
        .where(*_WAITS, Notice.at < before)
        .distinct()
        .order_by(Person.public_id)
    )
    return list(session.scalars(asked))


def for_digest(person: Person, before: datetime, most: int) -> list[tuple[Notice, Case]]:
    """What is to go with the person's digest, oldest first, and each with its case."""
    asked = (
        select(Notice, Case)
        .join(Case, Case.id == Notice.case_id)
        .where(Notice.person_id == person.id, *_WAITS, Notice.at < before)
        .order_by(Notice.id)
        .limit(most)
    )
    return [(notice, case) for notice, case in session.execute(asked)]
