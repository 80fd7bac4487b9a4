"""When a decision gains legal force: three weeks from the notice, no last day on a day off, and what a court makes of it."""

from datetime import date

import pytest

from portal.decisions.finality import Finality, State, finality, last_day_to_appeal, standing

POLITICAL, DELEGATED, EXECUTION = "politiskt beslut", "delegationsbeslut", "verkställighet"


@pytest.mark.parametrize(
    ("posted_on", "last"),
    [
        (date(2026, 11, 2), date(2026, 11, 23)),  # a Monday, and a Monday three weeks later
        (date(2026, 11, 7), date(2026, 11, 30)),  # Saturday: the Monday after
        (date(2026, 11, 8), date(2026, 11, 30)),  # Sunday likewise
        (date(2026, 12, 3), date(2026, 12, 28)),  # Christmas Eve, Christmas Day, Boxing Day, a Sunday
        (date(2026, 12, 10), date(2027, 1, 4)),  # New Year's Eve, New Year's Day, a week-end
        (date(2026, 12, 16), date(2027, 1, 7)),  # Epiphany
        (date(2026, 5, 29), date(2026, 6, 22)),  # Midsummer's Eve, and the day itself
        (date(2026, 3, 13), date(2026, 4, 7)),  # Good Friday to Easter Monday
    ],
)
def test_the_last_day_to_appeal_is_a_working_day_three_weeks_after_the_notice(posted_on: date, last: date) -> None:
    assert last_day_to_appeal(posted_on) == last


def _stands(today: date, *, capacity: str = DELEGATED, posted_on: date | None = date(2026, 11, 2), appeal: str | None = None):
    return finality(capacity=capacity, posted_on=posted_on, appeal=appeal, today=today)


def test_a_decision_can_be_appealed_through_the_last_day_and_has_legal_force_the_day_after() -> None:
    last, after = date(2026, 11, 23), date(2026, 11, 24)
    assert _stands(last) == Finality(State.OPEN, last)
    assert _stands(after) == Finality(State.FINAL, last, after)
    assert _stands(after, capacity=POLITICAL).said == "Vann laga kraft 24\u00a0november\u00a02026."


def test_what_has_not_been_posted_never_gains_legal_force() -> None:
    assert _stands(date(2036, 1, 1), posted_on=None).state is State.NOT_POSTED


def test_what_only_carries_out_a_decision_cannot_be_appealed() -> None:
    found = _stands(date(2026, 11, 3), capacity=EXECUTION, posted_on=None)
    assert (found.state, found.warning) == (State.NOT_APPEALABLE, None)


@pytest.mark.parametrize(
    ("outcomes", "stands"),
    [
        ([], None),
        ([None], "pending"),
        (["rejected"], "tried"),
        (["rejected", None], "pending"),
        (["annulled"], "annulled"),
        (["annulled", None], "pending"),  # the municipality appealed the judgement
        (["annulled", "rejected"], "annulled"),  # of another who appealed, or in the next instance
        (["annulled", "dismissed"], "annulled"),
        (["rejected", "annulled", "struck"], "annulled"),
        (["annulled", "restored"], "tried"),
        (["annulled", "restored", "annulled"], "annulled"),
        (["dismissed", "struck"], "tried"),
    ],
)
def test_an_annulled_decision_is_annulled_until_a_court_says_otherwise(outcomes: list[str | None], stands: str | None) -> None:
    assert standing(outcomes) == stands


@pytest.mark.parametrize(
    ("change", "warned"),
    [
        ({"posted_on": None}, "inte tillkännagivet på anslagstavlan"),
        ({}, "det kan överklagas till och med 23\u00a0november\u00a02026"),
        ({"appeal": "tried"}, "det kan överklagas till och med 23\u00a0november\u00a02026"),  # by another, still
        ({"appeal": "tried", "posted_on": None}, "inte tillkännagivet på anslagstavlan"),
        ({"appeal": "pending"}, "det är överklagat"),
        ({"appeal": "annulled"}, "upphävt av domstol"),
    ],
)
def test_whoever_carries_it_out_too_early_is_warned_and_told_why(change, warned) -> None:
    assert warned in _stands(date(2026, 11, 10), **change).warning


def test_nobody_is_warned_of_a_decision_that_has_legal_force_or_stood_in_court() -> None:
    assert _stands(date(2026, 12, 24)).warning is None
    assert _stands(date(2026, 11, 24), appeal="tried").warning is None
