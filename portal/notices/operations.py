"""Telling persons of events, and what they read and choose. The only writes of this package."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal import clock
from portal.db import changed_rows, is_sqlite, session
from portal.errors import Unknown
from portal.log import operations as log
from portal.notices import queries
from portal.notices.kinds import How, Kind, kind_of
from portal.notices.models import Notice, NoticeChoice
from portal.outbox import operations as outbox
from portal.people.actor import Actor
from portal.people.models import Person
from portal.people.permissions import Permission
from portal.register.models import Case


def tell(event: str, *, to: Person | Permission, case: Case, key: str) -> None:
    """Queue a notice of an event to one person, or to whoever holds a permission in the case's unit; once for each ``key``.

    The same as an outbox row of the kind ``notice``, which is what packages before this one write.
    """
    whom = {"person": str(to.public_id)} if isinstance(to, Person) else {"permission": to.value}
    outbox.enqueue(kind="notice", payload={"event": event, "case": str(case.public_id), **whom}, key=key)


def deliver(
    event: str, people: Sequence[Person], *, case: Case, key: str, copy: UUID | None = None, mails: bool = True
) -> list[tuple[Person, datetime]]:
    """Write the notice for each of ``people`` who has not had it; those it is mailed to at once, and when it came.

    With ``mails`` false it stands in the portal only.
    """
    chosen = queries.choices([person.id for person in people], kind_of(event))
    make = sqlite.insert if is_sqlite() else postgresql.insert
    now, at_once = clock.now(), []
    for person in people:
        how = chosen.get(person.id, How.NOW) if mails and person.email else How.NONE
        values = {
            "public_id": uuid4(),
            "person_id": person.id,
            "case_id": case.id,
            "event": event,
            "key": key,
            "copy": copy,
            "at": now,
            "mail": how.value,
        }
        statement = make(Notice).values(**values).on_conflict_do_nothing().returning(Notice.id)
        if session.execute(statement).one_or_none() is not None and how is How.NOW:
            at_once.append((person, now))
    return at_once


def mark_mailed(ids: Collection[int]) -> None:
    """These have gone with a digest."""
    session.execute(update(Notice).where(Notice.id.in_(list(ids)), Notice.mailed_at.is_(None)).values(mailed_at=clock.now()))


def read(*, notice_id: UUID, by: Actor) -> Notice:
    """Mark one of one's own notices as read. Raises Unknown for someone else's."""
    row = session.scalars(select(Notice).where(Notice.public_id == notice_id, Notice.person_id == by.person_id)).one_or_none()
    if row is None:
        raise Unknown
    row.read_at = row.read_at or clock.now()
    return row


def read_all(*, by: Actor) -> int:
    """Mark all one's notices as read; how many were not."""
    unread = (Notice.person_id == by.person_id, Notice.read_at.is_(None))
    return changed_rows(update(Notice).where(*unread).values(read_at=clock.now()))


def looked_at(case_id: int, person_id: int) -> None:
    """The person looks at the case: what they were told of it there is read. In the transaction that notes the look."""
    session.execute(
        update(Notice)
        .where(Notice.person_id == person_id, Notice.case_id == case_id, Notice.read_at.is_(None), Notice.copy.is_(None))
        .values(read_at=clock.now())
    )


def choose(chosen: Mapping[Kind, How], *, by: Actor) -> None:
    """How one wants to be told of each kind from now on; what has come is mailed as it was."""
    before = queries.choices_of(by.person_id)
    if before == dict(chosen):
        return
    session.execute(delete(NoticeChoice).where(NoticeChoice.person_id == by.person_id))
    for kind, how in chosen.items():
        session.add(NoticeChoice(person_id=by.person_id, kind=kind.value, how=how.value))
    session.flush()
    body: dict[str, object] = {**by.names, "chosen": {kind.value: how.value for kind, how in chosen.items()}}
    log.append(action="notices.choose", by=by, object_kind="person", object_id=by.public_id, case_id=None, body=body)
