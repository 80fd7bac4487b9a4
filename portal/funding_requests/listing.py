"""The list of requests: what one may see, narrowed by filters, newest first, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload

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


def _mine(statement: "Select[*tuple[Any, ...]]", actor: Actor) -> "Select[*tuple[Any, ...]]":
    """The cases of ``actor``'s units and those they write, said so that an index answers; ``visible`` still decides."""
    if actor.may(Permission.READ_CASES):
        return statement
    written = select(CaseWriter.case_id).where(CaseWriter.person_id == actor.person_id)
    return statement.where(or_(Case.unit_id.in_(actor.units(Permission.READ_UNIT_CASES)), Case.id.in_(written)))


def _base(actor: Actor) -> "Select[*tuple[Any, ...]]":
    statement = select(FundingRequest).join(Case, Case.id == FundingRequest.case_id)
    return access.visible(_mine(statement, actor), actor)


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
    if chosen.q:
        statement = statement.where(paging.matching(chosen.q, Case.title))
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
    requests = session.scalars(paging.after(statement.options(*_LOADED), chosen.after)).all()
    shown = requests[: paging.PAGE]
    following = paging.token(shown[-1].case) if len(requests) > len(shown) else None
    return Listed([_row(request) for request in shown], following, paging.counted(statement))


def drafts(actor: Actor) -> list[FundingRequest]:
    """The drafts that ``actor`` writes, never submitted, newest first."""
    written = select(CaseWriter.case_id).where(CaseWriter.person_id == actor.person_id)
    return list(
        session.scalars(
            select(FundingRequest)
            .join(Case, Case.id == FundingRequest.case_id)
            .where(access.is_visible(actor), Case.id.in_(written), Case.number.is_(None))
            .options(*_LOADED)
            .order_by(Case.id.desc())
            .limit(MOST_DRAFTS)
        )
    )
