"""Who is in which circle of a conversation, and who may write in it."""

import pytest

from portal.conversation.circles import EXPLAINED, WORDS, Audience, circles_in_words, circles_of
from portal.conversation.rules import CLOSED, may_ask, refusal_to_write
from portal.funding_requests.lifecycle import UNREGISTERED, Status
from portal.people.permissions import Role
from portal.register.facts import Facts
from tests.unit.persons import OTHER_UNIT, UNIT, acting_for, facts_of, person, stood_in_for

WHO, OTHER = 1, 2
A = Audience
EVERY = frozenset(Audience)
IN: dict[Role, frozenset[Audience]] = {
    Role.REQUESTER: frozenset({A.ALL, A.UNIT}),
    Role.MANAGER: frozenset({A.ALL, A.UNIT}),
    Role.DECISION_MAKER: frozenset({A.ALL, A.HANDLERS}),
    Role.FINANCE: frozenset({A.ALL, A.HANDLERS}),
    Role.REGISTRAR: EVERY,
    Role.AUDITOR: EVERY,
    Role.ARCHIVIST: frozenset({A.ALL}),
    Role.RECIPIENT: frozenset({A.ALL}),
    Role.ADMINISTRATOR: frozenset({A.ALL}),
}
NO_PART = "Du läser ärendet men har ingen uppgift i det. Samtalet förs av dem som har det."


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_in_these_circles(role: Role) -> None:
    assert circles_of(person(WHO, role), UNIT, writes=False) == IN[role]


def test_the_unit_is_the_cases_own_and_its_writers_wherever_they_work_now() -> None:
    assert circles_of(person(WHO, Role.REQUESTER, unit_id=OTHER_UNIT), UNIT, writes=False) == {A.ALL}
    assert circles_of(person(WHO), UNIT, writes=True) == {A.ALL, A.UNIT}


def test_a_substitute_is_in_the_circles_of_the_one_stood_in_for() -> None:
    substitute = person(WHO, stands_in_for=(stood_in_for(OTHER, Role.REGISTRAR),))
    assert circles_of(substitute, UNIT, writes=False) == EVERY


def test_every_circle_is_said_in_words() -> None:
    assert set(WORDS) == set(EXPLAINED) == EVERY
    assert circles_in_words()[0] == ("all", "Alla som ser ärendet")


def refusal(role: Role | None, status: str = "submitted", **changes: object) -> str | None:
    return refusal_to_write(facts_of(Facts, person(WHO, role) if role else person(WHO), status, **changes))


@pytest.mark.parametrize("role", list(Role))
def test_those_with_a_part_in_the_case_write_and_others_are_told_why_not(role: Role) -> None:
    silent = role in (Role.AUDITOR, Role.RECIPIENT, Role.ADMINISTRATOR)
    assert refusal(role) == (NO_PART if silent else None)


def test_a_writer_without_a_role_writes_and_another_units_requester_does_not() -> None:
    assert refusal(None, is_writer=True) is None
    assert refusal(Role.REQUESTER, unit_id=OTHER_UNIT) == NO_PART


@pytest.mark.parametrize("status", list(Status))
def test_one_writes_from_the_registration_until_the_case_is_closed(status: Status) -> None:
    said = refusal(Role.REGISTRAR, status.value)
    if status in UNREGISTERED:
        assert said == "Samtalet öppnas när äskandet har diarieförts."
    elif status in CLOSED:
        assert said == "Samtalet är stängt eftersom ärendet är avslutat. Registratorn kan öppna ärendet igen."
    else:
        assert said is None
    assert may_ask(status.value) == (status is Status.RETURNED)


def test_a_declared_jav_keeps_one_out_of_the_conversation() -> None:
    said = refusal(Role.FINANCE, jav=frozenset({WHO}))
    assert said and said.startswith("Du har anmält jäv i ärendet")
    for_another = facts_of(Facts, acting_for(WHO, OTHER, Role.FINANCE), "submitted", jav=frozenset({OTHER}))
    assert (refusal_to_write(for_another) or "").startswith("Den du är ersättare för")
