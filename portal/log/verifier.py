"""The check of the whole log: every body, every entry, their order, the head, and all that was ever signed.

Nothing stored is believed because it is stored: leaves and tree are computed anew from the columns a person reads,
and compared with what the log's key has signed, in the database and outside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Row, String, func, select, type_coerce
from sqlalchemy.exc import OperationalError

from portal.db import is_sqlite, session
from portal.log import entries, merkle, notes, queries
from portal.log.models import Checkpoint, LogBody, LogEntry, LogHead
from portal.text import _

_BATCH = 2000
_UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError)
_Row = Row[*tuple[object, ...]]
_RAW = ("at", "actor", "acting_for", "object_id", "case_id")
"""Columns that SQLite keeps as text: one spelling each, or a query that looks for a case would pass its entry over."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``size`` entries were checked. When not ``ok``, ``reason`` is a Swedish sentence for the operator.

    ``first_bad_seq`` is the first entry that is not as logged; where an attacker computed the tree anew it is the
    first of the range that the signed checkpoints allow. None when it is the head or a checkpoint that is wrong.
    """

    ok: bool
    size: int
    first_bad_seq: int | None
    reason: str


class _Bad(Exception):
    """The check is over: this entry is not as logged."""

    def __init__(self, seq: int | None, reason: str) -> None:
        super().__init__(reason)
        self.seq = seq
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a signed checkpoint says; outside the database only the root is kept, not the frontier."""

    root: bytes
    frontier: merkle.Frontier | None


@dataclass(slots=True)
class _Replay:
    """The tree computed anew, and the largest size at which it was found to be the signed one."""

    marks: dict[int, list[_Mark]]
    size: int = 0
    frontier: merkle.Frontier = ()
    proven: int = 0
    complaints: list[str] = field(default_factory=list)

    def take(self, row: _Row) -> None:
        """Add the next entry. Raises _Bad when it is missing, changed, or not what was signed."""
        seq = self.size + 1
        if row.seq != seq:
            raise _Bad(seq, _("Post %(seq)s saknas i loggen.", seq=seq))
        self.frontier = merkle.append(self.frontier, self.size, _leaf(row))
        self.size = seq
        for mark in self.marks.get(seq, ()):
            if mark.root != merkle.root(self.frontier):
                first, last = self.differing(mark.frontier)
                raise _Bad(first, _changed(first, last, seq))
            self.proven = seq

    def differing(self, frontier: merkle.Frontier | None) -> tuple[int, int]:
        """The entries among which the first changed one is, when the tree should have had ``frontier``."""
        first, last = self.proven + 1, self.size
        if frontier is not None and len(frontier) == len(self.frontier):
            pairs = zip(merkle.ranges(self.size), frontier, self.frontier, strict=True)
            start, end = next(((start, end) for (start, end), was, now in pairs if was != now), (0, last))
            first, last = max(first, start + 1), end
        return first, last


def _changed(first: int, last: int, signed: int) -> str:
    if first == last:
        return _("Post %(seq)s är inte den som loggen undertecknades med.", seq=first)
    sentence = "Någon av posterna %(first)s–%(last)s är inte den som fanns när loggen undertecknades vid post %(signed)s."
    return _(sentence, first=first, last=last, signed=signed)


def _leaf(row: _Row) -> bytes:
    """The leaf computed from the columns. Raises _Bad when body or leaf is not the stored one."""
    seq = row.seq
    if row.json is None or row.salt is None:
        raise _Bad(seq, _("Innehållet i post %(seq)s saknas.", seq=seq))
    try:
        commitment = entries.body_commitment(row.salt, row.json)
        leaf = entries.Header(**{name: getattr(row, name) for name in entries.Header.__slots__}).leaf()
    except _UNREADABLE as error:
        raise _Bad(seq, _("Post %(seq)s kan inte läsas.", seq=seq)) from error
    if commitment != row.body_commit:
        raise _Bad(seq, _("Innehållet i post %(seq)s är inte det som loggades.", seq=seq))
    if leaf != row.leaf or not _spelled(row):
        raise _Bad(seq, _("Post %(seq)s är inte den som loggades.", seq=seq))
    return leaf


def _spelled(row: _Row) -> bool:
    """Whether what SQLite keeps as text is spelled as the portal spells it; other databases have types for it."""
    if not is_sqlite():
        return True
    identifiers = all(
        getattr(row, f"raw_{name}") == (value.hex if (value := getattr(row, name)) else None) for name in _RAW[1:]
    )
    return identifiers and row.raw_at == row.at.strftime("%Y-%m-%d %H:%M:%S.%f")


def _fetch(after: int, limit: int) -> list[_Row]:
    columns = [getattr(LogEntry, name) for name in entries.Header.__slots__]
    if is_sqlite():
        columns += [type_coerce(getattr(LogEntry, name), String).label(f"raw_{name}") for name in _RAW]
    statement = select(*columns, LogEntry.leaf, LogBody.salt, LogBody.json)
    statement = statement.outerjoin(LogBody, LogBody.seq == LogEntry.seq).where(LogEntry.seq > after)
    return list(session.execute(statement.order_by(LogEntry.seq).limit(limit)).all())


def _batch(after: int, limit: int) -> list[_Row]:
    """Rows after ``after``. Raises _Bad when the very next one cannot even be read as what its columns are."""
    try:
        return _fetch(after, limit)
    except (*_UNREADABLE, OperationalError) as error:
        if not _malformed(error):
            raise
        if limit == 1:
            raise _Bad(after + 1, _("Post %(seq)s kan inte läsas.", seq=after + 1)) from error
    return _batch(after, 1)


def _malformed(error: Exception) -> bool:
    """SQLite keeps anything in any column; text that is not UTF-8 it reports as an operational error."""
    return not isinstance(error, OperationalError) or "UTF-8" in str(error)


def _rows() -> Iterator[_Row]:
    after = 0
    while rows := _batch(after, _BATCH):
        yield from rows
        after = rows[-1].seq


def _signed(key: notes.Verifier, witnessed: Iterable[str]) -> _Replay:
    """A replay that knows what has been signed; checkpoints that cannot be trusted are complaints."""
    marks: dict[int, list[_Mark]] = defaultdict(list)
    replay = _Replay(marks)
    columns = (Checkpoint.size, Checkpoint.root, Checkpoint.frontier, Checkpoint.note)
    for size, root, frontier, note in session.execute(select(*columns).order_by(Checkpoint.size)):
        try:
            head = notes.open_checkpoint(note, key)
            nodes = queries.split(frontier)
            holds = (head.size, head.root, merkle.root(nodes)) == (size, root, root)
        except _UNREADABLE:
            nodes, holds = (), False
        if not holds:
            replay.complaints.append(_("Kontrollpunkten vid post %(size)s är inte den som undertecknades.", size=size))
        else:
            marks[size].append(_Mark(root, nodes))
    inside = set(marks)
    for note in witnessed:
        try:
            head = notes.open_checkpoint(note, key)
        except notes.NoteError:
            replay.complaints.append(_("En kontrollpunkt utanför databasen är inte undertecknad med loggens nyckel."))
        else:
            marks[head.size].append(_Mark(head.root, None))
    for size in sorted(marks.keys() - inside):
        replay.complaints.append(_("Kontrollpunkten vid post %(size)s saknas i databasen.", size=size))
    return replay


def _close(replay: _Replay, heads: Sequence[_Row]) -> None:
    """Compare the finished tree with the head and with signed trees larger than it. Raises _Bad."""
    largest = max(replay.marks, default=0)
    if largest > replay.size:
        sentence = _(
            "Post %(seq)s saknas i loggen, som undertecknades vid post %(signed)s.", seq=replay.size + 1, signed=largest
        )
        raise _Bad(replay.size + 1, sentence)
    if (stray := _stray()) is not None:
        raise _Bad(stray, _("Post %(seq)s har lagts till vid sidan av loggen.", seq=stray))
    if not heads and not replay.size:
        return
    wrong = _("Loggens topp stämmer inte med posterna.")
    if len(heads) != 1 or heads[0].id != 1 or not isinstance(heads[0].size, int):
        raise _Bad(None, wrong)
    head = heads[0]
    if head.size < replay.size:
        raise _Bad(head.size + 1, _("Post %(seq)s har lagts till vid sidan av loggen.", seq=head.size + 1))
    if head.size > replay.size:
        raise _Bad(replay.size + 1, _("Post %(seq)s saknas i loggen.", seq=replay.size + 1))
    if head.frontier != b"".join(replay.frontier) or head.root != merkle.root(replay.frontier):
        raise _Bad(*_head_differs(replay, head, wrong))


def _stray() -> int | None:
    """An entry before the first, or content that belongs to no entry: lists would show what the tree does not hold."""
    early = select(func.min(LogEntry.seq)).where(LogEntry.seq < 1)
    loose = select(func.min(LogBody.seq)).where(LogBody.seq.not_in(select(LogEntry.seq)))
    found: int | None = session.scalar(early)
    return session.scalar(loose) if found is None else found


def _head_differs(replay: _Replay, head: _Row, wrong: str) -> tuple[int | None, str]:
    """Whether it is the head that was changed (the entries are signed, or it contradicts itself) or an entry."""
    try:
        frontier = queries.split(head.frontier)
    except _UNREADABLE:
        return None, wrong
    if replay.proven == replay.size or merkle.root(frontier) != head.root:
        return None, wrong
    first, last = replay.differing(frontier)
    if first == last:
        return first, _("Post %(seq)s är inte den som loggades.", seq=first)
    return first, _("Någon av posterna %(first)s–%(last)s är inte den som loggades.", first=first, last=last)


def verify(key: notes.Verifier, witnessed: Iterable[str] = ()) -> Verdict:
    """Check the whole log as it is at this moment, with ``key`` (public) and notes kept outside (``witness``).

    Reads in batches and writes nothing; ``operations.record_check`` keeps the verdict. Raises RuntimeError inside a
    ``transaction()``: the check reads one snapshot of its own.
    """
    if session.info.get("writing"):
        raise RuntimeError("the log is checked outside a transaction that writes")
    session.rollback()
    if not is_sqlite():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        return _verdict(key, witnessed)
    except (*_UNREADABLE, OperationalError) as error:
        if not _malformed(error):
            raise
        return Verdict(False, 0, None, _("Loggens topp eller kontrollpunkter kan inte läsas."))
    finally:
        session.rollback()


def _verdict(key: notes.Verifier, witnessed: Iterable[str]) -> Verdict:
    heads = session.execute(select(LogHead.id, LogHead.size, LogHead.frontier, LogHead.root)).all()
    replay = _signed(key, witnessed)
    try:
        for row in _rows():
            replay.take(row)
        _close(replay, heads)
    except _Bad as bad:
        return Verdict(False, replay.size, bad.seq, bad.reason)
    if replay.complaints:
        return Verdict(False, replay.size, None, replay.complaints[0])
    return Verdict(True, replay.size, None, "")
