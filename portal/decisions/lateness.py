"""What of the open cases is late, and the working days each is allowed: reads around ``deadlines``."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy import case as one_of
from sqlalchemy.orm import aliased

from portal import clock
from portal.decisions.deadlines import DISPATCH_WITHIN, STEPS, Allowed, too_old
from portal.decisions.statement_queries import due as statement_due
from portal.funding_requests.models import FundingRequest
from portal.funds.models import Fund
from portal.register import allowed
from portal.register.models import Case, Organ

# Made once: an alias remembers its columns.
_REQUEST, _FUND, _ORGAN = aliased(FundingRequest), aliased(Fund), aliased(Organ)
WATCHED = tuple(status.value for status in STEPS)


def columns(organ: Any, fund: Any) -> tuple[ColumnElement[int | None], ...]:
    """The working days for statement, decision and dispatch: the organ's, else the money's; of the rows of a query."""
    return tuple(func.coalesce(getattr(organ, name), getattr(fund, name)) for name in allowed.DAYS)


def allowed_by(row: Any) -> Allowed:
    """What ``columns`` found."""
    statement, decision, dispatch = row
    return Allowed(statement, decision, dispatch or DISPATCH_WITHIN)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.STOCKHOLM)


def _came_before(days: ColumnElement[Any], today: date) -> ColumnElement[bool]:
    """The case came where it is so long ago that what has ``days`` working days is late; none where they are null."""
    ends = {n: _midnight(too_old(today, n)) for n in range(1, allowed.MOST + 1)}
    return Case.status_since < one_of(ends, value=days)


def _days(name: str) -> ColumnElement[Any]:
    """The working days that the organ, else the money, allows the ``Case`` of the enclosing query."""
    return (
        select(func.coalesce(getattr(_ORGAN, name), getattr(_FUND, name)))
        .select_from(_REQUEST)
        .outerjoin(_ORGAN, _ORGAN.id == _REQUEST.referred_organ_id)
        .outerjoin(_FUND, _FUND.id == _REQUEST.fund_id)
        .where(_REQUEST.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )


def step_too_late(today: date) -> list[ColumnElement[bool]]:
    """The cases that wait for a decision, a statement or to be dispatched and whose last day has passed; none meets two."""
    decision, statement = _came_before(_days("decision_days"), today), _came_before(_days("statement_days"), today)
    dispatch = _came_before(func.coalesce(_days("dispatch_days"), DISPATCH_WITHIN), today)
    undecided = or_(decision, and_(statement_due(), statement))
    late = {"decision": undecided, "dispatch": dispatch}
    return [and_(Case.status == status.value, late[step]) for status, step in STEPS.items()]
