"""People named in a document: who handles it, who signed it. Names are text here and prove nothing."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from portal.documents.reading.heading_table import Family
from portal.documents.reading.layout import Line, joined
from portal.documents.reading.sections import Section
from portal.documents.reading.shapes import Person, Span

_WORD = r"[A-ZÅÄÖÉÜØÆ][a-zåäöéèüóáíøæç]+(?:-[A-ZÅÄÖÉÜ][a-zåäöéèü]+)?"
_NAME = re.compile(
    rf"{_WORD}(?:\s(?:[A-ZÅÄÖ]\.?|de|af|av|von|van|der|den|la|Mc{_WORD}|"
    rf"{_WORD})){{0,3}}\s(?:{_WORD})(?:\s\([A-ZÅÄÖ]{{1,4}}\))?"
)
_NOT_NAME = re.compile(
    r"nämnd|förvaltning|kontor|enhet|avdelning|kommun|styrelse|utskott|fullmäktige|tjänst|beslut|bilaga|kopia|handling|"
    r"äskande|medel|revision|polis|region|stad\b|nummer|hälsning|datum|sammanträde|projekt|stöd|centrum|bolag|kansli|"
    r"för\s|och\s|vård|skol|teknik|service|kultur|fritid|miljö|ekonomi|adress|telefon|diarie|förslag|säkerhet\b|postadress",
    re.I,
)
_ROLE_END = (
    r"chef|direktör|ekonom|strateg|samordnare|sekreterare|ordförande|controller|ingenjör|utredare|handläggare|registrator|"
    r"rektor|jurist|planerare|ledare|arkitekt|kommunalråd|sköterska|inspektör|konsulent|koordinator|assistent|kurator|"
    r"revisor|"
    r"arkivarie|analytiker|tekniker|specialist|ansvarig|bibliotekarie|kommunikatör|föreståndare|intendent|vaktmästare|"
    r"administratör|rådgivare|utvecklare|ledamot|delegat|sakkunnig|lantmätare|pedagog|psykolog|mästare|befäl|kapten|konsult|"
    r"justerare|upphandlare|inköpare|förvaltare|skötare|antikvarie|biolog|statistiker|kanslist|lärare|socionom|projektör|\bvd"
)
_ROLE = re.compile(rf"\b[\wåäöÅÄÖ-]*(?:{_ROLE_END})(?:en|n|s)?\b", re.I)
_ROLE_BEGINS = re.compile(
    r"(?:biträdande|tillförordnad|t\.?\s?f\.?|vik(?:arierande|\.)|[1-9]:e vice|vice|förste|stf\.?|ställföreträdande)\b", re.I
)
_INCOMPLETE = re.compile(r"-$|\b(?:och|samt|för|biträdande|tillförordnad|tf\.?|vice|förste|stf\.?)$", re.I)
PHONE = re.compile(r"(?<![\d-])(?:\+46\s?(?:\(0\))?|0)\d{1,3}\s?[-–/ ]\s?\d[\d ]{3,9}\d(?!\d)")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_LABEL = re.compile(
    r"(?:handläggare|kontaktperson|kontakt|föredragande|tjänsteman|ansvarig handläggare|handlagt av)\b\s?:?\s*", re.I
)
_ROLE_LABEL = re.compile(r"^(?:befattning|titel|roll|funktion):\s*", re.I)
_GREETING = re.compile(r"(?:med )?(?:vänliga?|bästa) hälsning(?:ar)?|hälsningar|vid pennan|för .{3,40}|.{2,30} som ovan", re.I)


_UNIT = re.compile(r"(?:förvaltningen|kontoret|nämnden|styrelsen|avdelningen|enheten|kommun|staben?)$", re.I)


def is_greeting(text: str) -> bool:
    """True for what stands over a signature: *Med vänlig hälsning*, *För förvaltningen*, *Åkersbro som ovan*."""
    return bool(_GREETING.fullmatch(text.strip(" ,.")))


def is_name(text: str) -> bool:
    """True for text that is nothing but a person's name."""
    return len(text) <= 50 and bool(_NAME.fullmatch(text)) and not _NOT_NAME.search(text) and not _ROLE.search(text)


def is_role(text: str) -> bool:
    """True for a title such as *Tillförordnad kommundirektör*."""
    text = _ROLE_LABEL.sub("", text)
    if len(text) > 90 or re.search(r"\d|:|[.;]$", text):
        return False
    return len(text.split()) <= 8 and bool(_ROLE.search(text) or _ROLE_BEGINS.match(text) or text.endswith("-"))


def name_and_role(text: str, *, any_role: bool = False) -> tuple[str, str] | None:
    """``Karin Alm, säkerhetschef`` as name and role; ``any_role`` where the place says that it is one."""
    match = re.fullmatch(r"([^,\d]{4,50}),\s*([^,\d@]{2,80}(?:,\s[^,\d@]{2,40})?)", text)
    if not match or not is_name(match[1].strip()):
        return None
    known = is_role(match[2].strip()) or (any_role and len(match[2].split()) <= 4 and match[2].strip(" .").islower())
    return (match[1].strip(), match[2].strip()) if known else None


class Signed(NamedTuple):
    """Signatories with the numbers of the lines they stand on."""

    people: list[Person]
    spans: list[Span]
    used: set[int]


def find_signatories(lines: Sequence[Line], sections: Sequence[Section], after: int) -> Signed:
    """Names with their roles after the head (from line ``after`` on), in one or several columns."""
    found = Signed([], [], set())
    listed = {
        line.number
        for section in sections
        if section.family in (Family.RECIPIENTS, Family.INFORMATION, Family.BASIS)
        for line in _listed(section)
    }
    kept = [line for line in lines if not line.noise]
    index = 0
    while index < len(kept):
        line = kept[index]
        taken = 0
        if line.number >= after and line.number not in listed and not (index and _LABEL.fullmatch(kept[index - 1].text)):
            taken = _signature_at(kept, index, found)
        found.used.update(kept[at].number for at in range(index, index + taken))
        index += taken or 1
    return found


def above_signature(lines: Sequence[Line], used: set[int]) -> set[int]:
    """Lines that belong to the signature below them: *För förvaltningen*, *Ort som ovan*, the unit in the same block."""
    numbers: set[int] = set()
    letterhead = {line.text for line in lines[:8]}
    for line in reversed([line for line in lines if not line.noise]):
        below = line.number + 1
        same_block = below < len(lines) and not lines[below].gap and line.gap
        again = line.text.isupper() or line.text in letterhead
        greets = is_greeting(line.text) or (again and _UNIT.search(line.text))
        if below in used and (same_block or (line.gap and greets)):
            numbers.add(line.number)
    return numbers


def _listed(section: Section) -> list[Line]:
    """The lines of a list of recipients or documents, without the signatures set right under it."""
    block = _first_block([line for line in section.lines if not line.noise])
    if section.family is Family.BASIS:
        return block
    for first in range(max(1, len(block) - 12), len(block)):
        index, trial = first, Signed([], [], set())
        while index < len(block) and (taken := _signature_at(block, index, trial)):
            index += taken
        if index == len(block):
            return block[:first]
    return block


def _first_block(lines: Sequence[Line]) -> list[Line]:
    taken: list[Line] = []
    for line in lines:
        if line.gap and taken:
            break
        taken.append(line)
    return taken


def _signature_at(kept: Sequence[Line], index: int, found: Signed) -> int:
    """Add the signatories that begin on this line; answers how many lines they fill."""
    line = kept[index]
    chunks = line.chunks
    after_greeting = bool(index) and bool(_GREETING.fullmatch(kept[index - 1].text.strip(" ,.")))
    beside = [name_and_role(chunk, any_role=after_greeting) for _at, chunk in chunks]
    under_unit = (
        bool(index) and kept[index - 1].gap and len(kept[index - 1].text) < 60 and not kept[index - 1].text.endswith(":")
    )
    if all(beside) and (line.gap or under_unit or (index and kept[index - 1].number in found.used)):
        _add(found, [pair for pair in beside if pair], [line])
        return 1
    if len(chunks) == 2 and is_name(chunks[0][1]) and is_role(chunks[1][1]):
        _add(found, [(chunks[0][1], chunks[1][1])], [line])
        return 1
    if not all(is_name(chunk) for _at, chunk in chunks):
        return _role_first(kept, index, found)
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
    if index and len(chunks) == 1 and _GREETING.fullmatch(kept[index - 1].text.strip(" ,.")):
        _add(found, [(chunks[0][1], None)], [line])
        return 1
    return 0


def _role_first(kept: Sequence[Line], index: int, found: Signed) -> int:
    """Signatories whose role stands over the name, one or several beside each other; answers how many lines they fill."""
    roles = kept[index]
    names = kept[index + 1] if index + 1 < len(kept) else None
    opens = roles.gap or roles.number - 1 in found.used or (index and _GREETING.fullmatch(kept[index - 1].text.strip(" ,.")))
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
        unfinished = bool(roles[column]) and bool(_INCOMPLETE.search(roles[column][-1]))
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


def find_handler(lines: Sequence[Line], front: int) -> tuple[Person, Span] | None:
    """Who handles the case: labelled, else named in the head (before line ``front``), else in the address footer."""
    for line in lines:
        for at, chunk in line.chunks:
            label = _LABEL.match(chunk)
            below = lines[line.number + 1 : line.number + 2] if label and label.end() == len(chunk) else []
            under = next((text for each in below for column, text in each.chunks if abs(column - at) < 3), "")
            person = _person_at(lines, line.number + len(below), chunk[label.end() :] or under, near=4) if label else None
            if person:
                return person
    for line in lines:
        if line.number < front or line.noise:
            for _at, chunk in line.chunks:
                person = _person_at(lines, line.number, chunk, near=4 if line.number < front else 0)
                if person:
                    return person
    return None


def _tells_role(line: Line, role: str | None) -> bool:
    return role is not None and any(_ROLE_LABEL.sub("", chunk) == role for _at, chunk in line.chunks)


def _person_at(lines: Sequence[Line], number: int, text: str, near: int) -> tuple[Person, Span] | None:
    """The person a piece of text names, with the role and the ways to reach them found just below."""
    text = text.strip(" ,:")
    below = lines[number + 1 : number + 5]
    name: str | None = None
    role: str | None = None
    both = name_and_role(text)
    first = text.split(",")[0].strip()
    if both:
        name, role = both
    elif is_name(first):
        name = first
        role = next(
            (_ROLE_LABEL.sub("", chunk) for line in below[:2] for at, chunk in line.chunks if at < 40 and is_role(chunk)), None
        )
    elif not text and below and is_name(below[0].chunks[0][1].split(",")[0]):
        return _person_at(lines, number + 1, below[0].chunks[0][1], near)
    if name is None or not (role or PHONE.search(text) or near):
        return None
    around = [lines[number], *below[:near]] if near else []
    reach = "\n".join(line.text for line in around)
    phone, email = PHONE.search(reach), EMAIL.search(reach)
    if role is None and not phone and not email:
        return None
    told = [each for each in around if PHONE.search(each.text) or EMAIL.search(each.text) or _tells_role(each, role)]
    last = told[-1] if told else lines[number]
    return Person(name, role, phone[0].strip() if phone else None, email[0] if email else None), Span(
        lines[number].start, last.end
    )
