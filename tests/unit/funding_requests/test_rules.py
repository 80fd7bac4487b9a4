"""Who may write, send in, throw away and withdraw a request, and what each refusal says."""

import pytest

from portal.funding_requests.facts import Facts
from portal.funding_requests.lifecycle import STEPS, UNREGISTERED, Action, Status
from portal.funding_requests.rules import REFUSALS, goes_by_manager, refusal_to_write
from portal.people.actor import Actor
from portal.people.permissions import Role
from tests.unit.persons import OTHER_UNIT, acting_for, facts_of, person

WHO, OTHER = 1, 2
colleague = person(WHO, Role.REQUESTER)
from_elsewhere = person(WHO, Role.REQUESTER, unit_id=OTHER_UNIT)

NOT_THE_UNIT = "Det här görs av den som skriver äskanden för enheten."
NOT_A_WRITER = "Utkastet kan bara ändras av den som skriver det och dem som lagts till som medskrivare."
SENT_IN = "Äskandet är inskickat och kan inte ändras. Vill du ändra det, be den som beslutar att begära komplettering."
OWN_JAV = "Du har anmält jäv i ärendet och kan inte göra något i det. Någon annan med rollen tar över."
OTHERS_JAV = "Den du är ersättare för har anmält jäv i ärendet. Det gäller även dig när du är ersättare."
KEPT = "Ett äskande som har skickats in kastas inte. Det kan återkallas."
TOO_LATE = "Äskandet kan återkallas fram till beslutet."
TAKE_BACK = "Äskandet är hos närmaste chef och är inte diariefört. Ta tillbaka det i stället för att återkalla det."


def facts(actor: Actor, status: str = "draft", **changes: object) -> Facts:
    return facts_of(Facts, actor, status, **{"handed_over": False, "latest_version": 0, "has_draft": True, **changes})


def submit(actor: Actor, status: str = "draft", **changes: object) -> str | None:
    return REFUSALS[Action.SUBMIT](facts(actor, status, **changes))


def withdraw(actor: Actor, status: str = "submitted", **changes: object) -> str | None:
    return REFUSALS[Action.WITHDRAW](facts(actor, status, **changes))


def discard(actor: Actor, status: str = "draft", **changes: object) -> str | None:
    return REFUSALS[Action.DISCARD](facts(actor, status, **changes))


def test_every_action_of_the_package_has_its_rule() -> None:
    assert set(REFUSALS) == {step.action for step in STEPS if step.package == "funding_requests"}


def test_a_draft_is_written_by_its_writers_only() -> None:
    assert refusal_to_write(facts(colleague, is_writer=True)) is None
    assert refusal_to_write(facts(from_elsewhere, is_writer=True)) is None
    assert refusal_to_write(facts(colleague)) == NOT_A_WRITER
    assert refusal_to_write(facts(from_elsewhere)) == NOT_THE_UNIT


def test_a_writer_who_no_longer_writes_requests_writes_nothing() -> None:
    assert refusal_to_write(facts(person(WHO, Role.FINANCE), is_writer=True)) == NOT_THE_UNIT


def test_a_returned_request_is_written_by_any_requester_of_the_unit() -> None:
    assert refusal_to_write(facts(colleague, "returned")) is None
    assert refusal_to_write(facts(from_elsewhere, "returned")) == NOT_THE_UNIT
    assert refusal_to_write(facts(from_elsewhere, "returned", is_writer=True)) is None


@pytest.mark.parametrize("status", [each for each in Status if each not in (*UNREGISTERED, Status.RETURNED)])
def test_what_was_sent_in_is_not_written_over(status: Status) -> None:
    assert refusal_to_write(facts(colleague, status.value, is_writer=True)) == SENT_IN
    assert refusal_to_write(facts(colleague, status.value)) == SENT_IN
    assert submit(colleague, status.value) == SENT_IN


def test_what_the_manager_reads_is_not_written_over() -> None:
    with_manager = "Äskandet är hos närmaste chef och kan inte ändras. Ta tillbaka det om du vill ändra."
    held = facts(colleague, "with_manager", is_writer=True, submitted_before=False)
    assert refusal_to_write(held) == with_manager
    assert refusal_to_write(facts(colleague, "with_manager", submitted_before=False)) == NOT_A_WRITER


@pytest.mark.parametrize(
    ("asks", "managers", "deciders", "requesters", "goes"),
    [
        (False, {1}, set(), {9}, False),
        (True, set(), set(), {9}, False),
        (True, {1}, set(), {9}, True),
        (True, {1}, {2}, {9}, True),
        (True, {1}, {1}, {9}, False),
        (True, {1, 2}, {1}, {9}, True),
        (True, {1}, {1, 2}, {9}, True),
        (True, {1, 2}, {1, 2}, {9}, False),
        (True, {9}, set(), {9}, False),
        (True, {1, 9}, set(), {9}, True),
        (True, {1, 9}, {1}, {9}, False),
        (True, {1}, {1, 9}, {9}, False),
    ],
)
def test_when_a_request_goes_by_the_manager(
    asks: bool, managers: set[int], deciders: set[int], requesters: set[int], goes: bool
) -> None:
    """Someone must be able to approve, and it must not be exactly those who would decide."""
    chosen = {"managers": frozenset(managers), "deciders": frozenset(deciders), "requesters": frozenset(requesters)}
    assert goes_by_manager(asks=asks, **chosen) is goes


def test_a_request_is_sent_in_by_one_who_asks_for_the_unit() -> None:
    assert submit(colleague, is_writer=True) is None
    assert submit(colleague, "returned") is None
    assert submit(colleague) == NOT_A_WRITER
    assert submit(from_elsewhere, is_writer=True) == NOT_THE_UNIT


def test_a_draft_is_thrown_away_by_those_who_may_send_it_in_and_nothing_sent_in_is() -> None:
    assert discard(colleague, is_writer=True) is None
    assert discard(colleague) == NOT_A_WRITER
    assert discard(from_elsewhere, is_writer=True) == NOT_THE_UNIT
    assert discard(colleague, "returned", is_writer=True) == KEPT
    assert discard(colleague, "submitted", jav=frozenset({WHO})) == KEPT


@pytest.mark.parametrize("status", ["submitted", "returned", "referred"])
def test_until_the_decision_any_requester_of_the_unit_withdraws(status: str) -> None:
    assert withdraw(colleague, status) is None
    assert withdraw(from_elsewhere, status, is_writer=True) == NOT_THE_UNIT
    assert withdraw(person(WHO, Role.DECISION_MAKER), status) == NOT_THE_UNIT


@pytest.mark.parametrize("status", ["draft", "decided", "dispatched", "reported", "settled", "closed", "archived", "withdrawn"])
def test_after_the_decision_nothing_is_withdrawn(status: str) -> None:
    assert withdraw(colleague, status, is_writer=True) == TOO_LATE


def test_what_is_with_the_manager_is_taken_back_and_not_withdrawn() -> None:
    assert withdraw(colleague, "with_manager", is_writer=True) == TAKE_BACK
    assert withdraw(from_elsewhere, "with_manager", is_writer=True) == NOT_THE_UNIT


def test_a_declared_jav_bars_from_all_three() -> None:
    javig = frozenset({WHO})
    assert submit(colleague, is_writer=True, jav=javig) == OWN_JAV
    assert discard(colleague, is_writer=True, jav=javig) == OWN_JAV
    assert withdraw(from_elsewhere, jav=javig) == OWN_JAV
    assert withdraw(acting_for(OTHER, WHO, Role.REQUESTER), jav=javig) == OTHERS_JAV
