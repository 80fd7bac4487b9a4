"""Lägesrapport: due where the money asks for it, at the tertial dates, once for each."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask import Flask

from portal import clock
from portal.accounting import queries
from portal.accounting.interim_operations import report_interim
from portal.accounting.models import InterimReport
from portal.db import session, transaction
from portal.desk import todo
from portal.errors import Invalid, Refused, Unknown
from portal.funding_requests.lifecycle import Action
from portal.funds.models import Fund
from tests.conftest import ClientFor
from tests.factories.accounting import a_recorded_case
from tests.factories.decisions import case_of
from tests.factories.road import act
from tests.factories.town import Town

ASKER = "sakerhetschef"


def set_day(day: date) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    clock.set_source(lambda: noon)


@pytest.fixture
def dispatched(inside: Flask, town: Town) -> Iterator[UUID]:
    """A case decided in January of money that asks for interim reports, to be accounted for a year later."""
    set_day(date(clock.today().year, 1, 15))
    with transaction():
        session.get_one(Fund, town.fund.id).interim_reports = True
    yield a_recorded_case(town)
    clock.set_source(None)


def report(town: Town, case_id: UUID, text: str = "Hälften är gjort.", by: str = ASKER) -> date:
    with transaction():
        return report_interim(case_id=case_id, text=text, by=town.actor(by), seen_version=None).due_on


def test_it_is_made_once_for_each_tertial_and_changes_no_status(dispatched: UUID, town: Town) -> None:
    year = clock.today().year
    with pytest.raises(Refused, match="Ingen lägesrapport ska lämnas nu"):
        report(town, dispatched)
    set_day(date(year, 4, 30))
    assert report(town, dispatched) == date(year, 4, 30)
    assert case_of(dispatched).status == "dispatched"
    with pytest.raises(Refused, match="Ingen lägesrapport ska lämnas nu"):
        report(town, dispatched)
    set_day(date(year, 10, 1))
    assert report(town, dispatched) == date(year, 8, 31)
    assert session.query(InterimReport).count() == 2


def test_only_those_who_ask_for_the_unit_make_it_and_it_says_something(dispatched: UUID, town: Town) -> None:
    set_day(date(clock.today().year, 5, 2))
    with pytest.raises(Refused, match="enhet som äskade"):
        report(town, dispatched, by="ekonom")
    with pytest.raises(Unknown):
        report(town, dispatched, by="fritidschef")
    with pytest.raises(Invalid, match="Skriv hur det går"):
        report(town, dispatched, text="")
    assert session.query(InterimReport).count() == 0


def test_it_stands_among_what_waits_for_the_requester_until_it_is_made(dispatched: UUID, town: Town) -> None:
    year = clock.today().year

    def waiting() -> list[tuple[str, date | None]]:
        return [(row.task, row.deadline) for row in todo.for_me(town.actor(ASKER))]

    assert waiting() == [("Lämna slutredovisning", date(year + 1, 1, 31))]
    set_day(date(year, 4, 30))
    assert waiting() == [("Lämna lägesrapport", date(year, 4, 30))]
    report(town, dispatched)
    assert waiting() == [("Lämna slutredovisning", date(year + 1, 1, 31))]


def test_a_replaced_decision_asks_anew_from_its_own_day(dispatched: UUID, town: Town) -> None:
    set_day(date(clock.today().year, 5, 2))
    act(town, Action.REPLACE_DECISION, dispatched, "kommunchef")
    act(town, Action.RECORD, dispatched, "ekonom2")
    assert queries.facts(case_of(dispatched), town.actor(ASKER)).interim_due is None


def test_finance_reads_it_on_the_page_of_the_case(app: Flask, town: Town, client_for: ClientFor) -> None:
    set_day(date(clock.today().year, 1, 15))
    with app.app_context():
        with transaction():
            session.get_one(Fund, town.fund.id).interim_reports = True
        case_id = a_recorded_case(town)
    set_day(date(clock.today().year, 8, 31))
    client = client_for(ASKER)
    page = client.get(f"/askanden/{case_id}/lagesrapport").get_data(as_text=True)
    with app.app_context():
        form = {"form_key": "6b1f7c2e-0000-4000-8000-000000000001", "version": str(case_of(case_id).version)}
    assert "gäller till och med 31\u00a0augusti" in page
    empty = client.post(f"/askanden/{case_id}/lagesrapport", data=form)
    assert (empty.status_code, "Skriv hur det går" in empty.get_data(as_text=True)) == (422, True)
    assert client.post(f"/askanden/{case_id}/lagesrapport", data={**form, "text": "Kamerorna är på plats."}).status_code == 303
    shown = client_for("ekonom").get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "Lägesrapport till och med 31\u00a0augusti" in shown
    assert "Kamerorna är på plats." in shown
    assert "Lämna lägesrapport" not in client.get(f"/askanden/{case_id}").get_data(as_text=True)
