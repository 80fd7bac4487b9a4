"""PDF files with a text layer: the letters of each page with their places, by PDFium."""

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.documents.formats import pdfium
from portal.documents.formats.parts import broken, too_large
from portal.documents.formats.pdf_grid import MOST_RULES
from portal.documents.formats.pdf_lines import Glyphs, lines_of
from portal.documents.formats.pdf_text import Shown, composed
from portal.documents.formats.shapes import Page, Source, UnreadableFile
from portal.text import _

MOST_PAGES = 100
MOST_LETTERS = 600_000
_MOST_OBJECTS = 20_000  # of a page that are looked at for lines
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_UNITS = 1000  # of the device PDFium maps pages to, to the point
_BOLD = re.compile(rb"bold|black|heavy|demi", re.I)
_SPACES = {0x20, 0x0D, 0x0A, 0xA0, 0x09, 0x2002, 0x2003, 0x2009, 0x202F, 0x00}
_HYPHENS = {0x02, 0xFFFE, 0x2010, 0x2011}  # PDFium has signs of its own for a hyphen at the line end
_WRITTEN = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "ft",
    0xFB06: "st",
    0x200B: "",
    0xFEFF: "",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as read."""

    size: Page
    glyphs: Glyphs
    shown: Shown


def read(data: bytes) -> Source:
    """The text of a PDF. Raises UnreadableFile."""
    import pypdfium2

    try:
        with pdfium.opened(data) as document:
            pages = _pages(document)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise UnreadableFile(_("PDF-filen är skyddad med lösenord. Spara den utan lösenord och välj den igen.")) from error
        raise broken("PDF") from error
    if not any(page.glyphs.letters for page in pages):
        raise UnreadableFile(
            _("PDF-filen har ingen text, bara bilder. Välj originalet, tolka filen med OCR eller skriv in texten.")
        )
    lines = [lines_of(page.glyphs) for page in pages]
    text, words = composed(lines, [page.shown for page in pages])
    without = [number for number, page in enumerate(pages, 1) if page.glyphs.pictures]
    return Source("pdf", text, tuple(page.size for page in pages), tuple(_notes(without)), tuple(words))


def _notes(without: list[int]) -> Iterator[str]:
    if len(without) == 1:
        yield _("Sidan %(page)s har bara bilder, deras text är inte läst.", page=without[0])
    elif without:
        yield _("Sidorna %(pages)s har bara bilder, deras text är inte läst.", pages=", ".join(map(str, without)))


def _pages(document: Any) -> list[Leaf]:
    count = len(document)
    if count > MOST_PAGES:
        raise UnreadableFile(
            _(
                "PDF-filen har %(n)s sidor. Högst %(most)s kan läsas in: spara de sidor som behövs som en egen PDF.",
                n=count,
                most=MOST_PAGES,
            )
        )
    found = []
    letters = 0
    for number in range(count):
        page = document[number]
        try:
            found.append(_page(page, number))
        finally:
            page.close()
        letters += found[-1].glyphs.letters
        if letters > MOST_LETTERS:
            raise too_large()
    return found


def _page(page: Any, number: int) -> Leaf:
    from pypdfium2 import raw

    width, height = page.get_size()
    glyphs = Glyphs(number)
    text = page.get_textpage()
    try:
        count = raw.FPDFText_CountChars(text.raw)
        if count > MOST_LETTERS:
            raise too_large()
        if count > 0:
            _letters(text.raw, count, glyphs)
        if glyphs.letters:
            _rules(page.raw, glyphs)
        glyphs.pictures = not glyphs.letters and raw.FPDFPage_CountObjects(page.raw) > 0
    finally:
        text.close()
    return Leaf(Page(width, height), glyphs, _shown(page, width, height))


def _shown(page: Any, width: float, height: float) -> Shown:
    """From the page's own coordinates to points from the upper left corner as it is shown: turned, cropped."""
    from pypdfium2 import raw

    x, y = ctypes.c_int(), ctypes.c_int()
    size = (math.ceil(width * _UNITS), math.ceil(height * _UNITS))

    def at(left: float, top: float) -> tuple[float, float]:
        raw.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, left, top, x, y)
        return x.value / _UNITS, y.value / _UNITS

    (ox, oy), (ax, ay), (bx, by) = at(0, 0), at(100, 0), at(0, 100)
    xx, xy, yx, yy = (ax - ox) / 100, (bx - ox) / 100, (ay - oy) / 100, (by - oy) / 100

    def mapped(left: float, top: float) -> tuple[float, float]:
        return ox + xx * left + xy * top, oy + yx * left + yy * top

    return mapped


def _letters(text: Any, count: int, glyphs: Glyphs) -> None:
    """Each letter with its box, its baseline being the lower edge; angle and font are asked once a word."""
    from pypdfium2 import raw

    rect, name = raw.FS_RECTF(), ctypes.create_string_buffer(120)
    unicode_of, box_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    begins = True
    turns, bold = 0, False
    for at in range(count):
        code = unicode_of(text, at)
        if code in _SPACES:
            begins = True
            glyphs.spaced()
            continue
        if not box_of(text, at, rect):
            continue
        if begins:
            turns = round(math.degrees(raw.FPDFText_GetCharAngle(text, at)) / 90) % 4
            raw.FPDFText_GetFontInfo(text, at, name, len(name), None)
            bold = _BOLD.search(name.value) is not None
            begins = False
        letter = "-" if code in _HYPHENS else _WRITTEN[code] if code in _WRITTEN else _letter(code)
        glyphs.add(letter, (rect.left, rect.bottom, rect.right, rect.top), turns, bold)


def _rules(page: Any, glyphs: Glyphs) -> None:
    """The lines and boxes that are drawn on the page."""
    from pypdfium2 import raw

    edges = [ctypes.c_float() for _side in range(4)]
    for at in range(min(raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page, at)
        if raw.FPDFPageObj_GetType(drawn) == raw.FPDF_PAGEOBJ_PATH and raw.FPDFPageObj_GetBounds(drawn, *edges):
            left, bottom, right, top = (edge.value for edge in edges)
            glyphs.rules.append((left, bottom, right, top))
            if len(glyphs.rules) > MOST_RULES:
                return


def _letter(code: int) -> str:
    """The sign, or nothing for what cannot be text."""
    if code < 0x20 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return ""
    return "•" if 0xF000 <= code <= 0xF0FF else chr(code)
