"""The one way a notice goes: written for each person it concerns, mailed at once or with the day's digest, as they have chosen.

A mail is one task for one person, so that one mail server's answer for one address holds nobody else's up. Its Message-ID
follows from the task: a mail that goes twice carries the same. Mails name the number of the case and nothing of its content.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from portal import clock
from portal.db import transaction
from portal.dispatch import letters, mail, operations, queries, sending
from portal.dispatch.letters import About
from portal.notices import digest
from portal.notices import operations as notices
from portal.notices import queries as told
from portal.outbox import operations as outbox
from portal.outbox.operations import Task
from portal.outbox.worker import Failed, Recurring
from portal.people import away
from portal.people import queries as people
from portal.people.models import Person
from portal.people.permissions import Permission
from portal.register.models import Case
from portal.settings import current_settings

_logger = logging.getLogger(__name__)

KIND, MAIL, DIGESTS, DIGEST = "notice", "notice_mail", "digests", "digest"
HOURLY = Recurring(DIGESTS, timedelta(hours=1))
IN_ONE_MAIL = 100

Payload = Mapping[str, object]


def notice(payload: Payload, task: Task) -> None:
    """Tell those whose turn it is, or the one named, and those who stand in for them; and queue the mails of it.

    With ``mailbox`` the mail goes to that address (a unit's), and stands for the persons in the portal only.
    """
    case = queries.case_for_worker(UUID(str(payload["case"])))
    if case is None:
        return
    mailbox = str(payload.get("mailbox") or "")
    copy = UUID(str(payload["copy"])) if "copy" in payload else None
    event = str(payload["event"])
    with transaction():
        everyone = queries.may_know(case, _told(payload, case))
        key = str(payload.get("key") or task.key)
        at_once = notices.deliver(event, everyone, case=case, key=key, copy=copy, mails=not mailbox)
        if sending.mails():
            for person, at in at_once:
                _queue(task, event, case, copy, at, person=str(person.public_id))
            if mailbox:
                _queue(task, event, case, copy, clock.now(), to=mailbox)
        outbox.finish(task)


def _told(payload: Payload, case: Case) -> list[Person]:
    if "person" in payload:
        person = people.person(UUID(str(payload["person"])))
        return away.with_stand_ins([person]) if person.disabled_at is None else []
    unit = payload.get("unit")
    return away.told(Permission(str(payload["permission"])), unit if isinstance(unit, int) else case.unit_id)


def _queue(task: Task, event: str, case: Case, copy: UUID | None, at: datetime, **to: str) -> None:
    payload = {"event": event, "case": str(case.public_id), "at": at.isoformat(), **to}
    if copy is not None:
        payload["copy"] = str(copy)
    outbox.enqueue(kind=MAIL, payload=payload, key=f"{MAIL}:{task.key}:{next(iter(to.values()))}")


def send(payload: Payload, task: Task) -> None:
    """One mail of one event to one person, or to a unit's mailbox."""
    case = queries.case_for_worker(UUID(str(payload["case"])))
    to = str(payload["to"]) if "to" in payload else _address(UUID(str(payload["person"])))
    if case is None or not to or not sending.mails():
        return
    event, about = str(payload["event"]), _about(case, str(payload["copy"]) if "copy" in payload else "")
    letter = mail.Letter(
        message_id=mail.message_id(uuid5(NAMESPACE_URL, task.key)),
        to=to,
        subject=letters.notice_subject(event, about),
        body=letters.notice_text(event, about),
        at=datetime.fromisoformat(str(payload["at"])),
    )
    gone = _hand_over(letter)
    with transaction():
        if gone:
            operations.keep(letter)
        outbox.finish(task)


def _address(person_id: UUID) -> str:
    """Empty for one whose account is closed."""
    person = people.person(person_id)
    return person.email or "" if person.disabled_at is None else ""


def _about(case: Case, copy: str) -> About:
    return operations.about(case, f"/kopior/{copy}" if copy else "")


def _hand_over(letter: mail.Letter) -> bool:
    """Whether the mail has gone; one that nobody will take is let go: the notice stands in the portal. Raises Failed where it
    is to be tried again."""
    if queries.is_kept(letter.message_id):
        return True
    try:
        sending.hand_over(letter)
    except mail.Undeliverable as error:
        _logger.warning("a notice could not be sent: %s", error)
        return False
    except mail.NotNow as error:
        raise Failed(str(error)) from error
    return True


def queue_digests(_payload: Payload, task: Task) -> None:
    """Queue the digest that was due last for everyone who has something for it; each person gets one a day."""
    day, due = digest.last_due(clock.now(), current_settings().digest_hour)
    with transaction():
        if sending.mails():
            for person in told.await_digest(due):
                payload = {"person": str(person), "until": due.isoformat()}
                outbox.enqueue(kind=DIGEST, payload=payload, key=f"{DIGEST}:{person}:{day}")
        outbox.finish(task)


def send_digest(payload: Payload, task: Task) -> None:
    """One person's unread notices of the day in one mail."""
    person, until = people.person(UUID(str(payload["person"]))), datetime.fromisoformat(str(payload["until"]))
    waiting = told.for_digest(person, until, IN_ONE_MAIL + 1)
    ids = [each.id for each, _case in waiting[:IN_ONE_MAIL]]
    if not waiting or not person.email or person.disabled_at is not None or not sending.mails():
        return
    settings = current_settings()
    lines = [(each.event, _about(case, str(each.copy) if each.copy else "")) for each, case in waiting[:IN_ONE_MAIL]]
    letter = mail.Letter(
        message_id=mail.message_id(uuid5(NAMESPACE_URL, task.key)),
        to=person.email,
        subject=letters.digest_subject(len(lines)),
        body=letters.digest_text(
            lines,
            more=len(waiting) > IN_ONE_MAIL,
            address=f"{settings.public_address.rstrip('/')}/aviseringar",
            municipality=settings.municipality,
        ),
        at=until,
    )
    gone = _hand_over(letter)
    with transaction():
        if gone:
            operations.keep(letter)
        notices.mark_mailed(ids)
        outbox.finish(task)
