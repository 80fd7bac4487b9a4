"""What is left at the end of the year, money that has ended while in use, and what was used: the fund is its ledger."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accounting import operations as accounting
from portal.db import session, transaction
from portal.decisions import operations as decisions
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funding_requests.lifecycle import Action
from portal.funds import operations, queries, terms, year_end
from portal.funds.models import Fund, FundDecision, LedgerKind, LedgerRow
from portal.funds.operations import PoliticalDecision
from portal.log.models import LogBody, LogEntry
from tests.factories.decisions import a_decision, a_submitted_request, an_answer, case_of
from tests.factories.road import a_report, act
from tests.factories.town import MILLION, Town

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture(autouse=True)
def the_fund_is_its_ledger(inside: Flask) -> Iterator[None]:
    """After every test each fund holds what its ledger says, column by column."""
    yield
    session.rollback()
    for fund in session.scalars(select(Fund)):
        rows = session.execute(
            select(LedgerRow.kind, func.sum(LedgerRow.amount)).where(LedgerRow.fund_id == fund.id).group_by(LedgerRow.kind)
        )
        sums = {kind: int(amount) for kind, amount in rows}
        for kind in LedgerKind:
            assert getattr(fund, kind.value) == sums.get(kind.value, 0), (fund.name, kind)
        assert fund.left == sum(queries.SIGN[kind] * amount for kind, amount in sums.items()) >= 0


@pytest.fixture
def at() -> Iterator[object]:
    """Set the clock to an instant."""
    yield lambda instant: clock.set_source(lambda: instant)
    clock.set_source(None)


def political(town: Town, amount: int, **change: object) -> PoliticalDecision:
    fields: dict[str, object] = {
        "amount": amount,
        "organ_id": town.council.public_id,
        "decided_on": clock.today(),
        "paragraph": "14",
        **change,
    }
    return PoliticalDecision(**fields)  # type: ignore[arg-type]


def fund_of(town: Town) -> Fund:
    session.rollback()
    return session.get_one(Fund, town.fund.id)


def lapse(town: Town, amount: int, by: str = "ekonom") -> FundDecision:
    with transaction():
        return year_end.propose_lapse(fund_id=town.fund.public_id, decision=political(town, amount), by=town.actor(by))


def carry(town: Town, amount: int, to: object = None, by: str = "ekonom") -> FundDecision:
    with transaction():
        return year_end.propose_carry_over(
            fund_id=town.fund.public_id,
            to=to,
            decision=political(town, amount),
            by=town.actor(by),  # type: ignore[arg-type]
        )


def confirm(town: Town, row: FundDecision, by: str = "registrator") -> None:
    with transaction():
        operations.confirm_fund_decision(decision_id=row.public_id, by=town.actor(by))


def end(town: Town, last_day: date) -> None:
    """Finance sets the last day of the money."""
    _change(town, ended_on=last_day)


def _change(town: Town, **change: object) -> None:
    now = year_end.terms_of(fund_of(town))
    session.rollback()
    with transaction():
        year_end.change_rules(
            fund_id=town.fund.public_id,
            asked=replace(now, **change),  # type: ignore[arg-type]
            seen=terms.mark(now),
            by=town.actor("ekonom"),
        )


def ledger_of(fund_id: int) -> list[tuple[str, int]]:
    rows = session.execute(select(LedgerRow.kind, LedgerRow.amount).where(LedgerRow.fund_id == fund_id).order_by(LedgerRow.id))
    return [(kind, amount) for kind, amount in rows]


def test_what_is_left_lapses_when_the_registrar_has_confirmed_the_decision(town: Town) -> None:
    row = lapse(town, 400_000)
    assert fund_of(town).left == MILLION
    confirm(town, row)
    assert fund_of(town).left == 600_000
    newest = queries.ledger(town.fund.id)[0]
    assert (newest.row.kind, newest.amount, newest.left) == ("lapsed", -400_000, 600_000)
    assert newest.row.fund_decision is not None and newest.row.fund_decision.paragraph == "14"


def test_money_is_carried_over_to_next_years_fund_made_in_the_same_act(town: Town) -> None:
    _change(town, daily_name="Tryggpengarna", cost_type="drift", report_by=date(clock.today().year + 1, 2, 15))
    row = carry(town, 250_000)
    new = session.scalars(select(Fund).where(Fund.year == clock.today().year + 1)).one()
    assert (new.name, new.left, new.daily_name, new.cost_type) == ("Trygghetsmiljonen", 0, "Tryggpengarna", "drift")
    assert new.report_by == date(clock.today().year + 2, 2, 15)
    confirm(town, row)
    assert fund_of(town).left == 750_000
    assert session.get_one(Fund, new.id).left == 250_000
    assert ledger_of(town.fund.id)[-1] == ("carried_over", 250_000)
    assert ledger_of(new.id) == [("set_aside", 250_000)]


def test_money_is_carried_over_to_a_fund_that_is_there(town: Town) -> None:
    confirm(town, carry(town, MILLION, to=town.other_fund.public_id))
    assert fund_of(town).left == 0
    assert session.get_one(Fund, town.other_fund.id).left == 3 * MILLION


def test_next_years_fund_is_made_once(town: Town) -> None:
    carry(town, 1)
    with pytest.raises(Invalid) as refused:
        carry(town, 1)
    assert set(refused.value.problems) == {"to"}


@pytest.mark.parametrize("amount", [0, -5, MILLION + 1])
def test_no_more_than_is_left_can_lapse_or_be_carried_over(town: Town, amount: int) -> None:
    for proposed in (lapse, carry):
        with pytest.raises(Invalid) as refused:
            proposed(town, amount)
        assert set(refused.value.problems) == {"amount"}
        session.rollback()
    assert session.scalar(select(func.count()).select_from(Fund)) == 2


@pytest.mark.parametrize("proposed", [lapse, carry])
def test_what_was_granted_meanwhile_stops_the_whole_decision(town: Town, proposed: object) -> None:
    row = proposed(town, 900_000)  # type: ignore[operator]
    a_decision(town, a_submitted_request(town, lines=[("Belysning", "200 000")], total="200 000"))
    with pytest.raises(Refused, match="mer än vad som är kvar"):
        confirm(town, row)
    assert fund_of(town).left == 800_000
    assert session.scalars(select(FundDecision.confirmed_at).where(FundDecision.id == row.id)).one() is None
    if row.to_fund_id:
        assert session.get_one(Fund, row.to_fund_id).left == 0


def test_money_is_not_carried_to_itself_to_an_earlier_year_or_nowhere(town: Town) -> None:
    with pytest.raises(Invalid, match="sig själva"):
        carry(town, 1, to=town.fund.public_id)
    with pytest.raises(Invalid, match="finns inte"):
        carry(town, 1, to=town.organ.public_id)
    row = carry(town, 5)
    confirm(town, row)
    assert row.to_fund is not None
    with pytest.raises(Invalid, match="tidigare budgetår"), transaction():
        year_end.propose_carry_over(
            fund_id=row.to_fund.public_id, to=town.fund.public_id, decision=political(town, 1), by=town.actor("ekonom")
        )


def test_money_that_ended_after_the_decision_was_entered_receives_nothing(town: Town, at: object) -> None:
    row = carry(town, 5)
    assert row.to_fund is not None
    to = row.to_fund.public_id
    with transaction():
        now = year_end.terms_of(session.scalars(select(Fund).where(Fund.public_id == to)).one())
        year_end.change_rules(
            fund_id=to, asked=replace(now, ended_on=clock.today()), seen=terms.mark(now), by=town.actor("ekonom")
        )
    tomorrow = clock.now() + timedelta(days=1)
    at(tomorrow)  # type: ignore[operator]
    with pytest.raises(Refused, match="är avslutade"):
        confirm(town, row)
    assert fund_of(town).left == MILLION


@pytest.mark.parametrize("username", ["kommunchef", "registrator", "admin", "sakerhetschef", "revisor"])
def test_only_finance_enters_what_becomes_of_the_money(town: Town, username: str) -> None:
    for proposed in (lapse, carry):
        with pytest.raises(Refused):
            proposed(town, 1, by=username)


def test_the_year_end_is_confirmed_once_and_by_the_registrar(town: Town) -> None:
    row = carry(town, 7)
    for username in ("ekonom", "ekonom2", "kommunchef", "admin"):
        with pytest.raises(Refused):
            confirm(town, row, by=username)
    confirm(town, row)
    with pytest.raises(Conflict):
        confirm(town, row)
    assert fund_of(town).left == MILLION - 7


def test_a_decision_in_the_future_or_about_unknown_money_is_refused(town: Town) -> None:
    late = political(town, 1, decided_on=clock.today() + timedelta(days=1))
    with pytest.raises(Invalid, match="framtiden"), transaction():
        year_end.propose_lapse(fund_id=town.fund.public_id, decision=late, by=town.actor("ekonom"))
    with pytest.raises(Unknown), transaction():
        year_end.propose_lapse(fund_id=town.organ.public_id, decision=political(town, 1), by=town.actor("ekonom"))


@pytest.mark.parametrize("year", [1999, 2600])
def test_a_budget_year_out_of_range_is_refused(town: Town, year: int) -> None:
    with pytest.raises(Invalid) as refused, transaction():
        operations.add_fund(
            name="Klimat",
            year=year,
            organ_id=town.organ.public_id,
            decision=political(town, 1),
            code={},
            by=town.actor("ekonom"),
        )
    assert set(refused.value.problems) == {"year"}


# --- ended while in use -------------------------------------------------------------------------------------------------


def midnight_after(day: date) -> datetime:
    """The Swedish midnight at which ``day`` ends, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), clock.STOCKHOLM).astimezone(UTC)


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


THIS = clock.today().year
LEAP = next((date(year, 2, 29) for year in range(THIS + 1, THIS + 4) if year % 4 == 0), date(THIS + 1, 2, 28))


@pytest.mark.parametrize("last_day", [date(THIS, 12, 31), _last_sunday(THIS + 1, 3), _last_sunday(THIS + 1, 10), LEAP])
def test_money_is_granted_until_the_swedish_midnight_of_its_last_day(town: Town, at: object, last_day: date) -> None:
    first, second = (a_submitted_request(town, lines=[("Belysning", "1 000")], total="1 000") for _n in range(2))
    end(town, last_day)
    midnight = midnight_after(last_day)
    at(midnight - timedelta(seconds=1))  # type: ignore[operator]
    a_decision(town, first)
    at(midnight)  # type: ignore[operator]
    with pytest.raises(Refused, match="är avslutade"):
        a_decision(town, second)
    assert fund_of(town).left == MILLION - 1_000


def test_what_is_asked_of_ended_money_can_be_rejected_but_not_granted_nor_asked_anew(town: Town, at: object) -> None:
    case_id = a_submitted_request(town, lines=[("Belysning", "200 000")], total="200 000")
    waiting = a_submitted_request(town, lines=[("Kameror", "200 000")], total="200 000")
    act(town, Action.REQUEST_COMPLETION, waiting, "kommunchef")
    end(town, clock.today())
    at(midnight_after(clock.today()))  # type: ignore[operator]
    with pytest.raises(Refused, match="är avslutade"):
        a_decision(town, case_id)
    _case, decision = a_decision(town, case_id, 0)
    assert decision.outcome == "rejected"
    with pytest.raises(Invalid) as refused:
        act(town, Action.SUBMIT, waiting, "sakerhetschef")
    assert "är avslutade" in refused.value.problems["fund"]


def _reported(town: Town, granted: str = "200 000", unused: int = 50_000) -> object:
    case_id, _decision = a_decision(town, a_submitted_request(town, lines=[("Belysning", granted)], total=granted))
    act(town, Action.RECORD, case_id, "ekonom")
    with transaction():
        accounting.report_back(
            case_id=case_id, report=a_report(case_id, unused=unused), by=town.actor("sakerhetschef"), seen_version=None
        )
    return case_id


def test_money_comes_back_to_ended_money_and_may_lapse_or_be_lowered_but_never_be_granted(town: Town, at: object) -> None:
    case_id = _reported(town)
    end(town, clock.today())
    at(midnight_after(clock.today()))  # type: ignore[operator]
    act(town, Action.ACCEPT_REPORT, case_id, "ekonom")  # type: ignore[arg-type]
    fund = fund_of(town)
    assert (fund.left, fund.used, fund.returned) == (850_000, 150_000, 50_000)
    with pytest.raises(Invalid, match="är avslutade"), transaction():
        operations.propose_change(fund_id=town.fund.public_id, decision=political(town, 5), by=town.actor("ekonom"))
    with transaction():
        lowered = operations.propose_change(
            fund_id=town.fund.public_id, decision=political(town, -50_000), by=town.actor("ekonom")
        )
    confirm(town, lowered)
    confirm(town, lapse(town, 800_000))
    assert fund_of(town).left == 0


def _replace(town: Town, case_id: object, granted: int) -> None:
    with transaction():
        decisions.replace_decision(
            case_id=case_id,  # type: ignore[arg-type]
            answer=an_answer(case_id, granted),  # type: ignore[arg-type]
            reason="Ett belopp var fel.",
            by=town.actor("kommunchef"),
            seen_version=None,
            minutes=None,
        )


def test_a_decision_on_ended_money_can_be_replaced_by_as_much_or_less_but_not_by_more(town: Town, at: object) -> None:
    case_id, _decision = a_decision(town, a_submitted_request(town, lines=[("Belysning", "200 000")], total="200 000"), 100_000)
    end(town, clock.today())
    at(midnight_after(clock.today()))  # type: ignore[operator]
    with pytest.raises(Refused, match="är avslutade"):
        _replace(town, case_id, 100_001)
    assert fund_of(town).promised == 100_000
    _replace(town, case_id, 100_000)
    _replace(town, case_id, 60_000)
    assert (fund_of(town).promised, fund_of(town).left) == (60_000, 940_000)


# --- what was used ------------------------------------------------------------------------------------------------------


def test_an_accepted_report_is_a_row_of_the_ledger_and_a_replaced_decision_counters_it(town: Town) -> None:
    case_id = _reported(town)
    assert fund_of(town).used == 0
    act(town, Action.ACCEPT_REPORT, case_id, "ekonom")  # type: ignore[arg-type]
    assert fund_of(town).used == 150_000
    newest = queries.ledger(town.fund.id)[0]
    assert (newest.row.kind, newest.amount, newest.left) == ("used", 0, 850_000)
    assert newest.row.case_id == case_of(case_id).id  # type: ignore[arg-type]
    _replace(town, case_id, 120_000)
    assert (fund_of(town).used, fund_of(town).left) == (0, 880_000)
    assert ledger_of(town.fund.id) == [
        ("set_aside", MILLION),
        ("granted", 200_000),
        ("returned", 50_000),
        ("used", 150_000),
        ("reversed", 150_000),
        ("used", -150_000),
        ("granted", 120_000),
    ]


def test_nothing_used_is_no_row_and_more_than_was_granted_counts_as_used(town: Town) -> None:
    case_id = _reported(town, unused=200_000)
    act(town, Action.ACCEPT_REPORT, case_id, "ekonom")  # type: ignore[arg-type]
    assert "used" not in dict(ledger_of(town.fund.id))
    over = _reported(town, unused=-30_000)
    act(town, Action.ACCEPT_REPORT, over, "ekonom")  # type: ignore[arg-type]
    assert (fund_of(town).used, fund_of(town).left) == (230_000, 800_000)


# --- the ledger page by page --------------------------------------------------------------------------------------------


def test_each_page_of_the_ledger_says_what_was_left_then(town: Town) -> None:
    for n in range(1, 8):
        with transaction():
            row = operations.propose_change(fund_id=town.fund.public_id, decision=political(town, n), by=town.actor("ekonom"))
        confirm(town, row)
    whole = [(each.row.id, each.amount, each.left) for each in queries.ledger(town.fund.id)]
    assert whole[-1][1:] == (MILLION, MILLION) and whole[0][2] == MILLION + 28
    paged: list[tuple[int, int, int]] = []
    before = None
    while page := queries.ledger(town.fund.id, before=before, limit=3)[:3]:
        paged += [(each.row.id, each.amount, each.left) for each in page]
        before = page[-1].row.id
    assert paged == whole


def test_a_change_of_rules_is_logged_with_the_rules_and_one_that_changes_nothing_is_not(town: Town) -> None:
    _change(town, cost_type="drift", units=frozenset({town.unit.public_id}))
    _change(town)
    entries = session.scalars(select(LogEntry).where(LogEntry.action == "funds.change_rules")).all()
    assert len(entries) == 1
    body = session.scalars(select(LogBody).where(LogBody.seq == entries[0].seq)).one()
    assert "Säkerhet och trygghet" in str(body.json) and "drift" in str(body.json)


def test_rules_that_another_has_changed_meanwhile_are_not_overwritten(town: Town) -> None:
    seen = terms.mark(year_end.terms_of(fund_of(town)))
    session.rollback()
    _change(town, cost_type="drift")
    with pytest.raises(Conflict), transaction():
        year_end.change_rules(fund_id=town.fund.public_id, asked=terms.USUAL, seen=seen, by=town.actor("ekonom2"))
    assert fund_of(town).cost_type == "drift"
