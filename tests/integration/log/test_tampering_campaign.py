"""Thousands of ways to falsify a log by someone who owns the database but not the key, on copies held in memory.

Eight kinds, alone and covered up: whatever is changed, all of it is found, and the first bad entry is named exactly
where the attacker left the tree alone, within the last signed checkpoint's reach where the tree was computed anew.
"""

# ruff: noqa: S311, S608 (the same forgeries in every run; the attacker's own SQL, over names in this file only)

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import Babel

from portal import clock
from portal import db as database
from portal.db import Base, session, transaction
from portal.log import keys, merkle, notes, operations, queries
from portal.log.verifier import Verdict, verify
from tests.scale import measured, times

from .conftest import REQUESTER, Attacker, another, sign

SIZE = 26
SIGNED = (5, 10, 17, 24)
LAST_SIGNED = SIGNED[-1]
MUTATIONS = times(600, 16_000)
SEED = 20261122
ENTRY = ("at", "actor", "acting_for", "role", "action", "object_kind", "object_id", "case_id", "body_commit", "leaf")
BODY = ("salt", "json")
HEAD = ("id", "size", "frontier", "root")
CHECKPOINT = ("size", "root", "frontier", "note")
TABLES = {"log_entry": ("seq", *ENTRY), "log_body": ("seq", *BODY), "log_head": HEAD, "log_checkpoint": ("id", *CHECKPOINT)}
NOT_SIGNED = {("log_checkpoint", "id")}  # the row's own number: nothing rests on it (nor on signed_at, told to no one)

Rows = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class Forgery:
    """What was done: the first entry touched (None: only head or checkpoints), and whether the tree was made anew."""

    first: int | None
    rehashed: bool = False
    moved_to: int | None = None  # where an entry that left its place turns up, which may be named instead


@dataclass(slots=True)
class Bench:
    """A signed log whose triggers are gone, put back as it was before every forgery."""

    attacker: Attacker
    pristine: sqlite3.Connection
    key: keys.LogKey
    kept: list[str]
    then: dict[int, Rows] = field(default_factory=dict)

    @property
    def connection(self) -> sqlite3.Connection:
        return self.attacker.connection

    def run(self, statement: str, *values: object) -> None:
        self.attacker.run(statement, *values)

    def rows(self) -> Rows:
        """Everything that counts in the four tables."""
        return {
            table: self.connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1").fetchall()
            for table, columns in TABLES.items()
        }

    def put(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Replace the rows of a table."""
        columns = TABLES[table]
        self.run(f"DELETE FROM {table}")
        when = ", '2026-03-09 08:00:00.000000'" if table == "log_checkpoint" else ""
        names = f"{', '.join(columns)}{', signed_at' if when else ''}"
        marks = ", ".join("?" * len(columns))
        self.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}{when})", rows)

    def restore(self) -> None:
        """Take back the last forgery."""
        session.remove()
        self.pristine.backup(self.connection)


class Inside(Attacker):
    """The same attacker, on the connection of a database that lies in memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        connection.set_authorizer(None)
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA ignore_check_constraints=ON")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")


def _write(number: int) -> None:
    case = UUID(int=number % 3 + 1)
    by = None if number % 5 == 0 else replace(REQUESTER, acting_for=UUID(int=7) if number % 4 == 0 else None)
    with transaction():
        operations.append(
            action=("funding_requests.note", "decisions.decide", "register.mark_secrecy")[number % 3],
            by=by,
            object_kind=("case", "decision")[number % 2],
            object_id=UUID(int=number + 100),
            case_id=None if number % 7 == 0 else case,
            body={"number": number, "sentence": f"Räddningstjänsten äskar {number} 000 kr", "granted": None},
        )


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """The same log in every run: times, salts and key are not drawn anew."""
    drawn, moment = Random(SEED), datetime(2026, 3, 9, 8, tzinfo=UTC)
    app = Flask("campaign")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    Babel(app, default_locale="sv")
    database.init_app(app)
    key = keys.LogKey("logg.example/akersbro", drawn.randbytes(32))
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("secrets.token_bytes", drawn.randbytes)
        Base.metadata.create_all(database.db.engine)
        raw = database.db.engine.raw_connection()
        attacker = Inside(raw.driver_connection)  # type: ignore[arg-type]  # the pool keeps one connection for all
        raw.close()
        made = Bench(attacker, sqlite3.connect(":memory:"), key, [])
        for number in range(1, SIZE + 1):
            at = moment + timedelta(minutes=number)
            clock.set_source(lambda at=at: at)  # type: ignore[misc]  # the loop's value, kept
            _write(number)
            if number in SIGNED:
                made.kept.append(sign(key))
            session.remove()
            made.then[number] = made.rows()
        clock.set_source(None)
        made.connection.backup(made.pristine)
        yield made
        session.remove()
        made.pristine.close()
        database.db.engine.dispose()


@pytest.fixture(autouse=True)
def _put_back(bench: Bench) -> Iterator[None]:
    yield
    bench.restore()


def false_value(value: object, random: Random) -> object:
    """Another value than ``value``: alike, or of another kind altogether."""
    choices: list[object] = [another(value), None, "", "\x00", b"\xff", -1, 0, 2**62, "1", 1.5, value, str(value), "x" * 40]
    if isinstance(value, str):
        choices += [value.upper(), value.swapcase(), f" {value}", f"{value}\x00", value[::-1], value.encode()]
    if isinstance(value, bytes):
        choices += [value[:-1], value[::-1], value + b"\x00", value.hex(), bytes(len(value))]
    other = random.choice(choices)
    return another(value) if (type(other), other) == (type(value), value) else other


def place(random: Random, last: int = SIZE) -> int:
    return random.randint(1, last)


def pick(bench: Bench, random: Random, table: str) -> tuple[str, object]:
    """A row of ``table`` by its key."""
    row_key = TABLES[table][0]
    return row_key, random.choice(bench.connection.execute(f"SELECT {row_key} FROM {table}").fetchall())[0]


def edit(bench: Bench, random: Random) -> Forgery:
    """Any column of any row of any table, to anything."""
    table = random.choice([*TABLES, "log_entry", "log_body"])
    column = random.choice([each for each in TABLES[table] if (table, each) not in NOT_SIGNED])
    row_key, identity = pick(bench, random, table)
    (value,) = bench.connection.execute(f"SELECT {column} FROM {table} WHERE {row_key} = ?", (identity,)).fetchone()
    if column == row_key or (table, column) == ("log_checkpoint", "size"):
        false: object = random.choice([0, -1, SIZE + 1, SIZE + 9, 2**40, -(2**40)])
    else:
        false = false_value(value, random)
    bench.run(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {row_key} = ?", false, identity)
    if table not in ("log_entry", "log_body"):
        return Forgery(None)
    return Forgery(int(str(identity)), moved_to=int(str(false)) if column == "seq" else None)


def delete(bench: Bench, random: Random) -> Forgery:
    """An entry, its body, both, a stretch of them, the head, or a checkpoint."""
    kind = random.randrange(6)
    first = place(random)
    last = first + (random.randrange(4) if kind == 3 else 0)
    if kind == 4:
        bench.run("DELETE FROM log_head")
        return Forgery(None)
    if kind == 5:
        bench.run("DELETE FROM log_checkpoint WHERE size = ?", random.choice(SIGNED))
        return Forgery(None)
    for table in {0: ["log_entry"], 1: ["log_body"]}.get(kind, ["log_entry", "log_body"]):
        bench.run(f"DELETE FROM {table} WHERE seq BETWEEN ? AND ?", first, last)
    return Forgery(first)


def make_room(bench: Bench, at: int) -> None:
    """Move every entry from ``at`` on one step."""
    for table in ("log_entry", "log_body"):
        bench.run(f"UPDATE {table} SET seq = -seq - 1 WHERE seq >= ?", at)
        bench.run(f"UPDATE {table} SET seq = -seq WHERE seq < 0")


def copy(bench: Bench, source: int, target: int, tables: tuple[str, ...] = ("log_entry", "log_body")) -> None:
    """The entry once more, under another number."""
    for table in tables:
        columns = ", ".join(TABLES[table][1:])
        bench.run(
            f"INSERT OR REPLACE INTO {table} (seq, {columns}) SELECT ?, {columns} FROM {table} WHERE seq = ?", target, source
        )


def insert(bench: Bench, random: Random) -> Forgery:
    """An entry between others, after the last, before the first, a body of nothing, a second head, a checkpoint."""
    kind, source = random.randrange(7), place(random)
    if kind == 0:
        at = place(random)
        make_room(bench, at)
        copy(bench, source + (source >= at), at)
        if random.random() < 0.5:
            bench.run("UPDATE log_head SET size = size + 1")
        return Forgery(at + (source == at))  # an entry copied onto its own number is still what was logged there
    if kind == 1:
        copy(bench, source, SIZE + 1)
        if random.random() < 0.5:
            bench.run("UPDATE log_head SET size = size + 1")
        return Forgery(SIZE + 1)
    if kind == 2:
        early = random.choice([0, -1, -7])
        copy(bench, source, early)
        return Forgery(early)
    if kind == 3:
        late = random.choice([0, -3, SIZE + 1, SIZE + 30])
        copy(bench, source, late, ("log_body",))
        return Forgery(late)
    if kind == 4:
        bench.run("INSERT INTO log_head (id, size, frontier, root) SELECT 2, size, frontier, root FROM log_head")
        return Forgery(None)
    size = random.choice([each for each in range(1, SIZE + 5) if each not in SIGNED])
    note = random.choice(bench.kept).replace(f"\n{random.choice(SIGNED)}\n", f"\n{size}\n")
    columns = "id, size, root, frontier, note, signed_at"
    chosen = "SELECT 99, ?, root, frontier, ?, signed_at FROM log_checkpoint WHERE size = ?"
    bench.run(f"INSERT INTO log_checkpoint ({columns}) {chosen}", size, note, random.choice(SIGNED))
    return Forgery(None)


def exchange(bench: Bench, table: str, columns: tuple[str, ...], one: int, other: int, row_key: str = "seq") -> None:
    """Let two rows change places in ``columns``."""
    names = ", ".join(columns)
    found = {
        each: bench.connection.execute(f"SELECT {names} FROM {table} WHERE {row_key} = ?", (each,)).fetchone()
        for each in (one, other)
    }
    marks = ", ".join(f"{name} = ?" for name in columns)
    for target, source in ((one, other), (other, one)):
        bench.run(f"UPDATE {table} SET {marks} WHERE {row_key} = ?", *found[source], target)


def swap(bench: Bench, random: Random) -> Forgery:
    """Two entries with or without their bodies, one column of two entries, or two checkpoints' contents."""
    one, other = sorted(random.sample(range(1, SIZE + 1), 2))
    kind = random.randrange(4)
    if kind == 3:
        one, other = random.sample([row[0] for row in bench.connection.execute("SELECT id FROM log_checkpoint")], 2)
        exchange(bench, "log_checkpoint", random.choice([("root",), ("frontier",), ("note",)]), one, other, row_key="id")
        return Forgery(None)
    columns = (random.choice(ENTRY),) if kind == 2 else ENTRY
    exchange(bench, "log_entry", columns, one, other)
    if kind == 1:
        exchange(bench, "log_body", BODY, one, other)
    return Forgery(one)


def body_swap(bench: Bench, random: Random) -> Forgery:
    """What was said in two entries, with the salt or without it, with the commitment too."""
    one, other = sorted(random.sample(range(1, SIZE + 1), 2))
    exchange(bench, "log_body", random.choice([("json",), ("salt",), BODY]), one, other)
    if random.random() < 0.3:
        exchange(bench, "log_entry", ("body_commit",), one, other)
    return Forgery(one)


def truncate(bench: Bench, random: Random) -> Forgery:
    """The end cut off, with the head and the checkpoints beyond it made to fit, or not."""
    last = random.randint(0, LAST_SIGNED - 1)
    for table in ("log_body", "log_entry"):
        bench.run(f"DELETE FROM {table} WHERE seq > ?", last)
    if random.random() < 0.7:
        bench.attacker.rehash()
    if random.random() < 0.5:
        bench.run("DELETE FROM log_checkpoint WHERE size > ?", last)
    if not last and random.random() < 0.5:
        bench.run("DELETE FROM log_head")
    return Forgery(last + 1)


def roll_back(bench: Bench, random: Random) -> Forgery:
    """Everything as it was at an earlier entry, or only some of the tables; a part rolled back differs somewhere."""
    size = random.randint(1, LAST_SIGNED - 1)
    tables = random.choice([list(TABLES), random.sample(list(TABLES), random.randint(1, 3))])
    for table in tables:
        bench.put(table, bench.then[size][table])
    if not {"log_entry", "log_body"} & set(tables):
        return Forgery(SIZE + 1 if tables == ["nothing"] else None)
    return Forgery(size + 1)


def rehash(bench: Bench, random: Random) -> Forgery:
    """A change that makes sense, and everything computed anew; the checkpoints left, removed or forged."""
    first = _sensible(bench, random)
    bench.attacker.rehash()
    cover = random.randrange(3)
    if cover:
        bench.run("DELETE FROM log_checkpoint")
    if cover == 2:
        _forge_checkpoints(bench, keys.LogKey.generate(bench.key.name))
    return Forgery(first, rehashed=True)


def _sensible(bench: Bench, random: Random) -> int:
    seq, other = place(random, LAST_SIGNED), UUID(int=random.getrandbits(128))
    kind = random.randrange(7)
    if kind == 0:
        bench.run("UPDATE log_body SET json = replace(json, '000', '999') WHERE seq = ?", seq)
    elif kind == 1:
        column = random.choice(["actor", "acting_for", "object_id", "case_id"])
        bench.run(f"UPDATE log_entry SET {column} = ? WHERE seq = ?", other.hex, seq)
    elif kind == 2:
        column, value = random.choice([("role", "auditor"), ("action", "archive.dispose"), ("object_kind", "mark")])
        bench.run(f"UPDATE log_entry SET {column} = ? WHERE seq = ?", value, seq)
    elif kind == 3:
        bench.run("UPDATE log_entry SET at = '2020-01-01 08:00:00.000000' WHERE seq = ?", seq)
    elif kind == 4:
        for table in ("log_entry", "log_body"):
            bench.run(f"DELETE FROM {table} WHERE seq = ?", seq)
            bench.run(f"UPDATE {table} SET seq = -seq + 1 WHERE seq > ?", seq)
            bench.run(f"UPDATE {table} SET seq = -seq WHERE seq < 0")
    elif kind == 5:
        make_room(bench, seq)
        copy(bench, seq + 1, seq)
        bench.run("UPDATE log_body SET salt = randomblob(32) WHERE seq = ?", seq)
    else:
        last = random.randint(seq, SIZE)
        exchange(bench, "log_body", BODY, seq, last if last > seq else LAST_SIGNED + 1)
    return seq


def _forge_checkpoints(bench: Bench, key: keys.LogKey) -> None:
    leaves = [row[0] for row in bench.connection.execute("SELECT leaf FROM log_entry ORDER BY seq")]
    forged = []
    for number, size in enumerate(each for each in SIGNED if each <= len(leaves)):
        frontier = merkle.frontier_of(leaves[:size])
        note = notes.sign(notes.TreeHead(key.name, size, merkle.root(frontier)), key)
        forged.append((number + 1, size, merkle.root(frontier), b"".join(frontier), note))
    bench.put("log_checkpoint", forged)


KINDS: tuple[Callable[[Bench, Random], Forgery], ...] = (
    edit, delete, insert, swap, truncate, roll_back, rehash, body_swap,
)  # fmt: skip


def reached(first: int) -> int:
    """The largest signed tree in which entry ``first`` is not."""
    return max((size for size in SIGNED if size < first), default=0)


def misjudged(verdict: Verdict, forgery: Forgery) -> str:
    """Why the verdict on a forgery is not what it should be; empty when it is."""
    if verdict.ok:
        return "not found"
    if not verdict.reason.endswith("."):
        return "told without a sentence"
    named = verdict.first_bad_seq
    if forgery.rehashed and forgery.first is not None:
        return "" if named is not None and reached(forgery.first) < named <= forgery.first else f"named {named}"
    if forgery.first is not None and named not in (
        forgery.first,
        forgery.first if forgery.moved_to is None else forgery.moved_to,
    ):
        return f"named {named}"
    return ""


def test_every_forgery_is_found_and_the_first_bad_entry_named(bench: Bench) -> None:
    random = Random(SEED)
    before = bench.rows()
    assert verify(bench.key.public, bench.kept) == Verdict(True, SIZE, None, "")
    tried: Counter[str] = Counter()
    changed: set[tuple[str, str]] = set()
    missed: list[str] = []
    while sum(tried.values()) < MUTATIONS:
        make = KINDS[sum(tried.values()) % len(KINDS)]
        forgery = make(bench, random)
        after = bench.rows()
        if after != before:  # a random forgery may happen to change nothing
            tried[make.__name__] += 1
            changed |= {(table, column) for table in TABLES for column in touched(table, before[table], after[table])}
            if why := misjudged(verify(bench.key.public, bench.kept), forgery):
                missed.append(f"{make.__name__} {forgery}: {why}: {differences(before, after)}")
        bench.restore()
    assert missed == []
    assert {each.__name__ for each in KINDS} == set(tried)
    assert changed >= {(table, column) for table, columns in TABLES.items() for column in columns} - NOT_SIGNED
    assert bench.rows() == before
    assert verify(bench.key.public, bench.kept).ok
    measured("log: forgeries", tried=sum(tried.values()), missed=0, **tried)


def touched(table: str, before: list[tuple[object, ...]], after: list[tuple[object, ...]]) -> set[str]:
    """The columns in which a row of the same place is another."""
    pairs = zip(before, after, strict=False)
    return {name for was, now in pairs for name, one, other in zip(TABLES[table], was, now, strict=True) if one != other}


def differences(before: Rows, after: Rows) -> str:
    """The first few rows that differ, to find the way to what went wrong."""
    lines = [
        f"{table}: -{set(before[table]) - set(after[table])} +{set(after[table]) - set(before[table])}" for table in TABLES
    ]
    return " ".join(lines)[:600]


def test_an_entry_spelled_so_that_its_case_no_longer_finds_it_is_found(bench: Bench) -> None:
    case = UUID("abcdef00-0000-4000-8000-00000000000a")
    bench.run("UPDATE log_entry SET case_id = ?", case.hex)
    bench.attacker.rehash()
    assert len(queries.timeline(case)) == SIZE
    assert verify(bench.key.public).first_bad_seq == 1, "the signed checkpoints tell of another tree"
    bench.run("DELETE FROM log_checkpoint")
    assert verify(bench.key.public).ok
    bench.run("UPDATE log_entry SET case_id = upper(case_id) WHERE seq = 9")
    assert len(queries.timeline(case)) == SIZE - 1
    assert verify(bench.key.public).first_bad_seq == 9


@pytest.mark.parametrize("seq", [0, -4])
def test_an_entry_before_the_first_is_shown_by_lists_and_so_is_found(bench: Bench, seq: int) -> None:
    copy(bench, 3, seq)
    assert len(queries.page(limit=99)) == SIZE + 1
    assert verify(bench.key.public, bench.kept) == Verdict(False, SIZE, seq, f"Post {seq} har lagts till vid sidan av loggen.")


def test_a_removed_checkpoint_is_missed_by_the_copy_kept_outside(bench: Bench) -> None:
    bench.run("DELETE FROM log_checkpoint WHERE size = 10")
    assert verify(bench.key.public).ok
    told = verify(bench.key.public, bench.kept)
    assert (told.ok, told.first_bad_seq, told.reason) == (False, None, "Kontrollpunkten vid post 10 saknas i databasen.")


def test_what_is_newer_than_the_last_checkpoint_outside_is_only_as_safe_as_the_host(bench: Bench) -> None:
    """The limit of the claim: it holds up to the last checkpoint that has left the database, and says so."""
    bench.run("UPDATE log_entry SET role = 'registrar' WHERE seq = ?", LAST_SIGNED + 1)
    bench.attacker.rehash()
    assert verify(bench.key.public, bench.kept).ok
    bench.run("UPDATE log_entry SET role = 'registrar' WHERE seq = ?", LAST_SIGNED)
    bench.attacker.rehash()
    assert verify(bench.key.public, bench.kept).first_bad_seq == reached(LAST_SIGNED) + 1
