"""An extract of minutes, read in beside the form: kept with the case as it came, what it leaves open asked and never set."""

import io
import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.db import session
from portal.decisions import queries
from portal.documents.models import Document
from portal.funding_requests.lifecycle import Status
from tests.conftest import ClientFor
from tests.factories.decisions import a_decision, a_referred_case, a_submitted_request, case_of
from tests.factories.files import with_script
from tests.factories.letters import AS_FILE
from tests.factories.places import PLACES
from tests.factories.town import Town
from tests.forms import fields

EXTRACT = """Kommunstyrelsen
Sammanträdesprotokoll
Sammanträdesdatum 2026-11-10

§ 88
Dnr KS 1999/77

Medel för trygghetsskapande åtgärder

Beslut

Kommunstyrelsen beviljar säkerhetsenheten 1 000 000 kronor ur trygghetsmiljonen.

Beslutet skickas till

Ekonomienheten
"""
NO_EXTRACT = "Matsedel vecka 46\n\nMåndag: fisk\n\nTisdag: soppa\n"


@pytest.fixture
def case_id(app: Flask, town: Town) -> UUID:
    with app.app_context():
        return a_referred_case(town)


@pytest.fixture
def keeper(client_for: ClientFor) -> FlaskClient:
    return client_for("registrator")


def read_in(client: FlaskClient, address: str, data: bytes = EXTRACT.encode(), name: str = "utdrag.txt", **typed: str) -> str:
    """The page after the file has been read in, with what was typed on top of the form."""
    sent = {**fields(client.get(address).text), **typed, "snabb": "las", "classified": "nej"}
    answer = client.post(address, data={**sent, "file": (io.BytesIO(data), name)})
    assert answer.status_code == 200, answer.text
    return answer.text


def documents(app: Flask, case_id: UUID) -> list[Document]:
    with app.app_context():
        case = case_of(case_id)
        return list(session.scalars(select(Document).where(Document.case_id == case.id, Document.kind == "minutes")))


@pytest.mark.parametrize("kind", sorted(AS_FILE))
def test_an_extract_of_any_format_fills_the_form_and_decides(app: Flask, keeper: FlaskClient, case_id: UUID, kind: str) -> None:
    address = f"/askanden/{case_id}/protokoll"
    data = AS_FILE[kind](EXTRACT)
    page = read_in(keeper, address, data, f"utdrag.{kind}", adjusted_on="2026-11-12")
    form = fields(page)
    assert (form["meeting_date"], form["paragraph"], form["kind"], form["adjusted_on"]) == (
        "2026-11-10", "88", "deciding", "2026-11-12",
    )  # fmt: skip
    assert 'id="kalla-date-1"' in page and 'href="#kalla-paragraph-1"' in page
    assert ("/sidor/1.png" in page) is (kind == "pdf")
    assert "KS 1999/77" in page and "Kontrollera att det gäller det här ärendet" in page
    assert "Ekonomienheten" in page and "har inget eget fält" in page
    (kept,) = documents(app, case_id)
    assert app.extensions["store"].read(kept.sha256) == data and kept.filename == f"utdrag.{kind}"
    assert keeper.post(address, data=form).status_code == 303
    with app.app_context():
        assert case_of(case_id).status == Status.DECIDED
        entry = queries.minutes_of(case_of(case_id))[0]
        assert (entry.paragraph, "1 000 000 kronor" in entry.text) == ("88", True)


def test_what_a_reader_should_know_of_a_file_is_kept_with_the_extract(app: Flask, keeper: FlaskClient, case_id: UUID) -> None:
    read_in(keeper, f"/askanden/{case_id}/protokoll", with_script(AS_FILE["pdf"](EXTRACT)), "utdrag.pdf")
    (kept,) = documents(app, case_id)
    assert (kept.cautions, kept.title) == ("action script", "Protokollsutdrag")
    assert kept.source_note.startswith("Inlämnad av ")


def test_two_amounts_are_offered_and_the_lines_stand_empty_until_one_is_chosen(
    app: Flask, keeper: FlaskClient, case_id: UUID
) -> None:
    address = f"/askanden/{case_id}/protokoll"
    page = read_in(keeper, address, EXTRACT.replace("1 000 000 kronor", "800 000 till 1 000 000 kronor").encode())
    form = fields(page)
    asked = sorted(set(re.findall(r'name="(svar-[a-z-]+)"', page)))
    assert asked == ["svar-amount-total-sek"] and asked[0] not in form, "an answer was chosen for the person"
    assert {value for name, value in form.items() if name.startswith("granted-")} == {""}
    refused = keeper.post(address, data=form)
    assert refused.status_code == 422 and "Skriv det beviljade beloppet" in refused.text
    assert fields(refused.text)["utdrag"] == form["utdrag"], "the extract is gone from the page"
    invented = keeper.post(address, data={**form, asked[0]: "999"})
    assert invented.status_code == 422 and "Svaret finns inte längre" in invented.text
    assert keeper.post(address, data={**form, asked[0]: "1000000"}).status_code == 303
    with app.app_context():
        decision = queries.in_force(case_of(case_id))
        assert decision is not None and decision.granted == 1_000_000


def test_an_amount_that_cannot_be_read_is_no_grant_of_all_that_was_asked_for(keeper: FlaskClient, case_id: UUID) -> None:
    address = f"/askanden/{case_id}/protokoll"
    plain = EXTRACT.replace("säkerhetsenheten 1 000 000 kronor ur trygghetsmiljonen", "äskandet enligt förslaget")
    unread = EXTRACT.replace("1 000 000 kronor", "1 000 000 eller 1 200 000 kronor")
    granted = [
        {value for name, value in fields(read_in(keeper, address, text.encode())).items() if name.startswith("granted-")}
        for text in (plain, unread)
    ]
    assert "" not in granted[0] and granted[1] == {""}


def test_what_is_no_extract_says_so_and_fills_nothing(app: Flask, keeper: FlaskClient, case_id: UUID) -> None:
    address = f"/askanden/{case_id}/protokoll"
    page = read_in(keeper, address, NO_EXTRACT.encode(), paragraph="12")
    form = fields(page)
    assert "Dokumentet innehåller inget protokollsutdrag" in page
    assert (form["paragraph"], form["meeting_date"], form["text"].strip()) == ("12", "", "")


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"extract": EXTRACT, "classified": ""}, "Svara på om innehållet är säkerhetsskyddsklassificerat"),
        ({"extract": EXTRACT, "classified": "ja"}, "säkerhetsskyddschef"),
        ({"extract": "", "classified": "nej"}, "Klistra in texten eller välj en fil"),
        ({"extract": EXTRACT, "classified": "nej", "utdrag": "x", "surplus": "1"}, "fält som inte får ändras"),
    ],
)
def test_what_is_not_taken_in_is_told_in_a_sentence_and_keeps_what_was_typed(
    app: Flask, keeper: FlaskClient, case_id: UUID, sent: dict[str, str], says: str
) -> None:
    address = f"/askanden/{case_id}/protokoll"
    form = {**fields(keeper.get(address).text), "paragraph": "88", "snabb": "las"}
    answer = keeper.post(address, data={**form, **{name: value for name, value in sent.items() if name != "utdrag"}})
    assert answer.status_code == 422 and says in answer.text
    typed = fields(answer.text)
    assert typed["paragraph"] == "88" and typed["extract"].strip() == sent["extract"].strip()
    assert documents(app, case_id) == []


def test_a_file_that_was_chosen_and_not_read_in_is_not_lost_in_silence(app: Flask, keeper: FlaskClient, case_id: UUID) -> None:
    address = f"/askanden/{case_id}/protokoll"
    form = {**fields(read_in(keeper, address)), "file": (io.BytesIO(b"mer"), "mer.txt")}
    answer = keeper.post(address, data=form)
    assert answer.status_code == 422 and "Utdraget är inte inläst" in answer.text


def test_the_same_file_is_kept_once_and_another_cases_is_not_shown(
    app: Flask, town: Town, keeper: FlaskClient, case_id: UUID
) -> None:
    address = f"/askanden/{case_id}/protokoll"
    first, second = fields(read_in(keeper, address)), fields(read_in(keeper, address))
    assert first["utdrag"] == second["utdrag"] and len(documents(app, case_id)) == 1
    with app.app_context():
        other = a_referred_case(town)
    form = {**fields(keeper.get(f"/askanden/{other}/protokoll").text), "utdrag": first["utdrag"], "snabb": "rakna"}
    assert keeper.post(f"/askanden/{other}/protokoll", data=form).status_code == 404


def test_nothing_is_kept_with_a_case_that_waits_for_no_minutes(app: Flask, town: Town, keeper: FlaskClient) -> None:
    with app.app_context():
        case_id = a_submitted_request(town)
        a_decision(town, case_id)
    sent = {"snabb": "las", "classified": "nej", "extract": EXTRACT, "utdrag": ""}
    assert keeper.post(f"/askanden/{case_id}/protokoll", data=sent).status_code == 409
    assert documents(app, case_id) == []


def test_an_organs_decision_is_replaced_from_an_extract_too(app: Flask, town: Town, keeper: FlaskClient) -> None:
    with app.app_context():
        case_id = PLACES["decided by the organ"](town)
    address = f"/askanden/{case_id}/ersatt-beslut"
    rejected = EXTRACT.replace("§ 88", "§ 97").replace(
        "beviljar säkerhetsenheten 1 000 000 kronor ur trygghetsmiljonen", "avslår äskandet"
    )
    form = fields(read_in(keeper, address, rejected.encode(), replacement_reason="Nytt beslut.", reason="Medel saknas."))
    assert (form["paragraph"], {form[name] for name in form if name.startswith("granted-")}) == ("97", {"0"})
    answer = keeper.post(address, data=form)
    assert answer.status_code == 303, answer.text
    assert [each.kind for each in documents(app, case_id)] == ["minutes"]
