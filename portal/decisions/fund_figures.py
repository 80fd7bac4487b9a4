"""Set-aside money in figures: what is promised, asked and left, how it went over the year, and by unit. Pure; kronor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from portal import clock
from portal.funds.models import LedgerKind
from portal.funds.queries import SIGN
from portal.months import MONTHS
from portal.text import _

DECIDED, UNDECIDED = "asked_decided", "asked_undecided"
BEFORE, AFTER = 0, 13


class Money(Protocol):
    """What a fund holds."""

    @property
    def set_aside(self) -> int: ...
    @property
    def promised(self) -> int: ...
    @property
    def left(self) -> int: ...
    @property
    def used(self) -> int: ...


def glance(fund: Money, asked: int) -> list[tuple[str, int]]:
    """What every decision maker asks first, in the words of every page; ``asked`` is what is asked and not decided."""
    return [
        (_("Avsatt"), fund.set_aside),
        (_("Beviljat, ej återfört"), fund.promised),
        (_("Äskat, ej beslutat"), asked),
        (_("Kvar att fördela"), fund.left),
        (_("Kvar om allt äskat beviljas"), fund.left - asked),
    ]


def bounds(year: int) -> list[datetime]:
    """The midnights in Sweden at which each month of the year begins, and the next year: thirteen instants."""
    days = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    return [datetime.combine(day, time(), clock.STOCKHOLM) for day in days]


@dataclass(frozen=True, slots=True)
class Moved:
    """Kronor of one kind in one part of the year (0 before it, 1 to 12 its months, 13 after it), by the unit that asked."""

    kind: str
    part: int
    unit: str | None
    amount: int


@dataclass(frozen=True, slots=True)
class Point:
    """How the money stood at the end of a part of the year: everything until then, in the order of ``SERIES``."""

    label: str
    short: str
    figures: tuple[int, ...]


SERIES = ("Avsatt", "Äskat", "Beviljat, ej återfört", "Utfall", "Kvar att fördela")
_PROMISED = {LedgerKind.GRANTED: 1, LedgerKind.REVERSED: -1, LedgerKind.RETURNED: -1}


def _effect(moved: Moved) -> tuple[int, ...]:
    """What the movement adds to each of ``SERIES``."""
    if moved.kind in (DECIDED, UNDECIDED):
        return 0, moved.amount, 0, 0, 0
    set_aside = moved.amount if moved.kind == LedgerKind.SET_ASIDE else 0
    used = moved.amount if moved.kind == LedgerKind.USED else 0
    promised = _PROMISED.get(LedgerKind(moved.kind), 0) * moved.amount
    return set_aside, 0, promised, used, SIGN[moved.kind] * moved.amount


def over_the_year(moved: Iterable[Moved], year: int, today: date) -> list[Point]:
    """One point per month that has begun; before and after the year where something happened then."""
    change: dict[int, tuple[int, ...]] = {}
    for each in moved:
        was = change.get(each.part, (0,) * len(SERIES))
        change[each.part] = tuple(a + b for a, b in zip(was, _effect(each), strict=True))
    begun = 12 if today.year > year else 0 if today.year < year else today.month
    points: list[Point] = []
    total: tuple[int, ...] = (0,) * len(SERIES)
    for part in range(BEFORE, AFTER + 1):
        total = tuple(a + b for a, b in zip(total, change.get(part, (0,) * len(SERIES)), strict=True))
        if part in change or 1 <= part <= begun:
            points.append(Point(*_label(part, year), total))
    return points


def _label(part: int, year: int) -> tuple[str, str]:
    if part == BEFORE:
        return _("Före %(year)s", year=year), "–"
    if part == AFTER:
        return _("Efter %(year)s", year=year), "+"
    month = _(MONTHS[part - 1]).capitalize()
    return month, month[:1]


@dataclass(frozen=True, slots=True)
class OfUnit:
    """What a unit has asked for of the money, of that not decided, what it was promised, and what it used."""

    unit: str
    asked: int
    undecided: int
    promised: int
    used: int


def by_unit(moved: Iterable[Moved]) -> list[OfUnit]:
    """Units by what they have asked for, most first."""
    sums: dict[str, dict[str, int]] = {}
    for each in moved:
        if each.unit is not None:
            of_unit = sums.setdefault(each.unit, {})
            of_unit[each.kind] = of_unit.get(each.kind, 0) + each.amount
    rows = [_of_unit(unit, of_unit) for unit, of_unit in sums.items()]
    return sorted(rows, key=lambda row: (-row.asked, row.unit))


def _of_unit(unit: str, sums: Mapping[str, int]) -> OfUnit:
    undecided = sums.get(UNDECIDED, 0)
    promised = sum(sign * sums.get(kind, 0) for kind, sign in _PROMISED.items())
    return OfUnit(unit, sums.get(DECIDED, 0) + undecided, undecided, promised, sums.get(LedgerKind.USED, 0))
