"""A second person's look at the budget entry: holds back the file to the ledger, never the copies or the case."""

from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal.accounting import control_operations, export_operations, export_queries
from portal.accounting.models import BudgetEntry
from portal.db import session, transaction
from portal.dispatch.models import Copy
from portal.errors import Invalid, Refused
from portal.log.models import LogEntry
from portal.log.queries import timeline
from portal.register.models import Case
from tests.conftest import ClientFor
from tests.factories.accounting import confirm, redistribute
from tests.factories.decisions import case_of
from tests.factories.town import Town
from tests.forms import fill
from tests.integration.accounting.test_export import recorded


@pytest.fixture(autouse=True)
def controlled(app: Flask) -> None:
    """A municipality that has two persons look at each entry."""
    app.extensions["settings"] = replace(app.extensions["settings"], budget_control=True)


def _check(town: Town, case_id: UUID, by: str) -> None:
    session.rollback()
    with transaction():
        control_operations.check_entry(case_id=case_id, by=town.actor(by), seen_version=None)


def test_an_entry_that_nobody_has_checked_does_not_go_to_the_ledger_but_the_case_goes_on(app: Flask, town: Town) -> None:
    with app.app_context():
        case_id = recorded(town)
        assert case_of(case_id).status == "dispatched"
        assert session.scalar(select(func.count()).select_from(Copy)) == 2
        with pytest.raises(Invalid) as error:
            export_operations.prepare(export_queries.template(None))
        assert error.value.problems == {"": "Ingen budgetjustering väntar på export."}
        _check(town, case_id, "ekonom2")
        assert export_operations.prepare(export_queries.template(None)).row_count == 2


def test_whoever_recorded_it_does_not_check_it(app: Flask, town: Town) -> None:
    with app.app_context():
        case_id = recorded(town)
        with pytest.raises(Refused, match="Du har själv bokfört justeringen"):
            _check(town, case_id, "ekonom")


@pytest.mark.parametrize(("recorder", "checker"), [("ekonom", "ekonom2"), ("ekonom2", "ekonom")])
def test_a_substitute_counts_as_both_persons(app: Flask, town: Town, recorder: str, checker: str) -> None:
    with app.app_context():
        case_id = recorded(town, by=recorder)
        with transaction():
            town.substitute("kommunledning", stands_in_for=recorder)
        with pytest.raises(Refused, match="Du har själv bokfört justeringen"):
            _check(town, case_id, "kommunledning")
        _check(town, case_id, checker)


def test_what_a_substitute_recorded_is_not_checked_by_the_one_stood_in_for(app: Flask, town: Town) -> None:
    with app.app_context():
        with transaction():
            town.substitute("kommunledning", stands_in_for="ekonom")
        case_id = recorded(town, by="kommunledning")
        for name in ("kommunledning", "ekonom"):
            with pytest.raises(Refused, match="Du har själv bokfört justeringen"):
                _check(town, case_id, name)
        _check(town, case_id, "ekonom2")


@pytest.mark.parametrize("username", ["sakerhetschef", "kommunchef", "registrator", "admin"])
def test_it_is_finance_who_checks(app: Flask, town: Town, client_for: ClientFor, username: str) -> None:
    with app.app_context():
        case_id = recorded(town)
    assert client_for(username).get(f"/askanden/{case_id}/kontrollera-justering").status_code == 403


def test_two_economists_check_each_others_entries_in_one_case(app: Flask, town: Town) -> None:
    with app.app_context():
        case_id = recorded(town, lines=(("Väktare", "10 000"), ("Belysning", "10 000")), total="20 000")
        moved = redistribute(town, case_id, Väktare=9_000, Belysning=11_000)
        confirm(town, case_id, moved, by="ekonom2")
        with pytest.raises(Refused, match="Du har själv bokfört"):
            _check(town, case_id, "ekonom")
        _check(town, case_id, "ekonom2")
        with pytest.raises(Refused, match="Du har själv bokfört"):
            _check(town, case_id, "ekonom2")
        _check(town, case_id, "ekonom")
        with pytest.raises(Refused, match="Ingen budgetjustering väntar på kontroll"):
            _check(town, case_id, "ekonom")
        assert session.scalar(select(func.count()).where(BudgetEntry.checked_at.is_(None))) == 0


def test_the_other_economist_finds_it_in_att_gora_and_checks_it_on_its_page(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        case_id = recorded(town)
    recorder, other = client_for("ekonom"), client_for("ekonom2")
    address = f"/askanden/{case_id}/kontrollera-justering"
    assert "Budgetjusteringar att kontrollera" not in recorder.get("/").get_data(as_text=True)
    assert "Budgetjusteringar att kontrollera" in other.get("/").get_data(as_text=True)
    assert address in other.get("/budgetjusteringar").get_data(as_text=True)
    own = recorder.get("/budgetjusteringar").get_data(as_text=True)
    assert address not in own and "Det du själv har bokfört kontrollerar en annan ekonom." in own
    assert "Du har själv bokfört justeringen" in recorder.get(address).get_data(as_text=True)
    assert "Väntar på kontroll" in other.get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "Kontrollera budgetjusteringen" in other.get(f"/askanden/{case_id}").get_data(as_text=True)
    assert fill(other, address).status_code == 303
    page = other.get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "Väntar på export" in page and "Kontrollerade budgetjusteringen av 10" in page
    assert "Budgetjusteringar att kontrollera" not in other.get("/").get_data(as_text=True)
    with app.app_context():
        assert [row.action for row in timeline(case_id)].count("accounting.check_entry") == 1


def test_the_entry_of_a_secret_case_is_seen_by_whoever_is_to_check_it(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = recorded(town)
        with transaction():
            session.execute(update(Case).values(is_secret=True))
    other, address = client_for("ekonom2"), f"/askanden/{case_id}/kontrollera-justering"
    assert client_for("tf.kommunchef").get(f"/askanden/{case_id}").status_code == 404
    assert address in other.get("/budgetjusteringar").get_data(as_text=True)
    with app.app_context():
        read = session.scalar(select(func.count()).where(LogEntry.action == "register.read_secret"))
    assert fill(other, address).status_code == 303
    with app.app_context():
        again = session.scalar(select(func.count()).where(LogEntry.action == "register.read_secret"))
        assert again is not None and read is not None and again > read
        assert session.scalar(select(func.count()).where(BudgetEntry.checked_at.is_(None))) == 0


def test_a_secret_case_is_shut_to_other_economists_where_nobody_checks(app: Flask, town: Town, client_for: ClientFor) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], budget_control=False)
    with app.app_context():
        case_id = recorded(town)
        with transaction():
            session.execute(update(Case).values(is_secret=True))
    assert client_for("ekonom2").get(f"/askanden/{case_id}").status_code == 404
    assert client_for("ekonom2").get(f"/askanden/{case_id}/kontrollera-justering").status_code == 404


def test_where_the_municipality_has_not_chosen_it_nobody_is_asked(app: Flask, town: Town, client_for: ClientFor) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], budget_control=False)
    with app.app_context():
        case_id = recorded(town)
        assert export_operations.prepare(export_queries.template(None)).row_count == 2
    client = client_for("ekonom2")
    assert "Kontrollera budgetjusteringen" not in client.get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "låter inte en andra person" in client.get(f"/askanden/{case_id}/kontrollera-justering").get_data(as_text=True)
    assert "Ingen budgetjustering väntar" in client.get("/budgetjusteringar").get_data(as_text=True)
