"""Who handles the case: labelled, named in the head or in the address footer, with the ways to reach the person."""

import re
from collections.abc import Sequence

from portal.documents.reading.layout import Line
from portal.documents.reading.names import EMAIL, PHONE, ROLE_LABEL, is_name, is_role, name_and_role
from portal.documents.reading.shapes import Person, Span

LABEL = re.compile(
    r"(?:handläggare|kontaktperson|kontakt|föredragande|tjänsteman|ansvarig handläggare|handlagt av)\b\s?:?\s*", re.I
)
_LABELLED = re.compile(r"(?:handläggare|kontaktperson|ansvarig handläggare):\s*(\S.{2,120})", re.I)


def find_handler(lines: Sequence[Line], front: int) -> tuple[Person, Span] | None:
    """Who handles the case: labelled, else named in the head (before line ``front``), else in the address footer."""
    for line in lines:
        for at, chunk in line.chunks:
            label = LABEL.match(chunk)
            below = lines[line.number + 1 : line.number + 2] if label and label.end() == len(chunk) else []
            under = next((text for each in below for column, text in each.chunks if abs(column - at) < 3), "")
            person = _person_at(lines, line.number + len(below), chunk[label.end() :] or under, near=4) if label else None
            if person:
                return person
    titled = _by_title(lines)
    if titled:
        return titled
    for line in lines:
        if line.number < front or line.noise:
            for _at, chunk in line.chunks:
                person = _person_at(lines, line.number, chunk, near=4 if line.number < front else 0)
                if person:
                    return person
    return None


def _by_title(lines: Sequence[Line]) -> tuple[Person, Span] | None:
    """*Handläggare: Säkerhetschef*, with how to reach whoever it is on the line or right under it."""
    for line in lines:
        label = _LABELLED.fullmatch(line.text)
        if label and is_role(label[1].split(",")[0]):
            under = [each for each in lines[line.number + 1 : line.number + 2] if not each.gap]
            reach = "\n".join(each.text for each in (line, *under))
            phone, email = PHONE.search(reach), EMAIL.search(reach)
            if phone or email:
                name = label[1].split(",")[0].strip()
                person = Person(name, None, phone[0].strip() if phone else None, email[0] if email else None)
                return person, Span(line.start, (under or [line])[-1].end)
    return None


def _tells_role(line: Line, role: str | None) -> bool:
    return role is not None and any(ROLE_LABEL.sub("", chunk) == role for _at, chunk in line.chunks)


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
            (ROLE_LABEL.sub("", chunk) for line in below[:2] for at, chunk in line.chunks if at < 40 and is_role(chunk)), None
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
