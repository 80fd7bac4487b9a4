"""A log in a SQLite file of its own, and someone who can write that file."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from flask import Flask
from flask_babel import Babel

from portal import db as database
from portal.db import Base, session, transaction
from portal.log import entries, keys, merkle, operations, queries
from portal.log.models import Checkpoint, LogEntry, LogHead

CASE = UUID("0d0d0d0d-0000-4000-8000-000000000001")


@dataclass(frozen=True)
class Someone:
    public_id: UUID
    acting_for: UUID | None = None
    role: str = "requester"


REQUESTER = Someone(UUID("0d0d0d0d-0000-4000-8000-0000000000aa"))


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    return tmp_path / "portal.sqlite"


@pytest.fixture
def log_app(log_file: Path) -> Iterator[Flask]:
    """An application with the schema and a context; every connection is closed afterwards."""
    app = Flask("log")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{log_file}"
    Babel(app, default_locale="sv")
    database.init_app(app)
    with app.app_context():
        Base.metadata.create_all(database.db.engine)
        yield app
        session.remove()
        database.db.engine.dispose()


@pytest.fixture
def key() -> keys.LogKey:
    return keys.LogKey.generate("logg.example/akersbro")


def add(count: int, first: int = 1) -> None:
    """Append ``count`` entries to the case, one transaction each, numbered in their bodies."""
    for number in range(first, first + count):
        with transaction():
            operations.append(
                action="funding_requests.note",
                by=REQUESTER,
                object_kind="case",
                object_id=CASE,
                case_id=CASE,
                body={"number": number, "sentence": "Räddningstjänsten äskar 1\u00a0000\u00a0kr"},
            )


def sign(key: keys.LogKey) -> str:
    with transaction():
        checkpoint = operations.sign_checkpoint(key)
        assert checkpoint is not None
        return checkpoint.note


class Attacker:
    """Owns the database file: drops the triggers and writes what it likes, but has no key."""

    def __init__(self, path: Path) -> None:
        session.remove()
        database.db.engine.dispose()
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA foreign_keys=OFF")
        names = self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            self.connection.execute(f"DROP TRIGGER {name}")
        self.connection.execute("PRAGMA ignore_check_constraints=ON")

    def run(self, statement: str, *values: object) -> None:
        self.connection.execute(statement, values)

    def close(self) -> None:
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()

    def rehash(self) -> None:
        """Compute every commitment, every leaf and the head anew, as the portal itself would have."""
        with_bodies = self.connection.execute("SELECT seq, salt, json FROM log_body").fetchall()
        for seq, salt, body in with_bodies:
            self.run("UPDATE log_entry SET body_commit = ? WHERE seq = ?", entries.body_commitment(salt, body), seq)
        headers = [header for header, _leaf in queries.headers_after(0)]
        session.remove()
        leaves = []
        for header in headers:
            leaves.append(header.leaf())
            self.run("UPDATE log_entry SET leaf = ? WHERE seq = ?", leaves[-1], header.seq)
        frontier = merkle.frontier_of(leaves)
        head = (len(leaves), b"".join(frontier), merkle.root(frontier))
        self.run("UPDATE log_head SET size = ?, frontier = ?, root = ?", *head)

    def roll_back_to(self, older: Path) -> None:
        """Put an older copy of the whole file in place."""
        self.close()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        shutil.copy(older, self.path)


def another(value: object) -> object:
    """A value of the same kind that is not the same."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if value else b"\x00" * 32
    if isinstance(value, int):
        return value + 1000
    if value is None:
        return uuid5(CASE, "another").hex
    text = str(value)
    return text[:-1] + ("0" if text[-1] != "0" else "1")


HASHED_TABLES = (LogEntry.__tablename__, "log_body", LogHead.__tablename__, Checkpoint.__tablename__)
