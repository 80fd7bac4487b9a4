"""Text in, reading out: each kind of field is read by its own module, in the order that one needs another."""

import re
from dataclasses import replace

from portal.documents.reading import doubts, handler, lists, remarks, signatures
from portal.documents.reading.description import read_description
from portal.documents.reading.head import end_of_head, read_addressee, read_head, read_mail_head
from portal.documents.reading.heading_table import Family
from portal.documents.reading.headings import STANDARD, Headings
from portal.documents.reading.layout import Line, lines_of
from portal.documents.reading.mail import find_mail_head
from portal.documents.reading.mentioned import read_other_amounts
from portal.documents.reading.minutes import read_minutes
from portal.documents.reading.paragraphs import set_apart
from portal.documents.reading.proposals import read_points
from portal.documents.reading.requests import read_money
from portal.documents.reading.sections import LISTING, Section, sections_of
from portal.documents.reading.shapes import Reading

LARGEST_TEXT = 2_000_000  # characters that are looked at; what follows is far beyond any tjänsteskrivelse


def read_text(text: str, headings: Headings = STANDARD) -> Reading:
    """Read a tjänsteskrivelse or an extract of minutes. What the text does not say is None or an empty list."""
    text = text[:LARGEST_TEXT]
    lines = set_apart(lines_of(text), headings)
    mailed = find_mail_head(lines)
    if mailed:
        lines = [replace(line, noise=True) if line.number in mailed.numbers else line for line in lines]
    sections = sections_of(lines, headings)
    reading = Reading()
    headed = any(section.family in (Family.PROPOSAL, Family.DECISION) for section in sections)
    first = sections[1].at if len(sections) > 1 else len(lines)
    read_head(reading, lines, sections, first)
    if mailed:
        read_mail_head(reading, mailed, headed=headed)
    after = end_of_head(reading, lines, sections, first)
    signed = _read_signatories(reading, sections, lines, after)
    handles = handler.find_handler(lines, after)
    if handles:
        reading.handler, reading.spans["handler"] = handles[0], [handles[1]]
    _read_lists(reading, sections)
    points = read_points(reading, sections, lines, signed)
    read_money(reading, points, sections, signed)
    read_description(reading, sections, lines)
    if reading.document_type == "protokollsutdrag":
        read_minutes(reading, sections)
    read_addressee(reading, lines)
    read_other_amounts(reading, lines, text)
    _offer_title(reading)
    _narrow(reading, text)
    reading.warnings += remarks.remarks(reading, lines, headed=headed)
    reading.spans = {name: spans for name, spans in reading.spans.items() if spans}
    return reading


def _read_signatories(reading: Reading, sections: list[Section], lines: list[Line], after: int) -> set[int]:
    """The signatories, taken out of the sections they stand in; answers the numbers of their lines."""
    signed = signatures.find_signatories(lines, sections, after)
    reading.signatories, reading.spans["signatories"] = signed.people, signed.spans
    of_signature = signed.used | signatures.above_signature(lines, signed.used, after)
    for section in sections[1:]:
        taken = of_signature if section.family in LISTING else signed.used
        section.lines = [line for line in section.lines if line.number not in taken]
    return signed.used


def _read_lists(reading: Reading, sections: list[Section]) -> None:
    """Decision basis, copy recipients and for information."""
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


def _offer_title(reading: Reading) -> None:
    """Both spellings of a title that the decision basis spells in another way; the head's own stands."""
    other = remarks.other_spelling(reading.title, reading.decision_basis) if reading.title else None
    if reading.title and other:
        spans = (reading.spans["title"][0], reading.spans["decision_basis"][other[1]])
        reading.doubts.append(doubts.two_titles(reading.title, other[0], spans))


def _narrow(reading: Reading, text: str) -> None:
    """Let the passages of the total and of what may be the total be the amounts themselves."""
    reading.doubts = [doubts.narrowed(doubt, text) for doubt in reading.doubts]
    total = reading.amount_total_sek
    if total is not None:
        passages = [doubts.passage_of(total, span, text) for span in reading.spans.get("amount_total_sek", [])]
        reading.spans["amount_total_sek"] = passages
