"""Reading the outbox: what waits, what fails, whether a worker is alive."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal import clock
from portal.db import session
from portal.outbox.models import OutboxRow, WorkerHeartbeat
from portal.outbox.operations import CLOCKS_DIFFER, LEASE_SECONDS, is_due


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one queued thing; ``error`` is why the last try did not work."""

    kind: str
    key: str
    done_at: datetime | None
    attempts: int
    failures: int
    error: str | None
    run_at: datetime
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Counted:
    """So many, ``MOST_COUNTED`` + 1 where there are more than that; ``since`` is of the oldest."""

    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """The worker and its queue: when a worker last turned its loop, and the oldest thing overdue."""

    beat_at: datetime | None
    overdue_since: datetime | None
    failing: int


_COLUMNS = (
    OutboxRow.kind,
    OutboxRow.unique_key,
    OutboxRow.done_at,
    OutboxRow.attempts,
    OutboxRow.failures,
    OutboxRow.last_error,
    OutboxRow.run_at,
    OutboxRow.payload,
)
MOST_COUNTED = 1_000


def standing(key: str) -> Standing | None:
    """How it stands with what was queued under ``key``; None when nothing was."""
    row = session.execute(select(*_COLUMNS).where(OutboxRow.unique_key == key)).one_or_none()
    return None if row is None else Standing(*row)


def failing(limit: int = 100, kinds: Collection[str] = ()) -> list[Standing]:
    """Open rows whose last try failed (of ``kinds``, where some are named), in the order they are tried again."""
    open_rows = select(*_COLUMNS).where(OutboxRow.done_at.is_(None), OutboxRow.failures > 0)
    if kinds:
        open_rows = open_rows.where(OutboxRow.kind.in_(kinds))
    return [Standing(*row) for row in session.execute(open_rows.order_by(OutboxRow.run_at, OutboxRow.id).limit(limit))]


def waiting(kinds: Collection[str]) -> Counted:
    """How many open rows there are of ``kinds``, and since when the oldest of those counted waits."""
    rows = select(OutboxRow.created_at).where(OutboxRow.done_at.is_(None), OutboxRow.kind.in_(kinds))
    some = rows.order_by(OutboxRow.run_at, OutboxRow.id).limit(MOST_COUNTED + 1).subquery()
    return Counted(*session.execute(select(func.count(), func.min(some.c.created_at))).one())


def something_is_due(lease_seconds: int = LEASE_SECONDS) -> bool:
    """True when a claim would find a row; a read, so an idle worker takes no write lock."""
    statement = select(OutboxRow.id).where(is_due(clock.now(), lease_seconds)).limit(1)
    return session.execute(statement).first() is not None


def due(lease_seconds: int = LEASE_SECONDS) -> int:
    """How much is due."""
    return session.scalar(select(func.count()).where(is_due(clock.now(), lease_seconds))) or 0


def leaseholders() -> set[str]:
    """The workers that hold a lease on something not done."""
    held = select(OutboxRow.locked_by).where(OutboxRow.done_at.is_(None), OutboxRow.locked_until > clock.now())
    return {name for name in session.scalars(held) if name is not None}


def health() -> Health:
    """The state of worker and queue, in two statements. A beat from the future says nothing of now."""
    moment = clock.now()
    waiting = select(
        func.min(OutboxRow.run_at).filter(OutboxRow.failures == 0, OutboxRow.run_at <= moment),
        func.count().filter(OutboxRow.failures > 0),
    ).where(OutboxRow.done_at.is_(None))
    overdue, failed = session.execute(waiting).one()
    beat = select(func.max(WorkerHeartbeat.at)).where(WorkerHeartbeat.at <= moment + CLOCKS_DIFFER)
    return Health(session.scalar(beat), overdue, failed)
