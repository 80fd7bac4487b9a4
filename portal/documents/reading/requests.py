"""What is asked for or granted: whether the document is a request, its money, parties, source and year."""

import re
from collections.abc import Mapping, Sequence

from portal.documents.reading import amounts, doubts, parties, tables
from portal.documents.reading.heading_table import Family
from portal.documents.reading.layout import PLACEHOLDER, Line, blocks, joined, span_of
from portal.documents.reading.line_list import LineList
from portal.documents.reading.points import ASKING, REFUSING, Point
from portal.documents.reading.sections import Section
from portal.documents.reading.shapes import Reading

_ASKING_TITLE = re.compile(
    r"äskande|begäran|ansökan|anslag|medel\b|bidrag|fördelning|tillskott|utökad (?:ram|budget)|finansiering", re.I
)

# A proposal that gives less than the title asks for is no contradiction.
_PART = re.compile(
    r"\bdelvis\b|\bdel av\b|\bav (?:det|de) (?:begärda|sökta|äskade|ansökta)\b|\bi övrigt\b|\bavslå|\bresterande\b", re.I
)

# The fields of a form, or of a head, by what they tell; a sentence after the label is running text.
_LABELS = {
    "funding_source": re.compile(r"finansiering:\s*(.{2,120}(?<![.!?]))", re.I),
    "budget_year": re.compile(r"budgetår:\s*(20\d\d)", re.I),
    "beneficiary": re.compile(r"mottagare av (?:medlen|pengarna|bidraget):\s*(.{2,120}(?<![.!?]))", re.I),
    "deciding_organ": re.compile(r"(?:beslutande organ|beslutsorgan|beslutsinstans):\s*(.{2,120}(?<![.!?]))", re.I),
}


def _is_request(points: list[Point], title_text: str) -> bool:
    """True where the points ask for or grant money, or agree to a request that the title names."""
    if any(point.asks for point in points):
        return True
    if any(REFUSING.search(point.text) for point in points):
        return False
    words = " ".join(point.text for point in points)
    if any(ASKING.search(point.text) and not point.is_financing for point in points):
        return True
    return bool(_ASKING_TITLE.search(title_text) and re.search(r"enligt|begäran|äskande", words, re.I))


def read_money(reading: Reading, points: list[Point], sections: list[Section], used: set[int]) -> None:
    kept = [line for section in sections for line in section.lines]
    form = not points and any(amounts.LABELLED.search(line.text) or tables.ASKED_FIELD.match(line.text) for line in kept)
    reading.is_request = form or _is_request(points, reading.title or "")
    said = _labelled(kept)
    _read_parties(reading, points, said)
    listed: Sequence[LineList] = []
    if reading.is_request:
        body = [
            (joined(line.text for line in block), span_of(block))
            for section in sections
            if section.family in (Family.BODY, Family.FRONT)
            for block in blocks(section.lines)
        ]
        listed = tables.line_lists(sections, used)
        money = amounts.settle(points, listed, body)
        if money.total is not None and reading.title and reading.document_type != "protokollsutdrag":
            titled = next(iter(reading.spans.get("title", [])), None)
            doubt = doubts.of_title(reading.title, titled, money.total, next(iter(money.total_spans), None))
            if doubt and not _PART.search(" ".join(point.text for point in points)):
                money.add(doubt)
                money.total = None
        reading.amount_total_sek, reading.budget_lines = money.total, money.lines
        reading.warnings += list(dict.fromkeys(money.warnings))
        reading.doubts += money.doubts
        reading.spans["amount_total_sek"] = money.total_spans if money.total is not None else []
        reading.spans["budget_lines"] = [line.span for line in money.lines]
        if not reading.funding_source:
            source = doubts.of_source(parties.sources_mentioned(body))
            reading.doubts += [source] if source else []


def _labelled(lines: Sequence[Line]) -> dict[str, tuple[str, Line]]:
    """The labelled fields of a form or a head (*Finansiering: …*, *Budgetår: …*) by what they tell; the first of each."""
    found: dict[str, tuple[str, Line]] = {}
    for line in lines:
        for name, pattern in _LABELS.items():
            field = pattern.fullmatch(line.text)
            if field and not PLACEHOLDER.search(field[1]):
                found.setdefault(name, (field[1].strip(), line))
    return found


def _read_parties(reading: Reading, points: list[Point], said: Mapping[str, tuple[str, Line]]) -> None:
    """Who decides, who pays, who gets it and for which year: as labels say it outright, else as the points do."""
    _settle_organ(reading, points, said)
    if not reading.is_request:
        return
    source = parties.funding_source(points)
    if source:
        reading.funding_source, reading.spans["funding_source"] = source[0], [source[1].span]
    asking = [point for point in points if point.asks]
    if len(asking) == 1:
        reading.beneficiary = parties.receiver(asking[0])
    for name in ("funding_source", "beneficiary"):
        if name in said:
            setattr(reading, name, said[name][0])
            reading.spans[name] = [said[name][1].span]
    years = parties.years(points, reading.title, reading.spans.get("title", []))
    if "budget_year" in said:
        year, line = said["budget_year"]
        years = [parties.Year(int(year), line.span, certain=True)]
    _settle_year(reading, years)


def _settle_organ(reading: Reading, points: list[Point], said: Mapping[str, tuple[str, Line]]) -> None:
    """The organ that is asked; else the one that the heading, a label or the points name."""
    asked = parties.asked_organ(points)
    organ = asked or parties.deciding_organ(points)
    labelled = said.get("deciding_organ")
    if labelled and not asked and not reading.deciding_organ:
        reading.deciding_organ, reading.spans["deciding_organ"] = parties.lowered(labelled[0]), [labelled[1].span]
    elif organ and (asked or not reading.deciding_organ):
        reading.deciding_organ, reading.spans["deciding_organ"] = organ[0], [organ[1].span]


def _settle_year(reading: Reading, years: Sequence[parties.Year]) -> None:
    """The one year that is said to be the budget's; any other year is offered."""
    certain = {each.year for each in years if each.certain}
    if len(certain) == 1:
        reading.budget_year = certain.pop()
        reading.spans["budget_year"] = [each.span for each in years if each.certain and each.span][:1]
        return
    doubt = doubts.of_year([(each.year, each.span) for each in years])
    if doubt:
        reading.doubts.append(doubt)
