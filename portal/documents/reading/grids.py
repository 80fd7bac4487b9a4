"""Tables of money: in markdown, with tabs, in columns, or with their cells under each other."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from portal.documents.reading.layout import Line, plain
from portal.documents.reading.line_list import PART_SUM, SUM, LineList, caption_unit, cell_value, unit_in
from portal.documents.reading.sections import Section
from portal.documents.reading.shapes import BudgetLine, Span
from portal.money import Unit, is_unpriced

_MONEY_HEAD = re.compile(r"belopp|kostnad|summa|total|budget|äska|begär|bevilj|medel|pris|utgift|anslag|tilldel", re.I)
_ONLY_AMOUNT = re.compile(r"\d[\d \u00a0.,:-]*(?:kr|kronor|[tkm]n?kr)?", re.I)


def without_caption(block: list[Line], before: str) -> tuple[list[Line], str]:
    """A table set right under its heading: the table, and that heading as the line before it."""
    first = next((at for at, line in enumerate(block) if len(line.chunks) >= 2), 0)
    above = block[:first]
    if not above or len(block) - first < 2 or any("|" in line.text or re.search(r"\d$", line.text) for line in above):
        return block, before
    return block[first:], above[-1].text


def grid_of(block: Sequence[Line]) -> list[tuple[Line, list[str]]] | None:
    """The block as rows of cells, or None when it is no table."""
    piped = [line for line in block if line.text.startswith("|")]
    if len(piped) >= 2:
        rows = [(line, [plain(cell) for cell in line.raw.strip().strip("|").split("|")]) for line in piped]
        return [(line, cells) for line, cells in rows if not all(set(cell) <= set(":- ") for cell in cells) or not any(cells)]
    tabbed = [line for line in block if "\t" in line.raw.strip()]
    if len(tabbed) >= 2:
        return [(line, [plain(cell) for cell in line.raw.split("\t")]) for line in block]
    columns = [line for line in block if len(line.chunks) >= 2 and re.search(r"\d", line.chunks[-1][1])]
    if len(columns) < 2:
        return None
    return _by_position(block)


def _by_position(block: Sequence[Line]) -> list[tuple[Line, list[str]]]:
    """Cells of a table set with spaces: each belongs to the column whose edge it is nearest to."""
    head = next((line for line in block if len(line.chunks) >= 2), block[0])
    widest = max(block, key=lambda line: len(line.chunks))
    model = head if len(head.chunks) >= len(widest.chunks) else widest
    edges = [(at, at + len(text)) for at, text in model.chunks]
    rows = []
    for line in block:
        cells = [""] * len(edges)
        in_order = len(line.chunks) == len(edges)
        for number, (at, text) in enumerate(line.chunks):
            column = number if in_order else _nearest(edges, at, at + len(text))
            cells[column] = f"{cells[column]} {text}".strip()
        rows.append((line, _overflowed(line, cells, edges)))
    return rows


def _overflowed(line: Line, cells: list[str], edges: Sequence[tuple[int, int]]) -> list[str]:
    """A label so long that only one space is left before its amount: the amount is moved to its column."""
    number = re.search(r"\s(\d{1,3}(?: \d{3})*|\d{4,})$", cells[0])
    if number and not any(cells[1:]) and len(line.raw) >= edges[-1][0] - 2:
        return [cells[0][: number.start()], *[""] * (len(edges) - 2), number[1]]
    return cells


def _nearest(edges: Sequence[tuple[int, int]], start: int, end: int) -> int:
    """The column whose left or right edge is nearest: numbers are set flush right, words flush left."""
    return min(range(len(edges)), key=lambda column: min(abs(edges[column][0] - start), abs(edges[column][1] - end)))


def from_grid(grid: list[tuple[Line, list[str]]], before: str, context: str) -> Iterator[LineList]:
    width = max(len(cells) for _line, cells in grid)
    grid = [(line, cells + [""] * (width - len(cells))) for line, cells in grid]
    first = grid[0][1]
    headed = not any(cell_value(cell, None)[0] is not None and not re.fullmatch(r"(?:19|20)\d\d", cell) for cell in first[1:])
    head = first if headed else [""] * width
    rows = grid[1:] if headed else grid
    if headed and len(rows) > 2 and _heads_on(rows[0][1]):
        head = [f"{above} {cell}".strip() for above, cell in zip(head, rows.pop(0)[1], strict=True)]
    sums = " ".join(cells[0] for _line, cells in rows if SUM.match(cells[0]))
    hint = unit_in(" ".join(first[:1]) if headed else "") or unit_in(sums) or caption_unit(before)
    columns = [at for at in range(1, width) if _is_money(at, head, rows, hint)]
    context = f"{context} {' '.join(head)}"
    for at in columns:
        for found in listed_rows(rows, {at: unit_in(head[at]) or hint}, context):
            yield replace(found, head=head[at], columns=len(columns))
    if len(columns) > 1:
        filled = [
            sum(bool(cell_value(cells[at], None)[0] is not None) for at in columns)
            for _line, cells in rows
            if not SUM.match(cells[0])
        ]
        if filled and max(filled) == 1:
            yield from listed_rows(rows, {at: unit_in(head[at]) or hint for at in columns}, context)


def _heads_on(cells: Sequence[str]) -> bool:
    """True for the second row of a table's head, which holds the units of its columns."""
    return any(unit_in(cell) for cell in cells) and not any(re.search(r"\d", cell) for cell in cells)


def _is_money(at: int, head: list[str], rows: list[tuple[Line, list[str]]], hint: Unit | None) -> bool:
    cells = [cells[at] for _line, cells in rows if cells[at]]
    read = [cell for cell in cells if cell_value(cell, unit_in(head[at]) or hint)[0] is not None]
    if not read or 2 * len(read) < len([cell for cell in cells if not is_unpriced(cell)]):
        return False
    if unit_in(head[at]) or _MONEY_HEAD.search(head[at]) or any(unit_in(cell) or ":-" in cell for cell in read):
        return True
    grouped = any(re.search(r"\d[ \u00a0.]\d{3}\b", cell) for cell in read)
    return (grouped and not re.search(r"antal|elever|timmar|procent|%|yta|m2", head[at], re.I)) or (
        hint is not None and not head[at]
    )


def listed_rows(rows: list[tuple[Line, list[str]]], units: dict[int, Unit | None], context: str) -> Iterator[LineList]:
    """The rows of a table for these amount columns."""
    listed: list[BudgetLine] = []
    stated: int | None = None
    stated_span: Span | None = None
    odd = False
    for line, cells in rows:
        texts = {at: cells[at] for at in units if cells[at]}
        label = next((cell for at, cell in enumerate(cells) if at not in units and cell), "")
        values = {at: cell_value(text, units[at] or unit_in(label)) for at, text in texts.items()}
        odd = odd or any(not readable for _value, readable in values.values())
        amount = next(((at, value) for at, (value, _ok) in values.items() if value is not None), None)
        total = sum(value for value, _ok in values.values() if value is not None)
        if SUM.match(label) or (not label and amount):
            if amount and not PART_SUM.match(label):
                stated, stated_span = total, line.span
        elif label and (re.search(r"[^\W\d]", label) or re.fullmatch(r"(?:19|20)\d\d", label)):
            written = texts[amount[0]] if amount else None
            listed.append(BudgetLine(label.rstrip(" :"), amount[1] if amount else None, written, line.span))
    if sum(row.amount_sek is not None for row in listed) >= 1:
        bare = not any(units.values()) and not any(
            unit_in(row.as_written or "") or ":-" in (row.as_written or "") for row in listed
        )
        yield LineList(listed, stated, context, odd, bare, stated_span=stated_span)


def stacked(lines: Sequence[Line], section: Section) -> Iterator[LineList]:
    """A table whose cells came out of a PDF under each other: a label, its amount, a label, its amount …"""
    numbers = [bool(_ONLY_AMOUNT.fullmatch(line.text)) for line in lines]
    index = 0
    while index + 3 < len(lines):
        end = index
        while end + 1 < len(lines) and not numbers[end] and numbers[end + 1] and _is_label(lines[end].text):
            end += 2
        if end - index >= 4 and not (end < len(lines) and numbers[end]):
            before = [line.text for line in lines[max(0, index - 3) : index]]
            hint = next((unit for text in reversed([section.heading, *before]) if (unit := caption_unit(text))), None)
            pairs = zip(lines[index:end:2], lines[index + 1 : end : 2], strict=True)
            rows = [(replace(label, end=amount.end), [label.text, amount.text]) for label, amount in pairs]
            if hint or any(re.search(r"\d[ \u00a0.]\d{3}", cells[1]) for _line, cells in rows):
                yield from listed_rows(rows, {1: hint}, f"{section.heading} {' '.join(before)}")
        index = max(end, index + 1)


def stacked_wide(lines: Sequence[Line], section: Section) -> Iterator[LineList]:
    """The same with three or four columns: the head of the table, cell by cell, tells which of them holds the amounts."""
    texts = [line.text for line in lines]
    numbers = [at for at, text in enumerate(texts) if _ONLY_AMOUNT.fullmatch(text)]
    for first, second in pairwise(numbers):
        width = second - first
        if width not in (3, 4) or first - width in numbers:
            continue
        heads = ((at, texts[first - at - width : first - at]) for at in range(1, min(width, first - width + 1)))
        column = next((at for at, head in heads if len(head) == width and _heads_amounts(head, at)), 0)
        if not column:
            continue
        rows, at = [], first
        while at in numbers:
            label = lines[at - column]
            rows.append((replace(label, end=lines[at].end), [label.text, texts[at]]))
            at += width
        head = texts[first - width]
        yield from listed_rows(rows, {1: unit_in(head) or caption_unit(section.heading)}, f"{section.heading} {head}")


def _heads_amounts(head: Sequence[str], column: int) -> bool:
    """True for the cells of a table's head where only this column is about money."""
    about = [bool(_MONEY_HEAD.search(cell) or unit_in(cell)) for cell in head]
    return about[column] and sum(about) == 1 and not any(re.search(r"[.:;]$|\d", cell) for cell in head)


def _is_label(text: str) -> bool:
    return len(text) <= 80 and bool(re.search(r"[^\W\d]{2}", text)) and not re.search(r"[.:;!?]$|\d$", text)
