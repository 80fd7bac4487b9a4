"""From letters with their places to lines: by baseline, words by the space between them, columns kept apart."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from portal.documents.formats.pdf_grid import Grid, Rule, grids_of

_WORD_GAP = 0.22  # of the letter's height: a wider gap parts words that no space parts
_SAME_LINE = 0.35  # of the height: baselines nearer than this are one line
_BESIDE = 6  # words that are looked at for what a figure refers to
_SMALLEST = 1.0  # points; smaller letters are not seen
_GUTTER = 0.45  # of the height: what is empty in several lines is as wide at least
_COLUMN_GAP = 1.0  # of the height: a wider gap parts columns
_RISEN = 0.25  # of the height: digits as high above the baseline refer to a footnote: *200 000* with a small 1 after it
_CELL_PITCH = 1.3  # of the height: lines of a cell stand no farther apart
_ALIGNED = 2.5  # points
_GOES_ON = re.compile(r"[a-zåäö(]")
_AMOUNT = re.compile(r"(?!\d{4}-)\d{1,3}(?: ?\d{3})*(?:,\d+)?(?: (?:kr|kronor|[tkm]n?kr))?")
_REFERENCES = frozenset("0123456789*,)†")
_PITCHES = (0.9, 1.4)  # of the height: from line to line within a paragraph


@dataclass(slots=True)
class Word:
    """A run of letters. Its box is upright: as if the text ran from left to right and the lines downwards."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    bold: bool
    spaced: bool  # a space stands before it
    turns: int  # quarter turns clockwise of the text on its page
    line: int = 0  # on the page, as printed

    @property
    def height(self) -> float:
        """Of its font, roughly 1.2 times the size."""
        return self.bottom - self.top

    @property
    def on_page(self) -> tuple[float, float, float, float]:
        """(left, bottom, right, top) in the page's own coordinates."""
        return _upright(self.turns, self.left, self.top, self.right, self.bottom)


def _upright(turns: int, a: float, b: float, c: float, d: float) -> tuple[float, float, float, float]:
    """(left, bottom, right, top) of the page as (left, top, right, bottom) of upright text; its own inverse."""
    if turns == 1:
        return -d, -c, -b, -a
    if turns == 2:
        return -c, b, -a, d
    if turns == 3:
        return b, a, d, c
    return a, -d, c, -b


@dataclass(slots=True)
class Line:
    """Words on one baseline, in columns."""

    columns: list[list[Word]]
    height: float = 0.0  # of most of its letters
    base: float = 0.0  # where most of its words stand
    bold: bool = False  # every word
    drawn: bool = False  # a row of a table drawn with lines; columns may be empty
    words: list[Word] = field(default_factory=list)  # of all columns

    def __post_init__(self) -> None:
        words = self.words = [word for column in self.columns for word in column]
        sizes: Counter[float] = Counter()
        for word in words:
            sizes[round(word.height, 1)] += len(word.text)
        self.height = max(sizes, key=lambda size: (sizes[size], size))
        self.base = sorted(word.bottom for word in words)[len(words) // 2]
        self.bold = all(word.bold for word in words)

    @property
    def turns(self) -> int:
        """How the text stands on its page."""
        return self.words[0].turns


@dataclass(slots=True)
class Glyphs:
    """The letters of a page, gathered to words as they come."""

    page: int
    words: list[Word] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)  # drawn lines, in the page's own coordinates
    _open: bool = False
    _space: bool = True

    def spaced(self) -> None:
        """A space came."""
        self._open, self._space = False, True

    def add(self, letter: str, box: tuple[float, float, float, float], turns: int, bold: bool) -> None:
        """A letter came, with its box in the page's own coordinates (left, bottom, right, top)."""
        left, top, right, bottom = _upright(turns, *box)
        if not letter:  # one glyph may stand for a letter and a sign without width, and is shared between them
            if self._open:
                self.words[-1].right = max(self.words[-1].right, right)
            return
        if self._open:
            word = self.words[-1]
            height = word.bottom - word.top
            if word.turns == turns and -0.3 * height < left - word.right < _WORD_GAP * height:
                if bottom < word.bottom - _RISEN * height and letter in _REFERENCES:
                    return
                slack = 0.12 * height
                lower, higher = word.bottom - bottom, top - word.top
                if (abs(lower) < slack and abs(higher) < slack) or (lower > -slack and higher > -slack):
                    word.text += letter
                    word.right = max(word.right, right)
                    return
                if lower < slack and higher < slack:  # the word began with letters of one glyph, whose boxes are tight
                    word.text += letter
                    word.top, word.right, word.bottom = top, max(word.right, right), bottom
                    return
        self.words.append(Word(letter, left, top, right, bottom, bold, self._space, turns))
        self._open, self._space = True, False


def lines_of(glyphs: Glyphs) -> list[Line]:
    """The lines of a page from the top; text that stands another way than most of it comes last."""
    ways: dict[int, list[Word]] = {}
    for word in glyphs.words:
        if "\u00ad" in word.text:
            word.text = re.sub("\u00ad$", "-", word.text).replace("\u00ad", "")
        if word.height >= _SMALLEST and word.text:
            ways.setdefault(word.turns, []).append(word)
    found: list[Line] = []
    printed = 0
    for turns, words in sorted(ways.items(), key=lambda way: len(way[1]), reverse=True):
        rows = _rows(words)
        for row in rows:
            printed += 1
            for word in row:
                word.line = printed
        grids = grids_of([_upright(turns, *rule) for rule in glyphs.rules]) if not found else []
        drawn = [line for grid in grids for line in _drawn(grid, rows)]
        taken = {id(word) for line in drawn for word in line.words}
        left = [kept for row in rows if (kept := [word for word in row if id(word) not in taken])]
        lines = _with_gutters(_with_whole_cells([Line(_columns(row)) for row in left]))
        found.extend(sorted([*lines, *drawn], key=lambda line: line.words[0].line) if drawn else lines)
    return found


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words whose baselines are near each other, from left to right; without small raised digits."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.bottom, word.left)):
        if rows and word.bottom - rows[-1][0].bottom < _SAME_LINE * min(word.height, rows[-1][0].height):
            rows[-1].append(word)
        else:
            rows.append([word])
    kept = []
    for row, below in zip(rows, [*rows[1:], []], strict=True):
        row = _without_references(row, below)
        if row:
            kept.append(sorted(row, key=lambda word: word.left))
    return kept


def _without_references(row: list[Word], below: list[Word]) -> list[Word]:
    """The words but for small raised figures: *200 000* with a raised 1 after it is not 2 000 001."""
    small = {id(word) for word in row if len(word.text) <= 3 and _REFERENCES.issuperset(word.text)}
    if not small:
        return row
    others = sorted((word for word in (*row, *below) if id(word) not in small), key=lambda word: word.right)
    return [word for word in row if id(word) not in small or not _refers(word, others)]


def _refers(word: Word, others: Sequence[Word]) -> bool:
    """True for a word in small print, raised, right after one of the larger ``others`` (sorted by where they end)."""
    at = bisect_right(others, word.left + word.height, key=lambda other: other.right)
    return any(
        word.height < 0.85 * other.height
        and _RISEN * other.height < other.bottom - word.bottom < 0.8 * other.height
        and -0.1 * other.height < word.left - other.right < 0.5 * other.height
        for other in others[max(0, at - _BESIDE) : at]
    )


def _drawn(grid: Grid, rows: Sequence[Sequence[Word]]) -> list[Line]:
    """The rows of a drawn table; the lines of a cell come one after the other."""
    cells: list[list[list[Word]]] = [[[] for _column in range(grid.columns)] for _row in grid.rows[1:]]
    for row in rows:
        for word in row:
            x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
            if grid.holds(x, y):
                at, column = grid.place_of(x, y)
                cell = cells[at][column]
                word.spaced = word.spaced or not cell or cell[-1].line != word.line
                cell.append(word)
    return [Line(columns, drawn=True) for columns in cells if any(columns)]


def _columns(row: list[Word]) -> list[list[Word]]:
    """The words of a line, parted where the space is wider than between words, also than in justified lines."""
    gaps = [other.left - one.right for one, other in pairwise(row)]
    widest = _COLUMN_GAP * max(word.height for word in row)
    if len(gaps) >= 4:  # in a justified line all spaces are wide
        widest = max(widest, min(1.8 * sorted(gaps)[len(gaps) // 4], 2 * widest))
    columns = [[row[0]]]
    for gap, word in zip(gaps, row[1:], strict=True):
        if gap > widest:
            columns.append([word])
            continue
        word.spaced = word.spaced or gap >= 0.08 * word.height
        columns[-1].append(word)
    return columns


def _with_whole_cells(lines: list[Line]) -> list[Line]:
    """A cell of a table that goes on in the line below, under its own beginning, is put together in its row."""
    found: list[Line] = []
    below = 0.0  # where the last line of the row stands
    for line in lines:
        cells = _cells_of(found[-1], line, below) if found else None
        below = line.base
        if cells is None:
            found.append(line)
            continue
        row = found[-1]
        for at, column in zip(cells, line.columns, strict=True):
            column[0].spaced = True
            row.columns[at].extend(column)
        found[-1] = Line(row.columns)
        found[-1].base = row.base
    return found


def _cells_of(row: Line, line: Line, below: float) -> list[int] | None:
    """The columns of ``row`` that those of ``line`` go on with: a row with an amount, words inside a sentence under them."""
    amounts = any(_is_amount(column) for column in row.columns[1:])
    if not amounts or not 0 < line.base - below < _CELL_PITCH * line.height:
        return None
    edges = [column[0].left for column in row.columns] + [float("inf")]
    cells = []
    for column in line.columns:
        at = next((at for at, left in enumerate(edges[:-1]) if abs(left - column[0].left) < _ALIGNED), None)
        if at is None or column[-1].right >= edges[at + 1] or not _GOES_ON.match(column[0].text):
            return None
        cells.append(at)
    return cells


def _is_amount(column: Sequence[Word]) -> bool:
    return _AMOUNT.fullmatch(" ".join(word.text for word in column)) is not None


def _with_gutters(lines: list[Line]) -> list[Line]:
    """Where lines in columns follow each other, what is empty in all of them parts columns that stand close too."""
    found: list[Line] = []
    run: list[Line] = []
    for line in [*lines, None]:
        if line is not None and len(line.columns) > 1 and (not run or _follows(run[-1], line)):
            run.append(line)
            continue
        found.extend(_parted(run) if len(run) > 1 else run)
        run = [line] if line is not None and len(line.columns) > 1 else []
        if line is not None and not run:
            found.append(line)
    return found


def _follows(one: Line, other: Line) -> bool:
    return 0 < other.base - one.base < 2.4 * other.height


def _parted(run: list[Line]) -> list[Line]:
    reached = float("-inf")
    gutters: list[float] = []
    height = max(line.height for line in run)
    for left, right in sorted((word.left, word.right) for line in run for word in line.words):
        if left - reached > _GUTTER * height:
            gutters.append((reached + left) / 2)
        reached = max(reached, right)
    made = []
    for line in run:
        columns: list[list[Word]] = []
        for column in line.columns:
            columns.append([column[0]])
            for one, word in pairwise(column):
                at = bisect_left(gutters, one.right)
                if at < len(gutters) and gutters[at] <= word.left:
                    columns.append([word])
                else:
                    columns[-1].append(word)
        made.append(Line(columns) if len(columns) > len(line.columns) else line)
    return made


def typical_pitch(pages: Sequence[Sequence[Line]]) -> float:
    """From line to line within a paragraph, in heights of the upper line."""
    ratios = sorted(
        (other.base - one.base) / other.height
        for lines in pages
        for one, other in pairwise(lines)
        if one.turns == other.turns and not other.drawn and 0.5 < (other.base - one.base) / max(other.height, 0.1) < 3
    )
    low, high = _PITCHES
    return min(max(ratios[len(ratios) // 4], low), high) if ratios else high
