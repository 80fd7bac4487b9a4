"""Two who act on the same case at the same moment: one act is done, the other person is told that it came too late."""

from collections.abc import Callable
from uuid import UUID

import pytest
from lxml import html
from sqlalchemy import select

from portal.accounting.models import BudgetEntry, FinalReport, Redistribution
from portal.db import session
from portal.decisions.models import Decision, MinutesEntry
from portal.dispatch.models import Copy
from portal.funding_requests.lifecycle import Action
from portal.funds.models import LedgerKind, LedgerRow
from portal.outbox.models import OutboxRow
from portal.register.models import CaseFact
from tests.conftest import PASSWORD
from tests.factories.decisions import case_of
from tests.races.arena import Arena, Shot, everything_holds, logged, rows, status_of
from tests.scale import times

ROUNDS = times(1, 12)

TO_DECIDED = ((Action.DECIDE, "kommunchef"),)
TO_REFERRED = ((Action.HAND_OVER, "kommunchef"),)
TO_DISPATCHED = (*TO_DECIDED, (Action.RECORD, "ekonom"))
TO_REPORTED = (*TO_DISPATCHED, (Action.REPORT_BACK, "sakerhetschef"))
CODES = {"period": "2026-11", "frequency": "once"}


def of(case_id: object, page: str) -> str:
    return f"/askanden/{case_id}/{page}"


def deciding(arena: Arena, case_id: object, by: str = "kommunchef") -> Shot:
    return arena.shot(by, of(case_id, "besluta"), password=PASSWORD)


def withdrawing(arena: Arena, case_id: object, by: str = "sakerhetschef") -> Shot:
    return arena.shot(by, of(case_id, "aterkalla"), reason="Behövs inte längre.")


def recording(arena: Arena, case_id: object, by: str = "ekonom") -> Shot:
    shot = arena.shot(by, of(case_id, "bokfor"), password=PASSWORD, **CODES)
    for name in list(shot.sent):
        if name.startswith("code:") and not shot.sent[name]:
            shot.sent[name] = "5410"
    return shot


def declaring_jav(arena: Arena, case_id: object, by: str = "kommunchef") -> Shot:
    return arena.shot(by, of(case_id, "jav"), reason="Nära anhörig.")


def entering_minutes(arena: Arena, case_id: object, by: str = "registrator", paragraph: str = "88") -> Shot:
    town = arena.town
    return arena.shot(
        by, of(case_id, "protokoll"), organ=str(town.organ.public_id), meeting_date="2026-11-02", paragraph=paragraph,
        kind="deciding", text="Kommunstyrelsen beslutar enligt förslaget.", move="free",
    )  # fmt: skip


def replacing(arena: Arena, case_id: object, by: str = "kommunchef") -> Shot:
    return arena.shot(by, of(case_id, "ersatt-beslut"), replacement_reason="Ett belopp var fel.", password=PASSWORD)


def test_of_two_who_decide_one_decision_stands(arena: Arena) -> None:
    for _ in range(2 * ROUNDS):
        with arena.inside():
            case_id = arena.submitted()
        _winner, answers = arena.duel(deciding(arena, case_id), deciding(arena, case_id, "tf.kommunchef"))
        (lost,) = [answer for answer in answers if not answer.won]
        assert lost.status == 409 and "Ärendet har redan beslutats." in lost.text, (lost.status, lost.text)
        with arena.inside():
            case = case_of(case_id)
            assert case.status == "decided"
            assert rows(Decision, Decision.case_id == case.id) == 1
            assert rows(LedgerRow, LedgerRow.case_id == case.id, LedgerRow.kind == LedgerKind.GRANTED.value) == 1
            assert logged(case_id, "decisions.decide") == 1
            (decision,) = case_decisions(case.id)
            assert rows(OutboxRow, OutboxRow.unique_key == f"decision_document:{decision}") == 1
    everything_holds(arena)


def case_decisions(case_id: int) -> list[UUID]:
    return list(session.scalars(select(Decision.public_id).where(Decision.case_id == case_id)))


RIVALS: dict[str, tuple[Callable[[Arena, UUID], Shot], str]] = {
    "withdraw": (withdrawing, "funding_requests.withdraw"),
    "request completion": (
        lambda arena, case_id: arena.shot("tf.kommunchef", of(case_id, "komplettering"), reason="Offert saknas."),
        "decisions.request_completion",
    ),
    "hand over": (
        lambda arena, case_id: arena.shot(
            "tf.kommunchef", of(case_id, "overlamna"), organ=str(arena.town.organ.public_id), stance="utan ställningstagande"
        ),
        "decisions.hand_over",
    ),
    "declare jäv": (declaring_jav, "register.declare_jav"),
    "state an opinion": (
        lambda arena, case_id: arena.shot("ekonom", of(case_id, "yttrande"), text="Medel finns.", cost_type="drift"),
        "decisions.give_statement",
    ),
    "mark as secret": (
        lambda arena, case_id: arena.shot(
            "registrator", of(case_id, "sekretess"), provision="18 kap. 8 § OSL", public_title="Uppgift utelämnad"
        ),
        "register.mark_secrecy",
    ),
}


@pytest.mark.parametrize("rival", RIVALS)
def test_of_a_decision_and_something_else_one_is_done(arena: Arena, rival: str) -> None:
    against, entry = RIVALS[rival]
    for _ in range(ROUNDS):
        with arena.inside():
            case_id = arena.submitted()
        winner, answers = arena.duel(deciding(arena, case_id), against(arena, case_id))
        assert answers[1 - winner].status in (403, 409), answers
        with arena.inside():
            case = case_of(case_id)
            assert rows(Decision, Decision.case_id == case.id) == (winner == 0)
            assert rows(LedgerRow, LedgerRow.case_id == case.id) == (winner == 0)
            assert (logged(case_id, "decisions.decide"), logged(case_id, entry)) == ((1, 0) if winner == 0 else (0, 1))
    everything_holds(arena)


def test_of_two_registrars_who_enter_the_minutes_one_does(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            case_id = arena.walked(*TO_REFERRED)
        arena.duel(entering_minutes(arena, case_id), entering_minutes(arena, case_id, "registrator2", "89"))
        with arena.inside():
            case = case_of(case_id)
            assert rows(MinutesEntry, MinutesEntry.case_id == case.id) == rows(Decision, Decision.case_id == case.id) == 1
            assert logged(case_id, "decisions.record_minutes") == logged(case_id, "decisions.decide") == 1
    everything_holds(arena)


def test_of_two_registrars_who_check_the_registration_one_does(arena: Arena) -> None:
    with arena.inside():
        cases = [arena.submitted() for _ in range(ROUNDS)]
    for case_id in cases:
        _winner, answers = arena.duel(*(arena.shot(by, of(case_id, "registrering")) for by in ("registrator", "registrator2")))
        assert {answer.status for answer in answers} <= {303, 403, 409}
        with arena.inside():
            assert rows(CaseFact, CaseFact.case_id == case_of(case_id).id, CaseFact.kind == "registration_checked") == 1
            assert logged(case_id, "register.check_registration") == 1
    everything_holds(arena)


def test_of_two_who_record_one_budget_entry_is_made_and_each_copy_is_queued_once(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            case_id = arena.walked(*TO_DECIDED)
        _winner, answers = arena.duel(recording(arena, case_id), recording(arena, case_id, "ekonom2"))
        assert {answer.status for answer in answers} == {303, 409}, answers
        with arena.inside():
            case = case_of(case_id)
            assert case.status == "dispatched"
            assert rows(BudgetEntry, BudgetEntry.case_id == case.id) == 1
            assert rows(Copy, Copy.case_id == case.id) == 2
            assert logged(case_id, "accounting.record") == logged(case_id, "dispatch.queue") == 1
    everything_holds(arena)


def test_of_a_new_decision_and_the_recording_of_the_old_one_is_done(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            case_id = arena.walked(*TO_DECIDED)
        winner, answers = arena.duel(replacing(arena, case_id), recording(arena, case_id))
        assert answers[1 - winner].status == 409, answers
        with arena.inside():
            case = case_of(case_id)
            assert case.status == ("decided", "dispatched")[winner]
            assert rows(Decision, Decision.case_id == case.id) == (2, 1)[winner]
            assert rows(Decision, Decision.case_id == case.id, Decision.replaced_at.is_(None)) == 1
            assert rows(BudgetEntry, BudgetEntry.case_id == case.id) == winner
    everything_holds(arena)


def moving(arena: Arena, case_id: object, by: str) -> Shot:
    shot = arena.shot(by, of(case_id, "omfordela"), reason="Anbuden blev lägre.")
    amounts = [name for name in shot.sent if name.startswith("amount:")]
    shot.sent[amounts[0]], shot.sent[amounts[1]] = "1 000", "2 000"
    return shot


def test_of_two_who_move_money_between_the_lines_one_does(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            case_id = arena.walked(*TO_DISPATCHED)
        arena.duel(moving(arena, case_id, "sakerhetschef"), moving(arena, case_id, "sakerhetssamordnare"))
        with arena.inside():
            assert rows(Redistribution, Redistribution.case_id == case_of(case_id).id) == 1
    everything_holds(arena)


def test_of_two_who_answer_the_report_one_does_and_money_comes_back_at_most_once(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            case_id = arena.walked(*TO_REPORTED)
        accepting = arena.shot("ekonom", of(case_id, "godkann-slutredovisning"))
        returning = arena.shot("ekonom2", of(case_id, "aterlamna-slutredovisning"), reason="Effekten saknas.")
        winner, _answers = arena.duel(accepting, returning)
        with arena.inside():
            case = case_of(case_id)
            assert case.status == ("settled", "dispatched")[winner]
            assert rows(FinalReport, FinalReport.case_id == case.id, FinalReport.state == "submitted") == 0
    everything_holds(arena)


def test_of_two_who_confirm_a_redistribution_one_entry_is_made(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            case_id = arena.walked(*TO_DISPATCHED, (Action.REDISTRIBUTE, "sakerhetschef"))
        arena.duel(*(confirming(arena, case_id, by) for by in ("ekonom", "ekonom2")))
        with arena.inside():
            assert rows(BudgetEntry, BudgetEntry.case_id == case_of(case_id).id, BudgetEntry.kind == "redistribution") == 1
    everything_holds(arena)


def confirming(arena: Arena, case_id: object, by: str) -> Shot:
    page = of(case_id, "omfordela/bekrafta")
    shown = html.fromstring(arena.browser(arena.signed_in(by)).get(page).data)
    to = next(form.action for form in shown.forms if "omfordela" in (form.action or ""))
    return arena.shot(by, page, to=to)


def test_of_a_withdrawal_and_the_organs_decision_one_is_done(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            case_id = arena.walked(*TO_REFERRED)
        winner, _answers = arena.duel(entering_minutes(arena, case_id), withdrawing(arena, case_id))
        with arena.inside():
            assert status_of(case_id) == ("decided", "withdrawn")[winner]
            assert rows(Decision, Decision.case_id == case_of(case_id).id) == 1 - winner
    everything_holds(arena)
