"""The letter (missiv) that goes with a copy of a decision: to whom, which decision, what is enclosed, whom to ask.

Of a secret case it names the number and the public title, and nothing of what was decided.
"""

from portal import clock
from portal.decisions.models import Decision
from portal.dispatch.models import Copy
from portal.dispatch.queries import ToSend
from portal.dispatch.reading import decision_document
from portal.documents import sender
from portal.documents.letter_shapes import DispatchLetter, SentDecision
from portal.documents.models import Document
from portal.documents.uploads import in_filename
from portal.errors import Unknown
from portal.funding_requests.content import Content
from portal.funding_requests.document import handler_of
from portal.funding_requests.presenting import OUTCOME_WORDS
from portal.people.actor import acting_as
from portal.people.queries import is_demo
from portal.register.models import Case
from portal.settings import current_settings
from portal.text import _


def filename(decision: Decision) -> str:
    """What the letter's file is called."""
    return f"missiv-{in_filename(decision.number)}.pdf"


def of_copy(found: ToSend) -> DispatchLetter:
    """The letter of a copy. Raises Unknown while the decision's document is being made."""
    document = decision_document(found.decision)
    if document is None:
        raise Unknown
    return _letter(found.copy, found.case, found.decision, document)


def _letter(copy: Copy, case: Case, decision: Decision, document: Document) -> DispatchLetter:
    content = Content.from_json(decision.request_version.content)
    data: DispatchLetter = {
        "made_at": copy.queued_at.isoformat(),
        "municipality": sender.municipality(),
        "test": bool(is_demo()),
        "title": case.public_title if case.is_secret else content.title,
        "unit": _("Ekonomi"),
        "date": clock.local_date(copy.queued_at).isoformat(),
        "case_number": case.diary_number or "",
        "recipient": {"name": copy.recipient, "why": copy.kind, "email": copy.email},  # type: ignore[typeddict-item]  # a CHECK holds it
        "decision": _decision(decision, case),
        "enclosures": [
            {
                "title": document.title,
                "filename": document.filename,
                "sha256": document.file.sha256,
                "size": document.file.size,
            }
        ],
        "contact": None if case.is_secret else handler_of(content),
    }
    if copy.unit_id is not None and copy.kind == "action":
        data["receipt_address"] = f"{current_settings().public_address.rstrip('/')}/kopior/{copy.public_id}"
    return data


def _decision(decision: Decision, case: Case) -> SentDecision:
    sent: SentDecision = {
        "number": decision.number,
        "date": decision.decided_on.isoformat(),
        "decided_by": _decided_by(decision),
        "replaces": decision.replaces.number if decision.replaces else None,
    }
    if not case.is_secret:
        sent |= {"outcome": _(OUTCOME_WORDS[decision.outcome]), "granted": decision.granted}
    return sent


def _decided_by(decision: Decision) -> str:
    """As it reads in a sentence: kommunstyrelsen, kommunchef, tf kommunchef."""
    if decision.minutes:
        return decision.minutes.organ.in_text
    person = decision.acting_for or decision.decided_by
    title = person.title or person.name
    if decision.acting_for:
        return acting_as(title)
    return acting_as(title).removeprefix("tf ") if person.title else title
