"""What minutes tell besides the decision: who had a conflict of interest, who dissented, which decision is replaced."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portal.documents.reading.layout import blocks, joined, span_of
from portal.documents.reading.names import names_in
from portal.documents.reading.parties import lowered
from portal.documents.reading.sections import Section
from portal.documents.reading.shapes import Reading, Span

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])")
_JAV = re.compile(r"\bjäv(?:ig|iga|et)?\b", re.I)
_STANDS_IN = re.compile(r"\b(?:ersätts av|ersättare|inträder|tjänstgör|i (?:hans|hennes) ställe)\b.*", re.I)
_DISSENTS = re.compile(r"\breserver(?:ar|ade) sig\b", re.I)
_NOBODY = re.compile(r"\b(?:ingen|inga|inte någon)\b", re.I)
_REPLACES = re.compile(r"\b(?:ersätter|upphäver|upphävs|upphör att gälla|ändrar|i stället för|river upp)\b", re.I)
# "kommunstyrelsens beslut 2024-05-06, § 45": a decision by its body, its day or its paragraph
_DAY = r"(?:(?:19|20)\d\d-\d\d-\d\d|\d{1,2} \w{3,9} (?:19|20)\d\d)"
# "kommunstyrelsens beslut 2024-05-06, § 45": a decision by its body, its day or its paragraph
_DECISION = re.compile(
    rf"(?:(?:[\w-]+ ){{0,4}}?[\w-]+s )?(?:tidigare )?(?:delegations)?beslut(?:et)?"
    rf"(?: (?:av |från |den |om )?{_DAY})?(?:,? (?:i )?§ ?\d{{1,4}}(?:/(?:19|20)?\d\d)?)?",
    re.I,
)
_OUTCOMES = (
    ("återremiss", re.compile(r"återremitter", re.I)),
    ("bordläggning", re.compile(r"bordlägg", re.I)),
    ("avslag", re.compile(r"\bavsl(?:å|ås|år)\b", re.I)),
    ("överlämnat", re.compile(r"\böverlämna|föreslår kommun\w+ (?:att )?besluta", re.I)),
    ("bifall", re.compile(r"\b(?:bevilja|bifall|omfördel|fördel|anslå|anvis|avsätt|tilldel|godkänn|överför)", re.I)),
)


class Told(NamedTuple):
    """What a sentence of the minutes tells, as written, and the passage."""

    words: str
    span: Span


def _sentences(sections: Sequence[Section]) -> Iterator[tuple[str, Span]]:
    for block in (block for section in sections for block in blocks(section.lines)):
        for sentence in _SENTENCE.split(joined(line.text for line in block)):
            yield sentence, span_of(block)


def disqualified(sections: Sequence[Section]) -> list[Told]:
    """Who took no part because of a conflict of interest (jäv), not who stood in."""
    found: list[Told] = []
    for sentence, span in _sentences(sections):
        if _JAV.search(sentence) and not _NOBODY.search(sentence):
            found += [Told(name, span) for name in names_in(_STANDS_IN.sub("", sentence))]
    return _once(found)


def dissenting(sections: Sequence[Section]) -> list[Told]:
    """Who entered a reservation: persons, or a group as written (*Samtliga ledamöter för Hembygdspartiet*)."""
    found: list[Told] = []
    for sentence, span in _sentences(sections):
        verb = _DISSENTS.search(sentence)
        if verb and not _NOBODY.search(sentence[: verb.start()]):
            before = sentence[: verb.start()].strip(" ,")
            names = names_in(sentence)
            found += [Told(name, span) for name in names or ([before] if 0 < len(before) < 120 else [])]
    return _once(found)


def replaced(points: Sequence[tuple[str, Span]]) -> Told | None:
    """The earlier decision that a point replaces, with its day or paragraph."""
    for text, span in points:
        verb = _REPLACES.search(text)
        if verb:
            for match in _DECISION.finditer(text, verb.end()):
                if re.search(r"\d", match[0]):
                    return Told(match[0].strip(" ,."), span)
    return None


def _once(found: Sequence[Told]) -> list[Told]:
    return list({told.words: told for told in reversed(found)}.values())[::-1]


def read_minutes(reading: Reading, sections: Sequence[Section]) -> None:
    """Outcome and organ of minutes, whether they only prepare, and what they tell besides."""
    if reading.deciding_organ == "arbetsutskottet" and reading.organ and "arbetsutskott" in reading.organ.casefold():
        reading.deciding_organ = lowered(reading.organ)
    words = " ".join(reading.decision_or_proposal)
    reading.outcome = next((outcome for outcome, pattern in _OUTCOMES if pattern.search(words)), None)
    if reading.organ and reading.deciding_organ not in (None, lowered(reading.organ)):
        reading.preparing = True
    if not reading.deciding_organ and not reading.preparing and reading.organ:
        reading.deciding_organ = lowered(reading.organ)
    _tell(reading, sections)


def _tell(reading: Reading, sections: Sequence[Section]) -> None:
    """Who had a conflict of interest, who dissented, and the decision that this one replaces."""
    of_jav, dissent = disqualified(sections), dissenting(sections)
    reading.jav, reading.spans["jav"] = [told.words for told in of_jav], [told.span for told in of_jav]
    reading.reservations = [told.words for told in dissent]
    reading.spans["reservations"] = [told.span for told in dissent]
    points = list(zip(reading.decision_or_proposal, reading.spans["decision_or_proposal"], strict=True))
    earlier = replaced(points)
    if earlier:
        reading.replaces, reading.spans["replaces"] = earlier.words, [earlier.span]
