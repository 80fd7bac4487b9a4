"""The head of a document: its kind, date, number, paragraph, organ and title, in a letterhead, minutes or an e-mail."""

import re
from collections.abc import Iterable, Sequence

from portal.documents.reading import dates, doubts, kinds, numbers, parties, title
from portal.documents.reading.heading_table import Family
from portal.documents.reading.layout import Line, plain, span_of
from portal.documents.reading.mail import MailHead
from portal.documents.reading.sections import Section
from portal.documents.reading.shapes import Reading, Span


def read_head(reading: Reading, lines: list[Line], sections: list[Section], first: int) -> None:
    """Kind, date, number, paragraph, organ and title."""
    front = lines[:first] if len(sections) > 1 else lines[:15]
    kind = kinds.find_kind(front)
    minutes = kind is not None and kind[0] == "protokollsutdrag"
    paragraph = numbers.find_paragraph(front)
    opens = paragraph is not None and numbers.opens_with_paragraph(paragraph[1].text)
    if paragraph and (minutes or opens or any(section.family is Family.DECISION for section in sections)):
        reading.paragraph, reading.spans["paragraph"] = paragraph[0], [paragraph[1].span]
        minutes = True
        kind = kind or ("protokollsutdrag", paragraph[1].span)
    if kind:
        reading.document_type, reading.spans["document_type"] = kind[0], [kind[1]]
    elif any(section.family is Family.PROPOSAL for section in sections):
        reading.document_type = "tjänsteskrivelse"
    dated = dates.find_dates(front, [] if minutes else _datable(sections))
    _settle_date(reading, dated or dates.find_dates([], _datable(sections)))
    number = numbers.find_number(front)
    if number:
        reading.diarienummer, reading.spans["diarienummer"] = number[0], [number[1]]
    if minutes:
        reading.organ = next((organ for organ, _span in _outer(kinds.organs_in(front))), None)
    below = paragraph[1].number if minutes and paragraph else 0
    found = title.labelled_title(lines[:40]) or title.find_title(front, below, headless=len(sections) == 1)
    if found:
        reading.title, reading.spans["title"] = plain(found[0]), [span_of(found[1])]


def _settle_date(reading: Reading, found: Sequence[dates.Dated]) -> None:
    """The best date is the document's; of two equally good ones none is. What no label says is offered."""
    equal = [dated for dated in found if dated.rank == found[0].rank]
    if len({dated.iso for dated in equal}) == 1:
        reading.date, reading.spans["date"] = equal[0].iso, [equal[0].span]
    labelled = bool(equal) and equal[0].rank < dates.ALONE_BELOW
    doubt = doubts.of_dates([(dated.iso, dated.span) for dated in equal], chosen=bool(reading.date), labelled=labelled)
    if doubt:
        reading.doubts.append(doubt)


def read_mail_head(reading: Reading, mailed: MailHead, *, headed: bool) -> None:
    """What the head of an e-mail adds; a tjänsteskrivelse pasted below it speaks for itself."""
    if mailed.subject and not (headed and reading.title):
        reading.title, reading.spans["title"] = mailed.subject[0], [mailed.subject[1].span]
    sent = dates.date_at_start(mailed.sent[0]) if mailed.sent else None
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
        if section.family is not Family.BASIS or dates.is_bare_date(line.text)
    ]


def _outer(organs: Iterable[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """The most specific owner of minutes first: an arbetsutskott rather than its board."""
    return sorted(organs, key=lambda organ: "utskott" not in organ[0].casefold())


def end_of_head(reading: Reading, lines: list[Line], sections: list[Section], first: int) -> int:
    """The number of the first line after the head, where signatures may stand."""
    if any(section.family in (Family.PROPOSAL, Family.DECISION, Family.BODY) for section in sections):
        return first
    spans = reading.spans.get("title")
    return next((line.number + 1 for line in reversed(lines) if spans and line.end <= spans[0].end), 0)


def read_addressee(reading: Reading, lines: Sequence[Line]) -> None:
    """The organ that a letter is addressed to decides where nothing else names one."""
    addressed = (re.fullmatch(rf"till:?\s+({kinds.ORGAN.pattern})", line.text, re.I) for line in lines[:8])
    found = next(filter(None, addressed), None)
    if found and not reading.deciding_organ:
        reading.deciding_organ = parties.lowered(found[1])
