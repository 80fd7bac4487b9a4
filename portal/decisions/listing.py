"""The list of decisions: what one may see, narrowed by filters, newest first, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal_column, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.db import session
from portal.decisions.finality import STANDS
from portal.decisions.models import Decision, MinutesEntry, Outcome
from portal.errors import Invalid
from portal.funding_requests.lifecycle import Status
from portal.funding_requests.models import FundingRequest
from portal.funding_requests.presenting import OUTCOME_WORDS
from portal.funds.models import Fund
from portal.paging import cursor, year_of
from portal.people.actor import Actor, acting_as
from portal.people.models import Person
from portal.register import access, paging
from portal.register.models import Case, Organ
from portal.text import _

DELEGATED = "delegation"  # the filter's word for decisions that no organ made
UNREPORTED = "inte"  # the filter's word for decisions that are to be reported to the organ (anmälas) and have not been


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen, as it stands in the address."""

    year: str = ""
    outcome: str = ""
    organ: str = ""
    decider: str = ""
    fund: str = ""
    reported: str = ""
    first: str = ""
    last: str = ""
    after: str = ""


def decided_by(decision: Decision) -> str:
    """Who decided, as lists say it: the organ, or the person's title, with *tf* where they stood in for another."""
    if decision.minutes:
        return decision.minutes.organ.name
    person = decision.acting_for or decision.decided_by
    title = person.title or person.name
    return acting_as(title) if decision.acting_for else title


def outcome_said(decision: Decision) -> str:
    """What a decision amounts to, and how it stands where it was appealed, in words: *Beviljat, överklagat*."""
    said = _(OUTCOME_WORDS[decision.outcome])
    return f"{said}, {_(STANDS[decision.appeal]).lower()}" if decision.appeal else said


@dataclass(frozen=True, slots=True)
class Row:
    """A decision with its case; ``used`` is what the accepted report says, kronor, of the decision in force."""

    decision: Decision
    case: Case
    used: int | None

    @property
    def decided_by(self) -> str:
        """The organ, or the person's title."""
        return decided_by(self.decision)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of decisions; ``following`` is the token of the next, ``count`` exact to 1 000."""

    rows: Sequence["Row"]
    following: str | None
    count: int


Rows = Select[Decision, Case, int | None]


def unreported() -> ColumnElement[bool]:
    """Made by a clause whose decisions are reported to the organ, and not reported. In the words of its index: a bound value
    would keep the planner from it."""
    return literal_column("decision.is_reported AND decision.reported_on IS NULL")


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
    if chosen.decider:
        person = select(Person.id).where(Person.public_id == paging.uuid_of(chosen.decider)).scalar_subquery()
        statement = statement.where(Decision.decided_by_id == person, Decision.minutes_id.is_(None))
    if chosen.fund:
        fund = select(Fund.id).where(Fund.public_id == paging.uuid_of(chosen.fund)).scalar_subquery()
        statement = statement.where(Decision.fund_id == fund)
    if chosen.reported:
        statement = statement.where(*_to_report(chosen.reported))
    return _within(statement, chosen)


def _to_report(to: str) -> list[ColumnElement[bool]]:
    """What has not been reported and is on no list: by any delegation, or by that of the organ of that public id."""
    # Told so that neither is looked up by an index of its own: that of the unreported has the order of the page.
    on_no_list = func.coalesce(Decision.report_id, 0) == 0
    if to == UNREPORTED:
        return [unreported(), on_no_list]
    organ = paging.uuid_of(to)
    if organ is None:
        return [false()]
    theirs = select(Organ.id).where(Organ.public_id == organ).scalar_subquery()
    return [unreported(), on_no_list, func.coalesce(Decision.delegated_by_id, 0) == theirs]


def _within(statement: Rows, chosen: Filters) -> Rows:
    return paging.within(statement, Decision.decided_at, chosen.first, chosen.last)


def _chosen_by(actor: Actor, chosen: Filters) -> Rows:
    used = case((Decision.replaced_at.is_(None), FundingRequest.used))
    base = select(Decision, Case, used).join(Case, Case.id == Decision.case_id)
    base = base.join(FundingRequest, FundingRequest.case_id == Case.id)
    return _narrowed(access.visible(base, actor), chosen)


_KEYS: dict[str, Any] = {"at": Decision.decided_at, "row_id": Decision.id}
_LOADED = (
    joinedload(Decision.minutes).joinedload(MinutesEntry.organ),
    joinedload(Decision.decided_by),
    joinedload(Decision.acting_for),
)


def listed(actor: Actor, chosen: Filters) -> Listed:
    """One page of decisions, replaced ones among them, in two statements. Raises Invalid for a page token that is none."""
    statement = _chosen_by(actor, chosen)
    page = paging.after(statement.options(*_LOADED), chosen.after, **_KEYS)
    found = [Row(*row) for row in session.execute(page)]
    rows = found[: paging.PAGE]
    following = cursor(rows[-1].decision.decided_at, rows[-1].decision.id) if len(found) > len(rows) else None
    return Listed(rows, following, paging.counted(statement, **_KEYS))


def counted_amounts(rows: Sequence[Row]) -> list[tuple[int | None, int | None, int | None]]:
    """Asked, granted and used of the decisions in force: what a replaced one granted is not granted twice."""
    return [(row.decision.requested, row.decision.granted, row.used) for row in rows if row.decision.replaced_at is None]


def everything(actor: Actor, chosen: Filters) -> list[Row]:
    """All the decisions of the choice, newest first, in one statement. Raises Invalid when they do not fit in a file."""
    rows = first_of(actor, chosen, paging.MOST_IN_FILE)
    paging.whole(rows)
    return rows


def first_of(actor: Actor, chosen: Filters, most: int) -> list[Row]:
    """The newest ``most`` decisions of the choice and one more, which says that there are more, in one statement."""
    page = paging.after(_chosen_by(actor, chosen).options(*_LOADED), "", most=most, **_KEYS)
    return [Row(*row) for row in session.execute(page)]


def printable(rows: Sequence[object]) -> None:
    """Raises Invalid for more decisions than are printed; whoever reads them asks for one more than that."""
    if len(rows) > paging.MOST_PRINTED:
        raise Invalid({"": _("Urvalet är större än 5\u00a0000 beslut. Välj en kortare period, och hämta det i delar.")})


def deciders() -> list[tuple[str, str]]:
    """Everyone who has decided, as choices of a filter."""
    decided = exists().where(Decision.decided_by_id == Person.id, Decision.minutes_id.is_(None))
    people = session.scalars(select(Person).where(decided).order_by(Person.name))
    return [
        (str(person.public_id), person.name if person.title in ("", person.name) else f"{person.name}, {person.title}")
        for person in people
    ]


def report_too_late(today: date) -> list[ColumnElement[bool]]:
    """The requests whose final report has not come by its last day."""
    due = exists().where(Decision.case_id == Case.id, Decision.replaced_at.is_(None), Decision.report_by < today)
    return [and_(Case.status == Status.DISPATCHED.value, due)]


def years(today: date, back: int = 10) -> list[tuple[str, str]]:
    """The years to choose among, this one first."""
    return [(str(year), str(year)) for year in range(today.year, today.year - back, -1)]


def outcomes() -> tuple[str, ...]:
    """The three outcomes."""
    return tuple(outcome.value for outcome in Outcome)
