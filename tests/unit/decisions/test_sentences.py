"""What each refusal says, word for word, and in which order reasons are given: the person reads the first that holds."""

from dataclasses import replace
from datetime import date

import pytest

from portal.decisions.facts import Candidate, Facts
from portal.decisions.models import Capacity, Stance
from portal.decisions.rules import (
    REFUSALS,
    acting_decider,
    authority_of,
    holder_of,
    no_decision_maker_may_act,
    refusal_of_stance,
)
from portal.funding_requests.lifecycle import Action, step
from portal.funds.rules import DelegationRow
from portal.people.actor import Actor
from portal.people.permissions import Role
from tests.unit.persons import acting_for, facts_of, person, stood_in_for

ASKER, CHIEF, DEPUTY, ECONOMIST, REGISTRAR, THIRD = 1, 2, 3, 4, 5, 6
FUND = 7
TODAY = date(2026, 11, 22)
ROW = DelegationRow(
    public_id="kommunchef",
    person_id=CHIEF,
    fund_id=FUND,
    ceiling=1_000_000,
    capacity="delegationsbeslut",
    clause="punkt 3.4",
    organ="Kommunstyrelsen",
    decided_on=date(2026, 1, 14),
    paragraph="8",
    only_when_jav_of_id=None,
    valid_from=date(2026, 1, 1),
    valid_to=None,
    confirmed=True,
)

chief = person(CHIEF, Role.DECISION_MAKER)
economist = person(ECONOMIST, Role.FINANCE)
registrar = person(REGISTRAR, Role.REGISTRAR)
outsider = person(THIRD, Role.ADMINISTRATOR)
deputy = person(DEPUTY, stands_in_for=(stood_in_for(CHIEF, Role.DECISION_MAKER),))

OUT_OF_TURN = "Ärendet är inte i det läget att det går att göra nu."
OWN_JAV = "Du har anmält jäv i ärendet och kan inte göra något i det. Någon annan med rollen tar över."
OTHERS_JAV = "Den du är ersättare för har anmält jäv i ärendet. Det gäller även dig när du är ersättare."
WAY_ON = "Beslutet kan fattas av den som har egen delegation, eller överlämnas till kommunstyrelsen."
OWN_REQUEST = f"Du har själv lämnat in äskandet. {WAY_ON}"
OTHERS_REQUEST = f"Den du är ersättare för har lämnat in äskandet. {WAY_ON}"
STATED = "Du har lämnat yttrande i ärendet. Beslutet fattas av en annan person."
RECORDED = "Du har bokfört ett beslut i ärendet. Ett nytt beslut fattas av en annan person."
NO_DELEGATION = (
    "Du har ingen delegation för de här pengarna. Beslutet kan fattas av den som har delegation, "
    "eller överlämnas till kommunstyrelsen."
)


def facts(actor: Actor, status: str = "submitted", **changes: object) -> Facts:
    values: dict[str, object] = {
        "handed_over": False,
        "latest_version": 1,
        "has_draft": False,
        "today": TODAY,
        "delegations": (ROW,),
        "candidates": (Candidate(CHIEF),),
        "fund_id": FUND,
        "fund_left": 1_000_000,
        "requested": 1_000_000,
        "unit_total": 1_000_000,
        "capacity_in_force": None,
        "requesters": frozenset({ASKER}),
    }
    return facts_of(Facts, actor, status, **(values | changes))


def only(*persons: int) -> frozenset[int]:
    return frozenset(persons)


DECIDING = [
    (outsider, {}, "Beslutet fattas av den som har delegation."),
    (chief, {"jav": only(CHIEF)}, OWN_JAV),
    (deputy, {"jav": only(CHIEF)}, OTHERS_JAV),
    (chief, {"requesters": only(CHIEF)}, OWN_REQUEST),
    (deputy, {"requesters": only(CHIEF)}, OTHERS_REQUEST),
    (deputy, {"requesters": only(DEPUTY)}, OWN_REQUEST),
    (chief, {"recorders": only(CHIEF)}, RECORDED),
    (deputy, {"recorders": only(CHIEF)}, RECORDED),
    (chief, {"statement_givers": only(CHIEF)}, STATED),
    (deputy, {"statement_givers": only(CHIEF)}, STATED),
    (chief, {"delegations": ()}, NO_DELEGATION),
    (chief, {"fund_id": 8}, NO_DELEGATION),
    (chief, {"today": date(2025, 12, 31)}, NO_DELEGATION),
    # Several hold: jäv before the own request, that before the record, the statement and the delegation.
    (chief, {"jav": only(CHIEF), "requesters": only(CHIEF)}, OWN_JAV),
    (chief, {"requesters": only(CHIEF), "recorders": only(CHIEF), "delegations": ()}, OWN_REQUEST),
    (chief, {"statement_givers": only(CHIEF), "delegations": ()}, STATED),
]  # fmt: skip


@pytest.mark.parametrize(("actor", "changes", "sentence"), DECIDING)
def test_deciding_and_replacing_are_refused_with_the_same_sentence(
    actor: Actor, changes: dict[str, object], sentence: str
) -> None:
    assert REFUSALS[Action.DECIDE](facts(actor, **changes)) == sentence
    replacing = facts(actor, "decided", capacity_in_force=Capacity.DELEGATED, **changes)
    assert REFUSALS[Action.REPLACE_DECISION](replacing) == sentence


def test_above_the_ceiling_the_sentence_gives_both_sums_and_the_way_on() -> None:
    assert REFUSALS[Action.DECIDE](facts(chief, unit_total=1_000_001)) == (
        "Äskandet räknas till 1\u00a0000\u00a0001\u00a0kr, med enhetens andra äskanden ur samma medel under budgetåret. "
        "Delegationen räcker till 1\u00a0000\u00a0000\u00a0kr. Ärendet kan överlämnas till kommunstyrelsen."
    )
    assert REFUSALS[Action.DECIDE](facts(chief, unit_total=1_000_000)) is None


def test_a_delegation_vid_jav_opens_only_on_that_persons_jav() -> None:
    row = replace(ROW, person_id=DEPUTY, only_when_jav_of_id=CHIEF)
    by = person(DEPUTY, Role.DECISION_MAKER)
    assert REFUSALS[Action.DECIDE](facts(by, delegations=(ROW, row))) == NO_DELEGATION
    assert REFUSALS[Action.DECIDE](facts(by, delegations=(ROW, row), jav=only(CHIEF))) is None


HANDLING = [
    (Action.REQUEST_COMPLETION, "submitted", outsider, {}, "Komplettering begärs av den som beslutar."),
    (Action.REQUEST_COMPLETION, "submitted", chief, {"jav": only(CHIEF)}, OWN_JAV),
    (Action.REQUEST_COMPLETION, "submitted", deputy, {"jav": only(CHIEF)}, OTHERS_JAV),
    (Action.REQUEST_COMPLETION, "submitted", chief, {"requesters": only(CHIEF)}, OWN_REQUEST),
    (Action.RESUME, "returned", outsider, {}, "Ärendet förs vidare av den som beslutar."),
    (Action.RESUME, "returned", registrar, {}, "Ärendet förs vidare av den som beslutar."),
    (Action.RESUME, "returned", chief, {"jav": only(CHIEF)}, OWN_JAV),
    (Action.RESUME, "returned", deputy, {"jav": only(CHIEF)}, OTHERS_JAV),
    (Action.RESUME, "returned", chief, {"requesters": only(CHIEF)}, OWN_REQUEST),
    (Action.RESUME, "returned", chief, {"handed_over": True}, "Ärendet är överlämnat. Registratorn för det vidare."),
    (Action.RESUME, "returned", registrar, {"handed_over": True, "jav": only(REGISTRAR)}, OWN_JAV),
    (Action.GIVE_STATEMENT, "submitted", chief, {}, "Yttrandet lämnas av ekonomi."),
    (Action.GIVE_STATEMENT, "referred", chief, {}, "Yttrandet lämnas av ekonomi."),
    (Action.GIVE_STATEMENT, "submitted", economist, {"jav": only(ECONOMIST)}, OWN_JAV),
    (Action.GIVE_STATEMENT, "submitted", economist, {"requesters": only(ECONOMIST)},
     "Du har själv lämnat in äskandet. Yttrandet lämnas av en annan ekonom."),
    (Action.GIVE_STATEMENT, "submitted", acting_for(DEPUTY, ASKER, Role.FINANCE), {},
     "Du har själv lämnat in äskandet. Yttrandet lämnas av en annan ekonom."),
    (Action.GIVE_STATEMENT, "submitted", economist, {"decision_makers": only(ECONOMIST)},
     "Du har beslutat i ärendet. Yttrandet lämnas av en annan ekonom."),
    (Action.RECORD_MINUTES, "referred", chief, {}, "Protokollet förs in av registratorn."),
    (Action.RECORD_MINUTES, "referred", registrar, {"jav": only(REGISTRAR)}, OWN_JAV),
    (Action.RECORD_MINUTES, "referred", registrar, {"requesters": only(REGISTRAR)},
     "Du har själv lämnat in äskandet. Protokollet förs in av en annan registrator."),
    (Action.RECORD_MINUTES, "referred", registrar, {"recorders": only(REGISTRAR)},
     "Du har bokfört ett beslut i ärendet. Protokollet förs in av en annan person."),
    (Action.HAND_OVER, "submitted", chief, {"jav": only(CHIEF)}, OWN_JAV),
    (Action.HAND_OVER, "submitted", deputy, {"jav": only(CHIEF)}, OTHERS_JAV),
    (Action.HAND_OVER, "submitted", registrar, {"jav": only(REGISTRAR), "candidates": ()}, OWN_JAV),
    (Action.HAND_OVER, "submitted", outsider, {"candidates": ()}, "Ärendet överlämnas av den som beslutar."),
    (Action.HAND_OVER, "submitted", registrar, {},
     "Ärendet överlämnas av den som beslutar. Registratorn gör det när ingen beslutsfattare kan handlägga ärendet."),
]  # fmt: skip


@pytest.mark.parametrize(("action", "status", "actor", "changes", "sentence"), HANDLING)
def test_handling_is_refused_with_this_sentence(
    action: Action, status: str, actor: Actor, changes: dict[str, object], sentence: str
) -> None:
    assert REFUSALS[action](facts(actor, status, **changes)) == sentence


OPEN = [
    (Action.DECIDE, "submitted", chief, {}),
    (Action.DECIDE, "submitted", deputy, {}),
    (Action.REQUEST_COMPLETION, "submitted", chief, {"unit_total": 2_000_000, "delegations": ()}),
    (Action.REQUEST_COMPLETION, "submitted", chief, {"recorders": only(CHIEF), "statement_givers": only(CHIEF)}),
    (Action.HAND_OVER, "submitted", chief, {"requesters": only(CHIEF), "unit_total": 2_000_000}),
    (Action.HAND_OVER, "submitted", registrar, {"jav": only(CHIEF)}),
    (Action.HAND_OVER, "submitted", registrar, {"candidates": ()}),
    (Action.RESUME, "returned", chief, {}),
    (Action.RESUME, "returned", registrar, {"handed_over": True}),
    (Action.GIVE_STATEMENT, "submitted", economist, {}),
    (Action.GIVE_STATEMENT, "referred", economist, {"handed_over": True}),
    (Action.RECORD_MINUTES, "referred", registrar, {}),
    (Action.REPLACE_DECISION, "decided", registrar, {"capacity_in_force": Capacity.POLITICAL}),
    (Action.REPLACE_DECISION, "settled", chief, {"capacity_in_force": Capacity.EXECUTION}),
]


@pytest.mark.parametrize(("action", "status", "actor", "changes"), OPEN)
def test_handling_is_open_to_these(action: Action, status: str, actor: Actor, changes: dict[str, object]) -> None:
    assert REFUSALS[action](facts(actor, status, **changes)) is None


@pytest.mark.parametrize("action", list(REFUSALS))
def test_out_of_turn_has_its_own_sentence_before_all_others(action: Action) -> None:
    for status in ("draft", "closed", "archived", "withdrawn"):
        if step(status, Action(action)):
            continue  # an appeal is noted wherever the case has come
        assert REFUSALS[action](facts(outsider, status, jav=only(THIRD))) == OUT_OF_TURN


def test_an_organs_decision_is_replaced_with_the_sentences_of_the_minutes() -> None:
    political = {"capacity_in_force": Capacity.POLITICAL}
    replacing = REFUSALS[Action.REPLACE_DECISION]
    assert replacing(facts(chief, "decided", **political)) == "Protokollet förs in av registratorn."
    assert replacing(facts(registrar, "decided", **political, recorders=only(REGISTRAR))) == (
        "Du har bokfört ett beslut i ärendet. Protokollet förs in av en annan person."
    )


@pytest.mark.parametrize("stance", [Stance.SUPPORT, Stance.OPPOSE])
def test_recommending_is_for_a_decision_maker_who_has_not_asked(stance: Stance) -> None:
    assert refusal_of_stance(facts(chief), stance) is None
    assert refusal_of_stance(facts(registrar), stance) == "Registratorn överlämnar utan ställningstagande."
    own = "Du har själv lämnat in äskandet. Det överlämnas utan ställningstagande."
    assert refusal_of_stance(facts(chief, requesters=only(CHIEF)), stance) == own
    assert refusal_of_stance(facts(deputy, requesters=only(CHIEF)), stance) == own


def test_handing_over_without_a_stance_is_open_to_whoever_hands_over() -> None:
    assert refusal_of_stance(facts(registrar), Stance.NONE) is None
    assert refusal_of_stance(facts(chief, requesters=only(CHIEF)), Stance.NONE) is None


# As whom one decides


def test_an_act_rests_on_the_delegation_of_the_one_stood_in_for_else_on_ones_own() -> None:
    assert holder_of(chief) == CHIEF
    assert holder_of(acting_for(DEPUTY, CHIEF, Role.DECISION_MAKER)) == CHIEF


def test_one_decides_as_oneself_in_the_role_of_decision_maker() -> None:
    both = person(CHIEF, Role.FINANCE, Role.DECISION_MAKER)
    way = acting_decider(facts(both))
    assert (way.principal, way.acting_role, way.persons) == (None, Role.DECISION_MAKER, only(CHIEF))


def test_one_who_came_in_for_another_still_decides_first_as_oneself_and_else_as_decision_maker() -> None:
    came_as = acting_for(DEPUTY, CHIEF, Role.FINANCE, Role.DECISION_MAKER)
    own = replace(ROW, public_id="tf", person_id=DEPUTY)
    assert acting_decider(facts(came_as, delegations=(own,))).principal is None
    assert acting_decider(facts(deputy)).acting_role is Role.DECISION_MAKER


def test_a_substitute_for_someone_who_decides_nothing_decides_only_as_oneself() -> None:
    by = person(DEPUTY, Role.DECISION_MAKER, stands_in_for=(stood_in_for(ECONOMIST, Role.FINANCE),))
    row = replace(ROW, person_id=ECONOMIST)
    assert acting_decider(facts(by, delegations=(row,))).principal is None


def test_a_role_of_ones_own_too_small_gives_way_to_the_delegation_one_stands_in_for() -> None:
    by = person(DEPUTY, Role.DECISION_MAKER, stands_in_for=(stood_in_for(CHIEF, Role.DECISION_MAKER),))
    own = replace(ROW, public_id="tf", person_id=DEPUTY, ceiling=100_000)
    assert acting_decider(facts(by, delegations=(ROW, own))).persons == only(DEPUTY, CHIEF)
    assert acting_decider(facts(by, delegations=(ROW, own), unit_total=100_000)).persons == only(DEPUTY)
    assert acting_decider(facts(by, delegations=(ROW,))).persons == only(DEPUTY, CHIEF)


def test_where_nothing_covers_the_request_one_decides_by_the_delegation_there_is() -> None:
    by = person(DEPUTY, Role.DECISION_MAKER, stands_in_for=(stood_in_for(CHIEF, Role.DECISION_MAKER),))
    assert acting_decider(facts(by, unit_total=2_000_000)).persons == only(DEPUTY, CHIEF)
    assert acting_decider(facts(by, delegations=())).persons == only(DEPUTY)
    assert acting_decider(facts(deputy, delegations=())).persons == only(DEPUTY, CHIEF)


@pytest.mark.parametrize("bar", ["jav", "requesters"])
def test_of_two_one_stands_in_for_the_one_who_is_not_barred_is_chosen(bar: str) -> None:
    others = (stood_in_for(CHIEF, Role.DECISION_MAKER), stood_in_for(THIRD, Role.DECISION_MAKER))
    by = person(DEPUTY, stands_in_for=others)
    rows = (ROW, replace(ROW, public_id="andra", person_id=THIRD))
    assert acting_decider(facts(by, delegations=rows)).persons == only(DEPUTY, CHIEF)
    assert acting_decider(facts(by, delegations=rows, **{bar: only(CHIEF)})).persons == only(DEPUTY, THIRD)


def test_a_substitute_whose_own_bar_follows_them_is_refused_as_every_person() -> None:
    others = (stood_in_for(CHIEF, Role.DECISION_MAKER), stood_in_for(THIRD, Role.DECISION_MAKER))
    by = person(DEPUTY, stands_in_for=others)
    assert REFUSALS[Action.DECIDE](facts(by, jav=only(DEPUTY))) == OWN_JAV


def test_the_authority_is_the_row_of_the_one_whose_delegation_the_act_rests_on() -> None:
    by = acting_for(DEPUTY, CHIEF, Role.DECISION_MAKER)
    found = authority_of(facts(by))
    assert found is not None and found.delegation == "kommunchef"
    assert authority_of(facts(deputy)) is None  # as themselves, before the way is chosen
    assert authority_of(facts(chief, unit_total=1_000_001)) is None
    assert authority_of(facts(chief, today=date(2025, 12, 31))) is None
    assert authority_of(facts(chief, fund_id=8)) is None


# Whether anyone may act


@pytest.mark.parametrize("bar", ["jav", "requesters"])
def test_a_case_is_stuck_when_every_decision_maker_is_barred(bar: str) -> None:
    two = (Candidate(CHIEF), Candidate(THIRD))
    assert not no_decision_maker_may_act(facts(registrar, candidates=two, **{bar: only(CHIEF)}))
    assert no_decision_maker_may_act(facts(registrar, candidates=two, **{bar: only(CHIEF, THIRD)}))


def test_a_substitute_without_a_delegation_falls_with_the_person_stood_in_for() -> None:
    stand_in = (Candidate(DEPUTY, CHIEF),)
    own = replace(ROW, public_id="tf", person_id=DEPUTY)
    assert no_decision_maker_may_act(facts(registrar, candidates=stand_in, jav=only(CHIEF)))
    assert not no_decision_maker_may_act(facts(registrar, candidates=stand_in, jav=only(CHIEF), delegations=(ROW, own)))
    assert no_decision_maker_may_act(facts(registrar, candidates=stand_in, jav=only(DEPUTY), delegations=(ROW, own)))
    assert not no_decision_maker_may_act(facts(registrar, candidates=stand_in))


def test_an_appeal_is_noted_by_a_registrar_who_is_not_barred_where_there_is_a_decision() -> None:
    note, there = REFUSALS[Action.NOTE_APPEAL], {"capacity_in_force": Capacity.DELEGATED}
    assert note(facts(registrar, "decided", **there)) is None
    assert note(facts(chief, "decided", **there)) == "Överklagandet förs in av registratorn."
    assert note(facts(registrar, "decided")) == "Det finns inget beslut i ärendet att överklaga."
    assert note(facts(registrar, "decided", jav=only(REGISTRAR), **there)) == OWN_JAV
