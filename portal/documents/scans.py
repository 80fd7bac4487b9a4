"""What the worker does with the virus scanner: look at what was handed in, and again when the scanner knows more.

The file is read and sent outside any transaction; its verdict, the log entries of what that changes and the end of the
task are one. With clamd away the task waits, and so does the file: nobody opens what has not been looked at.
"""

import time
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Select, select

from portal import clock
from portal.db import session, transaction
from portal.documents import clamd, logging_files
from portal.documents.models import Document, FileScan
from portal.documents.scanning import CLEAN, QUARANTINED
from portal.documents.store import DamagedFile, current_store
from portal.funds.models import DelegationOrder
from portal.outbox import operations as outbox
from portal.outbox.operations import Task
from portal.outbox.worker import Later, Recurring
from portal.settings import Scanner, current_settings
from portal.text import _

KIND, AGAIN = "scan", "scan_again"
HOURLY = Recurring(AGAIN, timedelta(hours=1))
SECONDS_UNTIL_SCANNER = 30
SLICE_SECONDS = 40  # of the lease of a task, with one slow answer after it
_PAGE = 200

Payload = Mapping[str, object]


def scan(payload: Payload, task: Task) -> None:
    """Look at one file that was handed in. Raises Later while clamd is away."""
    scanner = current_settings().scanner
    if scanner is not None:
        _look(scanner, str(payload["sha256"]), _version(scanner), task)


def scan_again(_payload: Payload, task: Task) -> None:
    """Look at what has no verdict (the scanner was set up later), then at what was last seen with other signatures.

    At most ``SLICE_SECONDS`` of that each hour; while something has no verdict it goes on at once.
    """
    scanner = current_settings().scanner
    if scanner is None:
        return
    version, stop = _version(scanner), time.monotonic() + SLICE_SECONDS
    for unseen in (True, False):
        for sha256 in session.scalars(_to_look_at(version, unseen=unseen)).all():
            _look(scanner, sha256, version)
            if time.monotonic() > stop:
                if unseen:
                    raise Later(0, _("Fler filer väntar på viruskontroll."))
                return
    with transaction():
        outbox.finish(task)


def _version(scanner: Scanner) -> str:
    try:
        return clamd.version(scanner)
    except clamd.ScannerAway as error:
        raise _away(error) from error


def _away(error: clamd.ScannerAway) -> Later:
    return Later(SECONDS_UNTIL_SCANNER, _("Viruskontrollen svarar inte (%(why)s). Ett nytt försök görs.", why=str(error)))


def _to_look_at(version: str, *, unseen: bool) -> "Select[str]":
    """Files that someone handed in and that have no verdict, or one given with other signatures: the oldest first."""
    documents = select(Document.sha256).where(Document.source_id.is_(None), Document.created_by_id.is_not(None))
    orders = select(DelegationOrder.file_sha256).where(DelegationOrder.file_sha256.is_not(None))
    handed_in = documents.union(orders).subquery()
    statement = select(handed_in.c.sha256).outerjoin(FileScan, FileScan.sha256 == handed_in.c.sha256)
    if unseen:
        return statement.where(FileScan.sha256.is_(None)).order_by(handed_in.c.sha256).limit(_PAGE)
    return statement.where(FileScan.scanner != version).order_by(FileScan.scanned_at, FileScan.sha256).limit(_PAGE)


def _look(scanner: Scanner, sha256: str, version: str, task: Task | None = None) -> None:
    """Ask about one file and keep the verdict. A file that cannot be read has none; the nightly reading tells of it."""
    session.rollback()  # nothing is held while clamd thinks
    try:
        found = clamd.look(scanner, current_store().read(sha256))
    except DamagedFile:
        return
    except clamd.ScannerAway as error:
        raise _away(error) from error
    with transaction():
        _keep(sha256, found.signature, version)
        if task is not None:
            outbox.finish(task)


def _keep(sha256: str, signature: str, version: str) -> None:
    """Keep the verdict; that a file came into quarantine, or out of it, is told in the log of each case that has it."""
    before = session.get(FileScan, sha256)
    was = before.verdict if before else CLEAN
    verdict = QUARANTINED if signature else CLEAN
    session.merge(FileScan(sha256=sha256, verdict=verdict, signature=signature, scanned_at=clock.now(), scanner=version[:200]))
    if was != verdict:
        action = "documents.quarantine" if verdict == QUARANTINED else "documents.release"
        logging_files.tell(action, sha256, signature=signature or (before.signature if before else ""))
