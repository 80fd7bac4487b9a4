"""A process dies at its Nth write or flush; a disk that answers a flush or a write with an error.

(``strace`` stands between the process and the kernel. It needs no root: the children allow it.)
"""

import random
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from tests import scale
from tests.faults.household import Child, Household, figures, household
from tests.faults.mail_server import mail_server
from tests.faults.strace import traced

# The call -> how many of it a life of a few acts makes, about. The worker alone keeps documents.
SERVER_CALLS = {"pwrite64": 200, "fdatasync": 6, "fsync": 4, "rename": 1}
WORKER_CALLS = {"pwrite64": 200, "fdatasync": 8, "fsync": 4, "rename": 2}
DEATHS, ERRORS_AT_ONCE = scale.times(4, 50), scale.times(6, 50)
ROUNDS = scale.times(1, 6)
LIFE_SECONDS = 3.0

ERRORS = ("fdatasync:error=EIO", "fsync:error=EIO", "pwrite64:error=EIO", "pwrite64:error=ENOSPC", "write:error=ENOSPC")

Inflict = Callable[[Household, random.Random, Path], int]


def campaign(folder: Path, inflict: Inflict, faults: int, rounds: int) -> dict[str, int]:
    """``rounds`` instances with ``faults`` faults each; the figures of all of them."""
    total: dict[str, int] = {}
    for number in range(rounds):
        chance = random.Random(secrets.randbits(32))  # noqa: S311  # moments, no secrets
        here = folder / str(number)
        with mail_server() as (sink, port), household(here / "instance", mail_port=port) as home:
            done = 0
            while done < faults:
                done += inflict(home, chance, here)
                home.keep_at_work()
                home.still_holds()
            home.settle()
            home.holds_at_last(sink)
            found = {"faults": done, **figures(home), "mails": len(sink.got), "mails_twice": sink.doubles()}
            total = {name: total.get(name, 0) + value for name, value in found.items()}
    return total


def die_at_a_call(home: Household, chance: random.Random, here: Path) -> int:
    """One life that ends as it enters a chosen call for the Nth time; 1 when it came so far."""
    kind = chance.choice(("server", "server", "worker"))
    calls = SERVER_CALLS if kind == "server" else WORKER_CALLS
    call = chance.choice(("pwrite64", "fdatasync", *calls))
    home.bury(next(each for each in home.children if each.kind == kind))
    child = home.bear(kind, held=True)
    injection = f"{call}:signal=KILL:when={chance.randint(1, calls[call])}"
    with traced(child, injection, here / "strace", trace=call):
        child.begin()
        died = child.dies(LIFE_SECONDS)
        if not died:
            child.kill()
    home.fill_up()
    return int(died)


def test_nothing_is_lost_or_done_twice_when_a_process_dies_at_its_nth_write_or_flush(tmp_path: Path) -> None:
    scale.measured("faults: kill at a system call", **campaign(tmp_path, die_at_a_call, DEATHS, ROUNDS))


def fail_some_calls(home: Household, chance: random.Random, here: Path) -> int:
    """Some errors, now and then, in a process that lives on; how many."""
    child: Child = chance.choice(home.children)
    first, step = chance.randint(1, 6), chance.randint(3, 9)
    injection = f"{chance.choice(ERRORS)}:when={first}+{step}"
    with traced(child, injection, here / "strace", trace=injection.partition(":")[0]) as tracer:
        deadline = time.monotonic() + LIFE_SECONDS
        while tracer.injected() < 5 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not child.dies(0), home.said()[-5000:]
        return tracer.injected()


def test_an_error_of_the_disk_is_answered_503_and_the_same_process_goes_on(tmp_path: Path) -> None:
    scale.measured("faults: EIO and ENOSPC", **campaign(tmp_path, fail_some_calls, ERRORS_AT_ONCE, ROUNDS))
