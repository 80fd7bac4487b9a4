"""Working days in Sweden: what deadlines and reminders count in."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

SATURDAY = 5
_DAY = timedelta(days=1)


@cache
def _free_days() -> Mapping[date, str]:
    """Public holidays (lag 1989:253) and the eves that are free in practice (midsommarafton, julafton, nyårsafton).

    Imported when first asked for: the calendar takes a third of a second to load.
    """
    from holidays.countries.sweden import Sweden

    return Sweden(categories=("public", "de_facto"), language="sv")


def is_working_day(day: date) -> bool:
    """Whether ``day`` is a day on which a municipality's offices are open."""
    return day.weekday() < SATURDAY and day not in _free_days()


def working_days(first: date, last: date) -> int:
    """Working days after ``first`` up to and including ``last``; 0 when ``last`` is not later."""
    return sum(is_working_day(first + n * _DAY) for n in range(1, (last - first).days + 1))


def after(day: date, days: int) -> date:
    """The working day that comes ``days`` (at least 1) working days after ``day``."""
    for _number in range(days):
        day += _DAY
        while not is_working_day(day):
            day += _DAY
    return day


def before(day: date, days: int) -> date:
    """The working day that comes ``days`` (at least 1) working days before ``day``."""
    for _number in range(days):
        day -= _DAY
        while not is_working_day(day):
            day -= _DAY
    return day
