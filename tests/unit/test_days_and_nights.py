"""Swedish days where days are hard: nights the clock is moved, leap days, midnight at year-end, Easter and Christmas."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal import clock, workdays
from portal.accounting import interim
from portal.decisions.forms import report_day
from portal.funds.rules import DELEGATED, DelegationRow, in_force
from portal.funds.terms import Askable, a_year_later, ended

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)

# The first moment of the Swedish day, in UTC: two hours before in summer, one in winter.
MIDNIGHTS = {
    date(2026, 3, 29): (28, 23),  # the clock is set forth at 02.00
    date(2026, 3, 30): (29, 22),
    date(2026, 10, 25): (24, 22),  # and back at 03.00
    date(2026, 10, 26): (25, 23),
    date(2027, 1, 1): (31, 23),
    date(2027, 3, 28): (27, 23),
    date(2027, 3, 29): (28, 22),
    date(2028, 2, 29): (28, 23),
    date(2028, 3, 1): (29, 23),
}


def first_moment(day: date) -> datetime:
    number, hour = MIDNIGHTS[day]
    before = day - DAY
    assert before.day == number
    return datetime(before.year, before.month, number, hour, tzinfo=UTC)


@pytest.mark.parametrize("day", MIDNIGHTS)
def test_a_day_begins_at_swedish_midnight_and_is_one_day_through_all_its_hours(day: date) -> None:
    first = first_moment(day)
    assert clock.local_date(first) == day
    assert clock.local_date(first - SECOND) == day - DAY
    hours = {date(2026, 3, 29): 23, date(2027, 3, 28): 23, date(2026, 10, 25): 25}.get(day, 24)
    assert {clock.local_date(first + timedelta(hours=n)) for n in range(hours)} == {day}
    assert clock.local_date(first + timedelta(hours=hours)) == day + DAY


@pytest.mark.parametrize("day", MIDNIGHTS)
def test_authority_and_money_hold_through_the_last_second_of_their_last_day(day: date) -> None:
    last = day - DAY
    row = DelegationRow(
        public_id="a", person_id=1, fund_id=None, ceiling=1, capacity=DELEGATED, clause="4.2", organ="Kommunstyrelsen",
        decided_on=date(2025, 12, 1), paragraph="8", only_when_jav_of_id=None, valid_from=last, valid_to=last, confirmed=True,
    )  # fmt: skip
    money = Askable(name="Miljonen", year=2026, cost_type="both", ended_on=last, units=frozenset())

    def counts() -> tuple[bool, bool]:
        on = clock.today()
        held = in_force([row], person_id=1, fund_id=None, on=on, jav=frozenset())
        return bool(held), ended(money, on) is None

    clock.set_source(lambda: first_moment(day) - SECOND)
    assert counts() == (True, True)
    clock.set_source(lambda: first_moment(day))
    assert counts() == (False, False)


def test_a_year_later_exists_for_every_day_and_is_never_a_day_later_in_the_year() -> None:
    for n in range(5 * 366):
        day = date(2026, 1, 1) + n * DAY
        later = a_year_later(day)
        assert later is not None
        assert (later.year, later.month) == (day.year + 1, day.month)
        assert later.day == (28 if (day.month, day.day) == (2, 29) else day.day)


# Weekdays that are free, from the almanac.
FREE = {
    2026: "01-01 01-06 04-03 04-06 05-01 05-14 06-19 12-24 12-25 12-31",
    2027: "01-01 01-06 03-26 03-29 05-06 06-25 12-24 12-31",
    2028: "01-06 04-14 04-17 05-01 05-25 06-06 06-23 12-25 12-26",
}
CLOSED = {date.fromisoformat(f"{year}-{day}") for year, days in FREE.items() for day in days.split()}
DAYS = [date(2026, 1, 1) + n * DAY for n in range((date(2029, 1, 1) - date(2026, 1, 1)).days)]
OPEN = [day for day in DAYS if day.weekday() < 5 and day not in CLOSED]


def test_the_offices_are_open_on_the_days_of_the_almanac() -> None:
    assert [day for day in DAYS if workdays.is_working_day(day)] == OPEN


@pytest.mark.parametrize(
    ("due", "reminded"),
    [
        # ten working days before · on the day or the last working day before it · ten and twenty working days after
        ("2027-01-31", "2027-01-15 2027-01-29 2027-02-12 2027-02-26"),  # a Sunday, and the usual day
        ("2026-04-07", "2026-03-20 2026-04-07 2026-04-21 2026-05-06"),  # after Easter, and over the first of May
        ("2026-04-03", "2026-03-19 2026-04-02 2026-04-20 2026-05-05"),  # Good Friday itself
        ("2026-12-31", "2026-12-14 2026-12-30 2027-01-18 2027-02-01"),  # New Year's Eve
        ("2027-03-28", "2027-03-11 2027-03-25 2027-04-12 2027-04-26"),  # Easter Day, and the night the clock is set forth
        ("2028-02-29", "2028-02-15 2028-02-29 2028-03-14 2028-03-28"),  # the leap day
        ("2026-10-25", "2026-10-09 2026-10-23 2026-11-06 2026-11-20"),  # the night the clock is set back, a Sunday
    ],
)
def test_reminders_come_on_working_days_around_easter_christmas_and_the_leap_day(due: str, reminded: str) -> None:
    due_on = date.fromisoformat(due)
    first, at, late, later = (date.fromisoformat(day) for day in reminded.split())
    near = [day for day in DAYS if abs(day - due_on) < timedelta(days=40)]
    said = {day: interim.reminder(due_on, day, (10, 0)) for day in near}
    assert [said[day] for day in (first - DAY, first, at - DAY, at, late - DAY, late, later - DAY, later)] == (
        [None, -10, -10, 0, 0, 10, 10, 20]
    )  # fmt: skip
    assert {first, at, late, later} <= set(OPEN)
    moves = [day for day in near[1:] if said[day] != said[day - DAY]]
    assert set(moves) <= set(OPEN), "nobody is reminded on a free day"


@pytest.mark.parametrize(
    ("budget_year", "today", "proposed"),
    [
        (2026, "2026-11-23", "2027-01-31"),
        (2026, "2026-01-01", "2027-01-31"),
        (2026, "2026-12-31", "2027-01-31"),
        (2026, "2027-01-30", "2027-01-31"),  # decided late: the day that is still to come
        (2026, "2027-01-31", "2028-01-31"),
        (2025, "2027-01-01", "2027-01-31"),
        (2024, "2028-02-29", "2029-01-31"),
        (2027, "2026-12-31", "2028-01-31"),  # next year's money decided before the year begins
    ],
)
def test_the_final_report_is_due_on_31_january_after_the_budget_year_or_the_next_one_to_come(
    budget_year: int, today: str, proposed: str
) -> None:
    assert report_day(budget_year, (1, 31), date.fromisoformat(today)) == date.fromisoformat(proposed)


def test_a_proposed_day_of_the_final_report_is_always_to_come_within_the_year_after_it_could_be() -> None:
    for day in DAYS[::11]:
        for budget_year in range(day.year - 3, day.year + 2):
            for month_day in ((1, 31), (2, 28), (12, 15)):
                proposed = report_day(budget_year, month_day, day)
                usual = date(budget_year + 1, *month_day)
                assert proposed > day
                assert proposed == usual or (usual <= day and proposed - day <= timedelta(days=366))
