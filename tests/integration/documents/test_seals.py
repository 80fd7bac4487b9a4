"""Decisions are sealed by the worker: also while the time-stamp service is away, after a change of key, and anew every year."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock, create_app
from portal.cli.server import CHECKS, _seal_notes
from portal.db import session, transaction
from portal.desk.case_files import documents_of
from portal.desk.sentences import has_template
from portal.dispatch.handlers import HANDLERS
from portal.documents import seals
from portal.documents.models import Document, SealedFile
from portal.documents.queries import named_files
from portal.documents.scrubbing import NIGHTLY, damaged_files
from portal.documents.sealing import revoked
from portal.documents.store import current_store
from portal.log.models import LogBody, LogEntry
from portal.outbox.models import OutboxRow
from portal.outbox.worker import run
from portal.people.models import Installation
from portal.web.standing import health
from tests.factories.decisions import a_decision, a_submitted_request, case_of
from tests.factories.road import LINES, TOTAL, run_worker
from tests.factories.town import Town
from tests.seals import pki


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "_rests_until", {})
    monkeypatch.setattr(revoked, "_kept", {})


def use(app: Flask, name: str, *, service: str = "tsa", stamped: bool = True) -> Path:
    """Set up the seal of that name, as after a restart with new settings; its key file."""
    settings = app.extensions["settings"]
    chosen = pki().install(settings.instance, name, service=service, stamped=stamped)
    app.extensions["settings"] = replace(settings, seal=chosen)
    assert chosen.key is not None
    return chosen.key


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the portal and the services take it to be another time."""
    clock.set_source(lambda: moment)
    try:
        with pki().at(moment):
            yield
    finally:
        clock.set_source(None)


def away(path: str) -> list[bytes] | None:
    return [b"nonsens"] if "/tsa/" in path else None


def work(app: Flask, *, renew: bool = False) -> None:
    run(app, HANDLERS, once=True, recurring=(seals.HOURLY,) if renew else ())
    session.expire_all()


def sealed() -> list[tuple[Document, SealedFile]]:
    session.expire_all()
    both = select(Document, SealedFile).join(SealedFile, SealedFile.document_id == Document.id).order_by(Document.id)
    return [(document, row) for document, row in session.execute(both)]


def renewed() -> list[dict[str, str]]:
    rows = session.execute(
        select(LogBody.json).join(LogEntry, LogEntry.seq == LogBody.seq).where(LogEntry.action == "documents.renew_seal")
    )
    return [json.loads(body) for (body,) in rows]


def upgrades() -> list[OutboxRow]:
    return list(session.scalars(select(OutboxRow).where(OutboxRow.kind == seals.KIND)))


def test_a_decision_is_sealed_with_the_test_seal_where_no_other_is_set(inside: Flask, town: Town) -> None:
    a_decision(town)
    run_worker()
    [(document, row)] = sealed()
    assert (row.level, row.renew_by, row.sha256) == ("B-B", None, document.sha256)
    key, stamps = seals.current_seal()
    assert (row.certificate, key.is_test, stamps) == (key.fingerprint, True, None)
    assert document.file == (row.sha256, row.size)
    assert upgrades() == []
    assert _seal_notes() == ["Inget sigill är inställt: beslut förseglas med ett TESTSIGILL."]


def test_with_a_service_the_decision_is_sealed_to_last_at_once(inside: Flask, town: Town) -> None:
    use(inside, "seal")
    a_decision(town)
    work(inside)
    [(_document, row)] = sealed()
    assert (row.level, row.certificate) == ("B-LTA", seals.current_seal()[0].fingerprint)
    assert row.renew_by is not None
    assert (upgrades(), renewed(), _seal_notes()) == ([], [], [])


def test_the_decision_stands_while_the_service_is_away_and_gets_its_time_stamps_later(inside: Flask, town: Town) -> None:
    use(inside, "seal")
    a_decision(town)
    with pki().answers(away):
        pki().asked.clear()
        work(inside)
        [(document, row)] = sealed()
        before = document.file
        assert (row.level, document.sha256, before.sha256) == ("B-B", row.sha256, row.sha256)
        assert len(pki().asked) == 1, "a service that is away is left in peace"
        with at(clock.now() + 2 * seals.RESTS):
            work(inside)
        [task] = upgrades()
        assert (task.done_at, task.last_error) == (None, "Tidsstämplingstjänsten svarade med något som inte är en tidsstämpel.")
        assert _seal_notes() == ["Förseglade handlingar som väntar på tidsstämpel: 1."]
    with at(clock.now() + timedelta(hours=2)):
        work(inside)
    [(document, row)] = sealed()
    assert (row.level, document.sha256) == ("B-LTA", before.sha256)
    assert current_store().read(document.file.sha256).startswith(current_store().read(before.sha256))
    assert [(each["from_sha256"], each["sha256"], each["filename"]) for each in renewed()] == [
        (before.sha256, row.sha256, document.filename)
    ]
    assert has_template("documents.renew_seal")
    assert {before.sha256, row.sha256} <= named_files()
    assert upgrades()[0].done_at is not None


def test_what_is_handed_out_and_read_every_night_is_the_file_as_it_is_now(inside: Flask, town: Town) -> None:
    use(inside, "seal", stamped=False)
    case_id, _decision = a_decision(town)
    work(inside)
    use(inside, "seal")
    work(inside, renew=True)
    [(document, row)] = sealed()
    assert document.sha256 != row.sha256
    assert current_store().read(row.sha256) in [content for _name, content in documents_of(case_of(case_id))]
    current_store().path(row.sha256).write_bytes(b"skadad")
    run(inside, HANDLERS, once=True, recurring=(NIGHTLY,))
    assert damaged_files() == [row.sha256]


def test_decisions_sealed_before_a_service_was_set_are_lifted_too(inside: Flask, town: Town) -> None:
    use(inside, "seal", stamped=False)
    a_decision(town)
    work(inside, renew=True)
    assert [row.level for _document, row in sealed()] == ["B-B"]
    use(inside, "seal")
    with at(clock.now() + timedelta(hours=1)):
        work(inside, renew=True)
    assert [row.level for _document, row in sealed()] == ["B-LTA"]


def test_a_worker_killed_before_it_commits_loses_nothing(inside: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    use(inside, "seal", stamped=False)
    a_decision(town)

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(seals, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            work(inside)
    session.rollback()
    assert sealed() == []
    with at(clock.now() + timedelta(minutes=5)):
        work(inside)
    assert [row.level for _document, row in sealed()] == ["B-B"]
    use(inside, "seal")
    with monkeypatch.context() as patch, at(clock.now() + timedelta(hours=1)):
        patch.setattr(seals, "_move", killed)
        with pytest.raises(KeyboardInterrupt):
            work(inside, renew=True)
    session.rollback()
    assert ([row.level for _document, row in sealed()], renewed()) == (["B-B"], [])
    with at(clock.now() + timedelta(hours=2)):
        work(inside)
    assert [row.level for _document, row in sealed()] == ["B-LTA"]
    assert len(renewed()) == 1


def test_after_a_change_of_key_new_decisions_carry_the_new_one_and_old_ones_are_renewed_without_the_old(
    inside: Flask, town: Town
) -> None:
    old = use(inside, "seal")
    a_decision(town, a_submitted_request(town, lines=LINES, total=TOTAL))
    work(inside)
    old.unlink()
    use(inside, "seal-384")
    a_decision(town, a_submitted_request(town, lines=LINES, total=TOTAL))
    work(inside)
    certificates = [row.certificate for _document, row in sealed()]
    assert certificates == [pki().key("seal").fingerprint, pki().key("seal-384").fingerprint]
    first = sealed()[0][1].sha256
    with at(datetime(2028, 1, 10, tzinfo=UTC)):
        work(inside, renew=True)
    [(document, row), (_other, newer)] = sealed()
    assert row.sha256 != first
    assert row.renew_by == newer.renew_by == (datetime(2028, 1, 10, tzinfo=UTC) + timedelta(days=455)).date()
    assert row.certificate == certificates[0]
    assert current_store().read(row.sha256).startswith(current_store().read(document.sha256))
    assert len(renewed()) == 2


def test_a_renewal_that_is_late_is_an_alarm_in_good_time(inside: Flask, town: Town) -> None:
    use(inside, "seal")
    a_decision(town)
    work(inside)
    [(_document, row)] = sealed()
    assert row.renew_by is not None
    due = datetime.combine(row.renew_by, datetime.min.time(), UTC) - seals.ALARM + timedelta(hours=12)
    with pki().answers(away), at(due - timedelta(days=2)):
        work(inside, renew=True)
        assert health() is None
    with pki().answers(away), at(due):
        work(inside, renew=True)
        assert health() == f"En förseglad handling behöver en ny tidsstämpel senast {row.renew_by}."
    with at(due + timedelta(hours=3)):
        work(inside)
        assert health() is None


def test_a_seal_that_cannot_be_used_makes_documents_wait_and_is_told(inside: Flask, town: Town) -> None:
    use(inside, "seal-expired", stamped=False)
    a_decision(town)
    work(inside)
    assert sealed() == []
    task = session.scalars(select(OutboxRow).where(OutboxRow.kind == "decision_document")).one()
    assert (task.done_at, task.last_error) == (None, "Sigillets certifikat gick ut 2025-01-01.")
    assert [problem for check in CHECKS for problem in check() if "Sigill" in problem] == [
        "Sigillets certifikat gick ut 2025-01-01."
    ]
    use(inside, "seal", stamped=False)
    with at(clock.now() + timedelta(hours=1)):
        work(inside)
    assert len(sealed()) == 1


def test_the_end_of_the_certificate_is_told_in_good_time(inside: Flask) -> None:
    use(inside, "seal", stamped=False)
    check = next(each for each in CHECKS if each.__name__ == "_seal")
    assert check() == []
    with at(datetime(2030, 10, 10, tzinfo=UTC)):
        assert check() == ["Sigillets certifikat går ut 2031-01-01: skaffa ett nytt."]


def test_a_seal_that_ended_before_the_service_came_is_left_as_it_is(inside: Flask, town: Town) -> None:
    use(inside, "seal", stamped=False)
    a_decision(town)
    work(inside)
    use(inside, "seal", service="tsa2")
    with at(datetime(2031, 2, 1, tzinfo=UTC)):
        work(inside, renew=True)
    [task] = upgrades()
    assert task.done_at is not None
    assert [row.level for _document, row in sealed()] == ["B-B"]


def test_in_a_demo_only_the_test_seal_is_used(inside: Flask, town: Town) -> None:
    use(inside, "seal", stamped=False)
    with transaction():
        session.get_one(Installation, 1).is_demo = True
    assert seals.current_seal()[0].is_test


@pytest.mark.parametrize(("file", "told"), [("seal.pem", "chmod 600"), ("", "finns inte")])
def test_a_server_is_not_started_beside_a_seal_that_others_may_use(
    inside: Flask, file: str, told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = shutil.copytree(inside.extensions["settings"].instance, tmp_path / "server")
    (folder / "settings.toml").write_text('[seal]\nkey = "seal.pem"\n', encoding="utf-8")
    if file:
        pki().install(folder, stamped=False)
        (folder / file).chmod(0o640)
    with pytest.raises(SystemExit) as stopped:
        create_app(folder, check_schema=True)
    assert stopped.value.code == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
