"""Every night each stored file that a row names is read and its hash computed: damage is known before someone needs the file.

The reading is cut in slices shorter than a task's lease and goes on where it was, also after a kill. What is found damaged
is in the log, in ``/halsa`` and in ``flask --app wsgi check`` until the file reads well again, which a backup brings about.
"""

import time
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, func, select

from portal import clock
from portal.db import session, transaction
from portal.documents import logging_files, queries
from portal.documents.models import FileDamage, FileScrub
from portal.documents.store import DamagedFile, Store, current_store
from portal.outbox import operations as outbox
from portal.outbox.operations import Task
from portal.outbox.worker import Later, Recurring
from portal.text import _

KIND = "scrub"
NIGHTLY = Recurring(KIND, timedelta(days=1), after=timedelta(hours=1))
SLICE_SECONDS = 45
LATE = timedelta(days=3)
_KEPT = timedelta(days=90)


def scrub(_payload: Mapping[str, object], task: Task) -> None:
    """Read on for a slice. Raises Later while there is more."""
    reached = session.scalar(select(FileScrub.reached).where(FileScrub.task == task.key)) or ""
    files = sorted(name for name in queries.named_files() if name > reached)
    session.rollback()  # nothing is held while the disk is read
    read, damaged = _read(current_store(), files)
    with transaction():
        found = session.scalars(select(FileScrub).where(FileScrub.task == task.key)).one_or_none()
        if found is None:
            found = FileScrub(task=task.key, begun_at=clock.now(), reached="", files=0, damaged=0)
            session.add(found)
        # A draft thrown away meanwhile has taken its files with it, and they are no loss.
        lost = damaged & queries.named_files() if damaged else damaged
        _keep(read, lost)
        found.files += len(read)
        found.damaged += len(lost)
        found.reached = read[-1] if read else reached
        if len(read) == len(files):
            found.done_at = clock.now()
            session.execute(delete(FileScrub).where(FileScrub.begun_at < clock.now() - _KEPT))
            outbox.finish(task)
    if len(read) < len(files):
        raise Later(0, _("Lagrade filer läses."))


def _read(store: Store, files: list[str]) -> tuple[list[str], set[str]]:
    """Those that were read within the slice, and which of them are damaged."""
    stop = time.monotonic() + SLICE_SECONDS
    read, damaged = [], set()
    for sha256 in files:
        try:
            store.check(sha256)
        except (DamagedFile, OSError):
            damaged.add(sha256)
        read.append(sha256)
        if time.monotonic() > stop:
            break
    return read, damaged


def _keep(read: list[str], damaged: set[str]) -> None:
    known = {row.sha256: row for row in session.scalars(select(FileDamage))}
    for sha256 in sorted(damaged - known.keys()):
        session.add(FileDamage(sha256=sha256, found_at=clock.now()))
        logging_files.tell("documents.damage", sha256)
    for sha256 in sorted((known.keys() & set(read)) - damaged):
        session.delete(known[sha256])
        logging_files.tell("documents.mend", sha256)


def damaged_files() -> list[str]:
    """The SHA-256 of every stored file that is known to be damaged or missing."""
    return list(session.scalars(select(FileDamage.sha256).order_by(FileDamage.sha256)))


def damage() -> str | None:
    """How many stored files are damaged, in one sentence, or None."""
    count = session.scalar(select(func.count()).select_from(FileDamage)) or 0
    if not count:
        return None
    if count == 1:
        return _("En lagrad fil är skadad eller saknas.")
    return _("%(n)s lagrade filer är skadade eller saknas.", n=count)


def lateness() -> str | None:
    """That the stored files have not all been read for days, in one sentence, or None."""
    last = session.scalar(select(func.max(FileScrub.done_at)))
    first = session.scalar(select(func.min(FileScrub.begun_at)))
    since = last or first
    if since is None or clock.now() - since < LATE:
        return None
    return _("Alla lagrade filer har inte lästs på över tre dygn.")
