"""The list of requests: what one may see, narrowed by filters, newest first, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, select, true
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.db import session
from portal.funding_requests.models import FundingRequest
from portal.funding_requests.presenting import shown_status
from portal.funds.models import Fund
from portal.paging import year_of
from portal.people.actor import Actor
from portal.people.models import Unit
from portal.people.permissions import Permission
from portal.register import access, paging
from portal.register.models import Case, CaseWriter

MOST_DRAFTS = 20


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen, as it stands in the address."""

    q: str = ""
    status: str = ""
    unit: str = ""
    year: str = ""
    fund: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A request in the list."""

    case: Case
    status: str
    requested: int | None
    granted: int | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page; ``following`` is the token of the next, ``count`` is exact to 1 000."""

    rows: Sequence[Row]
    following: str | None
    count: int


def _mine(actor: Actor) -> list[ColumnElement[bool]]:
    """The cases of each of ``actor``'s units and those they write, so that indexes answer; ``visible`` still decides."""
    if actor.may(Permission.READ_CASES):
        return [true()]
    written = select(CaseWriter.case_id).where(CaseWriter.person_id == actor.person_id)
    units = sorted(actor.units(Permission.READ_UNIT_CASES))
    return [*(Case.unit_id == unit for unit in units), and_(Case.id.in_(written), Case.unit_id.not_in(units))]


def _either(actor: Actor, chosen: Filters) -> list[ColumnElement[bool]]:
    """Conditions that no request meets two of: whose it is and, when something is searched for, what."""
    what = paging.matching(chosen.q, Case.title) if chosen.q else [true()]
    return [and_(mine, found) for mine in _mine(actor) for found in what]


def _base(actor: Actor) -> "Select[*tuple[Any, ...]]":
    return access.visible(select(FundingRequest).join(Case, Case.id == FundingRequest.case_id), actor)


def _narrowed(statement: "Select[*tuple[Any, ...]]", chosen: Filters) -> "Select[*tuple[Any, ...]]":
    if chosen.status:
        statement = statement.where(Case.status == chosen.status)
    if chosen.year:
        year = year_of(chosen.year)
        statement = statement.where(Case.year == year if year else false())
    if chosen.unit:
        unit = select(Unit.id).where(Unit.public_id == paging.uuid_of(chosen.unit))
        statement = statement.where(Case.unit_id == unit.scalar_subquery())
    if chosen.fund:
        fund = select(Fund.id).where(Fund.public_id == paging.uuid_of(chosen.fund))
        statement = statement.where(FundingRequest.fund_id == fund.scalar_subquery())
    return statement


def _row(request: FundingRequest) -> Row:
    organ = request.referred_organ.in_text if request.referred_organ else None
    status = shown_status(request.case.status, request.outcome, organ)
    return Row(request.case, status, request.requested, request.granted, request.outcome)


_LOADED = (
    contains_eager(FundingRequest.case).joinedload(Case.unit),
    joinedload(FundingRequest.referred_organ),
)


def listed(actor: Actor, chosen: Filters) -> Listed:
    """One page of submitted requests, in two statements. Raises Invalid for a page token that is none."""
    statement = _narrowed(_base(actor), chosen).where(Case.submitted_at.is_not(None))
    either = _either(actor, chosen)
    at = FundingRequest.submitted_at if chosen.fund else Case.submitted_at
    row_id = FundingRequest.case_id if chosen.fund else Case.id  # the same values, in the fund's own index
    page = paging.after_either(statement, either, chosen.after, at=at, row_id=row_id)
    requests = session.scalars(page.options(*_LOADED)).all()
    shown = requests[: paging.PAGE]
    following = paging.token(shown[-1].case) if len(requests) > len(shown) else None
    count = paging.counted(statement, at=at, row_id=row_id, either=either)
    return Listed([_row(request) for request in shown], following, count)


def drafts(actor: Actor) -> list[FundingRequest]:
    """The drafts that ``actor`` writes, never submitted, newest first."""
    written = aliased(CaseWriter)
    never_submitted = func.coalesce(Case.number, "") == ""  # for no index: what the person has written leads, newest first
    return list(
        session.scalars(
            select(FundingRequest)
            .join(Case, Case.id == FundingRequest.case_id)
            .join(written, written.case_id == Case.id)
            .where(access.is_visible(actor), written.person_id == actor.person_id, never_submitted)
            .options(*_LOADED)
            .order_by(written.case_id.desc())
            .limit(MOST_DRAFTS)
        )
    )
