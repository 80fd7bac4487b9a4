"""When the day's digest is due: at the set hour on the Swedish clock, also in the nights when it is set."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from portal.clock import STOCKHOLM
from portal.notices.digest import due_at, last_due

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        (date(2026, 1, 15), 7, datetime(2026, 1, 15, 6, tzinfo=UTC)),
        (date(2026, 7, 15), 7, datetime(2026, 7, 15, 5, tzinfo=UTC)),
        (date(2026, 7, 15), 0, datetime(2026, 7, 14, 22, tzinfo=UTC)),
        (SPRING, 1, datetime(2026, 3, 29, 0, tzinfo=UTC)),
        (SPRING, 2, datetime(2026, 3, 29, 1, tzinfo=UTC)),  # the hour that does not exist: when the clock goes on, at 03
        (SPRING, 3, datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (AUTUMN, 1, datetime(2026, 10, 24, 23, tzinfo=UTC)),
        (AUTUMN, 2, datetime(2026, 10, 25, 0, tzinfo=UTC)),  # the hour that comes twice: the first time
        (AUTUMN, 3, datetime(2026, 10, 25, 2, tzinfo=UTC)),
    ],
)
def test_it_is_due_at_the_first_moment_when_the_clock_shows_the_hour_or_more(day: date, hour: int, expected: datetime) -> None:
    assert due_at(day, hour) == expected
    assert due_at(day, hour).astimezone(STOCKHOLM).date() == day


@pytest.mark.parametrize("hour", range(24))
def test_a_year_of_hourly_looks_finds_each_days_digest_once_and_in_time(hour: int) -> None:
    seen: dict[date, datetime] = {}
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    while moment < datetime(2027, 1, 2, tzinfo=UTC):
        day, due = last_due(moment, hour)
        assert due <= moment < due + timedelta(hours=26)
        seen.setdefault(day, moment)
        moment += timedelta(hours=1)
    days = sorted(seen)
    assert all(after - before == timedelta(days=1) for before, after in pairwise(days))
    assert all(seen[day] == due_at(day, hour) for day in days[1:])


def test_the_hour_that_comes_twice_gives_one_digest_and_not_two() -> None:
    first, second = datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert first.astimezone(STOCKHOLM).hour == second.astimezone(STOCKHOLM).hour == 2
    assert last_due(first, 2) == last_due(second, 2) == (AUTUMN, first)
    assert last_due(first - timedelta(seconds=1), 2)[0] == AUTUMN - timedelta(days=1)
