"""How an act begins: what is said out of turn, and in which role a person acts."""

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from portal.errors import Conflict, Refused
from portal.funding_requests import acting
from portal.funding_requests.acting import begin, in_role, out_of_turn
from portal.funding_requests.lifecycle import Action
from portal.people.actor import Actor, Holding
from portal.people.permissions import Permission, Role
from portal.register.facts import Facts
from tests.unit.persons import OTHER_UNIT, UNIT, facts_of, person, stood_in_for

WHO, OTHER = 1, 2
P = Permission


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("draft", "Ärendet är ett utkast. Det ska skickas in först."),
        ("submitted", "Ärendet har redan skickats in och väntar på beslut."),
        ("returned", "Ärendet väntar på komplettering."),
        ("referred", "Ärendet har redan överlämnats för beslut."),
        ("decided", "Ärendet har redan beslutats."),
        ("dispatched", "Ärendet har redan expedierats."),
        ("reported", "Ärendet har redan slutredovisats."),
        ("settled", "Ärendet är redan klart att avsluta."),
        ("closed", "Ärendet är avslutat. Registratorn kan öppna det igen."),
        ("archived", "Ärendet är arkiverat och ändras inte längre."),
        ("withdrawn", "Ärendet har redan återkallats."),
    ],
)
def test_out_of_turn_the_person_reads_where_the_case_stands(status: str, sentence: str) -> None:
    assert out_of_turn(status) == sentence


def test_one_acts_in_the_first_of_the_permissions_one_has_oneself() -> None:
    both = person(WHO, Role.REGISTRAR, Role.DECISION_MAKER)
    assert in_role(both, (P.DECIDE, P.KEEP_REGISTER), UNIT).acting_role is Role.DECISION_MAKER
    assert in_role(both, (P.KEEP_REGISTER, P.DECIDE), UNIT).acting_role is Role.REGISTRAR


def test_a_role_of_ones_own_goes_before_one_stood_in_for_even_for_a_later_permission() -> None:
    by = person(WHO, Role.REGISTRAR, stands_in_for=(stood_in_for(OTHER, Role.DECISION_MAKER),))
    acting = in_role(by, (P.DECIDE, P.KEEP_REGISTER), UNIT)
    assert (acting.acting_role, acting.principal) == (Role.REGISTRAR, None)


def test_without_a_role_of_ones_own_one_acts_for_the_other() -> None:
    other = stood_in_for(OTHER, Role.DECISION_MAKER)
    acting = in_role(person(WHO, stands_in_for=(other,)), (P.KEEP_REGISTER, P.DECIDE), UNIT)
    assert (acting.acting_role, acting.principal) == (Role.DECISION_MAKER, other)


def test_a_requester_acts_for_the_unit_that_asks_and_stands_in_only_for_one_of_it() -> None:
    elsewhere = stood_in_for(OTHER, Role.REQUESTER, unit_id=OTHER_UNIT)
    of_the_unit = stood_in_for(3, Role.REQUESTER)
    by = person(WHO, Role.REQUESTER, unit_id=OTHER_UNIT, stands_in_for=(elsewhere, of_the_unit))
    assert in_role(by, (P.WRITE_REQUEST,), UNIT).principal is of_the_unit
    assert in_role(by, (P.WRITE_REQUEST,), OTHER_UNIT).principal is None
    assert in_role(replace(by, stands_in_for=(elsewhere,)), (P.WRITE_REQUEST,), UNIT).acting_role is None


def test_a_role_that_was_chosen_is_kept() -> None:
    other = stood_in_for(OTHER, Role.DECISION_MAKER)
    chosen = person(WHO, Role.DECISION_MAKER, stands_in_for=(other,)).standing_in(OTHER, Role.DECISION_MAKER)
    assert in_role(chosen, (P.DECIDE,), UNIT) is chosen


def test_without_any_role_for_it_one_acts_as_oneself() -> None:
    by = person(WHO, Role.AUDITOR)
    assert in_role(by, (P.DECIDE, P.KEEP_REGISTER), UNIT) == by
    assert in_role(by, (), UNIT) == by


@dataclass(slots=True)
class Desk:
    """The one case there is, and what was asked for it."""

    case: SimpleNamespace
    asked: list[tuple[Any, ...]]
    refusal: str | None = None

    def begin(self, action: Action, by: Actor, seen_version: int | None) -> tuple[Any, Facts]:
        return begin(CASE, action, by, seen_version, self.facts, {action: self.rule})

    def rule(self, facts: Facts) -> str | None:
        """The rule looks at the facts: it refuses in this status only."""
        return self.refusal if facts.status == "submitted" else None

    def facts(self, case: Any, actor: Actor) -> Facts:
        return facts_of(Facts, actor, case.status)


CASE = UUID(int=7)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk(SimpleNamespace(status="submitted", version=3, unit_id=UNIT), [])

    def get_case(public_id: UUID, actor: Actor, *, lock: bool = False) -> Any:
        desk.asked.append((public_id, actor, lock))
        return desk.case

    monkeypatch.setattr(acting.register, "get_case", get_case)
    return desk


chief = person(WHO, Role.FINANCE, Role.DECISION_MAKER)


def test_an_act_begins_with_the_case_locked_and_seen_and_in_the_role_of_the_act(desk: Desk) -> None:
    case, facts = desk.begin(Action.DECIDE, chief, 3)
    assert case is desk.case
    assert desk.asked == [(CASE, chief, True)]
    assert (facts.actor.acting_role, facts.status) == (Role.DECISION_MAKER, "submitted")
    assert desk.begin(Action.GIVE_STATEMENT, chief, None)[1].actor.acting_role is Role.FINANCE


def test_an_act_of_the_requester_is_done_for_the_unit_of_the_case(desk: Desk) -> None:
    both = replace(chief, holdings=(Holding(Role.REQUESTER, OTHER_UNIT),))
    assert desk.begin(Action.WITHDRAW, both, 3)[1].actor.acting_role is None
    desk.case.unit_id = OTHER_UNIT
    assert desk.begin(Action.WITHDRAW, both, 3)[1].actor.acting_role is Role.REQUESTER


def test_out_of_turn_goes_before_a_stale_page_and_that_before_the_rule(desk: Desk) -> None:
    desk.refusal = "Nej."
    with pytest.raises(Conflict) as conflict:
        desk.begin(Action.RECORD, chief, 2)
    assert str(conflict.value) == "Ärendet har redan skickats in och väntar på beslut."
    with pytest.raises(Conflict) as conflict:
        desk.begin(Action.DECIDE, chief, 2)
    assert str(conflict.value) == "Någon annan har ändrat i ärendet. Läs det på nytt innan du fortsätter."
    for seen in (3, None):
        with pytest.raises(Refused) as refusal:
            desk.begin(Action.DECIDE, chief, seen)
        assert str(refusal.value) == "Nej."
