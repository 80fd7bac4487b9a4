"""Adding to the log and signing it. Everything here happens in the current transaction; nothing commits."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal import clock
from portal.db import Base, db, is_sqlite, session
from portal.log import entries, merkle, notes, queries
from portal.log.models import Checkpoint, LogCheck, LogHead
from portal.log.subtrees import Subtrees
from portal.log.verifier import Verdict


class Acting(Protocol):
    """Who acts, and in which capacity. The log knows no persons, only their public identifiers."""

    @property
    def public_id(self) -> UUID: ...
    @property
    def acting_for(self) -> UUID | None: ...
    @property
    def role(self) -> str: ...


SYSTEM_ROLE = "system"

# Core statements built once: an entry is part of every change, and the ORM's way in costs more than the database's.
_TABLES = Base.metadata.tables
_LOCK_HEAD = select(LogHead.size, LogHead.frontier).with_for_update()
_INSERT_ENTRY = insert(_TABLES["log_entry"])
_INSERT_BODY = insert(_TABLES["log_body"])
_MOVE_HEAD = update(_TABLES["log_head"])
# What a process knows of its database's tree; of what a checkpoint covers nothing changes.
_known: WeakKeyDictionary[Engine, Subtrees] = WeakKeyDictionary()


class LogBroken(Exception):
    """The log does not agree with what was signed before, so nothing more is signed. A check tells where."""


@dataclass(frozen=True, slots=True)
class _Head:
    size: int
    frontier: merkle.Frontier


def append(
    *,
    action: str,
    by: Acting | None,
    object_kind: str,
    object_id: UUID,
    case_id: UUID | None,
    body: Mapping[str, object],
) -> int:
    """Add one entry and its body, move the head, and return the entry's sequence number.

    ``action`` is ``package.verb``; ``by`` None is the system. ``body`` freezes names and wording: text, integers,
    booleans, null, lists and tables only. Raises entries.EntryError for anything else and RuntimeError outside
    ``portal.db.transaction()``.
    """
    _require_transaction()
    text = entries.canonical(body)
    head = _lock_head()
    salt = secrets.token_bytes(entries.SALT_BYTES)
    header = entries.Header(
        seq=head.size + 1,
        at=clock.now(),
        actor=by.public_id if by else None,
        acting_for=by.acting_for if by else None,
        role=str(by.role) if by else SYSTEM_ROLE,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        case_id=case_id,
        body_commit=entries.body_commitment(salt, text),
    )
    _write(header, salt, text, head)
    return header.seq


def _write(header: entries.Header, salt: bytes, text: str, head: _Head) -> None:
    leaf = header.leaf()
    columns = {name: getattr(header, name) for name in entries.Header.__slots__}
    frontier = merkle.append(head.frontier, head.size, leaf)
    values = {"size": header.seq, "frontier": b"".join(frontier), "root": merkle.root(frontier)}
    connection = session.connection()
    connection.execute(_INSERT_ENTRY, {**columns, "leaf": leaf})
    connection.execute(_INSERT_BODY, {"seq": header.seq, "salt": salt, "json": text})
    connection.execute(_MOVE_HEAD, values)


def _require_transaction() -> None:
    if not session.info.get("writing"):
        raise RuntimeError("the log is written inside portal.db.transaction() only")


def _lock_head() -> _Head:
    """The head, locked until commit: this is what gives entries one order on several nodes."""
    row = session.connection().execute(_LOCK_HEAD).one_or_none()
    if row is None:
        make = sqlite.insert if is_sqlite() else postgresql.insert
        first = make(LogHead).values(id=1, size=0, frontier=b"", root=merkle.root(()))
        session.execute(first.on_conflict_do_nothing())
        row = session.connection().execute(_LOCK_HEAD).one()
    return _Head(row.size, queries.split(row.frontier))


def sign_checkpoint(key: notes.Signer) -> Checkpoint | None:
    """Sign the tree as it stands; None when the log is empty. The same size is signed once only.

    Before signing, every entry since the last checkpoint is computed anew on top of that checkpoint's frontier:
    that is the consistency proof. Raises LogBroken when the last checkpoint is not signed by the key, or the result
    is not the head. The caller commits, and then keeps the note outside the database too (see ``witness``).
    """
    _require_transaction()
    head = _lock_head()
    last = queries.latest_checkpoint()
    if last is not None and last.size == head.size:
        return last
    if not head.size and last is None:
        return None
    size, frontier = _start(last, key)
    for header, leaf in queries.headers_after(size):
        if header.leaf() != leaf:
            raise LogBroken(f"entry {header.seq} is not what was logged")
        frontier = merkle.append(frontier, size, leaf)
        size += 1
    if (size, frontier) != (head.size, head.frontier):
        raise LogBroken("the head is not the tree over the entries")
    return _add_checkpoint(size, frontier, key)


def _start(last: Checkpoint | None, key: notes.Signer) -> tuple[int, merkle.Frontier]:
    """Size and frontier of the last checkpoint, after its signature has been checked."""
    if last is None:
        return 0, ()
    try:
        signed = notes.open_checkpoint(last.note, key.public)
        frontier = queries.split(last.frontier)
    except ValueError as error:
        raise LogBroken("the last checkpoint is not signed by this key") from error
    if signed.size != last.size or signed.root != merkle.root(frontier) or len(frontier) != last.size.bit_count():
        raise LogBroken("the last checkpoint is not what was signed")
    return signed.size, frontier


def _add_checkpoint(size: int, frontier: merkle.Frontier, key: notes.Signer) -> Checkpoint:
    root = merkle.root(frontier)
    checkpoint = Checkpoint(
        size=size,
        root=root,
        frontier=b"".join(frontier),
        note=notes.sign(notes.TreeHead(key.name, size, root), key),
        signed_at=clock.now(),
    )
    session.add(checkpoint)
    session.flush()
    return checkpoint


def proof_for(seq: int) -> str:
    """The proof that entry ``seq`` is in the log at the latest checkpoint (C2SP tlog-proof@v1).

    The entry's canonical header is the proof's extra data, so its leaf can be computed from the proof alone.
    Raises LookupError when there is no such entry or no checkpoint covers it yet.
    """
    checkpoint = queries.latest_checkpoint()
    header = queries.header(seq)
    if checkpoint is None or header is None or checkpoint.size < seq:
        raise LookupError(f"no signed checkpoint covers entry {seq}")
    return proof_at(checkpoint, header)


def proof_at(checkpoint: Checkpoint, header: entries.Header) -> str:
    """The same for an entry by its header, at a checkpoint that covers it."""
    known = _known.setdefault(db.engine, Subtrees(queries.leaves_between))
    seq = header.seq
    path = known.inclusion_proof(checkpoint.size, seq - 1)
    if not merkle.verify_inclusion(header.leaf(), seq - 1, checkpoint.size, path, checkpoint.root):
        known.forget()  # the database is another than it was; or the log is broken, which a check tells
        path = known.inclusion_proof(checkpoint.size, seq - 1)
    return notes.Proof(seq - 1, tuple(path), checkpoint.note, header.json().encode()).text()


def record_check(verdict: Verdict) -> LogCheck:
    """Keep the result of a check of the whole log, so that pages can tell it."""
    _require_transaction()
    check = LogCheck(
        at=clock.now(),
        size=verdict.size,
        ok=verdict.ok,
        first_bad_seq=verdict.first_bad_seq,
        reason=verdict.reason,
    )
    session.add(check)
    return check
