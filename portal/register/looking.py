"""What has changed in a case since the person last looked at it.

A visit goes on while the person comes back within half an hour: what was new when it began stays marked until it is over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from portal import clock
from portal.db import is_sqlite, session, transaction
from portal.log.models import LogEntry
from portal.people.actor import Actor
from portal.register.models import Case, CaseLook

AT_MOST_EVERY = timedelta(minutes=1)
VISIT_ENDS = timedelta(minutes=30)
# What changes nothing for others: that someone read, and what was said to fewer than see the case.
QUIET = ("register.read_secret", "conversation.write_within")


@dataclass(frozen=True, slots=True)
class Since:
    """The end of the visit before this one: what came after log entry ``seq`` is new."""

    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Look:
    """A row of ``CaseLook`` as a plain value."""

    seen: Since
    before: Since | None

    def visit_at(self, now: datetime) -> Since | None:
        """The end of the visit before the one that ``now`` belongs to; None where this is the first."""
        return self.seen if now - self.seen.at > VISIT_ENDS else self.before


def read(row: CaseLook | None) -> Look | None:
    """The row as a value; None for none."""
    if row is None:
        return None
    before = Since(row.before_at, row.before_seq) if row.before_at is not None and row.before_seq is not None else None
    return Look(Since(row.seen_at, row.seen_seq), before)


def changed_since(actor: Actor) -> ColumnElement[bool]:
    """Of a ``Case`` of the enclosing query: that something has happened in it, by another, since ``actor`` looked at it. A case
    that the actor has never opened has not changed."""
    return exists().where(
        CaseLook.person_id == actor.person_id,
        CaseLook.case_id == Case.id,
        LogEntry.case_id == Case.public_id,
        LogEntry.seq > CaseLook.seen_seq,
        or_(LogEntry.actor.is_(None), LogEntry.actor != actor.public_id),
        LogEntry.action.not_in(QUIET),
    )


def note(case_id: int, person_id: int, look: Look | None, seq: int, also: Callable[[int, int], None] | None = None) -> None:
    """Note that the person looks at the case now, at most once a minute; ``seq`` is the last log entry they were shown.

    ``also`` is told of case and person in the same
    transaction. Called outside transactions, when the page is made, which it never keeps back: where someone
    else is writing, the disk is full or the database may not be written to it is left for the next time.
    """
    now = clock.now()
    if look is not None and now - look.seen.at < AT_MOST_EVERY:
        return
    try:
        with transaction(impatient=True):
            _write(case_id, person_id, look, Since(now, seq))
            if also:
                also(case_id, person_id)
    except SQLAlchemyError:
        session.rollback()


def _write(case_id: int, person_id: int, look: Look | None, seen: Since) -> None:
    if look is None:
        make = sqlite.insert if is_sqlite() else postgresql.insert
        values = {"person_id": person_id, "case_id": case_id, "seen_at": seen.at, "seen_seq": seen.seq}
        session.execute(make(CaseLook).values(**values).on_conflict_do_nothing())
        return
    before = look.visit_at(seen.at)
    session.execute(
        update(CaseLook)
        .where(CaseLook.person_id == person_id, CaseLook.case_id == case_id)
        .values(
            seen_at=seen.at,
            seen_seq=seen.seq,
            before_at=before.at if before else None,
            before_seq=before.seq if before else None,
        )
    )
