"""A registered document that the portal holds as data alone, written out as plain text: readable without any system. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from portal.archive.package.holdings import Holding, Row, plain
from portal.archive.package.records import Record
from portal.clock import local_date

PAPER = "paper"
_LABELS: Mapping[str, Mapping[str, str]] = {
    "statement": {"text": "Yttrande", "stance": "Ställningstagande", "balance": "Kvar av pengarna, kr",
                  "capital_cost": "Kapitalkostnad per år, kr", "coding": "Föreslagen kontering"},
    "hand_over": {"stance": "Ställningstagande", "text": "Motivering"},
    "minutes": {"meeting_date": "Sammanträde", "paragraph": "Paragraf", "text": "Beslut enligt protokollet",
                "adjusted_on": "Justerat", "posted_on": "Anslaget"},
    "decision": {"number": "Beslutsnummer", "text": "Beslut", "reason": "Motivering", "granted": "Beviljat, kr"},
    "budget_entry": {"period": "Period", "frequency": "Gäller", "recorded_at": "Bokfört"},
    "copy": {"recipient": "Mottagare", "email": "E-post", "sent_at": "Skickat", "delivered_at": "Framme",
             "acknowledged_at": "Kvitterat", "document_sha256": "Handlingens sha256", "delivery_note": "Anteckning"},
    "redistribution": {"reason": "Skäl", "moved": "Flyttat, kr"},
    "interim_report": {"due_on": "Gäller per", "text": "Läge"},
    "final_report": {"used": "Utfall, kr", "summary": "Sammanfattning", "answer": "Ekonomens svar"},
    "version": {"number": "Version", "sha256": "Innehållets sha256"},
}  # fmt: skip
_AUTHORS = ("by_id", "submitted_by_id", "decided_by_id", "recorded_by_id", "made_by_id", "reported_by_id")
_WORDS = {"once": "engångs", "yearly": "årligen"}


def document(held: Holding, record: Record, number: int) -> bytes:
    """The text of a record of the register that has no file, UTF-8."""
    row = record.registered or {}
    kind = held.by_id("document_type", row["type_id"])
    head = [f"{held.number}, handling {number}", str(row["title"]), "", f"Handlingstyp: {kind['name'] if kind else 'Handling'}"]
    head.append(f"Datum: {row['dated_on']}")
    if row["counterparty"]:
        head.append(f"{'Till' if row['direction'] == 'out' else 'Från'}: {row['counterparty']}")
    if row["source_kind"] == PAPER:
        head += ["", "Handlingen finns på papper."]
    lines = [*head, *_said(held, record)]
    return ("\n".join(plain(line) for line in lines) + "\n").encode()


def _said(held: Holding, record: Record) -> Iterator[str]:
    source, row = record.source, record.registered
    if source is None or row is None:
        return
    author = next((source[key] for key in _AUTHORS if source.get(key)), None)
    if author:
        yield f"Av: {held.named(author)}"
    for key, label in _LABELS.get(row["source_kind"], {}).items():
        if source.get(key) not in (None, ""):
            yield f"{label}: {_shown(source[key])}"
    yield from _lines(held, str(row["source_kind"]), source)


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return str(local_date(value))
    return _WORDS.get(value, value) if isinstance(value, str) else str(value)


def _lines(held: Holding, kind: str, source: Row) -> Iterator[str]:
    for label, said in _amounts(held, kind, source):
        yield f"  {label}: {said}"


def _amounts(held: Holding, kind: str, source: Row) -> Iterator[tuple[str, str]]:
    def decided(row: Row) -> str:
        found = held.by_id("decision_line", row["decision_line_id"])
        return str(found["label"]) if found else "Hela äskandet"

    if kind == "budget_entry":
        for row in held.of("budget_entry_line", "entry_id", source["id"]):
            code = " ".join(f"{part} {value}" for part, value in row["code"].items() if value)
            yield row["label"], f"{row['amount']} kr, {code}"
    elif kind == "redistribution":
        for row in held.of("redistribution_line", "redistribution_id", source["id"]):
            yield decided(row), f"{row['change']:+} kr"
    elif kind == "final_report":
        for row in held.of("final_report_line", "report_id", source["id"]):
            used = "ej beloppsatt" if row["used"] is None else f"{row['used']} kr"
            yield decided(row), f"{used}. {row['effect']}".strip()
    elif kind == "decision":
        for row in held.of("decision_line", "decision_id", source["id"]):
            granted = ("ingår" if row["included"] else "ingår inte") if row["granted"] is None else f"{row['granted']} kr"
            yield row["label"], f"{granted}. {row['condition']}".strip()
