"""Who may write, send in, throw away and withdraw a request, and what each refusal says."""

import pytest

from portal.funding_requests.facts import Facts
from portal.funding_requests.lifecycle import STEPS, UNREGISTERED, Action, Status
from portal.funding_requests.rules import REFUSALS, goes_by_manager, refusal_of_files, refusal_to_write
from portal.people.actor import Actor
from portal.people.permissions import Role
from tests.unit.persons import OTHER_UNIT, acting_for, facts_of, person, stood_in_for

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


def test_the_unit_asks_anew_once_the_decision_is_carried_out_and_not_twice() -> None:
    def follow(actor: Actor, status: str = "dispatched", **changes: object) -> str | None:
        return REFUSALS[Action.FOLLOW](facts(actor, status, **changes))

    not_yet = "Ett äskande kan följas av ett nytt först när beslutet är expedierat."
    assert follow(colleague) is None
    assert follow(colleague, "decided") == follow(colleague, "decided", taken_back=True) == not_yet
    assert (
        follow(colleague, "closed", taken_back=True) == "Äskandet återkallades före beslutet. Skriv ett nytt äskande i stället."
    )
    begun = "Du har redan börjat ett äskande efter det här. Skriv klart det eller kasta utkastet först."
    assert follow(colleague, follows_already=True) == begun
    assert follow(from_elsewhere) == NOT_THE_UNIT
    assert follow(colleague, jav=frozenset({WHO})) == OWN_JAV


@pytest.mark.parametrize("action", [Action.APPROVE, Action.SEND_BACK])
def test_who_may_not_let_a_request_pass_reads_why(action: Action) -> None:
    def refusal(actor: Actor, **changes: object) -> str | None:
        return REFUSALS[action](facts(actor, "with_manager", **changes))

    wrote, own = frozenset({OTHER}), frozenset({WHO})
    yours = "Du har själv skrivit äskandet. En annan chef för enheten godkänner det, eller så tar du tillbaka det."
    hers = "Den du är ersättare för har skrivit äskandet. Det godkänns av en annan chef för enheten."
    assert refusal(person(WHO, Role.MANAGER), requesters=wrote) is None
    assert refusal(colleague, requesters=wrote) == "Det här görs av enhetens närmaste chef."
    assert refusal(person(WHO, Role.MANAGER, unit_id=OTHER_UNIT)) == "Det här görs av enhetens närmaste chef."
    assert refusal(person(WHO, Role.MANAGER), requesters=own) == yours
    stands_in = person(WHO, stands_in_for=(stood_in_for(OTHER, Role.REQUESTER, Role.MANAGER),))
    assert refusal(stands_in) is None
    assert refusal(stands_in, requesters=wrote) == hers
    assert refusal(stands_in, requesters=own) == yours
    assert refusal(person(WHO, Role.MANAGER), jav=own) == OWN_JAV
    assert refusal(stands_in, jav=wrote) == OTHERS_JAV


def test_taking_back_is_barred_by_a_declared_jav_first_and_is_for_the_units_own() -> None:
    def take_back(actor: Actor, **changes: object) -> str | None:
        return REFUSALS[Action.TAKE_BACK](facts(actor, "with_manager", **({"is_writer": True} | changes)))

    assert take_back(colleague) is None
    assert take_back(colleague, is_writer=False, submitted_before=False) == NOT_A_WRITER
    assert take_back(from_elsewhere) == NOT_THE_UNIT  # a co-writer only writes
    assert take_back(colleague, jav=frozenset({WHO})) == OWN_JAV


def test_nothing_is_sent_with_a_file_in_quarantine_and_each_is_named() -> None:
    assert refusal_of_files([]) is None
    assert refusal_of_files(["offert.docx", "ritning.pdf"]) == (
        "offert.docx, ritning.pdf är i karantän. Ta bort bilagan, eller bifoga en ny fil med samma namn, och skicka sedan."
    )
