"""The nightly reading of every stored file: damage is known, told everywhere it should be, and gone when it is mended."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.cli.server import CHECKS
from portal.db import session, transaction
from portal.desk.sentences import has_template
from portal.dispatch.handlers import HANDLERS
from portal.documents import scrubbing
from portal.documents.models import Document, FileScrub
from portal.documents.queries import named_files
from portal.documents.store import current_store
from portal.funding_requests import attachments
from portal.funding_requests import operations as requests
from portal.log.models import LogBody, LogEntry
from portal.outbox.models import OutboxRow
from portal.outbox.worker import run
from portal.web.standing import health
from tests.conftest import ClientFor
from tests.factories.funding_requests import a_draft
from tests.factories.town import Town

FILES = 7


@pytest.fixture
def kept(inside: Flask, town: Town) -> list[str]:
    """The SHA-256 of seven attached files."""
    case = a_draft(town)
    by = town.actor("sakerhetschef")
    for n in range(FILES):
        file = attachments.keep(current_store(), f"Text {n}".encode(), f"{n}.txt")
        with transaction():
            requests.add_attachment(case_id=case.public_id, kept=file, by=by)
    return sorted(named_files())


def scrub(app: Flask) -> FileScrub:
    """The worker reads the files; a night passes since the last time."""
    with transaction():
        for row in session.scalars(select(OutboxRow).where(OutboxRow.kind == scrubbing.KIND)):
            row.unique_key = f"before/{row.id}"
        for before in session.scalars(select(FileScrub)):
            before.task = f"before/{before.id}"
    run(app, HANDLERS, once=True, recurring=(scrubbing.NIGHTLY,))
    return session.scalars(select(FileScrub).order_by(FileScrub.id.desc()).limit(1)).one()


def told() -> list[tuple[str, str]]:
    rows = session.execute(
        select(LogEntry.action, LogBody.json).join(LogBody, LogBody.seq == LogEntry.seq).order_by(LogEntry.seq)
    )
    return [(action, json.loads(body)["sha256"]) for action, body in rows if action in ("documents.damage", "documents.mend")]


def test_every_named_file_is_read_and_damage_is_told_until_it_is_mended(inside: Flask, kept: list[str]) -> None:
    assert (scrub(inside).files, scrubbing.damaged_files(), told()) == (FILES, [], [])
    flipped, lost = kept[1], kept[4]
    good = current_store().read(flipped)
    current_store().path(flipped).write_bytes(good[:-1] + b"!")
    current_store().path(lost).rename(gone := current_store().root / "gone")
    for _night in range(2):  # it is told once, however many nights it is found
        found = scrub(inside)
        assert (found.files, found.damaged, scrubbing.damaged_files()) == (FILES, 2, [flipped, lost])
        assert told() == [("documents.damage", flipped), ("documents.damage", lost)]
    assert health() == "2 lagrade filer är skadade eller saknas."
    gone.rename(current_store().path(lost))
    current_store().put(good)
    assert (scrub(inside).damaged, scrubbing.damage()) == (0, None)
    assert [action for action, _sha in told()[2:]] == ["documents.mend", "documents.mend"]
    assert all(
        has_template(action) for action in ("documents.damage", "documents.mend", "documents.quarantine", "documents.release")
    )


def test_the_reading_goes_on_where_it_was_cut_and_reads_each_file_once(
    inside: Flask, kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "SLICE_SECONDS", -1)  # one file a slice
    read: list[str] = []
    check = type(current_store()).check
    monkeypatch.setattr(type(current_store()), "check", lambda store, sha256: (read.append(sha256), check(store, sha256)))
    found = scrub(inside)
    assert (found.files, found.done_at is not None) == (FILES, True)
    assert read == kept


def test_days_without_a_whole_reading_are_told(inside: Flask, kept: list[str]) -> None:
    scrub(inside)
    assert scrubbing.lateness() is None
    later = clock.now() + scrubbing.LATE
    clock.set_source(lambda: later)
    assert scrubbing.lateness() == "Alla lagrade filer har inte lästs på över tre dygn."


def test_a_damaged_file_is_not_handed_out_and_the_command_names_it(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case = a_draft(town)
        file = attachments.keep(current_store(), b"Text", "a.txt")
        with transaction():
            requests.add_attachment(case_id=case.public_id, kept=file, by=town.actor("sakerhetschef"))
        document_id = session.scalars(select(Document.public_id).where(Document.kind == "attachment")).one()
        current_store().path(file.sha256).write_bytes(b"Text2")
        scrub(app)
    answer = client_for("sakerhetschef").get(f"/handlingar/{document_id}")
    assert (answer.status_code, b"Text2" in answer.data) == (503, False)
    assert "skadad" in answer.text
    with app.app_context():
        assert [problem for tried in CHECKS for problem in tried() if "skadad" in problem] == [
            f"Filen {file.sha256} är skadad eller saknas; hämta den ur en säkerhetskopia."]  # fmt: skip
    assert client_for("sakerhetschef").get("/halsa").status_code == 503
