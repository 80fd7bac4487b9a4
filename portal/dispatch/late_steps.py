"""Reminders of the steps that have a deadline: finance's statement, the decision, the completion, the dispatch.

One working day before the last day whoever is to act is told, and once more when it has passed. What is not dispatched is
finance's, and a working day later the registrar's, who may send the copies.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import exists, literal, select, tuple_

from portal import clock, workdays
from portal.db import session, transaction
from portal.decisions import deadlines, lateness
from portal.decisions.models import Decision
from portal.decisions.statement_queries import due as statement_due
from portal.dispatch.models import Copy
from portal.funding_requests.lifecycle import TURN, Status
from portal.funding_requests.models import CompletionRequest, FundingRequest
from portal.funds.models import Fund
from portal.outbox import operations as outbox
from portal.people.permissions import Permission
from portal.register.models import Case, Organ

_AT_ONCE = 200
_STATUSES = (*lateness.WATCHED, Status.RETURNED.value)


def remind(today: date) -> None:
    """Queue the notices that are due today, some hundreds of cases in each transaction."""
    for status in _STATUSES:
        after: tuple[Any, int] | None = None
        while True:
            with transaction():
                rows = _page(status, after)
                for row in rows:
                    for event, permission, last_day in _due(row, today):
                        outbox.enqueue(
                            kind="notice",
                            payload={"event": event, "case": str(row.public_id), "permission": permission.value},
                            key=f"reminder:step:{row.public_id}:{row.status_since:%Y%m%d%H%M%S}:{event}:{last_day}",
                        )
            if len(rows) < _AT_ONCE:
                break
            after = (rows[-1].status_since, rows[-1].id)


def _page(status: str, after: tuple[Any, int] | None) -> list[Any]:
    """The open cases of a status, oldest first; whoever may see them, nothing of them is shown."""
    answer_by = (
        select(CompletionRequest.answer_by)
        .where(CompletionRequest.case_id == Case.id, CompletionRequest.answered_at.is_(None))
        .order_by(CompletionRequest.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    sent = exists().where(Copy.decision_id == Decision.id, Decision.case_id == Case.id, Decision.replaced_at.is_(None))
    statement = (
        select(
            Case.id,
            Case.public_id,
            Case.status,
            Case.status_since,
            statement_due().label("to_state"),
            answer_by.label("answer_by"),
            sent.label("sent"),
            *lateness.columns(Organ, Fund),
        )
        .join(FundingRequest, FundingRequest.case_id == Case.id)
        .outerjoin(Organ, Organ.id == FundingRequest.referred_organ_id)
        .outerjoin(Fund, Fund.id == FundingRequest.fund_id)
        .where(Case.status == status)
    )
    if after is not None:
        key = tuple_(literal(after[0], Case.status_since.type), literal(after[1]))
        statement = statement.where(tuple_(Case.status_since, Case.id) > key)
    return list(session.execute(statement.order_by(Case.status_since, Case.id).limit(_AT_ONCE)).all())


def _due(row: Any, today: date) -> Iterator[tuple[str, Permission, date]]:
    """What is to be told of the case today: the event, to whom, and the last day it is about."""
    came, allowed = clock.local_date(row.status_since), lateness.allowed_by(row[-3:])
    turn = TURN[Status(row.status)]
    if row.status == Status.DECIDED:
        if not row.sent:
            yield from _undispatched(deadlines.of_step(row.status, came, allowed), today)
        return
    if row.status == Status.RETURNED:
        steps = [("answer", turn, row.answer_by)]
    else:
        steps = [("decision", turn, deadlines.of_step(row.status, came, allowed))]
    if row.to_state:
        last_day = deadlines.of_step(row.status, came, allowed, statement=True)
        steps.append(("statement", Permission.STATE_OPINION, last_day))
    for step, permission, last_day in steps:
        if last_day is None or permission is None:
            continue
        if deadlines.is_late(last_day, today):
            yield f"{step}_late", permission, last_day
        elif deadlines.is_near(last_day, today):
            yield f"{step}_near", permission, last_day


def _undispatched(last_day: date | None, today: date) -> Iterator[tuple[str, Permission, date]]:
    if last_day is None or not deadlines.is_late(last_day, today):
        return
    yield "dispatch_late", Permission.RECORD_BUDGET, last_day
    if deadlines.is_late(workdays.after(last_day, deadlines.REGISTRAR_TOLD_AFTER), today):
        yield "dispatch_unsent", Permission.KEEP_REGISTER, last_day
