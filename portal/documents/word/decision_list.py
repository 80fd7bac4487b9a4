"""A list of decisions by delegation as a Word file, on lying pages: the data of its PDF (``list_shapes.DelegationList``)."""

from datetime import date, datetime
from typing import Any

from portal.documents.list_shapes import DelegationList, ListedDecision
from portal.documents.word.blank import blank, saved
from portal.documents.word.letter import TEST, first_head
from portal.documents.word.parts import fact, heading, page_number, prose, say, table
from portal.documents.word.plain import on_one_line
from portal.money import format_kronor
from portal.months import in_full

_WIDTHS = (1700, 1700, 1800, 2600, 2400, 2460, 1300)  # twips; together the width of a lying page
_HEAD = ("Beslut", "Datum", "Diarienummer", "Beslutsfattare", "Punkt", "Vad beslutet gäller", "Belopp")
_WITHHELD = "uppgift utelämnad"


def decision_list(data: DelegationList) -> bytes:
    """The Word file of ``data``; the same bytes for the same data. Raises ValueError for an instant without offset."""
    made_at = datetime.fromisoformat(data["made_at"])
    if made_at.tzinfo is None:
        raise ValueError(f"an instant needs an offset: {data['made_at']!r}")
    municipality, kind = data["municipality"], data.get("document_type") or "Anmälan av delegationsbeslut"
    colour = dict(municipality).get("colour")
    document = blank(str(colour) if colour else None)
    _lie_down(document, data, kind)
    if data.get("test"):
        say(document, "Mark", TEST)
    fact(document, "Datum", in_full(date.fromisoformat(data["date"])))
    fact(document, "Till", data.get("organ"))
    for row in data.get("facts") or []:
        fact(document, row["label"], row["value"])
    decisions = data.get("decisions") or []
    fact(document, "Antal beslut", str(len(decisions)))
    say(document, "Title", on_one_line(data["title"]))
    prose(document, data.get("introduction") or "")
    counted = [row for row in decisions if not row.get("replaced")]
    note = "utom ersatta beslut" if len(counted) < len(decisions) else ""
    total = ["Summa", "", "", "", "", note, format_kronor(sum(row.get("amount") or 0 for row in counted))]
    table(document, _WIDTHS, _HEAD, [*map(_row, decisions), total], summed=True)
    _passed(document, data)
    return saved(document, title=on_one_line(data["title"]), author=municipality["name"], made_at=made_at)


def _lie_down(document: Any, data: DelegationList, kind: str) -> None:
    """Lying pages with the sender's head on the first and a page number on the others."""
    from docx.enum.section import WD_ORIENTATION

    section = document.sections[0]
    section.orientation = WD_ORIENTATION.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.different_first_page_header_footer = True
    first_head(section.first_page_header, data["municipality"], data["unit"], kind)
    following = section.header.paragraphs[0]
    following.add_run(on_one_line(f"{data['municipality']['name']}  ·  {kind}") + "\t")
    page_number(following)


def _row(row: ListedDecision) -> list[str]:
    by, amount = row["decided_by"], row.get("amount")
    principal = by.get("acting_for")
    who = ", ".join(dict.fromkeys(part for part in (by["name"], by.get("title")) if part))
    acting = f", i stället för {principal['name']}" if principal else ""
    what = ". ".join(part for part in (row["title"] or _WITHHELD, row.get("outcome")) if part)
    shown = "" if amount is None else format_kronor(amount)
    day = in_full(date.fromisoformat(row["date"]))
    return [row["number"], day, row.get("case_number") or "", who + acting, row.get("clause") or "", what, shown]


def _passed(document: Any, data: DelegationList) -> None:
    passed = data.get("passed") or []
    if not passed:
        return
    heading(document, "Nummer som inte är med", 1)
    if missing := [row["number"] for row in passed if row["missing"]]:
        prose(document, f"Inget beslut finns med: {', '.join(missing)}.")
    prose(document, ", ".join(f"{row['number']} {row['what']}" for row in passed if not row["missing"]))
