"""The list of requests: what one may see, narrowed by filters, newest first, in a fixed number of statements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, exists, false, func, select, true
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal import clock
from portal.db import session
from portal.funding_requests.lifecycle import Status
from portal.funding_requests.models import CompletionRequest, FundingRequest
from portal.funding_requests.presenting import shown_status, waits_for
from portal.funds.models import Fund
from portal.paging import year_of
from portal.people.actor import Actor
from portal.people.models import Unit
from portal.people.permissions import Permission
from portal.register import access, looking, paging
from portal.register.models import Case, CaseWriter

MOST_DRAFTS = 20
_WRITTEN = aliased(CaseWriter)

Late = Callable[[date], list[ColumnElement[bool]]]
"""What makes a request late on a day: conditions that no request meets two of."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen, as it stands in the address."""

    q: str = ""
    status: str = ""
    unit: str = ""
    year: str = ""
    fund: str = ""
    overdue: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A request in the list; ``changed`` since the person last looked at it."""

    case: Case
    status: str
    requested: int | None
    granted: int | None
    used: int | None
    outcome: str | None
    waits_for: str
    changed: bool = False


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
    """Conditions that no request meets two of: whose it is, what is searched for, and why it is late, where asked."""
    what = paging.matching(chosen.q, Case.seen_title) if chosen.q else [true()]
    today = clock.today()
    reasons: Sequence[Late] = current_app.extensions["late"]
    why = [each for late in reasons for each in late(today)] if chosen.overdue else [true()]
    return [and_(mine, found, reason) for mine in _mine(actor) for found in what for reason in why]


def awaited_too_long(today: date) -> list[ColumnElement[bool]]:
    """The requests whose unit has not completed what was asked for by the day it was wanted."""
    asked = exists().where(
        CompletionRequest.case_id == Case.id, CompletionRequest.answered_at.is_(None), CompletionRequest.answer_by < today
    )
    return [and_(Case.status == Status.RETURNED.value, asked)]


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


def _row(request: FundingRequest, changed: bool = False) -> Row:
    organ = request.referred_organ.in_text if request.referred_organ else None
    status = shown_status(request.case.status, request.outcome, organ)
    waits = waits_for(request.case.status)
    return Row(
        request.case, status, request.requested, request.granted, request.used, request.outcome, waits, changed=bool(changed)
    )


_LOADED = (
    contains_eager(FundingRequest.case).joinedload(Case.unit),
    joinedload(FundingRequest.referred_organ),
)


def _keys(chosen: Filters) -> dict[str, Any]:
    """What the list is read along: the same values, in the fund's own index where a fund is chosen."""
    if chosen.fund:
        return {"at": FundingRequest.submitted_at, "row_id": FundingRequest.case_id}
    return {"at": Case.submitted_at, "row_id": Case.id}


def listed(actor: Actor, chosen: Filters) -> Listed:
    """One page of submitted requests, in two statements. Raises Invalid for a page token that is none."""
    statement = _narrowed(_base(actor), chosen).where(Case.submitted_at.is_not(None))
    either, keys = _either(actor, chosen), _keys(chosen)
    page = paging.after_either(statement, either, chosen.after, **keys)
    found = session.execute(page.add_columns(looking.changed_since(actor)).options(*_LOADED)).all()
    shown = found[: paging.PAGE]
    following = paging.token(shown[-1][0].case) if len(found) > len(shown) else None
    count = paging.counted(statement, either=either, **keys)
    return Listed([_row(request, changed) for request, changed in shown], following, count)


def overdue(actor: Actor) -> int:
    """How many of the requests that ``actor`` sees are late in what they wait for, exact to 1 000; one statement."""
    chosen = Filters(overdue="1")
    statement = _base(actor).where(Case.submitted_at.is_not(None))
    return paging.counted(statement, either=_either(actor, chosen), **_keys(chosen))


def everything(actor: Actor, chosen: Filters) -> list[Row]:
    """All the requests of the choice, newest first, in one statement. Raises Invalid when they do not fit in a file."""
    statement = _narrowed(_base(actor), chosen).where(Case.submitted_at.is_not(None))
    page = paging.after_either(statement, _either(actor, chosen), "", most=paging.MOST_IN_FILE, **_keys(chosen))
    rows = session.scalars(page.options(*_LOADED)).all()
    paging.whole(rows)
    return [_row(request) for request in rows]


def drafts(actor: Actor) -> list[FundingRequest]:
    """What ``actor`` writes and is not registered yet, with the nearest manager or not; newest first."""
    written = _WRITTEN
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
