"""Which of several delegations counts, and who enters money and authority; each refusal word for word."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.funds.rules import (
    DELEGATED,
    EXECUTION,
    KINDS,
    DelegationRow,
    authority,
    edition_called,
    in_force,
    in_role,
    reach,
    refusal_to_confirm,
    refusal_to_confirm_order,
    refusal_to_delegate,
    refusal_to_discard,
    refusal_to_manage,
    refusal_without_authority,
    without_edition,
)
from portal.people.permissions import Permission, Role
from tests.unit.persons import acting_for, person, stood_in_for

CHIEF, DEPUTY, OTHER, FUND, OTHER_FUND = 1, 2, 3, 10, 11
TODAY = date(2026, 11, 22)
ROW = DelegationRow(
    public_id="a",
    person_id=CHIEF,
    fund_id=FUND,
    ceiling=1_000_000,
    capacity=DELEGATED,
    clause="punkt 3.4",
    organ="Kommunstyrelsen",
    decided_on=date(2026, 1, 14),
    paragraph="8",
    only_when_jav_of_id=None,
    valid_from=date(2026, 1, 1),
    valid_to=None,
    confirmed=True,
)


def chosen(*rows: DelegationRow, total: int = 1, jav: frozenset[int] = frozenset()) -> str | None:
    """The delegation that counts for the chief's decision on the fund today."""
    found = authority(rows, person_id=CHIEF, fund_id=FUND, on=TODAY, jav=jav, amount_total=total)
    return found.delegation if found else None


def counting(*rows: DelegationRow, fund: int | None = FUND, on: date = TODAY, jav: frozenset[int] = frozenset()) -> set[str]:
    """The chief's delegations that count for the money on the day."""
    return {row.public_id for row in in_force(rows, person_id=CHIEF, fund_id=fund, on=on, jav=jav)}


def why(*rows: DelegationRow, total: int = 1_000_000) -> str | None:
    return refusal_without_authority(
        rows, person_id=CHIEF, fund_id=FUND, on=TODAY, jav=frozenset(), amount_total=total
    )  # fmt: skip


def test_an_unconditional_delegation_goes_before_one_vid_jav_even_a_higher() -> None:
    vid_jav = replace(ROW, public_id="b", ceiling=9_000_000, only_when_jav_of_id=DEPUTY)
    assert chosen(ROW, vid_jav, jav=frozenset({DEPUTY})) == "a"
    assert chosen(vid_jav, ROW, jav=frozenset({DEPUTY}), total=1_000_001) == "b"


def test_of_two_the_higher_ceiling_counts_then_the_newer_then_a_settled_order() -> None:
    assert chosen(ROW, replace(ROW, public_id="b", ceiling=1_000_001, valid_from=date(2025, 1, 1))) == "b"
    assert chosen(replace(ROW, public_id="z"), replace(ROW, public_id="b", valid_from=date(2026, 1, 2))) == "b"
    assert chosen(ROW, replace(ROW, public_id="b")) == chosen(replace(ROW, public_id="b"), ROW) == "b"


def test_only_the_rows_that_reach_the_total_are_chosen_among() -> None:
    low = replace(ROW, public_id="b", ceiling=999_999, valid_from=date(2026, 2, 1))
    assert chosen(ROW, low, total=1_000_000) == "a"
    assert chosen(low, total=999_999) == "b"
    assert chosen(low, total=1_000_000) is None


def test_a_row_counts_from_its_first_day_through_its_last() -> None:
    row = replace(ROW, valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 31))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [bool(counting(row, on=day)) for day in days] == [False, True, True, False]


def test_execution_rests_on_an_organs_paragraph_and_a_delegation_on_none() -> None:
    for organ, paragraph, counts in [("KS", "8", True), ("", "8", False), ("KS", "", False), ("", "", False)]:
        row = replace(ROW, organ=organ, paragraph=paragraph)
        assert bool(counting(replace(row, capacity=EXECUTION))) is counts
        assert counting(row) == {"a"}


def test_general_rows_reach_only_money_without_a_rule_of_its_own() -> None:
    general = replace(ROW, public_id="g", fund_id=None)
    assert counting(general) == {"g"}
    assert counting(general, fund=None) == {"g"}
    assert counting(general, ROW) == {"a"}
    assert counting(general, replace(ROW, person_id=DEPUTY)) == set()
    assert counting(general, replace(ROW, valid_to=date(2026, 1, 31))) == set()
    # A rule that nobody has confirmed is none yet, and another fund's rule says nothing of this one.
    assert counting(general, replace(ROW, confirmed=False)) == {"g"}
    assert counting(general, replace(ROW, fund_id=OTHER_FUND)) == {"g"}
    assert counting(general, ROW, fund=None) == {"g"}


def test_a_row_counts_for_its_person_and_its_money_only() -> None:
    assert counting(replace(ROW, person_id=DEPUTY)) == set()
    assert counting(ROW, fund=OTHER_FUND) == set()
    assert counting(ROW, fund=None) == set()


def test_a_row_vid_jav_counts_when_that_person_has_declared_it() -> None:
    row = replace(ROW, only_when_jav_of_id=DEPUTY)
    assert counting(row) == set()
    assert counting(row, jav=frozenset({OTHER})) == set()
    assert counting(row, jav=frozenset({DEPUTY, OTHER})) == {"a"}


def test_what_counts_is_found_also_among_rows_that_can_be_read_only_once() -> None:
    general = replace(ROW, public_id="g", fund_id=None)
    rows = in_force(iter([general, ROW]), person_id=CHIEF, fund_id=FUND, on=TODAY, jav=frozenset())
    assert [row.public_id for row in rows] == ["a"]


def test_the_two_ways_of_lacking_authority_are_said_word_for_word() -> None:
    assert why() == (
        "Du har ingen delegation för de här pengarna. Beslutet kan fattas av den som har delegation, "
        "eller överlämnas till kommunstyrelsen."
    )
    assert why(ROW, replace(ROW, ceiling=50_000), total=1_000_001) == (
        "Äskandet räknas till 1\u00a0000\u00a0001\u00a0kr, med enhetens andra äskanden ur samma medel under budgetåret. "
        "Delegationen räcker till 1\u00a0000\u00a0000\u00a0kr. Ärendet kan överlämnas till kommunstyrelsen."
    )
    assert why(ROW, replace(ROW, ceiling=50_000), total=1_000_000) is None


@given(st.integers(0, 3_000_000), st.integers(0, 3_000_000))
def test_to_the_krona_a_request_is_covered_up_to_the_ceiling(ceiling: int, total: int) -> None:
    row = replace(ROW, ceiling=ceiling)
    assert (chosen(row, total=total) is not None) == (why(row, total=total) is None) == (total <= ceiling)


@pytest.mark.parametrize("role", list(Role))
def test_each_hand_in_the_money_has_one_role(role: Role) -> None:
    by = person(CHIEF, role)
    finance, registrar, administrator = (role is each for each in (Role.FINANCE, Role.REGISTRAR, Role.ADMINISTRATOR))
    assert refusal_to_manage(by) == (None if finance else "Avsatta medel förs in av ekonomi.")
    assert refusal_to_confirm(by, OTHER) == (None if registrar else "Det här bekräftas av registratorn.")
    taken_away = None if finance or registrar else "Uppgiften tas bort av ekonomi eller av registratorn."
    assert refusal_to_discard(by) == taken_away
    assert refusal_to_delegate(by) == (None if administrator else "Delegationer förs in av administratören.")


def test_nobody_confirms_what_they_entered_or_what_gives_themselves_authority() -> None:
    registrar = person(CHIEF, Role.REGISTRAR)
    entered = "Du har själv fört in uppgiften. En annan registrator bekräftar den."
    own = "Delegationen gäller dig själv. En annan registrator bekräftar den."
    assert refusal_to_confirm(registrar, CHIEF) == entered
    assert refusal_to_confirm(registrar, OTHER, CHIEF) == own
    assert refusal_to_confirm(registrar, CHIEF, CHIEF) == entered
    assert refusal_to_confirm(registrar, OTHER, DEPUTY) is None
    assert refusal_to_confirm(registrar, None, None) is None
    substitute = acting_for(DEPUTY, CHIEF, Role.REGISTRAR)
    assert refusal_to_confirm(substitute, DEPUTY) == entered
    assert refusal_to_confirm(substitute, CHIEF) == entered.replace("Du har själv", "Den du är ersättare för har")
    assert refusal_to_confirm(substitute, OTHER, CHIEF) == own.replace("dig själv", "den du är ersättare för")
    assert refusal_to_confirm(registrar, OTHER, entered_for_id=CHIEF) == entered.replace("Du har själv", "Din ersättare har")
    assert refusal_to_confirm(substitute, OTHER, entered_for_id=CHIEF) == refusal_to_confirm(substitute, CHIEF)
    assert refusal_to_confirm(registrar, OTHER, entered_for_id=DEPUTY) is None


def test_the_capacities_are_stored_under_their_swedish_names() -> None:
    assert (DELEGATED, EXECUTION) == ("delegationsbeslut", "verkställighet")


def test_an_edition_is_confirmed_by_a_registrar_who_neither_entered_it_nor_gets_anything_by_it() -> None:
    registrar = person(CHIEF, Role.REGISTRAR)
    given = "Delegationsordningen ger dig själv en delegation. En annan registrator bekräftar den."
    assert refusal_to_confirm_order(registrar, OTHER, [DEPUTY]) is None
    assert refusal_to_confirm_order(registrar, OTHER, [DEPUTY, CHIEF]) == given
    assert refusal_to_confirm_order(acting_for(DEPUTY, CHIEF, Role.REGISTRAR), OTHER, [CHIEF]) == given
    assert refusal_to_confirm_order(registrar, CHIEF, [CHIEF]) == refusal_to_confirm(registrar, CHIEF)
    assert refusal_to_confirm_order(registrar, OTHER, [], entered_for_id=CHIEF) == (
        "Din ersättare har fört in uppgiften. En annan registrator bekräftar den."
    )
    # Standing in without having chosen the role: what the person stood in for is given bars too.
    unchosen = person(DEPUTY, stands_in_for=(stood_in_for(CHIEF, Role.REGISTRAR),))
    assert refusal_to_confirm_order(unchosen, OTHER, [CHIEF]) == given
    assert refusal_to_confirm_order(unchosen, OTHER, [OTHER]) is None
    assert refusal_to_confirm(unchosen, CHIEF) == (
        "Den du är ersättare för har fört in uppgiften. En annan registrator bekräftar den."
    )


def test_a_role_that_has_been_chosen_is_kept_and_else_ones_own_goes_first() -> None:
    both = person(CHIEF, Role.REGISTRAR, stands_in_for=(stood_in_for(DEPUTY, Role.REGISTRAR),))
    assert in_role(both, Permission.CONFIRM_AUTHORITY).persons == {CHIEF}
    chosen_for_deputy = both.standing_in(DEPUTY, Role.REGISTRAR)
    assert in_role(chosen_for_deputy, Permission.CONFIRM_AUTHORITY).persons == {CHIEF, DEPUTY}
    only_for_deputy = person(CHIEF, Role.ADMINISTRATOR, stands_in_for=(stood_in_for(DEPUTY, Role.REGISTRAR),))
    assert in_role(only_for_deputy, Permission.CONFIRM_AUTHORITY).persons == {CHIEF, DEPUTY}
    assert in_role(only_for_deputy, Permission.ADMINISTER).persons == {CHIEF}


def test_an_edition_is_called_by_its_name_and_number_and_the_name_is_had_back() -> None:
    assert edition_called("Delegationsordning", 3) == "Delegationsordning, utgåva 3"
    assert without_edition(edition_called("Ordning för pengar, 2026", 12)) == "Ordning för pengar, 2026"


def test_the_kinds_of_cost_are_stored_under_their_swedish_names() -> None:
    assert KINDS == ("drift", "investering")


def test_a_clause_for_another_kind_of_cost_is_said_word_for_word() -> None:
    rows = [replace(ROW, cost_type="investering"), replace(ROW, public_id="b", cost_type="investering")]
    said = refusal_without_authority(
        rows, person_id=CHIEF, fund_id=FUND, on=TODAY, jav=frozenset(), amount_total=1, cost_types=frozenset({"drift"})
    )
    assert said == (
        "Delegationen för de här pengarna gäller bara investering, och alla rader med belopp i äskandet är inte det. "
        "Ärendet kan överlämnas till kommunstyrelsen."
    )


def test_the_reach_of_the_money_is_the_highest_ceiling_for_its_kind_whoever_holds_it() -> None:
    def reached(*rows: DelegationRow, kinds: frozenset[str] = frozenset({"drift"})) -> int | None:
        return reach(rows, fund_id=FUND, on=TODAY, cost_types=kinds)

    low, high = replace(ROW, ceiling=200_000, person_id=OTHER), replace(ROW, ceiling=900_000, cost_type="drift")
    assert reached(low, high) == 900_000
    assert reached(low, high, kinds=frozenset({"investering"})) == 200_000
    assert reached(replace(high, only_when_jav_of_id=OTHER), low) == 200_000
    assert reached(replace(low, confirmed=False)) is None
