"""Mail that comes back: read from a Maildir by the worker, or pasted in, and what it says noted with the copy.

Nothing is ever sent from here. A mail counts once, by its SHA-256, however often it is read.
"""

import hashlib
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.dispatch import bounces, operations, queries
from portal.dispatch.bounces import Report
from portal.dispatch.models import Copy, DeliveryReport
from portal.errors import Invalid, Refused
from portal.outbox import operations as outbox
from portal.outbox.operations import Task
from portal.outbox.worker import Failed, Recurring
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register.models import Case
from portal.register.operations import record
from portal.settings import current_settings
from portal.text import _

_logger = logging.getLogger(__name__)

KIND = "bounces"
OFTEN = Recurring(KIND, timedelta(minutes=15))
LARGEST = 4 * 1024 * 1024  # bytes of a mail that is opened at all
AT_ONCE = 500  # mails in one run; the rest are read in the next
_OVER = ("closed", "archived")
MAY_NOTE = (Permission.ADMINISTER, Permission.RECORD_BUDGET, Permission.KEEP_REGISTER)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a report: the copy it is about (None where none is known), and whether it had been read before."""

    report: Report
    copy: Copy | None
    known: bool = False


def read_mailbox(_payload: Mapping[str, object], task: Task) -> None:
    """Read what is new in the Maildir; each mail in a transaction of its own, and then put among those that were read."""
    server = current_settings().mail
    if server is None or server.bounces is None:
        return
    taken = 0
    for name in _new(server.bounces):
        raw = _content(server.bounces / "new" / name)
        report = bounces.read(raw) if raw is not None else None
        if report is not None:
            with transaction():
                note(report, hashlib.sha256(raw or b"").hexdigest())
            taken += 1
        _put_by(server.bounces, name)
    if taken:
        _logger.info("%s reports of delivery were read", taken)
    with transaction():
        outbox.finish(task)


def _new(box: Path) -> Iterator[str]:
    """The names of the mails that nobody has read, oldest first. Raises Failed where there is no such mailbox."""
    try:
        if not (box / "cur").is_dir():
            raise NotADirectoryError
        names = sorted(each.name for each in os.scandir(box / "new") if each.is_file(follow_symlinks=False))
    except OSError as error:
        raise Failed(_("Brevlådan för studsar kan inte läsas. Kontrollera mail.bounces i inställningarna.")) from error
    yield from names[:AT_ONCE]


def _content(path: Path) -> bytes | None:
    """The mail; None for one that is gone, larger than any report, or may not be read."""
    try:
        return path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError:
        return None


def _put_by(box: Path, name: str) -> None:
    try:
        (box / "new" / name).rename(box / "cur" / f"{name.partition(':')[0]}:2,S")
    except FileNotFoundError:
        return
    except OSError as error:
        raise Failed(_("Lästa studsar kan inte flyttas i brevlådan. Kontrollera rättigheterna till mappen.")) from error


def note_pasted(*, text: str, by: Actor) -> Taken:
    """Note what someone pasted. Raises Refused, and Invalid where it is no report."""
    if not any(by.may(permission) for permission in MAY_NOTE):
        raise Refused(_("Studsar förs in av administratören, ekonomi eller registratorn."))
    report = bounces.read_pasted(text)
    if report is None:
        sentence = _("Det går inte att se vilket brev texten gäller. Klistra in hela studsen med brevhuvuden.")
        raise Invalid({"text": sentence})
    return note(report, hashlib.sha256(text.strip().encode()).hexdigest())


def note(report: Report, digest: str) -> Taken:
    """Keep the report, and let the copy that it is about stand as it says. Once for each mail."""
    earlier = session.scalars(select(DeliveryReport).where(DeliveryReport.digest == digest)).one_or_none()
    if earlier is not None:
        return Taken(report, session.get(Copy, earlier.copy_id) if earlier.copy_id else None, known=True)
    found = queries.copy_by_message_ids(report.about)
    copy = found[0] if found else None
    session.add(
        DeliveryReport(
            digest=digest,
            copy_id=copy.id if copy else None,
            outcome=report.outcome,
            recipient=report.recipient,
            status=report.status,
            said=report.said,
            read_at=clock.now(),
        )
    )
    session.flush()
    if found is not None:
        _apply(report, *found)
    return Taken(report, copy)


def _apply(report: Report, copy: Copy, case: Case) -> None:
    """A copy that someone has opened or handed over, or whose case is closed, stands as it is whatever a mail says."""
    if copy.state != "sent" or copy.acknowledged_at is not None or case.status in _OVER:
        return
    if report.outcome == "delivered":
        copy.state, copy.delivered_at = "delivered", clock.now()
        copy.version += 1
        body = {"recipient": copy.recipient, "said": report.said, "channel": "email"}
        record(case, "dispatch.deliver", by=None, body=body, kind="copy", object_id=copy.public_id)
    elif report.outcome == "failed" and copy.opened_at is None:
        operations.mark_returned(copy, case, bounces.reason(report))
