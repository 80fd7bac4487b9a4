"""Closing, reopening and archiving: the only writes of this package."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.archive import material, queries
from portal.archive.material import Piece
from portal.archive.models import Archiving, Cleaning, Closing
from portal.archive.rules import REFUSALS
from portal.conversation import operations as conversation
from portal.db import session
from portal.documents.models import Document
from portal.errors import Invalid
from portal.funding_requests.acting import begin
from portal.funding_requests.lifecycle import TURN, Action, Status
from portal.funding_requests.queries import request_of
from portal.people.actor import Actor
from portal.register import documents
from portal.register.document_models import PublicGround
from portal.register.models import Case, CaseFact
from portal.register.operations import move, open_text, record, touch
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


def clean(*, case_id: UUID, chosen: Mapping[UUID, str], by: Actor, seen_version: int | None) -> Case:
    """Keep or clean out each piece of working material, as ``chosen`` by its id. Of what is cleaned out the log keeps kind,
    name and SHA-256; its bytes go with the next sweep of files that no row names.

    Raises Refused, Conflict, Unknown, and Invalid where a choice is wanting or a piece is held by something else.
    """
    case, facts = begin(case_id, Action.CLEAN, by, seen_version, queries.facts, REFUSALS)
    found = material.pieces(case)
    problems = {f"piece:{each.id}": _("Välj om det ska behållas eller rensas.") for each in found if each.id not in chosen}
    if problems:
        raise Invalid(problems)
    gone = [each for each in found if chosen[each.id] == material.CLEAN]
    for each in gone:
        _remove(case, each)
    conversation.remove(case=case, ids=[each.id for each in gone if each.kind == material.MESSAGE])
    for each in found:
        session.add(
            Cleaning(
                case_id=case.id,
                kind=each.kind,
                object_id=each.id,
                sha256=each.sha256,
                is_kept=each not in gone,
                by_id=facts.actor.person_id,
                at=facts.now,
            )
        )
    kept = [each for each in found if each not in gone]
    body = {"cleaned": _named(case, gone), "kept": _named(case, kept), "cleaned_count": len(gone)}
    record(case, "archive.clean", by=facts.actor, body=body)
    touch(case)
    return case


def _named(case: Case, some: Sequence[Piece]) -> list[dict[str, str]]:
    """What the log says of them: of a comment, a message or a draft no words, and of a secret case no names."""
    open_ = not case.is_marked
    return [
        {"kind": each.kind, "name": each.name if open_ and each.kind in material.FILES else "", "sha256": each.sha256}
        for each in some
    ]


def _remove(case: Case, piece: Piece) -> None:
    """Messages go together, afterwards: an answer may name a question."""
    if piece.kind == material.MESSAGE:
        return
    if piece.kind == material.DRAFT:
        request_of(case).draft = None
        return
    table = CaseFact if piece.kind == material.COMMENT else Document
    try:
        with session.begin_nested():
            session.delete(session.scalars(select(table).where(table.public_id == piece.id)).one())
    except IntegrityError:
        sentence = _("%(name)s hör till en begäran om utlämnande och kan inte rensas. Behåll den.", name=piece.name)
        raise Invalid({f"piece:{piece.id}": sentence}) from None


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
