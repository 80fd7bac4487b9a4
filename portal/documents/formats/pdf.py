"""PDF files with a text layer: the letters of each page with their places, by PDFium."""

import array
from collections.abc import Iterator
from typing import Any

from portal.documents.formats import pdfium
from portal.documents.formats.parts import broken, too_large
from portal.documents.formats.pdf_lines import Glyphs, lines_of
from portal.documents.formats.pdf_text import composed
from portal.documents.formats.shapes import Page, Source, UnreadableFile
from portal.text import _

MOST_PAGES = 100
MOST_LETTERS = 400_000
_BOX = 4  # numbers
_TURNS, _BOLD, _SPACE = 3, 4, 8  # bits of a letter's mark
# PDFium has signs of its own for a hyphen at the line end; ligatures are the letters they stand for.
_WRITTEN = {
    0x02: "-", 0xFFFE: "-", 0x2010: "-", 0x2011: "-", 0x200B: "", 0xFEFF: "",
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "ft", 0xFB06: "st",
}  # fmt: skip


def read(data: bytes) -> Source:
    """The text of a PDF. Raises UnreadableFile."""
    try:
        told, payload = pdfium.ask({"op": "letters", "pages": MOST_PAGES, "letters": MOST_LETTERS}, data)
    except pdfium.NoAnswer as error:
        raise unreadable(error) from error
    pages = told["pages"]
    if not any(page["letters"] for page in pages):
        raise UnreadableFile(
            _("PDF-filen har ingen text, bara bilder. Välj originalet, tolka filen med OCR eller skriv in texten.")
        )
    lines = [lines_of(glyphs) for glyphs in _glyphs(pages, payload)]
    text, words = composed(lines, [page["shown"] for page in pages])
    without = [number for number, page in enumerate(pages, 1) if page["drawn"] and not page["letters"]]
    return Source("pdf", text, tuple(Page(*page["size"]) for page in pages), tuple(_notes(without)), tuple(words))


def unreadable(error: pdfium.NoAnswer) -> UnreadableFile:
    """What is said where PDFium gives no answer."""
    if error.why == "password":
        return UnreadableFile(_("PDF-filen är skyddad med lösenord. Spara den utan lösenord och välj den igen."))
    if error.why.startswith("pages"):
        sentence = _(
            "PDF-filen har %(n)s sidor. Högst %(most)s kan läsas in: spara de sidor som behövs som en egen PDF.",
            n=error.why.removeprefix("pages "),
            most=MOST_PAGES,
        )
        return UnreadableFile(sentence)
    return too_large() if error.why == "large" else broken("PDF")


def _notes(without: list[int]) -> Iterator[str]:
    if len(without) == 1:
        yield _("Sidan %(page)s har bara bilder, deras text är inte läst.", page=without[0])
    elif without:
        yield _("Sidorna %(pages)s har bara bilder, deras text är inte läst.", pages=", ".join(map(str, without)))


def _glyphs(pages: list[dict[str, Any]], payload: bytes) -> Iterator[Glyphs]:
    """The letters of each page, put together to words."""
    count = sum(page["letters"] for page in pages)
    codes, boxes, marks = array.array("I"), array.array("f"), array.array("B")
    codes.frombytes(payload[: 4 * count])
    boxes.frombytes(payload[4 * count : 4 * count * (1 + _BOX)])
    marks.frombytes(payload[4 * count * (1 + _BOX) :])
    at = 0
    for number, page in enumerate(pages):
        glyphs = Glyphs(number, rules=[tuple(rule) for rule in page["rules"]])
        for each in range(at, at + page["letters"]):
            code, mark = codes[each], marks[each]
            letter = _WRITTEN[code] if code in _WRITTEN else _letter(code)
            left, bottom, right, top = boxes[_BOX * each : _BOX * (each + 1)]
            if mark & _SPACE:
                glyphs.spaced()
            glyphs.add(letter, (left, bottom, right, top), mark & _TURNS, bool(mark & _BOLD))
        at += page["letters"]
        yield glyphs


def _letter(code: int) -> str:
    """The sign, or nothing for what cannot be text."""
    if code < 0x20 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return ""
    return "•" if 0xF000 <= code <= 0xF0FF else chr(code)
