"""Queueing, leasing and finishing. Everything here happens in the current transaction; nothing commits."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal import clock
from portal.db import changed_rows, is_sqlite, session, to_json
from portal.outbox.models import OutboxRow, WorkerHeartbeat

LEASE_SECONDS = 120
_BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 60, 300, 3600))
_FORGET_WORKER_AFTER = timedelta(days=1)
CLOCKS_DIFFER = timedelta(minutes=2)  # by more than this no two clocks of one installation do; then one was set back


class LeaseLost(Exception):
    """The task has been leased to someone else meanwhile; whatever was done in this transaction is to be undone."""


@dataclass(frozen=True, slots=True)
class Task:
    """A leased row. ``attempt`` tells this lease from every other lease of the same row."""

    id: int
    kind: str
    key: str
    payload: Mapping[str, object]
    attempt: int
    failures: int
    worker: str


def enqueue(*, kind: str, payload: Mapping[str, object], key: str, run_at: datetime | None = None) -> bool:
    """Queue one thing to do once this transaction has committed; at ``run_at`` at the earliest.

    True when it was queued, False when ``key`` has been queued before (done or not): then nothing happens.
    Raises TypeError when the payload is not JSON and RuntimeError outside ``portal.db.transaction()``.
    """
    _require_transaction()
    moment = clock.now()
    values = {
        "kind": kind,
        "payload": json.loads(to_json(payload)),
        "unique_key": key,
        "run_at": run_at or moment,
        "created_at": moment,
    }
    make = sqlite.insert if is_sqlite() else postgresql.insert
    statement = make(OutboxRow).values(**values).on_conflict_do_nothing(index_elements=[OutboxRow.unique_key])
    return session.execute(statement.returning(OutboxRow.id)).one_or_none() is not None


def hurry(kinds: Collection[str]) -> int:
    """Make every open row of ``kinds`` that has failed due at once, unless it is being worked on; how many there were."""
    _require_transaction()
    moment = clock.now()
    idle = or_(OutboxRow.locked_until.is_(None), OutboxRow.locked_until <= moment)
    failed = (OutboxRow.kind.in_(kinds), OutboxRow.done_at.is_(None), OutboxRow.failures > 0, idle)
    return changed_rows(update(OutboxRow).where(*failed).values(run_at=moment))


def is_due(moment: datetime, lease_seconds: int = LEASE_SECONDS) -> ColumnElement[bool]:
    """What makes an open row due now: its time has come, and nobody works on it.

    A row from the future, or a wait or a lease longer than any, was written by a clock that has been set back since.
    """
    longest = _BACKOFF[-1]
    queued_ahead = and_(OutboxRow.attempts == 0, OutboxRow.created_at > moment)
    waits_ahead = and_(OutboxRow.attempts > 0, OutboxRow.run_at > moment + longest)
    endless = OutboxRow.locked_until > moment + timedelta(seconds=lease_seconds) + CLOCKS_DIFFER
    free = or_(OutboxRow.locked_until.is_(None), OutboxRow.locked_until <= moment, endless)
    return and_(OutboxRow.done_at.is_(None), or_(OutboxRow.run_at <= moment, queued_ahead, waits_ahead), free)


def claim(worker: str, lease_seconds: int = LEASE_SECONDS) -> Task | None:
    """Lease the next due row to ``worker``; None when there is none.

    A row whose lease has run out (its worker died) is due again.
    """
    _require_transaction()
    moment = clock.now()
    due = (
        select(OutboxRow.id)
        .where(is_due(moment, lease_seconds))
        .order_by(OutboxRow.run_at, OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    lease = {
        "locked_by": worker,
        "locked_until": moment + timedelta(seconds=lease_seconds),
        "attempts": OutboxRow.attempts + 1,
    }
    table = OutboxRow.__table__
    statement = update(OutboxRow).where(OutboxRow.id == due.scalar_subquery()).values(**lease).returning(*table.c)
    row = session.execute(statement).one_or_none()
    return None if row is None else _task(row)


def _task(row: Row[*tuple[object, ...]]) -> Task:
    found = row._mapping
    return Task(
        found["id"],
        found["kind"],
        found["unique_key"],
        found["payload"],
        found["attempts"],
        found["failures"],
        found["locked_by"],
    )


def claim_key(key: str, worker: str, lease_seconds: int = LEASE_SECONDS) -> Task | None:
    """Lease the row queued under ``key`` to ``worker`` whether or not its time has come; None when it is done, unknown, or
    being worked on."""
    _require_transaction()
    moment = clock.now()
    free = or_(OutboxRow.locked_until.is_(None), OutboxRow.locked_until <= moment)
    statement = (
        update(OutboxRow)
        .where(OutboxRow.unique_key == key, OutboxRow.done_at.is_(None), free)
        .values(locked_by=worker, locked_until=moment + timedelta(seconds=lease_seconds), attempts=OutboxRow.attempts + 1)
    )
    row = session.execute(statement.returning(*OutboxRow.__table__.c)).one_or_none()
    return None if row is None else _task(row)


def prolong(task: Task, lease_seconds: int = LEASE_SECONDS) -> None:
    """Keep the lease from now on: what takes long says that it is alive. Raises LeaseLost when another worker has it."""
    _require_transaction()
    mine = (OutboxRow.id == task.id, OutboxRow.locked_by == task.worker, OutboxRow.attempts == task.attempt)
    until = clock.now() + timedelta(seconds=lease_seconds)
    statement = update(OutboxRow).where(*mine, OutboxRow.done_at.is_(None)).values(locked_until=until)
    if changed_rows(statement) == 0:
        raise LeaseLost(f"{task.kind} {task.key}")


def finish(task: Task) -> None:
    """Mark the task done. Called in the transaction of its effect, the effect happens exactly once.

    Finishing twice is harmless. Raises LeaseLost when the lease has passed to another worker: the transaction, and
    the effect with it, is then rolled back.
    """
    _release(task, done_at=clock.now(), last_error=None)


def fail(task: Task, reason: str, retry_at: datetime | None = None) -> None:
    """Note why it did not work and try again at ``retry_at``, or after 2 s, 10 s, 1 min, 5 min, then every hour."""
    wait = _BACKOFF[min(task.failures, len(_BACKOFF) - 1)]
    again = retry_at or clock.now() + wait
    _release(task, run_at=again, last_error=reason, failures=OutboxRow.failures + 1)


def postpone(task: Task, reason: str, retry_at: datetime) -> None:
    """Try again later without counting it as a failure."""
    _release(task, run_at=retry_at, last_error=reason)


def _release(task: Task, **values: object) -> None:
    _require_transaction()
    mine = (OutboxRow.id == task.id, OutboxRow.locked_by == task.worker, OutboxRow.attempts == task.attempt)
    statement = update(OutboxRow).where(*mine, OutboxRow.done_at.is_(None)).values(locked_until=None, **values)
    if session.execute(statement.returning(OutboxRow.id)).one_or_none() is not None:
        return
    finished = select(OutboxRow.id).where(*mine, OutboxRow.done_at.is_not(None))
    if session.execute(finished).one_or_none() is None:
        raise LeaseLost(f"{task.kind} {task.key}")


def retry(key: str) -> bool:
    """Make an open row due at once, whatever it waits for; False when there is none or it is being worked on."""
    _require_transaction()
    moment = clock.now()
    idle = or_(OutboxRow.locked_until.is_(None), OutboxRow.locked_until <= moment)
    open_row = (OutboxRow.unique_key == key, OutboxRow.done_at.is_(None), idle)
    statement = update(OutboxRow).where(*open_row).values(run_at=moment, failures=0)
    return session.execute(statement.returning(OutboxRow.id)).one_or_none() is not None


def release_leases(worker: str) -> None:
    """Make due what is leased to ``worker``, which is known to be dead: nobody waits for its leases to run out."""
    _require_transaction()
    statement = update(OutboxRow).where(OutboxRow.locked_by == worker, OutboxRow.done_at.is_(None))
    session.execute(statement.values(locked_until=None))


def beat(worker: str) -> None:
    """Note that ``worker`` is alive, and forget workers not seen for a day, or seen in the future."""
    _require_transaction()
    moment = clock.now()
    gone = or_(WorkerHeartbeat.at < moment - _FORGET_WORKER_AFTER, WorkerHeartbeat.at > moment + CLOCKS_DIFFER)
    session.execute(delete(WorkerHeartbeat).where(gone))
    found = update(WorkerHeartbeat).where(WorkerHeartbeat.name == worker).values(at=moment)
    if session.execute(found.returning(WorkerHeartbeat.name)).one_or_none() is None:
        session.execute(insert(WorkerHeartbeat).values(name=worker, at=moment))


def _require_transaction() -> None:
    if not session.info.get("writing"):
        raise RuntimeError("the outbox is written inside portal.db.transaction() only")
