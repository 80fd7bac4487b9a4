"""Working days: what deadlines and reminders are counted in."""

from datetime import date

import pytest

from portal import workdays


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 6),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 14),
        date(2026, 6, 19),
        date(2026, 12, 24),
        date(2026, 11, 21),
    ],
)
def test_the_town_hall_is_closed_on_holidays_and_saturdays(day: date) -> None:
    assert not workdays.is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 4, 2), date(2026, 6, 18), date(2026, 12, 23), date(2026, 11, 20)])
def test_the_town_hall_is_open_on_the_day_before(day: date) -> None:
    assert workdays.is_working_day(day)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 11, 20), date(2026, 11, 22), 0),  # Friday to Sunday
        (date(2026, 11, 20), date(2026, 11, 23), 1),
        (date(2026, 6, 18), date(2026, 6, 22), 1),  # midsommarafton is free although no public holiday
        (date(2026, 12, 23), date(2027, 1, 4), 4),  # julafton, juldagen, nyårsafton and nyårsdagen fall out
        (date(2028, 2, 28), date(2028, 3, 1), 2),  # over 29 February
        (date(2026, 11, 23), date(2026, 11, 20), 0),
    ],
)
def test_working_days_leave_out_weekends_and_free_days(first: date, last: date, days: int) -> None:
    assert workdays.working_days(first, last) == days


@pytest.mark.parametrize("days", [1, 3, 10, 30])
def test_a_day_so_many_working_days_later_is_that_far_away_and_back_again(days: int) -> None:
    first = date(2026, 12, 22)
    later = workdays.after(first, days)
    assert workdays.working_days(first, later) == days
    assert workdays.is_working_day(later)
    assert workdays.before(later, days) == first
