"""Reminders, the one place where days are watched: reports, steps with a deadline, copies to acknowledge, marks to review.

Once a day the worker looks, and queues a notice for each reminder that is due, once. A reminder is known by what it is about
and the date, never by the day it was queued on: a killed run that begins again, and a clock set forth and back, queue none
twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, tuple_

from portal import clock, workdays
from portal.accounting import interim
from portal.accounting.models import InterimReport
from portal.db import session, transaction
from portal.decisions.models import Decision
from portal.dispatch import late_steps, operations, queries
from portal.funding_requests.lifecycle import Status
from portal.funds.models import Fund
from portal.outbox import operations as outbox
from portal.outbox.operations import Task
from portal.outbox.worker import Recurring
from portal.people.permissions import Permission
from portal.register import secrecy
from portal.register.models import Case
from portal.settings import current_settings

KIND = "reminders"
DAILY = Recurring(KIND, timedelta(days=1), after=timedelta(hours=5))  # six in the Swedish morning, seven in summer
_AT_ONCE = 200  # cases looked at in one transaction


@dataclass(frozen=True, slots=True)
class _Awaited:
    """A dispatched case and what its unit owes: a final report, and interim reports where the money asks for them."""

    case_id: UUID
    decision_id: UUID
    decided_on: date
    report_by: date | None
    asks_interim: bool
    reported: date | None


def _page(after: tuple[Any, int] | None) -> tuple[list[_Awaited], tuple[Any, int] | None]:
    """Dispatched cases, oldest first, and where the next page begins; whoever may see them, nothing is shown."""
    last = select(func.max(InterimReport.due_on)).where(InterimReport.decision_id == Decision.id).scalar_subquery()
    asked = (Case.public_id, Decision.public_id, Decision.decided_on, Decision.report_by, Fund.interim_reports, last)
    statement = (
        select(*asked, Case.status_since, Case.id)
        .join(Decision, Decision.case_id == Case.id)
        .outerjoin(Fund, Fund.id == Decision.fund_id)
        .where(Case.status == Status.DISPATCHED.value, Decision.replaced_at.is_(None))
    )
    if after is not None:
        key = tuple_(literal(after[0], Case.status_since.type), literal(after[1]))
        statement = statement.where(tuple_(Case.status_since, Case.id) > key)
    rows = session.execute(statement.order_by(Case.status_since, Case.id).limit(_AT_ONCE)).all()
    found = [_Awaited(*row[:4], bool(row[4]), row[5]) for row in rows]
    return found, (rows[-1][6], rows[-1][7]) if len(rows) == _AT_ONCE else None


def _due(case: _Awaited, today: date) -> Iterator[tuple[str, date, int]]:
    """What the unit is to be reminded of today: the event, the date it is about, and how far off that is."""
    days = current_settings().remind_working_days
    interim_due = interim.due(case.decided_on, case.report_by, case.reported, today) if case.asks_interim else None
    for what, due_on in (("report", case.report_by), ("interim", interim_due)):
        offset = interim.reminder(due_on, today, days) if due_on else None
        if due_on is not None and offset is not None:
            yield f"{what}_late" if offset > 0 else f"{what}_due", due_on, offset


def _reports(today: date) -> None:
    """A notice for every reminder of a report that is due today and has not been queued before."""
    after = None
    while True:
        with transaction():
            cases, after = _page(after)
            for case in cases:
                for event, due_on, offset in _due(case, today):
                    _queue(case, event, due_on, offset)
        if after is None:
            return


def _queue(case: _Awaited, event: str, due_on: date, offset: int) -> None:
    outbox.enqueue(
        kind="notice",
        payload={"event": event, "case": str(case.case_id), "permission": Permission.WRITE_REQUEST.value},
        key=f"reminder:{case.decision_id}:{event.partition('_')[0]}:{due_on}:{offset}",
    )


def _receipts(today: date) -> None:
    """A notice to the unit for each copy *ska åtgärdas* that nobody has acknowledged in some working days; once.

    It goes to the unit's mailbox where it has one, else to those who read its copies.
    """
    days, after = current_settings().acknowledge_working_days, 0
    while days:
        with transaction():
            found = queries.unacknowledged(workdays.before(today, days), after, _AT_ONCE)
            for copy, case in found:
                operations.note_reminder(copy, case)
                payload: dict[str, object] = {"event": "receipt_due", "case": str(case.public_id)}
                mailbox = copy.email or (copy.unit.email if copy.unit else None)
                whom: dict[str, object] = {
                    "copy": str(copy.public_id),
                    "permission": Permission.RECEIVE_COPIES.value,
                    "unit": copy.unit_id,
                    "mailbox": mailbox or "",
                }
                outbox.enqueue(kind="notice", payload=payload | whom, key=f"reminder:receipt:{copy.public_id}")
            after = found[-1][0].id if found else 0
        if len(found) < _AT_ONCE:
            return


def _marks(today: date) -> None:
    """A notice to the registrar for each secrecy mark whose day to be looked at again has come; once for each day set."""
    with transaction():
        for mark, case, day in secrecy.due_on_day(today):
            payload = {"event": "mark_review", "case": str(case), "permission": Permission.KEEP_REGISTER.value}
            outbox.enqueue(kind="notice", payload=payload, key=f"reminder:mark:{mark}:{day}")


def remind(_payload: Mapping[str, object], task: Task) -> None:
    """Queue every notice of a day that comes, or has passed, that is due today: some hundreds in each transaction."""
    today = clock.today()
    for those_of in (_reports, late_steps.remind, _receipts, _marks):
        those_of(today)
    with transaction():
        outbox.finish(task)
