"""From text to lines: what stands on the page, without running heads, page numbers and address footers.

Every line keeps its offsets in the text that was read, so that each field can be shown beside its passage.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from portal.documents.reading.names import is_greeting, is_name
from portal.documents.reading.shapes import Span
from portal.documents.reading.vocabulary import SIGNING

_MARKUP = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s+)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|__)(?=\S)([^*_\n]{1,200}?)(?<=\S)\1(?![\w*])")
_GAP = re.compile(r"\t|[ \u00a0]{2,}|\s\|\s|(?<=\S)\s[•·]\s")
PLACEHOLDER = re.compile(
    r"«[^»\n]{1,60}»|<[A-ZÅÄÖa-zåäö][^<>@\n]{1,60}>|\[[A-ZÅÄÖa-zåäö][^\]\n]{2,60}\]|\{\{[^}\n]{1,60}\}\}|\bX{3,}\b"
)

_PAGE = re.compile(r"(?<!§)(?:^|[\s|])(?:sida?|s\.)?\s?\d{1,3}\s?(?:\(\d{1,3}\)|av\s\d{1,3}|/\d{1,3})$", re.I)
_PAGE_LAST = re.compile(r"sid(?:a|an|nr)?\.?:?\s\d{1,3}", re.I)  # "… kommun · Protokoll · Sida 5"
_PAGE_ALONE = re.compile(r"(?:sida?\s)?[-–]?\s?\d{1,3}\s?[-–]?|\d{1,3}\s?(?:\(\d{1,3}\)|av\s\d{1,3})", re.I)
# What is printed at the foot or the end of pages and says nothing about the case.
_FEET = (
    r"(?:det (?:här|sista)|detta) (?:dokument|protokoll)\w* (?:är|har)\b.{0,40}(?:signera|underteckna)\w*\b.*",
    r"(?:digitalt|elektroniskt) (?:signera|underteckna)\w*(?: av)?:?",
    r"(?:signera|underteckna)\w* (?:digitalt|elektroniskt)(?: av)?:?",
    r"transaktion(?:sidentitet|s-id)?\b.{0,3}\s?[0-9A-F]{10,}.*",
    r"(?:verifierings?|signerings|kontroll|dokument)(?:kod|-?id|nyckel)\b\W{0,3}[0-9A-Z-]{6,}.*",
    r"(?:justerandes?|ordförandens?|justerares?)\s+sign\w*\b.*",
    r"sign(?:atur)?\w*\s+(?:justera|ordförande)\w*\b.*",
    r"signera[dt]|undertecknat",
    r"(?:paragrafen|protokollet) (?:är justera[dt]|justerades)\b.{0,20}\d.*",
    r"utdragsbestyrkande.*",
    r"rätt utdraget\b.*",
    r"sign(?:atur)?\.?:?",
    r"_{5,}.*",
)
_FOOT = re.compile("|".join(f"(?:{foot})$" for foot in _FEET), re.I)
_MUNICIPALITY = re.compile(r"(?:[\wåäöÅÄÖ-]+\s+){1,3}(?:kommun|stad|region)|(?:region|kommunen)\s\w+", re.I)
_ADDRESS = (
    re.compile(r"\b\d{3}\s\d{2}\s+[A-ZÅÄÖ]"),
    re.compile(r"\b(?:besöks|post|leverans|fakturerings)adress\b", re.I),
    re.compile(r"\borg(?:anisations|\.?\s?)n(?:umme)?r\b", re.I),
    re.compile(r"\bwww\.|https?://", re.I),
    re.compile(r"\b(?:telefon|växel|tfn|fax)\b", re.I),
    re.compile(r"\b(?:bank|plus)giro\b", re.I),
    re.compile(r"\S@\S"),
    re.compile(r"\b[A-ZÅÄÖ]\w+(?:gatan|vägen|torget|gränd|allén|plan)\s\d+", re.I),
)
_REACHED = (4, 6)  # which of them only say how somebody is reached


_LEADERS = re.compile(r"(?:\.{4,}|…{2,}|(?:\s\.){4,})(?=\s|\d|$)")
_COLUMN_OF_DIGITS = re.compile(
    r"(?<=\d)(?:[ \u00a0]{3,40}|[ \u00a0]{0,3}\t\s{0,40})(?=\d)"
)  # "Steg 2      165 000" is not 2 165 000
_BULLETS = "\uf0b7\uf0a7\uf0fc\uf0d8\uf076\uf02d\uf0e0\u25e6\u2023\u25cb\u25a0\u25a1\u25ba\u2713\u27a2\u2219"  # of symbol fonts
_LIGATURES = str.maketrans(
    {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\u2010": "-", "\u200b": None, "\ufeff": None}
    | dict.fromkeys(_BULLETS, "•")
)
_PRINT_MARKS = re.compile(f"[{_BULLETS}\u00ad\u0300-\u036f\u200b\u2010\ufb00-\ufb04\ufeff]")
_ODD_BULLET = re.compile(r"^[~+»›◆❖]\s+(?=\S)")
_LONGEST_ROW = 90  # characters of a label and an amount
_ENDS_IN_AMOUNT = re.compile(r"[^\W\d]{2}.*[\s:]\d[\d \u00a0.,]{2,12}\s?(?:kr|kronor|[tkm]n?kr|:-)?$", re.I)
_BROKEN = re.compile(r"[a-zåäö]-$")
_CONTINUES = re.compile(r"(?!(?:och|eller|samt|till)\b)[a-zåäö]")


@dataclass(frozen=True)
class Line:
    """A line that is not blank. ``text`` is cleaned of markup and runs of space; ``raw`` keeps the columns."""

    number: int
    start: int
    end: int
    raw: str
    text: str
    gap: bool  # a blank line (or the beginning) stands before it
    marked: bool  # marked as a heading in markdown
    noise: bool = False  # running head, page number, footer

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @cached_property
    def chunks(self) -> list[tuple[int, str]]:
        """The columns of the line: (position, text)."""
        found, position = [], 0
        for gap in [*_GAP.finditer(self.raw), None]:
            end = gap.start() if gap else len(self.raw)
            text = plain(self.raw[position:end])
            if text:
                found.append((position + len(self.raw[position:end]) - len(self.raw[position:end].lstrip()), text))
            position = gap.end() if gap else end
        return found


def plain(text: str) -> str:
    """One line of text, without emphasis marks and with single spaces; columns of digits stay two spaces apart."""
    if "*" in text or "__" in text:
        text = _EMPHASIS.sub(r"\2", text)
    if _PRINT_MARKS.search(text):
        text = _without_print_marks(text)
    return "  ".join(" ".join(part.split()) for part in _COLUMN_OF_DIGITS.split(text))


def _without_print_marks(text: str) -> str:
    """Letters as they are typed: no soft hyphens, ligatures or loose diacritics, which copying from a PDF leaves behind."""
    text = unicodedata.normalize("NFC", text.rstrip()).translate(_LIGATURES)
    return re.sub("\u00ad$", "-", text).replace("\u00ad", "")


def lines_of(text: str) -> list[Line]:
    """The lines of ``text`` that are not blank, running heads and footers marked as noise."""
    lines: list[Line] = []
    gap, breaks = True, _breaks_between_lines(text)
    for match in re.finditer(r"[^\n\r\f\v\x85\u2028\u2029]+|\f", text):
        raw = match[0].rstrip()
        before = text[lines[-1].end : match.start()] if lines else ""
        gap = gap or before.replace("\r\n", "\n").count("\n") > breaks or "\r\r" in before
        if not raw.strip(" \t\u00a0\ufeff"):
            gap = gap or breaks == 1
            continue
        if set(raw.strip()) <= set("=-_*~ "):
            gap = True
            continue
        if not lines and re.match(r"\ufeff?Källa: ", raw):
            continue  # where a stored copy was taken from; not the document's own words
        start = match.start() + len(raw) - len(raw.lstrip())
        marking = _MARKUP.match(raw)
        if "...." in raw or "……" in raw or ". . . ." in raw:
            raw = _LEADERS.sub(lambda dots: " " * max(3, len(dots[0])), raw).rstrip()
        if marking:
            raw = " " * marking.end() + raw[marking.end() :]
        cleaned = _ODD_BULLET.sub("• ", plain(raw), count=1)
        if cleaned:
            marked = marking is not None and "#" in marking[0]
            lines.append(Line(len(lines), start, match.start() + len(raw), raw, cleaned, gap, marked))
            gap = False
    noise = _noise(lines)
    return _over_pages([line if line.number not in noise else _as_noise(line) for line in lines], text)


def _over_pages(lines: list[Line], text: str) -> list[Line]:
    """The lines, without the gap where a table goes on over a page break."""
    above: Line | None = None
    for line in lines:
        if line.noise:
            continue
        if above and line.gap and _is_row(above) and _is_row(line):
            turned = line.number > above.number + 1 or "\f" in text[above.end : line.start]
            lines[line.number] = replace(line, gap=False) if turned else line
        above = line
    return lines


def _is_row(line: Line) -> bool:
    """A row of a table or a list that ends in a number or an amount."""
    if line.text.startswith("|") or (len(line.chunks) > 1 and re.search(r"\d", line.chunks[-1][1])):
        return True
    return len(line.text) < _LONGEST_ROW and bool(_ENDS_IN_AMOUNT.search(line.text))


def _breaks_between_lines(text: str) -> int:
    """How many line ends stand between lines that belong together: 2 where a copy set a blank line after every line."""
    runs: list[int] = []  # line ends before each line but the first
    blank = 0
    rows = text.strip().splitlines()
    for row in rows[1:]:
        if row.strip():
            runs.append(blank + 1)
        blank = 0 if row.strip() else blank + 1
    doubled = len(runs) >= 12 and sum(run == 1 for run in runs) <= len(runs) // 50
    return 2 if doubled and sum(run > 2 for run in runs) >= 3 else 1


def _as_noise(line: Line) -> Line:
    return Line(line.number, line.start, line.end, line.raw, line.text, line.gap, line.marked, noise=True)


def blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Runs of lines without a blank line between them."""
    found: list[list[Line]] = []
    for line in lines:
        if line.gap or not found:
            found.append([])
        found[-1].append(line)
    return found


def _noise(lines: list[Line]) -> set[int]:
    noise = {
        line.number
        for line in lines
        if _PAGE.search(line.text)
        or (len(line.chunks) > 1 and _PAGE_LAST.fullmatch(line.chunks[-1][1]))
        or (line.text.startswith("<!--") and line.text.endswith("-->"))
        or (line.gap and _PAGE_ALONE.fullmatch(line.text))
        or _FOOT.match(line.text)
        or _is_signing_field(line, lines[max(0, line.number - 1) : line.number + 2])
        or (_MUNICIPALITY.fullmatch(line.text) and (line.number < 8 or not line.text.startswith("Region ")))
    }
    for block in blocks(lines):
        numbers = [line.number for line in block]
        paged = any(number in noise and _PAGE.search(lines[number].text) for number in numbers)
        if paged and block[0].number >= 5:  # the running head again: what stood in the first head
            first = lines[: min(20, block[0].number)]
            head = {text.casefold() for line in first for text in (line.text, *(chunk for _at, chunk in line.chunks))}
            noise.update(line.number for line in block if {chunk.casefold() for _at, chunk in line.chunks} <= head)
            above = lines[block[0].number - 1]  # "Ärende 6", set apart over the head
            top = {line.text for line in lines[:2] if re.search(r"\d", line.text)}
            noise.update({above.number} if above.gap and above.text in top else ())
        if block[0].number >= 5 and _is_footer(block):
            noise.update(numbers)
            noise.update(_to_next_page(lines, numbers[-1]))
    return noise


def _to_next_page(lines: Sequence[Line], footer: int) -> list[int]:
    """The few lines between an address footer and the head of the next page: the form's number, a path."""
    for line in lines[footer + 1 : footer + 4]:
        if _PAGE.search(line.text):
            return list(range(footer + 1, line.number))
    return []


def _is_signing_field(line: Line, around: Sequence[Line]) -> bool:
    """The foot of a page of minutes: *Justerare    Utdragsbestyrkande*, on one line and without the names of anyone."""
    words = [word.casefold().strip(".:_…/") for _at, chunk in line.chunks for word in chunk.split(" ")]
    if len(line.chunks) < 2 or not all(not word or word.startswith(SIGNING) for word in words):
        return False
    return not any(is_name(chunk) for each in around for _at, chunk in each.chunks)


def _is_footer(block: list[Line]) -> bool:
    """An address block: at least two kinds of address facts, one of them more than a telephone or e-mail."""
    if len(block) > 14 or any(len(line.text) > 150 or is_greeting(line.text) for line in block):
        return False
    text = "\n".join(line.raw for line in block)
    kinds = [index for index, pattern in enumerate(_ADDRESS) if pattern.search(text)]
    return len(kinds) >= 2 and any(index not in _REACHED for index in kinds)


def joined(parts: Iterable[str]) -> str:
    """Lines as one running text; a word broken at the line end is made whole."""
    pieces: list[str] = []
    for part in parts:
        broken = bool(pieces) and _BROKEN.search(pieces[-1][-2:]) and _CONTINUES.match(part)
        if broken:
            pieces[-1] = pieces[-1][:-1]
        elif pieces:
            pieces.append(" ")
        pieces.append(part)
    return "".join(pieces)


def span_of(lines: Sequence[Line]) -> Span:
    return Span(lines[0].start, lines[-1].end)
