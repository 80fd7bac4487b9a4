"""Reading a case whole: every row of it, what those rows point at, and its log entries with their proofs. Reads only."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select

from portal import veil
from portal.archive.package import tables
from portal.archive.package.holdings import Entry, Holding, Row
from portal.db import session
from portal.documents.models import FileScan
from portal.log import operations as log
from portal.log import queries
from portal.log.models import READ_SECRET
from portal.register.models import Case

BUILT = "archive.build_package"
SENT, WITHHELD, RECEIVED, REFUSED = (
    "archive.send_package", "archive.withhold_package", "archive.receive_package", "archive.refuse_package",
)  # fmt: skip
NOT_OF_CASE = (READ_SECRET, BUILT, SENT, WITHHELD, RECEIVED, REFUSED)
"""Entries that tell of reading the case, packing it or delivering it, and change nothing of it: else no package could be made
twice."""

_AT_ONCE = 500
SCANS = "file_scan"


class NotSigned(Exception):
    """The log has not been signed since the case last changed."""


def holding(case: Case, log_key: str) -> Holding:
    """Everything held of the case, secret things too: whoever asks may read all of it. Raises NotSigned."""
    veiled = veil.lift()
    try:
        found = _own_rows(case.id)
        found |= _shared(found)
        found["related_case"] = _related(found, case.id)
        found[SCANS] = _scans(found)
        return Holding({name: rows for name, rows in found.items() if rows}, _entries(case), log_key)
    finally:
        veil.lay(veiled)


def _own_rows(case_id: int) -> dict[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    for name, ways in tables.own().items():
        table = tables.table_of(name)
        ids = {way: _wanted(found, table.columns[way], case_id) for way in ways}
        conditions = [table.columns[way].in_(wanted) for way, wanted in ids.items() if wanted]
        found[name] = _rows(name, or_(*conditions)) if conditions else ()
    return found


def _wanted(found: Mapping[str, tuple[Row, ...]], column: Any, case_id: int) -> list[int]:
    parent = tables.points_at(column)
    return [case_id] if parent in (None, tables.CASE) else [row["id"] for row in found.get(parent, ())]


def _rows(name: str, condition: Any) -> tuple[Row, ...]:
    table, columns = tables.table_of(name), tables.columns_of(name)
    order = table.primary_key.columns
    statement = select(*(table.columns[each] for each in columns)).where(condition).order_by(*order)
    return tuple(dict(row) for row in session.execute(statement).mappings())


def _by_ids(name: str, ids: Sequence[int]) -> tuple[Row, ...]:
    key = tables.table_of(name).columns["id"]
    parts = [_rows(name, key.in_(ids[at : at + _AT_ONCE])) for at in range(0, len(ids), _AT_ONCE)]
    return tuple(row for part in parts for row in part)


def _shared(own: Mapping[str, tuple[Row, ...]]) -> dict[str, tuple[Row, ...]]:
    """Of what others share, the rows that are pointed at, also by each other."""
    ids: dict[str, set[int]] = {name: set() for name in tables.SHARED}
    found: dict[str, tuple[Row, ...]] = {}

    def point(name: str, rows: tuple[Row, ...]) -> None:
        table = tables.table_of(name)
        for column, to in tables.pointers(name):
            if to in ids and table.name != to:
                ids[to] |= {row[column] for row in rows if row[column] is not None}

    for name, rows in own.items():
        point(name, rows)
    for name in tables.shared_in_order():
        if ids[name]:
            found[name] = _by_ids(name, sorted(ids[name]))
            point(name, found[name])
    return found


def _related(own: Mapping[str, tuple[Row, ...]], case_id: int) -> tuple[Row, ...]:
    named = {row[way] for row in own["case_relation"] for way in ("case_id", "to_case_id")} - {case_id}
    return _by_ids(tables.RELATED, sorted(named)) if named else ()


def _scans(own: Mapping[str, tuple[Row, ...]]) -> tuple[Row, ...]:
    """What the scanner said of the files that someone handed in."""
    files = sorted({row["sha256"] for row in own["document"]})
    found = session.scalars(select(FileScan).where(FileScan.sha256.in_(files)).order_by(FileScan.sha256)).all() if files else ()
    names = ("sha256", "verdict", "signature", "scanned_at", "scanner")
    return tuple({name: getattr(each, name) for name in names} for each in found)


def _entries(case: Case) -> tuple[Entry, ...]:
    whole = queries.whole_entries(case.public_id, without=NOT_OF_CASE)
    if not whole:
        return ()
    covering = queries.checkpoint_covering(whole[-1].header.seq)
    if covering is None:
        raise NotSigned
    return tuple(
        Entry(each.header.seq, each.header.at, each.header.json(), each.body, each.salt, log.proof_at(covering, each.header))
        for each in whole
    )
