"""Servers and worker are killed at any moment: whatever was acknowledged is there, once, and everything queued is done."""

import random
import secrets
from pathlib import Path

from tests import scale
from tests.faults.household import figures, household
from tests.faults.mail_server import mail_server

AT_ONCE = scale.times(40, 50)
ROUNDS = scale.times(1, 10)


def test_nothing_is_lost_or_done_twice_when_processes_are_killed_at_any_moment(tmp_path: Path) -> None:
    total: dict[str, int] = {}
    for number in range(ROUNDS):
        seed = secrets.randbits(32)
        done = kill_at_random(tmp_path / str(number), random.Random(seed))  # noqa: S311  # moments, no secrets
        total = {name: total.get(name, 0) + value for name, value in done.items()}
    scale.measured("faults: kill at random", **total)


def kill_at_random(folder: Path, chance: random.Random) -> dict[str, int]:
    """One instance, ``AT_ONCE`` kills."""
    with mail_server() as (sink, port), household(folder / "instance", mail_port=port) as home:
        for _fault in range(AT_ONCE):
            home.live(chance)
            home.bury(chance.choice(home.children))
            if chance.random() < 0.2:
                home.bury(chance.choice(home.children))  # and another one with it
            home.fill_up()
            home.still_holds()
            home.keep_at_work()
        home.settle()
        home.holds_at_last(sink)
        return {"faults": AT_ONCE, **figures(home), "mails": len(sink.got), "mails_twice": sink.doubles()}
