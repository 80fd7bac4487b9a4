"""Deciding on a real database: number, ledger, log, outbox, and what is refused."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations, queries
from portal.decisions.models import Decision, Stance
from portal.decisions.statement import Opinion
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests.models import FundingRequest
from portal.funds.models import Fund, LedgerRow
from portal.funds.queries import held_by_case
from portal.log.models import LogEntry
from portal.outbox.models import OutboxRow
from portal.register import operations as register
from portal.register.models import Case, ConflictOfInterest, Participation
from tests.factories.decisions import a_decision, a_referred_case, a_submitted_request, an_answer, case_of
from tests.factories.town import Town

pytestmark = pytest.mark.usefixtures("inside")

OWN = (
    "Du har själv lämnat in äskandet. Beslutet kan fattas av den som har egen delegation, "
    "eller överlämnas till kommunstyrelsen."
)


def decide(town, case_id, answer, by="kommunchef", **change):
    with transaction():
        return operations.decide(case_id=case_id, answer=answer, by=town.actor(by, **change), seen_version=None).public_id


def fund(town: Town) -> Fund:
    session.rollback()  # a read that began before another thread's commit would not see it
    return session.get_one(Fund, town.fund.id)


def jav(town, case_id, username):
    with transaction():
        row = ConflictOfInterest(
            case_id=case_of(case_id).id, person_id=town.person(username).id, reason="Släkt", declared_at=clock.now()
        )
        session.add(row)


def test_a_full_grant_takes_the_money_gives_a_number_and_queues_the_document(town):
    case_id, decision = a_decision(town)
    case = case_of(case_id)
    year = clock.today().year
    assert decision.number == f"KS-{year}-0001"
    assert (decision.outcome, decision.granted, decision.capacity) == ("granted", 1_000_000, "delegationsbeslut")
    assert (decision.left_before, decision.left_after) == (1_000_000, 0)
    assert decision.authority["clause"] == "Delegationsordningen 4.2"
    assert decision.authority["ceiling"] == 1_500_000
    assert (case.status, case.turn) == ("decided", "record_budget")
    assert fund(town).left == 0
    assert held_by_case(town.fund.id, case.id) == (1_000_000, 0)
    request = session.scalars(select(FundingRequest).where(FundingRequest.case_id == case.id)).one()
    assert (request.granted, request.outcome) == (1_000_000, "granted")
    entry = session.get_one(LogEntry, decision.log_seq)
    assert (entry.action, entry.object_id) == ("decisions.decide", decision.public_id)
    kinds = set(session.scalars(select(OutboxRow.kind)))
    assert {"decision_document", "notice"} <= kinds
    deciders = session.scalars(select(Participation.person_id).where(Participation.part == "decision_maker")).all()
    assert deciders == [town.person("kommunchef").id]


def test_a_partial_grant_leaves_the_rest_and_an_unpriced_line_is_never_money(town):
    _case_id, decision = a_decision(town, None, 100_000, 500_000, 300_000, True)
    assert (decision.outcome, decision.granted, fund(town).left) == ("partly", 900_000, 100_000)
    assert [(line.granted, line.included) for line in decision.lines] == [
        (100_000, None),
        (500_000, None),
        (300_000, None),
        (None, True),
    ]


def test_a_rejection_moves_no_money_and_has_no_report(town):
    case_id = a_submitted_request(town)
    answer = an_answer(case_id, 0, 0, 0, False, text="Äskandet avslås.")
    decide(town, case_id, answer)
    decision = queries.in_force(case_of(case_id))
    assert (decision.outcome, decision.granted, decision.report_by, decision.redistribution) == ("rejected", 0, None, "none")
    assert fund(town).left == 1_000_000
    assert session.scalar(select(func.count()).select_from(LedgerRow).where(LedgerRow.kind == "granted")) == 0


def test_a_request_with_only_unpriced_lines_is_decided_as_a_whole(town):
    case_id = a_submitted_request(town, lines=[("Trygghetsmätning", ""), ("Utbildning", "")], total="400 000")
    _same, decision = a_decision(town, case_id)
    assert next((line.label, line.requested, line.budget_line_id) for line in decision.lines) == (
        "Hela äskandet",
        400_000,
        None,
    )
    assert decision.outcome == "granted" and len(decision.lines) == 3


def test_numbers_follow_without_gaps_also_when_one_attempt_failed(town):
    first = a_submitted_request(town, lines=[("Belysning", "200 000")], total="200 000")
    second = a_submitted_request(town, lines=[("Vandringar", "100 000")], total="100 000")
    with pytest.raises(Invalid):
        decide(town, first, an_answer(first, text=" "))
    a_decision(town, first)
    _id, decision = a_decision(town, second)
    assert decision.number.endswith("-0002")


def test_deciding_without_the_password_given_again_is_refused(town):
    case_id = a_submitted_request(town)
    with pytest.raises(Refused, match="lösenord"):
        decide(town, case_id, an_answer(case_id), confirmed=False)
    assert case_of(case_id).status == "submitted"


def test_the_same_case_is_not_decided_twice(town):
    case_id, _decision = a_decision(town)
    with pytest.raises(Conflict, match="redan"):
        decide(town, case_id, an_answer(case_id))


def test_requester_cannot_decide_own_request_not_even_with_a_delegation(town):
    with transaction():
        from portal.people.models import RoleHolding

        session.add(
            RoleHolding(
                person_id=town.person("kommunchef").id,
                unit_id=town.unit.id,
                role="requester",
                valid_from=clock.today(),
            )
        )
    case_id = a_submitted_request(town, by="kommunchef")
    with pytest.raises(Refused) as refused:
        decide(town, case_id, an_answer(case_id))
    assert str(refused.value) == OWN


def test_a_substitute_of_the_requester_or_the_requester_as_substitute_cannot_decide(town):
    case_id = a_submitted_request(town)
    with transaction():
        town.substitute("sakerhetschef", stands_in_for="kommunchef")
    with pytest.raises(Refused) as refused:
        decide(town, case_id, an_answer(case_id), by="sakerhetschef")
    assert str(refused.value) == OWN


def test_a_substitute_decides_by_the_chiefs_delegation_and_both_count(town):
    with transaction():
        town.substitute("ekonom2", stands_in_for="kommunchef")
    case_id = a_submitted_request(town)
    decide(town, case_id, an_answer(case_id), by="ekonom2")
    decision = queries.in_force(case_of(case_id))
    assert decision.acting_for_id == town.person("kommunchef").id
    persons = set(session.scalars(select(Participation.person_id).where(Participation.part == "decision_maker")))
    assert persons == {town.person("kommunchef").id, town.person("ekonom2").id}


def test_a_chief_with_jav_is_barred_and_the_deputys_own_delegation_opens(town):
    case_id = a_submitted_request(town)
    with pytest.raises(Refused, match="ingen delegation"):
        decide(town, case_id, an_answer(case_id), by="tf.kommunchef")
    jav(town, case_id, "kommunchef")
    with pytest.raises(Refused, match="anmält jäv"):
        decide(town, case_id, an_answer(case_id))
    decide(town, case_id, an_answer(case_id), by="tf.kommunchef")
    decision = queries.in_force(case_of(case_id))
    assert decision.authority["clause"] == "Delegationsordningen 4.3"
    assert decision.acting_for_id is None


def test_above_the_ceiling_nothing_is_decided_but_it_can_be_handed_over(town):
    case_id = a_submitted_request(town, fund=town.other_fund.name, lines=[("Stängsel", "500 001")], total="500 001")
    for granted in ((), (1,), (0,)):
        with pytest.raises(Refused, match="räcker"):
            decide(town, case_id, an_answer(case_id, *granted))
    a_referred_case(town, case_id)
    assert case_of(case_id).status == "referred"


def test_a_request_split_in_two_is_counted_together_with_what_the_unit_has_been_granted(town):
    part = {"fund": town.other_fund.name, "lines": [("Stängsel", "300 000")], "total": "300 000"}
    first = a_submitted_request(town, **part)
    a_decision(town, first, 250_000)
    second = a_submitted_request(town, **part, by="sakerhetssamordnare")
    with pytest.raises(Refused, match="550\u00a0000\u00a0kr"):
        decide(town, second, an_answer(second))
    other_unit = a_submitted_request(town, **part, by="fritidschef", unit="Kultur och fritid")
    decide(town, other_unit, an_answer(other_unit))


def test_a_withdrawn_request_does_not_count_towards_the_ceiling(town):
    from portal.funding_requests.operations import withdraw

    part = {"fund": town.other_fund.name, "lines": [("Stängsel", "300 000")], "total": "300 000"}
    first = a_submitted_request(town, **part)
    second = a_submitted_request(town, **part)
    with transaction():
        withdraw(case_id=first, reason="Behövs inte.", by=town.actor("sakerhetschef"), seen_version=None)
    assert decide(town, second, an_answer(second)) == queries.in_force(case_of(second)).public_id


def test_more_than_is_left_is_refused_with_what_is_left(town):
    first = a_submitted_request(town, lines=[("Belysning", "700 000")], total="700 000")
    second = a_submitted_request(
        town, by="fritidschef", unit="Kultur och fritid", lines=[("Läger", "400 000")], total="400 000"
    )
    decide(town, first, an_answer(first))
    with pytest.raises(Refused, match="300\u00a0000\u00a0kr"):
        decide(town, second, an_answer(second))
    assert case_of(second).status == "submitted"
    decide(town, second, an_answer(second, 300_000))
    assert fund(town).left == 0


def test_two_decision_makers_at_the_same_moment_cannot_promise_the_same_money(town, inside):
    asked = {"lines": [("Läger", "700 000")], "total": "700 000"}
    cases = [
        a_submitted_request(town, **asked),
        a_submitted_request(town, **asked, by="fritidschef", unit="Kultur och fritid"),
    ]
    answers = [an_answer(case_id) for case_id in cases]
    actor, gate = town.actor("kommunchef"), threading.Barrier(2)
    results: list[str] = []

    def run(n: int) -> None:
        with inside.app_context():
            gate.wait()
            try:
                with transaction():
                    operations.decide(case_id=cases[n], answer=answers[n], by=actor, seen_version=None)
                results.append("granted")
            except Refused as refused:
                results.append(str(refused))

    threads = [threading.Thread(target=run, args=(n,)) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("granted") == 1
    assert any("300\u00a0000\u00a0kr" in sentence for sentence in results)
    assert fund(town).left == 300_000


def test_a_stale_page_is_a_conflict_and_changes_nothing(town):
    case_id = a_submitted_request(town)
    seen = case_of(case_id).version
    with transaction():
        opinion = Opinion(text="Medel finns.")
        operations.give_statement(case_id=case_id, opinion=opinion, by=town.actor("ekonom"), seen_version=seen)
    with pytest.raises(Conflict), transaction():
        operations.decide(case_id=case_id, answer=an_answer(case_id), by=town.actor("kommunchef"), seen_version=seen)
    assert case_of(case_id).status == "submitted"


@pytest.mark.parametrize("status", ["returned", "referred", "closed", "withdrawn"])
def test_deciding_out_of_turn_is_a_conflict(town, status):
    case_id = a_submitted_request(town)
    answer = an_answer(case_id)
    with transaction():
        register.move(case_of(case_id), status=status, turn=None, now=clock.now())
    with pytest.raises(Conflict):
        decide(town, case_id, answer)


@pytest.mark.parametrize("username", ["sakerhetschef", "ekonom", "registrator", "arkivarie", "revisor"])
def test_no_other_role_decides(town, username):
    case_id = a_submitted_request(town)
    with pytest.raises(Refused):
        decide(town, case_id, an_answer(case_id), by=username)


def test_the_ledger_and_the_fund_row_agree_after_grants_and_a_replacement(town):
    case_id, first = a_decision(town, None, 100_000, 500_000, 300_000, True)
    answer = an_answer(case_id, 100_000, 0, 0, False)
    with transaction():
        operations.replace_decision(
            case_id=case_id, answer=answer, reason="Räknefel.", by=town.actor("kommunchef"), seen_version=None
        )
    second = queries.in_force(case_of(case_id))
    old = session.get_one(Decision, first.id)
    assert old.replaced_at is not None and second.replaces_id == old.id
    assert (second.granted, second.left_before, fund(town).left) == (100_000, 1_000_000, 900_000)
    signs = {"set_aside": 1, "granted": -1, "reversed": 1, "returned": 1}
    rows = session.execute(select(LedgerRow.kind, LedgerRow.amount).where(LedgerRow.fund_id == town.fund.id))
    assert sum(signs[kind] * amount for kind, amount in rows) == fund(town).left
    assert case_of(case_id).status == "decided"


def test_replacing_demands_a_reason_and_a_decision_in_force(town):
    case_id, _first = a_decision(town)
    with pytest.raises(Invalid) as invalid, transaction():
        operations.replace_decision(
            case_id=case_id, answer=an_answer(case_id), reason=" ", by=town.actor("kommunchef"), seen_version=None
        )
    assert "replacement_reason" in invalid.value.problems


def test_completion_is_asked_for_and_the_case_can_go_on_without_it(town):
    case_id = a_submitted_request(town)
    with transaction():
        operations.request_completion(
            case_id=case_id,
            reason="Offert saknas.",
            answer_by=clock.today() + timedelta(days=7),
            by=town.actor("kommunchef"),
            seen_version=None,
        )
    assert (case_of(case_id).status, case_of(case_id).turn) == ("returned", "write_request")
    with transaction():
        operations.resume(case_id=case_id, reason="Räcker.", by=town.actor("kommunchef"), seen_version=None)
    assert case_of(case_id).status == "submitted"


def test_the_registrar_hands_over_when_every_decision_maker_is_javig(town):
    case_id = a_submitted_request(town)

    def hand_over(stance):
        with transaction():
            operations.hand_over(
                case_id=case_id,
                organ_id=town.organ.public_id,
                stance=stance,
                text="Styrkt.",
                by=town.actor("registrator"),
                seen_version=None,
            )

    with pytest.raises(Refused):
        hand_over(Stance.NONE)
    jav(town, case_id, "kommunchef")
    jav(town, case_id, "tf.kommunchef")
    with pytest.raises(Refused, match="utan ställningstagande"):
        hand_over(Stance.SUPPORT)
    hand_over(Stance.NONE)
    assert case_of(case_id).status == "referred"


def test_deciding_reads_as_many_rows_of_sql_however_many_cases_there_are(town):
    from sqlalchemy import event

    from portal.db import db

    case_id = a_submitted_request(town)
    counted: list[int] = []
    for _round in range(2):
        seen: list[str] = []

        def note(_c, _k, statement, *_rest, into=seen):
            into.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        queries.facts(case_of(case_id), town.actor("kommunchef"))
        event.remove(db.engine, "before_cursor_execute", note)
        counted.append(len(seen))
        for _n in range(5):
            a_submitted_request(town, lines=[("Belysning", "1 000")], total="1 000")
    assert counted[0] == counted[1]


def test_a_secret_request_leaves_no_words_of_the_decision_in_the_log(town):
    from portal.log.models import LogBody

    case_id = a_submitted_request(town)
    with transaction():
        session.get_one(Case, case_of(case_id).id).is_secret = True
    decide(town, case_id, an_answer(case_id, text="Hemliga kameror på torget."))
    decision = queries.in_force(case_of(case_id))
    assert "torget" not in session.get_one(LogBody, decision.log_seq).json
