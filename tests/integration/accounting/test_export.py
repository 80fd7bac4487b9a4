"""Budget entries on their way to the ledger: in one file, numbered without gaps, the same for ever, given back when refused."""

import csv
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from portal.accounting import export_operations, export_queries
from portal.accounting.models import BudgetEntry, BudgetEntryLine, BudgetExport, ExportTemplate
from portal.db import session, transaction
from portal.errors import Conflict, Invalid
from portal.register.models import Case
from tests.conftest import ClientFor
from tests.factories.accounting import a_recorded_case, decision_of
from tests.factories.decisions import a_decision, a_submitted_request, case_of
from tests.factories.town import Town
from tests.forms import fields, fill

Lines = tuple[tuple[str, str], ...]


def recorded(
    town: Town, label: str = "Väktare", *, by: str = "ekonom", lines: Lines | None = None, total: str = "10 000"
) -> UUID:
    """A recorded case of one line, or of ``lines``; call it inside an application context."""
    request = a_submitted_request(town, lines=lines or ((label, "10 000"),), total=total)
    return a_recorded_case(town, a_decision(town, request)[0], by=by)


def make_file(client: FlaskClient, template: str = "") -> str:
    """Make a file of what waits; its page."""
    answer = fill(client, "/budgetexport", to="/budgetexport", template=template)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def rows_of(client: FlaskClient, page: str) -> list[dict[str, str]]:
    """The rows of a batch as a ledger reads its CSV."""
    answer = client.get(f"{page}/fil.csv")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def answer_file(client: FlaskClient, page: str, said: str, reason: str = "") -> int:
    """Note what the ledger said."""
    return fill(client, page, to=f"{page}/svar", answer=said, reason=reason).status_code


def test_what_is_recorded_goes_to_the_ledger_in_one_file(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = recorded(town)
        number, decision = case_of(case_id).number or "", decision_of(case_id).number
    client = client_for("ekonom")
    assert "1 budgetjustering väntar" in client.get("/budgetexport").get_data(as_text=True)
    page = make_file(client)
    source, line = rows_of(client, page)
    assert (source["Belopp"], line["Belopp"]) == ("-10000", "10000")
    assert line["Diarienummer"] == number and line["Beslutsnummer"] == decision and line["Filnummer"] == "1"
    assert (line["Ansvar"], line["Konto"], line["Verksamhet"]) == ("1420", "5410", "275")
    assert line["Text"] == "Väktare" and source["Text"] == "Trygghetsmiljonen"
    assert source["Radens id"].rpartition("-")[0] == line["Radens id"].rpartition("-")[0]
    assert "Ingen budgetjustering väntar" in client.get("/budgetexport").get_data(as_text=True)
    assert number in client.get(page).get_data(as_text=True)


def test_the_case_says_how_its_entry_stands_with_the_ledger(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = recorded(town)
    client, address = client_for("ekonom"), f"/askanden/{case_id}"
    assert "Väntar på export" in client.get(address).get_data(as_text=True)
    first = make_file(client)
    assert "Exporterad i fil nr 1" in client.get(address).get_data(as_text=True)
    assert answer_file(client, first, "rejected", "Okänt projekt.") == 303
    assert "Avvisad i fil nr 1, väntar på ny export" in client.get(address).get_data(as_text=True)
    second = make_file(client)
    assert answer_file(client, second, "accepted") == 303
    assert "Godkänd i fil nr 2" in client.get(address).get_data(as_text=True)
    assert "Okänt projekt." in client.get(first).get_data(as_text=True)


def test_a_refused_file_gives_its_entries_to_the_next_with_the_same_ids(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        recorded(town)
    client = client_for("ekonom")
    first = make_file(client)
    before = rows_of(client, first)
    answer_file(client, first, "rejected", "Fel period.")
    with app.app_context():
        recorded(town)
    second = make_file(client)
    after = rows_of(client, second)
    assert {row["Radens id"] for row in before} < {row["Radens id"] for row in after} and len(after) == 4
    assert [row["Filnummer"] for row in after] == ["2"] * 4
    assert rows_of(client, first) == before


def test_a_file_is_refused_only_with_a_reason_and_answered_once(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        recorded(town)
    client = client_for("ekonom")
    page = make_file(client)
    shown = client.get(page).get_data(as_text=True)
    assert "Behövs när filen avvisades." in shown and "(frivilligt)" not in shown
    sent = fields(shown, f"{page}/svar")
    assert answer_file(client, page, "rejected") == 422
    assert answer_file(client, page, "") == 422
    assert answer_file(client, page, "accepted") == 303
    late = client.post(f"{page}/svar", data={**sent.to_dict(), "answer": "rejected", "reason": "Fel."})
    assert late.status_code == 409 and "redan besvarad" in late.get_data(as_text=True)
    with app.app_context():
        assert session.scalar(select(func.count()).where(BudgetEntry.export_id.is_(None))) == 0


def test_the_file_is_the_same_bytes_whatever_happens_to_template_and_town(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        recorded(town)
    client = client_for("ekonom")
    page = make_file(client)
    kept = {kind: client.get(f"{page}/fil.{kind}").data for kind in ("csv", "xlsx")}
    with app.app_context(), transaction():
        session.execute(update(BudgetEntryLine).values(label="Något annat"))
    for kind, before in kept.items():
        assert client.get(f"{page}/fil.{kind}").data == before
    assert zipfile.ZipFile(io.BytesIO(kept["xlsx"])).testzip() is None


def test_a_form_sent_twice_makes_one_file(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        recorded(town)
    client = client_for("ekonom")
    sent = fields(client.get("/budgetexport").get_data(as_text=True), "/budgetexport")
    first, second = client.post("/budgetexport", data=sent), client.post("/budgetexport", data=sent)
    assert first.status_code == second.status_code == 303 and first.location == second.location
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(BudgetExport)) == 1


def test_without_anything_that_waits_no_file_is_made(app: Flask, client_for: ClientFor) -> None:
    client = client_for("ekonom")
    sent = fields(client.get("/askanden").get_data(as_text=True))
    answer = client.post("/budgetexport", data={"form_key": "6f1b3c1e-43a0-4a54-9b51-6a8f6f3f1d1d", **sent.to_dict()})
    assert answer.status_code == 422 and "Ingen budgetjustering väntar" in answer.get_data(as_text=True)


def test_a_formula_in_a_label_is_text_in_the_ledgers_file(app: Flask, town: Town, client_for: ClientFor) -> None:
    evil = '=HYPERLINK("http://ond.example";"Kamera")'
    with app.app_context():
        recorded(town, evil)
    client = client_for("ekonom")
    page = make_file(client)
    assert rows_of(client, page)[1]["Text"] == f"'{evil}"
    sheet = zipfile.ZipFile(io.BytesIO(client.get(f"{page}/fil.xlsx").data))
    assert b"<f>" not in sheet.read("xl/worksheets/sheet1.xml")


def test_a_secret_case_goes_with_its_number_and_amounts_only(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = recorded(town, "Skalskydd av vattenverket")
        number = case_of(case_id).number
        with transaction():
            session.execute(update(Case).values(is_secret=True))
    client = client_for("ekonom2")
    page = make_file(client)
    rows = rows_of(client, page)
    assert [row["Text"] for row in rows] == ["Uppgift utelämnad"] * 2
    assert {row["Diarienummer"] for row in rows} == {number} and rows[1]["Belopp"] == "10000"
    shown = client.get(page).get_data(as_text=True)
    assert "Skalskydd" not in shown and (number or "") in shown and str(case_id) not in shown


def test_a_file_that_tells_what_has_become_secret_is_not_given_out_again(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        recorded(town, "Skalskydd av vattenverket")
    client = client_for("ekonom")
    page = make_file(client)
    with app.app_context(), transaction():
        session.execute(update(Case).values(is_secret=True))
    for kind in ("csv", "xlsx"):
        refused = client.get(f"{page}/fil.{kind}")
        assert refused.status_code == 403 and b"Skalskydd" not in refused.data


def test_a_file_without_labels_is_given_out_also_when_a_case_has_become_secret(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        recorded(town, "Skalskydd av vattenverket")
    client = client_for("ekonom")
    assert fill(client, "/budgetexport/mallar/ny", name="Utan text", **{"order:label": ""}).status_code == 303
    with app.app_context():
        template = session.scalars(select(ExportTemplate.public_id)).one()
    page = make_file(client, str(template))
    with app.app_context(), transaction():
        session.execute(update(Case).values(is_secret=True))
    for kind in ("csv", "xlsx"):
        given = client.get(f"{page}/fil.{kind}")
        assert given.status_code == 200 and b"Skalskydd" not in given.data
    assert "Text" not in rows_of(client, page)[0]


@pytest.mark.parametrize("username", ["sakerhetschef", "kommunchef", "registrator", "revisor", "kommunledning"])
def test_files_and_templates_are_for_those_who_keep_them(app: Flask, town: Town, client_for: ClientFor, username: str) -> None:
    client = client_for(username)
    for address in ("/budgetexport", "/budgetexport/mallar", "/budgetexport/mallar/ny"):
        assert client.get(address).status_code == 403


def test_the_municipality_chooses_columns_order_and_headings(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        recorded(town)
    keeper = client_for("admin")
    sent = fields(keeper.get("/budgetexport/mallar/ny").get_data(as_text=True)).to_dict()
    blank = {name: "" for name in sent if name.startswith("order:")}
    chosen = {"name": "Raindansen", "separator": ",", "order:amount": "2", "order:code:konto": "1", "heading:amount": "SEK"}
    assert keeper.post("/budgetexport/mallar/ny", data={**sent, **blank, **chosen}).status_code == 303
    with app.app_context():
        template = session.scalars(select(ExportTemplate.public_id)).one()
    client = client_for("ekonom")
    page = make_file(client, str(template))
    text = client.get(f"{page}/fil.csv").data.decode("utf-8-sig")
    assert text == "Konto,SEK\r\n5099,-10000\r\n5410,10000\r\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Skriv vad mallen heter"),
        ({"order:amount": "två"}, "Skriv platsen som ett tal"),
        ({"separator": "|"}, "Välj vad som skiljer"),
        ({"heading:amount": "Text"}, "Två kolumner har samma rubrik"),
        ({"order:entry_id;DROP": "1"}, ""),
    ],
)
def test_a_template_that_does_not_hold_is_not_kept(
    app: Flask, client_for: ClientFor, change: dict[str, str], said: str
) -> None:
    client = client_for("ekonom")
    sent = fields(client.get("/budgetexport/mallar/ny").get_data(as_text=True)).to_dict() | {"name": "Ny"}
    answer = client.post("/budgetexport/mallar/ny", data=sent | change)
    assert (answer.status_code, said in answer.get_data(as_text=True)) == (422 if said else 303, True)


def test_two_who_change_a_template_do_not_overwrite_each_other(app: Flask, client_for: ClientFor) -> None:
    client = client_for("ekonom")
    fill(client, "/budgetexport/mallar/ny", name="Mallen")
    with app.app_context():
        address = f"/budgetexport/mallar/{session.scalars(select(ExportTemplate.public_id)).one()}"
    sent = fields(client.get(address).get_data(as_text=True))
    assert fill(client, address, name="Min mall").status_code == 303
    late = client.post(address, data=sent)
    assert late.status_code == 409 and "Någon annan har ändrat mallen" in late.get_data(as_text=True)
    assert fill(client, "/budgetexport/mallar/ny", name="Min mall").status_code == 422


def _race(app: Flask, town: Town) -> list[bool]:
    together = Barrier(2)

    def press(username: str) -> bool:
        with app.app_context():
            by = town.actor(username)
            prepared = export_operations.prepare(export_queries.template(None))
            session.rollback()
            together.wait()
            try:
                with transaction():
                    export_operations.make(prepared, by=by)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(press, ("ekonom", "ekonom2")))


def test_two_who_press_at_the_same_moment_make_one_file(app: Flask, town: Town) -> None:
    with app.app_context():
        recorded(town)
    assert _race(app, town) == [False, True]
    with app.app_context():
        assert session.scalars(select(BudgetExport.number)).all() == [1]
        with pytest.raises(Invalid):
            export_operations.prepare(export_queries.template(None))


def test_what_becomes_secret_while_the_file_is_made_is_not_told(app: Flask, town: Town) -> None:
    with app.app_context():
        recorded(town, "Skalskydd av vattenverket")
        prepared = export_operations.prepare(export_queries.template(None))
        session.rollback()
        with transaction():
            session.execute(update(Case).values(is_secret=True))
        with pytest.raises(Conflict), transaction():
            export_operations.make(prepared, by=town.actor("ekonom"))
        assert session.scalar(select(func.count()).select_from(BudgetExport)) == 0


def test_the_kept_file_is_named_by_what_it_holds(app: Flask, town: Town, client_for: ClientFor, instance: Path) -> None:
    with app.app_context():
        recorded(town)
    client = client_for("ekonom")
    page = make_file(client)
    with app.app_context():
        sha256 = session.scalars(select(BudgetExport.csv_sha256)).one()
    assert (instance / "blobs" / sha256[:2] / sha256[2:4] / sha256).read_bytes() == client.get(f"{page}/fil.csv").data
