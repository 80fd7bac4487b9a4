"""From the lines of PDF pages to text: paragraphs by the space between lines, headings by size and weight, columns by place."""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from portal.documents.formats.pdf_lines import Line, Word, typical_pitch
from portal.documents.formats.shapes import Box
from portal.documents.formats.shapes import Word as Placed

# From a page's own coordinates to the page as shown: the origin, then how x and y move with a point right and a point up.
Shown = Sequence[float]

_APART = 1.22  # of the usual distance between lines: a larger one parts paragraphs
_ROWS_APART = 2.4  # of the height
_LARGER = 1.12  # of the usual height: a larger line is a heading
_LONGEST_HEADING = 120
_MOST_LINES = 3  # of a heading
_LEAST_SPACE = 3  # between columns, in characters
_FARTHEST = 160  # characters from the margin
_BROKEN = re.compile(r"[a-zåäö]-$")
_MARK = re.compile(r"(?:[-–—•*·▪●o]|\d{1,2}(?:\.\d{1,2})*[.)]?|[a-zåäö][.)]|att|§\s?\d{1,4})", re.I)
_NUMBER = re.compile(r"[-–−]?[\d \u00a0.,:-]*\d[\d \u00a0.,:-]*(?:kr|kronor|[tkm]n?kr)?")
_NO_HEADING = re.compile(r"[.,;:!?]$|\d{4}-\d\d-\d\d|@|^\W*$|^\d[\d .,]*$")


@dataclass(slots=True)
class _Writer:
    """The text so far, and where its words stand."""

    shown: Sequence[Shown]
    parts: list[str] = field(default_factory=list)
    size: int = 0
    lines: dict[tuple[int, int], int] = field(default_factory=dict)  # by page and line there
    words: list[Placed] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Text that stands nowhere on the page."""
        self.parts.append(text)
        self.size += len(text)

    def go_on(self) -> None:
        """Take back the line end, since the next line goes on with the heading; a word broken there is made whole."""
        self.parts.pop()
        self.size -= 1
        last = self.words[-1]
        if _BROKEN.search(self.parts[-1]):
            self.parts[-1] = self.parts[-1][:-1]
            self.size -= 1
            self.words[-1] = replace(last, end=last.end - 1)
        else:
            self.write(" ")

    def place(self, word: Word, page: int) -> None:
        """A word of a page."""
        left, bottom, right, top = word.on_page
        ox, oy, xx, xy, yx, yy = self.shown[page]
        one = ox + xx * left + yx * bottom, oy + xy * left + yy * bottom
        other = ox + xx * right + yx * top, oy + xy * right + yy * top
        box = Box(page, min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))
        number = self.lines.setdefault((page, word.line), len(self.lines))
        self.words.append(Placed(self.size, self.size + len(word.text), number, box))
        self.write(word.text)


def composed(pages: Sequence[Sequence[Line]], shown: Sequence[Shown]) -> tuple[str, list[Placed]]:
    """The text of all pages, and its words with their places."""
    writer = _Writer(shown)
    pitch = typical_pitch(pages)
    usual, bold = _usual(pages)
    for number, lines in enumerate(pages):
        if number:
            writer.write("\f\n")
        margins, letter = _measures(lines)
        last: Line | None = None
        rank = 0.0
        for line, following in zip_longest(lines, lines[1:]):
            apart = last is None or _apart(last, line, pitch)
            now = _rank(line, usual, bold, apart or bool(rank), following)
            goes_on = bool(now) and now == rank and last is not None and not apart
            if goes_on:
                writer.go_on()
            else:
                writer.write("\n" if last is not None and (apart or bool(now) or bool(rank)) else "")
                writer.write("# " if now else "")
            _line(writer, line, number, margins[line.turns], letter, plain=bool(now))
            writer.write("\n")
            last, rank = line, now
    return "".join(writer.parts), writer.words


def _usual(pages: Sequence[Sequence[Line]]) -> tuple[float, bool]:
    """The height of most letters, and whether most of the text is bold."""
    sizes: Counter[float] = Counter()
    weights: Counter[bool] = Counter()
    for lines in pages:
        for line in lines:
            letters = sum(len(word.text) for word in line.words)
            sizes[line.height] += letters
            weights[line.bold] += letters
    return sizes.most_common(1)[0][0] if sizes else 12.0, weights[True] > weights[False]


def _measures(lines: Sequence[Line]) -> tuple[dict[int, float], float]:
    """The left margin of a page, for each way its text stands, and the width of a letter."""
    margins: dict[int, float] = {}
    widths = []
    for line in lines:
        for word in line.words:
            margins[line.turns] = min(margins.get(line.turns, word.left), word.left)
            if len(word.text) > 2:
                widths.append((word.right - word.left) / len(word.text))
    return margins, max(statistics.median(widths), 1.0) if widths else 5.0


def _apart(one: Line, other: Line, pitch: float) -> bool:
    """True where a blank line belongs between two lines."""
    if one.turns != other.turns or one.drawn != other.drawn:
        return True
    if one.drawn:
        return other.base - one.base > 8 * other.height
    distance = other.base - one.base
    if len(one.columns) > 1 and len(other.columns) > 1 and 0 <= distance < _ROWS_APART * other.height:
        return False  # rows of a table, however airy
    return distance < 0 or distance > _APART * pitch * max(other.height, min(one.height, 1.1 * other.height))


def _rank(line: Line, usual: float, bold: bool, apart: bool, following: Line | None) -> float:
    """How much of a heading a line is; 0 for text. Lines of the same rank may be one heading."""
    if line.drawn or len(line.columns) > 1 or len(line.words) > 20:
        return 0.0
    text = " ".join(word.text for word in line.words)
    if len(text) > _LONGEST_HEADING or _NO_HEADING.search(text) or len(re.findall(r"[^\W\d]", text)) < 3:
        return 0.0
    if line.height > _LARGER * usual:
        return line.height
    heads = line.bold and not bold and following is not None and not (following.bold and len(following.columns) == 1)
    return 0.5 if heads and apart and len(text) <= 80 and line.height >= 0.95 * usual else 0.0


def _line(writer: _Writer, line: Line, page: int, margin: float, letter: float, *, plain: bool) -> None:
    """The words of a line, each column at its place."""
    if line.drawn:
        _row(writer, line, page)
        return
    begins = writer.size
    columns = _without_marks(line.columns)
    for number, column in enumerate(columns):
        width = sum(len(word.text) + word.spaced for word in column) - column[0].spaced
        at = round((column[0].left - margin) / letter)
        text = " ".join(word.text for word in column)
        if number and _NUMBER.fullmatch(text):
            at = round((column[-1].right - margin) / letter) - width
        at = min(max(at, 0), _FARTHEST)
        written = writer.size - begins
        if number:
            at = max(at, written + _LEAST_SPACE)
        if not plain or number:
            writer.write(" " * (at - written))
        for place, word in enumerate(column):
            writer.write(" " if place and word.spaced else "")
            writer.place(word, page)


def _row(writer: _Writer, line: Line, page: int) -> None:
    """A row of a drawn table."""
    for column in line.columns:
        writer.write("| " if column is line.columns[0] else " | ")
        for place, word in enumerate(column):
            writer.write(" " if place and word.spaced else "")
            writer.place(word, page)
    writer.write(" |")


def _without_marks(columns: list[list[Word]]) -> list[list[Word]]:
    """A number or a sign of a list is no column of its own."""
    if len(columns) < 2 or not _MARK.fullmatch(" ".join(word.text for word in columns[0])):
        return columns
    if _NUMBER.fullmatch(" ".join(word.text for word in columns[1])):
        return columns  # 1      250 000 is a row of a table
    columns[1][0].spaced = True
    return [[*columns[0], *columns[1]], *columns[2:]]
