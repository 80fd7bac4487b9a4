"""Documents of a case: a row, a file and a log entry that say the same."""

import json

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from portal.db import db, session, transaction
from portal.documents import operations, queries
from portal.documents.models import Document
from portal.documents.store import Store
from portal.errors import Conflict, Unknown
from portal.log.models import LogBody, LogEntry
from portal.register.operations import create_case
from tests.factories.town import Town


@pytest.fixture
def case_id(inside: Flask, town: Town) -> int:
    with transaction():
        return create_case(unit_id=town.unit.id, by=town.actor("sakerhetschef")).id


def add(inside: Flask, town: Town, case_id: int, data: bytes = b"%PDF-1.7", **change: object) -> Document:
    store: Store = inside.extensions["store"]
    values: dict[str, object] = {
        "kind": "attachment",
        "title": "Lägesbild",
        "filename": "Lägesbild.pdf",
        "mime": "application/pdf",
        "by": town.actor("sakerhetschef"),
    }
    with transaction():
        return operations.add_document(
            case_id=case_id,
            sha256=store.put(data),
            size=len(data),
            **{**values, **change},  # type: ignore[arg-type]
        )


def entries() -> int:
    return session.scalar(select(func.count()).select_from(LogEntry)) or 0


def test_document_is_in_the_case_the_store_and_the_log(inside: Flask, town: Town, case_id: int) -> None:
    document = add(inside, town, case_id)
    assert [row.filename for row in queries.of_case(case_id)] == ["Lägesbild.pdf"]
    assert inside.extensions["store"].read(document.sha256) == b"%PDF-1.7"
    entry = session.scalars(select(LogEntry).order_by(LogEntry.seq.desc()).limit(1)).one()
    body = json.loads(session.scalars(select(LogBody.json).where(LogBody.seq == entry.seq)).one())
    assert (entry.action, entry.object_id) == ("documents.add", document.public_id)
    assert (body["sha256"], body["version"]) == (document.sha256, 1)


def test_the_log_names_no_title_or_file_of_a_draft(inside: Flask, town: Town, case_id: int) -> None:
    add(inside, town, case_id)
    assert "Lägesbild" not in "".join(session.scalars(select(LogBody.json)))


def test_versions_of_a_kind_count_up_by_themselves(inside: Flask, town: Town, case_id: int) -> None:
    versions = [add(inside, town, case_id, bytes([n]), kind=kind).version for n, kind in enumerate("aab")]
    assert versions == [1, 2, 1]


def test_a_handler_that_runs_again_adds_nothing(inside: Flask, town: Town, case_id: int) -> None:
    first = add(inside, town, case_id, kind="decision", version=1, by=None).public_id
    before = entries()
    assert add(inside, town, case_id, kind="decision", version=1, by=None).public_id == first
    assert entries() == before


def test_another_file_cannot_take_the_place_of_a_made_one(inside: Flask, town: Town, case_id: int) -> None:
    add(inside, town, case_id, kind="decision", version=1)
    with pytest.raises(Conflict):
        add(inside, town, case_id, b"other", kind="decision", version=1)
    kept = queries.by_key(case_id, "decision", 1)
    assert kept is not None
    assert inside.extensions["store"].read(kept.sha256) == b"%PDF-1.7"


def test_the_database_itself_refuses_a_second_document_of_a_key(inside: Flask, town: Town, case_id: int) -> None:
    document = add(inside, town, case_id)
    columns = {c.name: getattr(document, c.name) for c in Document.__table__.columns if c.name not in {"id", "public_id"}}
    with pytest.raises(IntegrityError), transaction():
        session.add(Document(**columns))


def test_no_document_without_a_case(inside: Flask, town: Town) -> None:
    with pytest.raises(Unknown):
        add(inside, town, 4711)


def test_documents_of_a_case_take_one_statement(inside: Flask, town: Town, case_id: int) -> None:
    for n in range(5):
        add(inside, town, case_id, bytes([n]))
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert len(queries.of_case(case_id)) == 5
    assert sum(text.startswith("SELECT") for text in statements) == 1
