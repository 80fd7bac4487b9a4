"""Utfall from the ledger: what each projekt or aktivitet cost in a month, read from a file. Pure; kronor throughout.

A file has one row per posting or sum: a column with the code (``kod``, or the name of a part of the code string), one with
the amount (``belopp`` or ``utfall``, negative where something is corrected) and, unless a month is chosen for the whole
file, one with the month (``månad`` or ``period``). Rows with one code in one month are summed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from portal.errors import Invalid
from portal.money import format_kronor
from portal.months import MONTHS
from portal.settings import CodePart
from portal.sheets import Line, Unreadable, read_csv
from portal.text import _

Code = tuple[str, str]
"""A part of the code string and its value: projekt 1234."""
Amounts = Mapping[Code, int]

_MONTH = re.compile(r"(20[0-9]{2})-?(0[1-9]|1[0-2])(?:-[0-9]{2})?", re.ASCII)
_AMOUNT = re.compile(r"([-+]?)([0-9]{1,12})(?:[.,]([0-9]{1,2}))?(-?)", re.ASCII)
_CODE = re.compile(r"[^\x00-\x1f\x7f]{1,40}")
_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009"))
_HEADINGS = {"month": ("månad", "manad", "period"), "amount": ("belopp", "utfall")}
_TOLD = 8  # wrong rows that are named one by one


def month_name(month: str) -> str:
    """A month, YYYY-MM, as it is read: oktober 2026."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def read_month(text: str, today: date) -> str:
    """The month as YYYY-MM, of ``2026-10``, ``202610`` or a day in it. ValueError with what is wrong."""
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        raise ValueError(_("”%(text)s” är ingen månad. Skriv den som 2026-10.", text=text[:20]))
    month = f"{found[1]}-{found[2]}"
    if month > f"{today:%Y-%m}":
        raise ValueError(_("Månaden %(month)s ligger i framtiden.", month=month_name(month)))
    return month


def read_amount(text: str) -> int:
    """Whole kronor, negative with a minus before or after. ValueError with what is wrong: no number, or öre.

    Not ``portal.money.parse``, which reads what people write: a system writes ``500-``, ``-0,00`` and zeros in front, and
    where it has written ``600 tkr``, ``tio tusen`` or ``högst 5`` the column is another than the one that was asked for.
    """
    bare = text.translate(_SPACES).replace("\u2212", "-")
    found = _AMOUNT.fullmatch(bare)
    if found is None or (found[1] and found[4]):
        raise ValueError(_("”%(text)s” är inget belopp i kronor.", text=text[:30]))
    exact = Decimal(f"{found[2]}.{found[3] or 0}")
    if "-" in (found[1], found[4]):
        exact = -exact
    whole = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    if exact != whole:
        rounded = format_kronor(whole)
        raise ValueError(_("”%(text)s” har öre. Skriv hela kronor, avrundat %(rounded)s.", text=text[:30], rounded=rounded))
    return whole


@dataclass(frozen=True, slots=True)
class _Columns:
    """The headings of a file: which holds what. ``month`` is empty where the file has none."""

    part: str
    code: str
    amount: str
    month: str


def _columns(line: Line, parts: Sequence[CodePart], read_on: str, chosen: str) -> _Columns:
    """Which column is which. Raises Invalid when one is missing."""
    ordered = sorted(parts, key=lambda part: part.key != read_on)
    codes = {"kod": read_on, **{name.lower(): part.key for part in reversed(ordered) for name in (part.key, part.label)}}
    wanted = ["kod", *(name.lower() for part in ordered for name in (part.key, part.label))]
    code = next((name for name in wanted if name in line.cells), "")
    amount = next((name for name in _HEADINGS["amount"] if name in line.cells), "")
    month = next((name for name in _HEADINGS["month"] if name in line.cells), "")
    if not code or not codes[code]:
        raise Invalid({"file": _("Filen behöver en kolumn med rubriken ”kod”, eller med koddelens namn.")})
    if not amount:
        raise Invalid({"file": _("Filen behöver en kolumn med rubriken ”belopp”.")})
    if not month and not chosen:
        raise Invalid({"month": _("Välj månad. Filen har ingen kolumn med rubriken ”månad”.")})
    return _Columns(codes[code], code, amount, month)


def read_file(
    content: bytes, *, parts: Sequence[CodePart], read_on: str, chosen: str, today: date
) -> dict[str, dict[Code, int]]:
    """Kronor per code and month. ``chosen`` is the month as typed, for a file without one. Raises Invalid: every row told."""
    try:
        lines = read_csv(content, ())
    except Unreadable as error:
        raise Invalid({"file": str(error)}) from error
    columns = _columns(lines[0], parts, read_on, chosen)
    months: dict[str, dict[Code, int]] = {}
    wrong = []
    for line in lines:
        try:
            month, code, amount = _row(line, columns, chosen, today)
        except ValueError as error:
            wrong.append(_("Rad %(number)s: %(what)s", number=line.number, what=error))
            continue
        rows = months.setdefault(month, {})
        rows[code] = rows.get(code, 0) + amount
    if wrong:
        more = [_("Och %(n)s rader till.", n=len(wrong) - _TOLD)] if len(wrong) > _TOLD else []
        raise Invalid({"file": " ".join([*wrong[:_TOLD], *more])})
    return months


def _row(line: Line, columns: _Columns, chosen: str, today: date) -> tuple[str, Code, int]:
    code = line.cells[columns.code]
    if not _CODE.fullmatch(code):
        raise ValueError(_("Koden saknas eller är för lång."))
    month = read_month(line.cells[columns.month] if columns.month else chosen, today)
    return month, (columns.part, code), read_amount(line.cells[columns.amount])


@dataclass(frozen=True, slots=True)
class Difference:
    """A code whose outcome in the month is another in the new file; None where it does not stand in that file."""

    part: str
    code: str
    before: int | None
    after: int | None


def differences(before: Amounts, after: Amounts) -> list[Difference]:
    """What a new file says otherwise, by code."""
    return [
        Difference(*code, before.get(code), after.get(code))
        for code in sorted(before.keys() | after.keys())
        if before.get(code) != after.get(code)
    ]
