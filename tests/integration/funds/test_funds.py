"""Money is set aside by two persons, and never granted beyond what is left; delegations likewise."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.db import session, transaction
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funds import delegation_operations as delegations
from portal.funds import operations, queries
from portal.funds.delegation_operations import NewDelegation
from portal.funds.models import Delegation, Fund, FundDecision
from portal.funds.operations import PoliticalDecision
from portal.log.models import LogEntry

pytestmark = pytest.mark.usefixtures("inside")


def political(town, amount):
    return PoliticalDecision(
        amount=amount, organ_id=town.council.public_id, decided_on=clock.today() - timedelta(days=3), paragraph="61"
    )


def raised(town, amount, by="ekonom"):
    with transaction():
        return operations.propose_change(
            fund_id=town.fund.public_id, decision=political(town, amount), by=town.actor(by)
        ).public_id


def confirm(town, decision_id, by="registrator"):
    with transaction():
        operations.confirm_fund_decision(decision_id=decision_id, by=town.actor(by))


def left(town):
    session.rollback()
    return session.get_one(Fund, town.fund.id).left


def test_new_money_can_be_granted_only_when_the_registrar_has_confirmed_the_decision(town):
    with transaction():
        made = operations.add_fund(
            name="Klimatmiljonen",
            year=2027,
            organ_id=town.organ.public_id,
            decision=political(town, 500_000),
            code={"ansvar": "1200"},
            by=town.actor("ekonom"),
        )
        fund_id = made.id
    assert session.get_one(Fund, fund_id).left == 0
    waiting = session.scalars(select(FundDecision).where(FundDecision.fund_id == fund_id)).one()
    confirm(town, waiting.public_id)
    assert session.get_one(Fund, fund_id).left == 500_000
    actions = set(session.scalars(select(LogEntry.action)))
    assert {"funds.add", "funds.propose", "funds.confirm"} <= actions


def discard(town, decision_id, by="ekonom"):
    with transaction():
        return operations.discard_fund_decision(decision_id=decision_id, by=town.actor(by))


@pytest.mark.parametrize("by", ["ekonom", "registrator"])
def test_a_wrong_entry_is_taken_away_before_it_has_come_into_force_and_can_be_entered_rightly(town, by):
    before = left(town)
    wrong = raised(town, 250_000)
    assert discard(town, wrong, by).public_id == town.fund.public_id
    with pytest.raises(Unknown):
        confirm(town, wrong)
    assert left(town) == before
    told = session.scalars(select(LogEntry).where(LogEntry.action == "funds.discard")).one()
    assert told.object_id == wrong
    confirm(town, raised(town, 250_000))  # by the same paragraph
    assert left(town) == before + 250_000


def test_what_is_in_force_is_not_taken_away(town):
    entered = raised(town, 250_000)
    confirm(town, entered)
    with pytest.raises(Conflict):
        discard(town, entered)
    assert left(town) == 1_250_000
    with pytest.raises(Refused):
        discard(town, raised(town, 1), "kommunchef")


def test_money_whose_only_decision_is_taken_away_goes_with_it_and_its_name_is_free_again(town):
    def entered(name):
        with transaction():
            fund = operations.add_fund(
                name=name,
                year=2027,
                organ_id=town.organ.public_id,
                decision=political(town, 500_000),
                code={},
                by=town.actor("ekonom"),
            )
            return fund.id, session.scalars(select(FundDecision.public_id).where(FundDecision.fund_id == fund.id)).one()

    def removed():
        return list(session.scalars(select(LogEntry.object_id).where(LogEntry.action == "funds.remove")))

    fund_id, decision_id = entered("Klimatmiljonen")
    known_as = session.get_one(Fund, fund_id).public_id
    assert discard(town, decision_id) is None
    assert session.get(Fund, fund_id) is None and removed() == [known_as]
    fund_id, decision_id = entered("Klimatmiljonen")
    add(town, fund_id=session.get_one(Fund, fund_id).public_id)
    assert discard(town, decision_id).id == fund_id  # a delegation speaks of it
    assert removed() == [known_as]


def test_the_same_name_and_year_is_refused_with_a_sentence(town):
    with pytest.raises(Invalid), transaction():
        operations.add_fund(
            name=town.fund.name,
            year=clock.today().year,
            organ_id=town.organ.public_id,
            decision=political(town, 1),
            code={},
            by=town.actor("ekonom"),
        )


def test_raising_and_lowering_are_movements_of_the_ledger(town):
    confirm(town, raised(town, 250_000))
    confirm(town, raised(town, -100_000))
    assert left(town) == 1_150_000
    rows = queries.ledger(town.fund.id)
    assert [(row.amount, row.left) for row in rows] == [
        (-100_000, 1_150_000),
        (250_000, 1_250_000),
        (1_000_000, 1_000_000),
    ]


def test_more_than_is_left_is_not_taken_back(town):
    decision = raised(town, -1_000_001)
    with pytest.raises(Refused, match="1\u00a0000\u00a0000\u00a0kr"):
        confirm(town, decision)
    assert left(town) == 1_000_000


def test_a_decision_is_confirmed_once_and_by_the_registrar(town):
    decision = raised(town, 1)
    for username in ("ekonom", "ekonom2", "kommunchef", "admin"):
        with pytest.raises(Refused):
            confirm(town, decision, by=username)
    confirm(town, decision)
    with pytest.raises(Conflict):
        confirm(town, decision)
    assert left(town) == 1_000_001


@pytest.mark.parametrize("username", ["kommunchef", "registrator", "admin", "sakerhetschef"])
def test_only_finance_enters_set_aside_money(town, username):
    with pytest.raises(Refused):
        raised(town, 1, by=username)


def test_the_table_itself_refuses_to_promise_more_than_is_left(town):
    with pytest.raises(IntegrityError, match="never_more_than_is_left"), transaction():
        session.execute(update(Fund).where(Fund.id == town.fund.id).values(granted=1_000_001))


def new_delegation(town, **change):
    fields = {
        "person_id": town.person("tf.kommunchef").public_id,
        "fund_id": town.other_fund.public_id,
        "ceiling": 200_000,
        "capacity": "delegationsbeslut",
        "clause": "punkt 3.5",
        "organ_id": town.organ.public_id,
        "decided_on": date(2026, 1, 14),
        "paragraph": "8",
        "only_when_jav_of_id": None,
        "valid_from": clock.today(),
        "valid_to": None,
        **change,
    }
    return NewDelegation(**fields)


def add(town, by="admin", **change):
    with transaction():
        return delegations.add_delegation(new=new_delegation(town, **change), by=town.actor(by)).public_id


def in_force(town):
    rows = queries.delegations(fund_id=town.other_fund.id, on=clock.today())
    return [listed.row.person_id for listed in rows]


def test_a_delegation_counts_when_the_registrar_has_confirmed_it(town):
    deputy = town.person("tf.kommunchef").id
    row = add(town)
    assert deputy not in in_force(town)
    with pytest.raises(Refused), transaction():
        delegations.confirm_delegation(delegation_id=row, by=town.actor("admin"))
    with transaction():
        delegations.confirm_delegation(delegation_id=row, by=town.actor("registrator"))
    assert deputy in in_force(town)
    with transaction():
        delegations.end_delegation(delegation_id=row, last_day=clock.today(), by=town.actor("admin"))
    assert deputy in in_force(town)
    session.rollback()
    assert session.scalars(select(Delegation).where(Delegation.public_id == row)).one().valid_to == clock.today()


@pytest.mark.parametrize("username", ["kommunchef", "registrator", "ekonom"])
def test_only_the_administrator_enters_delegations(town, username):
    with pytest.raises(Refused):
        add(town, by=username)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ceiling": 0}, "ceiling"),
        ({"clause": ""}, "clause"),
        ({"paragraph": ""}, "paragraph"),
        ({"decided_on": clock.today() + timedelta(days=1)}, "decided_on"),
        ({"capacity": "attest"}, "capacity"),
        ({"valid_to": date(2020, 1, 1)}, "valid_to"),
    ],
)
def test_a_delegation_that_does_not_hold_is_said_at_its_field(town, change, field):
    with pytest.raises(Invalid) as invalid:
        add(town, **change)
    assert field in invalid.value.problems


def test_a_delegation_that_waits_for_the_registrar_is_not_entered_once_more(town):
    row = add(town)
    with pytest.raises(Invalid, match="väntar på registratorn"):
        add(town)
    session.rollback()
    assert session.scalar(select(func.count()).where(Delegation.clause == "punkt 3.5")) == 1
    add(town, ceiling=250_000)
    for other in ("kommunchef", "ekonom"):
        add(town, only_when_jav_of_id=town.person(other).public_id)
    with transaction():
        delegations.confirm_delegation(delegation_id=row, by=town.actor("registrator"))
    add(town, valid_from=clock.today() + timedelta(days=1))


def test_a_delegation_is_not_ended_backwards_in_time(town):
    row = add(town)
    with pytest.raises(Invalid), transaction():
        delegations.end_delegation(delegation_id=row, last_day=clock.today() - timedelta(days=1), by=town.actor("admin"))
