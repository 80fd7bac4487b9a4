"""The settings on which durability rests, on every connection; and that the kernel is asked to flush at every commit."""

import re
from pathlib import Path

from portal import create_app
from portal.db import db, transaction
from portal.outbox import operations as outbox
from tests import scale
from tests.faults.household import Household, drafts, settings
from tests.faults.people import Walker
from tests.faults.strace import traced
from tests.robustness.served import make_instance

# PRAGMA -> what it has to be. synchronous 2 is FULL: with 1 a power cut takes what was acknowledged (see test_power).
SETTINGS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
AT_ONCE = 5


def test_every_connection_flushes_at_every_commit(instance: Path) -> None:
    with create_app(instance, testing=True).app_context():  # the tests' own ``app`` waits for no disk
        held = [db.engine.connect() for _ in range(AT_ONCE)]
        for connection in held:
            assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SETTINGS} == SETTINGS
        for connection in held:
            connection.close()
        with transaction() as session:
            assert session.connection().exec_driver_sql("PRAGMA synchronous").scalar() == 2
            outbox.enqueue(kind="nothing", payload={}, key="nothing")
        db.engine.dispose()


def test_the_kernel_is_asked_to_flush_at_least_once_for_each_acknowledgement(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    town = make_instance(folder, settings(None))
    cases = drafts(folder, town, 4)
    home = Household(folder, town)
    home.open()
    try:
        server = home.bear("server", held=True)
        with traced(server, "", tmp_path / "strace", trace="fdatasync") as tracer:
            server.begin()
            walker = Walker(home.listening.getsockname()[1])
            for number, case_id in enumerate(cases):
                walker.walk(case_id)
                walker.read_in(number)
            acknowledged = sum(len(person.journal) for person in walker.people)
            flushed = len(re.findall(r"fdatasync\(\d+\)\s+= 0", tracer.text()))
    finally:
        home.close()
    assert acknowledged == 6 * len(cases)
    assert flushed >= acknowledged
    scale.measured("faults: sync audit", acknowledged=acknowledged, flushed=flushed)
