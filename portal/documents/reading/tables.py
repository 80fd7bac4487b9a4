"""Lists of money in a document: tables in markdown, tabs or columns, and plain lines of a label and an amount."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from portal.documents.reading.amounts_in import amounts_in
from portal.documents.reading.heading_table import Family
from portal.documents.reading.layout import Line, blocks, plain
from portal.documents.reading.points import ASKING
from portal.documents.reading.sections import Section
from portal.documents.reading.shapes import BudgetLine, Span
from portal.money import MoneyError, Unit, is_unpriced, parse

_UNITS = (
    (Unit.THOUSANDS, re.compile(r"(?<![a-zåäö])(?:[tk]kr|[tk]sek)\b|\btusental|\btusen kr", re.I)),
    (Unit.MILLIONS, re.compile(r"(?<![a-zåäö])(?:mn?kr|msek)\b|\bmiljoner kr", re.I)),
    (Unit.KRONOR, re.compile(r"(?<![a-zåäö])(?:kr|kronor|sek)\b", re.I)),
)
_MONEY_HEAD = re.compile(r"belopp|kostnad|summa|total|budget|äska|begär|bevilj|medel|pris|utgift|anslag|tilldel", re.I)
_SUM = re.compile(r"(?:del)?(?:summa|totalt?|totalsumma|total(?:kostnad|belopp)?|sammanlagt|tillsammans)\b.{0,40}", re.I)
_PART_SUM = re.compile(r"delsumma|varav", re.I)
_NOT_PRICED = re.compile(
    r"\s*[-–:(]*\s*(?:ej beloppsatta?|ej prissatt|utan belopp|inom ram(?:en)?|ingår|ingen kostnad)\)?\.?$", re.I
)
_HEAD_ONLY = re.compile(
    r"(?:post|åtgärd|insats|aktivitet|kostnadsslag|belopp|kostnad|kostnader|budget|fördelning|kronor|kr|tkr|ändamål|"
    r"nämnd)(?:er)?\b",
    re.I,
)
_CAPTION = re.compile(
    r"(?:[^\W\d]+ ){0,3}(?:kostnad|utgift|budget|fördelning|kalkyl|åtgärd|insats)(?:en|er|erna)?\b[^\d:]{0,30}", re.I
)
_AMOUNT_FIELD = re.compile(r"kostnad|belopp|pris|budget|(?:begärt|äskat) belopp", re.I)
ASKED_FIELD = re.compile(r"(?:totalt )?(?:begärt|äskat|sökt|ansökt) belopp\b.*", re.I)
_FIELD = re.compile(r"^(?:åtgärd|post|insats|aktivitet|ändamål|objekt)(?: \d+)?:\s*", re.I)
_PROSE = re.compile(
    r"\b(?:till|på|om|är|med|cirka|ca|av|kostar|kostade|uppgår|uppgick|var|blir|blev|ökat|minskat|drygt|för|och|samt|"
    r"motsvarar|begär|äskar|avsattes|"
    r"avsatte|beviljas|budgeterade?|mot|minst|högst)$|[.!?]\s+[A-ZÅÄÖ]|;",
    re.I,
)
_ABOUT = re.compile(r"(?<=[,:–-])\s*(?:ca|cirka|circa|c:a|ungefär|max|högst|upp till)\.?\s*$", re.I)  # "Elverk, ca 285 000 kr"
_BULLET = re.compile(r"^(?:[-–—•*·▪●]|\d{1,2}[.)](?!\d)|[a-z]\))\s+")
_ONLY_AMOUNT = re.compile(r"\d[\d \u00a0.,:-]*(?:kr|kronor|[tkm]n?kr)?", re.I)
# Rows of a table of facts: hours, prices, how many.
_QUANTITY = re.compile(
    r"\b(?:antal\w*|timmar|tim\w*kostnad|styck\w*pris|procent|andel\w*|invånare|elever per|km|kvm|m2|dygn)\b", re.I
)
_CONTEXT = re.compile(
    r"ansök|tidigare|föregående|utfall|histori|bokslut|skade|nuläge|i dag\b|jämför|finansier|intäkt|bakgrund|statistik|"
    r"prognos|skolor\b.*kostnad",
    re.I,
)


@dataclass
class LineList:
    """A list of money as it stands: its rows, the total it states and the words around it."""

    rows: list[BudgetLine]
    stated: int | None
    context: str
    odd: bool = False  # some cell could not be read as one amount
    bare: bool = False  # neither the column nor the cells say the unit
    head: str = ""  # of the amount column
    columns: int = 1  # amount columns of its table
    stated_span: Span | None = None

    @property
    def sum(self) -> int:
        """The sum of the rows that have an amount."""
        return sum(row.amount_sek or 0 for row in self.rows)

    @property
    def span(self) -> Span:
        """From its first row to its last."""
        return Span(self.rows[0].span.start, self.rows[-1].span.end)

    @property
    def priced(self) -> int:
        """How many rows carry an amount, readable or not."""
        return sum(row.as_written is not None for row in self.rows)

    @property
    def about_else(self) -> bool:
        """True where the words around the list say that it shows other money (earlier years, other applicants)."""
        years = all(re.match(r"(?:19|20)\d\d\b", row.label) for row in self.rows)
        counts = any(_QUANTITY.search(row.label) for row in self.rows)
        return years or counts or bool(_CONTEXT.search(self.context))

    @property
    def rank(self) -> int:
        """Order among the columns of one table: what is granted or proposed before sums before what was applied for."""
        if re.search(r"bevilj|föres|förslag|tilldel|fördel", self.head, re.I):
            return 0
        if re.search(r"sökt|begär|ansök|tidigare|utfall|budget", self.head, re.I):
            return 3
        return 1 if re.search(r"total|summa|belopp", self.head, re.I) else 2

    def times(self, factor: int) -> "LineList":
        """The same list read in a larger unit."""
        rows = [replace(row, amount_sek=row.amount_sek * factor if row.amount_sek is not None else None) for row in self.rows]
        stated = self.stated * factor if self.stated is not None else None
        return replace(self, rows=rows, stated=stated, bare=False)


def unit_in(text: str) -> Unit | None:
    """The unit a heading states: ``Belopp (tkr)``, ``Begärt belopp, kronor``."""
    return next((unit for unit, pattern in _UNITS if pattern.search(text)), None)


def is_sum(text: str) -> bool:
    """True for the row that states the sum of a list."""
    return bool(_SUM.match(text)) and bool(amounts_in(text, bare=True))


def caption_unit(text: str) -> Unit | None:
    """The unit a line above a list gives its numbers; a sentence that only mentions an amount gives none."""
    bare = re.sub(r"\d[\d ,.\u00a0]*\s?(?:[tkm]n?kr|[tkm]?sek|kr|kronor|miljoner)\b", "", text, flags=re.I)
    says_so = len(bare) < 60 or bare.endswith(":") or re.search(r"\((?:\w+ )?(?:[tkm]n?kr|kr|kronor)\)|belopp i", bare, re.I)
    return unit_in(bare) if says_so else None


def line_lists(sections: Sequence[Section], used: set[int]) -> list[LineList]:
    """Every list of money outside the lines in ``used`` (signatures), in order; a table may give one list per column."""
    found: list[LineList] = []
    for section in sections:
        lines = [line for line in section.lines if line.number not in used]
        before = section.heading
        for block in blocks(lines):
            block, before = _without_caption(block, before)
            grid = _grid(block)
            if grid:
                found.extend(_from_grid(grid, before, _context(section, before)))
            else:
                found.extend(_from_lines(block, section, before))
            before = block[-1].text
        found.extend(_spread(lines, section))
        found.extend(_stacked(lines, section))
        found.extend(_stacked_wide(lines, section))
    return found


def _without_caption(block: list[Line], before: str) -> tuple[list[Line], str]:
    """A table set right under its heading: the table, and that heading as the line before it."""
    first = next((at for at, line in enumerate(block) if len(line.chunks) >= 2), 0)
    above = block[:first]
    if not above or len(block) - first < 2 or any("|" in line.text or re.search(r"\d$", line.text) for line in above):
        return block, before
    return block[first:], above[-1].text


def _context(section: Section, before: str) -> str:
    """The words that say what a list shows: the heading and the line above it, which alone is one when it is short."""
    return before if _HEAD_ONLY.fullmatch(before.rstrip(" :")) else f"{section.heading} {before}"


def _grid(block: Sequence[Line]) -> list[tuple[Line, list[str]]] | None:
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


@lru_cache(maxsize=2_000)
def _cell(text: str, unit: Unit | None) -> tuple[int | None, bool]:
    """(kronor, readable) of a table cell."""
    if is_unpriced(text) or _NOT_PRICED.fullmatch(text):
        return None, True
    try:
        return parse(text, unit=unit).kronor, True
    except MoneyError:
        return None, False


def _from_grid(grid: list[tuple[Line, list[str]]], before: str, context: str) -> Iterator[LineList]:
    width = max(len(cells) for _line, cells in grid)
    grid = [(line, cells + [""] * (width - len(cells))) for line, cells in grid]
    first = grid[0][1]
    headed = not any(_cell(cell, None)[0] is not None and not re.fullmatch(r"(?:19|20)\d\d", cell) for cell in first[1:])
    head = first if headed else [""] * width
    rows = grid[1:] if headed else grid
    if headed and len(rows) > 2 and _heads_on(rows[0][1]):
        head = [f"{above} {cell}".strip() for above, cell in zip(head, rows.pop(0)[1], strict=True)]
    sums = " ".join(cells[0] for _line, cells in rows if _SUM.match(cells[0]))
    hint = unit_in(" ".join(first[:1]) if headed else "") or unit_in(sums) or caption_unit(before)
    columns = [at for at in range(1, width) if _is_money(at, head, rows, hint)]
    context = f"{context} {' '.join(head)}"
    for at in columns:
        for found in _listed(rows, {at: unit_in(head[at]) or hint}, context):
            yield replace(found, head=head[at], columns=len(columns))
    if len(columns) > 1:
        filled = [
            sum(bool(_cell(cells[at], None)[0] is not None) for at in columns)
            for _line, cells in rows
            if not _SUM.match(cells[0])
        ]
        if filled and max(filled) == 1:
            yield from _listed(rows, {at: unit_in(head[at]) or hint for at in columns}, context)


def _heads_on(cells: Sequence[str]) -> bool:
    """True for the second row of a table's head, which holds the units of its columns."""
    return any(unit_in(cell) for cell in cells) and not any(re.search(r"\d", cell) for cell in cells)


def _is_money(at: int, head: list[str], rows: list[tuple[Line, list[str]]], hint: Unit | None) -> bool:
    cells = [cells[at] for _line, cells in rows if cells[at]]
    read = [cell for cell in cells if _cell(cell, unit_in(head[at]) or hint)[0] is not None]
    if not read or 2 * len(read) < len([cell for cell in cells if not is_unpriced(cell)]):
        return False
    if unit_in(head[at]) or _MONEY_HEAD.search(head[at]) or any(unit_in(cell) or ":-" in cell for cell in read):
        return True
    grouped = any(re.search(r"\d[ \u00a0.]\d{3}\b", cell) for cell in read)
    return (grouped and not re.search(r"antal|elever|timmar|procent|%|yta|m2", head[at], re.I)) or (
        hint is not None and not head[at]
    )


def _listed(rows: list[tuple[Line, list[str]]], units: dict[int, Unit | None], context: str) -> Iterator[LineList]:
    """The rows of a table for these amount columns."""
    listed: list[BudgetLine] = []
    stated: int | None = None
    stated_span: Span | None = None
    odd = False
    for line, cells in rows:
        texts = {at: cells[at] for at in units if cells[at]}
        label = next((cell for at, cell in enumerate(cells) if at not in units and cell), "")
        values = {at: _cell(text, units[at] or unit_in(label)) for at, text in texts.items()}
        odd = odd or any(not readable for _value, readable in values.values())
        amount = next(((at, value) for at, (value, _ok) in values.items() if value is not None), None)
        total = sum(value for value, _ok in values.values() if value is not None)
        if _SUM.match(label) or (not label and amount):
            if amount and not _PART_SUM.match(label):
                stated, stated_span = total, line.span
        elif label and (re.search(r"[^\W\d]", label) or re.fullmatch(r"(?:19|20)\d\d", label)):
            written = texts[amount[0]] if amount else None
            listed.append(BudgetLine(label.rstrip(" :"), amount[1] if amount else None, written, line.span))
    if sum(row.amount_sek is not None for row in listed) >= 1:
        bare = not any(units.values()) and not any(
            unit_in(row.as_written or "") or ":-" in (row.as_written or "") for row in listed
        )
        yield LineList(listed, stated, context, odd, bare, stated_span=stated_span)


def _from_lines(block: Sequence[Line], section: Section, before: str) -> Iterator[LineList]:
    """A run of lines, each a label and an amount; lines without an amount among them are not priced."""
    head = block[0].text
    headed = head.endswith(":") or bool((_HEAD_ONLY.match(head) or _CAPTION.fullmatch(head)) and ": " not in head)
    headed = headed or _over_priced(block, section)
    hint = caption_unit(head if headed else before)
    own_head = headed and not head.endswith(":") and len(head) < 40
    found = LineList([], None, head if own_head else _context(section, before))
    for line in block:
        read = _labelled(line, hint, section)
        if read:
            _add(found, line, *read)
        elif line is block[0] and headed:
            continue
        elif _HEAD_ONLY.fullmatch(line.text.rstrip(" :")) and found.priced < 2:
            found = LineList([], None, line.text)
        elif found.stated is not None and not _NOT_PRICED.search(line.text):
            break
        elif _may_be_unpriced(line.text, section):
            label = _NOT_PRICED.sub("", _BULLET.sub("", line.text, count=1))
            found.rows.append(BudgetLine(label.rstrip(" :"), None, None, line.span))
        elif found.priced >= 2:
            break
        else:
            found = LineList([], None, found.context)
    marked = found.stated is not None or any(_NOT_PRICED.search(line.text) for line in block)
    if found.priced >= 2 or (found.priced and marked):
        yield found


def _over_priced(block: Sequence[Line], section: Section) -> bool:
    """True where only the first line of a list has no amount: its heading, whatever the words."""
    first, *rest = block
    if len(rest) < 2 or _BULLET.match(first.text) or _NOT_PRICED.search(first.text) or _labelled(first, None, section):
        return False
    return all(_labelled(line, None, section) for line in rest) and _may_be_unpriced(first.text, section)


def _add(found: LineList, line: Line, label: str, kronor: int | None, written: str) -> None:
    """Add a line with an amount: the sum, the cost of the measure named just above, or a row of its own."""
    found.odd = found.odd or kronor is None
    if ASKED_FIELD.fullmatch(label) and not found.rows:
        found.stated, found.stated_span = kronor, line.span
    elif _SUM.match(label):
        if not _PART_SUM.match(label):
            found.stated, found.stated_span = kronor, line.span
    elif _AMOUNT_FIELD.fullmatch(label) and found.rows and found.rows[-1].as_written is None:  # Åtgärd: … / Kostnad: …
        named = found.rows.pop()
        found.rows.append(BudgetLine(_FIELD.sub("", named.label), kronor, written, Span(named.span.start, line.end)))
    else:
        found.rows.append(BudgetLine(label, kronor, written, line.span))


def _spread(lines: Sequence[Line], section: Section) -> Iterator[LineList]:
    """The same with a blank line between every row."""
    alone = [block[0] for block in blocks(lines) if len(block) == 1]
    numbers = {line.number for line in alone}
    run: list[Line] = []
    for line in [*lines, None]:
        if line is not None and line.number in numbers and _labelled(line, None, section):
            run.append(line)
            continue
        if len(run) >= 2:
            yield from _from_lines(run, section, section.heading)
        run = []


def _stacked(lines: Sequence[Line], section: Section) -> Iterator[LineList]:
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
                yield from _listed(rows, {1: hint}, f"{section.heading} {' '.join(before)}")
        index = max(end, index + 1)


def _stacked_wide(lines: Sequence[Line], section: Section) -> Iterator[LineList]:
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
        yield from _listed(rows, {1: unit_in(head) or caption_unit(section.heading)}, f"{section.heading} {head}")


def _heads_amounts(head: Sequence[str], column: int) -> bool:
    """True for the cells of a table's head where only this column is about money."""
    about = [bool(_MONEY_HEAD.search(cell) or unit_in(cell)) for cell in head]
    return about[column] and sum(about) == 1 and not any(re.search(r"[.:;]$|\d", cell) for cell in head)


def _is_label(text: str) -> bool:
    return len(text) <= 80 and bool(re.search(r"[^\W\d]{2}", text)) and not re.search(r"[.:;!?]$|\d$", text)


def _labelled(line: Line, hint: Unit | None, section: Section) -> tuple[str, int | None, str] | None:
    """(label, kronor, as written) of a line that is a label with one amount at its end or beginning."""
    if len(line.text) > 160:
        return None
    text = _BULLET.sub("", line.text, count=1).rstrip(" .,;")
    found = amounts_in(text, bare=hint is not None)
    if len(found) == 1 and found[0].end >= len(text.rstrip(")")) and found[0].period is None:
        label, kronor, written = _ABOUT.sub("", text[: found[0].start]), found[0].kronor, found[0].as_written
        if found[0].bare and hint:
            kronor = _cell(written, hint)[0]
    elif len(found) == 1 and found[0].start == 0 and found[0].period is None:
        label = re.sub(r"^[\s:–-]*(?:till|för|avser|avseende|i)?\b\s*", "", text[found[0].end :])
        kronor, written = found[0].kronor, found[0].as_written
        if not line.text[:1].isdigit() and not _BULLET.match(line.text):
            return None
    elif not found and hint and (number := re.search(r"(?<=\s)\d{1,4}(?:,\d+)?$", text)):
        label, written = text[: number.start()], number[0]
        kronor = _cell(written, hint)[0]
    else:
        return None
    label = label.strip(" \t:–—-=.,(…").strip()
    if not re.search(r"[^\W\d]{2}", label) or len(label) > 110 or _PROSE.search(label):
        return None
    if section.family in (Family.PROPOSAL, Family.DECISION) and (ASKING.search(label) or len(label.split()) > 8):
        return None
    return label, kronor, written


def _may_be_unpriced(text: str, section: Section) -> bool:
    if _NOT_PRICED.search(text):
        return True
    plain_label = len(text) <= 80 and not re.search(r"[.:;,!?\d]$", text) and text[:1].isupper()
    return plain_label and section.family not in (Family.PROPOSAL, Family.DECISION) and not _HEAD_ONLY.fullmatch(text)


def same_amounts(rows: Sequence[BudgetLine], others: Sequence[BudgetLine]) -> bool:
    """True where two lists hold the same amounts, whatever they call them."""
    return Counter(row.amount_sek for row in rows if row.amount_sek) == Counter(
        row.amount_sek for row in others if row.amount_sek
    )
