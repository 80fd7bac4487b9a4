"""A letter of any format beside its fields: read alike, doubts offered and never set, its pages for those who see the case."""

import io
import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal import clock
from portal.db import session, transaction
from portal.documents.models import Document, FileScan
from portal.documents.uploads import MIME
from portal.funding_requests import attachments, queries
from portal.funding_requests.content import Draft
from portal.log.models import LogEntry
from portal.register.models import Case
from portal.settings import Scanner
from tests.clamd import with_scanner
from tests.conftest import ClientFor
from tests.factories.files import with_script
from tests.factories.letters import AS_FILE, NEW_PAGE
from tests.factories.places import PLACES
from tests.factories.town import Town
from tests.forms import fields
from tests.integration.funding_requests.test_read_in import LETTER

TWO_PAGES = LETTER.replace("Beslutsunderlag\n", f"{NEW_PAGE}Beslutsunderlag\n")
WRONG_SUM = LETTER.replace("Extra väktare 300kkr", "Extra väktare 400kkr")
NO_REQUEST = "Tjänsteskrivelse\n\nUppföljning av trygghetsarbetet\n\nSammanfattning\n\nEnheten redovisar läget för nämnden.\n"
ANSWERS: dict[str, str] = {"budget_year": "", "redistribution": "ja", "secrecy": "nej", "cost_type_all": "drift"}


def read_in(client: FlaskClient, data: bytes, name: str) -> str:
    """The address of the page where the document stands beside its fields."""
    sent = {**fields(client.get("/askanden/las-in").text, "/askanden/las-in"), "classified": "nej"}
    answer = client.post("/askanden/las-in", data={**sent, "file": (io.BytesIO(data), name)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def draft_of(app: Flask, address: str) -> Draft:
    with app.app_context():
        case = session.scalars(select(Case).where(Case.public_id == UUID(address.split("/")[2]))).one()
        return queries.draft_of_case(case, queries.request_of(case))


def fill(client: FlaskClient, address: str, **typed: str) -> TestResponse:
    year = {"budget_year": str(clock.today().year)}
    return client.post(address, data={**fields(client.get(address).text), **ANSWERS, **year, **typed})


def test_every_format_is_kept_as_it_came_and_gives_the_same_draft(app: Flask, client_for: ClientFor) -> None:
    client = client_for("sakerhetschef")
    drafts = []
    for kind, written in AS_FILE.items():
        data = written(TWO_PAGES if kind == "pdf" else LETTER)
        address = read_in(client, data, f"Äskande.{kind}")
        page = client.get(address).text
        assert 'id="kalla-title-1"' in page and 'href="#kalla-title-1"' in page, kind
        assert len(re.findall(r'<img src="[^"]+/sidor/\d+\.png" width="\d+" height="\d+" loading="lazy"', page)) == 2 * (
            kind == "pdf"
        )
        assert fill(client, address).status_code == 303
        drafts.append(draft_of(app, address))
        with app.app_context():
            kept = session.scalars(select(Document).order_by(Document.id.desc()).limit(1)).one()
            assert (kept.kind, kept.mime, kept.filename) == ("source", MIME[kind], f"Äskande.{kind}")
            assert app.extensions["store"].read(kept.sha256) == data
    for draft in drafts[1:]:
        assert draft == drafts[0]
    assert drafts[0]["total"] == "1\u00a0000\u00a0000\u00a0kr" and len(drafts[0]["lines"]) == 4


def test_what_a_reader_should_know_of_a_file_is_kept_with_a_document_that_was_read_in(
    app: Flask, client_for: ClientFor
) -> None:
    read_in(client_for("sakerhetschef"), with_script(AS_FILE["pdf"](LETTER)), "brev.pdf")
    with app.app_context():
        assert session.scalars(select(Document.cautions)).one() == "action script"


def test_the_pages_of_a_file_with_script_are_never_drawn_and_its_text_stands_in_their_place(
    app: Flask, client_for: ClientFor
) -> None:
    client = client_for("sakerhetschef")
    address = read_in(client, with_script(AS_FILE["pdf"](LETTER)), "brev.pdf")
    page = client.get(address).text
    assert "Filen innehåller skript." in page and "Därför visas sidorna som text." in page
    assert "/sidor/" not in page and '<mark data-marks="kalla-title-1">' in page
    refused = client.get(f"{page_of(app, address)}/1.png")
    assert refused.status_code == 403 and "Därför visas den inte här." in refused.text


def test_a_total_that_the_lines_contradict_is_asked_about_and_left_empty_until_it_is_answered(
    app: Flask, client_for: ClientFor
) -> None:
    client = client_for("sakerhetschef")
    address = read_in(client, WRONG_SUM.encode(), "brev.txt")
    page = client.get(address).text
    asked = "svar-amount-total-sek"
    assert asked not in fields(page) and fields(page)["total"] == "", "a contradiction was settled for the person"
    offered = re.findall(rf'name="{asked}" value="([^"]*)"', page)
    assert offered == ["1000000", "1100000", "annat"]
    assert 'href="#kalla-svar-amount-total-sek-1"' in page and 'id="kalla-svar-amount-total-sek-1"' in page
    invented = fill(client, address, **{asked: "7"})
    assert invented.status_code == 422 and "Svaret finns inte längre" in invented.text
    assert fields(invented.text)["secrecy"] == "nej"  # what was answered stays
    assert draft_of(app, address)["title"] == ""
    assert fill(client, address).status_code == 303
    assert draft_of(app, address)["total"] == ""
    assert 'id="total-fel"' in client.get(address.replace("las-in", "skriv") + "?visa=allt").text
    assert fill(client, address, **{asked: "1100000"}).status_code == 303
    assert draft_of(app, address)["total"] == "1\u00a0100\u00a0000\u00a0kr"


def test_something_else_leaves_the_field_as_it_is_typed(app: Flask, client_for: ClientFor) -> None:
    client = client_for("sakerhetschef")
    address = read_in(client, WRONG_SUM.encode(), "brev.txt")
    typed = {"svar-amount-total-sek": "annat", "total": "1,1 mnkr"}
    assert fill(client, address, **typed).status_code == 303
    assert draft_of(app, address)["total"] == "1,1 mnkr"


def test_a_document_without_a_request_fills_nothing_and_has_no_button_that_does(app: Flask, client_for: ClientFor) -> None:
    client = client_for("sakerhetschef")
    address = read_in(client, NO_REQUEST.encode(), "rapport.txt")
    page = client.get(address).text
    assert "ingen begäran om medel" in page and "Skriv äskandet själv" in page and "i utkastet</button>" not in page
    before = draft_of(app, address)
    refused = client.post(address, data={"form_key": "5f0f7f0e-0000-4000-8000-000000000001", "title": "Ändå"})
    assert refused.status_code == 422 and "Inget är ifyllt" in refused.text
    assert draft_of(app, address) == before


@pytest.mark.parametrize(
    ("typed", "name", "data", "says"),
    [
        ({"text": LETTER, "classified": ""}, "", b"", "Svara på om innehållet är säkerhetsskyddsklassificerat"),
        ({"text": LETTER, "classified": "ja"}, "", b"", "säkerhetsskyddschef"),
        ({"text": LETTER}, "brev.txt", b"Hej", "Både text och fil är lämnade"),
        ({"text": "a\x07b"}, "", b"", "inte vanlig text"),
        ({}, "kalkyl.xlsx", b"PK\x03\x04", "Filtypen kan inte läsas in"),
        ({}, "brev.pdf", AS_FILE["docx"]("Hej"), "PDF"),
        ({}, "brev.docx", AS_FILE["pdf"]("Hej"), "DOCX"),
        ({}, "brev.pdf", AS_FILE["pdf"](LETTER)[:900], "PDF"),
        ({}, "", b"", "Klistra in texten eller välj en fil"),
    ],
)
def test_a_refusal_is_a_sentence_makes_no_draft_and_keeps_what_was_pasted(
    app: Flask, client_for: ClientFor, typed: dict[str, str], name: str, data: bytes, says: str
) -> None:
    client = client_for("sakerhetschef")
    sent = {**fields(client.get("/askanden/las-in").text, "/askanden/las-in"), "classified": "nej", **typed}
    answer = client.post("/askanden/las-in", data={**sent, **({"file": (io.BytesIO(data), name)} if name else {})})
    assert answer.status_code == 422
    (problem,) = re.findall(r'<p class="problem"[^>]*>.*?<span><span class="hidden">Fel: </span>(.*?)</span>', answer.text)
    assert says in problem and problem.endswith(".")
    assert fields(answer.text, "/askanden/las-in")["text"].strip() == sent["text"].strip()
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def page_of(app: Flask, address: str) -> str:
    with app.app_context():
        case = session.scalars(select(Case).where(Case.public_id == UUID(address.split("/")[2]))).one()
        kept = select(Document.public_id).where(Document.case_id == case.id, Document.mime == MIME["pdf"])
        return f"/handlingar/{session.scalars(kept.limit(1)).one()}/sidor"


def test_a_page_is_a_picture_for_those_who_see_the_draft_and_unknown_to_others(app: Flask, client_for: ClientFor) -> None:
    client = client_for("sakerhetschef")
    pages = page_of(app, read_in(client, AS_FILE["pdf"](TWO_PAGES), "brev.pdf"))
    answer = client.get(f"{pages}/2.png")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "image/png", "no-store")
    assert Image.open(io.BytesIO(answer.data)).size == (893, 1263)
    for other in (f"{pages}/0.png", f"{pages}/3.png", f"{pages}/201.png", f"{pages}/99999999999999999999.png"):
        assert client.get(other).status_code == 404
    for username in ("kommunchef", "registrator", "revisor", "fritidschef"):
        assert client_for(username).get(f"{pages}/1.png").status_code == 404


def test_a_page_of_a_secret_case_is_logged_as_read_before_it_is_shown(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = PLACES["dispatched, secret"](town)
    pages = page_of(app, f"/askanden/{case_id}/")

    def read() -> list[str]:
        with app.app_context():
            rows = session.scalars(select(LogEntry).where(LogEntry.action == "register.read_secret"))
            return [str(row.object_id) for row in rows]

    before = len(read())
    assert client_for("revisor").get(f"{pages}/1.png").status_code == 200
    assert read()[before:] == [pages.split("/")[2]]
    assert client_for("fritidschef").get(f"{pages}/1.png").status_code == 404 and len(read()) == before + 1


def test_a_case_takes_the_same_document_once_and_only_so_many(
    app: Flask, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_SOURCES", 2)
    client = client_for("sakerhetschef")
    case_id = read_in(client, LETTER.encode(), "brev.txt").split("/")[2]

    def again(text: str) -> TestResponse:
        form = fields(client.get(f"/askanden/las-in?arende={case_id}").text, "/askanden/las-in")
        return client.post(
            "/askanden/las-in", data={**form, "classified": "nej", "file": (io.BytesIO(text.encode()), "brev.txt")}
        )

    assert [again(text).status_code for text in (LETTER, LETTER + "x", LETTER + "y")] == [303, 303, 422]
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(Document)) == 2


def test_a_file_that_waits_for_the_scanner_is_shown_as_text_and_one_in_quarantine_not_at_all(
    app: Flask, client_for: ClientFor
) -> None:
    client = client_for("sakerhetschef")
    address = read_in(client, AS_FILE["pdf"](LETTER), "brev.pdf")
    with_scanner(app, Scanner(socket="/nowhere"))
    waiting = client.get(address)
    assert "visas som text tills viruskontrollen är klar" in waiting.text
    assert "/sidor/" not in waiting.text and '<mark data-marks="kalla-title-1">' in waiting.text
    assert client.get(f"{page_of(app, address)}/1.png").status_code == 403
    with app.app_context(), transaction():
        sha256 = session.scalars(select(Document.sha256)).one()
        session.add(FileScan(sha256=sha256, verdict="quarantined", signature="Prov", scanned_at=clock.now(), scanner="prov"))
    for refused in (client.get(address), client.post(address, data={}), client.get(f"{page_of(app, address)}/1.png")):
        assert refused.status_code == 403 and "karantän" in refused.text
