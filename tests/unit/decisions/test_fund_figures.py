"""The year in figures: cumulative, by Swedish months, and by unit."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from portal.decisions.fund_figures import AFTER, BEFORE, DECIDED, UNDECIDED, Moved, bounds, by_unit, glance, over_the_year

SAFETY, CULTURE = "Säkerhet och trygghet", "Kultur och fritid"
YEAR = [
    Moved("set_aside", BEFORE, None, 1_000_000),
    Moved(DECIDED, 2, SAFETY, 400_000),
    Moved("granted", 3, SAFETY, 300_000),
    Moved("granted", 5, SAFETY, 100_000),
    Moved("reversed", 5, SAFETY, 300_000),
    Moved(UNDECIDED, 6, CULTURE, 900_000),
    Moved("set_aside", 7, None, -50_000),
    Moved("used", 10, SAFETY, 80_000),
    Moved("returned", 10, SAFETY, 20_000),
    Moved("carried_over", AFTER, None, 500_000),
    Moved("lapsed", AFTER, None, 370_000),
]


def test_each_month_says_what_had_happened_until_then():
    points = over_the_year(YEAR, 2026, date(2027, 2, 1))
    assert [point.label for point in points] == [
        "Före 2026", "Januari", "Februari", "Mars", "April", "Maj", "Juni", "Juli", "Augusti", "September", "Oktober",
        "November", "December", "Efter 2026",
    ]  # fmt: skip
    stood = {point.label: point.figures for point in points}
    assert stood["Före 2026"] == (1_000_000, 0, 0, 0, 1_000_000)
    assert stood["Mars"] == (1_000_000, 400_000, 300_000, 0, 700_000)
    assert stood["Maj"] == (1_000_000, 400_000, 100_000, 0, 900_000)
    assert stood["December"] == (950_000, 1_300_000, 80_000, 80_000, 870_000)
    assert stood["Efter 2026"] == (950_000, 1_300_000, 80_000, 80_000, 0)


@pytest.mark.parametrize(("today", "last"), [(date(2026, 3, 31), "Mars"), (date(2026, 4, 1), "April")])
def test_months_that_have_not_begun_are_not_drawn(today, last):
    assert over_the_year(YEAR[:2], 2026, today)[-1].label == last


def test_money_of_a_year_to_come_has_no_month_yet():
    assert [point.label for point in over_the_year(YEAR[:1], 2026, date(2025, 12, 31))] == ["Före 2026"]
    assert over_the_year([], 2027, date(2026, 11, 22)) == []


def test_units_come_with_what_they_asked_were_promised_and_used():
    safety, culture = sorted(by_unit(YEAR), key=lambda row: row.unit, reverse=True)
    assert (safety.asked, safety.undecided, safety.promised, safety.used) == (400_000, 0, 80_000, 80_000)
    assert (culture.asked, culture.undecided, culture.promised, culture.used) == (900_000, 900_000, 0, 0)
    assert [row.unit for row in by_unit(YEAR)] == [CULTURE, SAFETY]


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_a_year_is_twelve_months_of_swedish_days_with_their_dst_nights(year):
    midnights = bounds(year)
    assert len(midnights) == 13
    assert midnights[0].astimezone(UTC) == datetime(year - 1, 12, 31, 23, tzinfo=UTC)
    assert midnights[12].astimezone(UTC) == datetime(year, 12, 31, 23, tzinfo=UTC)
    assert midnights[6].astimezone(UTC) == datetime(year, 6, 30, 22, tzinfo=UTC)  # summer time
    hours = [(b.astimezone(UTC) - a.astimezone(UTC)) / timedelta(hours=1) for a, b in pairwise(midnights)]
    assert (hours[2], hours[9]) == (31 * 24 - 1, 31 * 24 + 1)
    assert sum(hours) == (366 if year % 4 == 0 else 365) * 24


@dataclass(frozen=True)
class Holds:
    set_aside: int = 1_000_000
    promised: int = 300_000
    left: int = 650_000
    used: int = 0


def test_at_a_glance_what_is_promised_asked_and_left_and_whether_it_would_do():
    assert [amount for _label, amount in glance(Holds(), 700_000)] == [1_000_000, 300_000, 700_000, 650_000, -50_000]
