"""Closing, reopening and archiving: the only writes of this package."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from portal import clock
from portal.archive import queries
from portal.archive.models import Archiving, Closing
from portal.archive.rules import REFUSALS
from portal.db import session
from portal.errors import Invalid
from portal.funding_requests.acting import begin
from portal.funding_requests.lifecycle import TURN, Action, Status
from portal.people.actor import Actor
from portal.register import documents
from portal.register.document_models import PublicGround
from portal.register.models import Case
from portal.register.operations import move, open_text, record
from portal.text import _


def close(*, case_id: UUID, by: Actor, seen_version: int | None) -> Case:
    """Close a complete case. Raises Refused (with everything that is missing), Conflict and Unknown."""
    case, facts = begin(case_id, Action.CLOSE, by, seen_version, queries.facts, REFUSALS)
    _close(case, "archive.close", "", by=facts.actor, now=facts.now)
    return case


def close_without_report(*, case_id: UUID, reason: str, by: Actor, seen_version: int | None) -> Case:
    """Close a case whose final report is due but will not come. Raises Refused, Conflict, Unknown and Invalid."""
    case, facts = begin(case_id, Action.CLOSE_WITHOUT_REPORT, by, seen_version, queries.facts, REFUSALS)
    if not reason:
        raise Invalid({"reason": _("Skriv varför ärendet avslutas utan slutredovisning.")})
    _close(case, "archive.close_without_report", reason, by=facts.actor, now=facts.now)
    return case


def _close(case: Case, action: str, reason: str, *, by: Actor, now: datetime) -> None:
    case.closed_from = case.status
    session.add(Closing(case_id=case.id, reason=reason, closed_by_id=by.person_id, closed_at=now))
    documents.made_public(case, PublicGround.FINALLY_HANDLED, on=clock.local_date(now))
    move(case, status=Status.CLOSED, turn=TURN[Status.CLOSED], now=now)
    record(case, action, by=by, body={"from": case.closed_from, "reason": open_text(case, reason)})


def reopen(*, case_id: UUID, reason: str, by: Actor, seen_version: int | None) -> Case:
    """Open a closed case again, in the status it was closed from. Raises Refused, Conflict, Unknown and Invalid."""
    case, facts = begin(case_id, Action.REOPEN, by, seen_version, queries.facts, REFUSALS)
    if not reason:
        raise Invalid({"reason": _("Skriv varför ärendet öppnas igen.")})
    closing = session.scalars(
        select(Closing).where(Closing.case_id == case.id, Closing.reopened_at.is_(None)).order_by(Closing.id.desc()).limit(1)
    ).one()
    closing.reopened_at, closing.reopened_by_id = facts.now, facts.actor.person_id
    back_to = Status(case.closed_from or Status.SETTLED)
    case.closed_from = None
    move(case, status=back_to, turn=TURN[back_to], now=facts.now)
    record(case, "archive.reopen", by=facts.actor, body={"to": back_to.value, "reason": open_text(case, reason)})
    return case


def archive(*, case_id: UUID, by: Actor, seen_version: int | None = None, batch: UUID | None = None) -> Case:
    """Archive one closed case; cases archived together share ``batch``. Raises Refused, Conflict and Unknown."""
    case, facts = begin(case_id, Action.ARCHIVE, by, seen_version, queries.facts, REFUSALS)
    session.add(Archiving(case_id=case.id, batch=batch or uuid4(), archived_by_id=facts.actor.person_id, archived_at=facts.now))
    move(case, status=Status.ARCHIVED, turn=TURN[Status.ARCHIVED], now=facts.now)
    record(case, "archive.archive", by=facts.actor, body={})
    return case
