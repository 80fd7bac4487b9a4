"""What the portal's own connections to SQLite refuse, should a statement ever get in through a hole in the portal."""

import re
import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from portal import create_app
from portal.cli.server import bring_up
from portal.db import changing_schema, db, session, transaction
from portal.log import guards, keys, operations, queries
from portal.log.verifier import Verdict, verify

from .conftest import CASE, add, sign

# ruff: noqa: S608 (the statements are the test's own)

ON_THE_LOG = [
    *(f"DELETE FROM {table}" for table in guards.TABLES),
    *(f"DROP TABLE {table}" for table in guards.TABLES),
    *(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}" for table in guards.TABLES),
    *(f"REPLACE INTO {table} SELECT * FROM {table}" for table in guards.TABLES),
    *(f"DROP TRIGGER {table}_no_delete" for table in guards.TABLES),
    *(f"DROP TRIGGER main.{table}_no_update" for table in guards.TABLES if table != "log_head"),
    *(f"ALTER TABLE {table} RENAME TO gone" for table in guards.TABLES),
    *(f"CREATE TRIGGER mine AFTER INSERT ON {table} BEGIN DELETE FROM outbox; END" for table in guards.TABLES),
    "UPDATE log_entry SET role = 'registrar' WHERE seq = 2",
    "UPDATE OR REPLACE log_entry SET seq = 1 WHERE seq = 2",
    "UPDATE log_entry SET seq = 3 WHERE seq = 2",
    "UPDATE LOG_BODY SET json = '{}'",
    'UPDATE "log_body" SET salt = zeroblob(32)',
    "UPDATE main.log_checkpoint SET note = ''",
    "UPDATE log_head SET id = 2",
    "UPDATE log_head SET root = zeroblob(32)",
    "UPDATE log_head SET size = 0",
    "INSERT INTO log_body SELECT * FROM log_body WHERE true ON CONFLICT (seq) DO UPDATE SET json = '{}'",
    "WITH gone AS (SELECT 2 AS seq) DELETE FROM log_body WHERE seq IN (SELECT seq FROM gone)",
    "DROP TRIGGER log_head_only_grows",
    "DROP TRIGGER log_entry_in_order",
    "ALTER TABLE log_entry ADD COLUMN note",
    "ALTER TABLE log_entry DROP COLUMN case_id",
    "DROP INDEX ix_log_entry_case_id_seq",
]
AROUND_IT = [
    "PRAGMA recursive_triggers=OFF",
    "PRAGMA foreign_keys=OFF",
    "PRAGMA defer_foreign_keys=ON",
    "PRAGMA ignore_check_constraints=ON",
    "PRAGMA writable_schema=ON",
    "PRAGMA writable_schema=RESET",
    "PRAGMA trusted_schema=ON",
    "PRAGMA synchronous=OFF",
    "PRAGMA journal_mode=DELETE",
    "PRAGMA journal_mode=OFF",
    "PRAGMA locking_mode=EXCLUSIVE",
    "PRAGMA schema_version=1",
    "PRAGMA user_version=1",
    "PRAGMA legacy_alter_table=ON",
    "PRAGMA temp_store_directory='/tmp'",
    "PRAGMA mmap_size=0",
    "SELECT load_extension('x')",
    "ATTACH 'other.sqlite' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH main",
    "CREATE TABLE mine (a)",
    "CREATE TABLE mine AS SELECT * FROM log_entry",
    "CREATE TEMP TABLE log_entry (seq)",
    "CREATE TEMP TRIGGER mine BEFORE INSERT ON log_entry BEGIN SELECT RAISE(IGNORE); END",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE TEMP VIEW log_entry AS SELECT 1",
    "CREATE INDEX mine ON log_entry (role)",
    "CREATE VIRTUAL TABLE mine USING fts5(a)",
    "DELETE FROM sqlite_master",
    "UPDATE sqlite_master SET sql = ''",
    "INSERT INTO sqlite_schema VALUES ('trigger', 'x', 'x', 0, '')",
    "ANALYZE",
    "REINDEX",
]


def run(statement: str) -> None:
    with db.engine.connect() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()


def refusal(statement: str) -> str:
    try:
        run(statement)
    except DatabaseError as error:
        return str(error.orig)
    return "nothing"


@pytest.mark.parametrize("statements", [ON_THE_LOG, AROUND_IT], ids=["on the log", "around it"])
def test_what_would_change_the_log_or_its_guards_is_refused(log_app: Flask, key: keys.LogKey, statements: list[str]) -> None:
    add(3)
    sign(key)
    session.remove()
    told = {statement: refusal(statement) for statement in statements}
    allowed = {each: why for each, why in told.items() if not re.search(r"not authorized|only added to|may not be mod", why)}
    assert allowed == {}
    with db.engine.connect() as connection:  # the connections go on as they were
        asked = ("recursive_triggers", "foreign_keys", "synchronous", "journal_mode")
        assert [connection.exec_driver_sql(f"PRAGMA {each}").scalar() for each in asked] == [1, 1, 2, "wal"]
    add(1, first=4)
    assert verify(key.public) == Verdict(True, 4, None, "")


def test_a_copy_of_the_database_leaves_by_no_statement(log_app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "stolen.sqlite"
    connection = db.engine.raw_connection()
    try:
        with pytest.raises(sqlite3.DatabaseError, match="authorization denied"):
            connection.cursor().execute(f"VACUUM INTO '{target}'")
    finally:
        connection.close()
    assert not target.exists()


def test_what_came_in_with_a_refused_statement_is_undone(log_app: Flask, key: keys.LogKey) -> None:
    add(2)
    with pytest.raises(DatabaseError, match="not authorized"), transaction():
        operations.append(action="a.b", by=None, object_kind="case", object_id=CASE, case_id=CASE, body={})
        session.execute(text("DELETE FROM log_body WHERE seq = 1"))
    add(1, first=3)
    assert (verify(key.public).ok, len(queries.page())) == (True, 3)


def test_connections_made_later_and_by_other_threads_are_held_too(log_app: Flask) -> None:
    add(1)
    session.remove()
    db.engine.dispose()
    held = [db.engine.connect() for _ in range(4)]
    try:
        for connection in held:
            with pytest.raises(DatabaseError, match="not authorized"):
                connection.exec_driver_sql("DROP TRIGGER log_entry_no_update")
    finally:
        for connection in held:
            connection.close()


def test_the_schema_is_changed_by_the_migrations_and_then_no_more(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    app = create_app(tmp_path / "instance", testing=True)
    with app.app_context():
        bring_up()
        with pytest.raises(DatabaseError, match="not authorized"):
            run("DROP TABLE log_check")
        with changing_schema():
            run("DROP TABLE log_check")
        with pytest.raises(DatabaseError, match="not authorized"):
            run("CREATE TABLE log_check (id)")
        db.engine.dispose()
