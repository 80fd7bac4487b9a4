"""The role that the operator's guide makes for the server on PostgreSQL: enough for the road, too little for the log."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from portal import create_app
from portal.cli.server import bring_up
from portal.db import db, session, transaction
from portal.log import guards, keys, verifier
from tests.conftest import PASSWORD
from tests.factories.decisions import a_decision, case_of
from tests.factories.road import run_worker
from tests.factories.town import Town, build
from tests.integration.test_migrations import new_database

GUIDE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
DENIED = "permission denied|must be owner|must be able to SET ROLE"
ON_EACH = (
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "DROP TRIGGER {table}_no_delete ON {table}",
    "DROP TABLE {table} CASCADE",
    "ALTER TABLE {table} OWNER TO portal_app",
    "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {column} = EXCLUDED.{column}",
    "CREATE TRIGGER mine AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION log_refuse()",
)
AROUND = (
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION log_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TABLE mine (a int)",
    "UPDATE alembic_version SET version_num = 'x'",
    "UPDATE log_head SET id = 2",
    "SET ROLE postgres",
)
KEY = {"log_head": "id", "log_checkpoint": "id"}
COLUMN = {"log_entry": "role", "log_body": "json", "log_head": "id", "log_checkpoint": "note"}


def statements_of_the_guide() -> list[str]:
    """What docs/operations.md tells the operator to run, with a password in it."""
    found = re.search(r"```sql\n(.+?)```", GUIDE, re.S)
    assert found
    return [line.replace("…", "hemligt") for line in found[1].strip().splitlines()]


def application(folder: Path, address: str) -> Flask:
    folder.mkdir(exist_ok=True)
    (folder / "settings.toml").write_text(f'database = "{address}"\n', encoding="utf-8")
    (folder / "secret_key").write_bytes(b"k" * 32)
    return create_app(folder, testing=True)


@pytest.fixture
def limited(tmp_path: Path, postgresql: Any) -> Iterator[tuple[Flask, Town]]:
    """The portal signed in as the limited role, in a database that its owner has made."""
    address = new_database(postgresql, "limited")
    owner = application(tmp_path / "instance", address)
    with owner.app_context():
        bring_up()
        with transaction():
            town = build(PASSWORD)
            for statement in statements_of_the_guide():
                session.execute(text(statement))
        db.engine.dispose()
    app = application(tmp_path / "instance", address.replace("//postgres:@", "//portal_app:hemligt@"))
    with app.app_context():
        assert session.scalar(text("SELECT current_user")) == "portal_app"
        session.rollback()
        yield app, town
        session.remove()
        db.engine.dispose()
    with owner.app_context():
        db.engine.dispose()


def test_the_road_is_walked_and_the_log_is_out_of_reach(limited: tuple[Flask, Town]) -> None:
    app, town = limited
    case_id, _decision = a_decision(town)
    run_worker()
    assert case_of(case_id).status == "decided"
    session.remove()
    tried = [
        (each, {"table": table, "column": COLUMN[table], "key": KEY.get(table, "seq")})
        for table in guards.TABLES
        for each in ON_EACH
    ]
    for statement in [each.format(**names) for each, names in tried] + list(AROUND):
        told = "nothing"
        try:
            with transaction():
                session.execute(text(statement))
        except ProgrammingError as error:
            told = str(error.orig)
        assert re.search(DENIED, told), f"{statement}: {told}"
    with transaction():  # PostgreSQL only warns of a right that one has not got to give
        session.execute(text("GRANT UPDATE ON log_entry TO portal_app"))
        assert session.scalar(text("SELECT has_table_privilege('portal_app', 'log_entry', 'UPDATE')")) is False
    key = keys.load_or_create_log_key(app.extensions["settings"].instance / "log_key")
    verdict = verifier.verify(key.public)
    assert verdict.ok, verdict.reason
    assert verdict.size > 0
