"""Lists in a document: decision basis, copy recipients and for information."""

import re
from collections.abc import Sequence

from portal.documents.reading.dates import is_bare_date, is_date
from portal.documents.reading.layout import PLACEHOLDER, Line, joined, span_of
from portal.documents.reading.names import is_name, is_role, name_and_role
from portal.documents.reading.sections import BULLET
from portal.documents.reading.shapes import Span
from portal.documents.reading.vocabulary import BODIES, any_of

_ENDS_OPEN = re.compile(r"(?:[,&–-]|\b(?:och|samt|för|av|till|i|om|med|vid|från|den))$")
_BEGINS_INSIDE = re.compile(r"[a-zåäö&(]|(?:19|20)\d\d\b(?!-\d\d-\d\d .)")
_POSTAL = re.compile(r"box \d+|\d{3} ?\d{2} [A-ZÅÄÖ].*|c/o .*|[A-ZÅÄÖ]\w+(?:gatan|vägen|torget|gränd)\s\d+\w?", re.I)
_ASIDE = re.compile(
    r"(?:vid frågor|frågor besvaras|kontakta|för (?:mer|ytterligare) information)\b|"
    r"(?:kontaktperson|kontakt|handläggare|föredragande|ort och datum|datum|underskrift\w*)\s?:",
    re.I,
)
_TOLD = re.compile(r"(?:delegations)?(?:beslutet|ärendet) (?:ska )?(?:anmäl|återrapporter|redovis)a?s\b", re.I)  # to whom
_PURPOSE = re.compile(r"^för (?:åtgärd|verkställighet|verkställande|handläggning|genomförande)\s*:\s*", re.I)
_NONE = re.compile(r"(?:inga|inget|saknas|[-–—]|se ovan|ej aktuellt)\.?", re.I)
_BODY_WORD = re.compile(any_of(BODIES), re.I)

# A line of its own that names a unit within its administration: one recipient.
_UNIT_OF = re.compile(
    r"[\wåäöÅÄÖ -]{0,60}(?:förvaltningen|kontoret|kansliet|bolaget|förvaltning|kontor),\s[\wåäöÅÄÖ -]{0,40}"
    r"(?:enheten|avdelningen|sektionen|gruppen|enhet|avdelning|funktionen)",
    re.I,
)

_UNIT_ALONE = re.compile(r"[\wåäöÅÄÖ& -]{2,60}(?:förvaltning(?:en)?|kontor(?:et)?|kansli(?:et)?|enheten|avdelningen)", re.I)
# Recipients of the same standing are beside each other, others within each other.
_STANDINGS = tuple(
    (kind, re.compile(words, re.I))
    for kind, words in (
        ("role", r"chef(?:en)?$|direktör|ekonom(?:en)?$|controller|registrator|samordnare|strateg|sekreterare|ordförande"),
        ("board", r"nämnd|styrelse|fullmäktige|utskott|revis|råd(?:et)?$"),
        ("administration", r"förvaltning|kontor|sektor|kansli"),
        ("unit", r"enhet|avdelning|funktion|grupp|staben?\b"),
    )
)

Item = tuple[str, Span]


def _whole(lines: Sequence[Line], *, commas: bool, width: int = 0) -> list[Item]:
    """The entries of a list, each with its continuation lines; ``width`` is that of the document's running text."""
    bulleted = bool(lines) and all(BULLET.match(line.text) for line in lines[:1])
    entries: list[list[Line]] = []
    for line in lines:
        previous = entries[-1][-1].text if entries else ""
        bullet = bool(BULLET.match(line.text))
        inside = bool(entries) and not bullet and not (line.gap and not _ENDS_OPEN.search(previous)) and (
            (bulleted and not line.gap)
            or bool(_ENDS_OPEN.search(previous))
            or (bool(_BEGINS_INSIDE.match(line.text)) and not (commas and _BODY_WORD.search(line.text) and "," not in previous))
            or (commas and "," in previous and len(previous) > 60 and _filled(previous, line.text, width))
        )  # fmt: skip
        if inside:
            entries[-1].append(line)
        else:
            entries.append([line])
    return [(BULLET.sub("", joined(line.text for line in entry), count=1), span_of(entry)) for entry in entries]


def _filled(previous: str, text: str, width: int) -> bool:
    """True where the first word of a line had no room at the end of the line above it."""
    first = text.split(" ")[0]
    if "," not in text and first[:1].isupper() and _BODY_WORD.search(first):
        return False  # a recipient of its own
    return len(previous) + 1 + len(first) > 0.85 * width


def _is_remark(text: str, entries: Sequence[Item]) -> bool:
    """A sentence under a list whose entries end without a full stop: *Votering begärs inte.*"""
    sentence = text.endswith(".") and not re.search(r"\d", text) and len(text.split()) >= 3
    return sentence and sum(each.endswith(".") for each, _span in entries) == 1 and len(entries) > 1


def basis(lines: Sequence[Line]) -> list[Item]:
    """The documents a decision rests on, as written."""
    kept = [line for line in lines if not (is_bare_date(line.text) or line.text.startswith("|") or _ASIDE.match(line.text))]
    if len(kept) > 1 and kept[-1].gap and _UNIT_ALONE.fullmatch(kept[-1].text):
        kept = kept[:-1]  # whose signature follows
    entries = _whole(kept, commas=False)
    if (
        len(entries) == 1
        and len(entries[0][0]) <= 200
        and re.fullmatch(r"[a-zåäö][a-zåäö -]*(?:,[a-zåäö -]*)+\.?", entries[0][0])
    ):
        entries = [(part, entries[0][1]) for part in re.split(r",\s|\soch\s", entries[0][0])]  # "karta, ritning och kalkyl"
    if len(entries) > 1 and all(text.startswith(f"{at} ") for at, (text, _span) in enumerate(entries, 1)):
        entries = [(text.partition(" ")[2], span) for text, span in entries]
    return [
        (text.rstrip(" ;,").removesuffix("."), span)
        for text, span in entries
        if not (_empty(text) or _is_remark(text, entries) or _TOLD.match(text))
    ]


def recipients(lines: Sequence[Line], width: int = 0) -> list[Item]:
    """Who gets the decision; a shared prefix (*kommunstyrelsens förvaltning: A, B*) is given to each.

    ``width`` is the longest line of the document's running text: a line that fills it may go on in the next.
    """
    kept = [line for line in lines if not is_date(line.text) and not _ASIDE.match(line.text)]
    found: list[Item] = []
    entries = _whole(kept, commas=True, width=width)
    for text, span in entries:
        prefix, lower = "", False
        whole = len(entries) > 1 and _is_one(text)
        for part in [text] if whole else _parts(text):
            if part.startswith(";"):
                prefix, part = "", part[1:]
            part = _PURPOSE.sub("", part)
            head, colon, rest = part.partition(":")
            if colon and rest.strip() and "@" not in part:
                prefix, part = head.strip(), rest.strip()
                lower = part[:1].islower()
            elif prefix and (
                (part[:1].islower() and not lower) or re.search(r"nämnd|styrelse|förvaltning|bolag|kontoret", part, re.I)
            ):
                prefix = ""
            part = re.sub(r"^\(([^()]*)\)$", r"\1", part)
            if not _empty(part):
                found.append((f"{prefix}: {part}" if prefix else part, span))
    return found


def _is_one(text: str) -> bool:
    """True for a line of a list that is one recipient though it holds a comma.

    A unit of an administration, a person there, one role at many places; two of the same standing are two.
    """
    head, _comma, rest = text.partition(", ")
    if _UNIT_OF.fullmatch(text) or re.match(r"[\w-]+(?: [\w-]+)? (?:vid|på|i) [^,]+,.{1,120} och ", text):
        return True
    if re.fullmatch(r"(?:för|till) kännedom", rest, re.I):
        return True
    if "," in rest or " samt " in rest or ":" in text or ";" in text or not rest:
        return False
    person = is_role(head.split(" ")[0]) and is_name(head.partition(" ")[2])
    return person or _standing(head) != _standing(rest)


def _standing(text: str) -> str:
    """Which kind of recipient the words name: a board, an administration, a unit, a role; its own words where none."""
    first = re.split(r" (?:för|vid|på|i|inom) ", text)[0]
    return next((kind for kind, pattern in _STANDINGS if pattern.search(first)), text)


def _empty(text: str) -> bool:
    return not text.strip(" .,") or bool(_NONE.fullmatch(text.strip())) or bool(PLACEHOLDER.fullmatch(text.strip()))


def _parts(text: str) -> list[str]:
    """Split a sentence of recipients; a part after a semicolon begins with ``;``."""
    parts: list[str] = []
    for index, stretch in enumerate(text.rstrip(" .").split(";")):
        pieces = re.split(r",\s+(?![^()]{0,200}\))|\s+samt\s+", stretch.strip())
        merged: list[str] = []
        for piece in pieces:
            if merged and _belongs(merged[-1], piece):
                merged[-1] = f"{merged[-1]}, {piece}"
            else:
                merged.append(piece)
        split = [part for piece in merged for part in _split_and(piece)]
        parts.extend(";" * bool(index and not at) + part for at, part in enumerate(split))
    return [part.strip() for part in parts if part.strip()]


def _belongs(before: str, piece: str) -> bool:
    """True for a piece after a comma that is no recipient of its own: a role, an address, the rest of a name."""
    if name_and_role(f"{before}, {piece}") and is_role(piece):
        return True
    if _POSTAL.fullmatch(piece) or re.fullmatch(r"(?:för|till) kännedom", piece, re.I):
        return True
    _body, _for, names = before.partition(" för ")  # "nämnden för arbete" + "näringsliv och integration"
    goes_on = re.fullmatch(r"[^,]+ (?:och|&) [^,]+", piece) and names and not re.search(r" (?:och|&) ", names)
    return bool(goes_on and _BODY_WORD.search(_body) and not _BODY_WORD.search(piece))


def _is_body(text: str) -> bool:
    return bool(_BODY_WORD.search(text)) or is_role(text)


def _split_and(text: str) -> list[str]:
    """``kommunchefen och ekonomichefen`` are two; ``barn- och utbildningsnämnden`` and ``Vård och Omsorg`` are one."""
    text = re.sub(r"^(?:och|samt|dels)\s+", "", text)
    if len(text) > 300:
        return [text]
    parts, start = [], 0
    for match in re.finditer(r"\s+och\s+", text):
        left, right = text[start : match.start()], text[match.end() :]
        two = (
            not left.endswith("-")
            and _is_body(left.split(" för ")[0])
            and (_is_body(right.split(" ")[0]) or right.endswith(" AB"))
        )
        if two:
            parts.append(left)
            start = match.end()
    return [*parts, text[start:]]
