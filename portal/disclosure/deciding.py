"""The written decision not to hand out, wholly or in part: decided first, its document made by the worker after commit."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.disclosure import naming, queries
from portal.disclosure.models import DisclosureDecision, DisclosureItem, DisclosureRequest
from portal.disclosure.operations import DECISIONS, begin, note, note_in_case, numbered, outcome_of
from portal.disclosure.rules import REFUSED, Assessment
from portal.documents import seals, sender
from portal.documents.disclosure_shapes import DisclosureDecision as Paper
from portal.documents.disclosure_shapes import WithheldDocument
from portal.documents.press import TooLarge
from portal.documents.sealing import SealError
from portal.documents.shapes import ActingPerson
from portal.errors import Invalid, Refused
from portal.log import operations as log
from portal.outbox import operations as outbox
from portal.outbox.operations import Task
from portal.outbox.worker import Failed
from portal.people.actor import Actor
from portal.people.queries import is_demo
from portal.people.rules import refusal_without_password
from portal.register.models import Organ, Register
from portal.settings import current_settings
from portal.text import _

KIND = "disclosure_decision"
"""The outbox kind that makes the document."""


def decide(*, request_id: UUID, reasons: str, clause: str, by: Actor, seen_version: int | None) -> DisclosureDecision:
    """Decide, on the asker's request for it, that what was assessed so is not handed out (6 kap. 3 § OSL).

    Raises Unknown, Conflict, Refused (decided already, nothing refused) and Invalid.
    """
    request, acting = begin(request_id, "decide", by, seen_version)
    now = clock.now()
    if refusal := refusal_without_password(acting, now):
        raise Refused(refusal)
    problems = {}
    if not reasons:
        problems["reasons"] = _("Skriv skälen för beslutet.")
    if not clause:
        problems["clause"] = _("Skriv vad rätten att besluta grundas på, till exempel punkten i delegationsordningen.")
    if problems:
        raise Invalid(problems)
    items = queries.items(request, acting)
    refused = [item for item in items if item.assessment in REFUSED]
    number, year, serial = numbered(DECISIONS, "UTL-B", now)
    decision = DisclosureDecision(
        request_id=request.id,
        number=number,
        year=year,
        serial=serial,
        clause=clause,
        reasons=reasons,
        data={},
        decided_by_id=acting.person_id,
        acting_for_id=acting.principal_id,
        decided_at=now,
    )
    decision.data = dict(_paper(request, decision, items, acting))
    session.add(decision)
    session.flush()
    for item in refused:
        item.decision_id = decision.id
        note_in_case(item, request, "decide", acting, decision=number, assessment=item.assessment, provision=item.provision)
    if request.outcome is not None:  # closed before the asker wanted it in writing
        request.outcome = outcome_of(request)
    note(request, "decide", acting, decision=number, clause=clause, documents=len(refused))
    outbox.enqueue(kind=KIND, payload={"decision": str(decision.public_id)}, key=f"{KIND}/{decision.public_id}")
    return decision


def _paper(request: DisclosureRequest, decision: DisclosureDecision, items: list[DisclosureItem], by: Actor) -> Paper:
    """What the document says. It leaves the house, so documents are called as the register calls them to everyone."""
    parts = any(item.assessment == Assessment.MASKED for item in items)
    return {
        "made_at": decision.decided_at.isoformat(),
        "municipality": sender.municipality(),
        "test": bool(is_demo()),
        "title": _("Delvis avslag på begäran om handlingar") if parts else _("Avslag på begäran om handlingar"),
        "unit": _authority(),
        "date": clock.local_date(decision.decided_at).isoformat(),
        "number": decision.number,
        "request_number": request.number,
        "received": request.received_on.isoformat(),
        "asker": request.asker or None,
        "wanted": request.wanted,
        "documents": [_withheld(item, place) for place, item in enumerate(items, 1) if item.assessment in REFUSED],
        "reasons": decision.reasons,
        "decided_by": _decider(by),
        "decided_at": decision.decided_at.isoformat(),
        "clause": decision.clause,
        "court": current_settings().disclosure.court,
    }


def _withheld(item: DisclosureItem, place: int) -> WithheldDocument:
    extents: Mapping[str | None, Any] = {each.value: each.value for each in REFUSED}
    return {
        "case_number": item.case.diary_number or "",
        "number": item.registered.number if item.registered else None,
        "title": naming.open_title(item, place),
        "extent": extents[item.assessment],
        "provision": item.provision or None,
        "reason": item.reason or None,
    }


def _authority() -> str:
    """The authority that decides: the organ of the first register (kommunstyrelsen)."""
    return session.scalar(select(Organ.name).join(Register, Register.organ_id == Organ.id).order_by(Register.id).limit(1)) or ""


def _decider(by: Actor) -> ActingPerson:
    if by.principal is None:
        return {"name": by.name, "title": by.title or None}
    stood_in_for = by.principal  # the paper says tf of whom by itself
    return {
        "name": by.name,
        "title": by.title or None,
        "acting_for": {"name": stood_in_for.name, "title": stood_in_for.title or None},
    }


def make_document(payload: Mapping[str, object], task: Task) -> None:
    """Set the decision, seal it and keep the file, once; run again after a kill it makes the same."""
    found = queries.decision_for_worker(UUID(str(payload["decision"])))
    if found is None or found.sha256 is not None:
        return
    decision_id, data = found.public_id, dict(found.data)
    try:
        key, _stamps = seals.current_seal()
        session.rollback()  # typst and the seal take their time; nothing is held meanwhile
        made = seals.seal(sender.printed(KIND, data), key, None)
    except SealError as error:  # the decision stands; its document waits for a seal that can be used
        raise Failed(str(error)) from error
    except TooLarge as error:
        raise Failed(_("Handlingen är för stor för att göras.")) from error
    with transaction():
        decision = queries.decision_for_worker(decision_id)
        if decision is not None and decision.sha256 is None:
            decision.sha256, decision.size = made.sha256, len(made.sealed.data)
            body = {"decision": decision.number, "sha256": made.sha256, "size": decision.size}
            log.append(
                action="disclosure.make_document",
                by=None,
                object_kind="disclosure_decision",
                object_id=decision_id,
                case_id=None,
                body=body,
            )
        outbox.finish(task)
