"""Kronor in and out: the amounts people write, read exactly, and shown in one way.

Money is whole kronor in integers; no float ever holds an amount. A notation that can mean two things is refused with a
sentence that says how to write it instead (``parse``), or marked as not one amount (``find_amounts``).
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from portal.text import _

LARGEST = 10**15  # kronor; a hundred times the annual costs of every Swedish municipality together
LONGEST = 200  # characters of a field that holds one amount
NBSP = "\u00a0"
MINUS = "\u2212"

_SPACES = " \u00a0\u202f\u2009\u2007"
_APOSTROPHES = "'’ʼ"
_DASHES = r"\-\u2010\u2011\u2212–—"  # the inside of a character class


class Unit(Enum):
    """What one written number counts; the value is its size in kronor."""

    KRONOR = 1
    THOUSANDS = 1_000
    MILLIONS = 1_000_000
    BILLIONS = 1_000_000_000


class MoneyError(ValueError):
    """The text is not one certain amount; the message is a sentence for the person who wrote it."""


@dataclass(frozen=True)
class Amount:
    """One amount as read from a field: whole kronor beside what stood there."""

    kronor: int
    as_written: str
    warnings: tuple[str, ...] = ()
    qualifier: str | None = None  # cirka, högst, upp till …: said about the amount, never part of it
    unit: Unit | None = None  # the unit the person wrote; None when the number stood alone


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


class _Number(NamedTuple):
    whole: int
    decimals: str
    shape: str


_KR = r"(?:kronor|krona|kr|sek)"
_UNIT_WORDS = {
    Unit.KRONOR: rf"{_KR}\b|[:,][-–−](?!\d)",
    Unit.THOUSANDS: rf"[tk](?:kr|sek)\b|tusen(?:\s{{0,40}}{_KR})?\b",
    Unit.MILLIONS: rf"mn?(?:kr|sek)\b|(?:miljoner|miljon|milj|mn)\b\.?(?:\s{{0,40}}{_KR}\b)?",
    Unit.BILLIONS: rf"md(?:kr|sek)\b|(?:miljarder|miljard|mdr|md)\b\.?(?:\s{{0,40}}{_KR}\b)?",
}
_UNIT = "(?:" + "|".join(_UNIT_WORDS.values()) + ")"
_UNIT_OF = {unit: re.compile(pattern, re.I) for unit, pattern in _UNIT_WORDS.items()}

_QUALIFIERS = (
    r"(?:cirka|circa|ca|c:a|drygt|knappt|närmare|omkring|ungefär|runt|minst|lägst|högst|som\s+mest|maximalt|max|"
    r"upp\s+till|totalt|sammanlagt)\b\.?"
)
_PERIOD = (
    r"(?:årligen|månadsvis|om\s+året|i\s+månaden|/\s?(?:år|mån|månad|elev|person|plats|st)\b|"
    r"per\s+(?:år|månad|elev|barn|person|plats|invånare|kvartal|vecka|dag|timme|styck|st)\b)"
)
_BASE_AMOUNT = re.compile(r"bas\s?belopp|\bm?pbb\b", re.I)

_SMALL = {
    "en": 1, "ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10,
    "elva": 11, "tolv": 12, "tretton": 13, "fjorton": 14, "femton": 15, "sexton": 16, "sjutton": 17, "arton": 18,
    "nitton": 19, "tjugo": 20, "trettio": 30, "fyrtio": 40, "femtio": 50, "sextio": 60, "sjuttio": 70, "åttio": 80,
    "nittio": 90,
}  # fmt: skip
_SCALES = {"ettusen": 10**3, "tusen": 10**3, "miljon": 10**6, "miljoner": 10**6, "miljard": 10**9, "miljarder": 10**9}
_WORD = "|".join(sorted([*_SMALL, *_SCALES, "hundra", "halv", "halva", "och"], key=len, reverse=True))
_WORDS = re.compile(_WORD, re.I)
_WORD_NUMBER = rf"(?:(?:{_WORD})[\s-]{{0,40}}){{1,12}}"


def _read_words(text: str) -> int | None:
    """The value of Swedish number words (``en halv miljon``, ``hundratusen``), or None when they make no one number."""
    total = group = 0  # in halves, so that "en och en halv miljon" stays exact
    last, scale_before = "", 10**12
    for word in _WORDS.findall(text.casefold()):
        if word in _SMALL:
            below = 100 if _SMALL[word] > 9 else 10
            taken = group // 2 % below or (below == 10 and group // 2 % 100 == 10)
            if taken and not (last == "och" and word == "en"):  # två och *en* halv
                return None  # "fem sex miljoner" is a range
            group += 2 * _SMALL[word]
        elif word == "hundra":
            if group > 18:
                return None
            group = (group or 2) * 100
        elif word in ("halv", "halva"):
            group += -1 if last in ("en", "ett") else 1
        elif word in _SCALES:
            if _SCALES[word] >= scale_before:
                return None
            scale_before = _SCALES[word]
            total += (group + 2 if word == "ettusen" else group or 2) * scale_before
            group = 0
        last = word
    total += group
    return None if total % 2 or not total or last == "och" else total // 2


_SHAPES = tuple(
    (shape, re.compile(pattern))
    for shape, pattern in (
        ("plain", r"(\d+)(?:[,.](\d+))?"),
        ("grouped", r"(\d{1,3}(?:[ ']\d{3})+)(?:[,.:](\d{1,2}))?"),
        ("dotted", r"(\d{1,3}(?:\.\d{3}){2,})(?:,(\d{1,2}))?"),
        ("dotted", r"(\d{1,3}(?:\.\d{3})+),(\d{1,2})"),
        ("commas", r"(\d{1,3}(?:,\d{3}){2,})(?:\.(\d{1,2}))?"),
        ("badly grouped", r"(\d{4,}(?:[ ']\d{3})+)(?:[,.](\d{1,2}))?"),
    )
)


def _read_digits(text: str) -> _Number | None:
    """Read a written number: groups of three by space, apostrophe or point, decimals by comma (or a point)."""
    for shape, pattern in _SHAPES:
        match = pattern.fullmatch(text)
        if match:
            whole = re.sub(r"\D", "", match[1])
            if whole[0] == "0" and len(whole) > 1:
                return None
            if shape == "plain" and "." in text and len(match[2]) == 3:
                shape = "one point"
            elif shape == "plain" and "," in text and len(match[2]) == 3:
                shape = "one comma"
            return _Number(int(whole), match[2] or "", shape)
    return None


def _unit_of(text: str) -> Unit | None:
    return next((unit for unit, pattern in _UNIT_OF.items() if pattern.fullmatch(text)), None)


def _year_glued(text: str) -> bool:
    """True for a year and an amount run together: ``2025 500 000``, ``500 000 2025``."""
    return bool(re.fullmatch(r"(?:19|20)\d\d(?: \d{3})+|\d{1,3}(?: \d{3})* (?:19|20)\d\d", text))


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _kronor(number: _Number, unit: Unit, written: str) -> tuple[int, tuple[str, ...]]:
    """Whole kronor of ``number``, exactly, with what ought to be said about how it was written."""
    scale = 10 ** len(number.decimals)
    total, öre = divmod((number.whole * scale + int(number.decimals or "0")) * unit.value, scale)
    if total > LARGEST or total + bool(öre) > LARGEST:
        raise MoneyError(_("Beloppet är för stort. Det största som kan anges är %(most)s.", most=format_kronor(LARGEST)))
    if öre:
        rounded = format_kronor(total + (2 * öre >= scale))
        raise MoneyError(_("Beloppet har öre. Skriv det i hela kronor, avrundat %(rounded)s.", rounded=rounded))
    odd = number.shape in ("badly grouped", "commas", "one point") or (number.shape == "plain" and total >= 10**6)
    if not odd or (unit is not Unit.KRONOR and number.shape == "plain"):
        return total, ()
    return total, (_("”%(text)s” läses som %(amount)s.", text=_cut(written), amount=format_kronor(total)),)


def _refuse_two_meanings(number: _Number, unit: Unit | None, written: str) -> None:
    """Refuse ``1.500``, ``1,500 tkr``, ``1,5``: three decimals may be thousands, a lone decimal lacks its unit."""
    if number.shape == "one point" and unit is not Unit.KRONOR:
        two = True
    else:
        two = number.shape == "one comma" and unit not in (Unit.MILLIONS, Unit.BILLIONS)
    if two:
        raise MoneyError(
            _(
                "”%(text)s” kan läsas på två sätt. Skriv tusental med mellanslag, till exempel 1 500 kr, och decimaler "
                "med komma och enhet, till exempel 1,5 mnkr.",
                text=_cut(written),
            )
        )
    if unit is None and number.decimals.strip("0") and number.whole < 1000:
        raise MoneyError(_("”%(text)s” saknar enhet. Skriv kr, tkr eller mnkr efter beloppet.", text=_cut(written)))


def _cleaned(text: str) -> str:
    """``text`` on one line with plain spaces; raises on what no amount holds (control characters, other digits)."""
    if len(text) > LONGEST:
        raise MoneyError(_("Texten är för lång för ett belopp. Skriv bara beloppet, till exempel 600 tkr."))
    for char in text:
        if char not in "\n\r\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn"):
            raise MoneyError(_("Beloppet innehåller ett otillåtet tecken. Skriv det på nytt med siffrorna 0–9."))
        if not char.isascii() and unicodedata.category(char) in ("Nd", "Nl", "No"):
            raise MoneyError(_("Skriv beloppet med siffrorna 0–9."))
    for apostrophe in _APOSTROPHES:
        text = text.replace(apostrophe, "'")
    return " ".join(text.split())


_RANGE = re.compile(rf"\d[^{_DASHES}]{{0,25}}?\s?(?:[{_DASHES}]\s?|\s(?:till|och|eller|à)\s)\d", re.I)


def _refuse_not_one_amount(text: str) -> None:
    period = re.search(_PERIOD, text, re.I)
    if period:
        raise MoneyError(
            _(
                "”%(period)s” anger ett belopp för en period eller ett antal. Räkna ut hela beloppet och skriv det.",
                period=period[0],
            )
        )
    if _BASE_AMOUNT.search(text):
        raise MoneyError(_("Basbelopp kan inte läsas som kronor. Räkna om beloppet till kronor."))
    if re.match(r"\(\s*[^-−–—\s]", text):
        raise MoneyError(_("En parentes kan betyda ett negativt belopp. Skriv beloppet utan parentes."))
    if _RANGE.search(text):
        raise MoneyError(_("”%(text)s” är ett intervall. Skriv ett enda belopp.", text=_cut(text)))


_TYPED = re.compile(
    rf"(?P<qualifier>{_QUALIFIERS})?\s?(?P<sign>[+{_DASHES}])?\s?(?P<prefix>{_KR}\b)?\s?(?P<late>[{_DASHES}])?\s?"
    rf"(?:(?P<digits>\d(?:[\d '.,]*\d)?)(?:\s?(?P<unit>{_UNIT}))?|(?P<words>{_WORD_NUMBER})(?P<kr>{_KR})?)\.?",
    re.I,
)


def _unreadable(text: str) -> MoneyError:
    """Say what is wrong with a text that is no amount: an unknown unit when a number stands before it."""
    match = re.fullmatch(r"[+\-−–]?\s?\d[\d '.,]*\s?(?P<unit>[^\d\s.,]\S{0,19})", text)
    if match:
        if re.fullmatch(r"öre", match["unit"], re.I):
            return MoneyError(_("Beloppet är i öre. Skriv det i hela kronor."))
        return MoneyError(_("Enheten ”%(unit)s” är okänd. Skriv kr, tkr eller mnkr.", unit=match["unit"]))
    return MoneyError(
        _(
            "”%(text)s” kan inte läsas som ett belopp. Skriv till exempel 600 tkr eller 1 500 000 kr.",
            text=_cut(text),
        )
    )


def parse(text: str, *, unit: Unit | None = None, allow_negative: bool = False) -> Amount:
    """Read the one amount in a field a person types in; ``unit`` is the column's, used where the text has none.

    Raises MoneyError with a sentence for everything that is not one certain amount in whole kronor.
    """
    clean = _cleaned(text)
    if not clean:
        raise MoneyError(_("Skriv ett belopp, till exempel 600 tkr, eller välj ej beloppsatt."))
    _refuse_not_one_amount(clean)
    aside = re.fullmatch(r"\((.+)\)", clean)
    match = _TYPED.fullmatch(aside[1].strip() if aside else clean)
    if not match:
        raise _unreadable(clean)
    if match["sign"] not in (None, "+") or match["late"]:
        if not allow_negative:
            raise MoneyError(_("Beloppet är negativt. Skriv det utan minustecken."))
        factor = -1
    else:
        factor = 1
    written = _unit_of(match["unit"]) if match["unit"] else Unit.KRONOR if match["prefix"] or match["kr"] else None
    kronor, warnings = _typed_value(match, clean, written, unit)
    qualifier = match["qualifier"]
    return Amount(factor * kronor, text.strip(), warnings, qualifier.casefold().rstrip(".") if qualifier else None,
                  written)  # fmt: skip


def _typed_value(match: re.Match[str], text: str, written: Unit | None, column: Unit | None) -> tuple[int, tuple[str, ...]]:
    if match["words"]:
        value = _read_words(match["words"])
        scaled = match["kr"] or re.search("tusen|hundra|milj", match["words"], re.I)
        if value is None or not scaled:
            raise _unreadable(text)
        return _kronor(_Number(value, "", "words"), Unit.KRONOR, text)
    digits = match["digits"]
    if _year_glued(digits):
        raise MoneyError(_("”%(text)s” kan vara ett årtal intill ett belopp. Skriv bara beloppet.", text=_cut(digits)))
    number = _read_digits(digits)
    if number is None:
        raise MoneyError(
            _("Siffrorna i ”%(text)s” är inte grupperade tre och tre. Skriv till exempel 1 500 000 kr.",
              text=_cut(text))
        )  # fmt: skip
    meant = written or column
    if number.shape == "one point" and meant is Unit.KRONOR:  # 1.500 kr: three decimals of a krona do not exist
        number = _Number(number.whole * 1000 + int(number.decimals), "", number.shape)
    _refuse_two_meanings(number, meant, text)
    return _kronor(number, meant or Unit.KRONOR, text)


def is_unpriced(text: str) -> bool:
    """True where a line says that it has no amount (*ej beloppsatt*); that is null, never 0."""
    return text.strip().strip(".").casefold() in ("", "-", "–", "—", MINUS, "ej beloppsatt", "ej beloppsatta")


def hint(kronor: int) -> int | None:
    """What a number written without a unit may have meant: ``300`` among thousands is perhaps 300 000 kr."""
    return kronor * 1000 if 0 < kronor < 10_000 else None


def _grouped(n: int) -> str:
    return f"{n:,}".replace(",", NBSP)


def format_kronor(n: int, *, sign: bool = False) -> str:
    """``1 000 000 kr`` with no-break spaces and a real minus; ``sign`` shows plus as well."""
    mark = MINUS + NBSP if n < 0 else "+" + NBSP if sign and n > 0 else ""
    return f"{mark}{_grouped(abs(n))}{NBSP}kr"


def format_short(n: int) -> str:
    """``600 tkr`` or ``1,5 mnkr`` as a reading aid where that is exact, otherwise the whole amount."""
    mark, size = (MINUS + NBSP if n < 0 else ""), abs(n)
    if size >= Unit.MILLIONS.value and size % 10_000 == 0:
        whole, rest = divmod(size // 10_000, 100)
        decimals = f",{rest:02d}".rstrip("0").rstrip(",")
        return f"{mark}{_grouped(whole)}{decimals}{NBSP}mnkr"
    if size and size % 1_000 == 0:
        return f"{mark}{_grouped(size // 1_000)}{NBSP}tkr"
    return format_kronor(n)


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
    unit = rf"\s{{0,40}}{_UNIT}"
    return re.compile(
        rf"(?:(?P<qualifier>{_QUALIFIERS})\s+)?(?<![\w])(?<!\d[.,:/])"
        rf"(?:(?:(?P<low>(?:mellan\s+{digits}(?:{unit})?\s+och\s+|{digits}(?:{unit})?\s?(?:[{_DASHES}]|(?:till|eller)\s)\s?))"
        rf"(?={digits}{unit}))?"
        rf"(?P<sign>[+{_DASHES}]\s?)?(?P<prefix>\b(?:SEK|kr)[ \u00a0]?)?(?P<digits>{digits})(?P<unit>{unit})?"
        rf"|(?P<words>\b(?!och\b){_WORD_NUMBER}(?:(?<=\s){_KR})?)\b)(?:\s{{0,3}}(?P<period>{_PERIOD}))?",
        re.I,
    )


_ON_ONE_LINE = _in_text(rf"[{_SPACES}{_APOSTROPHES}.]")
_OVER_LINES = _in_text(rf"(?:[{_SPACES}{_APOSTROPHES}.]|{_BREAK})")
_COUNTED = re.compile(
    r"\s+(?:invånare|människor|personer|besökare|elever|ton|kubik\w*|kvadrat\w*|liter|euro|dollar|resor|timmar|år)\b", re.I
)
_YEAR_FIRST = re.compile(rf"(?:19|20)\d\d(?:[{_SPACES}]|{_BREAK})(?=\d{{1,3}}(?:\D|$))")


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
    if is_bare and not (bare and re.fullmatch(rf"[1-9]\d{{0,2}}(?:[{_SPACES}{_APOSTROPHES}.]\d{{3}})+", text[start:end])):
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
    as_written = match["words"].rstrip(" \t\r\n-")
    if not re.search(rf"miljon|miljard|\b{_KR}$", as_written, re.I) or _COUNTED.match(text, match.end("words")):
        return None
    start = match.start("words")
    is_range = bool(
        re.search(rf"\b(?:{_WORD})(?:\s+(?:till|eller)\s+|\s?[{_DASHES}]\s?)$", text[max(0, start - 40) : start], re.I)
    )
    kronor, warnings = (None, ()) if is_range else _value(as_written)
    qualifier = match["qualifier"].casefold() if match["qualifier"] else None
    return Found(start, start + len(as_written), as_written, kronor, qualifier, is_range, match["period"], False, warnings)


def _is_range(low: str, high: str) -> bool:
    """``40–50 mnkr`` and ``300-350 000 kr`` are ranges; ``2 – 300 000 kr`` is two of something and their price."""
    if re.search(_UNIT, low, re.I) or not low[-1].isspace():
        return not re.fullmatch(r"(?:19|20)\d\d\D+", low)
    lower, higher = (int(re.sub(r"\D", "", side)[:LONGEST] or 0) for side in (low, high))
    return not re.fullmatch(r"(?:19|20)\d\d\D+", low) and higher < 50 * lower


def _value(as_written: str) -> tuple[int | None, tuple[str, ...]]:
    try:
        amount = parse(as_written, allow_negative=True)
    except MoneyError as error:
        return None, (str(error),)
    return amount.kronor, amount.warnings
