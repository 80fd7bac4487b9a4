"""The clock jumps under running processes: hours, a year and more, forth and back over the turn of the year."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

from portal.clock import STOCKHOLM
from tests import scale
from tests.faults.household import Household, figures, household
from tests.faults.mail_server import mail_server
from tests.faults.people import Patient

JUMPS = scale.times(3, 22)
JUMP_SECONDS = 2.0
LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1")


def library() -> str:
    """Where the library is that tells a process another time. Raises AssertionError when it is not installed."""
    found = [str(path) for pattern in LIBRARIES for path in Path("/").glob(pattern[1:])]
    assert found, "libfaketime is not installed (apt install faketime)"
    return found[0]


def new_year() -> timedelta:
    """To two seconds before the next turn of the year in Sweden."""
    now = datetime.now(STOCKHOLM)
    return datetime(now.year + 1, 1, 1, tzinfo=STOCKHOLM) - now - timedelta(seconds=2)


class Hands:
    """What turns the clock of every process of a household."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.set(timedelta(0))

    def set(self, ahead: timedelta) -> None:
        """So much ahead of the real time from now on; written beside and renamed, for it is read all the time."""
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{ahead.total_seconds():+.0f}\n", encoding="ascii")
        beside.replace(self.file)

    def environment(self) -> dict[str, str]:
        """What makes a process look at this clock."""
        return {
            "LD_PRELOAD": library(),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def jumps() -> Iterator[timedelta]:
    """The places a clock jumps to, beginning and ending at the right time."""
    hours, year, right = timedelta(hours=2), timedelta(days=400), timedelta(0)
    return cycle((hours, right, -hours, year, right, new_year(), right, -year, right, year, -hours))


def test_nothing_is_lost_or_left_waiting_when_the_clock_jumps(tmp_path: Path) -> None:
    hands = Hands(tmp_path / "clock")
    ways = {"environment": hands.environment(), "visitors": Patient}
    with mail_server() as (sink, port), household(tmp_path / "instance", mail_port=port, **ways) as home:  # type: ignore[arg-type]
        for _fault, ahead in zip(range(JUMPS), jumps(), strict=False):
            hands.set(ahead)
            let_them_work(home)
        hands.set(timedelta(0))
        home.settle()
        home.holds_at_last(sink)
        scale.measured("faults: clock jumps", faults=JUMPS, **figures(home), mails=len(sink.got), mails_twice=sink.doubles())


def let_them_work(home: Household) -> None:
    """For a while, with the clock as it is."""
    time.sleep(JUMP_SECONDS)
    home.keep_at_work()
    home.still_holds()
