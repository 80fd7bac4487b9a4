"""Reads around finance's statement: whether one is required, what has been stated, and where one is due."""

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from portal.db import session
from portal.decisions.models import Statement
from portal.decisions.statement import Standing, standing_of
from portal.funding_requests.lifecycle import STEPS, Action
from portal.funding_requests.models import FundingRequest
from portal.funding_requests.queries import Version
from portal.funds.models import Fund
from portal.register.models import Case

_REQUEST, _FUND = aliased(FundingRequest), aliased(Fund)  # made once: an alias remembers its columns
# Where a statement can be given at all.
OPEN = tuple(step.status.value for step in STEPS if step.action is Action.GIVE_STATEMENT)


def standing(request: FundingRequest, version: Version | None) -> Standing:
    """How it stands with the statement on a request as it was last submitted; one statement."""
    latest = select(Statement.stance).where(Statement.case_id == request.case_id).order_by(Statement.id.desc()).limit(1)
    return standing_of(version.lines if version else (), request.fund, session.scalar(latest))


def due() -> ColumnElement[bool]:
    """A statement is required and missing on the ``Case`` of the enclosing query, and can be given."""
    request, fund = _REQUEST, _FUND
    required = (
        select(request.id)
        .outerjoin(fund, fund.id == request.fund_id)
        .where(request.case_id == Case.id, or_(request.needs_statement, fund.statement_required))
        .correlate(Case)
    )
    given = select(Statement.id).where(Statement.case_id == Case.id).correlate(Case)
    return and_(Case.status.in_(OPEN), exists(required), ~exists(given))
