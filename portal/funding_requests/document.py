"""The request as a document: the JSON that the template of a submission takes (``documents.shapes``). Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from portal.documents.shapes import (
    ActingPerson,
    AskedLine,
    Assessment,
    Handler,
    Municipality,
    Section,
    SubmissionDocument,
)
from portal.funding_requests.content import Content, CostType, Line, Recipient
from portal.funding_requests.queries import Version

_KIND: dict[CostType, Literal["operating", "investment", "unknown"]] = {
    "drift": "operating",
    "investering": "investment",
    "vet inte": "unknown",
}


def assessment(line: Line) -> Assessment | None:
    """What a document says of a line of camera surveillance."""
    found = line.assessment
    return {"state": found.state, "by": found.by, "on": found.on} if found else None


def _line(line: Line) -> AskedLine:
    return {
        "label": line.label,
        "amount": line.amount,
        "kind": _KIND[line.cost_type],
        "assessment": assessment(line),
    }


def _names(recipients: Sequence[Recipient]) -> list[str]:
    return [recipient.name for recipient in recipients]


def _description(content: Content) -> list[Section]:
    first: list[Section] = [{"heading": None, "text": content.description}] if content.description else []
    return first + [{"heading": section.heading or None, "text": section.text} for section in content.sections]


def handler_of(content: Content) -> Handler | None:
    """The handläggare that the request names; None where it names none."""
    handler = content.handler
    if not handler.name:
        return None
    return {
        "name": handler.name,
        "role": handler.role or None,
        "phone": handler.phone or None,
        "email": handler.email or None,
    }


def of_version(
    version: Version, case_number: str | None, *, municipality: Municipality, test: bool, made_at: datetime | None = None
) -> SubmissionDocument:
    """What the document of a submitted version says, made when it was submitted unless ``made_at`` (UTC) is given."""
    return document_data(
        version.content,
        municipality=municipality,
        made_at=made_at or version.submitted_at,
        case_number=case_number,
        version=version.number,
        submitted_at=version.submitted_at,
        test=test,
    )


def document_data(
    content: Content,
    *,
    municipality: Municipality,
    made_at: datetime,
    case_number: str | None = None,
    version: int | None = None,
    submitted_at: datetime | None = None,
    test: bool = False,
) -> SubmissionDocument:
    """What the PDF of a version says; without ``submitted_at`` it is a preview and says so. Instants are UTC."""
    document: SubmissionDocument = {
        "made_at": made_at.isoformat(),
        "municipality": municipality,
        "title": content.title,
        "unit": content.unit,
        "date": content.date,
        "proposal": list(content.points),
        "lines": [_line(line) for line in content.lines],
        "total": content.total,
        "test": test,
        "document_type": "Tjänsteskrivelse",
        "case_number": case_number,
        "version": version,
        "deciding_organ": content.organ.name if content.organ else None,
        "receiver": content.receiver,
        "description": _description(content),
        "financing": {
            "fund": content.fund.name if content.fund else None,
            "year": content.fund.year if content.fund else None,
            "text": content.financing or None,
        },
        "budget_year": content.budget_year,
        "move_between_lines": content.redistribution,
        "decision_basis": list(content.basis),
        "attachments": [{"filename": file.filename, "sha256": file.sha256} for file in content.attachments],
        "copies_to": _names(content.copies),
        "for_information": _names(content.information),
        "secrecy": {"marked": content.secrecy, "provision": content.provision or None},
        "signatories": [{"name": person.name, "role": person.role or None} for person in content.signatories],
        "submitted_at": submitted_at.isoformat() if submitted_at else None,
        "follows": content.follows or None,
    }
    if handler := handler_of(content):
        document["handler"] = handler
    if submitted_at:
        requester: ActingPerson = {"name": content.requester.name, "title": content.requester.role or None}
        document["submitted_by"] = requester
    return document
