"""The number of the case (diarienummer) and the paragraph of minutes."""

import re
from collections.abc import Sequence

from portal.documents.reading.dates import is_date
from portal.documents.reading.layout import PLACEHOLDER, Line
from portal.documents.reading.shapes import Span

NUMBER_LABEL = re.compile(
    r"(?:dnr|änr|diarie\s?(?:nummer|nr)|diarienr|ärende\s?(?:nummer|nr)|(?:vår|er)?\s?beteckning|vårt dnr|"
    r"dnr/beteckning)\b\s?[:.]?",
    re.I,
)
_LETTERS = "[A-ZÅÄÖ]{1,6}"
# The forms a diarienummer has, each with examples: A is the letters of the register, Y a year.
_FORMS = (
    # KS-2024-00828, KS 2025/207 042, KS/2018:4, MSN/2020/0912/041, KS 2019-00462 2.3.1.3
    r"A[- /]{0,2}Y[-/:.]\d{1,6}(?:[-.:/]\d{1,5})?(?:\s\d{2,3}(?!\d)|\s\d(?:\.\d{1,2}){1,4})?",
    r"Y/A\s?\d{3,5}(?:\s\d{2,3})?",  # 2019/KS 0286 10
    r"Y/\d{2,5}(?:\sA(?:-\d{1,3})?|\s\d{3}(?!\d))?",  # 2013/0766 KS-3, 2023/0644 KS, 2014/98 042
    r"Y\.\d{1,5}\sA",  # 2024.147 KS
    r"YA\d{2,5}(?:\.\d{1,4})?",  # 2016KSM1221.042
    r"Y-\d{3,6}(?:\s\d{3})?",  # 2025-0402
    r"A\.Y\.\d{1,6}",  # TN.2023.118
    r"\d{4,5}/Y",  # 00322/2026
    r"A\s?\d{2,4}[/:-]\d{1,5}(?:\s\d{2,3}(?!\s?\d))?",  # KA10/470, BN 44/2020 206, KS25-0233
)
_NUMBER = re.compile(
    r"(?<![\wÅÄÖåäö])(?:"
    + "|".join(re.sub("[AY]", lambda at: _LETTERS if at[0] == "A" else r"(?:19|20)\d\d", form) for form in _FORMS)
    + r")(?![\w-])"
)
_AT_END = re.compile(r"\s([A-ZÅÄÖ]{2,6}[-/]Y[-/]\d{2,6})$".replace("Y", r"(?:19|20)\d\d"))  # "… i parken FRI-2022-1377"
_PARAGRAPH = re.compile(r"(?:^|(?<=\s))§\s?(\d{1,4}(?:/(?:19|20)?\d\d)?)(?!\d)")


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
            aside = re.search(r"\(([^()]{5,25})\)$", chunk) or _AT_END.search(chunk)
            chunk = aside[1] if aside and _clean_number(aside[1]) else chunk
            chunk = re.sub(r"^ärende:\s*", "", chunk, flags=re.I)
            chunk = re.sub(r"^(?:\w+\s)?§\s?\d+(?:/\d+)?\s+", "", chunk)
            number = _clean_number(chunk)
            if number and (waiting or _NUMBER.fullmatch(chunk.strip())) and not is_date(chunk):
                if waiting:
                    return number, line.span
                alone = alone or (number, line.span)
    return alone


def without_number(text: str) -> str:
    """A title without the number that was set after it."""
    return _AT_END.sub("", text)


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
