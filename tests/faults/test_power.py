"""The power is cut: what was written and not flushed is gone. What was acknowledged is there, documents too.

Needs /dev/fuse.
"""

import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import scale
from tests.faults import holds
from tests.faults.household import Household, figures, settings
from tests.faults.mail_server import mail_server
from tests.faults.nursery import Options
from tests.robustness.served import ROOT, make_instance, until

pytestmark = pytest.mark.soak

AT_ONCE = 50
ROUNDS = scale.times(1, 4)
CARELESS_CUTS = 6


@dataclass
class Disk:
    """A disk under ``mount`` that forgets when the power goes. ``backing`` is what it remembers."""

    backing: Path
    mount: Path
    daemon: "subprocess.Popen[bytes] | None" = None

    def power_on(self) -> None:
        """Attach it."""
        command = [sys.executable, "-m", "tests.faults.forgetful", str(self.backing), str(self.mount)]
        self.daemon = subprocess.Popen(command, cwd=ROOT)
        until(self.mount.is_mount, "the disk is attached")

    def cut(self) -> None:
        """The daemon dies with everything that was only written."""
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()

    def detach(self) -> None:
        """Away with what is left of the mount."""
        subprocess.run(["fusermount3", "-uz", str(self.mount)], check=False, capture_output=True)


@contextmanager
def forgetting(folder: Path, options: Options, mail_port: int | None) -> Iterator[tuple[Household, Disk]]:
    """A household whose instance is on a disk that forgets."""
    disk = Disk(folder / "backing", folder / "instance")
    town = make_instance(disk.backing, settings(mail_port))
    disk.mount.mkdir()
    home = Household(disk.mount, town, options)
    try:
        disk.power_on()
        home.open()
        home.fill_up()
        home.welcome()
        yield home, disk
    finally:
        if disk.daemon is not None and disk.daemon.poll() is None:
            disk.cut()
        home.close()
        disk.detach()


def cut(home: Household, disk: Disk) -> None:
    """Power off for the disk and everyone on it."""
    disk.cut()
    for child in list(home.children):
        home.bury(child)
    disk.detach()
    until(lambda: not os.path.ismount(disk.mount), "the disk is detached")  # is_mount fails on a dead mount


def test_nothing_acknowledged_is_lost_when_the_power_is_cut(tmp_path: Path) -> None:
    total: dict[str, int] = {}
    for number in range(ROUNDS):
        chance = random.Random(secrets.randbits(32))  # noqa: S311  # moments, no secrets
        folder = tmp_path / str(number)
        with mail_server() as (sink, port), forgetting(folder, Options(), port) as (home, disk):
            assert home.people is not None
            for _fault in range(AT_ONCE):
                home.live(chance)
                cut(home, disk)
                holds.at_any_moment(disk.backing, home.people.journal())
                disk.power_on()
                home.fill_up()
                home.keep_at_work()
            home.settle()
            home.holds_at_last(sink)
            done = {"faults": AT_ONCE, **figures(home), "mails": len(sink.got), "mails_twice": sink.doubles()}
            total = {name: total.get(name, 0) + value for name, value in done.items()}
        shutil.rmtree(folder / "backing")
    scale.measured("faults: power cut", **total)


def test_the_same_cut_loses_what_was_acknowledged_when_the_database_is_told_to_be_careless(tmp_path: Path) -> None:
    """So the cut is one, and the setting is what holds."""
    acknowledged = lost = 0
    for number in range(CARELESS_CUTS):
        with forgetting(tmp_path / str(number), Options(synchronous="NORMAL"), None) as (home, disk):
            assert home.people is not None
            until(lambda: len(home.people.journal()) > 12, "the people work")  # type: ignore[union-attr]
            cut(home, disk)
            told = home.people.journal()
            acknowledged, lost = acknowledged + len(told), lost + len(holds.lost(disk.backing, told))
    scale.measured("faults: power cut, synchronous=NORMAL", faults=CARELESS_CUTS, acknowledged=acknowledged, lost=lost)
    assert lost > 0
