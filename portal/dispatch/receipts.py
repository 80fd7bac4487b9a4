"""Copies marked *ska åtgärdas* that nobody has acknowledged: their unit is reminded, once, after some working days."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import ColumnElement, literal_column, select

from portal import clock, workdays
from portal.db import session, transaction
from portal.dispatch import letters, mail, operations, queries, sending
from portal.dispatch.models import Copy
from portal.outbox import operations as outbox
from portal.outbox.operations import Task
from portal.outbox.worker import Failed, Recurring
from portal.people.permissions import Permission
from portal.register.models import Case
from portal.settings import current_settings

_logger = logging.getLogger(__name__)

KIND, MAIL = "receipts", "receipt_reminder"
DAILY = Recurring(KIND, timedelta(days=1), after=timedelta(hours=5))  # six in the Swedish morning, seven in summer
EVENT = "receipt_due"
_AT_ONCE = 200
# In the words of the index: bound values would keep the planner from it.
_AWAITED: ColumnElement[bool] = literal_column(
    "(dispatch_copy.kind = 'action' AND dispatch_copy.acknowledged_at IS NULL AND dispatch_copy.reminded_at IS NULL)"
)
_OVER = ("closed", "archived")


def remind(_payload: Mapping[str, object], task: Task) -> None:
    """Queue a reminder for each copy that has waited so long, some hundreds in each transaction."""
    days, after = current_settings().acknowledge_working_days, 0
    while days:
        with transaction():
            found = _waiting(workdays.before(clock.today(), days), after)
            for copy, case in found:
                operations.note_reminder(copy, case)
                outbox.enqueue(kind=MAIL, payload={"copy": str(copy.public_id)}, key=f"{MAIL}:{copy.public_id}")
            if len(found) < _AT_ONCE:
                break
            after = found[-1][0].id
    with transaction():
        outbox.finish(task)


def _waiting(last_day: date, after: int) -> Sequence[tuple[Copy, Case]]:
    """Copies that lay in a unit's inbox on ``last_day`` at the latest, and still wait."""
    until = datetime.combine(last_day, time.max, tzinfo=clock.STOCKHOLM)
    statement = (
        select(Copy, Case)
        .join(Case, Case.id == Copy.case_id)
        .where(
            _AWAITED,
            Copy.id > after,
            Copy.unit_id.is_not(None),
            Copy.state.in_(("sent", "delivered")),
            Copy.sent_at <= until,
            Case.status.not_in(_OVER),
        )
    )
    return [(copy, case) for copy, case in session.execute(statement.order_by(Copy.id).limit(_AT_ONCE))]


def send(payload: Mapping[str, object], task: Task) -> None:
    """Mail the reminder to the unit's mailbox, else to those who read its copies; it names the number and nothing more."""
    found = queries.to_send(UUID(str(payload["copy"])))
    if found is None or found.copy.acknowledged_at is not None or found.copy.unit_id is None or not sending.mails():
        return
    about = operations.about(found.case, f"/kopior/{found.copy.public_id}")
    unit = found.copy.unit
    mailbox = found.copy.email or (unit.email if unit else None)
    readers = queries.notified(Permission.RECEIVE_COPIES, found.copy.unit_id)
    at, addresses = found.copy.reminded_at or clock.now(), [mailbox] if mailbox else [person.email or "" for person in readers]
    for address in addresses:
        letter = mail.Letter(
            message_id=mail.message_id(uuid5(NAMESPACE_URL, f"{task.key}/{address}")),
            to=address,
            subject=letters.notice_subject(EVENT, about),
            body=letters.notice_text(EVENT, about),
            at=at,
        )
        _mail(letter)


def _mail(letter: mail.Letter) -> None:
    if queries.is_kept(letter.message_id):
        return
    try:
        sending.hand_over(letter)
    except mail.Undeliverable as error:
        _logger.warning("a reminder could not be sent: %s", error)
        return
    except mail.NotNow as error:
        raise Failed(str(error)) from error
    with transaction():
        operations.keep(letter)
