"""Authority is data: which delegation covers a request, and what is said when none does."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.funds.rules import EXECUTION, DelegationRow, authority, refusal_without_authority

CHIEF, DEPUTY, FUND, OTHER_FUND = 1, 2, 10, 11
TODAY = date(2026, 11, 22)
ROW = DelegationRow(
    public_id="row",
    person_id=CHIEF,
    fund_id=FUND,
    ceiling=1_000_000,
    capacity="delegationsbeslut",
    clause="punkt 3.4",
    organ="Kommunstyrelsen",
    decided_on=date(2026, 1, 14),
    paragraph="8",
    only_when_jav_of_id=None,
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    confirmed=True,
)
GENERAL = replace(ROW, public_id="general", fund_id=None, ceiling=5_000_000)


def find(*rows, person=CHIEF, fund=FUND, on=TODAY, jav=frozenset(), total=1_000_000):
    return authority(rows, person_id=person, fund_id=fund, on=on, jav=jav, amount_total=total)


def why(*rows, person=CHIEF, fund=FUND, on=TODAY, jav=frozenset(), total=1_000_000):
    return refusal_without_authority(rows, person_id=person, fund_id=fund, on=on, jav=jav, amount_total=total)


def test_a_request_up_to_the_ceiling_is_covered_and_one_krona_more_is_not():
    found = find(ROW)
    assert found is not None
    assert (found.clause, found.ceiling, found.organ, found.paragraph) == ("punkt 3.4", 1_000_000, "Kommunstyrelsen", "8")
    assert find(ROW, total=1_000_001) is None


def test_above_the_ceiling_the_sentence_names_total_ceiling_and_the_way_on():
    sentence = why(ROW, total=1_200_000)
    assert sentence is not None
    assert "1\u00a0200\u00a0000\u00a0kr" in sentence
    assert "1\u00a0000\u00a0000\u00a0kr" in sentence
    assert "överlämnas till kommunstyrelsen" in sentence


def test_without_a_delegation_the_sentence_says_who_can():
    assert "har delegation" in str(why(ROW, person=DEPUTY))
    assert why(ROW) is None


def test_a_delegation_that_the_registrar_has_not_confirmed_gives_no_right():
    assert find(replace(ROW, confirmed=False)) is None


def test_first_and_last_day_are_included_and_the_days_around_are_not():
    assert find(ROW, on=ROW.valid_from) and find(ROW, on=ROW.valid_to)
    assert find(ROW, on=ROW.valid_from - timedelta(days=1)) is None
    assert find(ROW, on=ROW.valid_to + timedelta(days=1)) is None


def test_a_delegation_for_other_money_does_not_count():
    assert find(ROW, fund=OTHER_FUND) is None
    assert find(ROW, fund=None) is None


def test_the_general_delegation_does_not_reach_money_with_a_rule_of_its_own_even_an_ended_one():
    ended = replace(ROW, valid_to=date(2026, 6, 30))
    assert find(GENERAL, ended, total=2_000_000) is None
    assert find(GENERAL, replace(ROW, person_id=DEPUTY)) is None
    assert find(GENERAL, ROW, fund=OTHER_FUND) is not None
    assert find(GENERAL, fund=None) is not None


def test_a_delegation_vid_jav_counts_only_when_that_person_is_javig():
    row = replace(ROW, person_id=DEPUTY, only_when_jav_of_id=CHIEF)
    assert find(row, person=DEPUTY) is None
    assert find(row, person=DEPUTY, jav=frozenset({99})) is None
    assert find(row, person=DEPUTY, jav=frozenset({CHIEF})) is not None


def test_execution_without_the_decision_it_rests_on_gives_no_right():
    assert find(replace(ROW, capacity=EXECUTION)) is not None
    assert find(replace(ROW, capacity=EXECUTION, paragraph="")) is None


def test_the_frozen_row_holds_what_is_printed():
    found = find(ROW)
    assert found is not None
    assert found.as_json() == {
        "delegation": "row",
        "clause": "punkt 3.4",
        "ceiling": 1_000_000,
        "capacity": "delegationsbeslut",
        "order": "",
        "organ": "Kommunstyrelsen",
        "date": "2026-01-14",
        "paragraph": "8",
    }


rows = st.builds(
    replace,
    st.just(ROW),
    person_id=st.sampled_from([CHIEF, DEPUTY]),
    fund_id=st.sampled_from([FUND, OTHER_FUND, None]),
    ceiling=st.integers(1, 2_000_000),
    only_when_jav_of_id=st.sampled_from([None, CHIEF]),
    valid_from=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    valid_to=st.none() | st.dates(date(2027, 1, 1), date(2028, 1, 1)),
    confirmed=st.booleans(),
)


@given(st.lists(rows, max_size=5), st.integers(1, 2_000_000), st.sampled_from([FUND, None]), st.booleans())
def test_authority_and_its_refusal_never_disagree_and_nothing_above_a_ceiling_is_covered(held, total, fund, jav):
    barred = frozenset({CHIEF}) if jav else frozenset()
    found = find(*held, person=DEPUTY, fund=fund, total=total, jav=barred)
    sentence = why(*held, person=DEPUTY, fund=fund, total=total, jav=barred)
    assert (found is None) == (sentence is not None)
    if found is not None:
        assert found.ceiling >= total
        assert any(row.person_id == DEPUTY and row.confirmed and row.ceiling == found.ceiling for row in held)


DRIFT = replace(ROW, public_id="drift", cost_type="drift")


def of_kinds(*rows, kinds, total=1_000_000):
    asked = {"person_id": CHIEF, "fund_id": FUND, "on": TODAY, "jav": frozenset(), "amount_total": total}
    found = authority(rows, **asked, cost_types=frozenset(kinds))
    sentence = refusal_without_authority(rows, **asked, cost_types=frozenset(kinds))
    assert (found is None) == (sentence is not None)
    return found.delegation if found else sentence


def test_a_clause_for_drift_covers_a_request_whose_every_line_is_drift_and_no_other():
    assert of_kinds(DRIFT, kinds=["drift"]) == "drift"
    for kinds in (["investering"], ["drift", "investering"], ["vet inte"], ["drift", "vet inte"], []):
        assert "gäller bara drift" in of_kinds(DRIFT, kinds=kinds)


def test_a_clause_for_any_kind_covers_them_all_and_of_several_the_one_that_reaches_counts():
    for kinds in (["drift"], ["investering"], ["drift", "investering"], ["vet inte"], []):
        assert of_kinds(ROW, kinds=kinds) == "row"
    small = replace(ROW, public_id="small", ceiling=200_000)
    assert of_kinds(DRIFT, small, kinds=["drift"]) == "drift"
    assert "200\u00a0000\u00a0kr" in of_kinds(DRIFT, small, kinds=["investering"])
    assert of_kinds(DRIFT, small, kinds=["investering"], total=200_000) == "small"


def test_the_ceiling_of_a_clause_for_another_kind_is_never_the_one_that_is_named():
    investment = replace(ROW, public_id="investment", cost_type="investering", ceiling=9_000_000)
    assert "9\u00a0000\u00a0000" not in of_kinds(DRIFT, investment, kinds=["drift"], total=1_000_001)
    assert "drift eller investering" in of_kinds(DRIFT, investment, kinds=["vet inte"])


def test_what_is_executed_is_never_reported_whatever_the_row_says():
    assert find(replace(ROW, is_reported=True)).is_reported
    assert not find(replace(ROW, is_reported=True, capacity=EXECUTION)).is_reported


def test_the_edition_of_the_order_is_frozen_with_the_clause():
    found = find(replace(ROW, order="Delegationsordning, utgåva 3"))
    assert found is not None
    assert found.as_json()["order"] == "Delegationsordning, utgåva 3"
