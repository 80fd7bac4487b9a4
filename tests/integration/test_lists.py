"""The lists of requests and decisions: what waits for whom, what is late, who decided, and the same handed out as a file."""

import csv
import io
from datetime import date, datetime, time, timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from openpyxl import load_workbook
from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.decisions.models import Decision
from portal.funding_requests.lifecycle import Status
from portal.register.models import Case
from portal.workdays import working_days
from tests.conftest import ClientFor

LISTS = ("/askanden", "/beslut")


def table(page: str) -> list[list[str]]:
    """The cells of the list's rows as they are read."""
    found = html.fromstring(page).xpath("//table[contains(@class, 'hover')]/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found]


def as_csv(client: FlaskClient, path: str, query: str = "") -> list[dict[str, str]]:
    """The rows of the list as a file."""
    answer = client.get(f"{path}.csv{query}")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""), delimiter=";"))


def kronor(shown: str) -> str:
    """An amount as a page shows it, in digits; nothing for words."""
    return "".join(letter for letter in shown if letter.isdigit()) if shown.endswith("kr") else ""


def noon(day: date) -> datetime:
    """The middle of a Swedish day."""
    return datetime.combine(day, time(12), tzinfo=clock.STOCKHOLM)


@pytest.fixture
def instance(walked: Path) -> Path:
    """With a case in every place of the road."""
    return walked


@pytest.mark.parametrize("username", ["sakerhetschef", "kommunchef", "ekonom", "registrator", "revisor"])
@pytest.mark.parametrize("path", LISTS)
def test_the_file_holds_exactly_what_the_list_shows(client_for: ClientFor, app: Flask, path: str, username: str) -> None:
    client = client_for(username)
    page = client.get(path)
    if page.status_code == 403:
        assert client.get(f"{path}.csv").status_code == client.get(f"{path}.xlsx").status_code == 403
        return
    shown, filed = table(page.text), as_csv(client, path)
    assert len(shown) == len(filed) > 0
    for cells, row in zip(shown, filed, strict=True):
        assert [kronor(cell) for cell in cells[-3:]] == [row["Äskat"], row["Beviljat"], row["Utfall"]], cells
        said = " ".join(cells).replace("\u00a0", " ")
        assert row["Ärende"].replace("\u00a0", " ") in said and row["Rubrik"] in said


@pytest.mark.parametrize("path", LISTS)
def test_the_spreadsheet_and_the_csv_say_the_same(client_for: ClientFor, app: Flask, path: str) -> None:
    client = client_for("ekonom")
    rows = as_csv(client, path)
    answer = client.get(f"{path}.xlsx")
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{path[1:]}-')
    sheet = list(load_workbook(io.BytesIO(answer.get_data())).active.iter_rows(values_only=True))
    written = [["" if cell is None else str(cell).removesuffix(" 00:00:00") for cell in row] for row in sheet]
    assert written[0] == list(rows[0])
    assert [list(row.values()) for row in rows] == written[1:]


@pytest.mark.parametrize(
    "query", ["?status=submitted", "?q=2026", "?ar=2026", "?forsenade=1", "?status=finns+inte", "?enhet=finns-inte"]
)
def test_the_file_follows_the_choice(client_for: ClientFor, app: Flask, query: str) -> None:
    client = client_for("ekonom")
    page = client.get(f"/askanden{query}").text
    assert len(as_csv(client, "/askanden", query)) == len(table(page))
    assert not table(page) or f"/askanden.csv{query}" in unescape(page)


def test_each_row_says_with_whom_it_is_and_for_how_many_working_days(client_for: ClientFor, app: Flask) -> None:
    with app.app_context():
        since = {case.number: clock.local_date(case.status_since) for case in session.scalars(select(Case)) if case.number}
    rows = as_csv(client_for("ekonom"), "/askanden")
    words = {row["Status"]: row["Väntar på"] for row in rows}
    assert words["Inskickat"] == "Hos beslutsfattaren"
    assert words["Expedierat"] == "Hos den som äskar"
    assert words["Arkiverat"] == ""
    for row in rows:
        began = since[row["Ärende"]]
        waited = (str(began), str(working_days(began, clock.today()))) if row["Väntar på"] else ("", "")
        assert (row["Sedan"], row["Arbetsdagar"]) == waited


def test_late_is_what_has_passed_its_day_and_nothing_else(client_for: ClientFor, app: Flask) -> None:
    decided = select(Case.number, Decision.report_by).join(Decision, Decision.case_id == Case.id)
    open_ = decided.where(
        Case.status == Status.DISPATCHED.value,
        Decision.replaced_at.is_(None),
        Decision.report_by.is_not(None),
        Case.is_secret.is_(False),
    )
    with app.app_context():
        due = {str(number): day for number, day in session.execute(open_) if day is not None}
    assert due

    def late(on: date) -> set[str]:
        clock.set_source(lambda: noon(on))
        return {row["Ärende"] for row in as_csv(client_for("ekonom"), "/askanden", "?forsenade=1")}

    assert not set(due) & late(min(due.values()))
    assert set(due) <= late(max(due.values()) + timedelta(days=1))


def test_decisions_are_found_by_who_made_them(client_for: ClientFor, app: Flask) -> None:
    client = client_for("ekonom")
    page = html.fromstring(client.get("/beslut").text)
    people = {option.text_content(): option.get("value") for option in page.xpath("//select[@name='beslutsfattare']/option")}
    chief = next(value for name, value in people.items() if name.endswith(", Kommunchef"))
    chosen, everyone = (as_csv(client, "/beslut", query) for query in (f"?beslutsfattare={chief}", ""))
    assert 0 < len(chosen) < len(everyone)
    assert {row["Fattat av"] for row in chosen} == {"Kommunchef"}
    assert [row for row in everyone if row["Fattat av"] == "Kommunchef"] == chosen


@pytest.mark.parametrize("path", LISTS)
def test_the_sum_under_a_list_is_of_the_rows_above_it(client_for: ClientFor, app: Flask, path: str) -> None:
    page = client_for("registrator").get(path).text
    foot = html.fromstring(page).xpath("//tfoot/tr/td")
    sums = [kronor(" ".join(cell.text_content().split())) for cell in foot]
    rows = [[kronor(cell) or "0" for cell in row[-3:]] for row in table(page) if ", ersatt" not in row[0]]
    assert sums == [str(sum(int(row[column]) for row in rows)) for column in range(3)]


@pytest.mark.parametrize("path", LISTS)
def test_a_choice_that_is_too_large_for_a_file_is_refused_in_one_sentence(
    client_for: ClientFor, app: Flask, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("portal.register.paging.MOST_IN_FILE", 2)
    answer = client_for("ekonom").get(f"{path}.csv")
    assert answer.status_code == 422
    assert "Välj år eller enhet" in answer.text
