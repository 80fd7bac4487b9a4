"""A look at a document of a case: seen by whoever may fetch it, logged where it is secret, and never what nobody may open."""

import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.documents.models import Document, FileScan
from portal.documents.store import current_store
from portal.funding_requests import attachments, operations
from portal.settings import Scanner
from tests.clamd import with_scanner
from tests.conftest import ClientFor
from tests.factories.files import a_pdf
from tests.factories.funding_requests import a_draft
from tests.factories.town import Town


@pytest.fixture
def case_id(app: Flask, town: Town) -> UUID:
    """A draft of säkerhetschefen."""
    with app.app_context():
        return a_draft(town).public_id


def _attached(app: Flask, town: Town, case_id: UUID, name: str, data: bytes) -> str:
    """The address of an attachment of the draft."""
    with app.app_context():
        kept = attachments.keep(current_store(), data, name)
        with transaction():
            operations.add_attachment(case_id=case_id, kept=kept, by=town.actor("sakerhetschef"))
        found = session.scalars(select(Document.public_id).order_by(Document.id.desc()).limit(1)).one()
        return f"/handlingar/{found}"


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_a_pdf_is_shown_as_a_picture_of_its_first_page_with_how_many_there_are(
    app: Flask, client_for: ClientFor, town: Town, case_id: UUID
) -> None:
    client = client_for("sakerhetschef")
    address = _attached(app, town, case_id, "offert.pdf", a_pdf(3))
    assert f'href="{address}/visa"' in client.get(f"/askanden/{case_id}/skriv").text
    page = client.get(f"{address}/visa")
    assert page.status_code == 200 and "3 sidor" in page.text and f'src="{address}/bild"' in page.text
    picture = client.get(f"{address}/bild")
    assert (picture.status_code, picture.mimetype) == (200, "image/png") and picture.data.startswith(b"\x89PNG")
    assert picture.headers["Cache-Control"] == "no-store" and "img-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_beginning_of_a_text_is_shown_as_words_and_nothing_in_it_acts(
    app: Flask, client_for: ClientFor, town: Town, case_id: UUID
) -> None:
    client = client_for("sakerhetschef")
    address = _attached(app, town, case_id, "plan.txt", b"Torget <script>alert(1)</script>\n" * 3_000)
    page = client.get(f"{address}/visa").text
    assert "Torget &lt;script&gt;" in page and "<script>alert" not in page and "Här visas början." in page
    assert client.get(f"{address}/bild").status_code == 404, "a text has no picture"


def test_whoever_does_not_see_the_case_sees_nothing_of_its_documents(
    app: Flask, client_for: ClientFor, town: Town, case_id: UUID
) -> None:
    address = _attached(app, town, case_id, "offert.pdf", a_pdf())
    stranger = client_for("fritidschef")
    for page in ("visa", "bild"):
        answer, missing = stranger.get(f"{address}/{page}"), stranger.get(f"/handlingar/{UUID(int=1)}/{page}")
        assert (answer.status_code, answer.data) == (404, missing.data)


def _scanned(app: Flask, address: str, verdict: str) -> None:
    """The scanner has said this of the file."""
    with app.app_context(), transaction():
        sha256 = session.scalars(select(Document.sha256).where(Document.public_id == UUID(address.rsplit("/")[-1]))).one()
        signature = "Portal.Prov" if verdict == "quarantined" else ""
        session.merge(FileScan(sha256=sha256, verdict=verdict, signature=signature, scanned_at=clock.now(), scanner="prov"))


def test_what_waits_for_the_scanner_or_is_in_quarantine_is_not_shown_and_it_is_said_why(
    app: Flask, client_for: ClientFor, town: Town, case_id: UUID
) -> None:
    client = client_for("sakerhetschef")
    address = _attached(app, town, case_id, "offert.pdf", a_pdf())
    with_scanner(app, Scanner(socket="/nowhere"))
    listed = client.get(f"/askanden/{case_id}/skriv").text
    assert "Väntar på viruskontroll" in listed and f'href="{address}' not in listed
    waiting = client.get(f"{address}/visa")
    assert "Filen väntar på viruskontroll" in waiting.text and "/bild" not in waiting.text
    assert client.get(f"{address}/bild").status_code == 404
    _scanned(app, address, "quarantined")
    assert "Viruskontrollen fann skadlig kod" in client.get(f"/askanden/{case_id}/skriv").text
    assert "Filen är i karantän" in client.get(f"{address}/visa").text
    assert client.get(f"{address}/bild").status_code == 404
    _scanned(app, address, "clean")
    assert client.get(f"{address}/bild").status_code == 200
    assert "Viruskontrollerad" in client.get(f"/askanden/{case_id}/skriv").text


def test_without_a_scanner_nothing_is_said_of_it(app: Flask, client_for: ClientFor, town: Town, case_id: UUID) -> None:
    _attached(app, town, case_id, "offert.pdf", a_pdf())
    assert "iruskontroll" not in client_for("sakerhetschef").get(f"/askanden/{case_id}/skriv").text


def test_nothing_is_shown_of_a_pdf_with_script_and_it_is_said_why(
    app: Flask, client_for: ClientFor, town: Town, case_id: UUID
) -> None:
    client = client_for("sakerhetschef")
    address = _attached(app, town, case_id, "formulär.pdf", a_pdf(script=True))
    assert "Filen innehåller skript." in _words(client.get(f"{address}/visa").text)
    assert client.get(f"{address}/bild").status_code == 404
