"""Who keeps the register, declares a jäv and corrects, and what each refusal says."""

import pytest

from portal.funding_requests.lifecycle import STEPS, UNREGISTERED, Status
from portal.people.actor import Actor
from portal.people.permissions import Role
from portal.register.facts import Facts
from portal.register.rules import REFUSALS, barred
from tests.unit.persons import OTHER_UNIT, acting_for, facts_of, person, stood_in_for

WHO, OTHER = 1, 2
registrar = person(WHO, Role.REGISTRAR)

DRAFT = "Äskandet är ett utkast och finns inte i diariet. Det diarieförs när det skickas in."
OWN_JAV = "Du har anmält jäv i ärendet och kan inte göra något i det. Någon annan med rollen tar över."
OTHERS_JAV = "Den du är ersättare för har anmält jäv i ärendet. Det gäller även dig när du är ersättare."
REGISTRARS = "Det här görs av registratorn, som för diariet."
NO_TASK = "Du har ingen uppgift i ärendet och behöver inte anmäla jäv."
NOT_THEIRS = "En rättelse görs av den roll som skrev uppgiften."
KEEPING = ["check_registration", "enter_number", "mark_secrecy", "lift_mark", "note_fact", "relate", "unrelate"]


def refusal(action: str, actor: Actor, status: str = "submitted", **changes: object) -> str | None:
    return REFUSALS[action](facts_of(Facts, actor, status, **{"has_mark": True, "is_related": True, **changes}))


def test_every_action_of_the_package_has_its_rule() -> None:
    assert set(REFUSALS) == {step.action.value for step in STEPS if step.package == "register"}


def test_nobody_is_barred_but_the_javig_and_who_stands_in_for_them() -> None:
    javig = {"jav": frozenset({OTHER})}
    assert barred(facts_of(Facts, person(WHO), "submitted", **javig)) is None
    assert barred(facts_of(Facts, person(OTHER), "submitted", **javig)) == OWN_JAV
    assert barred(facts_of(Facts, acting_for(WHO, OTHER, Role.FINANCE), "submitted", **javig)) == OTHERS_JAV
    # A substitute who acts as themselves is not barred by the other's jäv.
    substitute = person(WHO, stands_in_for=(stood_in_for(OTHER, Role.FINANCE),))
    assert barred(facts_of(Facts, substitute, "submitted", **javig)) is None
    assert barred(facts_of(Facts, acting_for(OTHER, WHO, Role.FINANCE), "submitted", **javig)) == OWN_JAV


@pytest.mark.parametrize("action", KEEPING)
def test_the_registrar_keeps_the_register_and_nobody_else(action: str) -> None:
    for role in Role:
        assert refusal(action, person(WHO, role)) == (None if role is Role.REGISTRAR else REGISTRARS)
    assert refusal(action, registrar, jav=frozenset({WHO})) == OWN_JAV


@pytest.mark.parametrize("status", [status.value for status in Status if status not in UNREGISTERED])
@pytest.mark.parametrize("action", KEEPING)
def test_the_register_is_kept_from_the_submit_to_the_archive(action: str, status: str) -> None:
    assert refusal(action, registrar, status) is None


@pytest.mark.parametrize("action", list(REFUSALS))
def test_a_draft_is_not_in_the_register(action: str) -> None:
    assert refusal(action, person(WHO, *Role), "draft", jav=frozenset({WHO})) == DRAFT


@pytest.mark.parametrize("action", list(REFUSALS))
def test_what_waits_with_the_manager_is_not_in_the_register(action: str) -> None:
    sentence = "Äskandet är hos närmaste chef och finns inte i diariet. Det diarieförs när chefen har godkänt det."
    assert refusal(action, person(WHO, *Role), "with_manager", jav=frozenset({WHO})) == sentence


def test_a_registration_is_checked_once() -> None:
    assert refusal("check_registration", registrar, registration_checked=True) == "Registreringen är redan kontrollerad."
    assert refusal("enter_number", registrar, registration_checked=True) is None


def test_only_a_mark_that_stands_is_lifted() -> None:
    assert refusal("lift_mark", registrar, has_mark=False) == "Ärendet har ingen sekretessmarkering att häva."
    assert refusal("mark_secrecy", registrar, has_mark=False) is None


def test_only_a_relation_that_stands_is_ended() -> None:
    assert refusal("unrelate", registrar, is_related=False) == "Ärendet har inget samband med ett annat ärende."
    assert refusal("relate", registrar, is_related=False) is None


ACTING_ROLES = [Role.DECISION_MAKER, Role.FINANCE, Role.REGISTRAR, Role.ARCHIVIST]


@pytest.mark.parametrize("role", list(Role))
def test_whoever_may_act_on_the_case_declares_a_jav(role: Role) -> None:
    may = role in (*ACTING_ROLES, Role.REQUESTER)
    assert refusal("declare_jav", person(WHO, role)) == (None if may else NO_TASK)


def test_a_requester_of_another_unit_declares_a_jav_only_where_they_write() -> None:
    elsewhere = person(WHO, Role.REQUESTER, unit_id=OTHER_UNIT)
    assert refusal("declare_jav", elsewhere) == NO_TASK
    assert refusal("declare_jav", elsewhere, is_writer=True) is None


def test_a_jav_is_declared_once_by_each_also_where_the_one_stood_in_for_has_done_so() -> None:
    assert refusal("declare_jav", registrar, jav=frozenset({WHO})) == "Du har redan anmält jäv i ärendet."
    assert refusal("declare_jav", acting_for(WHO, OTHER, Role.FINANCE), jav=frozenset({OTHER})) is None


@pytest.mark.parametrize("role", list(Role))
def test_a_role_that_makes_entries_corrects_them(role: Role) -> None:
    may = role in (*ACTING_ROLES, Role.REQUESTER)
    assert refusal("correct", person(WHO, role)) == (None if may else NOT_THEIRS)


def test_a_requester_of_another_unit_and_the_javig_correct_nothing() -> None:
    assert refusal("correct", person(WHO, Role.REQUESTER, unit_id=OTHER_UNIT), is_writer=True) == NOT_THEIRS
    assert refusal("correct", registrar, jav=frozenset({WHO})) == OWN_JAV
