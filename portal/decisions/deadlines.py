"""By when a step is to be taken: working days that the money or the organ allows, counted from when the case came there. Pure.

An organ that a case has been handed over to goes before the money; what neither says has no deadline, but dispatch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal import workdays
from portal.funding_requests.lifecycle import Status

DISPATCH_WITHIN = 2
REGISTRAR_TOLD_AFTER = 1
"""Working days after finance was reminded, when the registrar is told too."""
NEAR = 1
"""Working days before a deadline, when it is near."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Working days for finance's statement, for the decision, and for recording and sending it; None: no deadline."""

    statement: int | None = None
    decision: int | None = None
    dispatch: int | None = DISPATCH_WITHIN


# What is waited for in each status; a statement beside, wherever one is required and missing.
STEPS: Mapping[Status, str] = {
    Status.SUBMITTED: "decision",
    Status.REFERRED: "decision",
    Status.DECIDED: "dispatch",
}


def due(since: date, days: int | None) -> date | None:
    """The last day for what has ``days`` working days from the day ``since``."""
    return workdays.after(since, days) if days else None


def of_step(status: str, since: date, allowed: Allowed, *, statement: bool = False) -> date | None:
    """The last day for what the case waits for since the day; with ``statement`` for finance's statement."""
    if statement:
        return due(since, allowed.statement)
    step = STEPS.get(Status(status))
    return due(since, getattr(allowed, step)) if step else None


def is_late(last_day: date | None, today: date) -> bool:
    """Whether the last day has passed."""
    return last_day is not None and last_day < today


def is_near(last_day: date | None, today: date) -> bool:
    """Whether the last day is today or within ``NEAR`` working days."""
    return last_day is not None and workdays.before(last_day, NEAR) <= today <= last_day


def too_old(today: date, days: int) -> date:
    """What has ``days`` working days (at least 1) and came before this day is late today: as ``is_late``, for a query."""
    return workdays.before(today, days)
