"""Everything that happened to a fund's money over the year, from its ledger and the requests for it, in one statement."""

from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select, union_all

from portal.db import session
from portal.decisions.fund_figures import AFTER, BEFORE, DECIDED, UNDECIDED, Moved, bounds
from portal.decisions.queries import UNDECIDED as UNDECIDED_STATUSES
from portal.funding_requests.counted import withdrawn
from portal.funding_requests.models import FundingRequest
from portal.funds.models import Fund, LedgerRow
from portal.people.models import Unit
from portal.register.models import Case


def _part(at: Any, year: int) -> ColumnElement[int]:
    """In which part of the year the instant falls, by Swedish midnights."""
    parts = [(at < midnight, literal(part)) for part, midnight in enumerate(bounds(year), BEFORE)]
    return case(*parts, else_=literal(AFTER))


def of_fund(fund: Fund) -> list[Moved]:
    """What moved, summed by kind, part of the year and unit. A withdrawn request is not asked any more."""
    ledger = (
        select(
            LedgerRow.kind.label("kind"),
            _part(LedgerRow.at, fund.year).label("part"),
            Case.unit_id.label("unit_id"),
            LedgerRow.amount.label("amount"),
        )
        .outerjoin(Case, Case.id == LedgerRow.case_id)
        .where(LedgerRow.fund_id == fund.id)
    )
    asked = (
        select(
            case((Case.status.in_(UNDECIDED_STATUSES), literal(UNDECIDED)), else_=literal(DECIDED)),
            _part(Case.submitted_at, fund.year),
            Case.unit_id,
            FundingRequest.requested,
        )
        .join(Case, Case.id == FundingRequest.case_id)
        .where(FundingRequest.fund_id == fund.id, Case.submitted_at.is_not(None), ~withdrawn())
    )
    each = union_all(ledger, asked).subquery("moved")
    rows = session.execute(
        select(each.c.kind, each.c.part, Unit.name, func.sum(each.c.amount))
        .outerjoin(Unit, Unit.id == each.c.unit_id)
        .group_by(each.c.kind, each.c.part, Unit.name)
    )
    return [Moved(kind, int(part), unit, int(amount or 0)) for kind, part, unit, amount in rows]
