"""The demo's own calendar: Swedish working days, and a walk that fits whatever day it ends."""

from datetime import UTC, date, timedelta
from itertools import pairwise

import pytest

from portal.clock import STOCKHOLM
from portal.demo.calendar import Course, instants, monday

DAYS = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 11, 22), date(2026, 12, 28), date(2028, 2, 29), date(2027, 7, 1)]


def test_the_fourth_monday_of_november_is_found() -> None:
    assert monday(2026, 11, 4) == date(2026, 11, 23)
    assert monday(2027, 11, 1) == date(2027, 11, 1)


@pytest.mark.parametrize("today", DAYS)
def test_a_walk_covers_a_year_and_the_last_budget_round_and_ends_before_today(today: date) -> None:
    course = Course(today)
    assert course.days[-1] < today
    assert course.days[0] <= max(today - timedelta(days=360), date(today.year - 1, 10, 5))
    assert course.days[0] < date(today.year - 1, 12, 8)
    assert course.days[0].year == today.year - 1
    assert (course.day(0), course.day(1000)) == (course.days[0], course.days[-1])
    assert all(course.day(course.at(day)) == day for day in course.days)


@pytest.mark.parametrize("today", DAYS)
def test_moments_rise_within_office_hours_with_room_for_the_worker(today: date) -> None:
    days = sorted(Course(today).days * 4)
    found = instants(days)
    assert [moment.astimezone(STOCKHOLM).date() for moment in found] == days
    assert all(8 <= moment.astimezone(STOCKHOLM).hour < 17 for moment in found)
    assert all(second - first > timedelta(minutes=1) for first, second in pairwise(found))
    assert all(moment.tzinfo is UTC for moment in found)
