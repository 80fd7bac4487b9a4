"""Queueing, leasing, finishing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from portal import clock
from portal.db import session, transaction
from portal.outbox import operations, queries
from portal.outbox.models import OutboxRow

from .conftest import Clock, lease, queue

pytestmark = pytest.mark.usefixtures("outbox_app")


def test_what_is_queued_is_leased_with_its_payload() -> None:
    queue("copy/1", recipient="Räddningstjänsten", number=7)
    task = lease()
    assert task is not None
    assert (task.kind, task.key, task.attempt) == ("copy", "copy/1", 1)
    assert task.payload == {"recipient": "Räddningstjänsten", "number": 7}


def test_the_same_key_twice_is_one_row_even_after_it_is_done() -> None:
    assert queue("copy/1")
    assert not queue("copy/1")
    task = lease()
    assert task is not None
    with transaction():
        operations.finish(task)
    assert not queue("copy/1")
    assert session.scalar(select(func.count()).select_from(OutboxRow)) == 1
    assert lease() is None


def test_nothing_is_queued_when_the_transaction_fails() -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        operations.enqueue(kind="copy", payload={}, key="copy/1")
        raise ZeroDivisionError
    assert queries.standing("copy/1") is None


def test_a_payload_that_is_not_json_is_refused_when_queued() -> None:
    with pytest.raises(TypeError), transaction():
        operations.enqueue(kind="copy", payload={"at": object()}, key="copy/1")


def test_a_row_is_not_leased_before_its_time(moment: Clock) -> None:
    with transaction():
        operations.enqueue(kind="notice", payload={}, key="n", run_at=clock.now() + timedelta(seconds=60))
    assert lease() is None
    assert not queries.something_is_due()
    moment.forward(60)
    assert queries.something_is_due()
    assert lease() is not None


def test_rows_are_leased_in_the_order_in_which_they_fell_due(moment: Clock) -> None:
    for number in range(3):
        queue(f"copy/{number}")
        moment.forward(1)
    assert [task.key for _ in range(3) if (task := lease())] == ["copy/0", "copy/1", "copy/2"]


def test_a_leased_row_is_nobody_elses_until_the_lease_has_run_out(moment: Clock) -> None:
    queue("copy/1")
    assert lease("first", 120) is not None
    moment.forward(119)
    assert lease("second") is None
    moment.forward(1)
    task = lease("second")
    assert task is not None and task.attempt == 2


def test_a_worker_that_lost_its_lease_cannot_finish_and_its_effect_is_undone(moment: Clock) -> None:
    queue("copy/1")
    slow = lease("first")
    moment.forward(121)
    quick = lease("second")
    assert slow is not None and quick is not None
    with pytest.raises(operations.LeaseLost), transaction():
        operations.enqueue(kind="effect", payload={}, key="effect of the slow one")
        operations.finish(slow)
    assert queries.standing("effect of the slow one") is None
    with transaction():
        operations.finish(quick)
    with pytest.raises(operations.LeaseLost), transaction():
        operations.fail(slow, "För sent.")
    assert queries.standing("copy/1").done_at is not None  # type: ignore[union-attr]


def test_finishing_twice_is_harmless() -> None:
    queue("copy/1")
    task = lease()
    assert task is not None
    for _ in range(2):
        with transaction():
            operations.finish(task)
    assert lease() is None


def test_failures_wait_longer_each_time_and_the_reason_is_shown(moment: Clock) -> None:
    queue("copy/1")
    waits = []
    for _ in range(7):
        task = lease()
        assert task is not None
        with transaction():
            operations.fail(task, "Mottagarens server svarar inte.")
        standing = queries.standing("copy/1")
        assert standing is not None
        waits.append(int((standing.run_at - clock.now()).total_seconds()))
        moment.forward(waits[-1])
    assert waits == [2, 10, 60, 300, 3600, 3600, 3600]
    (failing,) = queries.failing()
    assert (failing.error, failing.failures) == ("Mottagarens server svarar inte.", 7)


def test_a_person_can_have_it_tried_at_once(moment: Clock) -> None:
    queue("copy/1")
    task = lease()
    assert task is not None
    with transaction():
        operations.fail(task, "Nej.", clock.now() + timedelta(hours=1))
    assert lease() is None
    with transaction():
        assert operations.retry("copy/1")
        assert not operations.retry("unknown")
    assert lease() is not None
    with transaction():
        assert not operations.retry("copy/1"), "it is being worked on"


def test_a_row_can_be_leased_by_its_key_before_its_time_and_by_one_only(moment: Clock) -> None:
    with transaction():
        operations.enqueue(kind="notice", payload={}, key="n", run_at=clock.now() + timedelta(seconds=60))
        task = operations.claim_key("n", "command")
        assert task is not None
        assert operations.claim_key("n", "another") is None
        assert operations.claim_key("unknown", "command") is None
        operations.finish(task)
        assert operations.claim_key("n", "command") is None


def test_a_lease_that_is_prolonged_is_kept_and_one_that_was_lost_is_not_had_back(moment: Clock) -> None:
    queue("copy/1")
    task = lease()
    assert task is not None
    moment.forward(operations.LEASE_SECONDS - 1)
    with transaction():
        operations.prolong(task)
    moment.forward(operations.LEASE_SECONDS - 1)
    assert lease() is None
    moment.forward(2)
    assert lease() is not None
    with pytest.raises(operations.LeaseLost), transaction():
        operations.prolong(task)


def test_the_claim_reads_open_rows_only() -> None:
    statement = "SELECT id FROM outbox WHERE done_at IS NULL AND run_at <= '2026' ORDER BY run_at, id LIMIT 1"
    plan = str(session.execute(text(f"EXPLAIN QUERY PLAN {statement}")).all())
    assert "ix_outbox_open_run_at_id" in plan and "TEMP B-TREE" not in plan


def test_eight_workers_never_lease_the_same_row(outbox_app: Flask) -> None:
    for number in range(100):
        queue(f"copy/{number}")

    def work(number: int) -> list[str]:
        found = []
        with outbox_app.app_context():
            while (task := lease(f"worker {number}")) is not None:
                found.append(task.key)
        return found

    with ThreadPoolExecutor(8) as pool:
        found = [key for keys in pool.map(work, range(8)) for key in keys]
    assert len(found) == len(set(found)) == 100


def test_writing_the_outbox_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        operations.enqueue(kind="copy", payload={}, key="copy/1")


def test_a_clock_set_back_leaves_nothing_waiting_for_the_time_it_showed_before(moment: Clock) -> None:
    moment.forward(400 * 86_400)
    for key in ("queued", "failed", "leased"):
        queue(key)
    tasks = {task.key: task for _ in range(3) if (task := lease())}
    with transaction():
        operations.fail(tasks["failed"], "Nej.")
        operations.release_leases("first")
    held = lease()
    assert held is not None
    with transaction():
        queue_again = operations.enqueue(kind="copy", payload={}, key="new")
    assert queue_again
    moment.forward(-400 * 86_400)
    found = set()
    while task := lease("second"):
        found.add(task.key)
        with transaction():
            operations.finish(task)
    assert found == {"queued", "failed", "leased", "new"}


def test_a_row_queued_ahead_waits_as_asked_once_it_has_failed(moment: Clock) -> None:
    moment.forward(7200)
    queue("copy/1")
    moment.forward(-7200)
    task = lease()
    assert task is not None
    with transaction():
        operations.fail(task, "Nej.")
    assert lease() is None
    moment.forward(2)
    assert lease() is not None


def test_a_lease_of_a_clock_a_little_ahead_is_kept(moment: Clock) -> None:
    queue("copy/1")
    moment.forward(60)
    assert lease("first") is not None
    moment.forward(-60)
    assert lease("second") is None


def test_a_beat_from_the_future_says_nothing_of_now(moment: Clock) -> None:
    moment.forward(7200)
    with transaction():
        operations.beat("gone")
    moment.forward(-7200)
    assert queries.health().beat_at is None
    with transaction():
        operations.beat("here")
    assert queries.health().beat_at == moment.instant
