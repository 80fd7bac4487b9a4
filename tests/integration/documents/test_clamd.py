"""Files that are handed in, looked at by a real clamd with a database of its own of one signature."""

import io
import socket
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.db import session, transaction
from portal.desk.case_files import documents_of
from portal.dispatch.handlers import HANDLERS
from portal.documents import clamd, operations, scans
from portal.documents.models import Document, FileScan
from portal.documents.store import current_store
from portal.errors import Invalid
from portal.funding_requests import operations as requests
from portal.log.models import LogEntry
from portal.outbox.models import OutboxRow
from portal.outbox.worker import run
from portal.register.models import Case
from portal.settings import Scanner
from tests.clamd import EICAR, SIGNATURE, Clamd, is_installed, with_scanner
from tests.conftest import ClientFor
from tests.factories.funding_requests import a_draft, a_full_draft
from tests.factories.town import Town

pytestmark = pytest.mark.skipif(not is_installed(), reason="clamd is not installed")


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    found = Clamd(tmp_path_factory.mktemp("clamd"))
    found.start()
    yield found
    found.stop()


@pytest.fixture
def scanned(app: Flask, scanner: Clamd) -> Flask:
    """The application with the scanner set up."""
    return with_scanner(app, scanner.scanner)


def docx(text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        archive.writestr(
            "[Content_Types].xml", f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
        )
        archive.writestr("word/document.xml", b"<w/>")
        archive.writestr("word/media/anteckning.txt", text)
    return out.getvalue()


def attach(client: FlaskClient, case_id: object, data: bytes, name: str) -> Any:
    form = {"form_key": str(uuid4()), "attach": "1", "classified": "nej", "files": [(io.BytesIO(data), name)]}
    answer = client.post(f"/askanden/{case_id}/spara", data=form, content_type="multipart/form-data",
                         headers={"HX-Request": "true", "HX-Request-Type": "partial"})  # fmt: skip
    assert answer.status_code == 200, answer.text


def work(app: Flask) -> None:
    """The worker does what is due, once."""
    with app.app_context():
        run(app, HANDLERS, once=True)


def documents(app: Flask) -> dict[str, Document]:
    with app.app_context():
        rows = session.scalars(select(Document).where(Document.kind == "attachment")).all()
        session.expunge_all()
        return {row.filename: row for row in rows}


def log_of(app: Flask) -> list[str]:
    with app.app_context():
        return list(session.scalars(select(LogEntry.action).order_by(LogEntry.seq)))


def test_the_test_file_is_found_bare_and_within_a_docx_and_goes_nowhere(
    scanned: Flask, town: Town, client_for: ClientFor
) -> None:
    with scanned.app_context():
        case = a_draft(town, **a_full_draft(town))
        case_id, row_id = case.public_id, case.id
    writer = client_for("sakerhetschef")
    attach(writer, case_id, EICAR, "Prov.txt")
    attach(writer, case_id, docx(EICAR), "Prov.docx")
    attach(writer, case_id, docx(b"hej"), "Ofarlig.docx")
    kept = documents(scanned)
    assert {writer.get(f"/handlingar/{each.public_id}").status_code for each in kept.values()} == {403}, "not looked at yet"
    work(scanned)
    answers = {name: writer.get(f"/handlingar/{each.public_id}") for name, each in kept.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "Prov.txt": 403, "Prov.docx": 403, "Ofarlig.docx": 200}  # fmt: skip
    assert "karantän" in answers["Prov.docx"].text
    with scanned.app_context():
        found = {row.sha256: row.signature for row in session.scalars(select(FileScan))}
        assert found[kept["Prov.txt"].sha256].startswith(SIGNATURE)
        assert found[kept["Prov.docx"].sha256].startswith(SIGNATURE)
        assert found[kept["Ofarlig.docx"].sha256] == ""
        exported = dict(documents_of(session.get_one(Case, row_id)))
        assert [name for name in exported if not name.endswith(".saknas.txt")] == ["bilaga-3-Ofarlig.docx"]
        assert not any(EICAR in content for content in exported.values())
        with pytest.raises(Invalid, match="karantän"), transaction():
            requests.submit(case_id=case_id, by=town.actor("sakerhetschef"), seen_version=None)
    assert log_of(scanned).count("documents.quarantine") == 2


def test_with_clamd_away_the_file_waits_and_is_looked_at_when_it_is_back(
    scanned: Flask, town: Town, client_for: ClientFor, scanner: Clamd
) -> None:
    with scanned.app_context():
        case_id = a_draft(town).public_id
    writer = client_for("sakerhetschef")
    scanner.stop()
    try:
        attach(writer, case_id, b"En vanlig text.", "Text.txt")
        work(scanned)
        kept = documents(scanned)["Text.txt"]
        waiting = writer.get(f"/handlingar/{kept.public_id}")
        assert (waiting.status_code, "väntar på viruskontroll" in waiting.text) == (403, True)
        with scanned.app_context():
            row = session.scalars(select(OutboxRow).where(OutboxRow.kind == scans.KIND)).one()
            assert (row.done_at, row.failures) == (None, 0), "waiting is no failure"
    finally:
        scanner.start()
    due_now(scanned)
    work(scanned)
    assert writer.get(f"/handlingar/{kept.public_id}").data == b"En vanlig text."


def due_now(app: Flask) -> None:
    """What waits half a minute for the scanner waits no longer."""
    with app.app_context(), transaction():
        for row in session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))):
            row.run_at = row.created_at


def look_again(app: Flask) -> None:
    with app.app_context():
        run(app, HANDLERS, once=True, recurring=(scans.HOURLY,))


def test_new_signatures_find_what_old_ones_did_not_and_let_go_what_was_no_harm(
    app: Flask, town: Town, client_for: ClientFor, scanner: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handed in before there was a scanner; then found by it; then found to be harmless."""
    with app.app_context():
        case_id = a_draft(town).public_id
    writer = client_for("sakerhetschef")
    attach(writer, case_id, b"ett litet makromonster", "Monster.txt")
    kept = documents(app)["Monster.txt"]
    assert writer.get(f"/handlingar/{kept.public_id}").status_code == 200, "no scanner is set up"
    with_scanner(app, scanner.scanner)
    assert writer.get(f"/handlingar/{kept.public_id}").status_code == 403
    look_again(app)
    assert writer.get(f"/handlingar/{kept.public_id}").status_code == 200
    look = clamd.look
    for version, answer, status in (("2", clamd.Found("Portal.Monster"), 403), ("3", None, 200)):
        monkeypatch.setattr(clamd, "version", lambda _scanner, now=version: now)
        monkeypatch.setattr(clamd, "look", lambda *a, now=answer: now or look(*a))
        with app.app_context(), transaction():
            for row in session.scalars(select(OutboxRow).where(OutboxRow.kind == scans.AGAIN)):
                row.unique_key = f"before/{version}/{row.id}"
        look_again(app)
        assert writer.get(f"/handlingar/{kept.public_id}").status_code == status
    assert [action for action in log_of(app) if action in ("documents.quarantine", "documents.release")] == [
        "documents.quarantine", "documents.release"]  # fmt: skip


def test_a_file_known_to_be_harmful_is_not_taken_in_again(scanned: Flask, town: Town) -> None:
    with scanned.app_context():
        case = a_draft(town)
        sha256 = current_store().put(EICAR)
        with transaction():
            scans._keep(sha256, SIGNATURE, "1")
        with pytest.raises(Invalid, match="skadlig kod"), transaction():
            operations.add_document(case_id=case.id, kind="attachment", title="a", filename="a.txt", mime="text/plain", size=1,
                                    sha256=sha256, by=town.actor("sakerhetschef"), in_series=True)  # fmt: skip


@pytest.mark.parametrize("answer", [b"", b"stream: OK", b"INSTREAM size limit exceeded. ERROR\0", b"stream: x" * 1000])
def test_what_is_no_answer_is_no_verdict(answer: bytes, tmp_path: Path) -> None:
    """Neither silence, nor half an answer, nor an error means that the file is harmless."""
    path = str(tmp_path / "s")
    with closing(socket.socket(socket.AF_UNIX)) as door:
        door.bind(path)
        door.listen()

        def serve() -> None:
            client, _address = door.accept()
            with closing(client), suppress(OSError):
                client.recv(65536)
                client.sendall(answer)

        served = threading.Thread(target=serve)
        served.start()
        with pytest.raises(clamd.ScannerAway):
            clamd.look(Scanner(socket=path), b"hej")
        served.join()
