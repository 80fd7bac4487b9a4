"""Adding to the log, in order and for ever."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from portal import clock
from portal.db import changing_schema, db, session, transaction
from portal.log import entries, guards, keys, merkle, notes, operations, queries, subtrees
from portal.log.models import Checkpoint, LogBody, LogEntry
from portal.log.verifier import verify

from .conftest import CASE, REQUESTER, add, sign

pytestmark = pytest.mark.usefixtures("log_app")


def test_an_entry_is_read_as_it_was_written() -> None:
    instant = datetime(2026, 3, 9, 8, 15, 30, 123000, tzinfo=UTC)
    clock.set_source(lambda: instant)
    someone = replace(REQUESTER, acting_for=UUID(int=7))
    try:
        with transaction():
            seq = operations.append(
                action="decisions.decide",
                by=someone,
                object_kind="decision",
                object_id=UUID(int=5),
                case_id=CASE,
                body={"granted": 450000, "lines": [{"label": "Räddningsbåt", "granted": None}], "partial": True},
            )
    finally:
        clock.set_source(None)
    (row,) = queries.timeline(CASE)
    assert (row.seq, row.at, row.actor, row.acting_for) == (seq, instant, REQUESTER.public_id, UUID(int=7))
    assert (row.role, row.action, row.object_kind, row.object_id) == ("requester", "decisions.decide", "decision", UUID(int=5))
    assert row.body == {"granted": 450000, "lines": [{"label": "Räddningsbåt", "granted": None}], "partial": True}


def test_the_system_itself_can_be_the_one_who_acts() -> None:
    with transaction():
        operations.append(action="log.start", by=None, object_kind="instance", object_id=uuid4(), case_id=None, body={})
    (row,) = queries.page()
    assert (row.actor, row.acting_for, row.role, row.case_id) == (None, None, "system", None)


def test_nothing_is_logged_when_the_transaction_fails() -> None:
    add(2)
    with pytest.raises(ZeroDivisionError), transaction():
        operations.append(action="a.b", by=None, object_kind="case", object_id=CASE, case_id=CASE, body={})
        raise ZeroDivisionError
    assert len(queries.timeline(CASE)) == 2
    add(1, first=3)
    assert [row.seq for row in queries.timeline(CASE)] == [1, 2, 3]


def test_a_body_with_a_float_is_refused() -> None:
    with pytest.raises(entries.EntryError), transaction():
        operations.append(action="a.b", by=None, object_kind="case", object_id=CASE, case_id=CASE, body={"sum": 1.5})
    assert queries.page() == []


def test_the_log_is_not_written_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        operations.append(action="a.b", by=None, object_kind="case", object_id=CASE, case_id=CASE, body={})


def test_eight_threads_append_without_a_gap(log_app: Flask, key: keys.LogKey) -> None:
    def work(thread: int) -> None:
        with log_app.app_context():
            add(50, first=thread * 50)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    rows = queries.page(limit=1000)
    assert [row.seq for row in rows] == list(range(400, 0, -1))
    assert {row.body["number"] for row in rows} == set(range(400))
    assert verify(key.public).ok


def test_pages_of_the_whole_log_join_without_gap_or_repeat() -> None:
    add(7)
    newest = queries.page(limit=3)
    older = queries.page(before_seq=newest[-1].seq, limit=3)
    oldest = queries.page(before_seq=older[-1].seq, limit=3)
    assert [row.seq for row in newest + older + oldest] == [7, 6, 5, 4, 3, 2, 1]


def test_a_timeline_holds_its_own_case_only_and_costs_one_statement(log_app: Flask) -> None:
    add(2)
    with transaction():
        operations.append(action="a.b", by=None, object_kind="case", object_id=UUID(int=1), case_id=UUID(int=1), body={})
    add(1, first=3)
    assert [row.body["number"] for row in queries.timeline(CASE)] == [1, 2, 3]
    plan = session.execute(text("EXPLAIN QUERY PLAN SELECT seq FROM log_entry WHERE case_id = 'x' ORDER BY seq")).all()
    assert "USING" in str(plan) and "SCAN log_entry" not in str(plan)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entry SET role = 'x' WHERE seq = 2",
        "DELETE FROM log_entry WHERE seq = 3",
        "INSERT OR REPLACE INTO log_entry SELECT * FROM log_entry WHERE seq = 2",
        "UPDATE log_body SET json = '{}'",
        "DELETE FROM log_body",
        "INSERT OR REPLACE INTO log_body SELECT * FROM log_body WHERE seq = 2",
        "UPDATE log_head SET size = 1",
        "UPDATE log_head SET root = zeroblob(32)",
        "DELETE FROM log_head",
        "UPDATE log_checkpoint SET size = 1",
        "DELETE FROM log_checkpoint",
        "INSERT OR REPLACE INTO log_head SELECT * FROM log_head",
        "INSERT OR REPLACE INTO log_checkpoint SELECT * FROM log_checkpoint",
    ],
)
def test_the_triggers_refuse_change_and_removal_where_nothing_else_does(key: keys.LogKey, statement: str) -> None:
    add(3)
    sign(key)
    with changing_schema(), pytest.raises(DatabaseError, match="only added to"), transaction():
        session.execute(text(statement))
    assert verify(key.public).ok


def test_a_connection_that_is_not_the_portals_is_refused_too(log_file: object, key: keys.LogKey) -> None:
    add(1)
    connection = sqlite3.connect(str(log_file))
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        connection.execute("DELETE FROM log_entry")
    connection.close()


def test_there_are_guards_for_both_databases_and_no_other() -> None:
    for table in guards.TABLES:
        assert guards.statements("sqlite", table) and guards.statements("postgresql", table)
    with pytest.raises(ValueError, match="mysql"):
        guards.statements("mysql", "log_entry")


def test_an_empty_log_is_not_signed(key: keys.LogKey) -> None:
    with transaction():
        assert operations.sign_checkpoint(key) is None


def test_the_same_tree_is_signed_once(key: keys.LogKey) -> None:
    add(3)
    assert sign(key) == sign(key)
    assert session.scalar(select(func.count()).select_from(Checkpoint)) == 1


def test_nothing_is_signed_on_top_of_a_checkpoint_by_another_key(key: keys.LogKey) -> None:
    add(2)
    sign(keys.LogKey.generate(key.name))
    add(1, first=3)
    with pytest.raises(operations.LogBroken):
        sign(key)


def test_an_outsider_checks_one_entry_with_the_public_key_alone(key: keys.LogKey) -> None:
    add(11)
    sign(key)
    add(2, first=12)
    public = keys.PublicLogKey.parse(keys.public_key_text(key))
    proof = notes.parse_proof(operations.proof_for(5))
    evidence = queries.evidence(5)
    assert evidence is not None
    assert proof.extra.decode() == evidence.header
    assert notes.check_proof(proof, merkle.leaf_hash(proof.extra), public).size == 11
    assert entries.body_commitment(evidence.salt, evidence.body) in evidence.header


def test_a_proof_holds_though_the_database_was_replaced_under_the_process(
    key: keys.LogKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subtrees, "BLOCK", 4)
    add(11)
    sign(key)
    operations.proof_for(10)
    known = operations._known[db.engine]
    known._roots = dict.fromkeys(known._roots, bytes(32))
    proof = notes.parse_proof(operations.proof_for(10))
    public = keys.PublicLogKey.parse(keys.public_key_text(key))
    assert notes.check_proof(proof, merkle.leaf_hash(proof.extra), public).size == 11


def test_there_is_no_proof_before_a_checkpoint_covers_the_entry(key: keys.LogKey) -> None:
    add(2)
    with pytest.raises(LookupError):
        operations.proof_for(1)
    sign(key)
    add(1, first=3)
    with pytest.raises(LookupError):
        operations.proof_for(3)


def test_every_entry_has_a_salt_of_its_own() -> None:
    add(20)
    assert len(set(session.scalars(select(LogBody.salt)))) == 20
    assert len(set(session.scalars(select(LogEntry.body_commit)))) == 20


def test_the_last_check_is_remembered(key: keys.LogKey) -> None:
    add(3)
    assert queries.last_verified() is None
    verdict = verify(key.public)
    with transaction():
        operations.record_check(verdict)
    check = queries.last_verified()
    assert check is not None
    assert (check.ok, check.size, check.reason) == (True, 3, "")
