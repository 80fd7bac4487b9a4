"""The one amount in a field that a person types in: read exactly, or refused with a sentence."""

import re
import unicodedata
from dataclasses import dataclass

from portal.money.notation import (
    APOSTROPHES,
    DASHES,
    KR,
    PERIOD,
    QUALIFIERS,
    UNIT,
    WORD_NUMBER,
    Number,
    Unit,
    read_digits,
    read_words,
    unit_of,
)
from portal.money.shown import MINUS, format_kronor
from portal.text import _

LARGEST = 10**15  # kronor; a hundred times the annual costs of every Swedish municipality together
LONGEST = 200  # characters of a field that holds one amount


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


def _year_glued(text: str) -> bool:
    """True for a year and an amount run together: ``2025 500 000``, ``500 000 2025``."""
    return bool(re.fullmatch(r"(?:19|20)\d\d(?: \d{3})+|\d{1,3}(?: \d{3})* (?:19|20)\d\d", text))


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _kronor(number: Number, unit: Unit, written: str) -> tuple[int, tuple[str, ...]]:
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


def _refuse_two_meanings(number: Number, unit: Unit | None, written: str) -> None:
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
    for apostrophe in APOSTROPHES:
        text = text.replace(apostrophe, "'")
    return " ".join(text.split())


_BASE_AMOUNT = re.compile(r"bas\s?belopp|\bm?pbb\b", re.I)
_RANGE = re.compile(rf"\d[^{DASHES}]{{0,25}}?\s?(?:[{DASHES}]\s?|\s(?:till|och|eller|à)\s)\d", re.I)


def _refuse_not_one_amount(text: str) -> None:
    period = re.search(PERIOD, text, re.I)
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
    rf"(?P<qualifier>{QUALIFIERS})?\s?(?P<sign>[+{DASHES}])?\s?(?P<prefix>{KR}\b)?\s?(?P<late>[{DASHES}])?\s?"
    rf"(?:(?P<digits>\d(?:[\d '.,]*\d)?)(?:\s?(?P<unit>{UNIT}))?|(?P<words>{WORD_NUMBER})(?P<kr>{KR})?)\.?",
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
    written = unit_of(match["unit"]) if match["unit"] else Unit.KRONOR if match["prefix"] or match["kr"] else None
    kronor, warnings = _typed_value(match, clean, written, unit)
    qualifier = match["qualifier"]
    return Amount(factor * kronor, text.strip(), warnings, qualifier.casefold().rstrip(".") if qualifier else None,
                  written)  # fmt: skip


def _typed_value(match: re.Match[str], text: str, written: Unit | None, column: Unit | None) -> tuple[int, tuple[str, ...]]:
    if match["words"]:
        value = read_words(match["words"])
        scaled = match["kr"] or re.search("tusen|hundra|milj", match["words"], re.I)
        if value is None or not scaled:
            raise _unreadable(text)
        return _kronor(Number(value, "", "words"), Unit.KRONOR, text)
    digits = match["digits"]
    if _year_glued(digits):
        raise MoneyError(_("”%(text)s” kan vara ett årtal intill ett belopp. Skriv bara beloppet.", text=_cut(digits)))
    number = read_digits(digits)
    if number is None:
        raise MoneyError(
            _("Siffrorna i ”%(text)s” är inte grupperade tre och tre. Skriv till exempel 1 500 000 kr.",
              text=_cut(text))
        )  # fmt: skip
    meant = written or column
    if number.shape == "one point" and meant is Unit.KRONOR:  # 1.500 kr: three decimals of a krona do not exist
        number = Number(number.whole * 1000 + int(number.decimals), "", number.shape)
    _refuse_two_meanings(number, meant, text)
    return _kronor(number, meant or Unit.KRONOR, text)


def is_unpriced(text: str) -> bool:
    """True where a line says that it has no amount (*ej beloppsatt*); that is null, never 0."""
    return text.strip().strip(".").casefold() in ("", "-", "–", "—", MINUS, "ej beloppsatt", "ej beloppsatta")


def hint(kronor: int) -> int | None:
    """What a number written without a unit may have meant: ``300`` among thousands is perhaps 300 000 kr."""
    return kronor * 1000 if 0 < kronor < 10_000 else None
