"""The days and hours of the demo: Swedish working days of about a year up to yesterday. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from portal.accounting.interim import TERTIAL_ENDS
from portal.clock import STOCKHOLM
from portal.workdays import is_working_day

OPENS, CLOSES = time(8, 5), time(16, 35)
SPAN = 1000  # a year's course is told in thousandths of it, whatever day it ends
_DAY = timedelta(days=1)


def working_days(first: date, last: date) -> list[date]:
    """The working days between two days, both included."""
    return [day for n in range((last - first).days + 1) if is_working_day(day := first + n * _DAY)]


def monday(year: int, month: int, number: int) -> date:
    """The first, second … Monday of a month: when kommunfullmäktige and kommunstyrelsen sit."""
    first = date(year, month, 1)
    return first + ((7 - first.weekday()) % 7 + 7 * (number - 1)) * _DAY


class Course:
    """The working days of the walk: at least a year, from the October of last year if that is longer, to yesterday."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.year = today.year
        self.days = working_days(min(today - timedelta(days=365), date(today.year - 1, 10, 1)), today - _DAY)

    def day(self, at: float) -> date:
        """The working day at ``at`` thousandths of the walk."""
        return self.days[min(int(at * len(self.days) / SPAN), len(self.days) - 1)]

    def at(self, day: date) -> float:
        """Where in the walk the last working day up to ``day`` is; the inverse of ``day``."""
        number = sum(1 for each in self.days if each <= day) - 1
        return max(number, 0) * SPAN / len(self.days) + 1e-6

    def tertial(self, before: float) -> float:
        """Where the last tertial date is, of those before ``before``: when it is told how it stands with what was granted."""
        last = self.day(before)
        ends = [date(year, *end) for year in (last.year - 1, last.year) for end in TERTIAL_ENDS]
        return self.at(max(end for end in ends if end < last))

    def later(self, days: int) -> date:
        """The first working day at least ``days`` days after today: a deadline that has not passed."""
        return next(day for n in range(30) if is_working_day(day := self.today + (days + n) * _DAY))


def hours(day: date, count: int) -> Iterator[datetime]:
    """``count`` rising instants within the office hours of ``day``, UTC; the same every time they are asked for."""
    first = datetime.combine(day, OPENS, tzinfo=STOCKHOLM).astimezone(UTC)
    last = datetime.combine(day, CLOSES, tzinfo=STOCKHOLM).astimezone(UTC)
    for n in range(count):
        # Somewhere in the middle of its part of the day, so that nobody always acts at the same hour.
        within = 0.1 + 0.8 * ((day.toordinal() * 7919 + n * 104729) % 997) / 997
        yield first + timedelta(seconds=int((last - first).total_seconds() * (n + within) / count))


def instants(days: Sequence[date]) -> list[datetime]:
    """One instant for each entry of ``days`` (sorted), later entries later."""
    found: list[datetime] = []
    for day in dict.fromkeys(days):
        found += hours(day, days.count(day))
    return found
