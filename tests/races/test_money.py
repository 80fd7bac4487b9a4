"""Money at the same moment: what is left is granted once, and what one person may decide for a unit is not passed by two."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations as decisions
from portal.decisions.models import Decision
from portal.funding_requests.models import FundingRequest
from portal.funds import operations as funds
from portal.funds.models import Fund, FundDecision, LedgerKind, LedgerRow
from portal.log.models import LogEntry
from tests.conftest import PASSWORD
from tests.factories.decisions import an_answer
from tests.factories.town import Row
from tests.races.arena import Arena, Shot, everything_holds, logged, rows
from tests.races.test_same_case import TO_REFERRED, TO_REPORTED, deciding, entering_minutes, of
from tests.scale import times

ROUNDS = times(1, 12)
OTHER: dict[str, Any] = {"by": "fritidschef", "unit": "Kultur och fritid"}


def left(fund: Row) -> int:
    return session.get_one(Fund, fund.id, populate_existing=True).left


def granted_rows(fund: Row) -> int:
    return rows(LedgerRow, LedgerRow.fund_id == fund.id, LedgerRow.kind == LedgerKind.GRANTED.value)


def test_the_last_money_is_granted_once(arena: Arena) -> None:
    for _ in range(2 * ROUNDS):
        with arena.inside():
            fund = arena.fund(3000)
            ours, theirs = arena.submitted(fund=fund), arena.submitted(fund=fund, **OTHER)
        winner, answers = arena.duel(deciding(arena, ours), deciding(arena, theirs, "tf.kommunchef"))
        lost = answers[1 - winner]
        assert lost.status == 403 and "är mer än vad som är kvar" in lost.text, lost
        with arena.inside():
            assert (left(fund), granted_rows(fund)) == (0, 1)
            assert rows(Decision, Decision.fund_id == fund.id) == 1
            assert logged((ours, theirs)[winner], "decisions.decide") == 1
            assert logged((ours, theirs)[1 - winner], "decisions.decide") == 0
    everything_holds(arena)


def test_of_six_who_want_half_each_two_get_it(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            fund = arena.fund(6000)
            cases = [arena.submitted(fund=fund, **(OTHER if n % 2 else {})) for n in range(6)]
        deciders = ("kommunchef", "tf.kommunchef") * 3
        answers = arena.race(*(deciding(arena, case_id, by) for case_id, by in zip(cases, deciders, strict=True)))
        assert sum(answer.won for answer in answers) == 2, answers
        with arena.inside():
            assert (left(fund), granted_rows(fund)) == (0, 2)
    everything_holds(arena)


def test_money_is_not_granted_and_taken_back_by_the_council_at_the_same_moment(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            fund = arena.fund(3000)
            case_id = arena.submitted(fund=fund)
            lowered = less(arena, fund, 3000)
        confirming = arena.shot("registrator", f"/avsatta-medel/beslut/{lowered}/bekrafta")
        winner, answers = arena.duel(deciding(arena, case_id), confirming)
        assert answers[1 - winner].status == 403, answers
        with arena.inside():
            assert left(fund) == 0
            assert granted_rows(fund) == 1 - winner
            assert rows(FundDecision, FundDecision.fund_id == fund.id, FundDecision.confirmed_at.is_(None)) == 1 - winner
    everything_holds(arena)


def less(arena: Arena, fund: Row, amount: int) -> UUID:
    """A political decision that takes back the money, entered and not yet confirmed."""
    decision = funds.PoliticalDecision(
        amount=-amount, organ_id=arena.town.organ.public_id, decided_on=date(2026, 3, 2), paragraph="12"
    )
    with transaction():
        return funds.propose_change(fund_id=fund.public_id, decision=decision, by=arena.town.actor("ekonom")).public_id


def test_one_of_two_registrars_confirms_a_political_decision_and_the_money_is_set_aside_once(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            fund = arena.fund(3000)
            lowered = less(arena, fund, 1000)
        page = f"/avsatta-medel/beslut/{lowered}/bekrafta"
        _winner, answers = arena.duel(arena.shot("registrator", page), arena.shot("registrator2", page))
        assert {answer.status for answer in answers} == {303, 409}, answers
        with arena.inside():
            assert left(fund) == 2000
            assert rows(LedgerRow, LedgerRow.fund_id == fund.id) == 2
    everything_holds(arena)


def test_a_political_decision_is_confirmed_or_taken_away_and_never_both(arena: Arena) -> None:
    """Taken away, the money that was entered with it goes too; nothing is set aside for nobody."""
    for _ in range(2 * ROUNDS):
        with arena.inside():
            fund, entered = arena.entered_fund(3000)
        page = f"/avsatta-medel/beslut/{entered}"
        confirming = arena.shot("registrator", f"{page}/bekrafta")
        discarding = arena.shot("ekonom", f"/avsatta-medel/{fund.public_id}", to=f"{page}/ta-bort")
        winner, answers = arena.duel(confirming, discarding)
        assert answers[1 - winner].status in {404, 409}, answers
        with arena.inside():
            held = rows(Fund, Fund.id == fund.id, Fund.set_aside == 3000)
            assert held == rows(LedgerRow, LedgerRow.fund_id == fund.id) == 1 - winner
            assert rows(Fund, Fund.id == fund.id) == rows(FundDecision, FundDecision.fund_id == fund.id) == 1 - winner
            assert rows(LogEntry, LogEntry.action == "funds.remove", LogEntry.object_id == fund.public_id) == winner
    everything_holds(arena)


def test_money_that_comes_back_is_granted_to_whoever_asks_after_it_came(arena: Arena) -> None:
    """Both may be done; the second only where the money had come back."""
    for _ in range(ROUNDS):
        with arena.inside():
            fund = arena.fund(3000)
            used = arena.walked(*TO_REPORTED[:-1], fund=fund)
            report_unused(arena, used, 1500)
            asks = arena.submitted(1500, fund=fund, **OTHER)
        accepting = arena.shot("ekonom", of(used, "godkann-slutredovisning"))
        accepted, decided = arena.race(accepting, deciding(arena, asks))
        assert accepted.won and decided.status in (303, 403), decided
        with arena.inside():
            assert left(fund) == (0 if decided.won else 1500)
    everything_holds(arena)


def report_unused(arena: Arena, case_id: UUID, kronor: int) -> None:
    from portal.accounting import operations as accounting
    from tests.factories.road import a_report

    report = a_report(case_id, unused=kronor)
    with transaction():
        accounting.report_back(case_id=case_id, report=report, by=arena.town.actor("sakerhetschef"), seen_version=None)


CEILING = 12_000


def partly(arena: Arena, fund: Row, amount: int, *lines: int) -> UUID:
    """A request decided in part, so that the unit's sum has room for more."""
    case_id = arena.submitted(amount, fund=fund)
    answer = an_answer(case_id, *lines, False)
    with transaction():
        decisions.decide(case_id=case_id, answer=answer, by=arena.town.actor("kommunchef"), seen_version=None)
    return case_id


def raising(arena: Arena, case_id: UUID, by: str, kronor: str) -> Shot:
    return arena.shot(
        by, of(case_id, "ersatt-beslut"), replacement_reason="Mer behövs.", password=PASSWORD,
        reason="Läget har ändrats.", **{"granted-0": kronor, "granted-1": kronor},
    )  # fmt: skip


def test_two_decisions_replaced_at_once_do_not_together_pass_the_ceiling(arena: Arena) -> None:
    """Each is counted with what the other has granted: the second to come sees what the first did."""
    for _ in range(3 * ROUNDS):
        with arena.inside():
            fund = arena.fund(100_000, ceiling=CEILING)
            one = partly(arena, fund, 8000, 500, 500)
            other = partly(arena, fund, 8000, 500, 500)
        both = raising(arena, one, "kommunchef", "4 000"), raising(arena, other, "tf.kommunchef", "4 000")
        _winner, answers = arena.duel(*both)
        assert {answer.status for answer in answers} == {303, 403}, answers
        with arena.inside():
            total = sum(session.scalars(select(FundingRequest.granted).where(FundingRequest.fund_id == fund.id)))
            assert total <= CEILING
    everything_holds(arena)


def test_organ_and_decision_maker_grant_from_the_same_money_without_waiting_for_each_other_for_ever(arena: Arena) -> None:
    """Different cases: both are decided. Locks are taken in one order, case, fund, series, log head."""
    for _ in range(2 * ROUNDS):
        with arena.inside():
            fund = arena.fund(100_000)
            referred = arena.walked(*TO_REFERRED, fund=fund)
            others = [arena.submitted(fund=fund, **OTHER), arena.submitted(fund=fund)]
        answers = arena.race(
            entering_minutes(arena, referred), deciding(arena, others[0]), deciding(arena, others[1], "tf.kommunchef")
        )
        assert [answer.status for answer in answers] == [303, 303, 303], answers
        with arena.inside():
            assert left(fund) == 100_000 - 9000
    everything_holds(arena)


def test_minutes_that_carry_a_raise_and_the_registrar_who_confirms_it_set_it_aside_once(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            fund = arena.fund(1000)
            referred = arena.walked(*TO_REFERRED, fund=fund)
            day = clock.today() - timedelta(days=20)
            raise_ = funds.PoliticalDecision(amount=4000, organ_id=arena.town.organ.public_id, decided_on=day, paragraph="90")
            with transaction():
                raised = funds.propose_change(fund_id=fund.public_id, decision=raise_, by=arena.town.actor("ekonom")).public_id
        minutes = entering_minutes(arena, referred)
        minutes.sent["meeting_date"], minutes.sent["fund_decision"] = day.isoformat(), str(raised)
        confirming = arena.shot("registrator2", f"/avsatta-medel/beslut/{raised}/bekrafta")
        answers = arena.race(minutes, confirming)
        assert sum(answer.won for answer in answers) == 1, answers
        with arena.inside():
            assert left(fund) == (2000 if answers[0].won else 5000)
            assert rows(LedgerRow, LedgerRow.fund_id == fund.id, LedgerRow.amount == 4000) == 1
    everything_holds(arena)


def test_of_two_who_set_aside_money_of_one_name_one_does(arena: Arena) -> None:
    for n in range(ROUNDS):
        town, name = arena.town, f"Jämställdhetsmiljonen {n}"
        organ = str(town.organ.public_id)
        typed = {
            "name": name, "year": str(clock.today().year), "owner": organ, "report": "ja", "amount": "1 000", "organ": organ,
            "decided_on": "2026-02-02", "paragraph": "7", "code-ansvar": "1200", "code-verksamhet": "9100",
        }  # fmt: skip
        shots = [arena.shot(by, "/avsatta-medel/ny", **typed) for by in ("ekonom", "ekonom2")]
        winner, answers = arena.duel(*shots)
        assert answers[1 - winner].status in (409, 422), answers
        with arena.inside():
            assert rows(Fund, Fund.name == name) == 1
    everything_holds(arena)
