"""Text in, reading out: puts together what the other modules find."""

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from portal.documents.reading import amounts, doubts, facts, handler, lists, parties, remarks, signatures, tables, title
from portal.documents.reading.heading_table import Family
from portal.documents.reading.headings import STANDARD, Headings
from portal.documents.reading.layout import Line, blocks, joined, lines_of, plain, span_of
from portal.documents.reading.mail import MailHead, find_mail_head
from portal.documents.reading.paragraphs import set_apart
from portal.documents.reading.points import ASKING, REFUSING, Point, organ_of_intro, points_of
from portal.documents.reading.sections import Section, sections_of
from portal.documents.reading.shapes import OtherAmount, Reading, Span
from portal.money import find_amounts

_ASKS = re.compile(
    r"\b(?:äskar|äskas|äska|begär|begära|begärs|ansöker om|ansöka om|söker|hemställer|anhåller|beviljas|föreslår att|"
    r"önskar|ber (?:\w+ ){0,4}om)\b",
    re.I,
)
_ASKING_TITLE = re.compile(
    r"äskande|begäran|ansökan|anslag|medel\b|bidrag|fördelning|tillskott|utökad (?:ram|budget)|finansiering", re.I
)
_DECIDED = re.compile(rf"(?:{facts.ORGAN.pattern}) beslutar\b", re.I)
_REDISTRIBUTE = re.compile(
    r"fördelning\w*[^.\n]{0,60}\b(?:kan|får|må)\b[^.\n]{0,40}(?:förändra|ändra|justera|omfördela)|"
    r"\b(?:får|kan|rätt att|möjlighet att|ska kunna)\s(?:\w+\s){0,3}omfördela|omfördelning (?:mellan|"
    r"inom)[^.\n]{0,60}(?:får|kan|tillåt|medge)|"
    r"omfördelas (?:mellan|inom)",
    re.I,
)
_OUTCOMES = (
    ("återremiss", re.compile(r"återremitter", re.I)),
    ("bordläggning", re.compile(r"bordlägg", re.I)),
    ("avslag", re.compile(r"\bavsl(?:å|ås|år)\b", re.I)),
    ("överlämnat", re.compile(r"\böverlämna|föreslår kommun\w+ (?:att )?besluta", re.I)),
    ("bifall", re.compile(r"\b(?:bevilja|bifall|omfördel|fördel|anslå|anvis|avsätt|tilldel|godkänn|överför)", re.I)),
)
LARGEST_TEXT = 2_000_000  # characters that are looked at; what follows is far beyond any tjänsteskrivelse


def read_text(text: str, headings: Headings = STANDARD) -> Reading:
    """Read a tjänsteskrivelse or an extract of minutes. What the text does not say is None or an empty list."""
    lines = set_apart(lines_of(text[:LARGEST_TEXT]), headings)
    mailed = find_mail_head(lines)
    if mailed:
        lines = [replace(line, noise=True) if line.number in mailed.numbers else line for line in lines]
    sections = sections_of(lines, headings)
    reading = Reading()
    headed = any(section.family in (Family.PROPOSAL, Family.DECISION) for section in sections)
    first = next((section.lines[0].number for section in sections[1:] if section.lines), len(lines))
    _read_head(reading, lines, sections, first)
    if mailed:
        _read_mail_head(reading, mailed, headed=headed)
    after = _end_of_head(reading, lines, sections, first)
    signed = signatures.find_signatories(lines, sections, after)
    reading.signatories, reading.spans["signatories"] = signed.people, signed.spans
    of_signature = signed.used | signatures.above_signature(lines, signed.used)
    for section in sections[1:]:
        kept = [line for line in section.lines if line.number not in of_signature]
        listing = section.family in (Family.RECIPIENTS, Family.INFORMATION, Family.BASIS)
        section.lines = kept if listing else [line for line in section.lines if line.number not in signed.used]
    handles = handler.find_handler(lines, after)
    if handles:
        reading.handler, reading.spans["handler"] = handles[0], [handles[1]]
    _read_lists(reading, sections)
    points = _read_points(reading, sections, lines, signed.used)
    _read_money(reading, points, sections, signed.used)
    _read_rest(reading, sections, lines, text)
    _offer_title(reading)
    reading.warnings += remarks.remarks(reading, lines, headed=headed)
    reading.spans = {name: spans for name, spans in reading.spans.items() if spans}
    return reading


def _read_head(reading: Reading, lines: list[Line], sections: list[Section], first: int) -> None:
    """Kind, date, number, paragraph, organ and title."""
    front = lines[: max(first - 1, 0)] if len(sections) > 1 else lines[:15]
    kind = facts.find_kind(front)
    minutes = kind is not None and kind[0] == "protokollsutdrag"
    paragraph = facts.find_paragraph(front)
    opens = paragraph is not None and facts.opens_with_paragraph(paragraph[1].text)
    if paragraph and (minutes or opens or any(section.family is Family.DECISION for section in sections)):
        reading.paragraph, reading.spans["paragraph"] = paragraph[0], [paragraph[1].span]
        minutes = True
        kind = kind or ("protokollsutdrag", paragraph[1].span)
    if kind:
        reading.document_type, reading.spans["document_type"] = kind[0], [kind[1]]
    elif any(section.family is Family.PROPOSAL for section in sections):
        reading.document_type = "tjänsteskrivelse"
    dates = facts.find_dates(front, [] if minutes else _datable(sections))
    _settle_date(reading, dates or facts.find_dates([], _datable(sections)))
    number = facts.find_number(front)
    if number:
        reading.diarienummer, reading.spans["diarienummer"] = number[0], [number[1]]
    if minutes:
        reading.organ = next((organ for organ, _span in _outer(facts.organs_in(front))), None)
    below = paragraph[1].number if minutes and paragraph else 0
    found = title.labelled_title(lines[:40]) or title.find_title(front, below, headless=len(sections) == 1)
    if found:
        reading.title, reading.spans["title"] = plain(found[0]), [span_of(found[1])]


def _settle_date(reading: Reading, dates: Sequence[facts.Dated]) -> None:
    """The best date is the document's; of two equally good ones none is. What no label says is offered."""
    equal = [dated for dated in dates if dated.rank == dates[0].rank]
    if len({dated.iso for dated in equal}) == 1:
        reading.date, reading.spans["date"] = equal[0].iso, [equal[0].span]
    labelled = bool(equal) and equal[0].rank < facts.ALONE_BELOW
    doubt = doubts.of_dates([(dated.iso, dated.span) for dated in equal], chosen=bool(reading.date), labelled=labelled)
    if doubt:
        reading.doubts.append(doubt)


def _offer_title(reading: Reading) -> None:
    """Both spellings of a title that the decision basis spells in another way; the head's own stands."""
    other = remarks.other_spelling(reading.title, reading.decision_basis) if reading.title else None
    if reading.title and other:
        spans = (reading.spans["title"][0], reading.spans["decision_basis"][other[1]])
        reading.doubts.append(doubts.two_titles(reading.title, other[0], spans))


def _read_mail_head(reading: Reading, mailed: MailHead, *, headed: bool) -> None:
    """What the head of an e-mail adds; a tjänsteskrivelse pasted below it speaks for itself."""
    if mailed.subject and not (headed and reading.title):
        reading.title, reading.spans["title"] = mailed.subject[0], [mailed.subject[1].span]
    sent = facts.date_at_start(mailed.sent[0]) if mailed.sent else None
    if mailed.sent and sent and not (headed and reading.date):
        reading.date, reading.spans["date"] = sent, [mailed.sent[1].span]
    reading.copy_recipients += [name for name, _line in mailed.copies]
    reading.spans.setdefault("copy_recipients", []).extend(line.span for _name, line in mailed.copies)


def _datable(sections: list[Section]) -> list[Line]:
    """Lines that may carry the document's own date: among the basis stand the dates of other documents."""
    return [
        line
        for section in sections
        for line in section.lines
        if section.family is not Family.BASIS or facts.is_bare_date(line.text)
    ]


def _outer(organs: Iterable[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """The most specific owner of minutes first: an arbetsutskott rather than its board."""
    return sorted(organs, key=lambda organ: "utskott" not in organ[0].casefold())


def _end_of_head(reading: Reading, lines: list[Line], sections: list[Section], first: int) -> int:
    """The number of the first line after the head, where signatures may stand."""
    if any(section.family in (Family.PROPOSAL, Family.DECISION, Family.BODY) for section in sections):
        return first
    spans = reading.spans.get("title")
    return next((line.number + 1 for line in reversed(lines) if spans and line.end <= spans[0].end), 0)


def _read_lists(reading: Reading, sections: list[Section]) -> None:
    width = max((len(line.text) for section in sections for line in section.lines if len(line.chunks) == 1), default=0)
    for section in sections:
        if section.family is Family.BASIS:
            found = lists.basis(section.lines)
            reading.decision_basis += [text for text, _span in found]
            reading.spans.setdefault("decision_basis", []).extend(span for _text, span in found)
        elif section.family in (Family.RECIPIENTS, Family.INFORMATION):
            for text, span in lists.recipients(section.lines, width):
                aside = re.fullmatch(r"(.+?),?\s*\(?(?:för|till) kännedom\)?", text, re.I)
                informed = section.family is Family.INFORMATION or bool(aside)
                (reading.for_information if informed else reading.copy_recipients).append(aside[1] if aside else text)
                reading.spans.setdefault("for_information" if informed else "copy_recipients", []).append(span)


def _read_points(reading: Reading, sections: list[Section], lines: list[Line], used: set[int]) -> list[Point]:
    minutes = reading.document_type == "protokollsutdrag"
    order = (Family.DECISION, Family.PROPOSAL) if minutes else (Family.PROPOSAL, Family.DECISION)
    points: list[Point] = []
    own = False  # the organ decides some points itself and proposes others
    for family in order:
        for section in sections:
            if section.family is family and (not points or (own and section.organ)):
                points = [*points, *points_of(section.lines)]
                own = minutes and "egen del" in section.heading
                named = _named_organ(section)
                if points and named and (facts.ORGAN.fullmatch(named.strip(" .:")) or family is Family.PROPOSAL):
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


def _read_money(reading: Reading, points: list[Point], sections: list[Section], used: set[int]) -> None:
    kept = [line for section in sections for line in section.lines]
    form = not points and any(amounts.LABELLED.search(line.text) for line in kept)
    reading.is_request = form or _is_request(points, reading.title or "")
    _read_parties(reading, points)
    if form:
        _read_form(reading, kept)
    listed: Sequence[tables.LineList] = []
    if reading.is_request:
        body = [
            (joined(line.text for line in block), span_of(block))
            for section in sections
            if section.family in (Family.BODY, Family.FRONT)
            for block in blocks(section.lines)
        ]
        listed = tables.line_lists(sections, used)
        money = amounts.settle(points, listed, body)
        reading.amount_total_sek, reading.budget_lines = money.total, money.lines
        reading.warnings += list(dict.fromkeys(money.warnings))
        reading.doubts += money.doubts
        reading.spans["amount_total_sek"] = money.total_spans if money.total is not None else []
        reading.spans["budget_lines"] = [line.span for line in money.lines]


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


def _read_rest(reading: Reading, sections: list[Section], lines: list[Line], text: str) -> None:
    """Description, other amounts, outcome of minutes, the wish to move money, and the organ a letter is addressed to."""
    minutes = reading.document_type == "protokollsutdrag"
    for section in sections:
        if section.family is Family.BODY and section.lines:
            prose = _without_fields(reading, section.lines)
            words = "\n\n".join(joined(line.text for line in block) for block in blocks(prose))
            if words:
                reading.sections.append((section.heading, words))
                reading.spans.setdefault("description", []).append(span_of(prose))
    kept = [line for line in lines if not line.noise]
    reading.may_redistribute = any(_REDISTRIBUTE.search(joined(line.text for line in block)) for block in blocks(kept))
    if minutes:
        if reading.deciding_organ == "arbetsutskottet" and reading.organ and "arbetsutskott" in reading.organ.casefold():
            reading.deciding_organ = parties.lowered(reading.organ)
        words = " ".join(reading.decision_or_proposal)
        reading.outcome = next((outcome for outcome, pattern in _OUTCOMES if pattern.search(words)), None)
        if reading.organ and reading.deciding_organ not in (None, parties.lowered(reading.organ)):
            reading.preparing = True
        if not reading.deciding_organ and not reading.preparing and reading.organ:
            reading.deciding_organ = parties.lowered(reading.organ)
    addressed = next(
        filter(None, (re.fullmatch(rf"till:?\s+({facts.ORGAN.pattern})", line.text, re.I) for line in lines[:8])), None
    )
    if addressed and not reading.deciding_organ:
        reading.deciding_organ = parties.lowered(addressed[1])
    _read_other_amounts(reading, lines, text)


def _without_fields(reading: Reading, lines: Sequence[Line]) -> list[Line]:
    """Description lines that are not already read as the date or as budget lines with their head and sum."""
    rows = reading.spans.get("budget_lines", [])
    listed = {line.number for line in lines if any(span.start <= line.start < span.end for span in rows)}
    last = max(listed, default=0)
    return [
        line
        for line in lines
        if line.number not in listed
        and not facts.is_bare_date(line.text)
        and not (listed and (line.text.startswith("|") or (line.number == last + 1 and tables.is_sum(line.text))))
    ]


def _read_other_amounts(reading: Reading, lines: list[Line], text: str) -> None:
    """The amounts that stand outside the points, the budget lines, the title and the running heads."""
    taken = sorted(
        [
            *reading.spans.get("decision_or_proposal", []),
            *reading.spans.get("budget_lines", []),
            *reading.spans.get("title", []),
            *(line.span for line in lines if line.noise),
        ]
    )
    starts = [span.start for span in taken]
    for found in find_amounts(text[:LARGEST_TEXT]):
        at = bisect.bisect_right(starts, found.start) - 1
        inside = at >= 0 and found.start < taken[at].end
        if not inside and (found.kronor is None or found.kronor != reading.amount_total_sek):
            reading.other_amounts.append(OtherAmount(found.as_written, found.kronor, Span(found.start, found.end)))
