"""The description of the case, section by section, and the wish to move money between the lines."""

import re
from collections.abc import Sequence

from portal.documents.reading import dates, line_list
from portal.documents.reading.heading_table import Family
from portal.documents.reading.layout import Line, blocks, joined, span_of
from portal.documents.reading.sections import Section
from portal.documents.reading.shapes import Reading

_REDISTRIBUTE = re.compile(
    r"fördelning\w*[^.\n]{0,60}\b(?:kan|får|må)\b[^.\n]{0,40}(?:förändra|ändra|justera|omfördela)|"
    r"\b(?:får|kan|rätt att|möjlighet att|ska kunna)\s(?:\w+\s){0,3}omfördela|omfördelning (?:mellan|"
    r"inom)[^.\n]{0,60}(?:får|kan|tillåt|medge)|"
    r"omfördelas (?:mellan|inom)",
    re.I,
)
_CAPTION = re.compile(r"Tabell \d{1,2}\b")  # over the budget lines


def read_description(reading: Reading, sections: Sequence[Section], lines: Sequence[Line]) -> None:
    """The text under each heading of the description, and whether the money may be moved between the lines."""
    for section in sections:
        if section.family is Family.BODY and section.lines:
            prose = _without_fields(reading, section.lines)
            words = "\n\n".join(joined(line.text for line in block) for block in blocks(prose))
            if words:
                reading.sections.append((section.heading, words))
                reading.spans.setdefault("description", []).append(span_of(prose))
    kept = [line for line in lines if not line.noise]
    reading.may_redistribute = any(_REDISTRIBUTE.search(joined(line.text for line in block)) for block in blocks(kept))


def _without_fields(reading: Reading, lines: Sequence[Line]) -> list[Line]:
    """Description lines that are not already read as the date or as budget lines with their head and sum."""
    rows = reading.spans.get("budget_lines", [])
    listed = {line.number for line in lines if any(span.start <= line.start < span.end for span in rows)}
    first, last = min(listed, default=0), max(listed, default=0)
    return [
        line
        for line in lines
        if line.number not in listed
        and not dates.is_bare_date(line.text)
        and not (listed and line.number < first and _CAPTION.match(line.text))
        and not (listed and (line.text.startswith("|") or (line.number == last + 1 and line_list.is_sum(line.text))))
    ]
