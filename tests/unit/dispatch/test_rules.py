"""Who may send a copy again and acknowledge one, and what each refusal says."""

from dataclasses import replace

import pytest

from portal.dispatch import rules
from portal.dispatch.recipients import ACTION
from portal.people.actor import Actor
from portal.people.permissions import Role
from tests.unit.persons import OTHER_UNIT, UNIT, acting_for, facts_of, person

WHO, JAVIG = 1, 2
FAILED = rules.Facts(
    actor=person(WHO, Role.FINANCE),
    status="dispatched",
    unit_id=UNIT,
    kind=ACTION,
    state="failed",
    opened=False,
    acknowledged=False,
    jav=frozenset({JAVIG}),
)
ARRIVED = replace(FAILED, actor=person(WHO, Role.RECIPIENT), state="sent")

OWN_JAV = "Du har anmält jäv i ärendet och kan inte göra något i det. Någon annan med rollen tar över."
NOT_YOURS = "Mottagandet kvitteras av den enhet som fick kopian."


def case_facts(actor: Actor) -> rules.CaseFacts:
    """A decided case whose copies have not been sent."""
    return facts_of(rules.CaseFacts, actor, "decided", jav=frozenset({JAVIG}), queued=False)


def test_a_copy_that_failed_is_sent_again_by_finance_or_the_registrar_and_nobody_else() -> None:
    for role in Role:
        expected = None if role in (Role.FINANCE, Role.REGISTRAR) else "Kopior skickas av en ekonom eller registratorn."
        assert rules.retry(replace(FAILED, actor=person(WHO, role))) == expected


@pytest.mark.parametrize("status", ["closed", "archived"])
def test_nothing_is_sent_again_or_acknowledged_after_closing(status: str) -> None:
    assert rules.retry(replace(FAILED, status=status)) == "Ärendet är avslutat. Registratorn kan öppna det igen."
    assert rules.acknowledge(replace(ARRIVED, status=status)) == ("Ärendet är avslutat. Mottagandet kan inte längre kvitteras.")


@pytest.mark.parametrize("status", ["decided", "dispatched", "reported", "settled"])
def test_before_closing_both_are_open(status: str) -> None:
    assert rules.retry(replace(FAILED, status=status)) is None
    assert rules.acknowledge(replace(ARRIVED, status=status)) is None


def test_whoever_is_javig_or_stands_in_for_one_who_is_sends_nothing() -> None:
    assert rules.retry(replace(FAILED, actor=person(JAVIG, Role.FINANCE))) == OWN_JAV
    assert rules.retry(replace(FAILED, actor=acting_for(WHO, JAVIG, Role.FINANCE))) == OWN_JAV


@pytest.mark.parametrize("state", ["waiting", "sent"])
def test_a_copy_that_is_under_way_or_has_come_is_not_sent_again(state: str) -> None:
    assert rules.retry(replace(FAILED, state=state)) == "Kopian är redan skickad eller på väg. Den skickas inte en gång till."


def test_a_copy_is_acknowledged_by_the_unit_that_got_it() -> None:
    assert rules.acknowledge(ARRIVED) is None
    assert rules.acknowledge(replace(ARRIVED, actor=person(WHO, Role.RECIPIENT, unit_id=OTHER_UNIT))) == NOT_YOURS
    assert rules.acknowledge(replace(ARRIVED, actor=person(WHO, Role.FINANCE))) == NOT_YOURS
    assert rules.acknowledge(replace(ARRIVED, unit_id=None)) == NOT_YOURS


def test_only_a_copy_to_act_on_that_has_come_is_acknowledged_and_once() -> None:
    assert rules.acknowledge(replace(ARRIVED, kind="for_information")) == "Kopian behöver inte kvitteras."
    assert rules.acknowledge(replace(ARRIVED, state="waiting")) == "Kopian är inte framme ännu."
    assert rules.acknowledge(replace(ARRIVED, acknowledged=True)) == "Mottagandet är redan kvitterat."
    assert rules.acknowledge(replace(ARRIVED, opened=True)) is None


def test_the_rules_stand_under_the_names_of_the_acts() -> None:
    acts = {"retry": rules.retry, "note_delivery": rules.note_delivery, "acknowledge": rules.acknowledge}
    assert acts | {"send_copies": rules.send_copies} == rules.REFUSALS


def test_the_registrar_sends_the_copies_of_a_decision_that_nobody_has_recorded_and_once() -> None:
    facts = case_facts(person(WHO, Role.REGISTRAR))
    assert rules.send_copies(facts) is None
    assert rules.send_copies(replace(facts, queued=True)) == "Kopiorna av beslutet är redan skickade eller på väg."
    for status in ("submitted", "dispatched", "settled", "closed"):
        assert (rules.send_copies(replace(facts, status=status)) or "").startswith("Åtgärden är inte möjlig")
    for role in Role:
        expected = None if role is Role.REGISTRAR else "Det här görs av registratorn, som för diariet."
        assert rules.send_copies(replace(facts, actor=person(WHO, role))) == expected
    assert rules.send_copies(replace(facts, actor=person(JAVIG, Role.REGISTRAR))) == OWN_JAV


def test_a_copy_is_handed_over_when_it_failed_or_waits_and_by_those_who_may_send_it() -> None:
    for state in ("failed", "waiting"):
        assert rules.note_delivery(replace(FAILED, state=state)) is None
    for state in ("sent", "delivered"):
        said = "Kopian är redan skickad. Den behöver inte lämnas över."
        assert rules.note_delivery(replace(FAILED, state=state)) == said
    assert rules.note_delivery(replace(FAILED, actor=person(WHO, Role.REQUESTER)))
    assert rules.note_delivery(replace(FAILED, actor=person(JAVIG, Role.FINANCE))) == OWN_JAV


def test_a_copy_handed_over_by_hand_lies_in_its_inbox_and_can_be_acknowledged() -> None:
    assert rules.acknowledge(replace(ARRIVED, state="delivered")) is None
