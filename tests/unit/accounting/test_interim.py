"""When a lägesrapport is due, and which reminder of a report a day calls for."""

from datetime import date, timedelta

import pytest

from portal.accounting.interim import days_before, due, reminder

DAY = timedelta(days=1)
DECIDED, REPORT_BY = date(2026, 2, 10), date(2027, 1, 31)
APRIL, AUGUST = date(2026, 4, 30), date(2026, 8, 31)


def test_a_report_is_due_from_ten_working_days_before_the_tertial_date_until_it_is_made() -> None:
    opens = date(2026, 4, 16)  # ten working days before 30 April
    assert days_before(APRIL, 10) == opens
    assert due(DECIDED, REPORT_BY, None, opens - DAY) is None
    assert due(DECIDED, REPORT_BY, None, opens) == APRIL
    assert due(DECIDED, REPORT_BY, None, date(2026, 7, 1)) == APRIL
    assert due(DECIDED, REPORT_BY, APRIL, date(2026, 7, 1)) is None


def test_a_later_report_answers_for_the_one_that_was_missed() -> None:
    assert due(DECIDED, REPORT_BY, None, AUGUST) == AUGUST
    assert due(DECIDED, REPORT_BY, AUGUST, date(2027, 1, 30)) is None


def test_nothing_is_due_for_a_day_before_the_decision_or_from_the_final_report_on() -> None:
    assert due(APRIL, REPORT_BY, None, date(2026, 6, 1)) is None
    assert due(APRIL - DAY, REPORT_BY, None, date(2026, 6, 1)) == APRIL
    assert due(DECIDED, AUGUST, APRIL, AUGUST) is None
    assert due(DECIDED, date(2026, 4, 1), None, AUGUST) is None


def test_money_over_years_is_reported_on_each_tertial() -> None:
    assert due(DECIDED, date(2028, 1, 31), AUGUST, date(2027, 4, 29)) == date(2027, 4, 30)
    assert due(date(2024, 2, 29), None, None, date(2024, 4, 30)) == date(2024, 4, 30)


@pytest.mark.parametrize(
    ("today", "offset"),
    [
        (date(2027, 1, 14), None),
        (date(2027, 1, 15), -10),
        (date(2027, 1, 28), -10),
        (date(2027, 1, 29), 0),  # 31 January is a Sunday: the Friday before
        (date(2027, 1, 31), 0),
        (date(2027, 2, 11), 0),
        (date(2027, 2, 12), 10),
        (date(2027, 2, 25), 10),
        (date(2027, 2, 26), 20),
        (date(2027, 12, 31), 230),
    ],
)
def test_a_unit_is_reminded_before_at_and_every_ten_working_days_after(today: date, offset: int | None) -> None:
    assert reminder(REPORT_BY, today, (10, 0)) == offset


def test_without_days_before_only_what_is_late_is_reminded_of() -> None:
    assert reminder(REPORT_BY, REPORT_BY, ()) is None
    assert reminder(REPORT_BY, date(2027, 2, 12), ()) == 10
