"""Who signed a document: names with their roles under the text, in one or several columns."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from portal.documents.reading.handler import LABEL
from portal.documents.reading.heading_table import Family
from portal.documents.reading.headings import STANDARD
from portal.documents.reading.layout import Line, joined
from portal.documents.reading.names import (
    EMAIL,
    INCOMPLETE,
    PHONE,
    is_greeting,
    is_name,
    is_role,
    name_and_role,
    name_then_role,
    role_and_name,
    two_by_two,
)
from portal.documents.reading.sections import LISTING, Section
from portal.documents.reading.shapes import Person, Span

_UNIT = re.compile(r"(?:förvaltningen|kontoret|nämnden|styrelsen|avdelningen|enheten|kommun|staben?)$", re.I)

# When an electronic signature was made: ", 2025-10-09 kl. 14:02".
_SIGNED_AT = re.compile(r",?\s\(?(?:den\s)?(?:19|20)\d\d-\d\d-\d\d(?:[ ,T]+(?:kl\.?\s?)?\d\d[.:]\d\d(?::\d\d)?)?\)?$")


class Signed(NamedTuple):
    """Signatories with the numbers of the lines they stand on."""

    people: list[Person]
    spans: list[Span]
    used: set[int]


def find_signatories(lines: Sequence[Line], sections: Sequence[Section], after: int) -> Signed:
    """Names with their roles after the head (from line ``after`` on), in one or several columns."""
    found = Signed([], [], set())
    listed = {line.number for section in sections if section.family in (*LISTING, Family.CONTACTS) for line in _listed(section)}
    kept = _unglued([line for line in lines if not line.noise])
    index = 0
    while index < len(kept):
        line = kept[index]
        taken = 0
        if line.number >= after and line.number not in listed and not (index and LABEL.fullmatch(kept[index - 1].text)):
            taken = _taken_at(kept, index, found)
        found.used.update(kept[at].number for at in range(index, index + taken))
        index += taken or 1
    return found


def above_signature(lines: Sequence[Line], used: set[int], after: int) -> set[int]:
    """Lines that belong to the signature below them: *För förvaltningen*, *Ort som ovan*, the unit in the same block."""
    numbers: set[int] = set()
    letterhead = {chunk for line in lines[: min(12, after)] for _at, chunk in line.chunks}
    for line in reversed([line for line in lines if not line.noise]):
        below = line.number + 1
        same_block = below < len(lines) and not lines[below].gap and line.gap
        again = line.text.isupper() or line.text in letterhead
        greets = is_greeting(line.text) or (again and _UNIT.search(line.text))
        if below in used and (same_block or (line.gap and greets)):
            numbers.add(line.number)
    return numbers


def _unglued(lines: Sequence[Line]) -> list[Line]:
    """The lines, each role that the next person's name stands beside on a line of its own."""
    apart: list[Line] = []
    for line in lines:
        chunks = [chunk for _at, chunk in line.chunks]
        pair = role_and_name(line.text) if len(chunks) == 1 else (chunks[0], chunks[1]) if len(chunks) == 2 else None
        under_name = bool(apart) and not line.gap and len(apart[-1].chunks) == 1 and is_name(apart[-1].text)
        if pair and under_name and is_role(pair[0]) and is_name(pair[1]):
            apart += [replace(line, raw=text, text=text) for text in pair]
        else:
            apart.append(line)
    return apart


def _taken_at(kept: Sequence[Line], index: int, found: Signed) -> int:
    """Add the signatories that begin on this line; answers how many lines they fill, with how they are reached."""
    taken = _signature_at(kept, index, found)
    while taken and index + taken < len(kept) and _reaches(kept[index + taken]):
        taken += 1
    return taken


def _reaches(line: Line) -> bool:
    """A line right under a signature that only says how the person is reached."""
    return not line.gap and len(line.text) < 90 and bool(PHONE.search(line.text) or EMAIL.search(line.text))


def _listed(section: Section) -> list[Line]:
    """The lines of a list of recipients or documents, without the signatures set right under it."""
    block = _unglued(_first_block([line for line in section.lines if not line.noise]))
    if section.family in (Family.BASIS, Family.CONTACTS):
        return block
    for first in range(max(1, len(block) - 12), len(block)):
        index, trial = first, Signed([], [], set())
        while index < len(block) and (taken := _taken_at(block, index, trial)):
            trial.used.update(line.number for line in block[index : index + taken])
            index += taken
        if index == len(block):
            return block[:first]
    return block


def _first_block(lines: Sequence[Line]) -> list[Line]:
    taken: list[Line] = []
    for line in lines:
        beyond = bool(taken) and line.number > taken[-1].number + 1  # the foot of a page stands between
        if taken and (line.gap or (beyond and (name_and_role(line.text) or is_name(line.text)))):
            break
        taken.append(line)
    return taken


def _signature_at(kept: Sequence[Line], index: int, found: Signed) -> int:
    """Add the signatories that begin on this line; answers how many lines they fill."""
    line = kept[index]
    chunks = line.chunks
    after_greeting = bool(index) and is_greeting(kept[index - 1].text)
    beside = [name_and_role(_SIGNED_AT.sub("", chunk), any_role=after_greeting) for _at, chunk in chunks]
    under_unit = (
        bool(index) and kept[index - 1].gap and len(kept[index - 1].text) < 60 and not kept[index - 1].text.endswith(":")
    )
    opens = line.gap or not index or kept[index - 1].number < line.number - 1 or kept[index - 1].number in found.used
    if all(beside) and (opens or under_unit):
        _add(found, [pair for pair in beside if pair], [line])
        return 1
    if len(chunks) == 2 and is_name(chunks[0][1]) and is_role(chunks[1][1]):
        _add(found, [(chunks[0][1], chunks[1][1])], [line])
        return 1
    labelled = _after_role(line.text)
    if labelled:
        _add(found, labelled, [line])
        return 1
    together = name_then_role(line.text) if len(chunks) == 1 else None
    if together and (opens or after_greeting):
        _add(found, [together], [line])
        return 1
    if not all(_signs(chunk) for _at, chunk in chunks):
        return _role_first(kept, index, found)
    if len(chunks) == 1 and index + 1 < len(kept) and (pairs := two_by_two(line.text, kept[index + 1].text)):
        _add(found, pairs, [line, kept[index + 1]])
        return 2
    columns = [at for at, _chunk in chunks]
    roles: list[list[str]] = [[] for _column in columns]
    count = 1
    for following in kept[index + 1 : index + 4]:
        if not _adds_roles(following, columns, roles):
            break
        count += 1
    if all(roles):
        _add(
            found, [(name, joined(role)) for (_at, name), role in zip(chunks, roles, strict=True)], kept[index : index + count]
        )
        return count
    if index and len(chunks) == 1 and is_greeting(kept[index - 1].text):
        _add(found, [(chunks[0][1], None)], [line])
        return 1
    return 0


def _after_role(text: str) -> list[tuple[str, str | None]]:
    """``Justerare: Peter Ek (C), Anita Storm (M)``: names after their role; empty for other text."""
    role, colon, names = text.partition(": ")
    people = [name.strip() for name in names.split(",")]
    if not colon or LABEL.match(text) or not is_role(role) or len(people) > 4 or not all(map(is_name, people)):
        return []
    return [(name, role) for name in people]


def _signs(text: str) -> bool:
    """A name as it stands over a role, perhaps in capitals."""
    return is_name(text) or (text.isupper() and STANDARD.of(text) is None and is_name(text.title()))


def _role_first(kept: Sequence[Line], index: int, found: Signed) -> int:
    """Signatories whose role stands over the name, one or several beside each other; answers how many lines they fill."""
    roles = kept[index]
    names = kept[index + 1] if index + 1 < len(kept) else None
    opens = roles.gap or roles.number - 1 in found.used or (index and is_greeting(kept[index - 1].text))
    if re.fullmatch(r"justerare\W*", roles.text, re.I):
        return 0  # a heading over who was chosen to check the minutes
    if names is None or names.gap or not opens or len(roles.chunks) != len(names.chunks):
        return 0
    pairs = list(zip(names.chunks, roles.chunks, strict=True))
    if not all(is_name(name) and is_role(role) and not role.endswith("-") for (_at, name), (_column, role) in pairs):
        return 0
    _add(found, [(name, role) for (_at, name), (_column, role) in pairs], [roles, names])
    return 2


def _adds_roles(line: Line, columns: Sequence[int], roles: list[list[str]]) -> bool:
    """Put each column of a line under its name; False when the line holds no roles for them."""
    placed = [(_nearest(columns, at), chunk) for at, chunk in line.chunks]
    if len(columns) == 1 and len(placed) > 1:
        return False
    for column, chunk in placed:
        unfinished = bool(roles[column]) and bool(INCOMPLETE.search(roles[column][-1]))
        if not (unfinished and len(chunk) < 60) and not (not roles[column] and is_role(chunk)):
            return False
        if roles[column] and line.gap:
            return False
    for column, chunk in placed:
        roles[column].append(chunk)
    return True


def _nearest(columns: Sequence[int], at: int) -> int:
    return min(range(len(columns)), key=lambda column: abs(columns[column] - at))


def _add(found: Signed, people: Sequence[tuple[str, str | None]], lines: Sequence[Line]) -> None:
    found.people.extend(Person(name, role) for name, role in people)
    found.spans.append(Span(lines[0].start, lines[-1].end))
