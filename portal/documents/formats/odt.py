"""OpenDocument text (ISO/IEC 26300): paragraphs, lists and tables as LibreOffice and Word write them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.documents.formats.blocks import MOST_COLUMNS, PAGE_NUMBER, Block, Cell, Paragraph, Table, written
from portal.documents.formats.headers import before_body
from portal.documents.formats.numbering import whole
from portal.documents.formats.odt_styles import STYLE, TABLE, TEXT, Styles, styles_of
from portal.documents.formats.parts import DEEPEST, Element, broken, package, parsed
from portal.documents.formats.shapes import Source, UnreadableFile
from portal.text import _

_KIND = "OpenDocument"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_LEFT_OUT = {
    "tracked-changes", "note", "annotation", "annotation-end", "table-of-content", "illustration-index", "table-index",
    "object-index", "user-index", "alphabetical-index", "bibliography", "sequence-decls", "variable-decls", "forms",
    "user-field-decls", "hidden-text", "ruby-text", "desc", "title",
}  # fmt: skip
_ROWS = {"table-header-rows", "table-rows", "table-row-group"}
_PLAIN = {"section", "index-body", "list-header", "numbered-paragraph", "text-box", "shape", "g", "custom-shape"}
_MOST_SPACES = 200
_MOST_ROWS = 500  # that a repeated row stands for; spreadsheets repeat empty rows to the end


def read(data: bytes) -> Source:
    """The text of an OpenDocument text. Raises UnreadableFile."""
    members = package(data, _KIND, r"content\.xml|styles\.xml|META-INF/manifest\.xml")
    if b"encryption-data" in members.get("META-INF/manifest.xml", b""):
        raise UnreadableFile(_("Filen är skyddad med lösenord. Spara den utan lösenord och välj den igen."))
    if "content.xml" not in members:
        raise broken(_KIND)
    content = parsed(members["content.xml"], _KIND)
    common = parsed(members["styles.xml"], _KIND) if "styles.xml" in members else None
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise broken(_KIND)
    reader = _Reader(styles_of([content] if common is None else [common, content]))
    text = written(reader.blocks(body))
    notes = tuple(_notes(reader))
    heads, feet = _heads_and_feet(common, reader) if common is not None else ([], [])
    return Source("odt", before_body(text, heads, feet) + text, notes=notes)


def _heads_and_feet(common: Element, reader: "_Reader") -> tuple[list[str], list[str]]:
    """The page heads and feet as text: of the master pages in their order, the first page's before the others'."""
    heads: list[str] = []
    feet: list[str] = []
    for first in ("-first", ""):
        for page in common.iterfind(f"{_OFFICE}master-styles/{STYLE}master-page"):
            for kind, found in (("header", heads), ("footer", feet)):
                part = page.find(f"{STYLE}{kind}{first}")
                if part is not None and part.get(f"{STYLE}display", "true") != "false":
                    found.append(written(reader.blocks(part)))
    return heads, feet


def _notes(reader: "_Reader") -> Iterator[str]:
    if reader.tracked:
        yield _("Filen har spårade ändringar: det infogade är läst, det strukna är utelämnat.")
    if reader.footnotes:
        yield _("Fotnoterna är inte lästa.")
    if reader.unfilled:
        yield _("Fält i mallen som inte är ifyllda är utelämnade.")
    if reader.objects:
        yield _("Inbäddade objekt, till exempel kalkylblad, är inte lästa.")


@dataclass
class _Reader:
    """Walks the body; keeps what was passed over and how far the lists have come."""

    styles: Styles
    tracked: bool = False
    footnotes: bool = False
    unfilled: bool = False
    objects: bool = False
    counts: dict[str, dict[int, int]] = field(default_factory=dict)  # by list, or by list style
    boxes: list[Element] = field(default_factory=list)

    def blocks(self, container: Element, depth: int = 0) -> list[Block]:
        """The paragraphs and tables in order."""
        found: list[Block] = []
        if depth > DEEPEST:
            return found
        for child in container:
            name = str(child.tag).rpartition("}")[2]
            if name in ("p", "h"):
                found.extend(self._paragraph(child, name == "h", depth))
            elif name == "list":
                found.extend(self._list(child, child.get(f"{TEXT}style-name", ""), 0, depth))
            elif name == "table":
                found.append(self._table(child, depth))
            elif name == "tracked-changes":
                self.tracked = self.tracked or len(child) > 0
            elif name == "frame":
                found.extend(self._framed(child, depth))
            elif name in _PLAIN:
                found.extend(self.blocks(child, depth + 1))
        return found

    def _paragraph(self, element: Element, heading: bool, depth: int, label: str = "") -> list[Block]:
        key = element.get(f"{TEXT}style-name", "")
        pieces: list[tuple[str, bool]] = []
        self._inline(element, self.styles.bold(key), pieces, depth)
        text = "".join(piece for piece, _bold in pieces)
        made = Paragraph(
            text,
            label=label if text.strip() else "",
            heading=heading or self.styles.is_title(key),
            bold=bool(text.strip()) and all(bold for piece, bold in pieces if piece.strip()),
            before=self.styles.margin(key, "top"),
            after=self.styles.margin(key, "bottom"),
            style=self.styles.common(key),
            close=self.styles.close(key),
        )
        boxes, self.boxes = self.boxes, []
        framed = [block for box in boxes for block in self._framed(box, depth)]
        if not framed:
            return [made]
        return [*framed, made] if text.strip() else framed

    def _framed(self, frame: Element, depth: int) -> list[Block]:
        """What a text box holds."""
        held: list[Block] = []
        for child in frame:
            name = str(child.tag).rpartition("}")[2]
            if name == "text-box":
                held.extend(self.blocks(child, depth + 1))
            elif name == "object":
                self.objects = True
        return [Paragraph(""), *held, Paragraph("")] if held else []

    def _inline(self, element: Element, bold: bool, found: list[tuple[str, bool]], depth: int) -> None:
        if element.text:
            found.append((_spaced(element.text), bold))
        for child in element:
            name = str(child.tag).rpartition("}")[2]
            if name == "s":
                found.append((" " * min(whole(child.get(f"{TEXT}c"), 1), _MOST_SPACES), bold))
            elif name == "tab":
                found.append(("\t", bold))
            elif name == "line-break":
                found.append(("\n", bold))
            elif name in ("page-number", "page-count"):
                found.append((PAGE_NUMBER, bold))
            elif name == "placeholder":
                self.unfilled = True
            elif name == "note":
                self.footnotes = True
            elif name == "frame":
                self.boxes.append(child)
            elif name not in _LEFT_OUT and depth < DEEPEST:
                weight = self.styles.weight(child.get(f"{TEXT}style-name", "")) if name == "span" else None
                self._inline(child, bold if weight is None else weight, found, depth + 1)
            if child.tail:
                found.append((_spaced(child.tail), bold))

    def _list(self, element: Element, style: str, level: int, depth: int) -> list[Block]:
        found: list[Block] = []
        if depth > DEEPEST:
            return found
        style = element.get(f"{TEXT}style-name", style)
        counts = self._counts(element, style, level)
        for item in element:
            name = str(item.tag).rpartition("}")[2]
            if name == "list-header":
                found.extend(self.blocks(item, depth + 1))
            if name != "list-item":
                continue
            start = item.get(f"{TEXT}start-value")
            if start is not None:
                counts[level] = whole(start, 1) - 1
            label = None
            for child in item:
                inner = str(child.tag).rpartition("}")[2]
                if inner == "list":
                    found.extend(self._list(child, style, level + 1, depth + 1))
                elif inner in ("p", "h"):
                    if label is None and ("".join(child.itertext()).strip() or child.find(f".//{TEXT}tab") is not None):
                        label = self.styles.label(style, level, counts)
                        found.extend(self._paragraph(child, inner == "h", depth, label))
                    else:
                        found.extend(self._paragraph(child, inner == "h", depth))
                elif inner == "table":
                    found.append(self._table(child, depth))
        return found

    def _counts(self, element: Element, style: str, level: int) -> dict[int, int]:
        """The counters of a list: its own, or those of the list it goes on from. A list in a list shares the outer one's."""
        own = element.get(_XML_ID, "")
        before = element.get(f"{TEXT}continue-list", "")
        if level:
            counts = self.counts.setdefault(style, {})
            counts.pop(level, None)
        elif before and before in self.counts:
            counts = self.counts[before]
        elif element.get(f"{TEXT}continue-numbering") == "true":
            counts = self.counts.setdefault(style, {})
        else:
            counts = {}
        self.counts[style] = counts
        if own:
            self.counts[own] = counts
        return counts

    def _table(self, element: Element, depth: int) -> Table:
        made = Table()
        going_on: dict[int, int] = {}  # column → rows that a cell above still covers
        for row in _rows_of(element):
            cells = [cell for cell in row if str(cell.tag).rpartition("}")[2] in ("table-cell", "covered-table-cell")]
            made.bordered = made.bordered or any(self.styles.bordered(cell.get(f"{TABLE}style-name", "")) for cell in cells)
            read = self._cells(cells, going_on, depth)
            times = whole(row.get(f"{TABLE}number-rows-repeated"), 1)
            if any(cell.blocks for cell in read):
                made.rows.extend([read] * min(max(times, 1), _MOST_ROWS))
        return made

    def _cells(self, cells: list[Element], going_on: dict[int, int], depth: int) -> list[Cell]:
        found: list[Cell] = []
        at, covered = 0, 0
        for cell in cells:
            for _time in range(min(max(whole(cell.get(f"{TABLE}number-columns-repeated"), 1), 1), MOST_COLUMNS)):
                if at >= MOST_COLUMNS:
                    return found
                if str(cell.tag).endswith("covered-table-cell"):
                    if covered:
                        covered -= 1
                    else:
                        found.append(Cell(goes_on=True))
                else:
                    span = min(max(whole(cell.get(f"{TABLE}number-columns-spanned"), 1), 1), MOST_COLUMNS)
                    found.append(Cell(self.blocks(cell, depth + 1), span))
                    covered = span - 1
                at += 1
        return found


def _rows_of(table: Element, depth: int = 0) -> Iterator[Element]:
    for child in table:
        name = str(child.tag).rpartition("}")[2]
        if name == "table-row":
            yield child
        elif name in _ROWS and depth < DEEPEST:
            yield from _rows_of(child, depth + 1)


def _spaced(text: str) -> str:
    """White space of the XML is one space."""
    return text if text.isalnum() else "".join(" " if sign in "\n\r\t" else sign for sign in text)
