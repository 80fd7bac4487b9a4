"""Amounts in running text: found where they stand, and what only looks like one passed over."""

import re
from dataclasses import dataclass

from portal.money.notation import APOSTROPHES, DASHES, KR, PERIOD, QUALIFIERS, SPACES, UNIT, WORD, WORD_NUMBER
from portal.money.typed import LONGEST, MoneyError, parse


@dataclass(frozen=True)
class Found:
    """An amount in running text at ``text[start:end]``; ``kronor`` is None where it is not one certain amount."""

    start: int
    end: int
    as_written: str
    kronor: int | None
    qualifier: str | None = None
    is_range: bool = False
    period: str | None = None  # "per år", "per elev" …: not a total
    bare: bool = False  # a grouped number without a unit
    warnings: tuple[str, ...] = ()


# What looks like an amount and is none: its digits are blanked before amounts are sought.
_NOT_AMOUNTS = re.compile(
    r"""\b(?:19|20)\d\d-\d\d-\d\d\b
    |\b\d{1,2}/\d{1,2}(?:[ -]+\d{2,4})?\b(?!\s\d{3}\b)
    |\b\d{1,2}\s(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-zåäö]*\.?(?:\s\d{4}\b)?
    |\b(?:19|20)\d\d\s?[-–—/]\s?(?:(?:19|20)\d\d|\d\d)\b(?!\s?(?:[tkm]n?kr|kr|sek))
    |§{1,2}\s?\d+(?:\s?[-–,]\s?\d+)*
    |\b(?-i:[A-ZÅÄÖ]{1,5})[ /-]?\d{2,4}[-/:.]\d[\d-]*(?:\.\d+)?\b
    |\b\d{4}[./:-](?:(?-i:[A-ZÅÄÖ]{1,5})\s)?\d{2,5}\b(?:\s(?-i:[A-ZÅÄÖ]{2,4})\b)?
    |\b\d{6}-\d{4}\b
    |(?:\+46|\b0\d{1,3}(?=\s?[-–/]))[\s–/()-]{0,3}\d[\d ]{3,12}\d\b
    |\b(?:tel|telefon|tfn|mobil|växel|fax)\b[.:]?\s?\+?\d[\d \t–-]{4,16}\d\b
    |\b\d+(?:[,.]\d+)?\s?(?:%|procent\b|promille\b)
    |\bkl\.?\s?\d{1,2}(?:[.:]\d\d)?(?:\s?[-–]\s?\d{1,2}(?:[.:]\d\d)?)?
    |\b\d{1,2}:\d\d\b
    |\b\d+\s?\(\d+\)
    |\b[0-9A-F]{24,}\b
    |\b(?:löpnr|nr|nummer|sid|sida|sidan|bilaga|punkt|org\.?\s?nr)\b\.?:?\s?\d++
    |\b(?:ansvar|konto|verksamhet|aktivitet|motpart|objekt|slag|projekt)\b:?\s?(?:\d{4,}+|\d{1,3}+(?!\s\d{3}))(?!\s?(?:[tkm]n?kr|kr))
    |\b\d{3}\s\d\d\b(?=\s(?-i:[A-ZÅÄÖ][a-zåäö]))""",
    re.I | re.X,
)
_BREAK = r"[ \t]{0,3}(?:\r?\n[ \t]{0,20}){1,3}"


def _in_text(gap: str) -> re.Pattern[str]:
    digits = rf"\d+(?:{gap}\d{{3}}(?!\d))*(?:[.,]\d{{1,3}}(?!\d))?"
    unit = rf"\s{{0,40}}{UNIT}(?!(?<=sek)[ \u00a0]\d)"  # "2026 SEK 500 000": SEK belongs to what follows
    return re.compile(
        rf"(?:(?P<qualifier>{QUALIFIERS})\s+)?(?<![\w])(?<!\d[.,:/])"
        rf"(?:(?:(?P<low>(?:mellan\s+{digits}(?:{unit})?\s+och\s+|{digits}(?:{unit})?\s?(?:[{DASHES}]|(?:till|eller)\s)\s?))"
        rf"(?={digits}{unit}))?"
        rf"(?P<sign>[+{DASHES}]\s?)?(?P<prefix>\b(?:SEK|kr)[ \u00a0]?)?(?P<digits>{digits})(?P<unit>{unit})?"
        rf"|(?P<words>\b(?!och\b){WORD_NUMBER}(?:(?<=\s){KR})?)\b)(?:\s{{0,3}}(?P<period>{PERIOD}))?",
        re.I,
    )


_ON_ONE_LINE = _in_text(rf"[{SPACES}{APOSTROPHES}.]")
_OVER_LINES = _in_text(rf"(?:[{SPACES}{APOSTROPHES}.]|{_BREAK})")
_COUNTED = re.compile(
    r"\s+(?:invånare|människor|personer|besökare|elever|ton|kubik\w*|kvadrat\w*|liter|euro|dollar|resor|timmar|år)\b", re.I
)
_JOINING = re.compile(r"[\s-]+(?:och[\s-]*)?$", re.I)  # what leads on from a number in words to what is no part of it
_YEAR_FIRST = re.compile(rf"(?:19|20)\d\d(?:[{SPACES}]|{_BREAK})(?=\d{{1,3}}(?:\D|$))")


def _continues_over_line(text: str, start: int, digits: str) -> bool:
    """Whether digits on two lines are one number: ``000`` begins none, and running text fills its line."""
    first, rest = re.split(r"[ \t]*\n\s*", digits, maxsplit=1)
    before = text[text.rfind("\n", 0, start) + 1 : start]
    if rest.startswith("000"):
        return True
    return any(char.isalpha() for char in before) and (len(first) <= 3 or len(before) >= 20)


def find_amounts(text: str, *, bare: bool = False) -> list[Found]:
    """Every amount in running text, in order; with ``bare`` also grouped numbers that have no unit.

    Telephone numbers, dates, paragraphs, case numbers, percentages and the like are passed over. A range, an amount per
    period and a number that can be read in two ways are found with ``kronor`` None or ``period`` set: they are no total.
    """
    masked = _NOT_AMOUNTS.sub(lambda match: re.sub(r"\d", "¤", match[0]), text)
    found: list[Found] = []
    position = 0
    while match := _OVER_LINES.search(masked, position):
        if match["digits"] and "\n" in match["digits"]:
            start = match.start("digits")
            if not _continues_over_line(masked, start, match["digits"]):
                match = _ON_ONE_LINE.match(masked, match.start()) or match
        position = max(match.end(), position + 1)
        amount = _found(text, match, bare)
        if amount:
            found.append(amount)
    return found


def _found(text: str, match: re.Match[str], bare: bool) -> Found | None:
    if match["words"]:
        return _found_words(text, match)
    start, end = match.start("prefix" if match["prefix"] else "digits"), match.end("unit" if match["unit"] else "digits")
    year = _YEAR_FIRST.match(text, start)
    low = match["low"]
    if year and year.end() < match.end("digits"):
        start, low = year.end(), None
    is_bare = not match["unit"] and not match["prefix"]
    if is_bare and not (bare and re.fullmatch(rf"[1-9]\d{{0,2}}(?:[{SPACES}{APOSTROPHES}.]\d{{3}})+", text[start:end])):
        return None
    if _COUNTED.match(text, end):
        return None
    is_range = bool(low) and _is_range(low, match["digits"])
    sign = (match["sign"] or "").strip()
    signed = bool(sign) and (sign == "+" or not match["sign"][-1].isspace())
    begin = match.start() if is_range else match.start("sign") if signed else start
    qualifier = match["qualifier"].casefold().rstrip(".") if match["qualifier"] else None
    as_written = text[begin:end].rstrip(" .")
    kronor, warnings = (None, ()) if is_range else _value(as_written)
    return Found(begin, begin + len(as_written), as_written, kronor, qualifier, is_range, match["period"], is_bare, warnings)


def _found_words(text: str, match: re.Match[str]) -> Found | None:
    as_written = _JOINING.sub("", match["words"])
    start = match.start("words")
    if not re.search(rf"miljon|miljard|\b{KR}$", as_written, re.I) or _COUNTED.match(text, start + len(as_written)):
        return None
    is_range = bool(
        re.search(rf"\b(?:{WORD})(?:\s+(?:till|eller)\s+|\s?[{DASHES}]\s?)$", text[max(0, start - 40) : start], re.I)
    )
    kronor, warnings = (None, ()) if is_range else _value(as_written)
    qualifier = match["qualifier"].casefold() if match["qualifier"] else None
    return Found(start, start + len(as_written), as_written, kronor, qualifier, is_range, match["period"], False, warnings)


def _is_range(low: str, high: str) -> bool:
    """``40–50 mnkr`` and ``300-350 000 kr`` are ranges; ``2 – 300 000 kr`` is two of something and their price."""
    if re.search(UNIT, low, re.I) or not low[-1].isspace():
        return not re.fullmatch(r"(?:19|20)\d\d\D+", low)
    lower, higher = (int(re.sub(r"\D", "", side)[:LONGEST]) for side in (low, high))
    return not re.fullmatch(r"(?:19|20)\d\d\D+", low) and higher < 50 * lower


def _value(as_written: str) -> tuple[int | None, tuple[str, ...]]:
    try:
        amount = parse(as_written, allow_negative=True)
    except MoneyError as error:
        return None, (str(error),)
    return amount.kronor, amount.warnings
