"""Masking a PDF that someone handed in: its pages are drawn, what is hidden is painted over, and the pictures are set anew.

So nothing comes along that is not seen: no text under the black, no comments, titles, layers, attachments or earlier versions.
What can still be read on a page is told as alternative text, for those who do not see it. Knows no case.
"""

import io
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from portal.documents.formats import Source, UnreadableFile, page_count, page_picture, source_of
from portal.documents.formats.shapes import Box, Word
from portal.documents.masking.choice import Choice, Passage
from portal.documents.masking.data import IN_A_TITLE, part_of_others
from portal.documents.masking.finding import Finder
from portal.documents.masking.wrapped import Places, wrapped
from portal.documents.pdf_structure import flattened
from portal.text import _

MOST_PAGES = 40
MOST_SECONDS = 25.0  # for all pages together: a page may be made to take long to draw
_SCALE = 150 / 72  # dots to the point: what is printed of it reads well
_AROUND, _STEP = 1.5, 12.0  # points: how far a bar reaches outside the word, and what its length is rounded up to
_LARGEST_PNG = 500_000  # bytes; a page of photographs is smaller as JPEG
_HIDDEN_PAGE, _WITHOUT_TEXT = "Hela sidan är maskad.", "Sidan är en bild utan läsbar text."


@dataclass(frozen=True, slots=True)
class Bar:
    """What is painted over on a page, points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Paged:
    """A PDF to be masked: ``pdf`` with nothing over its pages, and the words that can be found on them."""

    pdf: bytes = field(repr=False)
    pages: int
    source: Source | None = field(repr=False)

    @cached_property
    def rows(self) -> Mapping[tuple[int, int], Sequence[int]]:
        """The words of each line, by page and line, as places in ``words``."""
        found: dict[tuple[int, int], list[int]] = defaultdict(list)
        for at, word in enumerate(self.words):
            found[word.box.page, word.line].append(at)
        return found

    @cached_property
    def words(self) -> Sequence[Word]:
        """Every word that can be found, whole: a reader of PDF may part it where letters are set closer."""
        found: list[Word] = []
        for word in self.source.words if self.source else ():
            last = found[-1] if found else None
            if last and (last.end, last.line, last.box.page) == (word.start, word.line, word.box.page):
                found[-1] = Word(last.start, word.end, word.line, _around(last.box, word.box))
            else:
                found.append(word)
        return found

    @property
    def text(self) -> str:
        """What can be found."""
        return self.source.text if self.source else ""

    @property
    def pictures_only(self) -> list[int]:
        """The pages, from 1, on which no word can be found."""
        with_words = {word.box.page for word in self.words}
        return [page + 1 for page in range(self.pages) if page not in with_words]

    def said(self, words: Iterable[int]) -> str:
        """These words as text."""
        return " ".join(self.text[self.words[at].start : self.words[at].end] for at in words)


def _around(one: Box, other: Box) -> Box:
    left, top = min(one.left, other.left), min(one.top, other.top)
    return Box(one.page, left, top, max(one.right, other.right), max(one.bottom, other.bottom))


def opened(data: bytes) -> Paged:
    """The PDF, to be masked. Raises UnreadableFile and UploadRefused, with a sentence."""
    pdf = flattened(data)
    pages = page_count(pdf)
    if pages > MOST_PAGES:
        raise UnreadableFile(
            _(
                "PDF-filen har %(n)s sidor. Högst %(most)s kan maskas åt gången: "
                "bifoga de sidor som ska lämnas ut som en egen PDF.",
                n=pages,
                most=MOST_PAGES,
            )
        )
    try:
        source: Source | None = source_of(pdf, "a.pdf")
    except UnreadableFile:
        source = None  # pages of pictures, each of which can be hidden or left
    return Paged(pdf, pages, source)


def page_key(page: int) -> str:
    """How a page (from 0) is named in the form."""
    return f"sida.{page + 1}"


def passages(paged: Paged) -> list[Passage]:
    """Every page, with the lines on it that can be hidden."""
    found = []
    for page in range(paged.pages):
        found.append(Passage(page_key(page), _("Sida %(n)s", n=page + 1), ""))
        found += [
            Passage(f"{page_key(page)}.{line}", _("Sida %(n)s", n=page + 1), paged.said(row))
            for (its_page, line), row in paged.rows.items()
            if its_page == page
        ]
    return found


@dataclass(frozen=True, slots=True)
class Painted:
    """What came of it, as ``data.Masked`` has it; ``pages`` and ``pictures`` are for the template ``masked_pages``."""

    pages: list[dict[str, object]]
    pictures: dict[str, bytes] = field(repr=False)
    places: int
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    hidden: str = field(repr=False)
    shown: str = field(repr=False)


def painted(paged: Paged, choice: Choice) -> Painted:
    """The pages with what is chosen painted over. Raises UnreadableFile where a page cannot be drawn."""
    finder = Finder(choice.phrases, loose=True)
    found = finder.found(paged.text)
    places = wrapped(paged.words, paged.text, choice.phrases)
    missing = tuple(each for each in choice.phrases if each not in found and each not in places)
    hidden = _hidden_words(paged, choice, finder, places)
    whole = {page for page in range(paged.pages) if page_key(page) in choice.passages}
    pages, pictures, bars = [], {}, 0
    until = time.monotonic() + MOST_SECONDS
    for page in range(paged.pages):
        if time.monotonic() > until:
            raise UnreadableFile(_("Sidorna tar för lång tid att rita. Maska handlingen i delar, några sidor åt gången."))
        rows = {line: row for (its_page, line), row in paged.rows.items() if its_page == page}
        over = list(_bars(paged, rows.values(), hidden, whole_lines=choice.whole_lines))
        picture, width, height = _picture(paged, page, over, hide_all=page in whole)
        name = f"sida-{page + 1}.{'jpg' if picture.startswith(bytes((0xFF, 0xD8))) else 'png'}"
        pictures[name] = picture
        text = _(_HIDDEN_PAGE) if page in whole else _spoken(paged, rows.values(), hidden)
        pages.append({"picture": name, "text": text or _(_WITHOUT_TEXT), "width": width, "height": height})
        bars += 1 if page in whole else len(over)
    out = {at for at, word in enumerate(paged.words) if word.box.page in whole} | hidden
    return Painted(
        pages, pictures, bars, missing, tuple(_notes(paged, finder, whole)), paged.said(sorted(out)),
        paged.said(at for at in range(len(paged.words)) if at not in out),
    )  # fmt: skip


def _hidden_words(paged: Paged, choice: Choice, finder: Finder, places: Places) -> set[int]:
    """The words of what is chosen; with ``whole_lines`` all on the lines on which a phrase stands."""
    extents = finder.extents(paged.text)
    found = {at for each in places.values() for at in each}
    at = 0
    for number, word in enumerate(paged.words):
        while at < len(extents) and extents[at][1] <= word.start:
            at += 1
        if at < len(extents) and extents[at][0] < word.end:
            found.add(number)
    for (page, line), row in paged.rows.items():
        chosen = f"{page_key(page)}.{line}" in choice.passages
        if chosen or (choice.whole_lines and not found.isdisjoint(row)):
            found.update(row)
    return found


def _bars(paged: Paged, rows: Iterable[Sequence[int]], hidden: set[int], *, whole_lines: bool) -> Iterator[Bar]:
    """One bar over each run of hidden words on a line, its length rounded up."""
    for row in rows:
        run: list[Box] = []
        for at in [*row, None]:
            if at is not None and at in hidden:
                run.append(paged.words[at].box)
            elif run:
                yield _bar(run, rounded=not whole_lines)
                run = []


def _bar(boxes: Sequence[Box], *, rounded: bool) -> Bar:
    left, right = min(box.left for box in boxes) - _AROUND, max(box.right for box in boxes) + _AROUND
    more = -(right - left) % _STEP / 2 if rounded else 0.0
    top, bottom = min(box.top for box in boxes) - _AROUND, max(box.bottom for box in boxes) + _AROUND
    return Bar(left - more, top, right + more, bottom)


def _picture(paged: Paged, page: int, bars: Sequence[Bar], *, hide_all: bool) -> tuple[bytes, int, int]:
    """The page as it is handed out, with its width and height in dots."""
    from PIL import Image, ImageDraw

    with Image.open(io.BytesIO(page_picture(paged.pdf, page, _SCALE)), formats=["PNG"]) as drawn:
        picture = drawn.convert("RGB")
    size = picture.size
    if hide_all:
        picture = Image.new("RGB", size)
    elif bars and paged.source:
        scale = size[0] / paged.source.pages[page].width
        brush = ImageDraw.Draw(picture)
        for bar in bars:
            corners = [bar.left * scale, bar.top * scale, bar.right * scale, bar.bottom * scale]
            brush.rectangle(corners, fill="black")
    out = io.BytesIO()
    picture.save(out, "PNG")
    if out.tell() > _LARGEST_PNG:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=85)
    return out.getvalue(), *size


def _spoken(paged: Paged, rows: Iterable[Sequence[int]], hidden: set[int]) -> str:
    """What can still be read on the page."""
    lines = []
    for row in rows:
        words: list[str] = []
        for at in row:
            if at not in hidden:
                words.append(paged.said([at]))
            elif not words or words[-1] != IN_A_TITLE:
                words.append(IN_A_TITLE)
        lines.append(" ".join(words))
    return "\n".join(lines)


def _notes(paged: Paged, finder: Finder, whole: set[int]) -> Iterator[str]:
    left = [str(page) for page in paged.pictures_only if page - 1 not in whole]
    if left:
        yield _(
            "Det finns ingen text att söka i på sida %(pages)s. Läs sidan noga: "
            "den lämnas ut som den är om hela sidan inte maskas.",
            pages=", ".join(left),
        )
    if within := finder.also_within(paged.text):
        yield part_of_others(within)
    yield _("Bilder, stämplar och handskrift läses inte av sökningen. Läs varje sida innan kopian skapas.")
