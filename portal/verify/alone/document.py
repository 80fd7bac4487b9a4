"""A PDF as its revisions (ISO 32000-1, 7.5): each must begin where the one before it ended, and hold its own objects.

Nothing is repaired and nothing searched for: readers that repair a file each see another file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from portal.verify.alone.flate import Budget
from portal.verify.alone.syntax import Name, PdfObject, Reader, Ref, Stream, UnreadablePdf

_MOST_REVISIONS = 500  # two a year for longer than any time stamp service has lived
_MOST_OBJECTS = 100_000  # a decision of 10,000 lines has 41,000
_DEEPEST = 10  # objects that must be read before another one can be
_HEADER = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)[\r\n]")
_TAIL = re.compile(rb"startxref[\r\n]{1,2}([0-9]{1,10})[\r\n]{1,2}%%EOF(?:\r\n|\n|\r)?\Z")
_ENDING = re.compile(rb"[\0\t\n\f\r ]*startxref[\r\n]{1,2}([0-9]{1,10})[\r\n]{1,2}%%EOF(?:\r\n|\n|\r|\Z)")
_ROW = re.compile(rb"([0-9]{10}) ([0-9]{5}) ([nf])(?: \r| \n|\r\n)")
_SUBSECTION = re.compile(rb"[\0\t\n\f\r ]*([0-9]{1,8}) ([0-9]{1,8})[ ]?(?:\r\n|\n|\r)")
_STREAM = re.compile(rb"[\0\t\n\f\r ]*stream(?:\r\n|\n)")
_END_STREAM = re.compile(rb"(?:\r\n|\n|\r)?endstream[\0\t\n\f\r ]+")


class Entry(NamedTuple):
    """Where an object stands: at a byte of the file, or (``container``) as number ``at`` in an object stream."""

    at: int
    container: int | None = None


@dataclass(frozen=True)
class Revision:
    """One revision: its bytes, where its cross references stand, which objects it gives, and its trailer."""

    start: int
    cross_references: int
    end: int
    objects: dict[int, Entry]
    trailer: dict[str, Any]
    is_stream: bool


@dataclass
class _Section:
    """A cross-reference section as it is read."""

    at: int
    end: int
    objects: dict[int, Entry]
    trailer: dict[str, Any]
    is_stream: bool


@dataclass
class Document:
    """A file's revisions, the oldest first."""

    data: bytes
    revisions: tuple[Revision, ...]
    budget: Budget = field(default_factory=Budget)

    def view(self, count: int | None = None) -> View:
        """The document as it was after its first ``count`` revisions; without one as it is now."""
        return View(self, len(self.revisions) if count is None else count)


def read(data: bytes) -> Document:
    """The file's revisions. Raises UnreadablePdf for whatever is not exactly as it should be."""
    if not _HEADER.match(data):
        raise UnreadablePdf("den börjar inte som en PDF")
    tail = _TAIL.search(data, max(0, len(data) - 64))
    if not tail:
        raise UnreadablePdf("den slutar inte som en PDF")
    budget = Budget()
    sections: list[_Section] = []
    at: int | None = int(tail.group(1))
    while at is not None:
        if sections and at >= sections[-1].at:
            raise UnreadablePdf("dess delar hänvisar till varandra i cirkel")
        if len(sections) >= _MOST_REVISIONS:
            raise UnreadablePdf("den har för många delar")
        sections.append(_section(data, at, budget))
        at = _previous(sections[-1].trailer)
    revisions: list[Revision] = []
    for section in reversed(sections):
        start = revisions[-1].end if revisions else 0
        revisions.append(_revision(data, section, start))
    if sum(len(revision.objects) for revision in revisions) > _MOST_OBJECTS:
        raise UnreadablePdf("den har för många objekt")
    if revisions[-1].end != len(data):
        raise UnreadablePdf("det står något efter dess slut")
    return Document(data, tuple(revisions), budget)


def _previous(trailer: dict[str, Any]) -> int | None:
    previous = trailer.get("Prev")
    if previous is not None and type(previous) is not int:
        raise UnreadablePdf("dess delar hänger inte ihop")
    return previous


def _revision(data: bytes, section: _Section, start: int) -> Revision:
    ending = _ENDING.match(data, section.end)
    if not ending or int(ending.group(1)) != section.at:
        raise UnreadablePdf("en del av den slutar inte där den ska")
    if section.at < start or not all(
        start <= entry.at < section.at or entry.container is not None or (section.is_stream and entry.at == section.at)
        for entry in section.objects.values()
    ):
        raise UnreadablePdf("en del av den hänvisar utanför sig själv")
    for key in ("Encrypt", "XRefStm"):
        if key in section.trailer:
            raise UnreadablePdf("den är krypterad" if key == "Encrypt" else "den har dubbla innehållsförteckningar")
    return Revision(start, section.at, ending.end(), section.objects, section.trailer, section.is_stream)


def _section(data: bytes, at: int, budget: Budget) -> _Section:
    if data.startswith(b"xref", at):
        return _table(data, at)
    value, end = indirect(data, at, len(data))
    if not isinstance(value, Stream) or value.entries.get("Type") != "XRef":
        raise UnreadablePdf("dess innehållsförteckning saknas")
    return _Section(at, end, _packed(value, budget), value.entries, True)


def _table(data: bytes, at: int) -> _Section:
    objects: dict[int, Entry] = {}
    seen: set[int] = set()
    at, begin = at + 4, at
    head = _SUBSECTION.match(data, at)
    while head:
        at = head.end()
        first, count = int(head.group(1)), int(head.group(2))
        if count > _MOST_OBJECTS:
            raise UnreadablePdf("den har för många objekt")
        for number in range(first, first + count):
            row = _ROW.match(data, at)
            if not row or number in seen:
                raise UnreadablePdf("dess innehållsförteckning är trasig")
            seen.add(number)
            _keep(objects, number, row)
            at = row.end()
        head = _SUBSECTION.match(data, at)
    reader = Reader(data, at)
    reader.expect(b"trailer")
    trailer = reader.dictionary()
    return _Section(begin, reader.at, objects, trailer, False)


def _keep(objects: dict[int, Entry], number: int, row: re.Match[bytes]) -> None:
    if row.group(3) == b"f":
        if number != 0:
            raise UnreadablePdf("ett objekt är borttaget")
    elif number == 0 or row.group(2) != b"00000":
        raise UnreadablePdf("dess innehållsförteckning är trasig")
    else:
        objects[number] = Entry(int(row.group(1)))


def _packed(stream: Stream, budget: Budget) -> dict[int, Entry]:
    """The entries of a cross-reference stream (7.5.8)."""
    widths, size = stream.entries.get("W"), stream.entries.get("Size")
    if not isinstance(widths, list) or len(widths) != 3 or type(size) is not int:
        raise UnreadablePdf("dess innehållsförteckning är trasig")
    if not all(type(width) is int and 0 <= width <= 8 for width in widths) or not sum(widths):
        raise UnreadablePdf("dess innehållsförteckning är trasig")
    index = stream.entries.get("Index", [0, size])
    if not isinstance(index, list) or len(index) % 2 or not all(type(number) is int and number >= 0 for number in index):
        raise UnreadablePdf("dess innehållsförteckning är trasig")
    data, row = budget.unpack(stream), sum(widths)
    if sum(index[1::2]) * row != len(data):
        raise UnreadablePdf("dess innehållsförteckning är trasig")
    numbers = [first + step for first, count in _pairs(index) for step in range(count)]
    if len(set(numbers)) != len(numbers):
        raise UnreadablePdf("dess innehållsförteckning är trasig")
    objects: dict[int, Entry] = {}
    for place, number in enumerate(numbers):
        _keep_packed(objects, number, data[place * row : (place + 1) * row], widths)
    return objects


def _pairs(index: list[int]) -> list[tuple[int, int]]:
    return [(index[place], index[place + 1]) for place in range(0, len(index), 2)]


def _keep_packed(objects: dict[int, Entry], number: int, row: bytes, widths: list[int]) -> None:
    first, second = widths[0], widths[0] + widths[1]
    kind = int.from_bytes(row[:first], "big") if first else 1
    where, last = int.from_bytes(row[first:second], "big"), int.from_bytes(row[second:], "big")
    if kind == 0 and number == 0:
        return
    if kind == 1 and number and not last:
        objects[number] = Entry(where)
    elif kind == 2 and number and where:
        objects[number] = Entry(last, where)
    else:
        raise UnreadablePdf("dess innehållsförteckning är trasig")


def indirect(data: bytes, at: int, end: int, number: int | None = None, view: View | None = None) -> tuple[PdfObject, int]:
    """The indirect object at ``at`` and where it ends. Raises UnreadablePdf when it is not there, or is another one."""
    reader = Reader(data, at, end)
    found, generation = reader.integer(), reader.integer()
    reader.expect(b"obj")
    if generation != 0 or (number is not None and found != number):
        raise UnreadablePdf(f"på byte {at} står ett annat objekt än det ska")
    value = reader.value()
    if isinstance(value, dict):
        head = _STREAM.match(data, reader.at, end)
        if head:
            length = value.get("Length")
            if isinstance(length, Ref) and view is not None:
                length = view.get(length)
            stop = head.end() + length if type(length) is int and length >= 0 else -1
            tail = _END_STREAM.match(data, stop, end) if 0 <= stop <= end else None
            if not tail:
                raise UnreadablePdf(f"strömmen på byte {at} har fel längd")
            value = Stream(value, data[head.end() : stop])
            reader.at = tail.end()
    if isinstance(value, Ref):
        raise UnreadablePdf(f"objektet på byte {at} är en hänvisning")
    reader.expect(b"endobj")
    return value, reader.at


class View:
    """The objects of a document after some of its revisions."""

    def __init__(self, document: Document, count: int) -> None:
        self.document = document
        self.revisions = document.revisions[:count]
        self.trailer = self.revisions[-1].trailer
        self._objects: dict[int, tuple[Entry, int]] = {}
        for revision in self.revisions:
            for number, entry in revision.objects.items():
                self._objects[number] = (entry, revision.cross_references)
        self._read: dict[int, PdfObject] = {}
        self._containers: dict[int, list[tuple[int, PdfObject]]] = {}
        self._busy: set[int] = set()

    def numbers(self) -> list[int]:
        """Every object there is."""
        return sorted(self._objects)

    def entry(self, number: int) -> Entry | None:
        """Where the object stands; None when there is none."""
        return self._objects[number][0] if number in self._objects else None

    def get(self, value: PdfObject) -> PdfObject:
        """What ``value`` means: itself, or the object that it refers to (null when there is none)."""
        if not isinstance(value, Ref):
            return value
        number = value.number
        if value.generation != 0:
            raise UnreadablePdf("den hänvisar till ett borttaget objekt")
        if number not in self._objects:
            return None
        if number not in self._read:
            if number in self._busy or len(self._busy) > _DEEPEST:
                raise UnreadablePdf("dess objekt hänvisar till varandra i cirkel")
            self._busy.add(number)
            self._read[number] = self._load(number)
            self._busy.discard(number)
        return self._read[number]

    def _load(self, number: int) -> PdfObject:
        entry, end = self._objects[number]
        if entry.container is None:
            # A cross-reference stream is an object of its own section.
            stop = end if entry.at < end else len(self.document.data)
            return indirect(self.document.data, entry.at, stop, number, self)[0]
        held = self._container(entry.container)
        if not entry.at < len(held) or held[entry.at][0] != number:
            raise UnreadablePdf("ett packat objekt står inte där det ska")
        return held[entry.at][1]

    def _container(self, number: int) -> list[tuple[int, PdfObject]]:
        if number not in self._containers:
            entry = self.entry(number)
            stream = self.get(Ref(number, 0))
            if entry is None or entry.container is not None or not isinstance(stream, Stream):
                raise UnreadablePdf("packade objekt saknas")
            self._containers[number] = _contents(stream, self.document.budget)
        return self._containers[number]

    def dictionary(self, value: PdfObject, kind: str = "") -> dict[str, PdfObject]:
        """The dictionary that ``value`` means. Raises UnreadablePdf for anything else, or another /Type."""
        found = self.get(value)
        if not isinstance(found, dict) or (kind and found.get("Type") != Name(kind)):
            raise UnreadablePdf(f"ett objekt av typen {kind or 'ordlista'} saknas")
        return found

    def catalog(self) -> dict[str, PdfObject]:
        """The document catalog."""
        return self.dictionary(self.trailer.get("Root"), "Catalog")


def _contents(stream: Stream, budget: Budget) -> list[tuple[int, PdfObject]]:
    """The objects in an object stream (7.5.7), each with its number."""
    count, first = stream.entries.get("N"), stream.entries.get("First")
    if stream.entries.get("Type") != "ObjStm" or type(count) is not int or type(first) is not int or count > _MOST_OBJECTS:
        raise UnreadablePdf("packade objekt är trasiga")
    if "Extends" in stream.entries:
        raise UnreadablePdf("packade objekt bygger på andra")
    data = budget.unpack(stream)
    head = Reader(data, 0, min(max(first, 0), len(data)))
    places = [(head.integer(), head.integer()) for _ in range(count)]
    objects: list[tuple[int, PdfObject]] = []
    for number, offset in places:
        value = Reader(data, first + offset).value()
        if isinstance(value, (Ref, Stream)):
            raise UnreadablePdf("packade objekt är trasiga")
        objects.append((number, value))
    return objects
