"""Making a masked copy of a document of a case: what is hidden is nowhere in it, and the original stays as it is."""

import html
import re
import subprocess
from pathlib import Path
from uuid import UUID, uuid4

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.db import session, transaction
from portal.documents import masked_copies
from portal.documents.models import Document
from portal.documents.store import current_store
from portal.funding_requests import attachments, operations
from portal.log.models import LogBody, LogEntry
from portal.register.models import CaseFact
from tests.conftest import ClientFor
from tests.factories.decisions import a_decision, a_submitted_request, case_of
from tests.factories.disclosure import PROVISION
from tests.factories.files import a_pdf
from tests.factories.funding_requests import a_draft
from tests.factories.letters import as_pdf
from tests.factories.road import run_worker
from tests.factories.town import Town

LINES = (("Kamerabevakning vid Norra torget", "600 000"), ("Väktare", "300 000"), ("Trygghetsmätning", ""))


@pytest.fixture
def case_id(app: Flask, town: Town) -> UUID:
    """A request that has been decided, its documents made."""
    with app.app_context():
        found = a_submitted_request(town, lines=LINES, total="900 000")
        a_decision(town, found)
        run_worker()
        return found


def _document(case_id: UUID, kind: str) -> Document:
    statement = select(Document).where(Document.case_id == case_of(case_id).id, Document.kind == kind)
    return session.scalars(statement.order_by(Document.id.desc())).first() or pytest.fail(f"no {kind}")


def _address(app: Flask, case_id: UUID, kind: str) -> str:
    with app.app_context():
        return f"/handlingar/{_document(case_id, kind).public_id}/maskera"


def _attached(app: Flask, town: Town, data: bytes, name: str) -> tuple[UUID, str]:
    """A request with a file attached to it, sent in; the address where the attachment is masked."""
    with app.app_context():
        found, by = a_draft(town).public_id, town.actor("sakerhetschef")
        kept = attachments.keep(current_store(), data, name)
        with transaction():
            operations.add_attachment(case_id=found, kept=kept, by=by)
        with transaction():
            operations.submit(case_id=found, by=by, seen_version=None)
        return found, _address(app, found, "attachment")


def _typed(page: str) -> dict[str, str]:
    """The hidden fields of the form."""
    return dict(re.findall(r'<input type="hidden" name="(form_key|version|seen|csrf_token)" value="([^"]*)"', page))


def _look(client: FlaskClient, address: str, **typed: object) -> str:
    """The page with the copy as it would be."""
    page = client.get(address)
    assert page.status_code == 200
    answer = client.post(address, data={**_typed(page.text), "provision": PROVISION, "do": "look", **typed})
    assert answer.status_code == 200, _words(answer.text)
    return answer.text


def _make(client: FlaskClient, address: str, page: str, **typed: object) -> None:
    answer = client.post(address, data={**_typed(page), "provision": PROVISION, "do": "make", **typed})
    assert answer.status_code == 303, _words(answer.text)


def _words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def _everything(pdf: bytes, folder: Path) -> str:
    """All text that two programs find in the file, and every text of its structure."""
    path = folder / "copy.pdf"
    path.write_bytes(pdf)
    seen = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    told = subprocess.run(["pdfinfo", "-meta", path], capture_output=True, text=True, check=True).stdout
    told += subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    parts = [seen, told]
    with pikepdf.open(path) as opened:
        for each in opened.objects:
            parts.append(repr(each) if not isinstance(each, pikepdf.Stream) else repr(each.stream_dict))
            parts += (
                [str(value) for value in each.values() if isinstance(value, pikepdf.String)]
                if isinstance(each, pikepdf.Dictionary)
                else []
            )
    return " ".join("\n".join(parts).split()).casefold()


def test_the_decision_is_masked_and_what_is_hidden_is_nowhere_in_the_copy(
    app: Flask, client_for: ClientFor, case_id: UUID, tmp_path: Path
) -> None:
    client, address = client_for("registrator"), _address(app, case_id, "decision")
    with app.app_context():
        before = _document(case_id, "decision")
        row = (before.sha256, before.size, before.title, current_store().read(before.sha256))
    page = _look(client, address, phrases="kamerabevakning VID norra torget\nKommunchef")
    assert "Så blir kopian" in page and "ställen är maskade" in _words(page)
    pictures = re.findall(r'src="(/handlingar/[^"]+\.png)"', page)
    assert client.get(pictures[0]).data.startswith(b"\x89PNG")
    _make(client, address, page, phrases="kamerabevakning VID norra torget\nKommunchef", recipient="en journalist")
    with app.app_context():
        original, copy = _document(case_id, "decision"), _document(case_id, "masked_copy")
        assert (original.sha256, original.size, original.title, current_store().read(original.sha256)) == row
        assert (copy.original_id, copy.title) == (original.id, f"Maskad kopia av {original.title}")
        text = _everything(current_store().read(copy.sha256), tmp_path)
        for hidden in ("norra torget", "kommunchef", original.sha256, "inklusionsbevis", "tlog-proof"):
            assert hidden not in text, hidden
        for shown in ("väktare", "300 000", "maskad kopia", "18 kap. 8 § osl", "originalet är bevarat"):
            assert shown in text, shown
        entry = session.scalars(select(LogEntry).where(LogEntry.action == "documents.mask_copy")).one()
        body = session.get(LogBody, entry.seq)
        assert body is not None
        logged = str(body.__dict__)
        assert copy.sha256 in logged and "torget" not in logged and PROVISION in logged
        fact = session.scalars(select(CaseFact).where(CaseFact.kind == "disclosed")).one()
        assert fact.text.endswith("till en journalist")
    shown = _words(client.get(f"/askanden/{case_id}").text)
    assert "Maskad kopia av" in shown and "Maskad enligt 18 kap. 8 § OSL" in shown and "Gjorde en maskad kopia" in shown
    auditor = client_for("revisor")
    assert "Maskad kopia av" in auditor.get(f"/askanden/{case_id}").text
    assert auditor.get(address).status_code == 403


def test_a_hidden_amount_takes_its_sum_along(app: Flask, client_for: ClientFor, case_id: UUID, tmp_path: Path) -> None:
    client, address = client_for("registrator"), _address(app, case_id, "submission")
    page = _look(client, address, passage=["lines.0.amount", "lines.1.label~0"])
    assert "också maskade" in _words(page)
    _make(client, address, page, passage=["lines.0.amount", "lines.1.label~0"])
    with app.app_context():
        text = _everything(current_store().read(_document(case_id, "masked_copy").sha256), tmp_path)
    assert "600 000" not in text and "900 000" not in text and "väktare" not in text
    assert "300 000" in text and "kamerabevakning" in text


ATTACHMENT = """Offert till Åkersbro kommun

Kontaktperson: Alma Kvist-Lövström, 070-123 45 67, alma.kvist@exempel.se

Kamerorna sätts vid norra ingången. Den ﬁna larmkoden är 4711 och får inte
lämnas ut.
"""


def test_a_pdf_that_was_handed_in_is_painted_over_and_holds_no_text_of_what_is_hidden(
    app: Flask, client_for: ClientFor, town: Town, tmp_path: Path
) -> None:
    client = client_for("registrator")
    case_id, address = _attached(app, town, as_pdf(ATTACHMENT), "Offert Kvist-Lövström.pdf")
    first = client.get(address).text
    assert "070-123 45 67" in first and "alma.kvist@exempel.se" in first, "numbers and addresses are offered"
    typed = {"phrases": "alma kvist-lövström\nden fina larmkoden är 4711", "suggested": ["070-123 45 67"]}
    page = _look(client, address, **typed)
    _make(client, address, page, **typed)
    with app.app_context():
        copy = _document(case_id, "masked_copy")
        text = _everything(current_store().read(copy.sha256), tmp_path)
    for hidden in ("alma kvist", "lövström", "4711", "070-123", "larmkoden"):
        assert hidden not in text, hidden
        assert hidden not in copy.title.casefold() + copy.filename, hidden
    for shown in ("norra ingången", "lämnas ut.", "offert till", "exempel.se"):
        assert shown in text, shown


def test_what_was_typed_is_kept_where_it_does_not_hold(app: Flask, client_for: ClientFor, case_id: UUID) -> None:
    client, address = client_for("registrator"), _address(app, case_id, "decision")
    form = _typed(client.get(address).text)

    def said(**typed: object) -> str:
        answer = client.post(address, data={**form, "provision": PROVISION, "do": "make", **typed})
        assert answer.status_code == 422
        assert client.get(f"/askanden/{case_id}").text.count("Maskad kopia av") == 0
        return _words(answer.text) + answer.text

    assert "Inget är valt." in said()
    missing = said(phrases="Väktare\nNågot som inte står där", passage=["title~0"])
    assert "Det här finns inte i handlingen: ”Något som inte står där”." in missing and "ligger" not in missing
    assert "Väktare\nNågot som inte står där</textarea>" in missing and 'value="title~0" checked' in missing
    assert "Skriv enligt vilken bestämmelse" in said(phrases="Väktare", provision="")
    assert "Högst 300 kan maskas" in said(phrases="\n".join(f"ord{n}" for n in range(10_000)))
    assert "har varken bokstav eller siffra" in said(phrases="...")
    assert "står också i handlingens fasta text" in said(phrases="Delegationsbeslut")
    assert "Ett av de valda styckena" in said(passage=["proof.entry"])


def test_what_is_chosen_anew_after_the_look_is_looked_at_again(app: Flask, client_for: ClientFor, case_id: UUID) -> None:
    client, address = client_for("registrator"), _address(app, case_id, "decision")
    page = _look(client, address, phrases="Väktare")
    again = client.post(address, data={**_typed(page), "provision": PROVISION, "do": "make", "phrases": "Trygghetsmätning"})
    assert again.status_code == 200 and "Så blir kopian" in again.text
    forged = client.post(
        address, data={**_typed(page), "seen": "x.y.z", "provision": PROVISION, "do": "make", "phrases": "Väktare"}
    )
    assert forged.status_code == 200, "a mark that was not given out makes nothing"
    other = _address(app, case_id, "submission")
    moved = client.post(other, data={**_typed(page), "provision": PROVISION, "do": "make", "phrases": "Väktare"})
    assert moved.status_code == 200, "nor one of another document"
    with app.app_context():
        assert session.scalar(select(func.count()).where(Document.kind == "masked_copy")) == 0


def test_a_form_sent_twice_makes_one_copy_and_a_stale_one_keeps_what_was_typed(
    app: Flask, client_for: ClientFor, case_id: UUID
) -> None:
    client, address = client_for("registrator"), _address(app, case_id, "decision")
    page = _look(client, address, phrases="Väktare")
    for _time in range(2):
        _make(client, address, page, phrases="Väktare")
    stale = {**_typed(page), "form_key": str(uuid4()), "provision": PROVISION, "do": "make", "phrases": "Väktare"}
    answer = client.post(address, data=stale)
    assert answer.status_code == 409 and "Väktare</textarea>" in answer.text and "Så blir kopian" in answer.text
    with app.app_context():
        assert session.scalar(select(func.count()).where(Document.kind == "masked_copy")) == 1


def test_what_cannot_be_masked_is_told(app: Flask, client_for: ClientFor, town: Town, case_id: UUID) -> None:
    client, address = client_for("registrator"), _address(app, case_id, "decision")
    _make(client, address, _look(client, address, phrases="Väktare"), phrases="Väktare")
    copy = client.get(_address(app, case_id, "masked_copy"))
    assert "Det här är redan en maskad kopia." in copy.text and 'name="form_key"' not in copy.text
    listed = _words(client.get(f"/askanden/{case_id}/maskera").text)
    assert "Maska en handling" in listed and "redan en maskad kopia" in listed


def test_reading_a_secret_original_is_logged_and_its_copy_is_seen_by_no_more(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        case_id = a_submitted_request(town, lines=LINES, total="900 000", secrecy="ja")
        run_worker()
    client, address = client_for("registrator"), _address(app, case_id, "submission")
    reads = select(func.count()).where(LogEntry.action == "register.read_secret")
    page = client.get(address)
    assert PROVISION in page.text, "the mark's own provision is proposed"
    with app.app_context():
        assert session.scalar(reads) == 1
    _make(client, address, _look(client, address, phrases="Norra torget"), phrases="Norra torget")
    with app.app_context():
        copy = _document(case_id, "masked_copy").public_id
    assert client_for("fritidschef").get(f"/handlingar/{copy}").status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (a_pdf(41), "lang.pdf", "PDF-filen har 41 sidor. Högst 40 kan maskas åt gången"),
        ("Anna Berg bor här.".encode(), "brev.txt", "Bara PDF-filer kan maskas. Skriv ut filen till PDF"),
    ],
)
def test_a_file_that_cannot_be_masked_here_says_what_to_do(
    app: Flask, client_for: ClientFor, town: Town, data: bytes, name: str, says: str
) -> None:
    _case, address = _attached(app, town, data, name)
    page = client_for("registrator").get(address)
    assert page.status_code == 200 and says in _words(page.text) and 'name="form_key"' not in page.text
    assert client_for("registrator").post(address, data={"phrases": "Anna"}).status_code == 403


def test_a_page_that_is_a_picture_is_told_and_can_be_hidden_whole(app: Flask, client_for: ClientFor, town: Town) -> None:
    _case, address = _attached(app, town, a_pdf(2), "inskannad.pdf")
    page = _look(client_for("registrator"), address, passage=["sida.2"])
    assert "Det finns ingen text att söka i på sida 1." in _words(page)


def test_what_fails_halfway_leaves_nothing_of_the_copy(
    app: Flask, client_for: ClientFor, case_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = client_for("registrator"), _address(app, case_id, "decision")
    page = _look(client, address, phrases="Väktare")
    with app.app_context():
        before = session.scalar(select(func.count()).select_from(LogEntry))

    def dies(*_args: object, **_kept: object) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="power"):
        patch.setattr(masked_copies, "touch", dies)
        _make(client, address, page, phrases="Väktare")
    with app.app_context():
        assert session.scalar(select(func.count()).where(Document.kind == "masked_copy")) == 0
        assert session.scalar(select(func.count()).select_from(LogEntry)) == before
    _make(client, address, page, phrases="Väktare")
