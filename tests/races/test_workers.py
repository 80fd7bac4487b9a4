"""Workers that take from the same queue at the same moment: each thing is done once, also where a lease runs out."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.dispatch.models import Copy
from portal.documents.models import Document
from portal.log import operations as log
from portal.log.models import LogEntry
from portal.outbox import operations as outbox
from portal.outbox.models import OutboxRow
from portal.outbox.operations import Task
from portal.outbox.worker import Handler, Worker, run
from tests.factories.decisions import case_of
from tests.races.arena import Arena, everything_holds, rows
from tests.races.test_same_case import TO_DISPATCHED
from tests.scale import times

ROUNDS = times(1, 12)
WORKERS, TASKS = 4, 12


def queue(kind: str) -> list[UUID]:
    made = [uuid4() for _ in range(TASKS)]
    with transaction():
        for each in made:
            outbox.enqueue(kind=kind, payload={"id": str(each)}, key=f"{kind}:{each}")
    return made


def noting(payload: Mapping[str, object], task: Task) -> None:
    """The effect, a log entry, and the end of the task in one transaction: exactly once."""
    with transaction():
        log.append(action="test.note", by=None, object_kind="test", object_id=UUID(str(payload["id"])), case_id=None, body={})
        outbox.finish(task)


def finished(arena: Arena, handlers: Mapping[str, Handler]) -> None:
    """Whatever is left is done by one worker alone."""
    later = clock.now() + timedelta(hours=2)
    clock.set_source(lambda: later)
    run(arena.app, handlers, once=True)
    clock.set_source(None)


def working(arena: Arena, handlers: Mapping[str, Handler], lease_seconds: int) -> list[Callable[[], int]]:
    def work(worker: Worker) -> int:
        return sum(worker.turn() for _turn in range(2 * TASKS))

    return [partial(work, Worker(arena.app, handlers, lease_seconds=lease_seconds)) for _ in range(WORKERS)]


def test_each_thing_in_the_queue_is_taken_by_one_worker(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            arena.empty_queue()
            made = queue("race")
        arena.at_once(working(arena, {"race": noting}, outbox.LEASE_SECONDS))
        with arena.inside():
            attempts = session.scalars(select(OutboxRow.attempts).where(OutboxRow.unique_key.in_(f"race:{m}" for m in made)))
            assert list(attempts) == [1] * TASKS
            assert [rows(LogEntry, LogEntry.object_id == each) for each in made] == [1] * TASKS
    everything_holds(arena)


def test_what_a_worker_was_too_slow_with_is_done_once_by_whoever_holds_the_lease(arena: Arena) -> None:
    """Every lease runs out at once, so that several workers do the same thing; one effect stands."""
    for _ in range(ROUNDS):
        with arena.inside():
            arena.empty_queue()
            made = queue("slow")
        arena.at_once(working(arena, {"slow": noting}, 0))
        finished(arena, {"slow": noting})
        with arena.inside():
            assert [rows(LogEntry, LogEntry.object_id == each) for each in made] == [1] * TASKS
            assert rows(OutboxRow, OutboxRow.kind == "slow", OutboxRow.done_at.is_(None)) == 0
    everything_holds(arena)


def test_workers_make_each_document_and_send_each_copy_once(arena: Arena) -> None:
    for _ in range(times(1, 6)):
        with arena.inside():
            arena.empty_queue()
            cases = [arena.walked(*TO_DISPATCHED) for _ in range(2)]
        arena.at_once(working(arena, arena.app.extensions["outbox_handlers"], outbox.LEASE_SECONDS))
        finished(arena, arena.app.extensions["outbox_handlers"])
        with arena.inside():
            for case_id in cases:
                case = case_of(case_id)
                assert rows(Document, Document.case_id == case.id, Document.kind == "decision") == 1
                assert rows(Copy, Copy.case_id == case.id, Copy.state == "sent") == 2
                assert rows(LogEntry, LogEntry.case_id == case_id, LogEntry.action == "dispatch.send") == 2
    everything_holds(arena)
