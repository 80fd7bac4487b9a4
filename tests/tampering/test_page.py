"""The page where anyone may check a decision: the verdict, what was decided, and nothing kept of the file."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock
from portal.db import session
from portal.documents.models import Document
from portal.log.keys import verifies
from portal.verify import apart, routes
from portal.verify.seals import seal_findings
from portal.verify.trust import read_trust
from portal.verify.verdict import Verdict
from tests.conftest import PASSWORD
from tests.factories.dispatch import work
from tests.tampering.stage import Stage
from tests.tampering.test_honest import judged

MOST = 2_000  # bytes, where it is tried


@pytest.fixture
def visitor(stage: Stage) -> FlaskClient:
    stage.app.config["WTF_CSRF_ENABLED"] = False
    return stage.app.test_client()


def sent(client: FlaskClient, pdf: bytes | None, status: int = 200) -> str:
    data: dict[str, object] = {"csrf_token": ""} if pdf is None else {"file": (BytesIO(pdf), "beslut.pdf")}
    answer = client.post("/kontrollera", data=data, content_type="multipart/form-data")
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def in_process(pdf: bytes, trust: str, at: object) -> Verdict:
    assert at
    from portal.verify.check import verify

    return verify(pdf, read_trust(trust, verifies), clock.now(), seal_findings)


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a process for each file: that is tried once."""
    monkeypatch.setattr(apart, "verify_apart", in_process)


def test_anyone_sees_the_verdict_and_what_was_decided_and_nothing_is_kept(stage: Stage, visitor: FlaskClient) -> None:
    folder = Path(stage.app.extensions["settings"].instance)
    pdf = stage.sealed()
    before = sorted(folder.rglob("*"))
    page = sent(visitor, pdf)
    assert "Beslutet är äkta" in page and "TEST-sigill" in page
    assert "800 000 kr" in page and "Kamerabevakning" in page
    assert [path for path in sorted(folder.rglob("*")) if path not in before and "sqlite" not in path.name] == []
    assert "Portalen har exakt" not in page and "Filen finns inte i portalen" not in page


@pytest.mark.usefixtures("quickly")
def test_a_tampered_file_is_said_to_be_so(stage: Stage, visitor: FlaskClient) -> None:
    page = sent(visitor, stage.sealed() + b"% 5 000 000 kr\n")
    assert "Beslutet kan inte styrkas" in page and "Beslutet är äkta" not in page


@pytest.mark.usefixtures("quickly")
@pytest.mark.parametrize(
    ("pdf", "sentence"),
    [
        (None, "Välj filen med beslutet."),
        (b"", "Filen är inte en PDF."),
        (b"PK\x03\x04", "Filen är inte en PDF."),
        (b"%PDF-1.7\n" + bytes(MOST), "Filen är större än 25"),
    ],
    ids=["none", "empty", "zip", "large"],
)
def test_what_cannot_be_a_decision_is_refused_with_a_sentence(
    visitor: FlaskClient, pdf: bytes | None, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST_BYTES", MOST)
    assert sentence in sent(visitor, pdf, 422)


def test_a_file_that_takes_too_long_is_given_up(stage: Stage, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_LONGEST", 0.05)
    assert "för invecklad" in sent(visitor, stage.sealed())


def test_one_is_verified_at_a_time(stage: Stage, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_WAITING", 0.01)
    with apart._turn:
        assert "Försök igen om en stund" in sent(visitor, stage.sealed(), 503)


def test_a_form_of_another_page_is_not_taken(stage: Stage, visitor: FlaskClient) -> None:
    stage.app.config["WTF_CSRF_ENABLED"] = True
    sent(visitor, stage.sealed(), 400)


def test_key_and_program_can_be_fetched(stage: Stage, visitor: FlaskClient) -> None:
    key = visitor.get("/kontrollera/nyckel")
    assert judged(stage, stage.sealed(), key=key.get_data(as_text=True)).ok
    assert visitor.get("/kontrollera/program").data.startswith(b"#!")


@pytest.mark.usefixtures("quickly")
def test_the_workers_own_files_are_genuine_and_staff_see_whether_the_portal_has_the_very_file(
    stage: Stage, visitor: FlaskClient
) -> None:
    with stage.app.app_context():
        work(stage.app)
        session.rollback()
        found = session.scalars(select(Document).where(Document.kind == "decision")).all()
        files = [stage.app.extensions["store"].read(document.file.sha256) for document in found]
        assert len(files) == session.scalar(select(func.count()).select_from(Document).where(Document.kind == "decision"))
        session.remove()
    assert len(files) == len(stage.decisions)
    for pdf in files[::3]:
        assert judged(stage, pdf).ok
    visitor.post("/logga-in", data={"username": "ekonom", "password": PASSWORD})
    assert "Portalen har exakt den här filen" in sent(visitor, files[0])
    assert "Filen finns inte i portalen" in sent(visitor, stage.sealed("other", "seal", "B-B"))
