"""The migrated schema is the models' schema, CHECKs, partial indexes and triggers included, on both databases."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import Connection, select, text

from portal import create_app, schema, tables
from portal.cli.server import bring_up
from portal.db import db, session, transaction
from portal.decisions.minutes import MinutesKind
from portal.decisions.models import Decision, MinutesEntry, Stance
from portal.decisions.operations import hand_over, record_minutes
from portal.funding_requests.lifecycle import Action, Status
from portal.register.document_models import RegisteredDocument
from tests.factories.decisions import a_referred_case, a_submitted_request, an_answer, minutes_from
from tests.factories.road import act, case_in, run_worker
from tests.factories.town import Town, build

SAME = re.compile(r"\s+")


def application(folder: Path, database: str = "") -> Flask:
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text(f'database = "{database}"\n' if database else "", encoding="utf-8")
    return create_app(folder, testing=True)


def new_database(server: Any, name: str) -> str:
    server.psql(f"CREATE DATABASE {name};")
    return str(server.get_uri(name)).replace("postgresql://", "postgresql+psycopg://")


def sqlite_schema(connection: Connection) -> dict[str, str]:
    """Tables as columns and named constraints, indexes and triggers as their text, without regard to order."""
    found = {}
    rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    for kind, name, sql in rows:
        if name.startswith(("sqlite_", "alembic_version")):
            continue
        plain = SAME.sub(" ", sql.replace('"', ""))
        if kind == "table":
            body = plain[plain.index("(") + 1 : plain.rindex(")")]
            parts = re.split(r", (?![^()]*\))", body)
            plain = "\n".join(sorted(part.strip() for part in parts))
        found[f"{kind} {name}"] = plain
    return found


def postgresql_schema(connection: Connection) -> dict[str, str]:
    """Columns, constraints, indexes, triggers as PostgreSQL itself prints them."""
    queries = {
        "column": "SELECT table_name || '.' || column_name, data_type || is_nullable || coalesce(column_default, '') "
        "FROM information_schema.columns WHERE table_schema = 'public'",
        "constraint": "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
        "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "trigger": "SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger "
        "WHERE NOT tgisinternal",
    }
    found = {}
    for kind, query in queries.items():
        for name, definition in connection.execute(text(query)):
            if "alembic_version" not in name:
                found[f"{kind} {name}"] = definition
    return found


@contextmanager
def connected(app: Flask) -> Iterator[Connection]:
    """A connection of the application's engine, which is closed whatever happens."""
    with app.app_context():
        try:
            with db.engine.connect() as connection:
                yield connection
        finally:
            db.engine.dispose()


def migrated_and_modelled(migrated: Flask, modelled: Flask, read: Any) -> tuple[dict[str, str], dict[str, str]]:
    with migrated.app_context():
        bring_up()
        assert schema.problem() is None
    with connected(migrated) as connection:
        first = read(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata()) == []
    with modelled.app_context():
        tables.metadata().create_all(db.engine)
    with connected(modelled) as connection:
        second = read(connection)
    return first, second


def test_on_sqlite_the_migrated_schema_is_the_models(tmp_path: Path) -> None:
    first, second = migrated_and_modelled(application(tmp_path / "a"), application(tmp_path / "b"), sqlite_schema)
    assert first == second
    assert any(name.startswith("trigger") for name in first)
    assert "never_more_than_is_left" in first["table fund"]


def test_on_postgresql_the_migrated_schema_is_the_models(tmp_path: Path, postgresql: Any) -> None:
    a = application(tmp_path / "a", new_database(postgresql, "migrated"))
    b = application(tmp_path / "b", new_database(postgresql, "modelled"))
    first, second = migrated_and_modelled(a, b, postgresql_schema)
    assert first == second
    assert any(name.startswith("trigger") for name in first)
    assert any("never_more_than_is_left" in name for name in first)


def test_a_database_of_the_first_revision_is_upgraded_with_what_it_holds(tmp_path: Path) -> None:
    app = application(tmp_path / "a")
    with app.app_context():
        bring_up()
        downgrade(directory=str(schema.MIGRATIONS), revision="0001")
        with db.engine.begin() as connection:
            connection.execute(text("INSERT INTO unit (public_id, name, version) VALUES (:id, 'Kultur och fritid', 1)"),
                               {"id": uuid4().hex})  # fmt: skip
            for prefix in ("KS", "TN"):
                connection.execute(text("INSERT INTO register (public_id, prefix, name) VALUES (:id, :prefix, 'Diariet')"),
                                   {"id": uuid4().hex, "prefix": prefix})  # fmt: skip
            connection.execute(
                text("INSERT INTO number_series (register_id, kind, year, last) VALUES (1, 'case', 2025, 10417)")
            )
        assert schema.problem() is not None
        bring_up()
        assert schema.problem() is None
    with connected(app) as connection:
        assert connection.scalar(text("SELECT name FROM unit")) == "Kultur och fritid"
        patterns = connection.execute(text("SELECT pattern, decision_pattern FROM register ORDER BY id")).all()
        wide, usual = "{diarium} {år}/{löpnummer}", "{diarium} {år}/{löpnummer:4}"  # past four figures it goes on as before
        assert [row.pattern for row in patterns] == [wide, usual] and len({row.decision_pattern for row in patterns}) == 1
        assert "index ix_register_case_year_submitted_at_id" in sqlite_schema(connection)


def fill_with_documents(connection: Connection) -> None:
    """A case with the same name attached twice, another file, and a document of the portal's own, as 0003 keeps them."""
    for statement in (
        "INSERT INTO unit (id, public_id, name, version, asks_manager) VALUES (1, :id, 'Kultur och fritid', 1, :no)",
        "INSERT INTO register (id, public_id, prefix, name) VALUES (1, :id, 'KS', 'Kommunstyrelsen')",
        "INSERT INTO person (id, public_id, username, name, title, must_change_password, created_at, version) "
        "VALUES (1, :id, 'a', 'A', '', :no, :now, 1)",
        "INSERT INTO register_case (id, public_id, register_id, unit_id, author_id, title, public_title, is_secret, status, "
        "turn, status_since, created_at, version) "
        "VALUES (1, :id, 1, 1, 1, '', '', :no, 'draft', 'write_request', :now, :now, 1)",
    ):
        _insert(connection, statement)
    for n, (kind, name) in enumerate((("attachment", "Kalkyl.xlsx"), ("submission", "Kalkyl.xlsx"), ("attachment", "Karta.pdf"),
                                      ("attachment", "Kalkyl.xlsx")), 1):  # fmt: skip
        _insert(
            connection,
            "INSERT INTO document (id, public_id, case_id, kind, version, title, filename, mime, size, sha256, source_note, "
            "created_at) VALUES (:n, :id, 1, :kind, :n, '', :name, '', 1, :sha, '', :now)",
            n=n,
            kind=kind,
            name=name,
            sha=f"{n}" * 64,
        )


def _insert(connection: Connection, statement: str, **values: object) -> None:
    here = connection.dialect.name == "sqlite"
    fixed = {"id": uuid4().hex if here else uuid4(), "now": "2026-01-01 00:00:00", "no": False}
    connection.execute(text(statement), {**fixed, **values})


@pytest.mark.parametrize("server", ["sqlite", "postgresql"])
def test_files_attached_before_are_editions_by_their_name(tmp_path: Path, server: str, request: pytest.FixtureRequest) -> None:
    database = new_database(request.getfixturevalue("postgresql"), "attachments") if server == "postgresql" else ""
    app = application(tmp_path / "a", database)
    with app.app_context():
        bring_up()
        downgrade(directory=str(schema.MIGRATIONS), revision="0003")
        with db.engine.begin() as connection:
            fill_with_documents(connection)
        bring_up()
        assert schema.problem() is None
    with connected(app) as connection:
        rows = connection.execute(text("SELECT id, public_id, series, edition, cautions FROM document ORDER BY id")).all()
    first = rows[0].public_id
    assert [(row.series, row.edition, row.cautions) for row in rows] == [
        (first, 1, ""), (None, None, ""), (rows[2].public_id, 1, ""), (first, 2, "")]  # fmt: skip


@pytest.mark.parametrize("server", ["sqlite", "postgresql"])
def test_what_was_made_before_documents_were_registered_is_registered_as_it_would_have_been(
    tmp_path: Path, server: str, request: pytest.FixtureRequest
) -> None:
    database = new_database(request.getfixturevalue("postgresql"), "registered") if server == "postgresql" else ""
    app = application(tmp_path / "a", database)
    with app.app_context():
        bring_up()
        with transaction():
            town = build("lösenord")
        case_id = case_in(Status.REFERRED, town)
        for action, by in ((Action.GIVE_STATEMENT, "ekonom"), (Action.RECORD_MINUTES, "registrator"),
                           (Action.CHECK_REGISTRATION, "registrator"), (Action.RECORD, "ekonom")):  # fmt: skip
            act(town, action, case_id, by)
        run_worker()
        act(town, Action.REPORT_BACK, case_id, "sakerhetschef")
        case_in(Status.SUBMITTED, town)
        to_the_council(town)
        before = registered()
        session.rollback()
        downgrade(directory=str(schema.MIGRATIONS), revision="0006")
        with db.engine.begin() as connection:
            for kind in ("posted", "appealed"):  # as they were noted on the case then
                _insert(
                    connection,
                    "INSERT INTO case_fact (public_id, case_id, kind, on_date, text, by_id, at) SELECT :id, d.case_id, :kind, "
                    "m.meeting_date, '', m.by_id, m.at FROM decision d JOIN minutes_entry m ON m.id = d.minutes_id "
                    "WHERE d.case_id = 1",
                    kind=kind,
                )
        bring_up()
        assert registered() == before
        assert {row[3] for row in before} == {
            "version", "hand_over", "statement", "minutes", "decision", "budget_entry", "copy", "final_report"
        }  # fmt: skip
        days = select(Decision.appeal, MinutesEntry.posted_on, MinutesEntry.meeting_date).join(Decision.minutes)
        found = session.execute(days.where(Decision.case_id == 1)).all()
        assert [(row.appeal, row.posted_on == row.meeting_date) for row in found] == [("pending", True)]
        session.remove()
        db.engine.dispose()


def to_the_council(town: Town) -> None:
    """Two cases go to fullmäktige, another authority, with what they hold: one is handed over, one is passed on and decided."""
    handed = a_submitted_request(town)
    passed = a_referred_case(town, a_submitted_request(town, lines=[("Kameror", "10 000")], total="10 000"))
    with transaction():
        hand_over(case_id=handed, organ_id=town.council.public_id, stance=Stance.NONE, text="", by=town.actor("kommunchef"),
                  seen_version=None)  # fmt: skip
    on = minutes_from(town, MinutesKind.PASSED_ON, paragraph="4", passed_on_to_id=town.council.public_id)
    decides = minutes_from(town, organ_id=town.council.public_id, paragraph="5")
    for minutes, answer in ((on, None), (decides, an_answer(passed))):
        with transaction():
            record_minutes(case_id=passed, minutes=minutes, answer=answer, by=town.actor("registrator"), seen_version=None)


def test_no_organ_is_another_authority_where_the_first_register_has_none() -> None:
    outside = import_module("portal.migrations.versions.0007_documents")._outside
    assert [outside(*each) for each in ((2, 1), (1, 1), (2, None), (None, 1))] == [True, False, False, False]


@pytest.mark.parametrize("server", ["sqlite", "postgresql"])
def test_cases_kept_elsewhere_follow_the_last_number_where_a_register_has_one_series(
    tmp_path: Path, server: str, request: pytest.FixtureRequest
) -> None:
    database = new_database(request.getfixturevalue("postgresql"), "elsewhere") if server == "postgresql" else ""
    app = application(tmp_path / "a", database)
    with app.app_context():
        bring_up()
        downgrade(directory=str(schema.MIGRATIONS), revision="0006")
        with db.engine.begin() as connection:
            fill_with_cases_kept_elsewhere(connection)
        downgrade(directory=str(schema.MIGRATIONS), revision="0005")
    with connected(app) as connection:
        cases = connection.execute(text("SELECT number, serial FROM register_case ORDER BY serial")).all()
        assert [tuple(row) for row in cases] == [
            ("KS 1", 1), ("KS 2", 2), ("ÄSK 3", 4), ("ÄSK 1", 6), ("ÄSK 2", 7)]  # fmt: skip
        last = connection.execute(text("SELECT register_id, last FROM number_series WHERE kind = 'case' ORDER BY register_id"))
        assert [tuple(row) for row in last] == [(1, 7), (2, 4)]


def fill_with_cases_kept_elsewhere(connection: Connection) -> None:
    """Two numbers of a register of five, two working numbers of the same, and one of a register that has no series."""
    _insert(connection, "INSERT INTO unit (id, public_id, name, version, asks_manager) VALUES (1, :id, 'Kultur', 1, :no)")
    _insert(connection, "INSERT INTO person (id, public_id, username, name, title, must_change_password, created_at, version) "
            "VALUES (1, :id, 'a', 'A', '', :no, :now, 1)")  # fmt: skip
    for n, prefix in enumerate(("KS", "TN"), 1):
        _insert(connection, "INSERT INTO register (id, public_id, prefix, name, pattern, decision_pattern, is_elsewhere, "
                "version) VALUES (:n, :id, :prefix, :prefix, '', '', :no, 1)", n=n, prefix=prefix)  # fmt: skip
    _insert(connection, "INSERT INTO number_series (register_id, kind, year, last) VALUES (1, 'case', 2026, 5)")
    for register_id, number, serial, elsewhere in ((1, "KS 1", 1, False), (1, "KS 2", 2, False), (1, "ÄSK 1", 1, True),
                                                   (1, "ÄSK 2", 2, True), (2, "ÄSK 3", 3, True)):  # fmt: skip
        _insert(
            connection,
            "INSERT INTO register_case (public_id, register_id, unit_id, author_id, title, public_title, is_secret, status, "
            "turn, status_since, created_at, submitted_at, version, number, year, serial, kept_elsewhere) "
            "VALUES (:id, :register_id, 1, 1, '', '', "
            ":no, 'submitted', 'decide', :now, :now, :now, 1, :number, 2026, :serial, :elsewhere)",
            register_id=register_id,
            number=number,
            serial=serial,
            elsewhere=elsewhere,
        )


def registered() -> list[tuple[object, ...]]:
    """What the register says of each document, but for when it was registered."""
    shown = ("case_id", "number", "direction", "source_kind", "source_id", "type_id", "dated_on", "title", "public_title",
             "counterparty", "public_since", "public_ground", "registered_by_id", "registered_on")  # fmt: skip
    columns = [getattr(RegisteredDocument, name) for name in shown]
    return [tuple(row) for row in session.execute(select(*columns).order_by(RegisteredDocument.case_id, columns[1]))]


def test_there_is_one_newest_revision_and_the_server_knows_it(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.wanted()]


def test_the_server_refuses_an_older_schema_with_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = application(tmp_path / "a")
    with app.app_context():
        bring_up()
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
        db.engine.dispose()
    with pytest.raises(SystemExit) as stopped:
        create_app(tmp_path / "a", testing=True, check_schema=True)
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "upgrade" in told


def test_the_server_refuses_an_empty_folder_with_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        create_app(tmp_path, testing=True, check_schema=True)
    assert "init" in capsys.readouterr().err
