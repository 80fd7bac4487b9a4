"""The worker: claim, run the handler, finish; again and again until told to stop.

Claim and finish are short transactions of their own and the handler runs between them. A handler that changes state
does its effect and ``operations.finish(task)`` in one ``transaction()``: then the effect happens exactly once. One
that only acts on the world outside (mail) leaves finishing to the worker, and may at worst act twice.
"""

import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event

from flask import Flask, has_app_context
from sqlalchemy.exc import OperationalError

from portal import clock
from portal.db import session, transaction
from portal.outbox import operations, queries
from portal.outbox.operations import LeaseLost, Task
from portal.outbox.progress import Meter, Progress
from portal.text import _

POLL_SECONDS = 0.5
BEAT_SECONDS = 5.0
_DATABASE_WAIT_SECONDS = 2.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_logger = logging.getLogger(__name__)
_of_this_process: set[str] = set()

Handler = Callable[[Mapping[str, object], Task], None]
"""Called with the payload and the leased task, inside an application context and outside any transaction."""


class Later(Exception):
    """It is not yet time; ``reason`` is a Swedish sentence. Not counted as a failure."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Failed(Exception):
    """It did not work, in a way that was expected; ``str(error)`` is a Swedish sentence shown to the operator."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """A kind that is queued once in every period, however many workers run; a period begins ``after`` midnight UTC."""

    kind: str
    every: timedelta
    after: timedelta = timedelta()


def worker_name() -> str:
    """A name that no other worker has: host, process and a few random letters."""
    name = f"{_host()}:{os.getpid()}:{secrets.token_hex(4)}"
    _of_this_process.add(name)
    return name


def _host() -> str:
    return socket.gethostname()[:32].replace(":", "-")


def is_dead(name: str) -> bool:
    """Whether the worker with this name ran on this machine and is no more. Another machine's cannot be known."""
    host, _colon, rest = name.partition(":")
    pid = rest.partition(":")[0]
    if host != _host() or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        # Else an earlier life of this process id; in a container it is the same after every start.
        return name not in _of_this_process
    try:
        os.kill(int(pid), 0)  # asks only; no signal is sent
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def stop_on_signals(stop: Event) -> None:
    """Set ``stop`` on SIGTERM and SIGINT, so that the task in hand is finished and no other begun."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())


class Worker:
    """One worker over one application. ``handlers`` maps kinds to what does them."""

    def __init__(
        self,
        app: Flask,
        handlers: Mapping[str, Handler],
        *,
        recurring: Sequence[Recurring] = (),
        lease_seconds: int = operations.LEASE_SECONDS,
        name: str | None = None,
        meter: Meter | None = None,
    ) -> None:
        self.app = app
        self.handlers = handlers
        self.recurring = recurring
        self.lease_seconds = lease_seconds
        self.name = name or worker_name()
        self.meter = meter
        self._beat_at = float("-inf")
        self._queued: set[str] = set()
        self._may_hold = False  # the database was gone when a task should have been given back

    def turn(self) -> bool:
        """One turn in its own application context (and so a fresh session); True when a task was run.

        Raises OperationalError when the database cannot be reached; what was in hand then is given back first next time.
        """
        with self.app.app_context():
            try:
                return self._turn()
            except OperationalError:
                self._may_hold = True
                raise

    def _turn(self) -> bool:
        if self._may_hold:
            with transaction():
                operations.release_leases(self.name)
            self._may_hold = False
        self._beat()
        self._queue_recurring()
        task = self._claim()
        if task is not None:
            self._run(task)
            if self.meter:
                self.meter.tell()
        return task is not None

    def _beat(self) -> None:
        if time.monotonic() - self._beat_at >= BEAT_SECONDS:
            with transaction():
                operations.beat(self.name)
                for name in queries.leaseholders() - {self.name}:
                    if is_dead(name):
                        operations.release_leases(name)
            self._beat_at = time.monotonic()

    def _queue_recurring(self) -> None:
        due = {_period_key(item): item.kind for item in self.recurring}
        if not due.keys() - self._queued:
            return
        with transaction():
            for key, kind in due.items():
                operations.enqueue(kind=kind, payload={}, key=key)
        self._queued = set(due)

    def _claim(self) -> Task | None:
        if not queries.something_is_due(self.lease_seconds):
            return None
        with transaction():
            return operations.claim(self.name, self.lease_seconds)

    def _run(self, task: Task) -> None:
        try:
            handler = self.handlers.get(task.kind)
            if handler is None:
                raise Failed(_("Ingen del av portalen tar hand om %(kind)s.", kind=task.kind))
            handler(task.payload, task)
        except LeaseLost:
            session.rollback()
            _logger.warning("lost the lease of %s %s; another worker has it", task.kind, task.key)
        except Later as later:
            retry_at = clock.now() + timedelta(seconds=later.seconds)
            self._release(partial(operations.postpone, task, str(later), retry_at))
        except Failed as failed:
            _logger.warning("%s %s did not work: %s", task.kind, task.key, failed)
            self._fail(task, str(failed))
        except (OperationalError, OSError) as gone:
            _logger.warning("%s %s did not work: %s", task.kind, task.key, getattr(gone, "orig", gone))
            self._fail(task, _("Databasen eller disken svarar inte. Ett nytt försök görs."))
        # The only broad except of the portal: one faulty handler must not stop the others, nor be lost unseen.
        except Exception:
            reference = secrets.token_hex(4)
            _logger.exception("reference %s: %s %s", reference, task.kind, task.key)
            self._fail(task, _("Oväntat fel, referens %(reference)s.", reference=reference))
        else:
            self._release(partial(operations.finish, task))
            if self.meter:
                self.meter.worked(task.key)

    def _fail(self, task: Task, reason: str) -> None:
        self._release(partial(operations.fail, task, reason))
        if self.meter:
            self.meter.failed(task.key)

    def _release(self, release: Callable[[], None]) -> None:
        session.rollback()
        try:
            with transaction():
                release()
        except LeaseLost as lost:
            _logger.warning("lost the lease of %s; another worker has it", lost)


def _period_key(item: Recurring) -> str:
    return f"{item.kind}/{(clock.now() - _EPOCH - item.after) // item.every}"


def run(
    app: Flask,
    handlers: Mapping[str, Handler],
    *,
    once: bool = False,
    stop: Event | None = None,
    recurring: Sequence[Recurring] = (),
    lease_seconds: int = operations.LEASE_SECONDS,
    tell: Callable[[Progress], None] | None = None,
) -> None:
    """Work until ``stop`` is set; with ``once``, until nothing is due any more. ``tell`` hears how far that has come.

    A database that cannot be reached is waited for (with ``once`` OperationalError is raised).
    """
    stop = stop or Event()
    if has_app_context():
        session.remove()  # what the caller has read must not hold its snapshot for as long as the worker lives
    meter = Meter(tell, partial(queries.due, lease_seconds)) if tell else None
    worker = Worker(app, handlers, recurring=recurring, lease_seconds=lease_seconds, meter=meter)
    while not stop.is_set():
        try:
            worked = worker.turn()
        except OperationalError as gone:
            if once:
                raise
            _logger.warning("the database cannot be reached; trying again: %s", gone.orig)
            stop.wait(_DATABASE_WAIT_SECONDS)
            continue
        if once and not worked:
            break
        if not worked:
            stop.wait(POLL_SECONDS)
    if meter and tell:
        with app.app_context():
            tell(meter.progress())
