"""The short facts of a document: its kind, date, diarienummer, paragraph and whose paper it is."""

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portal.documents.reading.layout import PLACEHOLDER, Line
from portal.documents.reading.shapes import Span
from portal.months import MONTHS

_MONTH = "|".join(f"{month[:3]}\\w*\\.?" if len(month) > 3 else month for month in MONTHS)
_DATE = re.compile(
    rf"(?<![\d-])(?:(?P<y>(?:19|20)\d\d)[- ./](?P<m>\d\d)[- ./](?P<d>\d\d)|"
    rf"(?P<d2>\d{{1,2}})\s(?P<month>{_MONTH})\s(?P<y2>(?:19|20)\d\d)|"
    r"(?P<d3>\d{1,2})[./](?P<m3>\d{1,2})[ ./-]{1,2}(?P<y3>(?:19|20)\d\d)|(?P<y4>20\d\d)(?P<m4>\d\d)(?P<d4>\d\d)|"
    r"(?P<y5>\d\d)(?P<m5>\d\d)(?P<d5>\d\d)|(?P<y6>\d\d)-(?P<m6>\d\d)-(?P<d6>\d\d))(?![\d-])",
    re.I,
)
_DATE_LABEL = re.compile(
    r"(?:sammanträdes|besluts|mötes|dokument|upprättande|skrivelse)?datum|(?:sammanträdes|mötes)dag|"
    r"upprättad(?:es)?|utfärda[dt]|utfärdat|daterad|skriven|dat\.?",
    re.I,
)
_LABELLED_DATE = re.compile(rf"(?:{_DATE_LABEL.pattern})\b\s?(?:den|av)?\s?[:.]?\s*(?:den\s)?(?=\d)", re.I)
_LABEL_INSIDE = re.compile(
    r"\b(?:(?:Sammanträdesd|Beslutsd|Mötesd|D)atum\s?:?\s*|(?:[Pp]rotokoll|[Uu]tdrag)\w*\s[^\n]{0,80}sammanträde(?:t)?,?\s(?:den\s)?)(?=\d)"
)
_KIND_AND = re.compile(
    r"(?:tjänsteskrivelse|tjänsteutlåtande|(?:sammanträdes)?protokoll(?:sutdrag)?|delegationsbeslut),?\s(?:den\s)?(?=\d)", re.I
)  # as a head of its own: *Tjänsteskrivelse 2025-02-11*
_BARE_DATE = re.compile(rf"(?:(?:{_DATE_LABEL.pattern})\s?:?\s*)?(?:den\s)?(?:{_DATE.pattern})", re.I)
_PLACE_AND = re.compile(
    r"(?:(?!\w*(?:skrivelse|utlåtande|protokoll|beslut|bilaga|budget|analys|plan|rapport|offert|bild|avtal)\b)"
    r"[A-ZÅÄÖ][\wåäö-]+(?:\s[A-ZÅÄÖ][\wåäö-]+)?,?\s)?(?:den\s)?(?=\d)"
)

NUMBER_LABEL = re.compile(
    r"(?:dnr|diarie\s?(?:nummer|nr)|diarienr|ärende\s?(?:nummer|nr)|(?:vår|er)?\s?beteckning|vårt dnr|"
    r"dnr/beteckning)\b\s?[:.]?",
    re.I,
)
_LETTERS = "[A-ZÅÄÖ]{1,6}"
_NUMBER = re.compile(
    rf"(?<![\wÅÄÖåäö])(?:{_LETTERS}[- /]{{0,2}}(?:19|20)\d\d[-/:.]\d{{1,6}}(?:[-.:/]\d{{1,5}})?(?:\s\d{{2,3}}(?!\d))?|"
    rf"(?:19|20)\d\d/{_LETTERS}\s?\d{{3,5}}(?:\s\d{{2,3}})?|(?:19|20)\d\d/\d{{2,5}}(?:\s{_LETTERS}-\d{{1,3}})?|"
    rf"(?:19|20)\d\d\.\d{{1,5}}\s{_LETTERS}|(?:19|20)\d\d{_LETTERS}\d{{2,5}}(?:\.\d{{1,4}})?|(?:19|20)\d\d-\d{{3,6}}(?:\s\d{{3}})?|"
    rf"{_LETTERS}\.(?:19|20)\d\d\.\d{{1,6}}|"
    rf"\d{{4,5}}/(?:19|20)\d\d|{_LETTERS}\s?\d{{2,4}}[/:-]\d{{1,5}}(?:\s\d{{2,3}}(?!\s?\d))?)(?![\w-])"
)
_PARAGRAPH = re.compile(r"(?:^|(?<=\s))§\s?(\d{1,4}(?:/(?:19|20)?\d\d)?)(?!\d)")
_KINDS = (
    (
        "protokollsutdrag",
        re.compile(
            r"(?:sammanträdes|delegations)?protokoll(?:sutdrag)?|utdrag ur protokoll.*|protokollsutdrag (?:från|ur) .*", re.I
        ),
    ),
    ("tjänsteutlåtande", re.compile(r"tjänsteutlåtande", re.I)),
    ("tjänsteskrivelse", re.compile(r"tjänsteskrivelse", re.I)),
    ("delegationsbeslut", re.compile(r"delegationsbeslut", re.I)),
)
_SAME_COLUMN = 3  # characters
ALONE_BELOW = 3  # the rank of a date without label, further down than the head
ORGAN = re.compile(
    r"kommunstyrelsens? ?(?:arbetsutskott\w*|\w+utskott)?|kommunfullmäktige|(?:[\wåäö]+-? (?:och |"
    r"& )?)?[\wåäö-]*(?:nämnden|styrelsen|utskottet)"
    r"(?: för [A-ZÅÄÖ][\wåäö]+(?: (?:&|och) [A-ZÅÄÖ]?[\wåäö]+)?)?",
    re.I,
)


def _iso(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    year = next((int(groups[key]) for key in ("y", "y2", "y3", "y4") if groups[key]), None)
    if year is None:
        year = 2000 + int(groups["y5"] or groups["y6"])
    if groups["month"]:
        month = next(i for i, name in enumerate(MONTHS, 1) if name.startswith(groups["month"][:3].casefold()))
    else:
        month = int(next(groups[key] for key in ("m", "m3", "m4", "m5", "m6") if groups[key]))
    day = int(next(groups[key] for key in ("d", "d2", "d3", "d4", "d5", "d6") if groups[key]))
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def is_date(text: str) -> bool:
    """True for text that is only a date, perhaps with its label or place."""
    return _date_in(text) is not None


def is_bare_date(text: str) -> bool:
    """True for text that is only a date, perhaps with its label; ``Riskanalys 2025-01-20`` is a document."""
    return bool(_BARE_DATE.fullmatch(text.strip(" .")))


def date_at_start(text: str) -> str | None:
    """The date that a text begins with (``14 mars 2023 09:12``), in ISO form."""
    match = _DATE.match(text)
    return _iso(match) if match else None


def _date_in(text: str) -> tuple[str, int, int, bool] | None:
    """(ISO date, start, end, labelled) of a date that stands alone or after its label."""
    label = _LABELLED_DATE.match(text) or _KIND_AND.match(text) or _LABEL_INSIDE.search(text)
    start = label.end() if label else 0
    if not label:
        place = _PLACE_AND.match(text)
        start = place.end() if place else 0
    match = _DATE.match(text, start)
    if not match or (not label and match.end() < len(text.rstrip(" .,"))):
        return None
    if match["y6"] and not label:
        return None  # "25-02-18" alone is anything
    iso = _iso(match)
    labelled = bool(label) and not _KIND_AND.match(text)
    if label and not labelled and match.end() < len(text.rstrip(" .,")):
        return None
    return (iso, match.start(), match.end(), labelled) if iso else None


def _is_date_label(text: str) -> bool:
    return bool(_DATE_LABEL.fullmatch(text.strip(" :")))


def _labels_date(column: Sequence[str]) -> bool:
    """True where the label stands right above, or the kind of document in the lines above."""
    return bool(column) and (_is_date_label(column[0]) or any(map(is_kind, column)))


def is_kind(text: str) -> bool:
    """True for text that only names a kind of document; a date set right under it is the document's."""
    return any(pattern.fullmatch(text.strip(" :.")) for _kind, pattern in _KINDS)


class Dated(NamedTuple):
    """A date that may be the document's: ``rank`` 0 labelled in the head, 1 alone there, 2 and 3 the same further down."""

    rank: int
    iso: str
    span: Span


def find_dates(front: Sequence[Line], rest: Sequence[Line]) -> list[Dated]:
    """The dates that may be the document's own, best first."""
    candidates: list[Dated] = []
    for rank, lines in ((0, front), (2, rest)):
        above: list[list[tuple[int, str]]] = []  # the chunks of the lines above, nearest first
        for line in lines:
            beside = above[0][-1][1] if above else ""
            for position, chunk in line.chunks:
                found = _date_in(chunk)
                if found:
                    column = [text for row in above for at, text in row if abs(at - position) < _SAME_COLUMN]
                    labelled = found[3] or _is_date_label(beside) or _labels_date(column)
                    meeting = not labelled and any(text.startswith("Till") for text in column)
                    candidates.append(Dated(ALONE_BELOW if meeting else rank + (not labelled), found[0], line.span))
                beside = chunk
            above = [line.chunks, *above[:3]]
    return sorted(candidates, key=lambda dated: dated.rank)


def _clean_number(text: str) -> str | None:
    text = re.sub(rf"^({_LETTERS})\s+\1(?=[- ])", r"\1", text.strip(" :.,"))  # "KS KS-2024-00804"
    match = _NUMBER.match(text)
    return match[0] if match else None


def find_number(lines: Sequence[Line]) -> tuple[str, Span] | None:
    """The diarienummer of the document: after its label, or alone in the head."""
    waiting = False
    alone: tuple[str, Span] | None = None
    for line in lines:
        for _position, chunk in line.chunks:
            label = NUMBER_LABEL.search(chunk)
            if label:
                value = chunk[label.end() :].partition(" (")[0].strip(" :.")
                number = _clean_number(value) or (
                    value if re.fullmatch(r"[\w/:. -]*\d[\w/:. -]*", value) and len(value) < 30 else None
                )
                if number and not PLACEHOLDER.search(value):
                    return number, line.span
                waiting = not value
                continue
            aside = re.search(r"\(([^()]{5,25})\)$", chunk)
            chunk = aside[1] if aside and _clean_number(aside[1]) else chunk
            chunk = re.sub(r"^ärende:\s*", "", chunk, flags=re.I)
            chunk = re.sub(r"^(?:\w+\s)?§\s?\d+(?:/\d+)?\s+", "", chunk)
            number = _clean_number(chunk)
            if number and (waiting or _NUMBER.fullmatch(chunk.strip())) and not is_date(chunk):
                if waiting:
                    return number, line.span
                alone = alone or (number, line.span)
    return alone


def find_paragraph(lines: Sequence[Line]) -> tuple[str, Line] | None:
    """The § of the minutes, and its line."""
    for line in lines:
        match = _PARAGRAPH.search(line.text)
        if match and not re.search(r"\bdelegation|enligt|kap\b|lag\b", line.text[: match.start()], re.I):
            return f"§ {match[1]}", line
    return None


def opens_with_paragraph(text: str) -> bool:
    """True for a line that begins with the § of minutes, perhaps after the organ's letters (``Kf § 83``)."""
    return bool(re.match(r"(?:[A-ZÅÄÖ]\w{1,5}\s)?§\s?\d", text))


def find_kind(lines: Sequence[Line]) -> tuple[str, Span] | None:
    """Which kind of document the head says that this is."""
    for line in lines:
        for _position, chunk in line.chunks:
            for part in re.split(r"\s\|\s|\s-\s", chunk):
                named = _DATE.sub("", part) if _KIND_AND.match(part) else part
                for kind, pattern in _KINDS:
                    if pattern.fullmatch(named.strip(" :.")):
                        return kind, line.span
    return None


def organs_in(lines: Sequence[Line]) -> Iterator[tuple[str, Span]]:
    """Political bodies that stand alone in the head, as the owner of minutes does."""
    for line in lines:
        for _position, chunk in line.chunks:
            name = _DATE.sub("", chunk).strip(" .,:")
            if ORGAN.fullmatch(name):
                yield name, line.span
