"""The points that a document proposes or decides: under their heading, else in the paragraph that asks."""

import re

from portal.documents.reading import kinds, parties
from portal.documents.reading.heading_table import Family
from portal.documents.reading.layout import Line, blocks, joined
from portal.documents.reading.points import Point, organ_of_intro, points_of
from portal.documents.reading.sections import Section
from portal.documents.reading.shapes import Reading, Span

_ASKS = re.compile(
    r"\b(?:äskar|äskas|äska|begär|begära|begärs|ansöker om|ansöka om|söker|hemställer|anhåller|beviljas|föreslår att|"
    r"önskar|ber (?:\w+ ){0,4}om)\b",
    re.I,
)
_DECIDED = re.compile(rf"(?:{kinds.ORGAN.pattern}) beslutar\b", re.I)


def read_points(reading: Reading, sections: list[Section], lines: list[Line], used: set[int]) -> list[Point]:
    minutes = reading.document_type == "protokollsutdrag"
    order = (Family.DECISION, Family.PROPOSAL) if minutes else (Family.PROPOSAL, Family.DECISION)
    points: list[Point] = []
    own = False  # the organ decides some points itself and proposes others
    for family in order:
        for section in sections:
            if section.family is family and (not points or (own and section.organ)):
                joined_on = bool(points) and not minutes  # a second organ's points: the first one decides
                points = [*points, *points_of(section.lines)]
                own = "egen del" in section.heading.casefold() if minutes else bool(section.organ) and family is Family.PROPOSAL
                named = _named_organ(section) if not joined_on else None
                if points and named and (kinds.ORGAN.fullmatch(named.strip(" .:")) or family is Family.PROPOSAL):
                    reading.deciding_organ = parties.lowered(named)
                reading.preparing = minutes and bool(points) and family is Family.PROPOSAL
    if not points and not any(section.family in order for section in sections):
        points = _points_in_prose(reading, lines, used)
    reading.decision_or_proposal = [point.text for point in points]
    reading.spans["decision_or_proposal"] = [point.span for point in points]
    return points


def _named_organ(section: Section) -> str | None:
    """The organ a proposal or decision is put to: named by the line over the points, else by the heading."""
    introduced = organ_of_intro(section.lines)
    if introduced and re.search(r"\bföreslå|\bhemställer", section.lines[0].text):
        return introduced
    return section.organ or introduced


def _points_in_prose(reading: Reading, lines: list[Line], used: set[int]) -> list[Point]:
    """The paragraph that asks for money in a letter without headings."""
    titled = reading.spans.get("title", [Span(0, 0)])[0]
    kept = [line for line in lines if not line.noise and line.number not in used and line.start >= titled.end]
    paragraphs = blocks(kept)
    if reading.document_type == "protokollsutdrag":
        decided = [point for block in paragraphs for point in points_of(block) if _DECIDED.match(point.text)]
        if any(point.asks for point in decided):
            return decided
    asking = [
        point
        for block in paragraphs
        if _ASKS.search(joined(line.text for line in block))
        for point in points_of(block)
        if _ASKS.search(point.text)
    ]
    sentences = [sentence for point in asking for sentence in point.sentences() if _ASKS.search(sentence.text)]
    asked = [point for point in sentences if point.asks] or sentences
    return ([point for point in asked if point.states_total and len(point.own_amounts()) == 1] or asked)[:1]
