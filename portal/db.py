"""Base, naming convention, types and the only commit.

Differences between SQLite and PostgreSQL live here and nowhere else. Money is whole kronor in integer columns,
because SQLite keeps Numeric as a float without saying so.
"""

import json
import logging
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import CursorResult, DateTime, Delete, Dialect, Engine, MetaData, Select, Update, event, func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, scoped_session
from sqlalchemy.types import TypeDecorator

from portal import veil

BUSY_TIMEOUT_MS = 5000
IMPATIENT_MS = 50

_schema_changes: ContextVar[bool] = ContextVar("schema_changes", default=False)
_kept: dict[str, Collection[str]] = {}  # tables whose rows stay as they were written, with the columns that may change


@contextmanager
def changing_schema() -> Iterator[None]:
    """Within this, and nowhere else, connections to SQLite may change tables, triggers and settings."""
    before = _schema_changes.set(True)
    try:
        yield
    finally:
        _schema_changes.reset(before)


class _Tables(MetaData):
    def create_all(self, *arguments: Any, **options: Any) -> None:
        """Make the tables of the models."""
        with changing_schema():
            super().create_all(*arguments, **options)


class Base(DeclarativeBase):
    """Every table of the portal. Models inherit this class, not ``db.Model``, so that types are seen by mypy."""

    metadata = _Tables(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"autoflush": True})
session = db.session


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: stored as UTC, always returned with tzinfo (SQLite forgets it). Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def to_json(value: Any) -> str:
    """Compact JSON with Swedish letters as they are written."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def is_sqlite() -> bool:
    """True when the portal runs on its embedded database."""
    return db.engine.dialect.name == "sqlite"


def hold(rows: Select[Any]) -> None:
    """Hold rows until the transaction ends; ``rows`` is a SELECT … FOR UPDATE or FOR SHARE. On SQLite one writes at a time.

    Locks are taken in one order, so that no two wait for each other: person, case, unit, decision to set money aside,
    fund, number series, log head.
    """
    if not is_sqlite():
        session.execute(rows)


def hold_name(name: str) -> None:
    """Hold ``name``, which need not be any row's, until the transaction ends: others who hold it wait."""
    hold(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a UNIQUE was broken: someone else wrote the same meanwhile."""
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(error.orig)


def keep_rows(table: str, *, changing: Collection[str] = ()) -> None:
    """Let no connection to SQLite update or delete rows of ``table``, save the columns named in ``changing``."""
    _kept[table] = changing


# What reads, and what begins and ends transactions: passed without another look, since most of what is asked is this.
_HARMLESS = frozenset(
    {sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT, sqlite3.SQLITE_RECURSIVE}
)
_ASKED = frozenset({"data_version", "foreign_keys", "journal_mode", "recursive_triggers", "synchronous", "wal_checkpoint"})
_ASKED_OF = frozenset(
    {"busy_timeout", "foreign_key_list", "index_info", "index_list", "index_xinfo", "table_info", "table_list", "table_xinfo"}
    | {"wal_checkpoint"}
)


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _within: str | None) -> int:
    """What SQLite asks of every statement when it is compiled: reading and ordinary writing pass, the rest does not.

    Triggers keep the log's rows, but a statement could drop the triggers, or turn off what they rest on; a statement
    that came in through a hole in the portal gets no further than this. Whoever owns the file is not held by it.
    """
    if action in _HARMLESS or _schema_changes.get():
        return sqlite3.SQLITE_OK
    name = (first or "").lower()
    if action == sqlite3.SQLITE_FUNCTION:
        allowed = (second or "").lower() != "load_extension"
    elif action == sqlite3.SQLITE_INSERT:
        allowed = not name.startswith("sqlite_")
    elif action == sqlite3.SQLITE_UPDATE:
        allowed = second in _kept[name] if name in _kept else not name.startswith("sqlite_")
    elif action == sqlite3.SQLITE_DELETE:
        allowed = name not in _kept and not name.startswith("sqlite_")
    elif action == sqlite3.SQLITE_PRAGMA:
        allowed = name in (_ASKED if second is None else _ASKED_OF)
    else:
        allowed = False  # tables, triggers, views, ATTACH, ANALYZE, and whatever a newer SQLite knows
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin event below sends BEGIN itself
        # FULL, not NORMAL: with NORMAL a power cut loses commits that were already acknowledged.
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "recursive_triggers=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        connection.set_authorizer(_authorize)

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if options.get("impatient"):
            connection.exec_driver_sql(f"PRAGMA busy_timeout={IMPATIENT_MS}")
        try:
            # A deferred transaction that later writes fails at once when another one wrote; so writers say so first.
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
        finally:
            if options.get("impatient"):
                connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def init_app(app: Flask) -> None:
    """Bind the database to ``app``. Raises KeyError when no database address is configured."""
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {})["json_serializer"] = to_json
    db.init_app(app)
    app.teardown_appcontext(release)  # the last one named is the first to run
    with app.app_context():
        if is_sqlite():
            _prepare_sqlite(db.engine)


def release(_error: BaseException | None = None) -> None:
    """Undo what is open, give the connection back and lift the veil, after a request as after a failure.

    A connection that was lost cannot undo anything, which the database does by itself: it is let go of, and an answer
    that was ready by then is not spoilt.
    """
    veil.lift()
    try:
        session.remove()
    except SQLAlchemyError as error:
        session.registry.clear()
        logging.getLogger("portal").warning("a connection was lost when it was given back: %s", error)


def changed_rows(statement: Update | Delete) -> int:
    """Carry the UPDATE or DELETE out; how many rows it changed. Fewer than were meant: someone came first.

    Raises TypeError for a statement that returns rows: then what it answers with tells no count.
    """
    result = session.execute(statement)
    if not isinstance(result, CursorResult):
        raise TypeError("a statement that returns rows")
    return result.rowcount


@contextmanager
def transaction(*, impatient: bool = False) -> Iterator[scoped_session[Session]]:
    """One state change: everything inside is committed together, or nothing is.

    Ends the deferred read transaction first and begins one that may write (IMMEDIATE on SQLite), so objects
    loaded before it are expired and read anew. This is the only place in the portal that commits.
    Inside, everything is read as it stands, without the veil that lies over what the page around it shows.
    ``impatient`` is for what may as well be noted later: where someone else writes, OperationalError comes at once.

    What follows from any change (``before_commit`` of ``portal.composition``) is made last, in the same transaction.

    Raises RuntimeError when nested: an operation never decides alone that the work is done.
    """
    if session.info.get("writing"):
        raise RuntimeError("transactions do not nest")
    session.rollback()
    session.connection(execution_options={"writes": True, "impatient": impatient})
    session.info["writing"] = True
    laid = veil.lift()
    try:
        yield session
        for finish in current_app.extensions.get("before_commit", ()):
            finish()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing", None)
        session.info.pop("acted_on", None)
        veil.lay(laid)
