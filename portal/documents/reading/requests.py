"""What is asked for or granted: whether the document is a request, its money, parties, source and year."""

import re
from collections.abc import Sequence

from portal.documents.reading import amounts, doubts, parties, tables
from portal.documents.reading.heading_table import Family
from portal.documents.reading.layout import Line, blocks, joined, span_of
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
    _read_parties(reading, points)
    if form:
        _read_form(reading, kept)
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


def _read_form(reading: Reading, lines: list[Line]) -> None:
    """The labelled fields of a form: *Finansiering: …*, *Budgetår: …*."""
    for line in lines:
        field = re.fullmatch(r"(finansiering|budgetår):\s*(.{2,120})", line.text, re.I)
        if field and field[1].casefold() == "finansiering":
            reading.funding_source, reading.spans["funding_source"] = field[2], [line.span]
        elif field and re.fullmatch(r"20\d\d", field[2]):
            reading.budget_year = int(field[2])


def _read_parties(reading: Reading, points: list[Point]) -> None:
    asked = parties.asked_organ(points)
    organ = asked or parties.deciding_organ(points)
    if organ and (asked or not reading.deciding_organ):
        reading.deciding_organ, reading.spans["deciding_organ"] = organ[0], [organ[1].span]
    if not reading.is_request:
        return
    source = parties.funding_source(points)
    if source:
        reading.funding_source, reading.spans["funding_source"] = source[0], [source[1].span]
    asking = [point for point in points if point.asks]
    if len(asking) == 1:
        reading.beneficiary = parties.receiver(asking[0])
    _settle_year(reading, parties.years(points, reading.title, reading.spans.get("title", [])))


def _settle_year(reading: Reading, years: Sequence[parties.Year]) -> None:
    """The one year that is said to be the budget's; any other year is offered."""
    said = {each.year for each in years if each.certain}
    if len(said) == 1:
        reading.budget_year = said.pop()
        reading.spans["budget_year"] = [each.span for each in years if each.certain and each.span][:1]
        return
    doubt = doubts.of_year([(each.year, each.span) for each in years])
    if doubt:
        reading.doubts.append(doubt)
