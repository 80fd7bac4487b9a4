"""A document beside the fields it fills: where each passage stands, on the page's picture or in the text. Pure.

One view for every document that is read in, a tjänsteskrivelse as well as an extract of minutes.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from portal.documents.formats import Box, Source
from portal.documents.reading import Doubt, Option, Reading, Span
from portal.errors import Invalid
from portal.text import _

MOST_PAGES = 200  # pictures that one view offers; each is fetched when it is scrolled to
SCALE = 1.5  # of a page's picture: 108 dots to the inch
MOST_QUOTED = 90  # characters of a passage in a question
OTHER = "annat"  # the answer that leaves the field as it is typed
_HEADING = re.compile(r"#{1,6}[ \t]+")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*")
_CELL = re.compile(r"(?:[^|\\]|\\.)+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands on the page: its id, and what it is called there."""

    to: str
    label: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the source; ``anchor`` is its id, ``place`` the field it belongs to, ``unsure`` where it is asked about."""

    anchor: str
    span: Span
    place: Place | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the source text; ``marks`` are the passages it belongs to, ``begins`` those it begins."""

    text: str
    marks: tuple[Passage, ...]
    begins: tuple[Passage, ...]

    @property
    def anchors(self) -> str:
        """The ids of its passages, as one attribute."""
        return " ".join(mark.anchor for mark in self.marks)

    @property
    def unsure(self) -> bool:
        """Whether the shortest passage it belongs to is asked about."""
        return bool(self.marks) and min(self.marks, key=lambda mark: mark.span.end - mark.span.start).unsure

    @property
    def place(self) -> Place | None:
        """The field to go back to: that of the shortest passage it belongs to."""
        placed = [mark for mark in self.marks if mark.place]
        return min(placed, key=lambda mark: mark.span.end - mark.span.start).place if placed else None


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a table of the text. ``rows`` holds a table's cells, else one row of one cell."""

    kind: str
    rows: tuple[tuple[tuple[Piece, ...], ...], ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The words of a heading or a paragraph."""
        return self.rows[0][0]


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage on one page: a rectangle (x, y, width, height in points) for each of its lines.

    ``begins`` where the passage begins on this page; ``over`` numbers the rectangles that another passage has coloured.
    """

    passage: Passage
    boxes: tuple[tuple[float, float, float, float], ...]
    begins: bool
    over: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as a picture: its number from 1, its size in points, and what is marked on it."""

    number: int
    width: float
    height: float
    marks: tuple[Mark, ...]

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the picture, so that the page stands still while it is fetched."""
        return round(self.width * SCALE), round(self.height * SCALE)


@dataclass(frozen=True, slots=True)
class View:
    """A document as it is shown. ``leaves`` are pictures, of a PDF; ``blocks`` the text, of every kind of file."""

    leaves: tuple[Leaf, ...]
    blocks: tuple[Block, ...]
    pages: int
    anchors: frozenset[str]


def anchor(field: str, n: int = 0) -> str:
    """The id of a field's passage in the source."""
    return f"kalla-{field.replace('_', '-')}-{n + 1}"


def passages(reading: Reading, places: Mapping[str, Place], asked: Sequence["Question"] = ()) -> list[Passage]:
    """What is marked: the passages of every field with a place on the page, and of every answer that is offered."""
    found = [
        Passage(anchor(field, n), span, place)
        for field, place in places.items()
        for n, span in enumerate(reading.spans.get(field, ()))
    ]
    for question in asked:
        place = Place(question.name, question.label)
        found += [Passage(offer.anchor, offer.span, place, unsure=True) for offer in question.offers if offer.span]
    return [passage for passage in found if passage.span.start < passage.span.end]


def view(source: Source, marked: Sequence[Passage]) -> View:
    """The document with its passages marked: on the pictures of a PDF's pages, else in the text."""
    leaves = tuple(_leaves(source, marked))
    blocks = tuple(blocks_of(source.text, () if leaves else marked))
    drawn = {mark.passage.anchor for leaf in leaves for mark in leaf.marks}
    anchors = (
        drawn if leaves else {each.anchor for block in blocks for row in block.rows for cell in row for each in _begun(cell)}
    )
    return View(leaves, blocks, len(source.pages), frozenset(anchors))


def _begun(pieces: Sequence[Piece]) -> Iterator[Passage]:
    for piece in pieces:
        yield from piece.begins


def _leaves(source: Source, marked: Sequence[Passage]) -> Iterator[Leaf]:
    by_page: dict[int, list[Mark]] = {}
    for passage in marked if source.pages else ():
        boxes = sorted(source.boxes(passage.span), key=lambda box: box.page)
        for n, (page, on_page) in enumerate(groupby(boxes, key=lambda box: box.page)):
            by_page.setdefault(page, []).append(Mark(passage, tuple(_rectangle(box) for box in on_page), begins=n == 0))
    for number, page in enumerate(source.pages[:MOST_PAGES]):
        # The smallest last, so that it lies on top of what holds it.
        marks = sorted(by_page.get(number, ()), key=lambda mark: -sum(box[2] * box[3] for box in mark.boxes))
        yield Leaf(number + 1, page.width, page.height, tuple(_once(marks)))


def _once(marks: Sequence[Mark]) -> Iterator[Mark]:
    """Each rectangle coloured once, however many passages it belongs to: the text must be readable through it."""
    coloured: set[tuple[float, float, float, float]] = set()
    for mark in marks:
        yield replace(mark, over=frozenset(n for n, box in enumerate(mark.boxes) if box in coloured))
        coloured.update(mark.boxes)


def _rectangle(box: Box) -> tuple[float, float, float, float]:
    """With a little air around the letters."""
    return (
        round(box.left - 2, 1),
        round(box.top - 1.2, 1),
        round(max(box.right - box.left, 1) + 4, 1),
        round(max(box.bottom - box.top, 1) + 2.4, 1),
    )


def pieces(text: str, marked: Iterable[Passage], start: int = 0, end: int | None = None) -> tuple[Piece, ...]:
    """``text[start:end]`` cut at every passage's edge, so that overlapping passages can all be marked."""
    end = len(text) if end is None else end
    near = [each for each in marked if each.span.start < end and each.span.end > start]
    edges = sorted({start, end, *(min(max(edge, start), end) for each in near for edge in each.span)})
    return tuple(
        Piece(
            text[first:last],
            tuple(each for each in near if each.span.start <= first and last <= each.span.end),
            tuple(each for each in near if max(each.span.start, start) == first and _first_shown(text, each, start)),
        )
        for first, last in pairwise(edges)
    )


def _first_shown(text: str, passage: Passage, start: int) -> bool:
    """Whether nothing of the passage but white space and signs of a heading or a row stands before ``start``."""
    return not text[passage.span.start : start].strip(" \t\r\n\f#|") if passage.span.start < start else True


def blocks_of(text: str, marked: Sequence[Passage]) -> Iterator[Block]:
    """The text as it reads: a heading, a table row or a paragraph at a time, a blank line between paragraphs."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n\f]+", text)]
    for kind, run in groupby(_kinds(text, lines), key=lambda each: each[:2]):
        spans = [(start, end) for _kind, _number, start, end in run]
        if kind[0] == "rows":
            yield Block("rows", tuple(tuple(_cells(text, start, end, marked)) for start, end in spans))
        elif kind[0] == "heading":
            start, end = spans[0]
            words = _HEADING.match(text, start)
            yield Block("heading", ((pieces(text, marked, words.end() if words else start, end),),))
        else:
            yield Block("text", ((pieces(text, marked, spans[0][0], spans[-1][1]),),))


def _kinds(text: str, lines: Sequence[tuple[int, int]]) -> Iterator[tuple[str, int, int, int]]:
    """(kind, number, start, end) of each line that is not blank; lines of one block share kind and number."""
    number, before, last = 0, "", 0
    for start, end in lines:
        line = text[start:end].rstrip("\r")
        if not line.strip():
            before = ""
            continue
        kind = "heading" if _HEADING.match(line) else "rows" if _ROW.fullmatch(line) else "text"
        if kind != before or kind == "heading" or text.count("\n", last, start) > 1 or "\f" in text[last:start]:
            number += 1
        yield kind, number, start, start + len(line)
        before, last = kind, end


def _cells(text: str, start: int, end: int, marked: Sequence[Passage]) -> Iterator[tuple[Piece, ...]]:
    first, last = text.index("|", start) + 1, text.rindex("|", start, end)
    for cell in _CELL.finditer(text, first, last):
        yield pieces(text, marked, cell.start(), cell.end())


# What the document leaves open


@dataclass(frozen=True, slots=True)
class Offer:
    """One answer: the value, how it is shown, and the document's words for it with their place."""

    value: str
    shown: str
    words: str
    anchor: str
    span: Span | None

    @property
    def fill(self) -> str:
        """What a field that shows amounts as kronor, or anything else as it is, holds when this is chosen."""
        return self.shown if self.value.isdigit() and self.shown != self.value else self.value


@dataclass(frozen=True, slots=True)
class Question:
    """Something to answer about ``field`` (a name in Reading); ``name`` is the form's, ``to`` the field that it is about."""

    field: str
    name: str
    to: str
    label: str
    sentences: tuple[str, ...]
    offers: tuple[Offer, ...]


def questions(text: str, reading: Reading, places: Mapping[str, Place]) -> list[Question]:
    """A question for each field that the document leaves open and the form has; several doubts about one field are one.

    Where what stands in the field is all there is to choose, it is to be checked, not asked about.
    """
    found: dict[str, Question] = {}
    for doubt in reading.doubts:
        if doubt.field not in places or not doubt.options or _stands(doubt, reading):
            continue
        earlier = found.get(doubt.field)
        said = (*(earlier.sentences if earlier else ()), doubt.sentence)
        before = earlier.offers if earlier else ()
        fresh = [option for option in doubt.options if option.value not in {offer.value for offer in before}]
        offers = (*before, *(_offer(text, doubt.field, len(before) + n, option) for n, option in enumerate(fresh)))
        place = places[doubt.field]
        found[doubt.field] = Question(doubt.field, answer_name(doubt.field), place.to, place.label, said, offers)
    return list(found.values())


def _stands(doubt: Doubt, reading: Reading) -> bool:
    return [option.value for option in doubt.options] == [str(getattr(reading, doubt.field, None))]


def answer_name(field: str) -> str:
    """The form's name for the answer about ``field``."""
    return f"svar-{field.replace('_', '-')}"


def _offer(text: str, field: str, n: int, option: Option) -> Offer:
    words = " ".join(text[option.span.start : option.span.end].split()) if option.span else ""
    if len(words) > MOST_QUOTED:
        words = words[:MOST_QUOTED].rsplit(" ", 1)[0] + " …"
    return Offer(option.value, option.shown, words, f"kalla-{answer_name(field)}-{n + 1}", option.span)


def answers(sent: Mapping[str, str], asked: Sequence[Question]) -> dict[str, str]:
    """What was chosen, by the reading's field; nothing for what was not answered, or left as it is typed.

    Raises Invalid for an answer that was not offered: the document has been read in anew meanwhile.
    """
    chosen: dict[str, str] = {}
    for question in asked:
        value = sent.get(question.name, "")
        if value in ("", OTHER):
            continue
        if value not in {offer.value for offer in question.offers}:
            raise Invalid({question.name: _("Svaret finns inte längre. Välj på nytt.")})
        chosen[question.field] = value
    return chosen


def to_check(reading: Reading, notes: Sequence[str], asked: Collection[Question]) -> list[str]:
    """What to look at beside the questions: what was not read, and every warning that is not asked about."""
    said = {sentence for question in asked for sentence in question.sentences}
    doubted = [doubt.sentence for doubt in reading.doubts]
    return [each for each in dict.fromkeys((*notes, *doubted, *reading.warnings)) if each not in said]
