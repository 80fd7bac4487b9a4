"""Paragraphs for a text that came without blank lines, as some exports and copies do.

Where one paragraph ends is then told by headings, by sentences that end before the margin, by tables and by signatures.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from portal.documents.reading.headings import STANDARD, Headings
from portal.documents.reading.layout import Line
from portal.documents.reading.names import is_greeting, is_name, is_role, name_and_role

_ENDS_OPEN = re.compile(r"(?:[,&–-]|\b(?:och|samt|för|av|till|i|om|med|vid|från|på|ur|den|det|en|ett|som|att))$")
_SENTENCE_END = re.compile(r"[.!?]$")
_FEWEST_LINES = 10  # in fewer a missing blank line says nothing


def set_apart(lines: list[Line], headings: Headings = STANDARD) -> list[Line]:
    """The lines with paragraph breaks found by their words, when the text has next to no blank lines; else as they are."""
    if len(lines) < _FEWEST_LINES or sum(line.gap for line in lines[1:]) > len(lines) // 25:
        return lines
    width = max(len(line.text) for line in lines)
    first = next((line.number for line in lines[1:] if headings.of(line.text)), len(lines))
    apart = lines[:1]
    for at, line in enumerate(lines[1:], 1):
        headed = headings.of(line.text) is not None or headings.of(lines[at - 1].text) is not None
        begins = headed or _begins_paragraph(lines[at - 1], line, lines[at + 1 : at + 2], width, head=at < first)
        apart.append(replace(line, gap=line.gap or begins))
    return apart


def _begins_paragraph(previous: Line, line: Line, following: Sequence[Line], width: int, *, head: bool) -> bool:
    if is_greeting(previous.text) and not line.text.startswith("Till"):
        return not _of_person(line)
    if not line.text[:1].isupper() or _ENDS_OPEN.search(previous.text):
        return False
    if _heads(previous, line, following):
        return True
    if head or (_SENTENCE_END.search(previous.text) and (width > 130 or len(previous.text) < 0.8 * width)):
        return True
    return _opens_table(previous, line) or (_opens_signature(line, following) and not _of_person(previous))


def _heads(previous: Line, line: Line, following: Sequence[Line]) -> bool:
    """A short line after the end of a sentence and over a longer one: a heading, whatever its words."""
    short = len(line.text) <= 50 and len(line.text.split()) <= 6 and not re.search(r"[.,;:!?\d]$", line.text)
    over = bool(following) and len(following[0].text) > len(line.text) + 15 and following[0].text[:1].isupper()
    return short and over and bool(_SENTENCE_END.search(previous.text))


def _opens_table(previous: Line, line: Line) -> bool:
    return len(previous.chunks) == 1 and len(line.chunks) >= 2


def _opens_signature(line: Line, following: Sequence[Line]) -> bool:
    """Names over roles, roles over names, or a name with its role on the line."""
    below = [chunk for each in following for _at, chunk in each.chunks]
    chunks = [chunk for _at, chunk in line.chunks]
    if is_greeting(line.text) and below and (is_name(below[0]) or name_and_role(below[0])):
        return True
    if all(name_and_role(chunk) for chunk in chunks):
        return True
    over = all(map(is_name, chunks)) and bool(below) and is_role(below[0])
    return over or (len(chunks) > 1 and all(map(is_role, chunks)) and bool(below) and all(map(is_name, below)))


def _of_person(line: Line) -> bool:
    return all(is_name(chunk) or is_role(chunk) or name_and_role(chunk) for _at, chunk in line.chunks)
