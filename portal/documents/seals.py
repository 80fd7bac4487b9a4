"""Sealed files as rows: kept with their document, lifted to time-stamps when those can be had, and renewed every year.

The file of a sealed document is followed by another one that begins with the same bytes. The row moves to it in the
transaction that logs both; of a kill before that nothing remains but a file that no row names.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, literal_column, or_, select

from portal import clock
from portal.db import session, transaction
from portal.documents import sealing
from portal.documents.models import Document, SealedFile
from portal.documents.sealing import Sealed, SealError, SealKey, TimeStamps, TooLate
from portal.documents.store import DamagedFile, current_store
from portal.outbox import operations as outbox
from portal.outbox.models import OutboxRow
from portal.outbox.operations import Task
from portal.outbox.worker import Failed, Later, Recurring
from portal.people.queries import is_demo
from portal.register.models import Case
from portal.register.operations import record
from portal.settings import current_settings
from portal.text import _

_logger = logging.getLogger(__name__)

KIND = "seal_upgrade"
RENEWALS = "seal_renewal"
HOURLY = Recurring(RENEWALS, timedelta(hours=1), after=timedelta(minutes=20))
AHEAD = timedelta(days=90)  # so long before ``renew_by`` a file is renewed
ALARM = timedelta(days=30)  # and so long before it an unrenewed one is an alarm
OFTENEST = timedelta(days=14)
EXPIRY_TOLD = timedelta(days=90)  # before the certificate of the seal ends
MOST_AT_ONCE = 500
# When a file could not be stamped, no other is tried for so long: a queue of them would keep the worker from all else.
RESTS = timedelta(minutes=1)
_rests_until: dict[str, datetime] = {}
# In the words of the index: a bound value would keep the planner from it.
_UNSTAMPED: ColumnElement[bool] = literal_column("sealed_file.level = 'B-B'")


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is in the store and has no row yet. ``waits`` is whether it is to have time-stamps and has none yet."""

    sealed: Sealed
    sha256: str
    key: SealKey
    waits: bool


def current_seal() -> tuple[SealKey, TimeStamps | None]:
    """The installation's key and time-stamp service; in a demo always the TEST seal. Raises SealError."""
    settings = current_settings()
    return SealKey.load(settings, test=bool(is_demo())), TimeStamps.load(settings)


def seal(pdf: bytes, key: SealKey, stamps: TimeStamps | None) -> Made:
    """Seal and put into the store, outside any transaction: without time-stamps while the service is away. Raises SealError."""
    made = sealing.seal(pdf, key, clock.now(), stamps if stamps and not _rests(stamps) else None)
    waits = stamps is not None and made.level == "B-B"
    if stamps is not None and waits:
        _let_rest(stamps)
    return Made(made, current_store().put(made.data), key, waits)


def keep(document: Document, made: Made) -> None:
    """Add the row of the document's sealed file, and queue the time-stamps that it has yet to get."""
    row = SealedFile(
        document_id=document.id,
        sha256=made.sha256,
        size=len(made.sealed.data),
        level=made.sealed.level,
        certificate=made.key.fingerprint,
        sealed_at=clock.now(),
        renew_by=made.sealed.renew_by,
    )
    session.add(row)
    session.flush()
    if made.waits:
        _queue(row)


def _queue(row: SealedFile) -> None:
    outbox.enqueue(kind=KIND, payload={"sha256": row.sha256}, key=f"{KIND}/{row.sha256}")


def _rests(stamps: TimeStamps) -> bool:
    return clock.now() < _rests_until.get(stamps.address, clock.now())


def _let_rest(stamps: TimeStamps) -> None:
    if not _rests(stamps):
        _rests_until[stamps.address] = clock.now() + RESTS


def upgrade(payload: Mapping[str, object], task: Task) -> None:
    """Give a sealed file another document time-stamp. Raises Failed when that does not work, Later while the service rests."""
    found = session.scalars(select(SealedFile).where(SealedFile.sha256 == str(payload["sha256"]))).one_or_none()
    stamps = _stamps()
    if found is None or stamps is None:
        return
    if _rests(stamps):
        raise Later(RESTS.total_seconds(), _("Tidsstämplingstjänsten svarar inte."))
    before = found.sha256
    session.rollback()  # nothing is held while other machines are asked
    try:
        after = sealing.upgrade(current_store().read(before), stamps, clock.now())
    except TooLate as error:
        _logger.warning("the seal of %s cannot be given a time-stamp any more: %s", before, error)
        return
    except SealError as error:
        _let_rest(stamps)
        raise Failed(str(error)) from error
    except DamagedFile as error:
        raise Failed(_("Filen är skadad eller saknas i lagret.")) from error
    sha256 = current_store().put(after.data)
    with transaction():
        _move(before, sha256, after)
        outbox.finish(task)


def _stamps() -> TimeStamps | None:
    try:
        return TimeStamps.load(current_settings())
    except SealError as error:
        raise Failed(str(error)) from error


def _move(before: str, sha256: str, after: Sealed) -> None:
    """Let the row name the new file, unless another worker has moved it meanwhile."""
    statement = select(SealedFile, Document, Case).where(SealedFile.sha256 == before)
    statement = statement.join(Document, Document.id == SealedFile.document_id).join(Case, Case.id == Document.case_id)
    found = session.execute(statement).one_or_none()
    if found is None:
        return
    row, document, case = found
    row.sha256, row.size, row.level = sha256, len(after.data), after.level
    row.sealed_at, row.renew_by = clock.now(), after.renew_by
    told = {"level": after.level, "from_sha256": before, "sha256": sha256, "size": row.size,
            "filename": document.filename if case.named_in_log else ""}  # fmt: skip
    record(case, "documents.renew_seal", by=None, kind="document", object_id=document.public_id, body=told)


def renewals(_payload: Mapping[str, object], task: Task) -> None:
    """Queue those that are to be renewed soon, and with a time-stamp service those that have no time-stamp; some at a time."""
    stamps = _stamps()
    with transaction():
        if stamps is not None:
            for row in session.scalars(_due().limit(MOST_AT_ONCE)).all():
                _queue(row)
        outbox.finish(task)


def _due() -> "Select[SealedFile]":
    """Sealed files to be given a time-stamp, for which that has not been tried."""
    today, often = clock.today(), clock.now() - OFTENEST
    soon = and_(SealedFile.renew_by <= today + AHEAD, SealedFile.sealed_at <= often)
    tried = exists().where(OutboxRow.unique_key == literal(f"{KIND}/").concat(SealedFile.sha256))
    return select(SealedFile).where(or_(_UNSTAMPED, soon), ~tried).order_by(SealedFile.document_id)


def alarm() -> str | None:
    """That sealed documents should have been renewed by now, in one sentence, or None."""
    late = SealedFile.renew_by <= clock.today() + ALARM
    count, first = session.execute(select(func.count(), func.min(SealedFile.renew_by)).where(late)).one()
    if not count:
        return None
    if count == 1:
        return _("En förseglad handling behöver en ny tidsstämpel senast %(date)s.", date=first)
    return _("%(n)s förseglade handlingar behöver nya tidsstämplar, den första senast %(date)s.", n=count, date=first)


def waiting() -> int:
    """How many sealed documents have no time-stamp yet."""
    return session.scalar(select(func.count()).select_from(SealedFile).where(_UNSTAMPED)) or 0
