"""The tjänsteskrivelse as a Word file: the same data as its PDF (``shapes.SubmissionDocument``), worded so that people and
programs find each thing where municipal letters have it.

Text is data: nothing in it becomes markup. python-docx is imported when first used.
"""

import io
from datetime import date, datetime
from typing import Any

from portal.clock import STOCKHOLM
from portal.documents.shapes import AskedLine, Municipality, SubmissionDocument
from portal.documents.word.blank import blank, saved
from portal.documents.word.crest import as_png
from portal.documents.word.parts import begin, fact, field, heading, listed, page_number, picture, prose, say, table
from portal.documents.word.plain import on_one_line
from portal.money import NBSP, format_kronor
from portal.months import in_full

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KIND = "Tjänsteskrivelse"
_DESCRIPTION = "Ärendebeskrivning"
_COSTS = {"operating": "Drift", "investment": "Investering", "unknown": "Ej angivet"}
_UNPRICED = "ej beloppsatt"
_CREST = 13.5  # mm
_WIDTH = 8730  # of the text, twips
_DRAFT = "UTKAST   Äskandet är inte inskickat."
TEST = "TEST   Handlingen är gjord i en demonstration och gäller inte."


def letter(data: SubmissionDocument) -> bytes:
    """The Word file of ``data``; the same bytes for the same data. Without ``submitted_at`` it is marked as a draft.

    Raises ValueError for an instant without offset: the time would be a guess.
    """
    municipality = data["municipality"]
    colour = dict(municipality).get("colour")
    document = blank(str(colour) if colour else None)
    kind = data.get("document_type") or _KIND
    _heads(document, data, kind)
    _marks(document, data)
    _particulars(document, data)
    say(document, "Title", on_one_line(data["title"]))
    _in_short(document, data)
    _proposal(document, data)
    _description(document, data)
    _lines(document, data)
    _lists(document, data)
    _signatures(document, data)
    made_at = _moment(data["made_at"])
    return saved(document, title=f"{kind}: {on_one_line(data['title'])}", author=municipality["name"], made_at=made_at)


def _moment(instant: str) -> datetime:
    moment = datetime.fromisoformat(instant)
    if moment.tzinfo is None:
        raise ValueError(f"an instant needs an offset: {instant!r}")
    return moment


def _day(iso: str) -> str:
    """The day as it is read; what is no ISO day as it stands."""
    try:
        return in_full(date.fromisoformat(iso))
    except ValueError:
        return iso


def _at(instant: str) -> str:
    here = _moment(instant).astimezone(STOCKHOLM)
    return f"{in_full(here.date())} kl.{NBSP}{here:%H:%M}"


def _kronor(amount: int | None) -> str:
    return _UNPRICED if amount is None else format_kronor(amount)


def _with(*words: str | None) -> str:
    return ", ".join(word for word in words if word)


# ---- above and beside the text ----


def _heads(document: Any, data: SubmissionDocument, kind: str) -> None:
    """The head of the first page: crest, sender and kind of document; that of the others: name, number, page."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    first_head(section.first_page_header, data["municipality"], data["unit"], kind)
    following = section.header.paragraphs[0]
    number = data.get("case_number")
    told = [data["municipality"]["name"], kind, *([f"Dnr{NBSP}{number}"] if number else [])]
    following.add_run(on_one_line("  ·  ".join(told)) + "\t")
    page_number(following)


def first_head(header: Any, municipality: Municipality, unit: str, kind: str) -> None:
    """The head of the first page: crest, name and unit to the left, kind of document and page to the right."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Twips

    crest = as_png(municipality.get("crest_svg"))
    widths = [*([1050] if crest else []), 4800 - 1050 * bool(crest), _WIDTH - 4800]
    places = header.add_table(rows=1, cols=len(widths), width=Mm(154))
    places._tbl.tblPr.style = "Placing"
    places.autofit = False
    cells = places.rows[0].cells
    for cell, column, width in zip(cells, places.columns, widths, strict=True):
        cell.width = column.width = Twips(width)
    if crest:
        cells[0].paragraphs[0]._p.style = "Header"
        picture(cells[0].paragraphs[0], io.BytesIO(crest), Mm(_CREST), f"Vapen för {municipality['name']}")
    sender, about = cells[-2], cells[-1]
    sender.paragraphs[0]._p.style = "Sender"
    sender.paragraphs[0].add_run(on_one_line(municipality["name"]))
    say(sender, "Header", on_one_line(unit))
    about.paragraphs[0]._p.style = "DocumentType"
    about.paragraphs[0].add_run(on_one_line(kind))
    page = begin(about, "Header")
    page.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    page_number(page)
    header._element.remove(header.paragraphs[0]._p)  # the empty one that stood above the table
    begin(header, "Header")


def _marks(document: Any, data: SubmissionDocument) -> None:
    if data.get("test"):
        say(document, "Mark", TEST)
    if not data.get("submitted_at"):
        say(document, "Mark", _DRAFT)


def _particulars(document: Any, data: SubmissionDocument) -> None:
    """What stands at the top of a letter: date, number, who handles it and who sent it."""
    handler, sent, version = data.get("handler"), data.get("submitted_at"), data.get("version")
    fact(document, "Datum", _day(data["date"]))
    fact(document, "Diarienummer", data.get("case_number"))
    fact(document, "Följer på", data.get("follows"))
    fact(document, "Version", str(version) if version else None)
    if handler:
        person = _with(*dict.fromkeys((handler["name"], handler.get("role"))))
        reached = _with(handler.get("phone"), handler.get("email"))
        fact(document, "Handläggare", "\n".join(part for part in (person, reached) if part))
    by = data.get("submitted_by")
    if sent:
        who = _with(*dict.fromkeys((by["name"], by.get("title")))) if by else ""  # a title may only repeat the name
        fact(document, "Inskickat", f"{_at(sent)} av {who}" if who else _at(sent))


def _in_short(document: Any, data: SubmissionDocument) -> None:
    """The request in figures and names, under the title."""
    financing, secrecy = data.get("financing") or {}, data.get("secrecy")
    fund, year = financing.get("fund"), financing.get("year")
    source = " ".join(str(part) for part in (fund, year) if part) if fund else None
    moves = data.get("move_between_lines")
    if data["total"] is not None or not any(line["amount"] for line in data["lines"]):
        fact(document, "Äskat belopp", _kronor(data["total"]))
    other = (financing.get("text") or "").strip().removesuffix(".")  # beside a label it is no sentence
    fact(document, "Finansiering", "\n".join(part for part in (source, other) if part))
    fact(document, "Budgetår", str(data.get("budget_year") or ""))
    fact(document, "Mottagare av medlen", data.get("receiver"))
    fact(document, "Beslutande organ", data.get("deciding_organ"))
    if moves is not None:
        fact(document, "Omfördelning", f"Medlen {'får' if moves else 'får inte'} omfördelas mellan raderna")
    if secrecy and secrecy["marked"]:
        fact(document, "Sekretess", _with("Ja", secrecy.get("provision")))


# ---- the text ----


def _proposal(document: Any, data: SubmissionDocument) -> None:
    points = [point for point in data["proposal"] if point.strip()]
    put = data.get("put")
    if points:
        heading(document, put["heading"] if put else "Förslag till beslut", 1)
    if put and put.get("intro"):
        say(document, "Normal", str(put.get("intro")))
    if len(points) == 1:
        prose(document, points[0])
    else:
        listed(document, "ListNumber", points)
    stance = data.get("stance")
    if stance:
        heading(document, stance.get("heading") or "Ställningstagande", 1)
        prose(document, stance["text"])


def _description(document: Any, data: SubmissionDocument) -> None:
    description = data.get("description") or []
    if description and (description[0].get("heading") or "").strip().casefold() != _DESCRIPTION.casefold():
        heading(document, _DESCRIPTION, 1)
    for part in description:
        if part.get("heading"):
            again = str(part.get("heading")).strip().casefold() == _DESCRIPTION.casefold()
            heading(document, str(part.get("heading")), 1 if again else 2)
        prose(document, part["text"])


def _lines(document: Any, data: SubmissionDocument) -> None:
    lines = data["lines"]
    if not lines:
        return
    heading(document, "Ekonomisk fördelning", 1)
    _caption(document, "Äskade medel per rad")
    kinds = any(line.get("kind") not in (None, "unknown") for line in lines)
    head = ["Rad", *(["Slag"] if kinds else []), "Belopp"]
    widths = [4730, 1600, 2400] if kinds else [6130, 2600]
    rows = [_row(line, kinds=kinds) for line in lines]
    total = ["Summa", *([""] if kinds else []), _kronor(data["total"])]
    priced = any(line["amount"] is not None for line in lines)
    summed = priced and data["total"] is not None
    if summed:
        rows.append(total)
    elif not priced:
        rows.insert(0, ["Hela äskandet", *total[1:]])
    table(document, widths, head, rows, summed=summed)
    for line in lines:
        _assessed(document, line)


def _caption(document: Any, text: str) -> None:
    caption = say(document, "Caption", "Tabell ")
    field(caption, "SEQ Tabell \\* ARABIC")
    caption.add_run(f". {text}")


def _row(line: AskedLine, *, kinds: bool) -> list[str]:
    return [on_one_line(line["label"]), *([_COSTS[line.get("kind") or "unknown"]] if kinds else []), _kronor(line["amount"])]


def _assessed(document: Any, line: AskedLine) -> None:
    """How the documented assessment of camera surveillance stands (9 § kamerabevakningslagen)."""
    found = line.get("assessment")
    if found:
        state = "gjord" if found["state"] == "done" else "görs före start, senast"
        said = f"{on_one_line(line['label'])}: bedömning enligt 9 § kamerabevakningslagen {state} {_day(found['on'])}."
        say(document, "Note", f"{said} Ansvarig: {found['by']}")


def _lists(document: Any, data: SubmissionDocument) -> None:
    attached = [file["filename"] for file in data.get("attachments") or []]
    for title, items in (
        ("Beslutsunderlag", data.get("decision_basis")),
        ("Bifogade filer", attached),
        ("Kopia till", data.get("copies_to")),
        ("För kännedom", data.get("for_information")),
    ):
        kept = [item for item in items or [] if item.strip()]
        if kept:
            heading(document, title, 1)
            listed(document, "ListBullet", kept)


def _signatures(document: Any, data: SubmissionDocument) -> None:
    """The names in the document's list of signatories: text, which signs nothing."""
    for person in data.get("signatories") or []:
        say(
            document,
            "Signature",
            "\n".join(on_one_line(part) for part in dict.fromkeys((person["name"], person.get("role"))) if part),
        )
