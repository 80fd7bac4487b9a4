"""The list of decisions: what one may see, narrowed by filters, newest first, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, false, func, literal, select, tuple_
from sqlalchemy.orm import joinedload

from portal import clock
from portal.db import session
from portal.decisions.models import Capacity, Decision, MinutesEntry, Outcome
from portal.errors import Invalid
from portal.people.actor import Actor
from portal.register import access
from portal.register.models import Case, Organ
from portal.register.paging import COUNTED, PAGE, uuid_of
from portal.text import _

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
        if not (chosen.year.isascii() and chosen.year.isdigit() and len(chosen.year) == 4):
            return statement.where(false())
        year = int(chosen.year)
        first, after = (datetime(n, 1, 1, tzinfo=clock.STOCKHOLM) for n in (year, year + 1))
        statement = statement.where(Decision.decided_at >= first, Decision.decided_at < after)
    if chosen.outcome:
        statement = statement.where(Decision.outcome == chosen.outcome)
    if chosen.organ == DELEGATED:
        statement = statement.where(Decision.capacity != Capacity.POLITICAL.value)
    elif chosen.organ:
        statement = (
            statement.join(MinutesEntry, MinutesEntry.id == Decision.minutes_id)
            .join(Organ, Organ.id == MinutesEntry.organ_id)
            .where(Organ.public_id == uuid_of(chosen.organ))
        )
    return statement


def _token(decision: Decision) -> str:
    return f"{decision.decided_at.isoformat()}_{decision.id}"


def _after(statement: Rows, raw: str) -> Rows:
    newest = statement.order_by(Decision.decided_at.desc(), Decision.id.desc()).limit(PAGE + 1)
    if not raw:
        return newest
    moment, _sep, number = raw.partition("_")
    try:
        at, last = datetime.fromisoformat(moment), int(number)
    except ValueError:
        raise Invalid({"": _("Sidan kan inte visas. Börja om från listans början.")}) from None
    if at.tzinfo is None:
        raise Invalid({"": _("Sidan kan inte visas. Börja om från listans början.")})
    here: Any = tuple_(literal(at, Decision.decided_at.type), literal(last))
    return newest.where(tuple_(Decision.decided_at, Decision.id) < here)


def listed(actor: Actor, chosen: Filters) -> Listed:
    """One page of decisions, replaced ones among them, in two statements. Raises Invalid for a page token that is none."""
    base = select(Decision, Case).join(Case, Case.id == Decision.case_id)
    statement = _narrowed(access.visible(base, actor), chosen)
    loaded = joinedload(Decision.minutes).joinedload(MinutesEntry.organ)
    found = [(row[0], row[1]) for row in session.execute(_after(statement.options(loaded), chosen.after))]
    rows = found[:PAGE]
    ids = statement.with_only_columns(Decision.id).order_by(None).limit(COUNTED + 1)
    count = session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    return Listed(rows, _token(rows[-1][0]) if len(found) > len(rows) else None, count)


def years(today: date, back: int = 10) -> list[tuple[str, str]]:
    """The years to choose among, this one first."""
    return [(str(year), str(year)) for year in range(today.year, today.year - back, -1)]


def outcomes() -> tuple[str, ...]:
    """The three outcomes."""
    return tuple(outcome.value for outcome in Outcome)
