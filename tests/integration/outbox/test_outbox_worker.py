"""The loop: effects happen once, failures are seen and tried again, a crash loses nothing."""

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event, Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from portal import clock
from portal.db import session, transaction
from portal.log import operations as log
from portal.log import queries as log_queries
from portal.outbox import operations, progress, queries, worker
from portal.outbox.operations import Task

from .conftest import Clock, lease, queue

CASE = UUID(int=1)


def write(body: Mapping[str, object]) -> None:
    log.append(action="copy.send", by=None, object_kind="case", object_id=CASE, case_id=CASE, body=body)


def effect_with_finish(payload: Mapping[str, object], task: Task) -> None:
    with transaction():
        write(payload)
        operations.finish(task)


def effects() -> list[object]:
    session.rollback()
    return [row.body["n"] for row in log_queries.timeline(CASE)]


def test_what_is_queued_is_done_once(outbox_app: Flask) -> None:
    for number in range(5):
        queue(f"copy/{number}", n=number)
        queue(f"copy/{number}", n=number)
    worker.run(outbox_app, {"copy": effect_with_finish}, once=True)
    worker.run(outbox_app, {"copy": effect_with_finish}, once=True)
    assert effects() == [0, 1, 2, 3, 4]


def test_the_worker_finishes_what_its_handler_left_open(outbox_app: Flask) -> None:
    queue("copy/1", n=1)
    worker.run(outbox_app, {"copy": lambda _payload, _task: None}, once=True)
    standing = queries.standing("copy/1")
    assert standing is not None and standing.done_at is not None and standing.error is None


def test_a_crash_between_effect_and_finish_undoes_the_effect_and_it_is_done_once_after_the_lease(
    outbox_app: Flask, moment: Clock
) -> None:
    class PowerCut(BaseException):
        pass

    def crashing(payload: Mapping[str, object], task: Task) -> None:
        with transaction():
            write(payload)
            raise PowerCut

    queue("copy/1", n=1)
    with pytest.raises(PowerCut):
        worker.run(outbox_app, {"copy": crashing}, once=True)
    assert effects() == []
    worker.run(outbox_app, {"copy": effect_with_finish}, once=True)
    assert effects() == [], "the dead worker's lease still holds"
    moment.forward(operations.LEASE_SECONDS)
    worker.run(outbox_app, {"copy": effect_with_finish}, once=True)
    assert effects() == [1]


KILLED = """
import os, signal, sys
from flask import Flask
from sqlalchemy.exc import OperationalError
from portal import db
from portal.db import transaction
from portal.outbox import worker
app = Flask("killed")
app.config["SQLALCHEMY_DATABASE_URI"] = sys.argv[1]
db.init_app(app)
def handler(payload, task):
    with open(sys.argv[2], "a") as file:
        file.write("tried\\n")
    os.kill(os.getpid(), signal.SIGKILL)
worker.run(app, {"copy": handler}, once=True, lease_seconds=1)
"""


def test_a_killed_worker_process_leaves_its_row_to_the_next(outbox_app: Flask, tmp_path: Path) -> None:
    queue("copy/1", n=1)
    address = outbox_app.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-c", textwrap.dedent(KILLED), address, str(tmp_path / "tried")]
    killed = subprocess.run(command, check=False, timeout=60, cwd=Path(__file__).parents[3])
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "tried").read_text() == "tried\n"
    deadline = time.monotonic() + 10
    while effects() == [] and time.monotonic() < deadline:
        worker.run(outbox_app, {"copy": effect_with_finish}, once=True)
    assert effects() == [1]


def test_two_workers_never_run_the_same_row_at_once(outbox_app: Flask) -> None:
    running: set[str] = set()
    clashes: list[str] = []
    done: list[str] = []
    start = Barrier(2)

    def handler(payload: Mapping[str, object], task: Task) -> None:
        if task.key in running:
            clashes.append(task.key)
        running.add(task.key)
        time.sleep(0.002)
        running.discard(task.key)
        done.append(task.key)

    def work() -> None:
        start.wait()
        worker.run(outbox_app, {"copy": handler}, once=True)

    for number in range(40):
        queue(f"copy/{number}")
    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clashes == []
    assert sorted(done) == sorted(f"copy/{number}" for number in range(40))


def test_an_expected_failure_is_shown_in_its_own_words(outbox_app: Flask) -> None:
    def handler(payload: Mapping[str, object], task: Task) -> None:
        raise worker.Failed("E-postservern svarar inte.")

    queue("copy/1")
    worker.run(outbox_app, {"copy": handler}, once=True)
    (failing,) = queries.failing()
    assert (failing.error, failing.failures) == ("E-postservern svarar inte.", 1)


def test_a_faulty_handler_is_told_by_reference_and_stops_no_other(outbox_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def faulty(payload: Mapping[str, object], task: Task) -> None:
        with transaction():
            write({"n": 99})
            raise KeyError("hemlig uppgift")

    queue("faulty/1", kind="faulty")
    queue("copy/1", n=1)
    worker.run(outbox_app, {"copy": effect_with_finish, "faulty": faulty}, once=True)
    assert effects() == [1]
    (failing,) = queries.failing()
    assert failing.error is not None
    assert failing.error.startswith("Oväntat fel, referens ") and "hemlig" not in failing.error
    assert failing.error.removesuffix(".").split()[-1] in caplog.text


def test_a_failure_is_tried_again_and_then_works(outbox_app: Flask, moment: Clock) -> None:
    tries: list[int] = []

    def handler(payload: Mapping[str, object], task: Task) -> None:
        tries.append(task.attempt)
        if len(tries) < 3:
            raise worker.Failed("Inte än.")

    queue("copy/1")
    for _ in range(5):
        worker.run(outbox_app, {"copy": handler}, once=True)
        moment.forward(10)
    assert tries == [1, 2, 3]
    assert queries.failing() == []


def test_later_is_not_a_failure(outbox_app: Flask, moment: Clock) -> None:
    def handler(payload: Mapping[str, object], task: Task) -> None:
        raise worker.Later(30, "Väntar på förseglingen.")

    queue("copy/1")
    worker.run(outbox_app, {"copy": handler}, once=True)
    standing = queries.standing("copy/1")
    assert standing is not None
    assert (standing.failures, standing.error) == (0, "Väntar på förseglingen.")
    assert standing.run_at == clock.now() + timedelta(seconds=30)
    assert queries.failing() == []


def test_a_kind_that_nobody_takes_care_of_is_told(outbox_app: Flask) -> None:
    queue("odd/1", kind="odd")
    worker.run(outbox_app, {}, once=True)
    assert [row.error for row in queries.failing()] == ["Ingen del av portalen tar hand om odd."]


def test_a_recurring_kind_runs_once_a_period_however_many_workers(outbox_app: Flask, moment: Clock) -> None:
    ran: list[str] = []
    hourly = [worker.Recurring("log.check", timedelta(hours=1))]
    for _ in range(3):
        for _ in range(2):
            worker.run(outbox_app, {"log.check": lambda _payload, task: ran.append(task.key)}, once=True, recurring=hourly)
        moment.forward(3600)
    assert len(ran) == len(set(ran)) == 3


def test_a_daily_kind_waits_for_its_hour(outbox_app: Flask, moment: Clock) -> None:
    ran: list[str] = []
    daily = [worker.Recurring("remind", timedelta(days=1), after=timedelta(hours=5))]

    def runs() -> int:
        worker.run(outbox_app, {"remind": lambda _payload, task: ran.append(task.key)}, once=True, recurring=daily)
        return len(ran)

    assert runs() == 1  # the worker has just been started, at eight
    moment.forward(timedelta(hours=20, minutes=59, seconds=59).total_seconds())
    assert runs() == 1
    moment.forward(1)
    assert runs() == 2


def test_a_worker_is_seen_to_live_and_its_queue_to_wait(outbox_app: Flask, moment: Clock) -> None:
    assert queries.health() == queries.Health(None, None, 0)
    worker.run(outbox_app, {}, once=True)
    queue("copy/1")
    queued = clock.now()
    moment.forward(90)
    assert queries.health() == queries.Health(queued, queued, 0)


def test_a_handler_sees_what_was_committed_after_the_last_turn(outbox_app: Flask) -> None:
    seen: list[int] = []

    def handler(payload: Mapping[str, object], task: Task) -> None:
        seen.append(len(log_queries.timeline(CASE)))

    runner = worker.Worker(outbox_app, {"copy": handler})
    for number in range(3):
        queue(f"copy/{number}")
        assert runner.turn()
        with transaction():
            write({"n": number})
    assert seen == [0, 1, 2]


def test_the_loop_ends_soon_after_it_is_told_to_stop(outbox_app: Flask) -> None:
    stop = Event()
    thread = Thread(target=worker.run, args=(outbox_app, {}), kwargs={"stop": stop})
    thread.start()
    time.sleep(0.2)
    stop.set()
    thread.join(timeout=2)
    assert not thread.is_alive()


def test_a_termination_signal_stops_the_loop() -> None:
    stop = Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        worker.stop_on_signals(stop)
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(1)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_what_a_dead_worker_held_is_taken_over_at_once_and_a_living_ones_is_left(outbox_app: Flask) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    alive = worker.worker_name()
    host = alive.split(":")[0]
    names = (f"{host}:{dead.pid}:aa", f"{host}:{os.getpid()}:of-before", f"elsewhere:{dead.pid}:aa", f"{host}:1:aa", alive)
    for number, name in enumerate(names):
        queue(f"copy/{number}", n=number)
        lease(name)
    worker.run(outbox_app, {"copy": effect_with_finish}, once=True)
    assert effects() == [0, 1]


def test_what_was_in_hand_when_the_database_went_is_done_as_soon_as_it_is_back(
    outbox_app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    queue("copy/1", n=1)
    here = worker.Worker(outbox_app, {"copy": effect_with_finish})
    gone = OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))

    def broken(*_arguments: object, **_more: object) -> None:
        raise gone

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(operations, "finish", broken)
        meanwhile.setattr(operations, "fail", broken)
        with pytest.raises(OperationalError):
            here.turn()
    assert effects() == []
    assert here.turn()
    assert effects() == [1]
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left"), OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))],
)
def test_a_disk_that_fails_is_told_in_one_sentence_and_tried_again(
    outbox_app: Flask, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    queue("copy/1")

    def handler(_payload: Mapping[str, object], _task: Task) -> None:
        raise error

    worker.run(outbox_app, {"copy": handler}, once=True)
    standing = queries.standing("copy/1")
    assert standing is not None and standing.done_at is None
    assert (standing.failures, standing.error) == (1, "Databasen eller disken svarar inte. Ett nytt försök görs.")
    assert "Traceback" not in caplog.text


def test_a_run_tells_how_far_it_has_come_and_a_failing_row_stops_no_other(
    outbox_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handler(payload: Mapping[str, object], task: Task) -> None:
        if payload["n"] == 5:
            raise worker.Failed("Sigillet går inte att läsa.")

    for number in range(12):
        queue(f"copy/{number}", n=number)
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0)
    told: list[progress.Progress] = []
    worker.run(outbox_app, {"copy": handler}, once=True, tell=told.append)
    assert [(each.done, each.left) for each in told[:5]] == [(1, 11), (2, 10), (3, 9), (4, 8), (5, 7)]
    assert [(each.done, each.total, each.failing) for each in told[-2:]] == [(11, 11, 1), (11, 11, 1)]
    assert told[3].seconds_left is None
    assert told[4].seconds_left == pytest.approx(told[4].seconds / 5 * 7)


def test_what_failed_and_then_worked_is_no_longer_told_as_failing(outbox_app: Flask, moment: Clock) -> None:
    def handler(_payload: Mapping[str, object], task: Task) -> None:
        if task.key == "copy/2":
            moment.forward(3)  # the next try of the first is due by now
        elif task.failures == 0:
            raise worker.Failed("Inte än.")

    queue("copy/1")
    queue("copy/2")
    told: list[progress.Progress] = []
    worker.run(outbox_app, {"copy": handler}, once=True, tell=told.append)
    assert [(each.done, each.left, each.failing) for each in (told[0], told[-1])] == [(0, 1, 1), (2, 0, 0)]
