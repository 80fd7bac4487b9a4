"""What the worker does with a delivery: one package at a time is made, checked, put there and noted; then its report.

Killed at any moment it goes on where it was. What is about to leave is noted with its checksum first, so that a package that
lies there already is known again and goes once; nothing has a name there before it is whole. One case is in memory at a time.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from portal import clock
from portal.archive.checking.found import Report, Unreadable
from portal.archive.package.build import Built, sweep
from portal.archive.package.operations import Faulty, examined, package
from portal.archive.package.profile import Profile
from portal.archive.transfer import channels, contents, operations, queries, reporting
from portal.archive.transfer.channels import Channel, ChannelError, File
from portal.archive.transfer.models import SentPackage, Terms
from portal.db import session, transaction
from portal.documents import queries as documents
from portal.documents.store import DamagedFile, current_store
from portal.errors import Conflict, Refused
from portal.log.keys import KeyFileError
from portal.outbox import operations as outbox
from portal.outbox.operations import LEASE_SECONDS, Task
from portal.outbox.queries import leaseholders
from portal.outbox.worker import Failed, Later, is_dead, worker_name
from portal.people.queries import is_demo
from portal.settings import current_settings
from portal.text import _

TURN_SECONDS = LEASE_SECONDS / 3
"""After so long other work gets its turn, and the delivery goes on after it."""

_ALIVE_SECONDS = LEASE_SECONDS / 6


@dataclass(slots=True)
class _Making:
    """What the check of a package came to, while it is made."""

    report: Report | None = None


def deliver(payload: Mapping[str, object], task: Task) -> None:
    """Send what waits in the delivery. Raises Failed with the sentence that its page shows, and Later when its turn is over."""
    delivery_id = UUID(str(payload["delivery"]))
    found = queries.for_worker(delivery_id)
    if found is None or found.finished_at is not None:
        return
    sender = _Sender(found.id, found.number, delivery_id, found.terms, task)
    try:
        with _on_own_disk():
            sender.work.mkdir(mode=0o700, parents=True, exist_ok=True)
            sweep(sender.work)
        with channels.opened(found.terms, folder_of(found.number), current_settings()) as channel:
            channel.prepare()
            sender.send_all(channel)
            sender.report(channel)
    except ChannelError as error:
        raise Failed(str(error)) from error
    with transaction():
        operations.finish(sender.delivery_row, task)
    sender.tidy()


def folder_of(number: str) -> str:
    """What the folder of a delivery is called: its number without spaces."""
    return number.replace(" ", "-")


def deliver_now(delivery_id: UUID, tell: Callable[[UUID], None]) -> None:
    """The same from the command line, to its end; ``tell`` hears of it now and then. Raises Failed, and Conflict where a worker
    has it in hand."""
    name, key = worker_name(), operations.key_of(delivery_id)
    while True:
        with transaction():
            for other in leaseholders():
                if is_dead(other):  # nobody need wait for the lease of a process that was killed
                    outbox.release_leases(other)
            task = outbox.claim_key(key, name)
        if task is None:
            raise Conflict(_("Leveransen är redan skickad, eller skickas just nu av en annan process."))
        try:
            deliver(task.payload, task)
        except Later:
            with transaction():
                outbox.postpone(task, "", clock.now())
            tell(delivery_id)
            continue
        except BaseException as error:
            session.rollback()
            with transaction():
                outbox.fail(task, str(error) if isinstance(error, Failed) else _("Leveransen avbröts."))
            raise
        return


@contextmanager
def _on_own_disk() -> Iterator[None]:
    """Faults of the disk on which packages are made. Raises Failed."""
    try:
        yield
    except OSError as error:
        raise Failed(channels.why(error, _("installationens mapp"))) from error


class _Sender:
    """One delivery in the hands of one worker."""

    def __init__(self, delivery_row: int, number: str, delivery_id: UUID, terms: Terms, task: Task) -> None:
        self.delivery_row, self.number, self.task = delivery_row, number, task
        self.profile, self.formats = profile_of(terms), frozenset(terms.formats)
        self.work = current_settings().instance / "transfer_work" / str(delivery_id)
        self._begun = self._told = time.monotonic()

    def send_all(self, channel: Channel) -> None:
        """One after the other, until none waits. Raises Later when others should have their turn."""
        while (waiting := queries.next_waiting(self.delivery_row)) is not None:
            self._send(waiting, channel)
            if time.monotonic() - self._begun > TURN_SECONDS:
                raise Later(0, _("Leveransen pågår."))

    def _send(self, waiting: SentPackage, channel: Channel) -> None:
        row_id, name, sha256, size = waiting.id, waiting.name, waiting.sha256, waiting.size or 0
        if name is None or sha256 is None or not channel.has(f"{name}.zip", sha256, size):
            file = self._left(name, sha256) or self._made(waiting)
            if file is None:
                return
            channel.put(file, self._beat)
        with transaction():
            operations.note_sent(row_id, self.task)
        for left in self.work.glob("*.zip"):
            left.unlink()

    def _left(self, name: str | None, sha256: str | None) -> File | None:
        """The package that an interrupted run had made, if it lies here as it was noted."""
        if name is None or sha256 is None:
            return None
        path = self.work / f"{name}.zip"
        try:
            with path.open("rb") as file:
                whole = hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except OSError:
            return None
        return File(path, path.name, sha256) if whole else None

    def _made(self, waiting: SentPackage) -> File | None:
        """The package made, checked and noted; None where it could not be made right, which is noted too. Raises Failed."""
        row_id, case_id, making = waiting.id, waiting.case_id, _Making()

        def examine(path: Path) -> None:
            making.report = examined(path)
            contents.require(path, self.formats)

        try:
            with _on_own_disk():
                built = package(queries.case_of(waiting), self.work, self._profile(waiting), examine)
        except (Faulty, Refused, contents.NotTaken, DamagedFile) as error:
            said = _why(error, case_id)
            with transaction():
                operations.withhold(row_id, said, self.task)
            return None
        except (Unreadable, KeyFileError) as error:  # nothing could be made or tried: no fault of the case
            raise Failed(str(error)) from error
        with transaction():
            operations.note_made(row_id, _noted(built, making), self.task)
        return File(built.path, built.path.name, built.sha256)

    def _profile(self, waiting: SentPackage) -> Profile:
        if waiting.replaces is None:
            return self.profile
        made = replace(self.profile, edition=waiting.edition, replaces=waiting.replaces.name or "")
        return made if made.record_status == "TEST" else replace(made, record_status="REPLACEMENT")

    def _beat(self) -> None:
        """Keep the lease while much is sent. Raises LeaseLost."""
        if time.monotonic() - self._told > _ALIVE_SECONDS:
            with transaction():
                outbox.prolong(self.task)
            self._told = time.monotonic()

    def report(self, channel: Channel) -> None:
        """The report, made once, after everything else."""
        found = queries.for_worker(UUID(self.work.name))
        assert found is not None
        files = queries.files_of(found)
        if not files and queries.counts([found.id])[found.id].of(*reporting.LEFT):
            with _on_own_disk():
                made = reporting.files(found, self.work, self._beat)
            with transaction():
                operations.keep_report(self.delivery_row, made, self.task)
            files = queries.files_of(found)
        for name, sha256, size in [(each.name, each.sha256, each.size) for each in files]:
            if not channel.has(name, sha256, size):
                channel.put(File(current_store().path(sha256), name, sha256), self._beat)

    def tidy(self) -> None:
        """Nothing is left here of what has been sent."""
        for left in self.work.glob("*"):
            left.unlink(missing_ok=True)
        self.work.rmdir()


def profile_of(terms: Terms) -> Profile:
    """How packages are made under the agreement."""
    settings = current_settings()
    return Profile(
        creator=settings.municipality,
        organisation_number=settings.organisation_number,
        archive=terms.receiver,
        archive_code=terms.receiver_code,
        agreement_number=terms.agreement.number,
        reference_code=terms.reference_code,
        spec="2.2.0" if terms.spec == "2.2.0" else "2.1.0",
        profile_url=terms.profile_url,
        content_information_type=terms.content_type,
        record_status="TEST" if is_demo() else "NEW",
    )


def _noted(built: Built, making: _Making) -> dict[str, object]:
    report = making.report
    checks = [{"name": each.name, "verdict": each.verdict, "note": each.note} for each in report.checks] if report else []
    made = {"name": built.package_id, "sha256": built.sha256, "size": built.size, "files": built.files}
    return made | {"checks": checks}


def _why(error: Exception, case_id: int) -> str:
    """Why the package is not delivered, in one sentence."""
    if isinstance(error, Faulty):
        first = error.report.problems[0]
        count = len(error.report.problems)
        return _("Paketet klarade inte kontrollen (fel: %(count)s). Det första: %(first)s", count=count, first=first)
    if isinstance(error, DamagedFile):
        names = [each.filename for each in documents.of_case(case_id) if each.sha256 == error.sha256]
        name = names[0] if names else error.sha256
        return _(
            "Filen %(name)s saknas eller är skadad. Hämta den ur en säkerhetskopia och leverera ärendet på nytt.", name=name
        )
    return str(error)
