"""Building packages of cases: gather, write, note it in the log."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from portal import clock, veil
from portal.archive.checking.check import check
from portal.archive.checking.found import Report
from portal.archive.package import gathering
from portal.archive.package.build import Built, build
from portal.archive.package.profile import Profile
from portal.db import session, transaction
from portal.dispatch.handlers import sign
from portal.documents import queries as documents
from portal.documents import scanning
from portal.documents.store import current_store
from portal.errors import Refused
from portal.log import keys
from portal.log import operations as log
from portal.people.queries import is_demo
from portal.register.models import Case
from portal.settings import current_settings
from portal.text import _


class Faulty(Exception):
    """The package that was written did not pass the check, and is gone. ``report`` says why; ``str(error)`` is Swedish."""

    def __init__(self, report: Report) -> None:
        first = "".join(f"\n{each}" for each in report.problems[:5])
        super().__init__(f"Paketet klarade inte kontrollen och sparades inte. Fel: {len(report.problems)}.{first}")
        self.report = report


def examined(path: Path) -> Report:
    """Raises Faulty. veraPDF is left to ``package check``: the portal's own files keep PDF/A by how they are made."""
    report = check(path, clock.now(), with_verapdf=False)
    if not report.ok:
        raise Faulty(report)
    return report


def profile() -> Profile:
    """The settings of a package that no agreement decides."""
    settings = current_settings()
    return Profile(
        creator=settings.municipality,
        organisation_number=settings.organisation_number,
        record_status="TEST" if is_demo() else "NEW",
    )


def package(case: Case, folder: Path, made_by: Profile, examine: Callable[[Path], object] = examined) -> Built:
    """Write the package of a case, checked by ``examine``. Raises what that raises, Refused for a case that cannot be packed,
    OSError, DamagedFile, Failed where the log is broken, Faulty, Unreadable without a schema, and what reading the log's key
    raises. The log is signed where the case has changed since that was last done."""
    if case.number is None:
        raise Refused(_("Ärendet är inte inskickat och har inget att lämna till ett arkiv."))
    for each in documents.of_case(case.id):
        if refusal := scanning.refusal_to_open(scanning.state_of_document(each)):
            raise Refused(_("Paketet kan inte skapas: %(name)s. %(why)s", name=each.filename, why=refusal))
    key = keys.load_or_create_log_key(current_settings().instance / "log_key")
    case_id = case.id
    try:
        held = gathering.holding(case, str(key.public))
    except gathering.NotSigned:
        session.rollback()
        sign()
        case = session.scalars(select(Case).where(Case.id == case_id)).one()
        held = gathering.holding(case, str(key.public))
    return build(held, made_by, folder, current_store().read, examine)


def package_for_operator(case_id: UUID, folder: Path) -> Built:
    """The same by the operator, noted in the log of the case."""
    veil.lift()
    case = session.scalars(select(Case).where(Case.public_id == case_id)).one()
    built = package(case, folder, profile())
    with transaction():
        log.append(
            action=gathering.BUILT,
            by=None,
            object_kind="case",
            object_id=case_id,
            case_id=case_id,
            body={"package": built.package_id, "sha256": built.sha256, "files": built.files},
        )
    return built


def numbered(statuses: Sequence[str]) -> Iterator[UUID]:
    """The cases in those statuses, in the order they were made, some hundred at a time."""
    last = 0
    while True:
        statement = select(Case.id, Case.public_id).where(Case.id > last, Case.status.in_(statuses), Case.number.is_not(None))
        rows = session.execute(statement.order_by(Case.id).limit(500)).all()
        if not rows:
            return
        for row in rows:
            yield row.public_id
        last = rows[-1].id
