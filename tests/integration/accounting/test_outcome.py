"""Outcome from the ledger: whose a code is, a month read in twice, and what it does to the case and its report."""

import html
import io
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from portal import clock
from portal.accounting import outcome_operations as operations
from portal.accounting import outcome_queries as queries
from portal.accounting import pages
from portal.accounting.kept import Kept, keep
from portal.accounting.models import OutcomeImport, OutcomeRow
from portal.db import db, session, transaction
from portal.errors import Conflict, Invalid, Refused
from portal.log.models import LogEntry
from tests.conftest import ClientFor
from tests.factories.accounting import a_recorded_case, accept_report, report_back
from tests.factories.decisions import a_decision, a_submitted_request, case_of
from tests.factories.town import Town

MONTH = f"{clock.today():%Y-%m}"
BEFORE = f"{clock.today().replace(day=1) - timedelta(days=1):%Y-%m}"


def code_of(case_id: UUID) -> str:
    """The projekt that the case's grant is read on."""
    return f"P{case_of(case_id).id}"


def kept(*rows: tuple[str, str, int | str], name: str = "utfall.csv") -> Kept:
    """A file with a row per (month, code, amount), as it lies in the store."""
    text = "kod;månad;belopp\n" + "".join(f"{code};{month};{amount}\n" for month, code, amount in rows)
    return keep(name, text.encode())


def read_in(town: Town, *rows: tuple[str, str, int | str], replaced: tuple[UUID, ...] = (), by: str = "ekonom") -> int:
    """How many months a file with these rows was read in for."""
    file = kept(*rows)
    with transaction():
        return len(operations.import_outcome(kept=file, replaced=replaced, by=town.actor(by)))


def total(case_id: UUID) -> int | None:
    """What the case has cost according to the ledger."""
    found = queries.of_case(case_of(case_id))
    return found.total if found else None


def in_force() -> list[OutcomeImport]:
    return list(session.scalars(select(OutcomeImport).where(queries.in_force).order_by(OutcomeImport.month)))


@pytest.mark.usefixtures("inside")
def test_months_add_up_on_the_case_and_unknown_codes_are_nobodys(town: Town) -> None:
    case_id = a_recorded_case(town)
    assert total(case_id) is None
    assert read_in(town, (BEFORE, code_of(case_id), 40_000), (MONTH, code_of(case_id), -500), (MONTH, "X99", 7_000)) == 2
    found = queries.of_case(case_of(case_id))
    assert found is not None
    assert (found.total, found.month) == (39_500, MONTH)
    assert [(row.row_count, row.unknown) for row in in_force()] == [(1, 0), (2, 1)]
    unknown, _next = queries.rows_of(in_force()[1], town.actor("ekonom"), unknown=True)
    assert [(row.code, row.amount, row.number) for row in unknown] == [("X99", 7_000, None)]


@pytest.mark.usefixtures("inside")
def test_the_same_file_twice_does_nothing(town: Town) -> None:
    case_id = a_recorded_case(town)
    rows = ((MONTH, code_of(case_id), 40_000),)
    assert read_in(town, *rows) == 1
    entries = session.scalar(select(func.count()).select_from(LogEntry))
    assert read_in(town, *rows) == 0
    assert total(case_id) == 40_000
    assert session.scalar(select(func.count()).select_from(LogEntry)) == entries


@pytest.mark.usefixtures("inside")
def test_a_month_is_replaced_only_when_that_is_said_of_the_file_that_was_seen(town: Town) -> None:
    case_id = a_recorded_case(town)
    code = code_of(case_id)
    read_in(town, (MONTH, code, 40_000), (BEFORE, code, 1_000))
    file = kept((MONTH, code, 45_000), (BEFORE, code, 1_000))
    changed = {month.month: month for month in operations.looked_through(file)}
    assert changed[BEFORE].is_same
    assert [(row.before, row.after) for row in changed[MONTH].changes or ()] == [(40_000, 45_000)]
    with pytest.raises(Conflict, match="är redan inläst"):
        read_in(town, (MONTH, code, 45_000))
    assert total(case_id) == 41_000
    seen = {row.month: row.public_id for row in in_force()}[MONTH]
    assert read_in(town, (MONTH, code, 45_000), (BEFORE, code, 1_000), replaced=(seen,)) == 1
    assert total(case_id) == 46_000
    with pytest.raises(Conflict):
        read_in(town, (MONTH, code, 50_000), replaced=(seen,))
    assert session.query(OutcomeImport).filter(OutcomeImport.replaced_at.is_not(None)).count() == 1


@pytest.mark.usefixtures("inside")
def test_a_code_recorded_later_is_its_grants_from_the_next_file_on(town: Town) -> None:
    case_id = a_submitted_request(town)
    read_in(town, (BEFORE, code_of(case_id), 3_000))
    a_recorded_case(town, _decided(town, case_id))
    assert total(case_id) is None
    read_in(town, (MONTH, "X1", 1))
    assert total(case_id) == 3_000
    assert [row.unknown for row in in_force()] == [0, 1]


@pytest.mark.usefixtures("inside")
def test_a_thousand_codes_that_are_recorded_since_ask_as_much_as_ten(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = case_of(a_submitted_request(town)).id
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _cur, statement, *_rest: asked.append(statement))
    counts = []
    for number in (10, 1_000):
        month = BEFORE if number == 10 else MONTH
        rows = [(month, f"L{number}-{n}", n + 1) for n in range(number)]
        read_in(town, *rows)
        owned = {("projekt", code): case_id for _month, code, _amount in rows}
        with monkeypatch.context() as patch:
            patch.setattr(queries, "owners", lambda codes, owned=owned: {c: owned[c] for c in codes if c in owned})
            asked.clear()
            with transaction():
                operations._find_owners()
            counts.append(len(asked))
        session.expire_all()
        assert (
            session.query(OutcomeRow).filter(OutcomeRow.case_id == case_id, OutcomeRow.code.like(f"L{number}-%")).count()
            == number
        )
        assert [row.unknown for row in in_force()] == [0] * (1 if number == 10 else 2)
    assert counts[0] == counts[1] <= 6, counts


def _decided(town: Town, case_id: UUID) -> UUID:
    return a_decision(town, case_id)[0]


@pytest.mark.usefixtures("inside")
def test_only_finance_reads_outcome_in(town: Town) -> None:
    for who in ("sakerhetschef", "kommunchef", "registrator", "admin"):
        with pytest.raises(Refused):
            read_in(town, (MONTH, "P1", 1), by=who)
    assert session.query(OutcomeRow).count() == 0


@pytest.mark.usefixtures("inside")
def test_a_wrong_file_reads_nothing_in(town: Town) -> None:
    with pytest.raises(Invalid, match="Rad 3"):
        read_in(town, (MONTH, "P1", 1), (MONTH, "P2", "1,5"))
    assert session.query(OutcomeImport).count() == 0


@pytest.mark.usefixtures("inside")
def test_a_report_sums_to_the_ledger_or_says_why_not(town: Town) -> None:
    case_id = a_recorded_case(town)
    read_in(town, (MONTH, code_of(case_id), 990_000))
    with pytest.raises(Invalid, match="utfallet enligt redovisningen är 990\u00a0000\u00a0kr"):
        report_back(town, case_id)
    report_back(town, case_id, Kamerabevakning=590_000)
    assert pages.report_to_answer(case_of(case_id)).outcome == queries.of_case(case_of(case_id))


@pytest.mark.usefixtures("inside")
def test_more_than_was_granted_is_accepted_with_a_reason_and_marked(town: Town) -> None:
    case_id = a_recorded_case(town)
    read_in(town, (MONTH, code_of(case_id), 1_010_000))
    with pytest.raises(Invalid, match="10\u00a0000\u00a0kr högre än beviljat"):
        report_back(town, case_id, Kamerabevakning=610_000)
    report_back(town, case_id, Kamerabevakning=610_000, summary="Kabeln fick dras om.")
    accept_report(town, case_id)
    assert case_of(case_id).status == "settled"


@pytest.mark.usefixtures("inside")
def test_where_one_line_has_money_its_outcome_is_filled_in(town: Town) -> None:
    one = a_submitted_request(town, lines=(("Kamerabevakning", "300 000"), ("Mätning", "")), total="300 000")
    case_id = a_recorded_case(town, _decided(town, one))
    assert not any(key.startswith("used:") for key in pages.report_to_write(case_of(case_id)).known)
    read_in(town, (MONTH, code_of(case_id), 287_000))
    page = pages.report_to_write(case_of(case_id))
    assert [value for key, value in page.known.items() if key.startswith("used:")] == ["287\u00a0000\u00a0kr"]


def _token(page: str) -> str:
    return html.unescape(page.split('name="fil" value="')[1].split('"')[0])


def _sent(text: str) -> dict[str, tuple[io.BytesIO, str]]:
    return {"file": (io.BytesIO(text.encode("cp1252")), "../utfall å.csv")}


def test_a_file_is_looked_through_before_it_counts(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = a_recorded_case(town)
        code, number = code_of(case_id), case_of(case_id).number
    client, key = client_for("ekonom"), "6b1f7c2e-0000-4000-8000-00000000000"
    file = f"kod;månad;belopp\n{code};{MONTH};12 000\nÅ1;{MONTH};-5\n"
    sent = client.post("/utfall", data={"form_key": f"{key}1", **_sent(file)})
    assert sent.status_code == 303
    page = client.get(sent.location).get_data(as_text=True)
    assert "Koder utan ärende (1)" in page
    with app.app_context():
        assert session.query(OutcomeImport).count() == 0, "looking through reads nothing in"
    for _ in range(2):
        done = client.post("/utfall/las-in", data={"form_key": f"{key}2", "fil": _token(page)})
        assert done.location == "/utfall"
    assert "är inläst." in client.get("/utfall").get_data(as_text=True)
    assert "12\u00a0000\u00a0kr" in client.get(f"/askanden/{case_id}").get_data(as_text=True)
    with app.app_context():
        found = session.query(OutcomeImport).one().public_id
    assert str(number) in client.get(f"/utfall/{found}").get_data(as_text=True)
    assert "Å1" in client.get(f"/utfall/{found}?visa=okanda").get_data(as_text=True)
    again = client.post("/utfall", data={"form_key": f"{key}3", **_sent(file)})
    assert "redan inläst med samma belopp" in client.get(again.location).get_data(as_text=True)
    other = client.post("/utfall", data={"form_key": f"{key}4", **_sent(file.replace("12 000", "13 000"))})
    page = client.get(other.location).get_data(as_text=True)
    assert "Ersätt utfallet för" in page
    unsaid = client.post("/utfall/las-in", data={"form_key": f"{key}5", "fil": _token(page)})
    assert (unsaid.status_code, "Kryssa för att det ska ersättas" in unsaid.get_data(as_text=True)) == (409, True)
    said = client.post("/utfall/las-in", data={"form_key": f"{key}6", "fil": _token(page), "replace": str(found)})
    assert said.status_code == 303
    assert "13\u00a0000\u00a0kr" in client.get(f"/askanden/{case_id}").get_data(as_text=True)


def test_an_address_that_the_portal_did_not_give_names_no_file(client_for: ClientFor) -> None:
    client = client_for("ekonom")
    for token in ("", "x", "0" * 64 + '["a", "' + "a" * 64 + '", ""]'):
        assert client.get("/utfall/granska", query_string={"fil": token}).status_code == 404
    wrong = client.post("/utfall", data={"form_key": "6b1f7c2e-0000-4000-8000-000000000009"})
    assert wrong.status_code == 422
    assert "Välj en CSV-fil." in wrong.get_data(as_text=True)


def test_the_page_of_a_file_asks_as_much_of_many_codes_as_of_one(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        few = read_in(town, (BEFORE, "X1", 1))
        many = read_in(town, *((MONTH, f"X{n:04}", n) for n in range(1, 500)))
        ids = [row.public_id for row in in_force()]
        engine = db.engine
    assert (few, many) == (1, 1)
    client, asked = client_for("ekonom"), []
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, statement, *_rest: asked.append(statement))
    counts = []
    for found in ids:
        asked.clear()
        page = client.get(f"/utfall/{found}?visa=okanda")
        counts.append(len(asked))
    assert "Visa fler" in page.get_data(as_text=True)
    assert counts[0] == counts[1] <= 12
    following = html.unescape(page.get_data(as_text=True).split('class="more"><a class="button" href="')[1].split('"')[0])
    assert "X0051" in client.get(following).get_data(as_text=True)
