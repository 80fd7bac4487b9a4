"""A handed-over case is carried by minutes entries, to a decision through the same code as every other."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations, queries
from portal.decisions.minutes import MinutesKind
from portal.decisions.models import HandOver
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests.queries import request_of
from portal.funds import operations as funds
from portal.funds.models import Fund, FundDecision
from tests.factories.decisions import a_referred_case, a_submitted_request, an_answer, case_of, minutes_from

pytestmark = pytest.mark.usefixtures("inside")


def enter(town, case_id, minutes, answer=None, by="registrator"):
    with transaction():
        operations.record_minutes(case_id=case_id, minutes=minutes, answer=answer, by=town.actor(by), seen_version=None)


def test_a_recommendation_is_a_fact_on_the_hand_over_and_no_decision(town):
    case_id = a_referred_case(town)
    handed = session.scalars(select(HandOver)).one()
    assert handed.stance == "tillstyrks"
    assert queries.in_force(case_of(case_id)) is None


def test_preparing_and_postponing_leave_the_case_with_the_registrar(town):
    case_id = a_referred_case(town)
    for n, kind in enumerate((MinutesKind.PREPARING, MinutesKind.POSTPONED)):
        enter(town, case_id, minutes_from(town, kind, paragraph=str(n + 1)))
        assert (case_of(case_id).status, case_of(case_id).turn) == ("referred", "keep_register")
    assert len(queries.minutes_of(case_of(case_id))) == 2


def test_a_deciding_entry_is_a_political_decision_with_organ_date_and_paragraph(town):
    case_id = a_referred_case(town)
    minutes = minutes_from(town)
    enter(town, case_id, minutes, an_answer(case_id, 100_000, 400_000, 0, True))
    decision = queries.in_force(case_of(case_id))
    assert (decision.capacity, decision.granted, decision.outcome) == ("politiskt beslut", 500_000, "partly")
    assert decision.authority == {
        "capacity": "politiskt beslut",
        "organ": "Kommunstyrelsen",
        "date": minutes.meeting_date.isoformat(),
        "paragraph": "88",
    }
    assert decision.decided_on == minutes.meeting_date
    assert session.get_one(Fund, town.fund.id).left == 500_000
    assert case_of(case_id).status == "decided"


def test_an_organ_decides_above_the_delegations_ceiling(town):
    case_id = a_submitted_request(town, fund=town.other_fund.name, lines=[("Stängsel", "900 000")], total="900 000")
    enter(town, a_referred_case(town, case_id), minutes_from(town), an_answer(case_id))
    assert queries.in_force(case_of(case_id)).granted == 900_000


def test_referring_back_returns_the_case_and_the_new_version_goes_to_the_organ(town):
    case_id = a_referred_case(town)
    enter(town, case_id, minutes_from(town, MinutesKind.REFERRED_BACK, text="Redovisa kostnaden per plats."))
    assert (case_of(case_id).status, case_of(case_id).turn) == ("returned", "write_request")
    with transaction():
        operations.resume(case_id=case_id, reason="Svaret dröjer.", by=town.actor("registrator"), seen_version=None)
    assert case_of(case_id).status == "referred"


def test_passing_on_makes_the_other_organ_the_one_that_decides(town):
    case_id = a_referred_case(town)
    enter(town, case_id, minutes_from(town, MinutesKind.PASSED_ON, passed_on_to_id=town.council.public_id))
    assert request_of(case_of(case_id)).referred_organ_id == town.council.id
    deciding = minutes_from(town, paragraph="112")
    with pytest.raises(Invalid) as wrong:
        enter(town, case_id, deciding, an_answer(case_id))
    assert "organ" in wrong.value.problems
    enter(town, case_id, minutes_from(town, organ_id=town.council.public_id, paragraph="112"), an_answer(case_id))
    assert queries.in_force(case_of(case_id)).authority["organ"] == "Kommunfullmäktige"


def test_the_same_paragraph_is_entered_once(town):
    case_id = a_referred_case(town)
    enter(town, case_id, minutes_from(town, MinutesKind.PREPARING))
    with pytest.raises(Invalid) as twice:
        enter(town, case_id, minutes_from(town, MinutesKind.PREPARING))
    assert "paragraph" in twice.value.problems


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"meeting_date": clock.today() + timedelta(days=2)}, "meeting_date"),
        ({"paragraph": " "}, "paragraph"),
        ({"text": ""}, "text"),
        ({"adjusted_on": clock.today() - timedelta(days=9)}, "adjusted_on"),
    ],
)
def test_minutes_that_do_not_hold_are_said_at_their_field(town, change, field):
    case_id = a_referred_case(town)
    with pytest.raises(Invalid) as invalid:
        enter(town, case_id, minutes_from(town, MinutesKind.PREPARING, **change))
    assert field in invalid.value.problems


def test_more_than_is_left_needs_a_political_decision_first_and_the_minutes_may_carry_it(town):
    case_id = a_submitted_request(town, lines=[("Stängsel", "1 400 000")], total="1 400 000")
    a_referred_case(town, case_id)
    with pytest.raises(Refused, match="politiskt beslut"):
        enter(town, case_id, minutes_from(town), an_answer(case_id))
    with transaction():
        raised = funds.propose_change(
            fund_id=town.fund.public_id,
            decision=funds.PoliticalDecision(
                amount=400_000,
                organ_id=town.organ.public_id,
                decided_on=clock.today() - timedelta(days=1),
                paragraph="87",
            ),
            by=town.actor("ekonom"),
        ).public_id
    enter(town, case_id, minutes_from(town, fund_decision_id=raised), an_answer(case_id))
    assert session.get_one(Fund, town.fund.id).left == 0
    assert session.scalars(select(FundDecision).where(FundDecision.public_id == raised)).one().confirmed_at is not None


def test_minutes_that_name_other_financing_leave_the_set_aside_money_alone(town):
    case_id = a_referred_case(town)
    enter(town, case_id, minutes_from(town, financing="Eget kapital"), an_answer(case_id))
    decision = queries.in_force(case_of(case_id))
    assert (decision.fund_id, decision.financing, decision.granted) == (None, "Eget kapital", 1_000_000)
    assert session.get_one(Fund, town.fund.id).left == 1_000_000


def test_an_organs_decision_is_replaced_by_new_minutes_only(town):
    case_id = a_referred_case(town)
    enter(town, case_id, minutes_from(town), an_answer(case_id))
    answer = an_answer(case_id, 100_000, 0, 0, False)

    def replace(by, minutes):
        with transaction():
            operations.replace_decision(
                case_id=case_id, answer=answer, reason="Nytt beslut.", by=town.actor(by), seen_version=None, minutes=minutes
            )

    with pytest.raises(Refused):
        replace("kommunchef", minutes_from(town, paragraph="99"))
    with pytest.raises(Invalid):
        replace("registrator", None)
    replace("registrator", minutes_from(town, paragraph="99"))
    assert queries.in_force(case_of(case_id)).authority["paragraph"] == "99"
    assert session.get_one(Fund, town.fund.id).left == 900_000


@pytest.mark.parametrize("username", ["sakerhetschef", "kommunchef", "ekonom", "arkivarie", "revisor"])
def test_only_the_registrar_enters_minutes(town, username):
    case_id = a_referred_case(town)
    with pytest.raises(Refused):
        enter(town, case_id, minutes_from(town, MinutesKind.PREPARING), by=username)


def test_minutes_are_not_entered_before_the_case_is_handed_over(town):
    case_id = a_submitted_request(town)
    with pytest.raises(Conflict):
        enter(town, case_id, minutes_from(town, MinutesKind.PREPARING))
