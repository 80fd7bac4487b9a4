"""A small case as plain values, as it would have been gathered: decided by an organ, marked, related, with two files."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from portal.archive.package.holdings import Entry, Holding

DAY, AT = date(2026, 3, 2), datetime(2026, 3, 2, 9, 30, 15, 250_000, UTC)
ROOT = UUID(int=1)
PDF = (
    b'%PDF-1.7\n<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
    b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance></rdf:Description>\n%%EOF\n"
)
MASKED = PDF + b"\n"
FILES = {sha256(data).hexdigest(): data for data in (PDF, MASKED)}


def uid(name: str) -> UUID:
    """An id that is the same for the same name."""
    return uuid5(ROOT, name)


def _case() -> dict[str, Any]:
    return {
        "id": 10, "public_id": uid("case"), "register_id": 1, "unit_id": 1, "author_id": 1, "title": "Kameror & larm <nytt>",
        "public_title": "Uppgift utelämnad", "number": "KS\u00a02026/0007", "external_number": None, "kept_elsewhere": False,
        "status": "archived", "status_since": AT, "is_secret": True, "is_partly_secret": False, "created_at": AT,
        "submitted_at": AT,
    }  # fmt: skip


def _document(row_id: int, data: bytes, **change: Any) -> dict[str, Any]:
    return {
        "id": row_id, "public_id": uid(f"document {row_id}"), "kind": "decision", "version": row_id, "title": "Beslut",
        "filename": "../beslut.pdf", "mime": "application/pdf", "sha256": sha256(data).hexdigest(), "size": len(data),
        "source_id": uid("decision"), "source_note": "", "created_at": AT, "created_by_id": None, "series": None,
        "edition": None, "original_id": None,
    } | change  # fmt: skip


def _registered(number: int, kind: str, source: str, direction: str = "drawn_up") -> dict[str, Any]:
    return {
        "id": number, "public_id": uid(f"registered {number}"), "number": number, "direction": direction, "type_id": 1,
        "dated_on": DAY, "title": f"Handling {number}", "public_title": "Handling", "counterparty": "Ekonomi",
        "counterparty_number": "", "source_kind": kind, "source_id": uid(source), "public_since": DAY,
        "registered_by_id": 2, "registered_at": AT, "registered_on": DAY,
    }  # fmt: skip


def _decision() -> dict[str, Any]:
    return {
        "id": 1, "public_id": uid("decision"), "number": "KS-2026-0003", "text": "Beviljas 10 000 kr.", "reason": "",
        "replacement_reason": "", "capacity": "politiskt beslut", "outcome": "partly", "granted": 10_000, "decided_at": AT,
        "decided_on": DAY, "replaced_at": None, "decided_by_id": 2, "acting_for_id": None, "authority": {"clause": "1.2"},
        "minutes_id": 1, "presenter": "Föredraganden",
    }  # fmt: skip


def _mark(**change: Any) -> dict[str, Any]:
    return {
        "id": 1, "source_id": None, "line_label": "Larm", "hides_amount": True, "provision": "18 kap. 8 § OSL",
        "authority": "Kommunen", "marked_on": DAY, "marked_by_id": 2, "confirmed_at": AT, "review_on": DAY, "lifted_at": None,
    } | change  # fmt: skip


def _entry() -> Entry:
    header = '{"action":"archive.archive","actor":null,"at":0,"object":{"id":"x","kind":"case"},"role":"system","seq":1}'
    return Entry(1, AT, header, "{}", b"\x01", "proof")


def a_holding(**change: tuple[Mapping[str, Any], ...]) -> Holding:
    """The case; ``change`` are other rows by table."""
    entry = {
        "id": 4,
        "public_id": uid("entry"),
        "period": "2026-03",
        "frequency": "once",
        "recorded_by_id": 2,
        "recorded_at": AT,
    }
    tables: dict[str, tuple[Mapping[str, Any], ...]] = {
        "register_case": (_case(),),
        "funding_request": (
            {"id": 1, "requested": 20_000, "granted": 10_000, "used": None, "outcome": "partly", "fund_id": None,
             "budget_year": 2026},
        ),
        "register": ({"id": 1, "prefix": "KS", "name": "Kommunstyrelsens diarium", "organ_id": 1},),
        "organ": ({"id": 1, "name": "Kommunstyrelsen"},),
        "unit": ({"id": 1, "public_id": uid("unit"), "name": "Säkerhet"},),
        "person": (
            {"id": 1, "public_id": uid("one"), "name": "Säkerhetschef", "title": ""},
            {"id": 2, "public_id": uid("two"), "name": "Registrator", "title": "Registrator"},
        ),
        "document_type": ({"id": 1, "code": "decision", "name": "Beslut", "disposal": "keep"},),
        "minutes_entry": ({"id": 1, "public_id": uid("minutes"), "organ_id": 1, "meeting_date": DAY, "paragraph": "12"},),
        "decision": (_decision(),),
        "budget_entry": (entry,),
        "budget_entry_line": ({"id": 1, "entry_id": 4, "label": "Larm", "code": {"konto": "6411"}, "amount": 10_000},),
        "document": (
            _document(1, PDF),
            _document(2, MASKED, kind="masked_copy", source_id=uid("document 1"), original_id=1, created_by_id=2),
        ),
        "sealed_file": (
            {"document_id": 1, "sha256": sha256(PDF).hexdigest(), "size": len(PDF), "level": "B-B", "certificate": "c" * 64,
             "sealed_at": AT},
        ),
        "registered_document": (_registered(1, "decision", "decision", "out"), _registered(2, "budget_entry", "entry")),
        "secrecy_mark": (_mark(), _mark(id=2, line_label="", source_id=uid("decision"), lifted_at=AT)),
        "case_relation": ({"id": 1, "case_id": 11, "to_case_id": 10, "kind": "replaces", "ended_at": None},),
        "related_case": ({"id": 11, "public_id": uid("other"), "number": "KS\u00a02026/0009", "public_title": "Nytt"},),
        "closing": ({"id": 1, "closed_at": AT, "closed_by_id": 2, "reopened_at": None},),
        "archiving": ({"id": 1, "archived_at": AT, "archived_by_id": 2},),
    }  # fmt: skip
    return Holding(tables | change, (_entry(),), "portalen+00000000+key")
