"""The register (diariet) as a list: number, date, public title, sender and status of every case, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, false, select, true
from sqlalchemy.orm import joinedload

from portal.db import session
from portal.paging import year_of
from portal.people.actor import Actor
from portal.people.models import Unit
from portal.register import access, paging
from portal.register.models import Case, SecrecyMark


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
        statement = statement.where(Case.checked_at.is_(None))
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


def units() -> Sequence[Unit]:
    """Every unit, for the filter."""
    return session.scalars(select(Unit).order_by(Unit.name)).all()
