"""The case sheet (diarieblad): one case as it stands in the register, with documents, decisions, copies and events in order.

Who sees no more of the case than its row in the register gets that row.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from portal import clock
from portal.decisions import queries as decisions
from portal.decisions.document import Frame
from portal.decisions.listing import decided_by, outcome_said
from portal.decisions.models import Decision
from portal.desk import sentences
from portal.desk.case_page import Found
from portal.desk.mark_list import marks_named
from portal.dispatch import pages as dispatch
from portal.dispatch.queries import Shown, copies
from portal.documents import queries as documents
from portal.documents.list_shapes import CaseSheet, SheetCopy, SheetDecision, SheetDocument, SheetEvent, SheetMark
from portal.documents.models import Document
from portal.documents.shapes import Person
from portal.funding_requests.lifecycle import Status
from portal.funding_requests.presenting import shown_status
from portal.log import queries as log
from portal.log.queries import TimelineRow
from portal.register import publicity
from portal.register.diary import Entry
from portal.register.document_models import Direction, RegisteredDocument
from portal.register.document_queries import Registered
from portal.register.models import Case, SecrecyMark
from portal.text import _
from portal.web.filters import day

_KINDS: Mapping[str, str] = {
    "decision": "Beslut",
    "submission": "Tjänsteskrivelse",
    "attachment": "Bilaga",
    "source": "Inläst handling",
    "minutes": "Protokollsutdrag",
    "letter": "Inkommen handling",
    "statement": "Yttrande",
    "masked_copy": "Maskad kopia",
}
_DIRECTIONS: Mapping[str, Literal["incoming", "outgoing", "made"]] = {
    Direction.IN: "incoming",
    Direction.OUT: "outgoing",
    Direction.DRAWN_UP: "made",
}
_FROM_THE_UNIT = ("submission", "attachment", "source")  # what came in with the request, from the unit that asks
MOST_COPIES = 500  # on the sheet; every one stands on the page of the copies
_CLOSING = ("archive.close", "archive.close_without_report")


def as_registered(entry: Entry, frame: Frame, shown: Sequence[Registered] = ()) -> CaseSheet:
    """What the register shows of the case and its documents, and nothing more."""
    return {
        "made_at": frame.made_at.isoformat(),
        "municipality": frame.municipality,
        "test": frame.test,
        "title": entry.title or _("Uppgift utelämnad"),
        "unit": entry.register,
        "date": clock.local_date(frame.made_at).isoformat(),
        "case_number": entry.number,
        "external_number": entry.external_number,
        "opened": clock.local_date(entry.registered_at).isoformat(),
        "status": shown_status(entry.status),
        "sender": entry.sender,
        "documents": [_registered(each.document, readable=False, secret=each.counterparty is None) for each in shown],
        "events": [],
        "withheld": _("Bladet visar det som diariet visar. Filer och händelser är utelämnade."),
    }


def of_case(entry: Entry, found: Found, frame: Frame) -> CaseSheet:
    """The whole sheet, for one who may see the case; what the log says never happened is not asked for."""
    request, case = found.request, found.case
    happened = log.timeline(case.public_id, without=sentences.SAID_ELSEWHERE)
    actions = {row.action for row in happened}
    decided = decisions.decisions_of(case) if request.outcome else []
    organ = request.referred_organ.in_text if request.referred_organ else None
    files, numbered = documents.with_register(case.id, copies=MOST_COPIES)
    directions = {each.source_id: each.direction for each in numbered}
    sheet: CaseSheet = {
        **as_registered(entry, frame),
        "title": case.title,
        "public_title": entry.title if entry.title != case.title else None,
        "status": shown_status(case.status, request.outcome, organ),
        "handler": _handler(found),
        "follows": (found.versions[-1].content.follows or None) if found.versions else None,
        "requested_total": request.requested,
        "granted_total": request.granted,
        "secrecy": [_mark(mark, what) for mark, what in marks_named(case)],
        "closed": _closed(case, happened),
        "decisions": [_decision(each) for each in decided],
        "documents": [_registered(each, readable=True) for each in numbered],
        "files": [_document(number, each, case, directions.get(each.public_id)) for number, each in enumerate(files, 1)],
        "copies": _copies(copies(case, MOST_COPIES)[0]) if "dispatch.queue" in actions else [],
        "events": [_event(row) for row in happened],
        "withheld": None,
    }
    return sheet


def _handler(found: Found) -> Person | None:
    """The handläggare that the request names, else who handed it in."""
    if not found.versions:
        return None
    content = found.versions[-1].content
    who = content.handler if content.handler.name else content.requester
    return {"name": who.name, "title": who.role or None}


def _mark(mark: SecrecyMark, what: str) -> SheetMark:
    return {"what": what, "provision": mark.provision, "date": mark.marked_on.isoformat(), "authority": mark.authority}


def _closed(case: Case, happened: Sequence[TimelineRow]) -> str | None:
    if case.status not in (Status.CLOSED, Status.ARCHIVED):
        return None
    last = [row.at for row in happened if row.action in _CLOSING][-1:]
    return clock.local_date(last[0]).isoformat() if last else None


def _decision(decision: Decision) -> SheetDecision:
    outcome = outcome_said(decision)
    return {
        "number": decision.number,
        "date": decision.decided_on.isoformat(),
        "decided_by": decided_by(decision),
        "outcome": _("%(outcome)s, ersatt", outcome=outcome) if decision.replaced_at else outcome,
        "granted": decision.granted,
    }


def _registered(document: RegisteredDocument, *, readable: bool, secret: bool = False) -> SheetDocument:
    """The facts of the register (5 kap. 2 § offentlighets- och sekretesslagen), and since when the document is public."""
    since = day(document.public_since) if document.public_since else ""
    party = document.counterparty or None
    if party and readable and document.counterparty_number:
        party = f"{party}, {document.counterparty_number}"
    return {
        "number": document.number,
        "date": document.dated_on.isoformat(),
        "title": document.title if readable else document.public_title,
        "direction": _DIRECTIONS[document.direction],
        "party": None if secret else party,
        "kind": document.type.name,
        "public": publicity.said_briefly(document.public_ground, since),
    }


def _document(number: int, document: Document, case: Case, registered_as: str | None) -> SheetDocument:
    kind = _(_KINDS.get(document.kind, "Handling"))
    came_in = document.kind in _FROM_THE_UNIT
    edition = _("version %(n)s", n=document.edition) if (document.edition or 1) > 1 else ""
    return {
        "number": number,
        "date": clock.local_date(document.created_at).isoformat(),
        "title": document.title,
        "direction": "incoming" if came_in else _DIRECTIONS[registered_as or Direction.DRAWN_UP],
        "party": case.unit.name if came_in else None,
        "kind": f"{kind}, {edition}" if edition else kind,
        "filename": document.filename if document.filename != document.title else None,
    }


def _copies(sent: Sequence[Shown]) -> list[SheetCopy]:
    return [
        {
            "recipient": row.recipient,
            "kind": row.kind,
            "state": row.state,
            "date": clock.local_date(row.at).isoformat(),
            "decision": copy.decision_number,
            "way": row.way or None,
            "sha256": copy.sha256 or None,
        }
        for copy, row in zip(sent, dispatch.deliveries(sent), strict=True)
    ]


def _event(row: TimelineRow) -> SheetEvent:
    told = sentences.tell(row)
    text = f"{told.text}\n{told.detail}" if told.detail else told.text
    return {"happened_at": told.when.isoformat(), "text": text, "by": told.who}
