"""Reads of agreements, deliveries and the ledger; and of the cases that wait to be delivered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from portal.archive.transfer.models import Agreement, Delivery, DeliveryFile, SentPackage, Terms
from portal.archive.transfer.rules import FAILED, HELD, RECEIVED, REFUSED, SENT, WAITING
from portal.clock import midnight
from portal.db import session
from portal.errors import Unknown
from portal.people.actor import Actor
from portal.register.access import visible
from portal.register.models import Case, ConflictOfInterest
from portal.register.paging import PAGE, after, counted
from portal.register.queries import DIARY_NUMBER
from portal.register.retention_models import CaseClass, Disposal, RetentionClass

_ANSWERED_AT_ONCE = 500


# Agreements


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement with the edition in force."""

    agreement: Agreement
    terms: Terms


def _in_force() -> Select[Agreement, Terms]:
    joined = and_(Terms.agreement_id == Agreement.id, Terms.edition == Agreement.edition)
    return select(Agreement, Terms).join(Terms, joined)


def agreements() -> list[Agreed]:
    """The agreements by number: a municipality has a few."""
    return [Agreed(row[0], row[1]) for row in session.execute(_in_force().order_by(Agreement.number).limit(200))]


def agreement(agreement_id: UUID) -> Agreed:
    """One of them. Raises Unknown."""
    row = session.execute(_in_force().where(Agreement.public_id == agreement_id)).one_or_none()
    if row is None:
        raise Unknown
    return Agreed(row[0], row[1])


def editions(found: Agreement) -> Sequence[Terms]:
    """What the agreement has said, the latest first."""
    statement = select(Terms).where(Terms.agreement_id == found.id).options(joinedload(Terms.set_by))
    return session.scalars(statement.order_by(Terms.edition.desc()).limit(PAGE)).all()


# What waits to be delivered

_OTHER = aliased(SentPackage)


def _held() -> ColumnElement[bool]:
    return exists().where(_OTHER.case_id == Case.id, _OTHER.state.in_(HELD))


def _answered_for() -> ColumnElement[bool]:
    """Refused and not replaced: a package in its place goes from the delivery that it was refused in."""
    return exists().where(_OTHER.case_id == Case.id, _OTHER.state == REFUSED)


def _to_dispose() -> ColumnElement[bool]:
    return exists().where(
        CaseClass.case_id == Case.id, RetentionClass.id == CaseClass.class_id, RetentionClass.disposal != Disposal.KEEP.value
    )


def _biased(persons: Collection[int]) -> ColumnElement[bool]:
    return exists().where(ConflictOfInterest.case_id == Case.id, ConflictOfInterest.person_id.in_(persons))


def _of_year(statement: Any, status: str, year: int) -> Any:
    """Cases that came to the status in that Swedish year; of an archived case nothing comes after."""
    first, end = midnight(date(year, 1, 1)), midnight(date(year + 1, 1, 1))
    return statement.where(Case.status == status, Case.status_since >= first, Case.status_since < end)


def _going(statement: Any, year: int, by: Actor) -> Any:
    free = (~_held(), ~_answered_for(), ~_to_dispose(), ~_biased(by.persons))
    return visible(_of_year(statement, "archived", year).where(*free), by)


@dataclass(frozen=True, slots=True)
class Going:
    """A case that would be delivered; ``problem`` is why that failed the last time."""

    public_id: UUID
    number: str
    title: str
    at: datetime
    id: int
    problem: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a delivery would hold, a page of it, and what of the year it would not; counts to 1 001, which means more."""

    rows: list[Going]
    count: int
    more: bool
    held: int
    refused: int
    to_dispose: int
    biased: int
    closed: int


def preview(year: int, by: Actor, raw: str) -> Preview:
    """What of the year goes and what lacks. Raises Invalid for a page that is none."""
    last = (
        select(SentPackage.problem)
        .where(SentPackage.case_id == Case.id)
        .order_by(SentPackage.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = _going(select(Case.public_id, DIARY_NUMBER, Case.seen_title, Case.status_since, Case.id, last), year, by)
    found = session.execute(after(statement, raw, at=Case.status_since)).all()

    def count(status: str, *conditions: ColumnElement[bool]) -> int:
        counting = visible(_of_year(select(Case.id), status, year).where(*conditions), by)
        return counted(counting, at=Case.status_since)

    return Preview(
        [Going(row[0], row[1], row[2], row[3], row[4], row[5] or "") for row in found[:PAGE]],
        counted(statement, at=Case.status_since),
        len(found) > PAGE,
        held=count("archived", _held()),
        refused=count("archived", ~_held(), _answered_for()),
        to_dispose=count("archived", ~_held(), ~_answered_for(), _to_dispose()),
        biased=count("archived", ~_held(), ~_answered_for(), ~_to_dispose(), _biased(by.persons)),
        closed=count("closed"),
    )


def going(year: int, by: Actor, beyond: tuple[datetime, int] | None, most: int) -> Sequence[tuple[int, datetime]]:
    """Row ids of the cases to deliver with when they were archived, oldest first, from the one after ``beyond``."""
    statement = _going(select(Case.id, Case.status_since), year, by)
    if beyond:
        last = tuple_(literal(beyond[0], Case.status_since.type), literal(beyond[1]))
        statement = statement.where(tuple_(Case.status_since, Case.id) > last)
    rows = session.execute(statement.order_by(Case.status_since, Case.id).limit(most)).all()
    return [(row[0], row[1]) for row in rows]


# Deliveries


@dataclass(frozen=True, slots=True)
class Counts:
    """How many packages of a delivery are in each state."""

    by_state: Mapping[str, int]

    def of(self, *states: str) -> int:
        """Those in any of the states."""
        return sum(self.by_state.get(each, 0) for each in states)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_state.values())

    @property
    def done(self) -> int:
        """Those that wait no more."""
        return self.total - self.of(WAITING)


def deliveries(raw: str) -> tuple[list[Delivery], bool]:
    """A page of deliveries, the latest first, and whether there are more. Raises Invalid."""
    statement = select(Delivery).options(joinedload(Delivery.terms).joinedload(Terms.agreement))
    found = session.scalars(after(statement, raw, at=Delivery.started_at, row_id=Delivery.id)).all()
    return list(found[:PAGE]), len(found) > PAGE


def counts(ids: Collection[int]) -> dict[int, Counts]:
    """Of each of the deliveries."""
    statement = select(SentPackage.delivery_id, SentPackage.state, func.count()).where(SentPackage.delivery_id.in_(ids))
    found: dict[int, dict[str, int]] = {each: {} for each in ids}
    for delivery_id, state, count in session.execute(statement.group_by(SentPackage.delivery_id, SentPackage.state)):
        found[delivery_id][state] = count
    return {each: Counts(states) for each, states in found.items()}


def delivery(delivery_id: UUID) -> Delivery:
    """One of them with its agreement. Raises Unknown."""
    statement = select(Delivery).where(Delivery.public_id == delivery_id)
    found = session.scalars(
        statement.options(joinedload(Delivery.terms).joinedload(Terms.agreement), joinedload(Delivery.started_by))
    ).one_or_none()
    if found is None:
        raise Unknown
    return found


def unfinished() -> Sequence[tuple[UUID, str]]:
    """Public ids and numbers of the deliveries that are not finished, the oldest first."""
    statement = select(Delivery.public_id, Delivery.number).where(Delivery.finished_at.is_(None))
    return [(row[0], row[1]) for row in session.execute(statement.order_by(Delivery.started_at, Delivery.id).limit(100))]


def numbered(number: str) -> UUID:
    """The delivery of that number. Raises Unknown."""
    found = session.scalar(select(Delivery.public_id).where(Delivery.number == " ".join(number.split())))
    if found is None:
        raise Unknown
    return found


@dataclass(frozen=True, slots=True)
class Listed:
    """A package as a row of its delivery's page."""

    package: SentPackage
    case_id: UUID
    number: str
    title: str
    replaces: str


def packages(found: Delivery, by: Actor, state: str, beyond: int | None) -> tuple[list[Listed], int | None]:
    """A page of the packages, in ``state`` where one is named, and the row id that the next page comes after."""
    earlier = aliased(SentPackage)
    statement = (
        select(SentPackage, Case.public_id, DIARY_NUMBER, Case.seen_title, earlier.name)
        .join(Case, Case.id == SentPackage.case_id)
        .outerjoin(earlier, earlier.id == SentPackage.replaces_id)
        .where(SentPackage.delivery_id == found.id, SentPackage.id > (beyond or 0))
    )
    if state:
        statement = statement.where(SentPackage.state == state)
    rows = session.execute(visible(statement, by).order_by(SentPackage.id).limit(PAGE + 1)).all()
    listed = [Listed(row[0], row[1], row[2], row[3], row[4] or "") for row in rows[:PAGE]]
    return listed, listed[-1].package.id if len(rows) > PAGE else None


def by_names(found: Delivery, names: Collection[str]) -> dict[str, SentPackage]:
    """The packages of the delivery by their names, some hundreds at a time."""
    held: dict[str, SentPackage] = {}
    wanted = sorted(set(names))
    for start in range(0, len(wanted), _ANSWERED_AT_ONCE):
        some = wanted[start : start + _ANSWERED_AT_ONCE]
        statement = select(SentPackage).where(SentPackage.delivery_id == found.id, SentPackage.name.in_(some))
        held |= {str(each.name): each for each in session.scalars(statement)}
    return held


def to_replace(found: Delivery) -> Select[SentPackage]:
    """The refused packages of the delivery in whose place nothing has been sent."""
    later = aliased(SentPackage)
    replaced = exists().where(later.replaces_id == SentPackage.id, later.state != FAILED)
    return select(SentPackage).where(SentPackage.delivery_id == found.id, SentPackage.state == REFUSED, ~replaced)


def count_to_replace(found: Delivery) -> int:
    """How many they are."""
    return session.scalar(select(func.count()).select_from(to_replace(found).subquery())) or 0


def files_of(found: Delivery) -> Sequence[DeliveryFile]:
    """The report that went along."""
    return session.scalars(select(DeliveryFile).where(DeliveryFile.delivery_id == found.id).order_by(DeliveryFile.id)).all()


def file_of(delivery_id: UUID, name: str) -> DeliveryFile:
    """One file of the report. Raises Unknown."""
    statement = select(DeliveryFile).join(Delivery, Delivery.id == DeliveryFile.delivery_id)
    found = session.scalars(statement.where(Delivery.public_id == delivery_id, DeliveryFile.name == name)).one_or_none()
    if found is None:
        raise Unknown
    return found


# For those to the right


@dataclass(frozen=True, slots=True)
class Receipt:
    """That an archive has taken a case: under which agreement, its package and checksum, the receiver's id, and their day."""

    agreement: str
    package: str
    sha256: str
    receipt: str
    on: date


def receipt_of(case_id: int) -> Receipt | None:
    """The receipt of the case (by row id); None where no archive has said that it has the package."""
    statement = (
        select(Agreement.number, SentPackage.name, SentPackage.sha256, SentPackage.receipt, SentPackage.answered_on)
        .join(Terms, Terms.id == SentPackage.terms_id)
        .join(Agreement, Agreement.id == Terms.agreement_id)
        .where(SentPackage.case_id == case_id, SentPackage.state == RECEIVED)
    )
    row = session.execute(statement).first()
    return None if row is None else Receipt(row[0], row[1] or "", row[2] or "", row[3], row[4] or date.min)


def accepted_formats(day: date) -> frozenset[str]:
    """PUIDs that an agreement in force that day takes."""
    valid = (Terms.valid_from <= day, func.coalesce(Terms.valid_to, day) >= day)
    statement = select(Terms.formats).join(
        Agreement, and_(Agreement.id == Terms.agreement_id, Terms.edition == Agreement.edition)
    )
    return frozenset(puid for formats in session.scalars(statement.where(*valid)) for puid in formats)


# For the worker


def for_worker(delivery_id: UUID) -> Delivery | None:
    """The delivery with its agreement, for the worker."""
    statement = select(Delivery).where(Delivery.public_id == delivery_id)
    options = (joinedload(Delivery.terms).joinedload(Terms.agreement), joinedload(Delivery.started_by))
    return session.scalars(statement.options(*options)).one_or_none()


def next_waiting(delivery_row: int) -> SentPackage | None:
    """The package that is next, of the one delivery."""
    statement = select(SentPackage).where(SentPackage.delivery_id == delivery_row, SentPackage.state == WAITING)
    return session.scalars(statement.options(joinedload(SentPackage.replaces)).order_by(SentPackage.id).limit(1)).one_or_none()


def case_of(package: SentPackage) -> Case:
    """Its case, for the worker."""
    return session.get_one(Case, package.case_id)


def reported(delivery_row: int, beyond: int, most: int) -> Sequence[Any]:
    """What the report says of the packages that were sent, from the one after ``beyond``: names that everyone may know."""
    from portal.register.document_models import RegisteredDocument

    earlier = aliased(SentPackage)
    documents = select(func.count()).where(RegisteredDocument.case_id == Case.id).correlate(Case).scalar_subquery()
    statement = (
        select(
            SentPackage,
            DIARY_NUMBER.label("number"),
            Case.public_title,
            documents.label("documents"),
            earlier.name.label("replaces"),
        )
        .join(Case, Case.id == SentPackage.case_id)
        .outerjoin(earlier, earlier.id == SentPackage.replaces_id)
        .where(
            SentPackage.delivery_id == delivery_row, SentPackage.state.in_((SENT, RECEIVED, REFUSED)), SentPackage.id > beyond
        )
    )
    return session.execute(statement.order_by(SentPackage.id).limit(most)).all()
