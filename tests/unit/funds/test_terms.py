"""The rules of set-aside money: what holds, and whom they stop from asking."""

from dataclasses import replace
from datetime import date
from itertools import product
from uuid import uuid4

import pytest

from portal.funds import terms
from portal.funds.terms import USUAL, Askable

TODAY = date(2026, 11, 22)
MONEY = Askable(name="Trygghetsmiljonen", year=2026, cost_type="both", ended_on=None, units=frozenset())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cost_type": "annat"}, "cost_type"),
        ({"report_by": date(2025, 12, 31)}, "report_by"),
        ({"report_by": date(2030, 1, 1)}, "report_by"),
        ({"report_by": date(2027, 3, 1), "report_required": False}, "report_by"),
        ({"ended_on": date(2026, 11, 21)}, "ended_on"),
        ({"ended_on": date(2030, 1, 1)}, "ended_on"),
    ],
)
def test_a_rule_that_does_not_hold_is_said_at_its_field(change, field):
    assert set(terms.problems(replace(USUAL, **change), year=2026, today=TODAY)) == {field}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"ended_on": TODAY},
        {"ended_on": date(2029, 12, 31)},
        {"report_by": date(2026, 1, 1)},
        {"report_by": date(2029, 12, 31)},
        {"cost_type": "drift"},
    ],
)
def test_rules_up_to_their_limits_hold(change):
    assert terms.problems(replace(USUAL, **change), year=2026, today=TODAY) == {}


def test_a_last_day_that_has_been_may_stand_but_not_be_set():
    past = replace(USUAL, ended_on=date(2026, 6, 30))
    assert terms.problems(past, year=2026, today=TODAY, before=date(2026, 6, 30)) == {}
    assert "ended_on" in terms.problems(past, year=2026, today=TODAY, before=None)


@pytest.mark.parametrize(
    ("kind", "asked", "stopped"),
    [
        (kind, asked, kind != "both" and bool(set(asked) & ({"drift", "investering"} - {kind})))
        for kind, asked in product(
            terms.COST_TYPES, [("drift",), ("investering",), ("drift", "investering"), ("vet inte",), ()]
        )
    ],
)
def test_money_for_one_kind_of_cost_stops_lines_of_the_other(kind, asked, stopped):
    said = replace(MONEY, cost_type=kind).refusal(unit_id=1, cost_types=asked, today=TODAY)
    assert (said is not None) == stopped
    if said:
        assert f"avsatta till {kind}" in said


def test_units_not_named_are_stopped_and_none_named_is_every_unit():
    kept = replace(MONEY, units=frozenset({7}))
    assert kept.refusal(unit_id=7, cost_types=(), today=TODAY) is None
    assert "Enheten får inte äska" in (kept.refusal(unit_id=8, cost_types=(), today=TODAY) or "")
    assert MONEY.refusal(unit_id=8, cost_types=(), today=TODAY) is None


def test_the_last_day_is_a_day_to_ask_on_and_the_next_is_not():
    ending = replace(MONEY, ended_on=date(2026, 12, 31), units=frozenset({7}), cost_type="drift")
    assert ending.refusal(unit_id=7, cost_types=("drift",), today=date(2026, 12, 31)) is None
    # Whatever else is wrong, one sentence: the first that nobody can mend.
    assert "är avslutade" in (ending.refusal(unit_id=8, cost_types=("investering",), today=date(2027, 1, 1)) or "")


def test_a_year_after_29_february_is_the_28th():
    assert terms.a_year_later(date(2028, 2, 29)) == date(2029, 2, 28)
    assert terms.a_year_later(date(2027, 1, 31)) == date(2028, 1, 31)
    assert terms.a_year_later(None) is None


def test_the_mark_of_the_rules_is_the_same_for_the_same_rules_only():
    first, second = uuid4(), uuid4()
    both = replace(USUAL, units=frozenset({first, second}))
    assert terms.mark(both) == terms.mark(replace(USUAL, units=frozenset({second, first})))
    others = [
        replace(both, daily_name="Miljonen"),
        replace(both, cost_type="drift"),
        replace(both, statement_required=True),
        replace(both, report_required=False),
        replace(both, report_by=date(2027, 1, 1)),
        replace(both, interim_reports=True),
        replace(both, ended_on=date(2027, 1, 1)),
        replace(both, units=frozenset({first})),
    ]
    assert len({terms.mark(each) for each in (both, *others)}) == len(others) + 1
