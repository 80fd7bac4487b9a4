"""The lists of money of a document: tables, and plain lines of a label and an amount."""

import re
from collections.abc import Iterator, Sequence

from portal.documents.reading.amounts_in import amounts_in
from portal.documents.reading.grids import from_grid, grid_of, stacked, stacked_wide, without_caption
from portal.documents.reading.heading_table import Family
from portal.documents.reading.layout import Line, blocks
from portal.documents.reading.line_list import NOT_PRICED, PART_SUM, SUM, LineList, caption_unit, cell_value
from portal.documents.reading.points import ASKING
from portal.documents.reading.sections import Section
from portal.documents.reading.shapes import BudgetLine, Span
from portal.money import Unit

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


def line_lists(sections: Sequence[Section], used: set[int]) -> list[LineList]:
    """Every list of money outside the lines in ``used`` (signatures), in order; a table may give one list per column."""
    found: list[LineList] = []
    for section in sections:
        lines = [line for line in section.lines if line.number not in used]
        before = section.heading
        for block in blocks(lines):
            block, before = without_caption(block, before)
            grid = grid_of(block)
            if grid:
                found.extend(from_grid(grid, before, _context(section, before)))
            else:
                found.extend(_from_lines(block, section, before))
            before = block[-1].text
        found.extend(_spread(lines, section))
        found.extend(stacked(lines, section))
        found.extend(stacked_wide(lines, section))
    return found


def _context(section: Section, before: str) -> str:
    """The words that say what a list shows: the heading and the line above it, which alone is one when it is short."""
    return before if _HEAD_ONLY.fullmatch(before.rstrip(" :")) else f"{section.heading} {before}"


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
        elif found.stated is not None and not NOT_PRICED.search(line.text):
            break
        elif _may_be_unpriced(line.text, section):
            label = NOT_PRICED.sub("", _BULLET.sub("", line.text, count=1))
            found.rows.append(BudgetLine(label.rstrip(" :"), None, None, line.span))
        elif found.priced >= 2:
            break
        else:
            found = LineList([], None, found.context)
    marked = found.stated is not None or any(NOT_PRICED.search(line.text) for line in block)
    if found.priced >= 2 or (found.priced and marked):
        yield found


def _over_priced(block: Sequence[Line], section: Section) -> bool:
    """True where only the first line of a list has no amount: its heading, whatever the words."""
    first, *rest = block
    if len(rest) < 2 or _BULLET.match(first.text) or NOT_PRICED.search(first.text) or _labelled(first, None, section):
        return False
    return all(_labelled(line, None, section) for line in rest) and _may_be_unpriced(first.text, section)


def _add(found: LineList, line: Line, label: str, kronor: int | None, written: str) -> None:
    """Add a line with an amount: the sum, the cost of the measure named just above, or a row of its own."""
    found.odd = found.odd or kronor is None
    if ASKED_FIELD.fullmatch(label) and not found.rows:
        found.stated, found.stated_span = kronor, line.span
    elif SUM.match(label):
        if not PART_SUM.match(label):
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


def _labelled(line: Line, hint: Unit | None, section: Section) -> tuple[str, int | None, str] | None:
    """(label, kronor, as written) of a line that is a label with one amount at its end or beginning."""
    if len(line.text) > 160:
        return None
    text = _BULLET.sub("", line.text, count=1).rstrip(" .,;")
    found = amounts_in(text, bare=hint is not None)
    if len(found) == 1 and found[0].end >= len(text.rstrip(")")) and found[0].period is None:
        label, kronor, written = _ABOUT.sub("", text[: found[0].start]), found[0].kronor, found[0].as_written
        if found[0].bare and hint:
            kronor = cell_value(written, hint)[0]
    elif len(found) == 1 and found[0].start == 0 and found[0].period is None:
        label = re.sub(r"^[\s:–-]*(?:till|för|avser|avseende|i)?\b\s*", "", text[found[0].end :])
        kronor, written = found[0].kronor, found[0].as_written
        if not line.text[:1].isdigit() and not _BULLET.match(line.text):
            return None
    elif not found and hint and (number := re.search(r"(?<=\s)\d{1,4}(?:,\d+)?$", text)):
        label, written = text[: number.start()], number[0]
        kronor = cell_value(written, hint)[0]
    else:
        return None
    label = label.strip(" \t:–—-=.,(…").strip()
    if not re.search(r"[^\W\d]{2}", label) or len(label) > 110 or _PROSE.search(label):
        return None
    if section.family in (Family.PROPOSAL, Family.DECISION) and (ASKING.search(label) or len(label.split()) > 8):
        return None
    return label, kronor, written


def _may_be_unpriced(text: str, section: Section) -> bool:
    if NOT_PRICED.search(text):
        return True
    plain_label = len(text) <= 80 and not re.search(r"[.:;,!?\d]$", text) and text[:1].isupper()
    return plain_label and section.family not in (Family.PROPOSAL, Family.DECISION) and not _HEAD_ONLY.fullmatch(text)
