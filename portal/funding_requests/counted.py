"""What is counted with a request against a ceiling: the unit's other requests to the same money and budget year.

Shown to whoever asks and to whoever decides, so that a sum split into several requests is seen by both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from portal.db import session
from portal.funding_requests.lifecycle import Status
from portal.funding_requests.models import FundingRequest
from portal.funds.queries import delegation_rows
from portal.funds.rules import DelegationRow, reach
from portal.people.actor import Actor
from portal.register.access import is_visible
from portal.register.models import Case

SHOWN = 20
_OTHER, _ITS_CASE = aliased(FundingRequest), aliased(Case)  # made once: an alias remembers its columns


def withdrawn(its_case: type[Case] = Case) -> ColumnElement[bool]:
    """The case of the enclosing query was taken back before a decision, whether closed since or not."""
    return or_(its_case.status == Status.WITHDRAWN.value, func.coalesce(its_case.closed_from, "") == Status.WITHDRAWN.value)


def _amount(other: type[FundingRequest]) -> ColumnElement[int]:
    """Kronor that a request counts as: undecided as asked, decided as granted."""
    return func.coalesce(other.granted, other.requested, 0)


def _others(
    case: Case | type[Case], year: Any, other: type[FundingRequest] = FundingRequest, its_case: type[Case] = Case
) -> tuple[ColumnElement[bool], ...]:
    """The unit's other requests of the budget year that count against a ceiling: sent in, and not withdrawn."""
    return (
        its_case.unit_id == case.unit_id,
        its_case.id != case.id,
        its_case.number.is_not(None),
        ~withdrawn(its_case),
        other.budget_year == year,
    )


def sum_of_others(
    case: Case | type[Case], fund_id: Any = FundingRequest.fund_id, year: Any = FundingRequest.budget_year
) -> ColumnElement[int]:
    """Kronor of the unit's other requests to the same money and budget year; those of the enclosing query's request unless
    told which."""
    other, its_case = _OTHER, _ITS_CASE
    of_year = (
        select(func.sum(_amount(other)))
        .join(its_case, its_case.id == other.case_id)
        .where(*_others(case, year, other, its_case))
    )
    if fund_id is None:
        sums = [of_year.where(other.fund_id.is_(None))]
    elif isinstance(fund_id, int):
        sums = [of_year.where(other.fund_id == fund_id)]
    else:  # Two sums, for no index answers "equal or both null" on PostgreSQL.
        sums = [of_year.where(other.fund_id == fund_id), of_year.where(other.fund_id.is_(None), fund_id.is_(None))]
    return func.coalesce(*(each.correlate(FundingRequest, Case).scalar_subquery() for each in sums), 0)


@dataclass(frozen=True, slots=True)
class Other:
    """Another request that is counted: as granted where it is decided, else as asked, kronor. ``title`` is None where the
    case may not be seen."""

    public_id: UUID
    number: str
    title: str | None
    amount: int
    decided: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """The others, the first ``SHOWN`` of ``number``, and the sum with the request itself, kronor. ``ceiling`` is the highest
    that a delegation reaches for this money today, None without one. ``delegations`` are those read for the money."""

    others: Sequence[Other]
    number: int
    own: int
    total: int
    ceiling: int | None
    fund_id: int | None = None
    delegations: Sequence[DelegationRow] = ()

    @property
    def above(self) -> bool:
        """Whether no delegation reaches so far, so that an organ decides."""
        return self.ceiling is not None and self.total > self.ceiling


def counted_with(
    case: Case,
    *,
    fund_id: int | None,
    year: int,
    own: int,
    cost_types: frozenset[str],
    on: date,
    actor: Actor,
    delegations: Sequence[DelegationRow] | None = None,
) -> Counted:
    """What is counted with a request of ``own`` kronor in the case; two statements, one where the ``delegations`` for the
    money have been read already."""
    amount = _amount(FundingRequest)
    decided = FundingRequest.granted.is_not(None)
    same_money = FundingRequest.fund_id.is_(None) if fund_id is None else FundingRequest.fund_id == fund_id
    whole = (func.sum(amount).over(), func.count().over())
    rows = session.execute(
        select(Case.public_id, Case.number, Case.seen_title, amount, decided, is_visible(actor), *whole)
        .join(FundingRequest, FundingRequest.case_id == Case.id)
        .where(*_others(case, year), same_money)
        .order_by(Case.submitted_at, Case.id)
        .limit(SHOWN)
    ).all()
    others = [
        Other(public_id, number or "", title if seen else None, int(kronor), bool(is_decided))
        for public_id, number, title, kronor, is_decided, seen, _sum, _count in rows
    ]
    total = own + (int(rows[0][6]) if rows else 0)
    order = delegation_rows(fund_id) if delegations is None else delegations
    ceiling = reach(order, fund_id=fund_id, on=on, cost_types=cost_types)
    return Counted(others, int(rows[0][7]) if rows else 0, own, total, ceiling, fund_id, order)
