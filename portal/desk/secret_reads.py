"""Who has read what secrecy marks hide: the entries of the log that were written before it was shown, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, literal_column, or_, select

from portal.db import session
from portal.documents.models import Document
from portal.log.models import READ_SECRET, LogEntry
from portal.log.queries import bodies_of
from portal.paging import cursor
from portal.people.actor import Actor, acting_as
from portal.people.models import Person
from portal.register import access, paging
from portal.register.models import Case
from portal.text import _

# In the words of the index: a bound value would keep the planner from it.
_IS_READ: ColumnElement[bool] = literal_column(f"log_entry.action = '{READ_SECRET}'")
_WHAT = {"case": "Ärendet", "document": "En handling", "copy": "Beslutet, som kopia"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen, as it stands in the address: a person by public id, a case by number, the first and last Swedish day."""

    person: str = ""
    number: str = ""
    first: str = ""
    last: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """One reading. ``case`` is None where it is there no more (disposed of), ``document`` empty where it was the case."""

    at: datetime
    who: str
    case: Case | None
    what: str
    document: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One page; ``following`` is the token of the next, ``count`` is exact to 1 000."""

    rows: Sequence[Read]
    following: str | None
    count: int


def _asked(chosen: Filters, actor: Actor) -> "Select[Any]":
    statement = select(LogEntry).where(_IS_READ)
    if chosen.person:
        statement = statement.where(LogEntry.actor == paging.uuid_of(chosen.person))
    if chosen.number:
        numbered = paging.asked_for(chosen.number)
        ids = (
            tuple(session.scalars(access.registered(select(Case.public_id), actor).where(or_(*numbered)).limit(2)))
            if numbered
            else ()
        )
        statement = statement.where(LogEntry.case_id == ids[0] if len(ids) == 1 else false())
    return paging.within(statement, LogEntry.at, chosen.first, chosen.last)


def listed(actor: Actor, chosen: Filters) -> Listed:
    """One page of readings. Raises Invalid for a page token that is none."""
    asked = _asked(chosen, actor)
    entries = session.scalars(paging.after(asked, chosen.after, at=LogEntry.at, row_id=LogEntry.seq)).all()
    shown = entries[: paging.PAGE]
    following = cursor(shown[-1].at, shown[-1].seq) if len(entries) > len(shown) else None
    return Listed(_told(shown, actor), following, paging.counted(asked, at=LogEntry.at, row_id=LogEntry.seq))


def everything(actor: Actor, chosen: Filters) -> list[Read]:
    """The whole choice, for a file. Raises Invalid when it is more than fits in one."""
    entries = session.scalars(
        paging.after(_asked(chosen, actor), "", at=LogEntry.at, row_id=LogEntry.seq, most=paging.MOST_IN_FILE)
    )
    rows = entries.all()
    paging.whole(rows)
    return _told(rows, actor)


def _told(entries: Sequence[LogEntry], actor: Actor) -> list[Read]:
    """The readings in words, of the cases that ``actor`` may see; three statements however many."""
    wanted = {entry.case_id for entry in entries if entry.case_id}
    seen = session.scalars(access.visible(select(Case).where(Case.public_id.in_(wanted)), actor)) if wanted else ()
    cases: dict[UUID, Case] = {case.public_id: case for case in seen}
    named = {entry.object_id for entry in entries if entry.object_kind == "document" and entry.case_id in cases}
    titles: dict[UUID, str] = {}
    if named:
        found = select(Document.public_id, Document.title).join(Case, Case.id == Document.case_id)
        rows = session.execute(access.visible(found.where(Document.public_id.in_(named)), actor))
        for public_id, title in rows:
            titles[public_id] = title
    bodies = bodies_of([entry.seq for entry in entries])
    return [
        Read(
            at=entry.at,
            who=_who(bodies.get(entry.seq, {})),
            case=cases.get(entry.case_id) if entry.case_id else None,
            what=_(_WHAT.get(entry.object_kind, "Ärendet")),
            document=titles.get(entry.object_id, ""),
        )
        for entry in entries
    ]


def _who(body: dict[str, Any]) -> str:
    name, title = str(body.get("by") or ""), str(body.get("by_title") or "")
    said = f"{name}, {title}" if name and title and title != name else name or title or _("Uppgiften är gallrad")
    if instead := body.get("for_title") or body.get("for"):
        return _("%(name)s som %(acting)s", name=said, acting=acting_as(str(instead)))
    return said


def readers() -> list[tuple[str, str]]:
    """Everyone who could have read, for the filter, by name; 500 at most."""
    rows = session.execute(select(Person.public_id, Person.name).order_by(Person.name, Person.id).limit(500))
    return [(str(public_id), name) for public_id, name in rows]
