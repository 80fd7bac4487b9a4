"""The date of a document: labelled, in its head, or alone on a line."""

import datetime
import re
from collections.abc import Sequence
from typing import NamedTuple

from portal.documents.reading.kinds import KIND_AND, is_kind
from portal.documents.reading.layout import Line
from portal.documents.reading.shapes import Span
from portal.months import MONTHS

_MONTH = "|".join(f"{month[:3]}\\w*\\.?" if len(month) > 3 else month for month in MONTHS)
DATE = re.compile(
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
_BARE_DATE = re.compile(rf"(?:(?:{_DATE_LABEL.pattern})\s?:?\s*)?(?:den\s)?(?:{DATE.pattern})", re.I)
_PLACE_AND = re.compile(
    r"(?:(?!\w*(?:skrivelse|utlåtande|protokoll|beslut|bilaga|budget|analys|plan|rapport|offert|bild|avtal)\b)"
    r"[A-ZÅÄÖ][\wåäö-]+(?:\s[A-ZÅÄÖ][\wåäö-]+)?,?\s)?(?:den\s)?(?=\d)"
)
_SAME_COLUMN = 3  # characters
ALONE_BELOW = 3  # the rank of a date without label, further down than the head


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
    match = DATE.match(text)
    return _iso(match) if match else None


def _date_in(text: str) -> tuple[str, int, int, bool] | None:
    """(ISO date, start, end, labelled) of a date that stands alone or after its label."""
    label = _LABELLED_DATE.match(text) or KIND_AND.match(text) or _LABEL_INSIDE.search(text)
    start = label.end() if label else 0
    if not label:
        place = _PLACE_AND.match(text)
        start = place.end() if place else 0
    match = DATE.match(text, start)
    if not match or (not label and match.end() < len(text.rstrip(" .,"))):
        return None
    if match["y6"] and not label:
        return None  # "25-02-18" alone is anything
    iso = _iso(match)
    labelled = bool(label) and not KIND_AND.match(text)
    if label and not labelled and match.end() < len(text.rstrip(" .,")):
        return None
    return (iso, match.start(), match.end(), labelled) if iso else None


def _is_date_label(text: str) -> bool:
    return bool(_DATE_LABEL.fullmatch(text.strip(" :")))


def _labels_date(column: Sequence[str]) -> bool:
    """True where the label stands right above, or the kind of document in the lines above."""
    return bool(column) and (_is_date_label(column[0]) or any(map(is_kind, column)))


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
