"""As whom a person acts: own roles, roles stood in for, and everyone an act counts for."""

from dataclasses import replace
from uuid import UUID

import pytest

from portal.people.actor import Actor
from portal.people.permissions import Permission, Role
from tests.unit.persons import OTHER_UNIT, UNIT, person, stood_in_for

WHO, OTHER, THIRD = 1, 2, 3
P = Permission


def test_a_role_gives_its_permissions_and_no_others() -> None:
    chief = person(WHO, Role.DECISION_MAKER)
    assert chief.may(P.DECIDE) and chief.holds(P.DECIDE)
    assert not chief.may(P.RECORD_BUDGET) and not chief.holds(P.RECORD_BUDGET)
    assert not person(WHO).may(P.DECIDE)


@pytest.mark.parametrize("permission", [P.WRITE_REQUEST, P.READ_UNIT_CASES])
def test_a_unit_scoped_permission_reaches_its_own_unit_only(permission: Permission) -> None:
    requester = person(WHO, Role.REQUESTER)
    assert requester.may(permission, UNIT) and requester.holds(permission, UNIT)
    assert not requester.may(permission, OTHER_UNIT) and not requester.holds(permission, OTHER_UNIT)
    assert requester.may(permission) and requester.holds(permission)  # somewhere, where no unit is asked about


def test_other_permissions_reach_every_unit() -> None:
    assert person(WHO, Role.DECISION_MAKER).may(P.DECIDE, OTHER_UNIT)
    assert person(WHO, Role.REQUESTER).holds(P.READ_FUNDS, OTHER_UNIT)


def test_standing_in_gives_the_others_roles_which_are_no_roles_of_ones_own() -> None:
    substitute = person(WHO, stands_in_for=(stood_in_for(OTHER, Role.DECISION_MAKER),))
    assert substitute.may(P.DECIDE)
    assert not substitute.holds(P.DECIDE)
    assert not substitute.may(P.RECORD_BUDGET)


def test_the_units_are_those_of_every_role_that_gives_the_permission() -> None:
    by = person(WHO, Role.REQUESTER, stands_in_for=(stood_in_for(OTHER, Role.REQUESTER, unit_id=OTHER_UNIT),))
    assert by.units(P.WRITE_REQUEST) == {UNIT, OTHER_UNIT}
    assert by.units(P.RECEIVE_COPIES) == frozenset()
    assert person(WHO, Role.FINANCE, Role.RECIPIENT).units(P.RECEIVE_COPIES) == {UNIT}


def test_one_acts_in_the_role_that_gives_the_permission() -> None:
    both = person(WHO, Role.FINANCE, Role.DECISION_MAKER)
    assert both.acting(P.DECIDE).acting_role is Role.DECISION_MAKER
    assert both.acting(P.RECORD_BUDGET).acting_role is Role.FINANCE
    assert both.acting(P.DECIDE).role == "decision_maker"


def test_a_role_of_ones_own_goes_before_standing_in() -> None:
    by = person(WHO, Role.DECISION_MAKER, stands_in_for=(stood_in_for(OTHER, Role.DECISION_MAKER),))
    acting = by.acting(P.DECIDE)
    assert (acting.principal, acting.acting_for, acting.persons) == (None, None, {WHO})


def test_a_role_one_stands_in_for_makes_both_persons_act() -> None:
    others = (stood_in_for(THIRD, Role.RECIPIENT), stood_in_for(OTHER, Role.REGISTRAR, Role.DECISION_MAKER))
    acting = person(WHO, Role.FINANCE, stands_in_for=others).acting(P.DECIDE)
    assert acting.acting_role is Role.DECISION_MAKER
    assert acting.principal is others[1]
    assert acting.acting_for == UUID(int=OTHER)
    assert acting.persons == {WHO, OTHER}


def test_acting_in_an_own_role_ends_standing_in() -> None:
    other = stood_in_for(OTHER, Role.DECISION_MAKER)
    by = person(WHO, Role.FINANCE, stands_in_for=(other,)).standing_in(OTHER, Role.DECISION_MAKER)
    assert by.acting(P.RECORD_BUDGET).principal is None
    assert by.acting(P.RECORD_BUDGET).persons == {WHO}


def test_a_role_of_ones_own_for_another_unit_does_not_act_for_this_one() -> None:
    requester = person(WHO, Role.REQUESTER, unit_id=OTHER_UNIT)
    assert requester.acting(P.WRITE_REQUEST, UNIT).acting_role is None
    assert requester.acting(P.WRITE_REQUEST, OTHER_UNIT).acting_role is Role.REQUESTER
    assert requester.acting(P.WRITE_REQUEST).acting_role is Role.REQUESTER


def test_standing_in_for_a_requester_of_another_unit_does_not_act_for_this_one() -> None:
    other = stood_in_for(OTHER, Role.REQUESTER, unit_id=OTHER_UNIT)
    by = person(WHO, stands_in_for=(other,))
    assert by.acting(P.WRITE_REQUEST, UNIT) == by
    assert by.acting(P.WRITE_REQUEST, OTHER_UNIT).principal is other


def test_without_a_role_for_it_one_acts_as_before() -> None:
    by = person(WHO, Role.FINANCE, stands_in_for=(stood_in_for(OTHER, Role.RECIPIENT),))
    assert by.acting(P.DECIDE) == by


def test_one_stands_in_only_for_a_person_one_is_substitute_for() -> None:
    others = (stood_in_for(OTHER, Role.FINANCE), stood_in_for(THIRD, Role.DECISION_MAKER))
    by = person(WHO, stands_in_for=others)
    acting = by.standing_in(THIRD, Role.DECISION_MAKER)
    assert (acting.principal, acting.acting_role) == (others[1], Role.DECISION_MAKER)
    with pytest.raises(LookupError) as refusal:
        by.standing_in(9, Role.DECISION_MAKER)
    assert refusal.value.args == (9,)


@pytest.mark.parametrize(
    ("actor", "role"),
    [
        (person(WHO), ""),
        (person(WHO, Role.FINANCE, Role.RECIPIENT), "finance"),
        (person(WHO, Role.FINANCE, Role.RECIPIENT).acting(P.RECEIVE_COPIES), "recipient"),
    ],
)
def test_the_log_keeps_the_role_of_the_act_else_the_first_one_held(actor: Actor, role: str) -> None:
    assert actor.role == role


def test_the_names_kept_of_an_act_are_the_actors_and_those_of_the_one_acted_for() -> None:
    other = replace(stood_in_for(OTHER, Role.DECISION_MAKER), name="Ordinarie", title="Kommunchef")
    by = replace(person(WHO, stands_in_for=(other,)), name="Ersättare", title="Stabschef")
    own = {"by": "Ersättare", "by_title": "Stabschef"}
    assert by.names == own
    assert by.standing_in(OTHER, Role.DECISION_MAKER).names == own | {
        "as": "tf kommunchef",
        "for": "Ordinarie",
        "for_title": "Kommunchef",
    }
