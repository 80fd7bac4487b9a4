"""What was sent, and what is read of it in its Word file, field by field."""

from portal.documents.reading import Reading
from portal.funding_requests.content import Content

Fields = dict[str, object]


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def sent_fields(content: Content, number: str) -> Fields:
    """The fields of a submitted version; ``number`` is its case's."""
    fund, handler = content.fund, content.handler
    return {
        "title": _plain(content.title),
        "date": content.date,
        "number": _plain(number),
        "points": [_plain(point) for point in content.points],
        "organ": content.organ.name.casefold() if content.organ else "",
        "total": content.total,
        "lines": [(_plain(line.label), line.amount) for line in content.lines],
        "financing": f"{fund.name} {fund.year}" if fund else content.financing.removesuffix("."),
        "year": content.budget_year,
        "receiver": content.receiver,
        "basis": [_plain(each) for each in content.basis],
        "copies": [each.name for each in content.copies],
        "information": [each.name for each in content.information],
        "handler": tuple(_plain(each) for each in (handler.name, handler.role, handler.phone, handler.email)),
        "signatories": [(each.name, each.role) for each in content.signatories],
    }


def read_fields(reading: Reading) -> Fields:
    """The same as read."""
    handler = reading.handler
    assert handler is not None
    return {
        "title": reading.title,
        "date": reading.date,
        "number": _plain(reading.diarienummer),
        "points": [_plain(point) for point in reading.decision_or_proposal],
        "organ": (reading.deciding_organ or "").casefold(),
        "total": reading.amount_total_sek,
        "lines": [(_plain(line.label), line.amount_sek) for line in reading.budget_lines],
        "financing": reading.funding_source,
        "year": reading.budget_year,
        "receiver": reading.beneficiary,
        "basis": reading.decision_basis,
        "copies": reading.copy_recipients,
        "information": reading.for_information,
        "handler": tuple(_plain(each) for each in (handler.name, handler.role, handler.phone, handler.email)),
        "signatories": [(each.name, each.role or "") for each in reading.signatories],
    }
