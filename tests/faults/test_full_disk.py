"""The disk is full, to the last byte, while people work; then there is room again. Needs root: it mounts a small disk."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests import scale
from tests.faults.household import Household, figures, household
from tests.faults.mail_server import mail_server

pytestmark = pytest.mark.soak

FAULTS = scale.times(10, 50)
SIZE = "48m"
FULL_SECONDS = 0.7


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of its own under ``folder``."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Not a byte is left for as long as the block lasts."""
    ballast = folder / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 4096)
        yield
    finally:
        ballast.unlink()


def fold(folder: Path) -> None:
    """Fold the write-ahead log into the database, so that the next commit needs room. Busy is as well: then it has it."""
    with closing(sqlite3.connect(folder / "portal.sqlite", timeout=1)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def refusals(home: Household) -> int:
    """How often someone has been told to come back."""
    assert home.people is not None
    return sum(len(person.refusals) for person in home.people.everyone())


def test_a_full_disk_refuses_what_it_cannot_keep_and_loses_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mail_server() as (sink, port), small_disk(disk), household(disk / "instance", mail_port=port) as home:
        done = 0
        while done < FAULTS:
            fold(home.folder)
            before = refusals(home)
            with full(disk):
                time.sleep(FULL_SECONDS)
            done += refusals(home) > before
            time.sleep(0.2)
            home.keep_at_work()
            assert not any(child.dies(0) for child in home.children), "everyone lives through it"
            home.still_holds()
        home.settle()
        home.holds_at_last(sink)
        assert os.path.ismount(disk)
        scale.measured("faults: full disk", faults=done, **figures(home), mails=len(sink.got), mails_twice=sink.doubles())
