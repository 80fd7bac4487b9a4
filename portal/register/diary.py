"""The register (diariet) as a list: number, date, public title, sender and status of every case, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, false, select, true
from sqlalchemy.orm import joinedload

from portal.db import session
from portal.errors import Unknown
from portal.paging import year_of
from portal.people.actor import Actor
from portal.people.models import Unit
from portal.register import access, paging
from portal.register.models import Case, Register, SecrecyMark
from portal.register.queries import DIARY_NUMBER, OTHER_NUMBER


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen, as it stands in the address. ``unchecked`` is "1" for what the registrar has not checked."""

    q: str = ""
    year: str = ""
    unit: str = ""
    unchecked: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the register; ``readable`` tells whether the actor sees more of it than the register's own row."""

    case: Case
    checked: bool
    unconfirmed_mark: bool
    readable: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One page; ``following`` is the token of the next, ``count`` is exact to 1 000."""

    rows: Sequence[Row]
    following: str | None
    count: int


_CHECKED = Case.checked_at.is_not(None)
_UNCONFIRMED = exists().where(
    SecrecyMark.case_id == Case.id, SecrecyMark.lifted_at.is_(None), SecrecyMark.confirmed_at.is_(None)
)


def _narrowed(statement: "Select[*tuple[Any, ...]]", chosen: Filters) -> "Select[*tuple[Any, ...]]":
    if chosen.year:
        year = year_of(chosen.year)
        statement = statement.where(Case.year == year if year else false())
    if chosen.unit:
        unit = select(Unit.id).where(Unit.public_id == paging.uuid_of(chosen.unit))
        statement = statement.where(Case.unit_id == unit.scalar_subquery())
    if chosen.unchecked:
        statement = statement.where(Case.number.is_not(None), Case.checked_at.is_(None))  # as its index says it
    return statement


def listed(actor: Actor, chosen: Filters) -> Listed:
    """One page of the register, in two statements. Raises Invalid for a page token that is none."""
    statement = _narrowed(access.registered(select(Case), actor), chosen)
    either = paging.matching(chosen.q, Case.public_title) if chosen.q else [true()]
    page = paging.after_either(statement, either, chosen.after)
    columns = page.add_columns(_CHECKED, _UNCONFIRMED, access.is_visible(actor)).options(joinedload(Case.unit))
    rows = session.execute(columns).all()
    shown = [Row(*row) for row in rows[: paging.PAGE]]
    following = paging.token(shown[-1].case) if len(rows) > len(shown) else None
    return Listed(shown, following, paging.counted(statement, either=either))


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register shows everyone of a case, as plain values; ``number`` is the one to show first."""

    number: str
    external_number: str | None
    registered_at: datetime
    title: str
    sender: str
    status: str
    register: str


_ENTRY: tuple[Any, ...] = (
    DIARY_NUMBER,
    OTHER_NUMBER,
    Case.submitted_at,
    Case.public_title,
    Unit.name,
    Case.status,
    Register.name,
)
_AT_A_TIME = 100  # rows taken from the database, so that as many cases as there are take no more memory


def _joined(statement: "Select[*tuple[Any, ...]]") -> "Select[*tuple[Any, ...]]":
    return statement.join(Unit, Unit.id == Case.unit_id).join(Register, Register.id == Case.register_id)


def extract(actor: Actor, chosen: Filters, most: int) -> Iterator[Entry]:
    """The first ``most`` rows of the choice and one more, which says that there are more; in one statement, along the list's
    key, with a hundred rows in memory at a time."""
    statement = _narrowed(access.registered(select(Case), actor), chosen)
    either = paging.matching(chosen.q, Case.public_title) if chosen.q else [true()]
    rows = _joined(paging.after_either(statement, either, "", most=most)).with_only_columns(*_ENTRY)
    for row in session.execute(rows.execution_options(yield_per=_AT_A_TIME)):
        yield Entry(*row)


def entry(public_id: UUID, actor: Actor) -> tuple[Entry, bool]:
    """The register's row of one case, and whether ``actor`` sees more of it. Raises Unknown where it has no such row."""
    found = _joined(access.registered(select(Case), actor)).where(Case.public_id == public_id)
    row = session.execute(found.with_only_columns(*_ENTRY, access.is_visible(actor))).one_or_none()
    if row is None:
        raise Unknown
    *shown, readable = row
    return Entry(*shown), readable


def units() -> Sequence[Unit]:
    """Every unit, for the filter."""
    return session.scalars(select(Unit).order_by(Unit.name)).all()
