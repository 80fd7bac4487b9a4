"""Base, naming convention, types and the only commit.

Differences between SQLite and PostgreSQL live here and nowhere else. Money is whole kronor in integer columns,
because SQLite keeps Numeric as a float without saying so.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase, scoped_session
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 5000
IMPATIENT_MS = 50


class Base(DeclarativeBase):
    """Every table of the portal. Models inherit this class, not ``db.Model``, so that types are seen by mypy."""

    metadata = MetaData(
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


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin event below sends BEGIN itself
        # FULL, not NORMAL: with NORMAL a power cut loses commits that were already acknowledged.
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "recursive_triggers=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")

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
    with app.app_context():
        if is_sqlite():
            _prepare_sqlite(db.engine)


@contextmanager
def transaction(*, impatient: bool = False) -> Iterator[scoped_session[Session]]:
    """One state change: everything inside is committed together, or nothing is.

    Ends the deferred read transaction first and begins one that may write (IMMEDIATE on SQLite), so objects
    loaded before it are expired and read anew. This is the only place in the portal that commits.
    ``impatient`` is for what may as well be noted later: where someone else writes, OperationalError comes at once.

    Raises RuntimeError when nested: an operation never decides alone that the work is done.
    """
    if session.info.get("writing"):
        raise RuntimeError("transactions do not nest")
    session.rollback()
    session.connection(execution_options={"writes": True, "impatient": impatient})
    session.info["writing"] = True
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing", None)
