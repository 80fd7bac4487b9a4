"""Paragraphs and tables as a word processor has them, and how they become lines of text. The same for Word and OpenDocument."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

LONGEST_TEXT = 2_000_000  # characters; the reader looks at no more
_LEAST_GAP = 2.5  # points between paragraphs that are seen as apart
_LONGEST_HEADING = 200
MOST_COLUMNS = 63  # as many as Word allows
MOST_ROWS = 2_000
_AMOUNT = re.compile(r"[-–−]?\s?\d[\d \u00a0.,]*(?:\s?(?:[tkm]n?kr|kr|kronor|:-))?", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d")
PAGE_NUMBER = "\ue000"  # where a field shows the number of the page or of the pages
_PAGES = re.compile(
    rf"(?:\b(?:sid(?:a|an)?|s)\b\.?:?\s*)?{PAGE_NUMBER}(?:\s*(?:\(\s*{PAGE_NUMBER}\s*\)|(?:/|av)\s*{PAGE_NUMBER}))?", re.I
)


@dataclass(slots=True)
class Paragraph:
    """One paragraph; soft line breaks are line ends in ``text``, and tabs are tabs."""

    text: str
    label: str = ""  # the number, letter or sign of a list, as shown
    heading: bool = False
    bold: bool = False  # every letter of it
    before: float = 0.0  # points above and below
    after: float = 0.0
    style: str = ""
    close: bool = False  # no space towards paragraphs of the same style


@dataclass(slots=True)
class Cell:
    """A cell, its place in the grid given by the cells before it."""

    blocks: list["Block"] = field(default_factory=list)
    span: int = 1
    goes_on: bool = False  # belongs to the cell above


@dataclass(slots=True)
class Table:
    """Rows of cells; ``bordered`` where lines are drawn around them."""

    rows: list[list[Cell]] = field(default_factory=list)
    bordered: bool = False


Block = Paragraph | Table


def written(blocks: Sequence[Block]) -> str:
    """The blocks as lines."""
    flat = list(_flat(blocks))
    if not any(isinstance(block, Paragraph) and block.heading for block in flat):
        _mark_bold(flat)
    out: list[str] = []
    size = 0
    apart = True
    last: Paragraph | None = None
    for block in flat:
        if isinstance(block, Paragraph):
            lines = _lines(block)
            if not lines:
                apart = True
                continue
            apart = apart or last is None or _apart(last, block)
            last = block
        else:
            lines = _rows(block)
            if not lines:
                continue
            apart, last = True, None
        if apart and out:
            out.append("")
        out.extend(lines)
        size += sum(map(len, lines))
        if size > LONGEST_TEXT:
            break
        apart = isinstance(block, Table)
    return "\n".join(out) + "\n" if out else ""


def _lines(paragraph: Paragraph) -> list[str]:
    text = paragraph.text
    if PAGE_NUMBER in text:
        text = _PAGES.sub("", text)
    lines = [line.strip(" \t") for line in text.split("\n")]
    lines = [line for line in lines if line.strip("\u00a0")]
    if not lines:
        return []
    if paragraph.heading and len(text) <= _LONGEST_HEADING:
        lines = ["# " + " ".join([*([paragraph.label] if paragraph.label else []), *lines])]
    elif paragraph.label:
        lines[0] = f"{paragraph.label} {lines[0]}"
    return lines


def _apart(one: Paragraph, other: Paragraph) -> bool:
    if one.heading or other.heading:
        return True
    if one.close and other.close and one.style == other.style:
        return False
    return max(one.after, other.before) >= _LEAST_GAP


def _mark_bold(blocks: Sequence[Block]) -> None:
    """Where a file marks no headings, short paragraphs all in bold over a paragraph that is not are its headings."""
    for block, following in pairwise(blocks):
        if not isinstance(block, Paragraph) or not block.bold or block.label or "\n" in block.text or "\t" in block.text:
            continue
        text = block.text.strip()
        short = 3 <= len(text) <= 80 and not re.search(r"[.,:;]$|\d{4}-\d\d-\d\d", text)
        over = isinstance(following, Table) or (following.text.strip() != "" and not following.bold)
        block.heading = short and over


def _flat(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, tables that only place text on the page taken apart: cell by cell."""
    for block in blocks:
        if isinstance(block, Table) and (laid := _laid_out(block)) is not None:
            for number, cell in enumerate(laid):
                if number:
                    yield Paragraph("")
                yield from _flat(cell.blocks)
            yield Paragraph("")
        else:
            yield block


def _laid_out(table: Table) -> list[Cell] | None:
    """The cells of a table that only places text, in reading order; None for a table that says something as a table."""
    cells = [cell for row in table.rows for cell in row if not cell.goes_on]
    if not any(len(row) > 1 for row in table.rows):
        return cells
    if _counts(table):
        return None
    several = any(len(_texts(cell.blocks)) > 1 for cell in cells) or any(
        isinstance(block, Table) for cell in cells for block in cell.blocks
    )
    return cells if several else None


def _counts(table: Table) -> bool:
    """True where a column holds numbers, at least two."""
    columns: dict[int, int] = {}
    for row in table.rows:
        at = 0
        for cell in row:
            text = " ".join(_texts(cell.blocks))
            if at and _AMOUNT.fullmatch(text) and not _YEAR.fullmatch(text):
                columns[at] = columns.get(at, 0) + 1
            at += cell.span
    return any(count >= 2 for count in columns.values())


def _texts(blocks: Sequence[Block]) -> list[str]:
    """The lines of a cell."""
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            label = f"{block.label} " if block.label else ""
            text = _PAGES.sub("", block.text) if PAGE_NUMBER in block.text else block.text
            found.extend(label + line.strip() for line in text.split("\n") if line.strip())
        else:
            found.extend(text for row in block.rows for cell in row for text in _texts(cell.blocks))
    return found


def _rows(table: Table) -> list[str]:
    rows = [row for row in map(_row, table.rows[:MOST_ROWS]) if any(text for text, _begins in row)]
    if not rows:
        return []
    width = max(map(len, rows))
    rows = [row + [("", True)] * (width - len(row)) for row in rows]
    caption: list[str] = []
    while len(rows) > 1 and width > 1 and sum(begins for _text, begins in rows[0]) == 1:
        caption.append(rows.pop(0)[0][0])
    cells = _one_head(rows)
    if table.bordered or _counts(table):
        lines = ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in cells]
    else:
        lines = ["\t".join(row).rstrip() for row in cells]
    return [*caption, *([""] if caption else []), *lines]


def _row(row: Sequence[Cell]) -> list[tuple[str, bool]]:
    """For each column the text of its cell, and whether the cell begins there."""
    found: list[tuple[str, bool]] = []
    for cell in row:
        text = "" if cell.goes_on else " ".join(" ".join(_texts(cell.blocks)).split())
        found.extend((text, number == 0) for number in range(min(cell.span, MOST_COLUMNS)))
    return found[:MOST_COLUMNS]


def _one_head(rows: list[list[tuple[str, bool]]]) -> list[list[str]]:
    """Two head rows (*Belopp (tkr)* over *2025*, *2026*) as one; elsewhere a cell over several columns stands in the first."""
    once = [[text if begins else "" for text, begins in row] for row in rows]
    spread = any(text and not begins for text, begins in rows[0])
    amounts = len(rows) > 1 and any(_AMOUNT.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in once[1])
    if len(rows) < 3 or not spread or amounts:
        return once
    pairs = zip(rows[0], rows[1], strict=True)
    return [[" ".join(dict.fromkeys(filter(None, (over, under)))) for (over, _a), (under, _b) in pairs], *once[2:]]
