"""A portal served as it is in life: gunicorn and the worker as processes of their own, which can be killed."""

import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from portal import create_app
from portal.cli.server import bring_up
from portal.db import db, session, transaction
from tests.conftest import PASSWORD
from tests.factories.town import Town, build

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
PATIENCE_SECONDS = 60.0

Process = subprocess.Popen[bytes]


def free_port() -> int:
    """A port that nobody listens on now, of those that the system gives to nobody by itself: else a connection on its way
    out could have taken it before it is used."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with closing(socket.socket()) as tried, suppress(OSError):
            tried.bind((HOST, port))
            return port


def until(true: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until it is so. Raises AssertionError naming ``what`` when it never was."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.05)


def _bring_town_to(folder: Path) -> Town:
    """The newest schema, made by the migrations, and the town's people in the database of the instance."""
    app = create_app(folder, testing=True)
    with app.app_context():
        bring_up()
        with transaction():
            town = build(PASSWORD)
        session.remove()
        db.engine.dispose()
    return town


@cache
def _town_as_a_file() -> tuple[bytes, Town]:
    """The SQLite database of such an instance; made once in this process."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        town = _bring_town_to(folder)
        with closing(sqlite3.connect(folder / "portal.sqlite")) as last:
            assert last.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, "someone still reads"
        return (folder / "portal.sqlite").read_bytes(), town


def make_instance(folder: Path, settings: str = "") -> Town:
    """A fresh instance, its schema made by the migrations, with the town's people in it."""
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text(settings, encoding="utf-8")
    (folder / "secret_key").write_bytes(b"k" * 32)
    if "database" in settings:  # on a server
        return _bring_town_to(folder)
    database, town = _town_as_a_file()
    (folder / "portal.sqlite").write_bytes(database)
    return deepcopy(town)


@contextmanager
def holding(folder: Path, statement: str = "", *, commit: bool = False) -> Iterator[None]:
    """Another process's write transaction on the instance's database, held as long as the block lasts."""
    with closing(sqlite3.connect(folder / "portal.sqlite", timeout=20, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        if statement:
            holder.execute(statement)
        yield
        holder.execute("COMMIT" if commit else "ROLLBACK")


@dataclass
class Served:
    """The two processes of an instance; each can be started and killed again and again."""

    folder: Path
    port: int = field(default_factory=free_port)
    server: Process | None = None
    worker: Process | None = None

    def start_server(self) -> None:
        """As ``make run`` starts it."""
        self.server = self._start("server", "gunicorn", "--bind", f"{HOST}:{self.port}", "wsgi:app")

    def start_worker(self) -> None:
        """As ``make run`` starts it."""
        self.worker = self._start("worker", "flask", "--app", "wsgi", "worker")

    def _start(self, name: str, *command: str) -> Process:
        environment = {**os.environ, "INSTANCE": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        environment.pop("FLASK_RUN_FROM_CLI", None)
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, process: Process | None) -> None:
        """SIGKILL the process and its children: it gets no chance to put anything in order."""
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self) -> None:
        """Nothing is left running."""
        self.kill(self.server)
        self.kill(self.worker)

    def answers(self) -> bool:
        """Whether the server takes connections."""
        assert self.server is None or self.server.poll() is None, self.said("server")
        with closing(socket.socket()) as door:
            door.settimeout(1)
            return door.connect_ex((HOST, self.port)) == 0

    def said(self, name: str) -> str:
        """What the process has written."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """What the database holds, read past the portal."""
        with closing(sqlite3.connect(self.folder / "portal.sqlite", timeout=20)) as connection:
            return connection.execute(statement).fetchall()
