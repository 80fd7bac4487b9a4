"""The nearest manager in every combination: asked or not, role missing, the requester's own manager, standing in, jäv."""

from itertools import product

import pytest

from portal.funding_requests.facts import Facts
from portal.funding_requests.lifecycle import STEPS, Action, Status, step
from portal.funding_requests.rules import REFUSALS, as_manager, goes_by_manager
from portal.people.actor import Actor
from portal.people.permissions import Permission, Role
from tests.unit.persons import OTHER_UNIT, UNIT, facts_of, person, stood_in_for

ME, MANAGER, WRITER, STRANGER = 1, 2, 3, 9
NOBODY: frozenset[int] = frozenset()
WAITS = Status.WITH_MANAGER.value


def some(*persons: int) -> list[frozenset[int]]:
    """Every set of these persons."""
    return [frozenset(each for each, chosen in zip(persons, bits, strict=True) if chosen)
            for bits in product((False, True), repeat=len(persons))]  # fmt: skip


def facts(actor: Actor, **changes: object) -> Facts:
    return facts_of(Facts, actor, WAITS, **{"handed_over": False, "latest_version": 0, "has_draft": True,
                                            "submitted_before": False} | changes)  # fmt: skip


def test_a_request_goes_by_a_manager_who_has_not_written_it_unless_the_managers_alone_would_decide_it() -> None:
    for asks, managers, deciders, requesters in product((True, False), *(some(ME, MANAGER, WRITER) for _ in range(3))):
        hers = [each for each in managers if each not in requesters]
        would_decide = [each for each in deciders if each not in requesters]
        expected = asks and len(hers) > 0 and sorted(hers) != sorted(would_decide)
        found = goes_by_manager(asks=asks, managers=managers, deciders=deciders, requesters=requesters)
        assert found is expected, (asks, managers, deciders, requesters)


ROLES: list[tuple[Role, ...]] = [(), (Role.MANAGER,), (Role.REQUESTER,), (Role.ADMINISTRATOR, Role.DECISION_MAKER)]
HERS, ELSEWHERE = stood_in_for(MANAGER, Role.MANAGER), stood_in_for(MANAGER, Role.MANAGER, unit_id=OTHER_UNIT)
FOR_WHOM = [(), (HERS,), (ELSEWHERE,), (stood_in_for(WRITER, Role.REQUESTER),), (stood_in_for(WRITER, Role.MANAGER), HERS)]


@pytest.mark.parametrize("action", [Action.APPROVE, Action.SEND_BACK])
def test_only_a_manager_of_the_unit_with_clean_hands_lets_it_pass_or_sends_it_back(action: Action) -> None:
    opened = 0
    for own, unit, for_whom, requesters, jav in product(
        ROLES, (UNIT, OTHER_UNIT), FOR_WHOM, some(ME, MANAGER, WRITER), some(ME, MANAGER)
    ):
        actor = person(ME, *own, unit_id=unit, stands_in_for=for_whom)
        hats = [{ME}] if Role.MANAGER in own and unit == UNIT else []
        hats += [{ME, other.person_id} for other in for_whom
                 if any(held.role is Role.MANAGER and held.unit_id == UNIT for held in other.holdings)]  # fmt: skip
        clean = [hat for hat in hats if not hat & (requesters | jav)]
        tried = facts(actor, requesters=requesters, jav=jav)
        said = REFUSALS[action](tried)
        assert (said is None) is bool(clean), (own, unit, for_whom, requesters, jav, said)
        if said is None:
            opened += 1
            assert as_manager(tried).actor.persons == clean[0], "in one's own right first"
            assert as_manager(tried).actor.acting_role is Role.MANAGER
        elif hats and not jav:
            assert "skrivit äskandet" in said
    assert opened > 20


def test_it_is_had_back_by_who_wrote_it_for_the_unit_and_by_nobody_else() -> None:
    for own, unit, writes, before, jav in product(ROLES, (UNIT, OTHER_UNIT), (True, False), (True, False), some(ME)):
        tried = facts(person(ME, *own, unit_id=unit), is_writer=writes, submitted_before=before, jav=jav)
        asks_for_the_unit = Role.REQUESTER in own and unit == UNIT
        expected = asks_for_the_unit and (writes or before) and not jav
        assert (REFUSALS[Action.TAKE_BACK](tried) is None) is expected, (own, unit, writes, before, jav)


def test_while_it_waits_the_manager_answers_it_the_writer_has_it_back_and_nothing_else_is_done() -> None:
    assert {each.action for each in STEPS if each.status is Status.WITH_MANAGER} == {
        Action.APPROVE, Action.SEND_BACK, Action.TAKE_BACK,
    }  # fmt: skip
    for status in Status:
        for action in (Action.APPROVE, Action.SEND_BACK, Action.TAKE_BACK):
            assert (step(status, action) is not None) is (status is Status.WITH_MANAGER)
    approve, back, had = (step(WAITS, action) for action in (Action.APPROVE, Action.SEND_BACK, Action.TAKE_BACK))
    assert approve and back and had
    assert approve.permissions == back.permissions == (Permission.APPROVE_REQUEST,)
    assert had.permissions == (Permission.WRITE_REQUEST,)
