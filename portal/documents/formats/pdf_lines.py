"""From letters with their places to lines: by baseline, words by the space between them, columns kept apart."""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_WORD_GAP = 0.22  # of the letter's height: a wider gap parts words that no space parts
_SAME_LINE = 0.35  # of the height: baselines nearer than this are one line
_COLUMN_GAP = 1.0  # of the height: a wider gap parts columns
_RISEN = 0.25  # of the height: digits as high above the baseline refer to a footnote: *200 000* with a small 1 after it
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

    def __post_init__(self) -> None:
        words = self.words
        sizes: Counter[float] = Counter()
        for word in words:
            sizes[round(word.height, 1)] += len(word.text)
        self.height = max(sizes, key=lambda size: (sizes[size], size))
        self.base = sorted(word.bottom for word in words)[len(words) // 2]
        self.bold = all(word.bold for word in words)

    @property
    def words(self) -> list[Word]:
        """Those of all columns."""
        return [word for column in self.columns for word in column]

    @property
    def turns(self) -> int:
        """How the text stands on its page."""
        return self.columns[0][0].turns


@dataclass(slots=True)
class Glyphs:
    """The letters of a page, gathered to words as they come."""

    page: int
    letters: int = 0
    pictures: bool = False  # there is something on the page, but no text
    words: list[Word] = field(default_factory=list)
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
        self.letters += 1
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
        if word.bottom > word.top and word.text:
            ways.setdefault(word.turns, []).append(word)
    found: list[Line] = []
    for words in sorted(ways.values(), key=len, reverse=True):
        found.extend(_lines(words))
    return found


def _lines(words: Sequence[Word]) -> list[Line]:
    """Words whose baselines are near each other, from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.bottom, word.left)):
        if rows and word.bottom - rows[-1][0].bottom < _SAME_LINE * min(word.height, rows[-1][0].height):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [Line(_columns(sorted(row, key=lambda word: word.left))) for row in rows]


def _columns(row: list[Word]) -> list[list[Word]]:
    """The words of a line, parted where the space is wider than between words, also than in justified lines."""
    gaps = [other.left - one.right for one, other in pairwise(row)]
    widest = _COLUMN_GAP * max(word.height for word in row)
    if len(gaps) >= 4:  # in a justified line all spaces are wide
        widest = max(widest, 1.8 * statistics.median(gaps))
    columns = [[row[0]]]
    for gap, word in zip(gaps, row[1:], strict=True):
        if gap > widest:
            columns.append([word])
        elif not word.spaced and gap < 0.08 * word.height:
            columns[-1].append(word)
        else:
            word.spaced = True
            columns[-1].append(word)
    return columns


def typical_pitch(pages: Sequence[Sequence[Line]]) -> float:
    """From line to line within a paragraph, in heights of the upper line."""
    ratios = sorted(
        (other.base - one.base) / other.height
        for lines in pages
        for one, other in pairwise(lines)
        if one.turns == other.turns and 0.5 < (other.base - one.base) / max(other.height, 0.1) < 3
    )
    low, high = _PITCHES
    return min(max(ratios[len(ratios) // 4], low), high) if ratios else high
