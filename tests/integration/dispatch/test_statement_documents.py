"""Finance's statement becomes a document of its case: once, however often the worker is killed, and for old ones too."""

from uuid import UUID

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from portal.db import session, transaction
from portal.decisions import statement_document
from portal.decisions.models import Stance, Statement
from portal.desk.case_files import documents_of
from portal.dispatch.handlers import HANDLERS
from portal.documents.models import Document
from portal.funding_requests.lifecycle import Action
from portal.log.models import LogEntry
from portal.outbox import operations as outbox
from portal.outbox.models import OutboxRow
from portal.outbox.operations import Task
from tests.conftest import ClientFor
from tests.factories.decisions import a_statement, a_submitted_request, case_of
from tests.factories.dispatch import work
from tests.factories.road import act
from tests.factories.town import Town

SAID = 'Medlen räcker. *Fet* #read("/etc/passwd") och $x$.'


def documents(case_id: UUID) -> list[Document]:
    session.expire_all()
    wanted = select(Document).where(Document.case_id == case_of(case_id).id, Document.kind == "statement")
    return list(session.scalars(wanted.order_by(Document.version)))


def text_of(inside: Flask, document: Document) -> str:
    pdf = pypdfium2.PdfDocument(inside.extensions["store"].read(document.sha256))
    try:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pdf).split())
    finally:
        pdf.close()


def lease(kind: str) -> Task:
    while True:
        with transaction():
            task = outbox.claim("killed")
        assert task is not None
        if task.kind == kind:
            return task


def test_a_statement_is_a_document_among_the_cases_and_among_its_files(
    inside: Flask, town: Town, client_for: ClientFor
) -> None:
    case_id = a_submitted_request(town)
    a_statement(town, case_id, text=SAID, stance=Stance.SUPPORT, balance=250_000, coding="1400-5410")
    a_statement(town, case_id, by="ekonom", text="Ett tillägg.")
    work(inside)
    first, second = documents(case_id)
    case = case_of(case_id)
    text = text_of(inside, first)
    for wanted in (SAID, "Tillstyrks", "250 000 kr", "1400-5410", case.number, case.title, "Lämnat i systemet"):
        assert str(wanted).replace("\u00a0", " ") in text.replace("\u00a0", " ")
    assert (first.title, second.title) == ("Yttrande från ekonomi", "Yttrande från ekonomi, nummer 2")
    assert [name for name, _data in documents_of(case) if name.startswith("yttrande-")] == [
        f"yttrande-1-{first.filename.removeprefix('yttrande-')}",
        f"yttrande-2-{second.filename.removeprefix('yttrande-')}",
    ]
    page = client_for("registrator").get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "Yttrande från ekonomi, nummer 2" in page
    assert f"/handlingar/{first.public_id}" in page


def test_a_worker_killed_at_work_leaves_one_document(inside: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = a_submitted_request(town)
    a_statement(town, case_id)
    task = lease(statement_document.KIND)

    class Killed(BaseException):
        pass

    def kill(_task: Task) -> None:
        raise Killed

    before = session.scalar(select(func.count()).select_from(LogEntry))
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("portal.outbox.operations.finish", kill)
        HANDLERS[statement_document.KIND](task.payload, task)
    assert documents(case_id) == []
    assert session.scalar(select(func.count()).select_from(LogEntry)) == before
    for _again in range(2):
        HANDLERS[statement_document.KIND](task.payload, task)
        assert len(documents(case_id)) == 1


def test_statements_given_before_there_were_documents_of_them_get_theirs(inside: Flask, town: Town) -> None:
    case_id = a_submitted_request(town)
    a_statement(town, case_id)
    with transaction():  # as an earlier version left it: given, and nothing queued
        session.execute(delete(OutboxRow).where(OutboxRow.kind == statement_document.KIND))
    work(inside)
    assert documents(case_id) == []
    for _day in range(2):
        with transaction():
            outbox.enqueue(kind=statement_document.CATCH_UP, payload={}, key=f"catch-up {_day}")
        work(inside)
        [made] = documents(case_id)
    statement = session.scalars(select(Statement)).one()
    assert made.source_id == statement.public_id


def test_the_document_is_that_of_the_version_it_was_given_on(inside: Flask, town: Town) -> None:
    case_id = a_submitted_request(town)
    a_statement(town, case_id)
    act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
    act(town, Action.SUBMIT, case_id, "sakerhetschef")
    a_statement(town, case_id)
    work(inside)
    first, second = documents(case_id)
    assert "Version 1" in text_of(inside, first)
    assert "Version 2" in text_of(inside, second)
