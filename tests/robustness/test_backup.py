"""Backups taken while people and the worker write, each restored into an empty folder and found whole.

(What a backup holds, and that a damaged one is refused, is tried in ``tests/integration/cli/test_commands.py``.)
"""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from portal import create_app
from portal.db import db, session
from portal.documents.models import Document
from portal.log import keys
from portal.log.models import LogEntry
from portal.outbox.worker import run
from portal.register.models import Case
from tests.factories.funding_requests import a_submitted_request
from tests.factories.town import Town
from tests.integration.cli.test_commands import run_in
from tests.robustness.served import ROOT, make_instance, until
from tests.scale import measured, times

TIMES = times(3, 50)


def backup(folder: Path, file: Path) -> subprocess.CompletedProcess[str]:
    """The operator's command, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "backup", str(file)],
        cwd=ROOT,
        env={**os.environ, "INSTANCE": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


class Writer(Thread):
    """Submits one request after the other; ``numbered`` is how many were acknowledged."""

    def __init__(self, app: Flask, town: Town, stop: Event) -> None:
        super().__init__(daemon=True)
        self.app, self.town, self.stopped = app, town, stop
        self.numbered = 0

    def run(self) -> None:
        """Until told to stop."""
        while not self.stopped.wait(0.2):
            with self.app.app_context(), suppress(OperationalError):  # busy: nothing was done, and it is tried again
                a_submitted_request(self.town)
                self.numbered += 1


def serials(app: Flask) -> list[int]:
    with app.app_context():
        found = [serial for serial in session.scalars(select(Case.serial).order_by(Case.serial)) if serial]
        session.remove()
        return found


def test_every_backup_taken_under_load_is_restored_whole(tmp_path: Path) -> None:
    folder, stop = tmp_path / "instance", Event()
    town = make_instance(folder)
    keys.load_or_create_log_key(folder / "log_key")
    app = create_app(folder, testing=True)
    writer = Writer(app, town, stop)
    worker = Thread(target=run, args=(app, app.extensions["outbox_handlers"]), kwargs={"stop": stop}, daemon=True)
    taken: list[tuple[Path, int, int]] = []
    writer.start()
    worker.start()
    try:
        for number in range(TIMES):
            before, file = writer.numbered, tmp_path / f"{number}.tar"
            until(lambda least=before: writer.numbered > least, "the writer writes")  # type: ignore[misc]
            least = writer.numbered
            done = backup(folder, file)
            assert done.returncode == 0, done.stderr
            taken.append((file, least, writer.numbered + 1))
            assert writer.numbered > least, "others wrote meanwhile"
    finally:
        stop.set()
        writer.join(timeout=30)
        worker.join(timeout=30)
        with app.app_context():
            db.engine.dispose()
    for file, least, most in taken:
        is_whole(file, folder, town, least, most)
    measured("log: backups restored under load", restored=len(taken), lost=0, requests=writer.numbered)


def is_whole(file: Path, source: Path, town: Town, least: int, most: int) -> None:
    """Everything acknowledged before the backup is there, numbers without gaps, log and files whole; and it goes on."""
    folder = file.with_suffix("")
    done = run_in(folder, "restore", str(file))
    assert done.exit_code == 0, done.stderr
    shutil.copy2(source / "log_key", folder)
    checked = run_in(folder, "log", "verify")
    assert checked.exit_code == 0, checked.stderr
    app = create_app(folder, testing=True, check_schema=True)
    found = serials(app)
    assert found == [*range(1, len(found) + 1)]
    assert least <= len(found) <= most
    with app.app_context():
        store = app.extensions["store"]
        assert all(store.read(sha256).startswith(b"%PDF") for sha256 in session.scalars(select(Document.sha256)))
        entries = session.scalars(select(LogEntry.seq).order_by(LogEntry.seq)).all()
        assert list(entries) == [*range(1, len(entries) + 1)]
        session.rollback()
        assert a_submitted_request(town).serial == len(found) + 1
        session.remove()
        db.engine.dispose()
