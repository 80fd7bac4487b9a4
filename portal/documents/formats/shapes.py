"""What reading a file gives: its text, and for a PDF where on the page each word stands. Plain values."""

from bisect import bisect_right
from dataclasses import dataclass, field

from portal.documents.reading.shapes import Span


class UnreadableFile(ValueError):
    """The file holds no text this program can read; the message is a sentence for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points (1/72 inch) from the upper left corner of the page as it is shown."""

    page: int  # from 0
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """The size of a page in points, as it is shown."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Word:
    """Where a word of the text stands: ``text[start:end]``, on which line (counted through the file), in which box."""

    start: int
    end: int
    line: int
    box: Box


@dataclass(frozen=True, slots=True)
class Source:
    """A file as text: one line per line, a blank line between paragraphs.

    ``# `` stands before a heading that the file marks as one, ``| a | b |`` is a row of a table, the columns of a PDF are
    kept apart by runs of spaces and its pages by a form feed.
    """

    kind: str  # txt, docx, odt or pdf
    text: str
    pages: tuple[Page, ...] = ()  # of a PDF
    notes: tuple[str, ...] = ()  # sentences about what was not read
    words: tuple[Word, ...] = field(default=(), repr=False)  # of a PDF, in the order of the text

    def boxes(self, span: Span) -> list[Box]:
        """Where the passage stands: one box for each of its lines; nothing where the file has no pages of its own."""
        lines: dict[int, Box] = {}
        for word in self.words[bisect_right(self.words, span.start, key=lambda word: word.end) :]:
            if word.start >= span.end:
                break
            if word.end > word.start:
                lines[word.line] = _around(lines.get(word.line), word.box)
        return list(lines.values())


def _around(one: Box | None, other: Box) -> Box:
    if one is None:
        return other
    return Box(
        one.page,
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )
