"""Word files (ECMA-376, ISO 29500): the text as Word shows it, with what python-docx leaves out.

Read from the XML itself, since python-docx unpacks without bounds and skips content controls, text boxes, tracked changes
and automatic numbering.
"""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from portal.documents.formats.blocks import Block, Cell, Paragraph, Table, written
from portal.documents.formats.headers import before_body
from portal.documents.formats.numbering import Numbering, numbering_of, whole
from portal.documents.formats.parts import DEEPEST, Element, broken, package, parsed
from portal.documents.formats.runs import Runs
from portal.documents.formats.shapes import Source
from portal.documents.formats.word_styles import Style, Styles, has_lines, read_paragraph, styles_of
from portal.text import _

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
T = TypeVar("T")
_KIND = "Word"
_WANTED = r"_rels/\.rels|word/_rels/[^/]{1,80}\.rels|word/(?:document|styles|numbering|header|footer)[^/]{0,60}\.xml"
_INSIDE = {"sdtContent", "customXml", "ins", "moveTo", "smartTag"}


def read(data: bytes) -> Source:
    """The text of a Word file. Raises UnreadableFile."""
    members = package(data, _KIND, _WANTED)
    for name, part in members.items():
        for strict, usual in _STRICT:
            if strict in part:
                members[name] = part = part.replace(strict, usual)
    main = _main_part(members)
    if main not in members:
        raise broken(_KIND)
    relations = _relations(members, main)
    body = parsed(members[main], _KIND).find(f"{W}body")
    if body is None:
        raise broken(_KIND)
    reader = _Reader(*_styles_and_numbers(members, relations))
    text = written(reader.blocks(body))
    heads, feet = _heads_and_feet(body, relations, members, reader)
    return Source("docx", before_body(text, heads, feet) + text, notes=tuple(_notes(reader)))


def _main_part(members: dict[str, bytes]) -> str:
    """The name of the part that holds the body: usually ``word/document.xml``."""
    for relation in parsed(members["_rels/.rels"], _KIND) if "_rels/.rels" in members else ():
        if relation.get("Type", "").endswith("/officeDocument"):
            return str(relation.get("Target", "")).lstrip("/")
    return "word/document.xml"


def _relations(members: dict[str, bytes], main: str) -> dict[str, tuple[str, str]]:
    """By id: the kind of relation, and the member it leads to."""
    name = f"{posixpath.dirname(main)}/_rels/{posixpath.basename(main)}.rels"
    found: dict[str, tuple[str, str]] = {}
    for relation in parsed(members[name], _KIND) if name in members else ():
        target = posixpath.normpath(posixpath.join("/", posixpath.dirname(main), relation.get("Target", ""))).lstrip("/")
        if relation.get("TargetMode") != "External":
            found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], target)
    return found


def _styles_and_numbers(members: dict[str, bytes], relations: dict[str, tuple[str, str]]) -> tuple[Styles, Numbering]:
    parts = {kind: members[target] for kind, target in relations.values() if target in members}
    styles = styles_of(parsed(parts["styles"], _KIND), W) if "styles" in parts else Styles()
    lists = {key: style.number for key, style in styles.by_id.items() if style.number}
    numbers = numbering_of(parsed(parts["numbering"], _KIND), W, lists) if "numbering" in parts else Numbering()
    return styles, numbers


def _heads_and_feet(
    body: Element, relations: dict[str, tuple[str, str]], members: dict[str, bytes], reader: "_Reader"
) -> tuple[list[str], list[str]]:
    """The page heads and feet of the first section as text, that of the first page first."""
    section = next(body.iter(f"{W}sectPr"), None)
    if section is None:
        return [], []
    found: dict[str, list[str]] = {"header": [], "footer": []}
    pages = ("first", "default") if section.find(f"{W}titlePg") is not None else ("default",)
    for page in pages:
        for reference in section:
            kind = str(reference.tag).rpartition("}")[2].removesuffix("Reference")
            target = relations.get(reference.get(f"{_R}id", ""), ("", ""))[1]
            if kind in found and reference.get(f"{W}type", "default") == page and target in members:
                found[kind].append(written(reader.blocks(parsed(members[target], _KIND))))
    return found["header"], found["footer"]


def _notes(reader: "_Reader") -> Iterator[str]:
    if reader.runs.tracked:
        yield _("Filen har spårade ändringar: det infogade är läst, det strukna är utelämnat.")
    if reader.runs.footnotes:
        yield _("Fotnoterna är inte lästa.")
    if reader.runs.unfilled:
        yield _("Fält i mallen som inte är ifyllda är utelämnade.")
    if reader.runs.objects:
        yield _("Inbäddade objekt, till exempel kalkylblad, är inte lästa.")
    if reader.runs.pictures:
        yield _("Text i bilder är inte läst.")


@dataclass
class _Reader:
    """Walks the body; keeps what the paragraphs share: styles, counters of lists, fields that are open."""

    styles: Styles
    numbers: Numbering
    runs: Runs = field(default_factory=lambda: Runs(W))
    kept: str = ""  # text of a paragraph whose end is struck out: it goes on in the next

    def blocks(self, container: Element, depth: int = 0) -> list[Block]:
        """The paragraphs and tables in order, those inside content controls and text boxes too."""
        found: list[Block] = []
        if depth > DEEPEST:
            return found
        for child in container:
            name = str(child.tag).rpartition("}")[2]
            if name == "p":
                found.extend(self._paragraph(child, depth))
            elif name == "tbl":
                found.append(self._table(child, depth))
            elif name == "sdt":
                if content := self.runs.content_of(child):
                    found.extend(self.blocks(content[0], depth + 1))
            elif name in _INSIDE:
                self.runs.tracked = self.runs.tracked or name in ("ins", "moveTo")
                found.extend(self.blocks(child, depth + 1))
            elif name == "altChunk":
                self.runs.objects = True
        return found

    def _paragraph(self, element: Element, depth: int) -> list[Block]:
        properties = element.find(f"{W}pPr")
        own = Style()
        key = self.styles.standard
        if properties is not None:
            read_paragraph(own, properties, W)
            named = properties.find(f"{W}pStyle")
            key = key if named is None else named.get(f"{W}val", "")
        text, bold = self.runs.text_of(element)
        if self.kept:
            text, self.kept = self.kept + text, ""
        boxes = [block for box in self.runs.taken_boxes() for block in self._boxed(box, depth)]
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            self.runs.tracked = True
            self.kept = text
            return boxes
        chain = [own, *self.styles.chain(key)]
        made = Paragraph(
            text,
            label=self._label(own, key) if text.strip() else "",
            heading=self._is_heading(own, key),
            bold=bool(text.strip()) and (bold or (bold is None and bool(_first(style.bold for style in chain)))),
            before=_first(style.before for style in chain) or 0.0,
            after=_first(style.after for style in chain) or 0.0,
            style=key,
            close=bool(_first(style.close for style in chain)),
        )
        return [made, *boxes] if not boxes else [*boxes, Paragraph(""), made] if made.text.strip() else boxes

    def _boxed(self, box: Element, depth: int) -> list[Block]:
        return [Paragraph(""), *self.blocks(box, depth + 1), Paragraph("")]

    def _is_heading(self, own: Style, key: str) -> bool:
        return own.outline < 9 if own.outline is not None else self.styles.is_heading(key)

    def _label(self, own: Style, key: str) -> str:
        number, level = self.styles.number_of(key)
        if own.number is not None:
            number, level = own.number, own.level or 0
        elif own.level is not None:
            level = own.level
        return self.numbers.label(number, level) if number not in ("", "0") else ""

    def _table(self, element: Element, depth: int) -> Table:
        made = Table(bordered=self._bordered(element))
        for row in self._children(element, "tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                self.runs.tracked = True
                continue
            before = properties.find(f"{W}gridBefore") if properties is not None else None
            cells = [Cell() for _cell in range(min(whole(before.get(f"{W}val"), 0), 63))] if before is not None else []
            made.rows.append([*cells, *(self._cell(cell, depth) for cell in self._children(row, "tc"))])
        return made

    def _children(self, element: Element, wanted: str, depth: int = 0) -> Iterator[Element]:
        """The rows of a table or cells of a row, those inside content controls too."""
        for child in element:
            name = str(child.tag).rpartition("}")[2]
            if name == wanted:
                yield child
            elif depth < DEEPEST and (name == "sdt" or name in _INSIDE):
                yield from self._children(child, wanted, depth + 1)

    def _cell(self, element: Element, depth: int) -> Cell:
        properties = element.find(f"{W}tcPr")
        cell = Cell(self.blocks(element, depth + 1))
        if properties is not None:
            span, merged = properties.find(f"{W}gridSpan"), properties.find(f"{W}vMerge")
            cell.span = max(1, min(whole(span.get(f"{W}val"), 1), 63)) if span is not None else 1
            cell.goes_on = merged is not None and merged.get(f"{W}val", "continue") == "continue"
        return cell

    def _bordered(self, element: Element) -> bool:
        """True where the table, its style or one of its first cells draws lines."""
        properties = element.find(f"{W}tblPr")
        if properties is not None:
            own, named = properties.find(f"{W}tblBorders"), properties.find(f"{W}tblStyle")
            if own is not None:
                return has_lines(own, W)
            if named is not None and _first(style.bordered for style in self.styles.chain(named.get(f"{W}val", ""))):
                return True
        cells = element.find(f"{W}tr/{W}tc/{W}tcPr/{W}tcBorders")
        return cells is not None and has_lines(cells, W)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
