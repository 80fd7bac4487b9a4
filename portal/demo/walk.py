"""Walking the year: every event at its own moment, in the order of the clock, each followed by the worker's work."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from flask import Flask

from portal import clock
from portal.db import transaction
from portal.demo.calendar import Course, instants
from portal.outbox.worker import Worker

WORKER_AFTER = timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class Event:
    """One act by one person: ``at`` thousandths of the walk, done inside a transaction of its own."""

    at: float
    act: Callable[[], object]


def walk(app: Flask, course: Course, events: Iterable[Event]) -> None:
    """Do every event at its moment through the operations, and let the worker finish what it leads to.

    The clock is the system's again afterwards, also when an event is refused: then the walk stops with that error.
    """
    ordered = sorted(events, key=attrgetter("at"))
    days: list[date] = [course.day(event.at) for event in ordered]
    checkpoints = [each for each in app.extensions["outbox_recurring"] if each.kind == "checkpoint"]
    worker = Worker(app, app.extensions["outbox_handlers"], recurring=checkpoints)
    try:
        for moment, event in zip(instants(days), ordered, strict=True):
            _set(moment)
            with app.app_context(), transaction():
                event.act()
            _set(moment + WORKER_AFTER)
            _work(worker)
    finally:
        clock.set_source(None)


def catch_up(app: Flask) -> None:
    """Let a worker do what waits at the system's time, and check the log, so that the pages have its verdict."""
    _work(Worker(app, app.extensions["outbox_handlers"], recurring=app.extensions["outbox_recurring"]))


def _set(moment: datetime) -> None:
    clock.set_source(lambda: moment)


def _work(worker: Worker) -> None:
    while worker.turn():
        pass
