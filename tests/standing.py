"""An application on a database that is put back as it was after every act that was committed."""

import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import event

from portal import create_app
from portal.db import db, session
from tests.conftest import unsynced


class Standing:
    """A copy of a walked instance, its application, and a look from outside at whether anything was committed."""

    def __init__(self, walked: Path, folder: Path) -> None:
        self.walked, self.folder = walked, folder
        self._count = ""
        shutil.copytree(walked, folder)
        self.app = create_app(folder, testing=True)
        with self.app.app_context():
            event.listen(db.engine, "connect", unsynced)
        self._watch()

    def _watch(self) -> None:
        self.other = sqlite3.connect(self.folder / "portal.sqlite")
        self.other.execute("PRAGMA synchronous=OFF")
        self.seen = self._version()

    def _version(self) -> int:
        return int(self.other.execute("PRAGMA data_version").fetchone()[0])

    def changed(self) -> bool:
        """Whether any row of any table was committed since the last look: SQLite counts every commit of others."""
        before, self.seen = self.seen, self._version()
        return before != self.seen

    def rows(self) -> dict[str, int]:
        """How many rows each table holds."""
        if not self._count:
            tables = [row[0] for row in self.other.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            self._count = "SELECT " + ", ".join(f'(SELECT count(*) FROM "{name}") AS "{name}"' for name in tables)  # noqa: S608
        found = self.other.execute(self._count)
        counts = dict(zip((column[0] for column in found.description), found.fetchone(), strict=True))
        self.seen = self._version()
        return counts

    def restore(self) -> None:
        """Put the database back. Call it inside an application context."""
        self.close()
        for name in ("portal.sqlite-wal", "portal.sqlite-shm"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copy(self.walked / "portal.sqlite", self.folder / "portal.sqlite")
        self._watch()

    def close(self) -> None:
        """Let go of the database. Call it inside an application context."""
        session.remove()
        db.engine.dispose()
        self.other.close()
