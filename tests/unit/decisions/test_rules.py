"""Who may decide, hand over, state an opinion and enter minutes: every rule tried on facts made by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from portal.decisions.facts import Candidate, Facts
from portal.decisions.models import Stance
from portal.decisions.rules import (
    REFUSALS,
    acting_decider,
    authority_of,
    no_decision_maker_may_act,
    refusal_of_stance,
)
from portal.funding_requests.lifecycle import STEPS, Action, Status
from portal.funds.rules import DelegationRow
from portal.people.actor import Actor, Holding, StoodInFor
from portal.people.permissions import Role

UNIT, FUND = 1, 7
REQUESTER, CHIEF, DEPUTY, FINANCE, REGISTRAR, ADMIN = 1, 2, 3, 4, 5, 6
TODAY = date(2026, 11, 22)

OWN = (
    "Du har själv lämnat in äskandet. Beslutet kan fattas av den som har egen delegation, "
    "eller överlämnas till kommunstyrelsen."
)


def person(person_id, *roles, stands_in_for=()):
    return Actor(
        person_id=person_id,
        public_id=UUID(int=person_id),
        name=f"Person {person_id}",
        title="",
        holdings=tuple(Holding(role, UNIT) for role in roles),
        stands_in_for=stands_in_for,
    )


FOR_CHIEF = StoodInFor(CHIEF, UUID(int=CHIEF), "Kommunchef", "Kommunchef", (Holding(Role.DECISION_MAKER, UNIT),))
chief = person(CHIEF, Role.DECISION_MAKER)
deputy = person(DEPUTY, stands_in_for=(FOR_CHIEF,))
requester = person(REQUESTER, Role.REQUESTER)
finance = person(FINANCE, Role.FINANCE)
registrar = person(REGISTRAR, Role.REGISTRAR)

CHIEFS_ROW = DelegationRow(
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
VID_JAV = replace(CHIEFS_ROW, public_id="tf", person_id=DEPUTY, only_when_jav_of_id=CHIEF)

BASE = Facts(
    now=datetime(2026, 11, 22, 10, tzinfo=UTC),
    actor=chief,
    status="submitted",
    unit_id=UNIT,
    is_writer=False,
    requesters=frozenset({REQUESTER}),
    decision_makers=frozenset(),
    recorders=frozenset(),
    statement_givers=frozenset(),
    jav=frozenset(),
    submitted_before=True,
    is_secret=False,
    registration_checked=False,
    has_mark=False,
    handed_over=False,
    latest_version=1,
    has_draft=False,
    today=TODAY,
    delegations=(CHIEFS_ROW, VID_JAV),
    candidates=(Candidate(CHIEF), Candidate(DEPUTY, CHIEF)),
    fund_id=FUND,
    fund_left=1_000_000,
    requested=1_000_000,
    unit_total=1_000_000,
    capacity_in_force=None,
)


def refusal(action, **change):
    return REFUSALS[action](replace(BASE, **change))


def test_every_action_of_the_package_has_exactly_one_rule():
    assert set(REFUSALS) == {step.action for step in STEPS if step.package == "decisions"}


def test_the_holder_of_the_delegation_may_decide_and_its_clause_is_found():
    assert refusal(Action.DECIDE) is None
    found = authority_of(BASE)
    assert found is not None and found.clause == "punkt 3.4"


def test_a_case_that_waits_for_its_number_is_not_decided_but_all_else_goes_on():
    waiting = {"awaits_number": True}
    assert refusal(Action.DECIDE, **waiting) == (
        "Ärendet väntar på sitt diarienummer. Registratorn anger det, och sedan kan du besluta."
    )
    assert refusal(Action.HAND_OVER, **waiting) is None
    assert refusal(Action.REQUEST_COMPLETION, **waiting) is None


def test_requester_cannot_decide_own_request():
    assert refusal(Action.DECIDE, requesters=frozenset({CHIEF})) == OWN


def test_own_request_cannot_be_decided_under_another_role():
    both = person(CHIEF, Role.REQUESTER, Role.DECISION_MAKER, Role.FINANCE, Role.ADMINISTRATOR)
    assert refusal(Action.DECIDE, actor=both, requesters=frozenset({CHIEF})) == OWN


def test_own_request_cannot_be_decided_as_someone_elses_substitute():
    assert refusal(Action.DECIDE, actor=deputy, requesters=frozenset({DEPUTY})) == OWN


def test_a_substitute_cannot_decide_the_request_of_the_person_stood_in_for():
    sentence = refusal(Action.DECIDE, actor=deputy, requesters=frozenset({CHIEF}))
    assert sentence is not None and sentence.startswith("Den du är ersättare för har lämnat in äskandet.")


def test_a_substitute_decides_by_the_delegation_of_the_person_stood_in_for_and_counts_as_both():
    facts = replace(BASE, actor=deputy)
    assert refusal(Action.DECIDE, actor=deputy) is None
    assert acting_decider(facts).persons == {CHIEF, DEPUTY}


def test_a_delegation_vid_jav_is_ones_own_and_open_only_when_that_person_is_javig():
    facts = replace(BASE, actor=deputy, jav=frozenset({CHIEF}))
    assert REFUSALS[Action.DECIDE](facts) is None
    assert acting_decider(facts).persons == {DEPUTY}


def test_without_a_delegation_of_ones_own_the_jav_of_the_person_stood_in_for_bars():
    sentence = refusal(Action.DECIDE, actor=deputy, jav=frozenset({CHIEF}), delegations=(CHIEFS_ROW,))
    assert sentence is not None and "ersättare" in sentence and "jäv" in sentence


def test_an_own_delegation_too_small_gives_way_to_the_one_stood_in_for():
    small = replace(VID_JAV, only_when_jav_of_id=None, ceiling=100_000)
    assert acting_decider(replace(BASE, actor=deputy, delegations=(CHIEFS_ROW, small))).persons == {CHIEF, DEPUTY}
    assert acting_decider(replace(BASE, actor=deputy, delegations=(CHIEFS_ROW, small), unit_total=90_000)).persons == {DEPUTY}


@pytest.mark.parametrize(
    "action", [Action.DECIDE, Action.REQUEST_COMPLETION, Action.HAND_OVER, Action.GIVE_STATEMENT, Action.REPLACE_DECISION]
)
def test_a_declared_jav_bars_from_every_act(action):
    actor = person(CHIEF, Role.DECISION_MAKER, Role.FINANCE)
    status = "decided" if action is Action.REPLACE_DECISION else "submitted"
    assert "jäv" in str(refusal(action, actor=actor, jav=frozenset({CHIEF}), status=status))


def test_above_the_ceiling_nothing_is_decided_but_handing_over_and_completion_remain():
    split = {"unit_total": 1_000_001}
    sentence = refusal(Action.DECIDE, **split)
    assert sentence is not None and "1\u00a0000\u00a0001\u00a0kr" in sentence and "1\u00a0000\u00a0000\u00a0kr" in sentence
    assert refusal(Action.HAND_OVER, **split) is None
    assert refusal(Action.REQUEST_COMPLETION, **split) is None


def test_whoever_recorded_or_gave_the_statement_does_not_decide():
    assert "bokfört" in str(refusal(Action.DECIDE, recorders=frozenset({CHIEF})))
    assert "yttrande" in str(refusal(Action.DECIDE, statement_givers=frozenset({CHIEF})))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DECISION_MAKER])
def test_no_other_role_decides_not_even_the_administrator(role):
    other = person(ADMIN, role)
    row = replace(CHIEFS_ROW, person_id=ADMIN)
    assert refusal(Action.DECIDE, actor=other, delegations=(row,)) is not None
    assert refusal(Action.REQUEST_COMPLETION, actor=other) is not None


def test_the_requesting_decision_maker_may_hand_over_without_stance_and_only_so():
    own = replace(BASE, requesters=frozenset({CHIEF}))
    assert REFUSALS[Action.HAND_OVER](own) is None
    assert refusal_of_stance(own, Stance.NONE) is None
    assert "utan ställningstagande" in str(refusal_of_stance(own, Stance.SUPPORT))
    assert refusal_of_stance(BASE, Stance.OPPOSE) is None


def test_the_registrar_hands_over_only_where_no_decision_maker_may_act():
    assert "beslutar" in str(refusal(Action.HAND_OVER, actor=registrar))
    stuck = {"actor": registrar, "jav": frozenset({CHIEF}), "delegations": (CHIEFS_ROW,)}
    assert refusal(Action.HAND_OVER, **stuck) is None
    assert "utan ställningstagande" in str(refusal_of_stance(replace(BASE, **stuck), Stance.SUPPORT))


def test_the_substitute_with_a_delegation_vid_jav_keeps_the_registrar_out():
    assert not no_decision_maker_may_act(replace(BASE, jav=frozenset({CHIEF})))
    assert no_decision_maker_may_act(replace(BASE, jav=frozenset({CHIEF, DEPUTY})))
    assert no_decision_maker_may_act(replace(BASE, candidates=()))


def test_resuming_is_for_the_decision_maker_and_after_a_hand_over_for_the_registrar():
    assert refusal(Action.RESUME, status="returned") is None
    assert refusal(Action.RESUME, status="returned", actor=registrar) is not None
    assert refusal(Action.RESUME, status="returned", handed_over=True) is not None
    assert refusal(Action.RESUME, status="returned", handed_over=True, actor=registrar) is None


def test_the_statement_is_given_by_finance_who_neither_asked_nor_decided():
    assert refusal(Action.GIVE_STATEMENT, actor=finance) is None
    assert refusal(Action.GIVE_STATEMENT, actor=finance, requesters=frozenset({FINANCE})) is not None
    assert refusal(Action.GIVE_STATEMENT, actor=finance, decision_makers=frozenset({FINANCE})) is not None
    assert refusal(Action.GIVE_STATEMENT, actor=requester) is not None


def test_whoever_asked_for_the_money_does_not_enter_the_minutes():
    assert refusal(Action.RECORD_MINUTES, status="referred", actor=registrar) is None
    own = refusal(Action.RECORD_MINUTES, status="referred", actor=registrar, requesters=frozenset({REGISTRAR}))
    assert own is not None and own.startswith("Du har själv lämnat in äskandet.")


def test_a_decision_is_replaced_by_whoever_may_decide_now_and_an_organs_by_the_registrar():
    delegated = {"status": "decided", "capacity_in_force": "delegationsbeslut"}
    political = {"status": "decided", "capacity_in_force": "politiskt beslut"}
    assert refusal(Action.REPLACE_DECISION, **delegated) is None
    assert refusal(Action.REPLACE_DECISION, **delegated, actor=registrar) is not None
    assert refusal(Action.REPLACE_DECISION, **delegated, unit_total=2_000_000) is not None
    assert refusal(Action.REPLACE_DECISION, **delegated, recorders=frozenset({CHIEF})) is not None
    assert refusal(Action.REPLACE_DECISION, **political, actor=registrar) is None
    assert refusal(Action.REPLACE_DECISION, **political) is not None


@pytest.mark.parametrize("action", list(REFUSALS))
@pytest.mark.parametrize("status", ["closed", "archived", "withdrawn", "draft"])
def test_nothing_is_decided_out_of_turn(action, status):
    everyone = person(ADMIN, *Role)
    row = replace(CHIEFS_ROW, person_id=ADMIN)
    assert refusal(action, actor=everyone, delegations=(row,), status=Status(status).value) is not None


def test_a_decision_maker_in_their_own_right_hands_over_also_when_the_one_they_stand_in_for_is_jävig():
    """Else nobody could: the registrar does it only where no decision maker may handle the case."""
    own_right = person(DEPUTY, Role.DECISION_MAKER, stands_in_for=(FOR_CHIEF,))
    facts = replace(BASE, actor=own_right, delegations=(CHIEFS_ROW,), jav=frozenset({CHIEF}))
    assert REFUSALS[Action.HAND_OVER](facts) is None
    assert acting_decider(facts).persons == {DEPUTY}
    assert REFUSALS[Action.DECIDE](facts) is not None
    candidates = (Candidate(CHIEF), Candidate(DEPUTY), Candidate(DEPUTY, CHIEF))
    assert not no_decision_maker_may_act(replace(facts, actor=registrar, candidates=candidates))
