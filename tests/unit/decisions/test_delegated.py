"""Lists of delegated decisions: which numbers a list reaches over, and what may be noted of it."""

from datetime import date
from typing import Any

import pytest

from portal.decisions.delegated import Noted, Series, changes, problems, reach

KEY = (1, 2026)
LAST, MET, ADJUSTED, POSTED, TODAY = (date(2026, 11, day) for day in (2, 9, 12, 13, 20))
NOTED = {"meeting_date": MET, "paragraph": "12", "adjusted_on": ADJUSTED, "posted_on": POSTED}


def test_a_list_reaches_from_where_the_last_one_ended_and_leaves_no_number_between_them() -> None:
    assert reach(KEY, {KEY: 7}, 9, 12) == Series(1, 2026, 8, 12)
    assert reach(KEY, {KEY: 7}, None, 12) == Series(1, 2026, 8, 12)  # nothing on it there, but numbers were given
    assert reach(KEY, {KEY: 12}, None, 12) is None


def test_the_first_list_begins_with_its_first_decision_and_a_new_year_with_number_one() -> None:
    assert reach(KEY, None, 5, 12) == Series(1, 2026, 5, 12)
    assert reach(KEY, {(1, 2025): 99}, 3, 12) == Series(1, 2026, 1, 12)
    assert reach(KEY, None, None, 12) is None
    assert reach(KEY, {(1, 2025): 99}, None, 12) is None


def _problems(kind: str = "reported", **change: Any) -> dict[str, str]:
    return problems(Noted(**{**NOTED, **change}), kind=kind, last_decided_on=LAST, today=TODAY)


def test_days_in_order_hold_and_so_do_those_that_are_not_known_yet() -> None:
    assert _problems() == {}
    assert _problems(posted_on=None) == {}
    assert _problems(posted_on=None, adjusted_on=None) == {}
    assert _problems(kind="recorded", meeting_date=None, paragraph=None) == {}
    assert _problems(meeting_date=LAST, adjusted_on=LAST, posted_on=LAST) == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"paragraph": None}, "paragraph"),
        ({"meeting_date": None}, "meeting_date"),
        ({"meeting_date": date(2026, 11, 1)}, "meeting_date"),
        ({"adjusted_on": date(2026, 11, 8)}, "adjusted_on"),
        ({"meeting_date": None, "paragraph": None}, "adjusted_on"),
        ({"posted_on": date(2026, 11, 11)}, "posted_on"),
        ({"adjusted_on": None}, "posted_on"),
        ({"posted_on": date(2026, 11, 21)}, "posted_on"),
        ({"kind": "recorded"}, "meeting_date"),
        ({"kind": "recorded", "meeting_date": None, "paragraph": None, "adjusted_on": date(2026, 11, 1)}, "adjusted_on"),
    ],
)
def test_a_day_out_of_order_or_to_come_is_told_at_its_field(change: dict[str, Any], field: str) -> None:
    assert list(_problems(**change)) == [field]


def test_only_what_was_noted_before_is_a_change() -> None:
    old = Noted(meeting_date=MET, paragraph="12")
    assert not changes(old, Noted(**NOTED))
    assert changes(old, Noted(meeting_date=MET, paragraph="13"))
    assert changes(old, Noted())
