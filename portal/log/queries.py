"""Reading the log."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, literal, select
from sqlalchemy.orm import aliased

from portal import veil
from portal.db import session
from portal.log import entries, merkle
from portal.log.models import Checkpoint, LogBody, LogCheck, LogEntry, LogHead

_BATCH = 1000
_HEADER = tuple(getattr(LogEntry, name) for name in entries.Header.__slots__)


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One entry as a person reads it; ``body`` is empty when it has been disposed of."""

    seq: int
    at: datetime
    actor: UUID | None
    acting_for: UUID | None
    role: str
    action: str
    object_kind: str
    object_id: UUID
    case_id: UUID | None
    body: dict[str, object]


@dataclass(frozen=True, slots=True)
class Head:
    """The tree as it stands."""

    size: int
    frontier: merkle.Frontier
    root: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """What binds a body to its entry: the canonical header, the canonical body and its salt."""

    header: str
    body: str
    salt: bytes


def split(frontier: bytes) -> merkle.Frontier:
    """The stored frontier as hashes. Raises ValueError when its length is not a whole number of hashes."""
    if len(frontier) % merkle.HASH_BYTES:
        raise ValueError("the frontier is not a row of hashes")
    return tuple(frontier[at : at + merkle.HASH_BYTES] for at in range(0, len(frontier), merkle.HASH_BYTES))


def _row(row: Any) -> TimelineRow:
    body = json.loads(row.json) if row.json is not None else {}
    if veiled := veil.laid():
        body = veiled.over_values(body)
    where = (row.object_kind, row.object_id, row.case_id)
    return TimelineRow(row.seq, row.at, row.actor, row.acting_for, row.role, row.action, *where, body)


def _rows(statement: Select[*tuple[object, ...]]) -> list[TimelineRow]:
    return [_row(row) for row in session.execute(statement)]


_WITH_BODY = (*_HEADER, LogBody.json)


def _with_bodies() -> Select[*tuple[object, ...]]:
    return select(*_WITH_BODY).outerjoin(LogBody, LogBody.seq == LogEntry.seq)


def timeline(case_id: UUID, *, without: Collection[str] = ()) -> list[TimelineRow]:
    """Every entry of a case, oldest first, but those of the types ``without``."""
    wanted = _with_bodies().where(LogEntry.case_id == case_id, LogEntry.action.not_in(without))
    return _rows(wanted.order_by(LogEntry.seq))


@dataclass(frozen=True, slots=True)
class Checked:
    """How the last check of the whole log went, and when."""

    at: datetime
    ok: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The entries of a case, oldest first, the number of its last entry (0 for none), and the last check of the whole log."""

    rows: list[TimelineRow]
    last: int
    checked: Checked | None


def timeline_and_check(case_id: UUID, *, without: Collection[str] = ()) -> Timeline:
    """``timeline`` with the result of the last check of the whole log (None before the first), in one statement.

    Entries of the types ``without`` are left out of the rows, not of what is the last.
    """
    found = session.execute(_with_check(), {"case_id": case_id, "without": list(without)}).all()
    first = found[0]
    checked = None if first.checked_at is None else Checked(first.checked_at, first.ok, first.reason)
    return Timeline([_row(row) for row in found if row.seq is not None], first.newest or 0, checked)


@cache
def _with_check() -> Select[*tuple[object, ...]]:
    """What ``timeline_and_check`` asks."""
    case_id = bindparam("case_id", type_=LogEntry.case_id.type)
    without = bindparam("without", type_=LogEntry.action.type, expanding=True)
    last = select(func.max(LogCheck.id)).scalar_subquery()
    entry = aliased(LogEntry)
    newest = select(func.max(entry.seq)).where(entry.case_id == case_id).scalar_subquery()
    always = select(literal(1).label("one")).subquery()
    return (
        select(*_WITH_BODY, LogCheck.at.label("checked_at"), LogCheck.ok, LogCheck.reason, newest.label("newest"))
        .select_from(always)
        .outerjoin(LogCheck, LogCheck.id == last)
        .outerjoin(LogEntry, and_(LogEntry.case_id == case_id, LogEntry.action.not_in(without)))
        .outerjoin(LogBody, LogBody.seq == LogEntry.seq)
        .order_by(LogEntry.seq)
    )


def page(before_seq: int | None = None, limit: int = 50) -> list[TimelineRow]:
    """Entries of the whole log, newest first, those before ``before_seq`` when it is given."""
    statement = _with_bodies().order_by(LogEntry.seq.desc()).limit(limit)
    if before_seq is not None:
        statement = statement.where(LogEntry.seq < before_seq)
    return _rows(statement)


def bodies_of(seqs: Sequence[int]) -> dict[int, dict[str, object]]:
    """The bodies of those entries that have one still, a thousand in a statement."""
    found: dict[int, dict[str, object]] = {}
    for start in range(0, len(seqs), _BATCH):
        rows = session.execute(select(LogBody.seq, LogBody.json).where(LogBody.seq.in_(seqs[start : start + _BATCH])))
        found |= {seq: json.loads(body) for seq, body in rows}
    return found


def _header(row: object) -> entries.Header:
    return entries.Header(**{name: getattr(row, name) for name in entries.Header.__slots__})


def header(seq: int) -> entries.Header | None:
    """The header of one entry."""
    row = session.execute(select(*_HEADER).where(LogEntry.seq == seq)).one_or_none()
    return None if row is None else _header(row)


def headers_after(seq: int) -> Iterator[tuple[entries.Header, bytes]]:
    """Headers and stored leaves after ``seq``, in order, read in batches."""
    while True:
        statement = select(*_HEADER, LogEntry.leaf).where(LogEntry.seq > seq).order_by(LogEntry.seq).limit(_BATCH)
        rows = session.execute(statement).all()
        for row in rows:
            yield _header(row), row.leaf
        if len(rows) < _BATCH:
            return
        seq = rows[-1].seq


def leaves_between(start: int, end: int) -> list[bytes]:
    """The stored leaves from number ``start`` up to but not with ``end``, counted from 0 as in a tree."""
    statement = select(LogEntry.leaf).where(LogEntry.seq > start, LogEntry.seq <= end).order_by(LogEntry.seq)
    return list(session.scalars(statement))


def evidence(seq: int) -> Evidence | None:
    """Header, body and salt of an entry, for one who checks it from outside; None when either is gone."""
    found = header(seq)
    body = session.execute(select(LogBody.json, LogBody.salt).where(LogBody.seq == seq)).one_or_none()
    if found is None or body is None:
        return None
    return Evidence(found.json(), body.json, body.salt)


@dataclass(frozen=True, slots=True)
class Whole:
    """An entry as it is hashed: its header, and its canonical body with the salt; empty when the body has been disposed of."""

    header: entries.Header
    body: str
    salt: bytes


def whole_entries(case_id: UUID, *, without: Collection[str] = ()) -> list[Whole]:
    """Every entry of a case, oldest first, but those of the types ``without``; one statement."""
    statement = (
        select(*_HEADER, LogBody.json, LogBody.salt)
        .outerjoin(LogBody, LogBody.seq == LogEntry.seq)
        .where(LogEntry.case_id == case_id, LogEntry.action.not_in(without))
        .order_by(LogEntry.seq)
    )
    return [Whole(_header(row), row.json or "", row.salt or b"") for row in session.execute(statement)]


def head() -> Head | None:
    """The head; None before the first entry."""
    row = session.execute(select(LogHead.size, LogHead.frontier, LogHead.root)).one_or_none()
    return None if row is None else Head(row.size, split(row.frontier), row.root)


def latest_checkpoint() -> Checkpoint | None:
    """The signed checkpoint of the largest tree."""
    return session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1)).one_or_none()


def checkpoint_covering(seq: int) -> Checkpoint | None:
    """The first signed checkpoint of a tree that holds entry ``seq``: it stays the same however the log grows."""
    return session.scalars(select(Checkpoint).where(Checkpoint.size >= seq).order_by(Checkpoint.size).limit(1)).one_or_none()


def last_verified() -> LogCheck | None:
    """The result of the last check of the whole log."""
    return session.scalars(select(LogCheck).order_by(LogCheck.id.desc()).limit(1)).one_or_none()
