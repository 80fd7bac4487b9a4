"""Reads of the conversation. The case has been let in by whoever asks; here only the circles are tried."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    cast,
    exists,
    false,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from portal import clock
from portal.conversation.circles import Audience, circles_of
from portal.conversation.models import Mention, Message
from portal.conversation.rules import refusal_to_answer
from portal.db import session
from portal.errors import Unknown
from portal.paging import cursor
from portal.people.actor import Actor
from portal.people.models import Person, RoleHolding
from portal.people.permissions import PERMISSIONS, Permission
from portal.register import paging
from portal.register.models import Case, CaseWriter
from portal.veil import Told

PAGE = 50
ON_THE_CASE = 5
"""Messages shown on the case page, the newest; the others stand on a page of their own."""
HOW = "message"
QUOTED = 140
"""Characters of a question that stand beside its answer."""
_QUESTION = aliased(Message)
_ANSWER = aliased(Message)
_OWN = aliased(Message)
_ASKED_BY = aliased(Person)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it is read. ``asked_by`` and ``asked`` are who asked and the beginning of what, of an answer whose question
    stands; ``open`` is a question that nobody has answered yet."""

    public_id: UUID
    who: str
    at: datetime
    kind: str
    audience: Audience
    text: str
    mentioned: str
    asked_by: str
    asked: str
    open: bool
    own: bool

    @property
    def awaits_reader(self) -> bool:
        """Whether the one who reads it may answer it, as far as the question goes."""
        return self.open and refusal_to_answer(own=self.own) is None


def readable(case_id: Any, unit_id: int, actor: Actor) -> ColumnElement[bool]:
    """The condition under which ``actor``, who sees the case of the unit, reads a ``Message`` of it."""
    circles = circles_of(actor, unit_id, writes=False)
    within = Message.audience.in_([each.value for each in Audience if each in circles])
    if len(circles) == len(Audience):
        return within
    more = circles_of(actor, unit_id, writes=True) - circles
    is_writer = exists().where(CaseWriter.case_id == case_id, CaseWriter.person_id == actor.person_id)
    as_writer = and_(Message.audience.in_([each.value for each in more]), is_writer) if more else false()
    mentioned = exists().where(Mention.message_id == Message.id, Mention.person_id == actor.person_id)
    asked = exists().where(_OWN.id == Message.answer_to_id, _OWN.by_id == actor.person_id)
    return or_(within, Message.by_id == actor.person_id, as_writer, mentioned, asked)


_COLUMNS = (
    Person.title.label("title"),
    Person.name.label("name"),
    Message.at.label("at"),
    Message.text.label("text"),
    Message.public_id.label("message"),
    Message.kind.label("kind"),
    Message.audience.label("audience"),
    Message.mentioned.label("mentioned"),
    _ASKED_BY.title.label("asked_by"),
    _QUESTION.text.label("asked"),
    and_(Message.kind == "question", ~exists().where(_ANSWER.answer_to_id == Message.id)).label("open"),
    Message.by_id.label("by_id"),
    Message.id.label("id"),
)


def _page(case_id: Any, unit_id: int, actor: Actor, after: str, most: int) -> "Select[*tuple[Any, ...]]":
    """The newest messages that the actor reads, from the one after the token's, and one more."""
    statement = (
        select(*_COLUMNS)
        .join(Person, Person.id == Message.by_id)
        .outerjoin(_QUESTION, _QUESTION.id == Message.answer_to_id)
        .outerjoin(_ASKED_BY, _ASKED_BY.id == _QUESTION.by_id)
        .where(Message.case_id == case_id, readable(case_id, unit_id, actor))
    )
    return paging.after(statement, after, at=Message.at, row_id=Message.id, most=most)


def _shown(row: Any, actor: Actor) -> Shown:
    return Shown(
        row.message,
        row.title or row.name,
        row.at,
        row.kind,
        Audience(row.audience),
        row.text,
        row.mentioned,
        row.asked_by or "",
        (row.asked or "")[:QUOTED],  # cut when the veil lies over it: half a hidden word is a word too
        bool(row.open),
        row.by_id == actor.person_id,
    )


def page(case: Case, actor: Actor, after: str = "") -> tuple[list[Shown], str | None]:
    """A page of the conversation, newest first, and the token of the next; one statement. Raises Invalid for a token that
    the portal did not make."""
    rows = session.execute(_page(case.id, case.unit_id, actor, after, PAGE)).all()
    shown = rows[:PAGE]
    following = cursor(shown[-1].at, shown[-1].id) if len(rows) > PAGE else None
    return [_shown(row, actor) for row in shown], following


# The newest messages among the rows (how, text, title, name, at) of what is said on the case page, which are one statement.
_NAMES = ("message", "kind", "audience", "mentioned", "asked_by", "asked", "open", "by_id")
_TYPES: tuple[TypeEngine[Any], ...] = (Uuid(), String(), String(), String(), String(), Told(), Boolean(), Integer())
NOTHING: tuple[ColumnElement[Any], ...] = tuple(
    cast(null(), kind).label(name) for name, kind in zip(_NAMES, _TYPES, strict=True)
)
"""What stands for a message in a row that is none."""


def in_thread(case_id: Any, unit_id: int, actor: Actor) -> "Select[*tuple[Any, ...]]":
    """The newest messages that the actor reads, ``ON_THE_CASE`` of them and one more: as rows of the case's thread, with
    what tells of a message after that."""
    newest = _page(case_id, unit_id, actor, "", ON_THE_CASE).subquery("newest").c
    columns = (newest.text, newest.title, newest.name, newest.at, *(newest[name] for name in _NAMES))
    return select(literal(HOW).label("how"), *columns)


def read_thread(rows: Iterable[Any], actor: Actor) -> tuple[list[Shown], bool]:
    """The messages among the rows of a thread, newest first, and whether there are older ones."""
    found = sorted((row for row in rows if row.how == HOW), key=lambda row: row.at, reverse=True)
    return [_shown(row, actor) for row in found[:ON_THE_CASE]], len(found) > ON_THE_CASE


def question(case: Case, actor: Actor, public_id: UUID) -> Message:
    """The question of the case that the actor reads. Raises Unknown."""
    wanted = (Message.case_id == case.id, Message.public_id == public_id, Message.kind == "question")
    found = session.scalars(select(Message).where(*wanted, readable(case.id, case.unit_id, actor))).one_or_none()
    if found is None:
        raise Unknown
    return found


def of_case(case: Case, *those: ColumnElement[bool], most: int) -> list[tuple[Message, Person]]:
    """The messages of a case with who wrote them, oldest first, for whoever cleans it: the registrar reads every circle."""
    statement = select(Message, Person).join(Person, Person.id == Message.by_id).where(Message.case_id == case.id, *those)
    return [(message, person) for message, person in session.execute(statement.order_by(Message.at, Message.id).limit(most))]


def named(typed: str) -> list[Person]:
    """Those who can sign in and have what was typed as their username, name or title; two at most, which is too many."""
    found = or_(Person.username == typed.casefold(), Person.name == typed, Person.title == typed)
    return list(session.scalars(select(Person).where(found, Person.disabled_at.is_(None)).order_by(Person.id).limit(2)))


def candidates(case: Case) -> list[Person]:
    """Whom one may think of mentioning: those who write in the case and whose role today reads cases, or those of its unit, by
    name; 200 at most. Whether they see this case is tried when they are mentioned."""
    anywhere = [role.value for role, given in PERMISSIONS.items() if Permission.READ_CASES in given]
    in_unit = [role.value for role, given in PERMISSIONS.items() if Permission.READ_UNIT_CASES in given]
    today = clock.today()
    reads = or_(RoleHolding.role.in_(anywhere), and_(RoleHolding.role.in_(in_unit), RoleHolding.unit_id == case.unit_id))
    lasts = or_(RoleHolding.valid_to.is_(None), RoleHolding.valid_to >= today)
    held = exists().where(RoleHolding.person_id == Person.id, reads, RoleHolding.valid_from <= today, lasts)
    writes = exists().where(CaseWriter.person_id == Person.id, CaseWriter.case_id == case.id)
    statement = select(Person).where(or_(held, writes), Person.disabled_at.is_(None))
    return list(session.scalars(statement.order_by(Person.name, Person.id).limit(200)))
