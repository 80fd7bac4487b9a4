"""By when a step is to be taken: Swedish working days from when the case came there."""

from datetime import date, timedelta

import pytest

from portal.decisions.deadlines import Allowed, due, is_late, is_near, of_step, too_old

FRIDAY = date(2026, 12, 18)
ALL = Allowed(statement=1, decision=5, dispatch=2)


def test_days_are_counted_over_weekends_and_holidays() -> None:
    assert due(FRIDAY, 1) == date(2026, 12, 21)
    assert due(FRIDAY, 4) == date(2026, 12, 28), "24 and 25 December are free, and so is the weekend"
    assert due(FRIDAY, None) is None


@pytest.mark.parametrize(
    ("status", "days"),
    [("submitted", 5), ("referred", 5), ("decided", 2), ("draft", None), ("returned", None), ("settled", None)],
)
def test_each_status_waits_for_its_step_and_others_for_none(status: str, days: int | None) -> None:
    assert of_step(status, FRIDAY, ALL) == due(FRIDAY, days)


def test_a_statement_has_days_of_its_own_and_dispatch_has_two_where_nothing_is_said() -> None:
    assert of_step("submitted", FRIDAY, ALL, statement=True) == date(2026, 12, 21)
    assert of_step("submitted", FRIDAY, Allowed()) is None
    assert of_step("decided", FRIDAY, Allowed()) == date(2026, 12, 22)


def test_what_is_due_today_is_near_and_late_tomorrow() -> None:
    last = date(2026, 12, 22)
    assert [is_near(last, last + timedelta(days=n)) for n in (-2, -1, 0, 1)] == [False, True, True, False]
    assert [is_late(last, last + timedelta(days=n)) for n in (0, 1)] == [False, True]
    assert not is_late(None, FRIDAY) and not is_near(None, FRIDAY)


def test_the_query_and_the_page_find_the_same_late_on_every_day_of_a_year() -> None:
    for days in (1, 2, 7):
        for n in range(366):
            today = date(2026, 11, 1) + timedelta(days=n)
            for back in range(16):
                came = today - timedelta(days=back)
                assert is_late(due(came, days), today) == (came < too_old(today, days)), (today, came, days)
