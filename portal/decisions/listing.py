"""The list of decisions: what one may see, narrowed by filters, newest first, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, false, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.db import session
from portal.decisions.models import Decision, MinutesEntry, Outcome
from portal.paging import cursor, year_of
from portal.people.actor import Actor
from portal.register import access, paging
from portal.register.models import Case

DELEGATED = "delegation"  # the filter's word for decisions that no organ made


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen, as it stands in the address."""

    year: str = ""
    outcome: str = ""
    organ: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of decisions with their cases; ``following`` is the token of the next, ``count`` exact to 1 000."""

    rows: Sequence[tuple[Decision, Case]]
    following: str | None
    count: int


Rows = Select[Decision, Case]


def _narrowed(statement: Rows, chosen: Filters) -> Rows:
    if chosen.year:
        year = year_of(chosen.year)
        if year is None:
            return statement.where(false())
        first, after = (datetime(n, 1, 1, tzinfo=clock.STOCKHOLM) for n in (year, year + 1))
        statement = statement.where(Decision.decided_at >= first, Decision.decided_at < after)
    if chosen.outcome:
        statement = statement.where(Decision.outcome == chosen.outcome)
    if chosen.organ == DELEGATED:
        statement = statement.where(Decision.minutes_id.is_(None))  # an organ's decision, and no other, rests on minutes
    elif chosen.organ:
        organ = paging.uuid_of(chosen.organ)
        statement = statement.where(Decision.organ_public_id == organ if organ else false())
    return statement


def listed(actor: Actor, chosen: Filters) -> Listed:
    """One page of decisions, replaced ones among them, in two statements. Raises Invalid for a page token that is none."""
    base = select(Decision, Case).join(Case, Case.id == Decision.case_id)
    statement = _narrowed(access.visible(base, actor), chosen)
    loaded = joinedload(Decision.minutes).joinedload(MinutesEntry.organ)
    page = paging.after(statement.options(loaded), chosen.after, at=Decision.decided_at, row_id=Decision.id)
    found = [(row[0], row[1]) for row in session.execute(page)]
    rows = found[: paging.PAGE]
    following = cursor(rows[-1][0].decided_at, rows[-1][0].id) if len(found) > len(rows) else None
    return Listed(rows, following, paging.counted(statement, at=Decision.decided_at, row_id=Decision.id))


def years(today: date, back: int = 10) -> list[tuple[str, str]]:
    """The years to choose among, this one first."""
    return [(str(year), str(year)) for year in range(today.year, today.year - back, -1)]


def outcomes() -> tuple[str, ...]:
    """The three outcomes."""
    return tuple(outcome.value for outcome in Outcome)
