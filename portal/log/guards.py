"""Triggers that deny change and removal in the log, and the same said of the portal's own connections to SQLite.

They stop the portal's own mistakes and clumsy hands. They are no evidence: whoever owns the database can drop them,
which is why the log is a signed tree that is checked from outside it.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, Table, event

from portal.db import keep_rows

TABLES = ("log_entry", "log_body", "log_head", "log_checkpoint")
_ONLY_ADDED = ("log_entry", "log_body", "log_checkpoint")
_HEAD_MOVES = ("size", "frontier", "root")
_MESSAGE = "the log is only added to"


def _sqlite_trigger(name: str, table: str, moment: str, condition: str = "") -> str:
    when = f" WHEN {condition}" if condition else ""
    return f"CREATE TRIGGER {name} BEFORE {moment} ON {table}{when} BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"


def _sqlite(table: str) -> Iterable[str]:
    if table in _ONLY_ADDED:
        yield _sqlite_trigger(f"{table}_no_update", table, "UPDATE")
    else:
        yield _sqlite_trigger(f"{table}_only_grows", table, "UPDATE", "NEW.size <> OLD.size + 1")
    yield _sqlite_trigger(f"{table}_no_delete", table, "DELETE")
    if table == "log_entry":
        # Also stops INSERT OR REPLACE, which would otherwise remove the older row without a DELETE trigger.
        condition = "NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM log_entry)"
        yield _sqlite_trigger("log_entry_in_order", table, "INSERT", condition)
    elif table == "log_body":
        condition = "EXISTS (SELECT 1 FROM log_body WHERE seq = NEW.seq)"
        yield _sqlite_trigger("log_body_once", table, "INSERT", condition)


def _postgresql_trigger(name: str, table: str, moment: str, level: str = "ROW", condition: str = "") -> Iterable[str]:
    when = f" WHEN ({condition})" if condition else ""
    yield f"CREATE TRIGGER {name} BEFORE {moment} ON {table} FOR EACH {level}{when} EXECUTE FUNCTION log_refuse()"
    # ALWAYS holds against session_replication_role = replica too.
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def _postgresql(table: str) -> Iterable[str]:
    yield (
        "CREATE OR REPLACE FUNCTION log_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$"
    )
    if table in _ONLY_ADDED:
        yield from _postgresql_trigger(f"{table}_no_update", table, "UPDATE")
    else:
        yield from _postgresql_trigger(f"{table}_only_grows", table, "UPDATE", "ROW", "NEW.size <> OLD.size + 1")
    yield from _postgresql_trigger(f"{table}_no_delete", table, "DELETE")
    yield from _postgresql_trigger(f"{table}_no_truncate", table, "TRUNCATE", "STATEMENT")


def statements(dialect: str, table: str) -> list[str]:
    """The statements that guard ``table`` on ``dialect`` (sqlite or postgresql); a migration runs the same ones.

    Raises ValueError for another dialect.
    """
    makers = {"sqlite": _sqlite, "postgresql": _postgresql}
    if dialect not in makers:
        raise ValueError(f"no guards are written for {dialect}")
    return list(makers[dialect](table))


def attach(*tables: Table) -> None:
    """Create the guards together with the tables when the schema is made from the models."""
    for table in tables:
        event.listen(table, "after_create", _create)
        keep_rows(table.name, changing=() if table.name in _ONLY_ADDED else _HEAD_MOVES)


def _create(table: Table, connection: Connection, **_options: object) -> None:
    for statement in statements(connection.dialect.name, table.name):
        connection.exec_driver_sql(statement)
