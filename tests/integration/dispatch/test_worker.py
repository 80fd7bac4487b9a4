"""What the worker does with a decision: one PDF, one copy per recipient, however often it is killed and run again."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.db import session, transaction
from portal.dispatch import mail, operations
from portal.dispatch.handlers import HANDLERS
from portal.dispatch.models import Mail
from portal.dispatch.recipients import COPY, Addressee
from portal.documents.models import Document
from portal.errors import Invalid, Refused
from portal.log import queries as log
from portal.log.models import Checkpoint, LogEntry
from portal.notices.models import Notice
from portal.outbox import operations as outbox
from portal.outbox import worker
from portal.outbox.operations import Task
from portal.people.models import Installation
from portal.register.models import Case
from portal.settings import Mail as Server
from portal.settings import Settings
from tests.factories.accounting import a_recorded_case, an_entry, decision_of
from tests.factories.decisions import a_decision, case_of
from tests.factories.dispatch import copies, work
from tests.factories.town import Town

OUTSIDE = Addressee("Trygghetsrådet", "radet@example.org", COPY)


def _count(table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _sent_to(town: Town, *added: Addressee) -> None:
    case_id, decision = a_decision(town)
    entry = an_entry(decision)
    with transaction():
        operations.record_and_queue(case_id=case_id, entry=entry, by=town.actor("ekonom"), seen_version=None, added=added)


def _make_demo() -> None:
    with transaction():
        session.get_one(Installation, 1).is_demo = True


def _lease(kind: str) -> Task:
    """Lease tasks until one of ``kind`` comes: what a worker holds in hand when it is killed."""
    while True:
        with transaction():
            task = outbox.claim("killed")
        assert task is not None
        if task.kind == kind:
            return task


def test_the_decision_becomes_one_pdf_with_the_signed_log_in_it(inside: Flask, town: Town) -> None:
    case_id = a_recorded_case(town)
    work(inside)
    decision = decision_of(case_id)
    document = session.scalars(select(Document).where(Document.kind == "decision")).one()
    assert document.source_id == decision.public_id
    content = inside.extensions["store"].read(document.sha256)
    assert content.startswith(b"%PDF")
    checkpoint = session.scalars(select(Checkpoint).order_by(Checkpoint.size)).first()
    assert checkpoint is not None and decision.log_seq is not None and checkpoint.size >= decision.log_seq
    logged = [row.body["sha256"] for row in log.timeline(case_id) if row.action == "documents.add"]
    assert document.sha256 in logged
    assert (Path(inside.extensions["settings"].instance) / "log_notes").exists()


def test_copies_lie_in_the_units_inboxes_when_the_pdf_is_made(inside: Flask, town: Town) -> None:
    a_recorded_case(town)
    assert {copy.state for copy in copies()} == {"waiting"}
    work(inside)
    assert {copy.state for copy in copies()} == {"sent"}


@pytest.mark.parametrize("kind", ["decision_document", "submission_document", "copy"])
def test_a_worker_killed_at_work_leaves_nothing_done_twice(
    inside: Flask, town: Town, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The handler dies just before its commit; run again, and even once more, the effect is there once."""
    _make_demo()
    a_recorded_case(town)
    if kind == "copy":
        for name in ("submission_document", "decision_document"):
            task = _lease(name)
            HANDLERS[name](task.payload, task)
    task = _lease(kind)
    before = (_count(Document), _count(Mail), _count(LogEntry))

    class Killed(BaseException):
        pass

    def kill(_task: Task) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(outbox, "finish", kill)
        HANDLERS[kind](task.payload, task)
    session.expire_all()
    assert (_count(Document), _count(Mail), _count(LogEntry)) == before
    HANDLERS[kind](task.payload, task)
    after = (_count(Document), _count(Mail), _count(LogEntry))
    assert after != before
    HANDLERS[kind](task.payload, task)
    assert (_count(Document), _count(Mail), _count(LogEntry)) == after


def test_a_copy_waits_for_the_pdf(inside: Flask, town: Town) -> None:
    a_recorded_case(town)
    task = _lease("copy")
    with pytest.raises(worker.Later, match="skapas"):
        HANDLERS["copy"](task.payload, task)
    assert {copy.state for copy in copies()} == {"waiting"}


def test_queueing_again_queues_no_second_copy(inside: Flask, town: Town) -> None:
    case_id = a_recorded_case(town)
    with transaction():
        assert operations.queue_copies(decision_of(case_id)) == []
    assert len(copies()) == 2


def test_with_the_setting_the_copies_are_queued_at_the_decision(inside: Flask, town: Town) -> None:
    inside.extensions["settings"] = replace(inside.extensions["settings"], dispatch_at="decision")
    case_id, _decision = a_decision(town)
    work(inside)
    assert {copy.state for copy in copies()} == {"sent"}
    a_recorded_case(town, case_id)
    work(inside)
    assert len(copies()) == 2


def test_in_a_demo_mail_goes_to_the_outbox_page_and_nowhere_else(
    inside: Flask, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_demo()
    inside.extensions["settings"] = _with_mail(inside, Server("smtp.example.org", "portalen@akersbro.example"))
    monkeypatch.setattr(mail, "hand_over", lambda *_args: pytest.fail("a demo sent mail"))
    _sent_to(town, OUTSIDE)
    work(inside)
    kept = session.scalars(select(Mail).where(Mail.to == "radet@example.org")).one()
    assert kept.attachments and kept.attachments[0].endswith(".pdf")
    note = log.latest_checkpoint()
    assert note is not None and "Kontrollpunkt i kommunens logg" in kept.body
    assert copies()[-1].state == "sent"


def _with_mail(app: Flask, server: Server) -> Settings:
    return replace(app.extensions["settings"], mail=server)


def test_a_recipient_without_an_address_fails_with_a_sentence_and_can_be_mended(inside: Flask, town: Town) -> None:
    _make_demo()
    _sent_to(town, Addressee("Trygghetsrådet", None, COPY))
    work(inside)
    copy = copies()[-1]
    assert copy.state == "failed" and copy.failure.startswith("Adress saknas")
    public_id, message_id, case_id = copy.public_id, copy.message_id, session.get_one(Case, copy.case_id).public_id
    with pytest.raises(Invalid), transaction():
        operations.retry(case_id=case_id, copy_id=public_id, email="radet@example.org\r\nBcc: x@y", by=town.actor("ekonom"))
    with transaction():
        operations.retry(case_id=case_id, copy_id=public_id, email="radet@example.org", by=town.actor("ekonom"))
    work(inside)
    assert copies()[-1].state == "sent"
    assert session.scalars(select(Mail.message_id).where(Mail.to == "radet@example.org")).all() == [message_id]
    with pytest.raises(Refused, match="redan skickad"), transaction():
        operations.retry(case_id=case_id, copy_id=public_id, email="radet@example.org", by=town.actor("ekonom"))


def test_without_mail_a_copy_can_be_noted_as_handed_over_otherwise(inside: Flask, town: Town) -> None:
    _sent_to(town, OUTSIDE)
    work(inside)
    copy = copies()[-1]
    assert copy.state == "failed" and "E-post är inte inställd" in copy.failure
    case_id = session.get_one(Case, copy.case_id).public_id
    with transaction():
        operations.note_delivery(case_id=case_id, copy_id=copy.public_id, note="Med post", by=town.actor("ekonom"))
    assert copies()[-1].state == "delivered"


def test_a_notice_names_the_number_and_nothing_of_the_content(inside: Flask, town: Town) -> None:
    _make_demo()
    case_id = a_recorded_case(town)
    work(inside)
    case = case_of(case_id)
    notices = [kept for kept in session.scalars(select(Mail)) if not kept.attachments]
    assert notices
    for kept in notices:
        assert " ".join((case.number or "").split()) in kept.subject
        assert case.title not in kept.subject + kept.body


def test_notices_are_not_sent_twice(inside: Flask, town: Town) -> None:
    _make_demo()
    a_recorded_case(town)
    task = _lease("notice")
    HANDLERS["notice"](task.payload, task)
    told = _count(Notice)
    assert told
    HANDLERS["notice"](task.payload, task)
    assert _count(Notice) == told
    letter = _lease("notice_mail")
    HANDLERS["notice_mail"](letter.payload, letter)
    sent = _count(Mail)
    assert sent
    HANDLERS["notice_mail"](letter.payload, letter)
    assert _count(Mail) == sent


def test_the_log_is_checked_and_the_verdict_kept(inside: Flask, town: Town) -> None:
    a_recorded_case(town)
    work(inside)
    with transaction():
        outbox.enqueue(kind="log_check", payload={}, key="log_check/now")
    work(inside)
    checked = log.last_verified()
    assert checked is not None and checked.ok and checked.size > 0
