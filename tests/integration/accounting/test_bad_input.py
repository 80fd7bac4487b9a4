"""Bad input where money is coded, moved, reported and exchanged with the ledger: one sentence, what was typed, no change."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from portal import clock
from portal.accounting import forms
from portal.funding_requests.operations import MOST_ROWS
from portal.settings import CODE_PARTS
from portal.web.forms import Fields
from tests.conftest import PASSWORD, ClientFor
from tests.factories.accounting import a_recorded_case, decision_of, redistribute
from tests.factories.decisions import a_decision, a_submitted_request
from tests.factories.town import Town
from tests.forms import fields, fill
from tests.integration.accounting.test_codes import HEAD, upload
from tests.integration.accounting.test_export import make_file, recorded
from tests.integration.test_bad_input import rows

MONTH = f"{clock.today():%Y-%m}"


@contextmanager
def nothing_changes(app: Flask) -> Iterator[None]:
    before = rows(app)
    yield
    assert rows(app) == before


def page_of(answer: TestResponse) -> str:
    """The text of the page with what its fields hold."""
    tree = html.fromstring(answer.get_data(as_text=True))
    values = [str(value) for value in tree.xpath("//input[@type!='hidden']/@value | //textarea/text()")]
    return " ".join(" ".join([tree.text_content(), *values]).replace("\u00a0", " ").split())


def refused(answer: TestResponse, *shown: str, status: int = 422) -> None:
    """The answer has that status, and shows the sentence and all that was typed."""
    assert answer.status_code == status
    page = page_of(answer)
    assert [each for each in shown if each not in page] == []


def lines_of(app: Flask, case_id: UUID) -> dict[str, str]:
    with app.app_context():
        return {line.label: str(line.public_id) for line in decision_of(case_id).lines}


@pytest.fixture
def dispatched(app: Flask, town: Town) -> UUID:
    with app.app_context():
        return a_recorded_case(town)


def test_a_redistribution_that_changes_the_total(app: Flask, client_for: ClientFor, dispatched: UUID) -> None:
    lines, client = lines_of(app, dispatched), client_for("sakerhetschef")
    typed = {f"amount:{lines['Kamerabevakning']}": "580 tkr", f"amount:{lines['Extra väktare']}": "300 000"}
    with nothing_changes(app):
        answer = fill(client, f"/askanden/{dispatched}/omfordela", reason="Fler väktare behövs.", **typed)
    refused(answer, "20 000 kr", "580 tkr", "300 000", "Fler väktare behövs.")


@pytest.mark.parametrize("name", ["amount:{}", "amount:{{{}}}", "amount:urn:uuid:{}"])
def test_a_line_named_twice_in_a_redistribution(app: Flask, client_for: ClientFor, dispatched: UUID, name: str) -> None:
    lines, client = lines_of(app, dispatched), client_for("sakerhetschef")
    address = f"/askanden/{dispatched}/omfordela"
    sent = fields(client.get(address).get_data(as_text=True))
    cameras, guards = lines["Kamerabevakning"], lines["Extra väktare"]
    sent.setlist(f"amount:{cameras}", ["580 000"])
    sent.setlist(f"amount:{guards}", ["320 000"])
    sent.add(name.format(cameras), "570 000")
    sent.setlist("reason", ["Fler väktare behövs."])
    with nothing_changes(app):
        refused(client.post(address, data=sent), "Ladda om sidan", "Fler väktare behövs.")


def test_money_moved_to_a_line_that_was_rejected(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = a_recorded_case(town, None, 100_000, 0, 300_000, False)
    lines, client = lines_of(app, case_id), client_for("sakerhetschef")
    address, rejected = f"/askanden/{case_id}/omfordela", f"amount:{lines['Kamerabevakning']}"
    page = client.get(address)
    assert rejected not in fields(page.get_data(as_text=True)) and "Extra väktare" in page_of(page)
    sent = fields(page.get_data(as_text=True))
    for name, kronor in ((rejected, "50 000"), (f"amount:{lines['Extra väktare']}", "250 000"), ("reason", "Kameror.")):
        sent.setlist(name, [kronor])
    with nothing_changes(app):
        refused(client.post(address, data=sent), "en rad som inte hör till beslutet", "Kameror.")


def test_nothing_is_moved_where_only_one_line_was_granted(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = a_recorded_case(town, None, 100_000, 0, 0, True)
    page = page_of(client_for("sakerhetschef").get(f"/askanden/{case_id}/omfordela"))
    assert "beviljar inte pengar på minst två rader" in page


def test_more_used_than_granted_without_a_reason(app: Flask, client_for: ClientFor, dispatched: UUID) -> None:
    lines, client = lines_of(app, dispatched), client_for("sakerhetschef")
    typed = {f"effect:{line}": f"Färre brott på plats {number}." for number, line in enumerate(lines.values())}
    typed |= {f"used:{lines[label]}": kronor for label, kronor in (
        ("Trygghetsskapande insatser", "100 tkr"), ("Kamerabevakning", "612 345"), ("Extra väktare", "0,3 mnkr"))}  # fmt: skip
    with nothing_changes(app):
        answer = fill(client, f"/askanden/{dispatched}/slutredovisa", **typed)
    refused(answer, "12 345 kr högre än beviljat", *typed.values())


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("kod;belopp\n7001;1 234,50\n", "Rad 2: ”1 234,50” har öre."),
        ("kod;månad;belopp\n7001;2099-01;5\n", "Rad 2: Månaden januari 2099 ligger i framtiden."),
        ("kod;månad;belopp\n7001;2026-13;5\n", "Rad 2: ”2026-13” är ingen månad."),
        ("kod;summa\n7001;5\n", "Filen behöver en kolumn med rubriken ”belopp”."),
        ("kod;belopp\n7001\n", "Rad 2 har inte lika många kolumner som filens första rad."),
        ("kod;belopp;belopp\n7001;1;2\n", "Två kolumner har samma rubrik."),
        ("", "Filen innehåller inga rader."),
    ],
)
def test_a_file_of_outcome_that_does_not_hold(app: Flask, client_for: ClientFor, file: str, said: str) -> None:
    client = client_for("ekonom")
    sent = fields(client.get("/utfall").get_data(as_text=True)).to_dict()
    with nothing_changes(app):
        answer = client.post("/utfall", data={**sent, "month": MONTH, "file": (BytesIO(file.encode("cp1252")), "utfall.csv")})
    refused(answer, said, MONTH)


def test_outcome_twice_in_a_month_is_replaced_only_when_that_is_ticked(app: Flask, client_for: ClientFor) -> None:
    client = client_for("ekonom")

    def send(amount: int) -> str:
        sent = fields(client.get("/utfall").get_data(as_text=True)).to_dict()
        file = f"kod;belopp\nX1;{amount}\nX2;1\n".encode()
        return str(client.post("/utfall", data={**sent, "month": MONTH, "file": (BytesIO(file), "utfall.csv")}).location)

    assert fill(client, send(5), to="/utfall/las-in").status_code == 303
    address = send(7)
    with nothing_changes(app):
        refused(fill(client, address, to="/utfall/las-in"), "är redan inläst. Kryssa för att det ska ersättas.", status=409)
    listed = page_of(client.get("/utfall"))
    assert "utfall.csv" in listed and "2" in listed


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("1001;Åtgärder;2026-06-01;2026-01-01\n", "Rad 2: koden 1001 slutar gälla innan den börjar."),
        (
            "1001;Åtgärder;2026-01-01;2026-06-30\n1001;Åtgärder;2026-06-30;\n",
            "Rad 3: koden 1001 står också på rad 2 för samma tid.",
        ),
        ("1001;Åtgärder;2026-01-01;\n1001;Åtgärder;2026-01-01;\n", "Rad 3: koden 1001 står också på rad 2 för samma tid."),
        ("1001;Åtgärder;2026-02-30;\n", "Rad 2: skriv giltig från som 2026-01-01."),
        ('1001;"Åtgärder;2026-01-01;\n', "Filen går inte att tolka som CSV."),
    ],
)
def test_a_code_table_in_cp1252_that_does_not_hold(app: Flask, client_for: ClientFor, file: str, said: str) -> None:
    client = client_for("ekonom")
    with nothing_changes(app):
        refused(upload(client, HEAD + file, encoding="cp1252"), said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"order:amount": "två"}, "Skriv platsen som ett tal, eller lämna den tom."),
        ({"order:amount": "-1"}, "Skriv platsen som ett tal, eller lämna den tom."),
        ({"heading:amount": "Text"}, "Två kolumner har samma rubrik. Ändra den ena."),
        ({"separator": "|"}, "Välj vad som skiljer kolumnerna åt."),
        ({"name": "", "heading:amount": "Kronor"}, "Skriv vad mallen heter."),
        ({"name": "Mall 1"}, "Det finns redan en mall med det namnet."),
        ({"heading:amount": "K" * 61}, "Texten är 61 tecken och får vara högst 60. Korta den."),
        ({"order:*": ""}, "Välj minst en kolumn."),
    ],
)
def test_a_template_that_does_not_hold(app: Flask, client_for: ClientFor, change: dict[str, str], said: str) -> None:
    client = client_for("admin")
    assert fill(client, "/budgetexport/mallar/ny", name="Mall 1").status_code == 303
    sent = fields(client.get("/budgetexport/mallar/ny").get_data(as_text=True)).to_dict()
    sent |= {"name": "Raindansen", "heading:konto": "Kontot", "heading:date": "Dagen"}
    sent |= {name: change["order:*"] for name in sent if name.startswith("order:") and "order:*" in change}
    sent |= {name: value for name, value in change.items() if name != "order:*"}
    with nothing_changes(app):
        answer = client.post("/budgetexport/mallar/ny", data={name: value for name, value in sent.items() if value is not None})
    refused(answer, said, "Dagen", *(value for name, value in change.items() if value and name != "separator"))


def test_what_the_ledger_answered_is_said_whole(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        recorded(town)
    client = client_for("ekonom")
    page = make_file(client)
    with nothing_changes(app):
        refused(
            fill(client, page, to=f"{page}/svar", answer="rejected", reason=" "), "Skriv varför ekonomisystemet avvisade filen."
        )
        unsaid = fill(client, page, to=f"{page}/svar", answer="", reason="Okänt projekt på rad 4.")
        refused(unsaid, "Välj om filen lästes in eller avvisades.", "Okänt projekt på rad 4.")
        refused(fill(client, page, to=f"{page}/svar", answer="accepted", state="accepted"), "ett fält som inte får ändras nu")


def test_a_budget_entry_that_does_not_hold(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        request = a_submitted_request(town, lines=(("Väktare", "10 000"),), total="10 000")
        case_id = a_decision(town, request)[0]
    (line,) = lines_of(app, case_id).values()
    client, address = client_for("ekonom"), f"/askanden/{case_id}/bokfor"
    holds = {f"code:{line}:ansvar": "1420", f"code:{line}:konto": "5410", "code:from:konto": "5099", "outcome": "P77"}
    for change, said in (
        ({f"code:{line}:konto": "54 10"}, "följer inte kommunens kodplan. Kontrollera koden."),
        ({f"code:{line}:konto": ""}, "Ange konto för Väktare."),
        ({f"code:{line}:konto": "9" * 60}, "följer inte kommunens kodplan. Kontrollera koden."),
        ({"period": "2026-13"}, "Skriv perioden som år och månad, till exempel 2026-11."),
        ({"period": "november 26"}, "Texten är 11 tecken och får vara högst 10. Korta den."),
        ({"frequency": "monthly"}, "en gång eller varje år"),
        ({"outcome": ""}, "projekt"),
        ({"outcome": "7 7"}, "kodplan"),
    ):  # fmt: skip
        typed = holds | change
        with nothing_changes(app):
            answer = fill(client, address, password=PASSWORD, **typed)
        kept = {value[:40] for name, value in typed.items() if name != "frequency" and value}
        refused(answer, said, *kept)


def test_an_entry_of_as_many_lines_as_a_request_may_have_is_read_whole(app: Flask) -> None:
    lines = [uuid4() for _ in range(MOST_ROWS)]
    sent = {f"code:{line}:{part.key}": "1" for line in lines for part in CODE_PARTS} | {"code:from:konto": "5099"}
    with app.test_request_context(method="POST", data=sent):
        entry = forms.entry(Fields())
    assert entry.source == {"konto": "5099"}
    assert {line: len(code) for line, code in entry.lines.items()} == dict.fromkeys(lines, len(CODE_PARTS))


def test_a_changed_budget_entry_that_does_not_hold(app: Flask, town: Town, client_for: ClientFor, dispatched: UUID) -> None:
    lines = lines_of(app, dispatched)
    with app.app_context():
        moved = redistribute(town, dispatched, **{"Kamerabevakning": 590_000, "Extra väktare": 310_000})
    client, address = client_for("ekonom"), f"/askanden/{dispatched}/omfordela/{moved}/bekrafta"
    with nothing_changes(app):
        answer = fill(client, address, **{f"code:{lines['Extra väktare']}:konto": "54 10"})
    refused(answer, "följer inte kommunens kodplan. Kontrollera koden.", "54 10")


def test_a_check_of_an_entry_that_has_changed_since_or_asks_for_more(app: Flask, town: Town, client_for: ClientFor) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], budget_control=True)
    with app.app_context():
        case_id = recorded(town)
    client, address = client_for("ekonom2"), f"/askanden/{case_id}/kontrollera-justering"
    with nothing_changes(app):
        refused(
            fill(client, address, version="1"),
            "Någon annan har ändrat i ärendet. Läs det på nytt innan du fortsätter.",
            status=409,
        )
        refused(fill(client, address, checked_by="ekonom"), "ett fält som inte får ändras nu")
        refused(fill(client, address, version="ett"), "Formuläret saknar ärendets version.")
    assert fill(client, address).status_code == 303
    with nothing_changes(app):
        assert client.post(address, data={"form_key": "6b1f7c2e-0000-4000-8000-000000000001", "version": "1"}).status_code in (
            403,
            409,
        )
