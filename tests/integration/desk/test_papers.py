"""The tjänsteskrivelse as Word, and the folder that the meeting system of an organ takes."""

import io
import re
import zipfile
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations as decisions
from portal.decisions.minutes import MinutesKind
from portal.documents.formats import source_of
from portal.documents.models import Document, FileScan
from portal.documents.reading import Reading, read_text
from portal.documents.store import current_store
from portal.funding_requests import attachments, operations
from portal.funding_requests.lifecycle import Action, Status
from portal.log.models import LogEntry
from portal.settings import Scanner
from tests.clamd import with_scanner
from tests.conftest import ClientFor
from tests.factories.decisions import a_referred_case, a_statement, case_of, minutes_from
from tests.factories.files import a_pdf
from tests.factories.funding_requests import a_draft
from tests.factories.places import a_secret_request
from tests.factories.road import act, case_in, run_worker
from tests.factories.town import Town


def attach(town: Town, case_id: UUID, name: str, data: bytes) -> None:
    kept = attachments.keep(current_store(), data, name)
    with transaction():
        operations.add_attachment(case_id=case_id, kept=kept, by=town.actor("sakerhetschef"))


@pytest.fixture
def referred(app: Flask, town: Town) -> UUID:
    """Handed over to kommunstyrelsen with finance's statement and two attachments, one of them in its second edition."""
    with app.app_context():
        case_id = a_draft(town, organ=str(town.organ.public_id)).public_id
        attach(town, case_id, "Läge: karta?.pdf", a_pdf())
        attach(town, case_id, "offert.pdf", a_pdf(2))
        attach(town, case_id, "Läge: karta?.pdf", a_pdf(3))
        act(town, Action.SUBMIT, case_id, "sakerhetschef")
        a_statement(town, case_id)
        a_referred_case(town, case_id)
        run_worker()
    return case_id


def unpacked(client: FlaskClient, case_id: UUID) -> dict[str, bytes]:
    """The folder's files, by their names without the folder's own."""
    answer = client.get(f"/askanden/{case_id}/underlag.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        assert package.testzip() is None
        return {name.partition("/")[2]: package.read(name) for name in package.namelist()}


def folder_of(client: FlaskClient, case_id: UUID) -> str:
    with zipfile.ZipFile(io.BytesIO(client.get(f"/askanden/{case_id}/underlag.zip").data)) as package:
        (folder,) = {name.partition("/")[0] for name in package.namelist()}
        return folder


def read_word(data: bytes) -> Reading:
    return read_text(source_of(data, "skrivelse.docx").text)


def version_of(app: Flask, case_id: UUID) -> int:
    with app.app_context():
        return case_of(case_id).version


def reads_logged() -> int:
    return len(session.scalars(select(LogEntry.seq).where(LogEntry.action == "register.read_secret")).all())


def test_the_folder_holds_what_the_organ_needs_in_order_under_names_that_every_computer_takes(
    app: Flask, client_for: ClientFor, town: Town, referred: UUID
) -> None:
    client = client_for("registrator")
    files = unpacked(client, referred)
    with app.app_context():
        kept = session.scalars(select(Document).where(Document.kind == "attachment").order_by(Document.id.desc())).first()
        statements = len(session.scalars(select(Document.id).where(Document.kind == "statement")).all())
        assert kept is not None
        newest = current_store().read(kept.file.sha256)
    names = [name for name in files if not name.startswith("Yttrande")]
    assert names == [
        "Tjänsteskrivelse.docx",
        "Tjänsteskrivelse.pdf",
        "Äskandet som det skickades in.pdf",
        "Bilaga 1 – Läge_ karta_.pdf",
        "Bilaga 2 – offert.pdf",
        "Innehåll.txt",
    ]
    assert len(files) - len(names) == statements
    assert files["Bilaga 1 – Läge_ karta_.pdf"] == newest, "the newest edition, in the place of the first"
    assert files["Tjänsteskrivelse.pdf"].startswith(b"%PDF-") and files["Äskandet som det skickades in.pdf"].startswith(
        b"%PDF-"
    )
    assert re.fullmatch(r"Underlag KS \d{4}-\d{4} kommunstyrelsen", folder_of(client, referred))
    contents = files["Innehåll.txt"].decode("utf-8-sig")
    assert "Beslutar: Kommunstyrelsen\r\n" in contents
    assert all(f"{name}: " in contents for name in names if name != "Innehåll.txt")
    assert "Saknas" not in contents


def test_the_proposal_is_worded_for_the_organ_and_the_request_stays_as_it_was(client_for: ClientFor, referred: UUID) -> None:
    client = client_for("kommunchef")
    files = unpacked(client, referred)
    text = source_of(files["Tjänsteskrivelse.docx"], "t.docx").text
    assert "# Förslag till beslut i kommunstyrelsen" in text
    assert "Kommunstyrelsen beslutar att 500 000 kr av Trygghetsmiljonen beviljas" in text
    assert "# Ställningstagande\n\nÄskandet tillstyrks.\n\nBehovet är styrkt.\n\n" in text
    reading = read_word(files["Tjänsteskrivelse.docx"])
    assert (reading.deciding_organ, reading.amount_total_sek) == ("kommunstyrelsen", 500_000)
    printed = source_of(files["Tjänsteskrivelse.pdf"], "t.pdf").text
    assert "Förslag till beslut i kommunstyrelsen" in printed and "Äskandet tillstyrks." in printed
    submitted = source_of(files["Äskandet som det skickades in.pdf"], "t.pdf").text
    assert "i kommunstyrelsen" not in submitted and "tillstyrks" not in submitted
    request = read_word(client.get(f"/askanden/{referred}/tjansteskrivelse.docx").data)
    assert request.decision_or_proposal[0].startswith("500 000 kr av Trygghetsmiljonen beviljas")


def test_a_case_passed_on_to_the_council_is_proposed_by_the_board(
    app: Flask, client_for: ClientFor, town: Town, referred: UUID
) -> None:
    with app.app_context():
        minutes = minutes_from(town, MinutesKind.PASSED_ON, passed_on_to_id=town.council.public_id)
        with transaction():
            decisions.record_minutes(
                case_id=referred, minutes=minutes, answer=None, by=town.actor("registrator"), seen_version=None
            )
    text = source_of(unpacked(client_for("registrator"), referred)["Tjänsteskrivelse.docx"], "t.docx").text
    assert "Kommunstyrelsen föreslår kommunfullmäktige besluta att 500 000 kr" in text


def test_the_request_s_own_words_stand_where_they_cannot_be_worded_with_certainty(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    point = "Under året beviljas Säkerhet och trygghet 500 000 kr av Trygghetsmiljonen."
    with app.app_context():
        case_id = a_draft(town, points=[point]).public_id
        act(town, Action.SUBMIT, case_id, "sakerhetschef")
        a_referred_case(town, case_id)
    files = unpacked(client_for("registrator"), case_id)
    text = source_of(files["Tjänsteskrivelse.docx"], "t.docx").text
    assert f"# Förslag till beslut i kommunstyrelsen\n\n{point}" in text
    contents = files["Innehåll.txt"].decode("utf-8-sig")
    assert "med äskandets egna ord" in contents
    assert "Äskandet som det skickades in.pdf" not in files, "its PDF has not been made yet"


def test_a_file_that_nobody_may_open_is_left_out_and_a_text_says_why(
    app: Flask, client_for: ClientFor, town: Town, referred: UUID
) -> None:
    with app.app_context():
        scans = {row.filename: row.sha256 for row in session.scalars(select(Document).where(Document.kind == "attachment"))}
        with transaction():
            for sha256 in {*scans.values()} - {scans["offert.pdf"]}:
                session.add(FileScan(sha256=sha256, verdict="clean", scanned_at=clock.now(), scanner="prov"))
    with_scanner(app, Scanner("/run/finns-inte", 5))
    files = unpacked(client_for("registrator"), referred)
    assert "Bilaga 2 – offert.pdf" not in files
    told = files["Bilaga 2 – offert saknas.txt"].decode("utf-8-sig")
    assert "väntar på viruskontroll" in told
    assert "Saknas:\r\nBilaga 2 – offert.pdf: Filen väntar på viruskontroll" in files["Innehåll.txt"].decode("utf-8-sig")
    assert "Bilaga 1 – Läge_ karta_.pdf" in files


def test_a_damaged_file_is_left_out_too_and_the_rest_is_there(
    app: Flask, client_for: ClientFor, town: Town, referred: UUID
) -> None:
    with app.app_context():
        offer = session.scalars(select(Document).where(Document.filename == "offert.pdf")).one()
        current_store().path(offer.sha256).write_bytes(b"%PDF-1.4 something else")
    files = unpacked(client_for("registrator"), referred)
    assert "skadad" in files["Bilaga 2 – offert saknas.txt"].decode("utf-8-sig")
    assert "Tjänsteskrivelse.docx" in files


def test_of_a_secret_case_the_folder_carries_only_the_number_and_each_fetch_is_logged(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        case_id = a_secret_request(town)
        act(town, Action.HAND_OVER, case_id, "kommunchef")
        before = reads_logged()
    for address in ("underlag.zip", "tjansteskrivelse.docx"):
        stranger = client_for("ekonom2").get(f"/askanden/{case_id}/{address}")
        assert (stranger.status_code, "Larm" in stranger.text) == (404, False)
    client = client_for("registrator")
    assert re.fullmatch(r"Underlag KS \d{4}-\d{4}", folder_of(client, case_id))
    disposition = client.get(f"/askanden/{case_id}/underlag.zip").headers["Content-Disposition"]
    assert "kommunstyrelsen" not in disposition
    letter = client.get(f"/askanden/{case_id}/tjansteskrivelse.docx")
    assert "utpekade" not in letter.headers["Content-Disposition"]
    with app.app_context():
        assert reads_logged() == before + 3


def test_before_the_case_is_handed_over_there_are_no_papers_and_nothing_is_logged_as_read(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        cases = [case_in(Status.SUBMITTED, town), a_secret_request(town), case_in(Status.DECIDED, town)]
        before = reads_logged()
    for case_id in cases:
        answer = client_for("registrator").get(f"/askanden/{case_id}/underlag.zip")
        assert answer.status_code == 409
        assert "Underlaget finns medan ärendet är överlämnat till ett organ." in answer.text
    with app.app_context():
        assert reads_logged() == before


def test_each_submitted_version_is_fetched_as_word_from_beside_its_pdf(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        case_id, draft = case_in(Status.SUBMITTED, town), a_draft(town).public_id
        run_worker()
    client = client_for("kommunchef")
    (href,) = re.findall(
        rf'href="(/askanden/{case_id}/tjansteskrivelse\.docx\?version=\d)"', client.get(f"/askanden/{case_id}").text
    )
    answer = client.get(href)
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert answer.data == client.get(f"/askanden/{case_id}/tjansteskrivelse.docx").data
    assert read_word(answer.data).document_type == "tjänsteskrivelse"
    assert "UTKAST" not in source_of(answer.data, "t.docx").text
    for missing in ("7", "x", "0", "-1", "1 "):
        assert client.get(f"/askanden/{case_id}/tjansteskrivelse.docx", query_string={"version": missing}).status_code == 404
    assert client_for("sakerhetschef").get(f"/askanden/{draft}/tjansteskrivelse.docx").status_code == 404


def test_a_draft_that_could_be_sent_is_fetched_as_word_and_marked_as_a_draft(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        case_id, unfinished = a_draft(town).public_id, a_draft(town, title="").public_id
    writer = client_for("sakerhetschef")
    assert f'href="/askanden/{case_id}/utkast.docx"' in writer.get(f"/askanden/{case_id}/granska").text
    answer = writer.get(f"/askanden/{case_id}/utkast.docx")
    assert "UTKAST" in source_of(answer.data, "t.docx").text
    assert writer.get(f"/askanden/{unfinished}/utkast.docx").status_code == 404
    assert client_for("kommunchef").get(f"/askanden/{case_id}/utkast.docx").status_code in (403, 404)


def test_the_case_page_and_the_word_after_handing_over_lead_to_the_papers(
    app: Flask, client_for: ClientFor, town: Town, referred: UUID
) -> None:
    for username in ("registrator", "kommunchef", "sakerhetschef"):
        page = client_for(username).get(f"/askanden/{referred}").text
        assert f'href="/askanden/{referred}/underlag.zip"' in page and "Underlag till kommunstyrelsen" in page
    with app.app_context():
        other = case_in(Status.SUBMITTED, town)
    handed = client_for("kommunchef").post(
        f"/askanden/{other}/overlamna",
        data={
            "organ": str(town.organ.public_id),
            "stance": "avstyrks",
            "text": "Behovet är inte styrkt.",
            "form_key": str(uuid4()),
            "version": version_of(app, other),
        },
        follow_redirects=True,
    )
    assert "Underlaget för mötessystemet hämtas under Nästa steg." in handed.text
    assert f'href="/askanden/{other}/underlag.zip"' in handed.text
    with app.app_context():
        other = case_in(Status.SUBMITTED, town)
    assert "underlag.zip" not in client_for("registrator").get(f"/askanden/{other}").text
