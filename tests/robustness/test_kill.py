"""Server and worker, as ``make run`` starts them, are killed at any moment, again and again, while people go on working.
Afterwards every answer that was given still holds, and nothing was decided, numbered, recorded or sent twice.

``KILLS=200`` in the environment makes it a longer run. (Faster and more cruel ones are in ``tests/faults``.)
"""

import logging
import os
import random
import secrets
import time
from pathlib import Path
from queue import Queue
from uuid import UUID

from tests.faults import holds
from tests.faults.household import drafts, settings
from tests.faults.mail_server import mail_server
from tests.faults.people import People, Walker
from tests.robustness.served import Served, make_instance, until
from tests.robustness.visitor import Gone, Visitor

KILLS = int(os.environ.get("KILLS", "6"))
CASES = 40
WALKERS = 3


def start_server(served: Served) -> float:
    """Start it and wait for its first answer; how many seconds that took on this machine."""
    begun = time.monotonic()
    served.start_server()
    until(lambda: answered(served), "the server answers")
    return time.monotonic() - begun


def answered(served: Served) -> bool:
    """Whether the server answers at all."""
    try:
        return served.answers() and bool(Visitor(served.port, "").ask("GET", "/halsa", busy=False))
    except Gone:
        return False


def keep_killing(served: Served, chance: random.Random, people: People) -> None:
    """Kill server and worker at random moments and start them again.

    How long they live goes by how long a start takes, so that work gets done on a slow machine too.
    """
    killed, server_at, worker_at, slow = 0, 0.0, 0.0, 1.5
    while killed < KILLS:
        people.are_at_work()
        if served.server is None:
            slow = start_server(served)
            server_at = time.monotonic() + chance.uniform(0.0, 0.6) * slow
        elif time.monotonic() >= server_at:
            served.kill(served.server)
            served.server, killed = None, killed + 1
        if served.worker is None:
            served.start_worker()
            worker_at = time.monotonic() + chance.uniform(0.6, 1.8) * slow
        elif time.monotonic() >= worker_at:
            served.kill(served.worker)
            served.worker, killed = None, killed + 1
        time.sleep(0.01)


def settle(served: Served) -> None:
    """Both run again and nobody kills them."""
    if served.worker is None:
        served.start_worker()
    if served.server is None:
        start_server(served)


def waiting(cases: list[UUID]) -> "Queue[UUID]":
    """The cases as a pile that several take from."""
    pile: Queue[UUID] = Queue()
    for case_id in cases:
        pile.put(case_id)
    return pile


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(tmp_path: Path) -> None:
    seed = int(os.environ.get("KILL_SEED", secrets.randbits(32)))
    logging.getLogger(__name__).warning("KILL_SEED=%s", seed)  # shown when the test fails
    folder = tmp_path / "instance"
    with mail_server() as (sink, port):
        town = make_instance(folder, settings(port))
        pile = waiting(drafts(folder, town, CASES))
        served = Served(folder)
        try:
            start_server(served)
            people = People([Walker(served.port) for _ in range(WALKERS)], pile)
            people.begin()
            try:
                keep_killing(served, random.Random(seed), people)  # noqa: S311  # moments, no secrets
                settle(served)
                people.finish()
            finally:
                people.go_home()
            until(lambda: not holds.waiting(folder), "everything queued is done")
        finally:
            served.stop()
        assert len(people.walked) >= WALKERS
        assert "unforeseen error" not in served.said("server")
        holds.at_any_moment(folder, people.journal())
        holds.at_last(folder, people, sink)
