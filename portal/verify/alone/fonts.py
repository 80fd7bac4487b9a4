"""A font as far as its text goes: what each code means and how wide it is (ISO 32000-1, 9.7 and 9.10.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.verify.alone.document import View
from portal.verify.alone.syntax import PdfObject, Reader, Stream, UnreadablePdf

_MOST_CODES = 65536
_CHARACTERS = re.compile(rb"\s([0-9]{1,5}) beginbf(char|range)\s(.*?)endbf\2", re.DOTALL)
_PAIR = re.compile(rb"\s*<([0-9A-Fa-f]{4})>\s*<((?:[0-9A-Fa-f]{4})+)>")
_RANGE = re.compile(rb"\s*<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*<((?:[0-9A-Fa-f]{4})+)>")


@dataclass(frozen=True)
class Font:
    """A composite font with two-byte codes: name without subset tag, text and width (in thousandths) by code."""

    name: str
    text: dict[int, str]
    widths: dict[int, float]
    width: float

    def characters(self, codes: bytes) -> list[tuple[str, float]]:
        """The text and the width of each code. Raises UnreadablePdf for a glyph without text."""
        if len(codes) % 2:
            raise UnreadablePdf("en textrad är trasig")
        found = []
        for place in range(0, len(codes), 2):
            code = codes[place] << 8 | codes[place + 1]
            if code not in self.text:
                raise UnreadablePdf("ett tecken saknar text")
            found.append((self.text[code], self.widths.get(code, self.width)))
        return found


def font(view: View, value: PdfObject) -> Font:
    """The font that ``value`` means. Raises UnreadablePdf unless it is as typst writes fonts."""
    entries = view.dictionary(value, "Font")
    base, names = entries.get("BaseFont"), view.get(entries.get("DescendantFonts"))
    if entries.get("Subtype") != "Type0" or entries.get("Encoding") != "Identity-H" or not isinstance(base, str):
        raise UnreadablePdf("ett typsnitt är av okänt slag")
    if not isinstance(names, list) or len(names) != 1:
        raise UnreadablePdf("ett typsnitt är av okänt slag")
    inner = view.dictionary(names[0], "Font")
    to_unicode = view.get(entries.get("ToUnicode"))
    if not isinstance(to_unicode, Stream):
        raise UnreadablePdf("ett typsnitt saknar text")
    name = re.sub(r"\A[A-Z]{6}\+", "", base)
    width = view.get(inner.get("DW", 1000))
    return Font(name, _to_unicode(view.document.budget.unpack(to_unicode)), _widths(view, inner), _number(width))


def _number(value: PdfObject) -> float:
    if type(value) not in (int, float) or not abs(value) < 1e7:
        raise UnreadablePdf("ett mått är orimligt")
    return float(value)


def _widths(view: View, inner: dict[str, PdfObject]) -> dict[int, float]:
    """The /W array: ``first [w w w]`` and ``first last w``, mixed (9.7.4.3)."""
    listed = view.get(inner.get("W", []))
    if not isinstance(listed, list):
        raise UnreadablePdf("ett typsnitt saknar bredder")
    widths: dict[int, float] = {}
    values = [view.get(value) for value in listed]
    place = 0
    while place + 1 < len(values):
        first, second = values[place], values[place + 1]
        if type(first) is not int:
            raise UnreadablePdf("ett typsnitts bredder är trasiga")
        if isinstance(second, list):
            widths.update((first + step, _number(view.get(width))) for step, width in enumerate(second))
            place += 2
        elif type(second) is int and place + 2 < len(values) and 0 <= second - first < _MOST_CODES:
            width = _number(values[place + 2])
            widths.update((code, width) for code in range(first, second + 1))
            place += 3
        else:
            raise UnreadablePdf("ett typsnitts bredder är trasiga")
    if place != len(values):
        raise UnreadablePdf("ett typsnitts bredder är trasiga")
    return widths


def _to_unicode(program: bytes) -> dict[int, str]:
    """What each code means, from a CMap of the plain kind that typst writes."""
    if b"usecmap" in program:
        raise UnreadablePdf("ett typsnitts text bygger på en annan")
    text: dict[int, str] = {}
    for count, kind, body in _CHARACTERS.findall(program):
        pattern = _PAIR if kind == b"char" else _RANGE
        rows = pattern.findall(body)
        if len(rows) != int(count) or pattern.sub(b"", body).strip():
            raise UnreadablePdf("ett typsnitts text är trasig")
        for row in rows:
            first, last = int(row[0], 16), int(row[-2], 16)
            for step in range(last - first + 1):
                if first + step in text:
                    raise UnreadablePdf("ett tecken har två texter")
                text[first + step] = _utf16(row[-1], step)
    return text


def _utf16(digits: bytes, step: int) -> str:
    units = bytearray.fromhex(digits.decode())
    if units[-1] + step > 255:
        raise UnreadablePdf("ett typsnitts text är trasig")
    units[-1] += step
    try:
        return units.decode("utf-16-be")
    except UnicodeDecodeError as error:
        raise UnreadablePdf("ett typsnitts text är trasig") from error


def text_string(value: PdfObject) -> str:
    """A text string (7.9.2.2): UTF-16 with its mark, else Latin letters."""
    if not isinstance(value, bytes):
        raise UnreadablePdf("en text saknas")
    try:
        return value[2:].decode("utf-16-be") if value.startswith(b"\xfe\xff") else value.decode("ascii")
    except UnicodeDecodeError as error:
        raise UnreadablePdf("en text är trasig") from error


def instructions(data: bytes) -> Reader:
    """A reader of a content stream, where numbers are never references."""
    return Reader(data, references=False)
