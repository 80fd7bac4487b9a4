"""How amounts are written in Swedish: characters, units, what stands around them, numbers in words and in digits."""

import re
from enum import Enum
from typing import NamedTuple

SPACES = " \u00a0\u202f\u2009\u2007"
APOSTROPHES = "'’ʼ"
DASHES = r"\-\u2010\u2011\u2212–—"  # the inside of a character class


class Unit(Enum):
    """What one written number counts; the value is its size in kronor."""

    KRONOR = 1
    THOUSANDS = 1_000
    MILLIONS = 1_000_000
    BILLIONS = 1_000_000_000


class Number(NamedTuple):
    """A written number as its digits; ``shape`` is how they were grouped."""

    whole: int
    decimals: str
    shape: str


KR = r"(?:kronor|krona|kr|sek)"
_UNIT_WORDS = {
    Unit.KRONOR: rf"{KR}\b|[:,][-–−](?!\d)",
    Unit.THOUSANDS: rf"[tk](?:kr|sek)\b|tusen(?:\s{{0,40}}{KR})?\b",
    Unit.MILLIONS: rf"mn?(?:kr|sek)\b|(?:miljoner|miljon|milj|mn)\b\.?(?:\s{{0,40}}{KR}\b)?",
    Unit.BILLIONS: rf"md(?:kr|sek)\b|(?:miljarder|miljard|mdr|md)\b\.?(?:\s{{0,40}}{KR}\b)?",
}
UNIT = "(?:" + "|".join(_UNIT_WORDS.values()) + ")"
_UNIT_OF = {unit: re.compile(pattern, re.I) for unit, pattern in _UNIT_WORDS.items()}

QUALIFIERS = (
    r"(?:cirka|circa|ca|c:a|drygt|knappt|närmare|omkring|ungefär|runt|minst|lägst|högst|som\s+mest|maximalt|max|"
    r"upp\s+till|totalt|sammanlagt)\b\.?"
)
PERIOD = (
    r"(?:årligen|månadsvis|om\s+året|i\s+månaden|/\s?(?:år|mån|månad|elev|person|plats|st)\b|"
    r"per\s+(?:år|månad|elev|barn|person|plats|invånare|kvartal|vecka|dag|timme|styck|st)\b)"
)

_SMALL = {
    "en": 1, "ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10,
    "elva": 11, "tolv": 12, "tretton": 13, "fjorton": 14, "femton": 15, "sexton": 16, "sjutton": 17, "arton": 18,
    "nitton": 19, "tjugo": 20, "trettio": 30, "fyrtio": 40, "femtio": 50, "sextio": 60, "sjuttio": 70, "åttio": 80,
    "nittio": 90,
}  # fmt: skip
_SCALES = {"ettusen": 10**3, "tusen": 10**3, "miljon": 10**6, "miljoner": 10**6, "miljard": 10**9, "miljarder": 10**9}
WORD = "|".join(sorted([*_SMALL, *_SCALES, "hundra", "halv", "halva", "och"], key=len, reverse=True))
_WORDS = re.compile(WORD, re.I)
_TWO_THINGS = re.compile(r"mil(?:jon|jard)(?:er)?\s+och\s(?!.*(?:tusen|mil))", re.I | re.S)  # fem miljoner och sex (tjänster)
WORD_NUMBER = rf"(?:(?:{WORD})[\s-]{{0,40}}){{1,12}}"


def read_words(text: str) -> int | None:
    """The value of Swedish number words (``en halv miljon``, ``hundratusen``), or None when they make no one number."""
    if _TWO_THINGS.search(text):
        return None
    total = group = 0  # in halves, so that "en och en halv miljon" stays exact
    last, scale_before = "", 10**12
    words = _WORDS.findall(text.casefold())
    for word, following in zip(words, [*words, ""][1:], strict=True):
        if word in _SMALL:
            below = 100 if _SMALL[word] > 9 else 10
            taken = group // 2 % below or (below == 10 and group // 2 % 100 == 10)
            if taken and not (last == "och" and word == "en" and following in ("halv", "halva")):  # två och *en* halv
                return None  # "fem sex miljoner" is a range, "tre och en miljon" two amounts
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


def read_digits(text: str) -> Number | None:
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
            return Number(int(whole), match[2] or "", shape)
    return None


def unit_of(text: str) -> Unit | None:
    """The unit that ``text`` spells, or None."""
    return next((unit for unit, pattern in _UNIT_OF.items() if pattern.fullmatch(text)), None)
