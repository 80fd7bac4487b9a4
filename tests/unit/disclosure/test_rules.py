"""Who reviews and hands out public records, when it may be refused, and what each refusal says."""

import pytest

from portal.disclosure.deciding import _decider
from portal.disclosure.facts import Facts, Item
from portal.disclosure.rules import OUTGOING, REFUSALS, REFUSED, Assessment, of_item
from portal.people.actor import Actor
from portal.people.permissions import Role
from tests.unit.persons import acting_for, person

WHO = 4
registrar, archivist = person(WHO, Role.REGISTRAR), person(WHO, Role.ARCHIVIST)
NOBODYS_BUSINESS = "Det här görs av registratorn, eller av arkivarien för arkiverade ärenden."
NOT_ARCHIVED = "Begäran gäller ett ärende som inte är arkiverat. Handlingar ur det lämnas ut av registratorn."
CLOSED = "Begäran är avslutad. Registrera en ny begäran om fler handlingar efterfrågas."
LEFT = "Handlingarna är redan utlämnade. Registrera en ny begäran om fler handlingar efterfrågas."


def an_item(assessment: str | None = None, *, archived: bool = False, decided: bool = False, jav: int = 0) -> Item:
    return Item(assessment=assessment, archived=archived, decided=decided, jav=frozenset({jav} if jav else ()))


def refusal(action: str, actor: Actor, *items: Item, **how: bool) -> str | None:
    said = {"closed": False, "handed_out": False, "decided": False, **how}
    return REFUSALS[action](Facts(actor=actor, items=items, **said))


GIVEN, MASKED, WITHHELD, NOT_PUBLIC = (an_item(each.value) for each in Assessment)
OPEN_FOR = {  # items for which the act is open
    "receive": (),
    "clarify": (),
    "add_item": (),
    "remove_item": (GIVEN,),
    "assess": (GIVEN,),
    "hand_out": (GIVEN, WITHHELD),
    "pack": (GIVEN, WITHHELD),
    "decide": (GIVEN, WITHHELD),
    "close": (),
}


def test_each_act_stands_in_the_table_of_this_test() -> None:
    assert set(OPEN_FOR) == set(REFUSALS)


@pytest.mark.parametrize("action", sorted(REFUSALS))
def test_the_registrar_does_it_and_those_who_only_read_do_not(action: str) -> None:
    assert refusal(action, registrar, *OPEN_FOR[action]) is None
    for role in set(Role) - {Role.REGISTRAR, Role.ARCHIVIST}:
        assert refusal(action, person(WHO, role), *OPEN_FOR[action]) == NOBODYS_BUSINESS


@pytest.mark.parametrize("action", sorted(REFUSALS))
def test_the_archivist_does_it_for_archived_cases_alone(action: str) -> None:
    archived = [an_item(each.assessment, archived=True) for each in OPEN_FOR[action]]
    assert refusal(action, archivist, *archived) is None
    assert refusal(action, archivist, *archived, an_item("withheld")) == NOT_ARCHIVED
    assert refusal(action, person(WHO, Role.ARCHIVIST, Role.REGISTRAR), *archived, an_item("withheld")) is None


@pytest.mark.parametrize("action", sorted(REFUSALS))
def test_whoever_is_biased_in_one_of_the_cases_does_nothing_in_the_request(action: str) -> None:
    said = refusal(action, registrar, *OPEN_FOR[action], an_item("withheld", jav=WHO)) or ""
    assert said.startswith("Du har anmält jäv i ett av ärendena")
    assert refusal(action, registrar, *OPEN_FOR[action], an_item("withheld", jav=WHO + 1)) is None


def test_what_is_closed_stays_so_but_a_written_decision_may_be_asked_for_afterwards() -> None:
    for action in ("clarify", "add_item", "remove_item", "assess", "hand_out"):
        assert refusal(action, registrar, *OPEN_FOR[action], closed=True) == CLOSED
    assert refusal("close", registrar, closed=True) == "Begäran är redan avslutad."
    assert refusal("decide", registrar, WITHHELD, closed=True, handed_out=True) is None


def test_what_has_left_is_not_reviewed_anew_nor_handed_out_twice() -> None:
    for action in ("add_item", "remove_item", "assess"):
        assert refusal(action, registrar, GIVEN, handed_out=True) == LEFT
    decided = "Ett skriftligt beslut har redan meddelats. Registrera en ny begäran om fler handlingar efterfrågas."
    for action in ("add_item", "remove_item", "assess"):
        assert refusal(action, registrar, GIVEN, WITHHELD, decided=True) == decided
    assert refusal("hand_out", registrar, GIVEN, WITHHELD, decided=True) is None
    assert refusal("hand_out", registrar, GIVEN, handed_out=True) == "Handlingarna är redan utlämnade."


@pytest.mark.parametrize("action", ["hand_out", "decide"])
def test_every_document_is_assessed_first(action: str) -> None:
    none = "Begäran har inga handlingar ännu. Sök fram dem och lägg till dem först."
    some = "Alla handlingar är inte bedömda ännu. Bedöm varje handling för sig först."
    assert refusal(action, registrar) == none
    assert refusal(action, registrar, GIVEN, WITHHELD, an_item()) == some


def test_nothing_is_handed_out_where_all_is_withheld_and_nothing_refused_where_all_is_given() -> None:
    nothing = "Ingen handling ska lämnas ut. Upplys sökanden om rätten till ett skriftligt beslut."
    assert refusal("hand_out", registrar, WITHHELD, NOT_PUBLIC) == nothing
    assert refusal("decide", registrar, GIVEN) == "Alla handlingar lämnas ut. Det finns inget att avslå."
    for each in (MASKED, WITHHELD, NOT_PUBLIC):
        assert refusal("decide", registrar, GIVEN, each) is None
    assert refusal("hand_out", registrar, WITHHELD, MASKED) is None


def test_it_is_decided_once_and_what_was_decided_is_not_assessed_anew() -> None:
    assert refusal("decide", registrar, WITHHELD, decided=True) == "Ett skriftligt beslut har redan meddelats i begäran."
    said = "Handlingen omfattas av det skriftliga beslutet och bedöms inte på nytt."
    assert of_item(an_item("withheld", decided=True)) == said and of_item(WITHHELD) is None


def test_a_masked_document_both_leaves_and_is_refused_in_part() -> None:
    assert set(OUTGOING) & set(REFUSED) == {Assessment.MASKED} and set(OUTGOING) | set(REFUSED) == set(Assessment)


def test_who_decided_for_another_signs_with_a_title_of_their_own_and_the_paper_says_tf_once() -> None:
    signed = _decider(acting_for(9, WHO, Role.REGISTRAR))
    assert signed == {"name": "Person 9", "title": None, "acting_for": {"name": "Person 4", "title": None}}
