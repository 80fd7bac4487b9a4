"""Phrases on a page that go on below, in their own column, where the text of the page goes on beside. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from portal.documents.formats.shapes import Word
from portal.documents.masking.finding import fold

Places = Mapping[str, set[int]]
"""For each phrase that was found so the words it stands in."""

_NEXT_LINES = 2.6  # heights of a line: how far down the next line of a column may be
_GAP = 1.2  # heights of a line: a wider space to the left of a word begins a column
_MOST_STEPS = 100_000  # of looking on; a page that was made to be looked at for ever ends here


def wrapped(words: Sequence[Word], text: str, phrases: Iterable[str]) -> Places:
    """Where each phrase of several words, or of one that was broken, goes on in the line below in its column."""
    page = _Page(words, text)
    found: dict[str, set[int]] = {}
    for phrase in phrases:
        if sought := fold(phrase, hyphens=False).text.split():
            hidden = {at for run in page.runs(sought) for at in run}
            if hidden:
                found[phrase] = hidden
    return found


def _bare(text: str) -> str:
    """The word without what stands around it."""
    folded = fold(text, hyphens=False).text
    first = next((at for at, c in enumerate(folded) if c.isalnum()), 0)
    last = next((at for at in range(len(folded), 0, -1) if folded[at - 1].isalnum()), len(folded))
    return folded[first:last]


class _Page:
    def __init__(self, words: Sequence[Word], text: str) -> None:
        self.words = words
        self.bare = [_bare(text[word.start : word.end]) for word in words]
        self.broken = [text[word.start : word.end].rstrip().endswith(("-", "\u2010", "\u00ad")) for word in words]
        self._beginning: dict[str, list[int]] = defaultdict(list)
        for at, said in enumerate(self.bare):
            self._beginning[said[:2]].append(at)
        self._of_page: dict[int, list[int]] = defaultdict(list)
        for at, word in enumerate(words):
            self._of_page[word.box.page].append(at)
        self._steps = _MOST_STEPS

    def runs(self, sought: Sequence[str]) -> Iterator[list[int]]:
        """The words of each place where it stands."""
        for at in self._beginning.get(sought[0][:2], ()):
            yield from self._on(sought, 0, at, [])

    def _on(self, sought: Sequence[str], number: int, at: int, run: list[int]) -> Iterator[list[int]]:
        """With the word at that place for the one sought, or for the beginning of it where it was broken."""
        self._steps -= 1
        if self._steps < 0:
            return
        said, wanted, taken = self.bare[at], sought[number], [*run, at]
        if said == wanted:
            if number + 1 == len(sought):
                yield taken
            else:
                for after in self._after(at):
                    yield from self._on(sought, number + 1, after, taken)
        elif said and self.broken[at] and wanted.startswith(said):
            rest = [*sought[:number], wanted[len(said) :], *sought[number + 1 :]]
            for after in self._after(at):
                yield from self._on(rest, number, after, taken)

    def _after(self, at: int) -> Iterator[int]:
        """The word beside it on its line, and those that begin a line of a column below it."""
        here = self.words[at]
        if at + 1 < len(self.words) and self.words[at + 1].line == here.line:
            yield at + 1
        height = max(here.box.bottom - here.box.top, 1.0)
        for other in self._of_page[here.box.page]:
            down = self.words[other].box.top - here.box.top
            left = self.words[other].box.left <= here.box.left + height
            if left and 0.4 * height < down < _NEXT_LINES * height and self._begins(other, height):
                yield other

    def _begins(self, at: int, height: float) -> bool:
        word = self.words[at]
        before = self.words[at - 1] if at else None
        return before is None or before.line != word.line or word.box.left - before.box.right > _GAP * height
