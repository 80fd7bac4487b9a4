"""One grant on PostgreSQL by every act that money and authority have: from the delegation order to what lapses at year-end."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accounting import export_operations, export_queries, outcome_operations
from portal.accounting.kept import keep
from portal.accounting.models import BudgetExport, OutcomeImport
from portal.db import session, transaction
from portal.decisions.models import Decision, Stance
from portal.desk import deviations, sampling
from portal.desk.deviations import Kind, Span
from portal.dispatch import reminders
from portal.dispatch.handlers import HANDLERS
from portal.funding_requests.lifecycle import Action
from portal.funds import operations, order_operations, terms, year_end
from portal.funds.models import Fund, LedgerKind, LedgerRow
from portal.funds.operations import PoliticalDecision
from portal.outbox.models import OutboxRow
from portal.outbox.worker import run
from portal.people import standing_in
from tests.conftest import PASSWORD
from tests.factories.accounting import confirm, decision_of, redistribute, report_back
from tests.factories.decisions import a_statement, case_of
from tests.factories.orders import a_clause, an_order
from tests.factories.road import act, run_worker, with_the_manager
from tests.factories.town import MILLION, Town
from tests.robustness.test_postgresql import app, the_log_holds, town

__all__ = ["app", "town"]

YEAR = clock.today().year
FIRST, SECOND = "Kamerabevakning", "Väktare"  # 20 000 and 10 000 kr
PAGES = ("/avsatta-medel", "/beslut", "/askanden", "/avvikelser", "/budgetexport", "/utfall", "/delegationsordningar")


@pytest.fixture
def on(app: Flask) -> Iterator[object]:
    """The clock, set to noon of a day of this year; two persons look at each budget entry."""
    app.extensions["settings"] = replace(app.extensions["settings"], budget_control=True)
    yield set_day
    clock.set_source(None)


def set_day(month: int, day: int, year: int = YEAR) -> None:
    noon = datetime(year, month, day, 11, tzinfo=UTC)
    clock.set_source(lambda: noon)


def authority_is_given(town: Town) -> None:
    """An edition of the delegation order, and a substitute on one of its clauses."""
    order_id = an_order(town, clauses=False)
    a_clause(town, order_id, ceiling=2 * MILLION)
    with transaction():
        order_operations.confirm_order(order_id=order_id, by=town.actor("registrator"))
    with transaction():
        standing_in.appoint_substitute(
            person_id=town.person("kommunchef").public_id, substitute_id=town.person("tf.kommunchef").public_id,
            ground="1.4", valid_from=clock.today(), valid_to=clock.today(), by=town.actor("admin"),
        )  # fmt: skip


def the_money_gets_rules(town: Town) -> None:
    now = year_end.terms_of(session.get_one(Fund, town.fund.id))
    asked = replace(now, daily_name="Miljonen", cost_type="drift", statement_required=True, interim_reports=True,
                    units=frozenset({town.units["Stadsmiljö"].public_id}))  # fmt: skip
    session.rollback()
    with transaction():
        year_end.change_rules(fund_id=town.fund.public_id, asked=asked, seen=terms.mark(now), by=town.actor("ekonom"))


def decided_by_the_substitute(town: Town) -> UUID:
    """By way of the manager, against finance's statement, by the substitute on the edition's clause."""
    case_id = with_the_manager(town, information=[])
    act(town, Action.APPROVE, case_id, "forvaltningschef")
    a_statement(town, case_id, stance=Stance.OPPOSE, balance=MILLION, coding="1420 4600")
    act(town, Action.DECIDE, case_id, "tf.kommunchef")
    decision = decision_of(case_id)
    assert decision.acting_for_id == town.person("kommunchef").id
    assert (decision.authority["order"], decision.is_reported) == ("Delegationsordning, utgåva 1", True)
    assert decision.against_statement is True
    return case_id


def to_the_ledger(town: Town, *, accepted: bool) -> list[str]:
    """One file of what waits, and the ledger's answer; the amounts in it."""
    prepared = export_operations.prepare(export_queries.template(None))
    with transaction():
        made = export_operations.make(prepared, by=town.actor("ekonom")).public_id
    text = export_queries.file_of(made, "csv").content.decode("utf-8-sig")
    session.rollback()
    with transaction():
        reason = "" if accepted else "Okänt projekt."
        export_operations.answer(export_id=made, accepted=accepted, reason=reason, by=town.actor("ekonom"))
    return [row["Belopp"] for row in csv.DictReader(io.StringIO(text), delimiter=";")]


def outcome_is_read_in(town: Town, case_id: UUID) -> None:
    code = f"P{case_of(case_id).id}"
    file = keep("utfall.csv", f"kod;månad;belopp\n{code};{YEAR}-02;11000\n{code};{YEAR}-03;14000\nX1;{YEAR}-03;5\n".encode())
    session.rollback()
    with transaction():
        outcome_operations.import_outcome(kept=file, replaced=(), by=town.actor("ekonom"))
    assert session.scalar(select(func.sum(OutcomeImport.unknown))) == 1


def what_is_left_lapses(town: Town) -> None:
    left = session.get_one(Fund, town.fund.id, populate_existing=True).left
    said = PoliticalDecision(amount=left, organ_id=town.council.public_id, decided_on=clock.today(), paragraph="14")
    session.rollback()
    with transaction():
        row = year_end.propose_lapse(fund_id=town.fund.public_id, decision=said, by=town.actor("ekonom")).public_id
    with transaction():
        operations.confirm_fund_decision(decision_id=row, by=town.actor("registrator"))


def the_pages_open(app: Flask, case_id: UUID) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for username in ("ekonom", "revisor"):
        client = app.test_client()
        client.post("/logga-in", data={"username": username, "password": PASSWORD})
        for address in (*PAGES, f"/askanden/{case_id}", "/beslut.csv", "/askanden.xlsx", "/avvikelser.csv", "/"):
            assert client.get(address).status_code < 500, (username, address)
        if username == "revisor":
            page = client.get(f"/askanden/{case_id}").text.replace("\u00a0", " ")
            assert all(amount in page for amount in ("30 000 kr", "25 000 kr", "Godkänd i fil nr 2", "tf kommunchef"))


def test_one_grant_is_walked_by_every_act_of_money_and_authority(app: Flask, town: Town, on: object) -> None:
    with app.app_context():
        set_day(1, 15)
        authority_is_given(town)
        the_money_gets_rules(town)
        case_id = decided_by_the_substitute(town)
        act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
        act(town, Action.RECORD, case_id, "ekonom")
        act(town, Action.CHECK_ENTRY, case_id, "ekonom2")
        assert sorted(to_the_ledger(town, accepted=False)) == ["-30000", "10000", "20000"]
        assert sorted(to_the_ledger(town, accepted=True)) == ["-30000", "10000", "20000"]
        confirm(town, case_id, redistribute(town, case_id, by="stadsmiljochef", **{FIRST: 15_000, SECOND: 15_000}))
        act(town, Action.CHECK_ENTRY, case_id, "ekonom2")
        act(town, Action.NOTE_FACT, case_id, "registrator")
        set_day(4, 30)
        run(app, HANDLERS, once=True, recurring=[reminders.DAILY])
        assert session.scalars(select(OutboxRow.unique_key).where(OutboxRow.unique_key.like("reminder:%:interim:%"))).all()
        session.rollback()
        act(town, Action.REPORT_INTERIM, case_id, "stadsmiljochef")
        outcome_is_read_in(town, case_id)
        report_back(town, case_id, by="stadsmiljochef", **{FIRST: 12_000, SECOND: 13_000})
        act(town, Action.ACCEPT_REPORT, case_id, "ekonom2")
        run_worker()
        act(town, Action.CLOSE, case_id, "registrator")
        act(town, Action.ARCHIVE, case_id, "arkivarie")
        set_day(1, 31, YEAR + 1)
        what_is_left_lapses(town)

        fund = session.get_one(Fund, town.fund.id, populate_existing=True)
        rows = session.execute(select(LedgerRow.kind, LedgerRow.amount).where(LedgerRow.fund_id == fund.id))
        assert {row.kind: row.amount for row in rows} == {
            LedgerKind.SET_ASIDE: MILLION, LedgerKind.GRANTED: 30_000, LedgerKind.USED: 25_000,
            LedgerKind.RETURNED: 5_000, LedgerKind.LAPSED: MILLION - 25_000,
        }  # fmt: skip
        assert fund.left == 0
        assert session.scalars(select(Decision.reported_on)).one() == date(YEAR, 1, 15)
        assert list(session.scalars(select(BudgetExport.state).order_by(BudgetExport.number))) == ["rejected", "accepted"]
        auditor, span = town.actor("revisor"), Span(clock.today(), 45)
        told = deviations.counts(auditor, [span])[0]
        assert {kind for kind, number in told.items() if number} == {Kind.ACTING, Kind.AGAINST}
        with sampling.hand_out(auditor, None, span, "1") as file, ZipFile(file) as sample:
            assert any(name.endswith(".pdf") for name in sample.namelist())
        the_log_holds(app)
    the_pages_open(app, case_id)
