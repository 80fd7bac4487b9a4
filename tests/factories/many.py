"""Many cases in seconds: cases walked on the real road, copied by plain SQL with ids and numbers of their own.

Every copy stands in a state the product reached, with all that hangs on it: versions, lines, parts, marks, facts,
decisions, budget entries, copies, documents, ledger, outbox, mail and log entries. The set-aside money is raised so
that no fund is overdrawn, and number series and log go on after the last copy. Two things are not as the product would
leave them: copied log entries do not hash into the tree, and instants are those of the case copied. So this is for
counting and planning statements, not for verifying the log.
"""

import math
import sqlite3
from pathlib import Path

_STRIDE = 100_000  # above every row id that a walked road reaches
_COPIED = (
    "register_case", "case_writer", "participation", "conflict_of_interest", "secrecy_mark", "mark_reader", "case_fact",
    "funding_request", "request_version", "budget_line", "completion_request", "statement", "hand_over", "minutes_entry",
    "decision", "decision_line", "appeal", "budget_entry", "budget_entry_line", "redistribution", "redistribution_line",
    "final_report", "final_report_line", "dispatch_copy", "document", "registered_document", "closing", "archiving",
    "ledger_row", "outbox", "mail", "log_entry", "log_body", "user_session", "search_entry", "search_posting", "search_amount",
)  # fmt: skip
_ROWS = {"ledger_row": "case_id IS NOT NULL"}
# Public ids keep their random beginning and get the copy's number as their end, so that those that point follow.
_PUBLIC = "substr({0}, 1, 24) || printf('%08x', k)"
_UUIDS = {("document", "source_id"), ("registered_document", "source_id"), ("log_entry", "object_id"), ("log_entry", "case_id")}
_CASE_NUMBER = "substr(number, 1, length(number) - 4) || printf('%04d', serial + k * 100)"
_OWN = {
    ("register_case", "serial"): "serial + k * 100",
    ("register_case", "number"): _CASE_NUMBER,
    ("register_case", "external_number"): "external_number || '-' || k",
    ("decision", "number"): "number || '-' || k",
    ("decision", "serial"): "serial + k * 100",
    ("dispatch_copy", "message_id"): "k || message_id",
    ("mail", "message_id"): "k || message_id",
    ("outbox", "unique_key"): "k || unique_key",
    ("search_posting", "entry_id"): f"entry_id + k * {_STRIDE}",
    ("user_session", "token_hash"): "printf('%08x', k) || substr(token_hash, 9)",
    ("log_entry", "seq"): "seq + k * (SELECT size FROM log_head)",
    ("log_body", "seq"): "seq + k * (SELECT size FROM log_head)",
}


def _value(table: str, column: str, foreign: dict[str, str]) -> str:
    if (table, column) in _OWN:
        return _OWN[table, column]
    if column == "public_id" or (table, column) in _UUIDS:
        return _PUBLIC.format(column)
    if column == "id" or foreign.get(column) in _COPIED:
        return f"{column} + k * {_STRIDE}"
    return f'"{column}"'


def _copy(database: sqlite3.Connection, table: str, times: int) -> None:
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    foreign = {row[3]: row[2] for row in database.execute(f"PRAGMA foreign_key_list({table})")}
    values = ", ".join(_value(table, column, foreign) for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    database.execute(
        f"WITH RECURSIVE copy(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copy WHERE k < {times}) "  # noqa: S608 own names
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, copy WHERE {_ROWS.get(table, 'true')}"
    )


def _settle(database: sqlite3.Connection) -> None:
    """The figures that follow from the rows: funds as their ledger, series and log as their last number."""
    size = database.execute("SELECT max(seq) FROM log_entry").fetchone()[0]
    database.execute("UPDATE log_head SET size = ?, frontier = ?", (size, bytes(32 * size.bit_count())))
    database.execute("UPDATE number_series SET last = (SELECT max(serial) FROM register_case) WHERE kind = 'case'")
    # More than four figures are needed: the serial has as many as it takes.
    wider = "decision_pattern = replace(decision_pattern, ':4', ''), pattern = replace(pattern, ':4', '')"
    database.execute(f"UPDATE register SET {wider} WHERE EXISTS (SELECT 1 FROM number_series WHERE last > 9000)")  # noqa: S608 own names
    for kind in ("granted", "reversed", "returned"):
        total = f"(SELECT coalesce(sum(amount), 0) FROM ledger_row WHERE fund_id = fund.id AND kind = '{kind}')"  # noqa: S608 own names
        database.execute(f"UPDATE fund SET set_aside = set_aside + {total} - {kind}, {kind} = {total}")  # noqa: S608 own names
    database.execute(
        "UPDATE fund SET used = (SELECT coalesce(sum(amount), 0) FROM ledger_row WHERE fund_id = fund.id AND kind = 'used')"
    )
    raised = "SELECT coalesce(sum(amount), 0) FROM ledger_row WHERE fund_id = fund.id AND kind = 'set_aside'"
    database.execute(
        "INSERT INTO ledger_row (fund_id, kind, amount, note, by_id, at) "  # noqa: S608 own names
        f"SELECT id, 'set_aside', set_aside - ({raised}), '', (SELECT min(id) FROM person), created_at FROM fund"
    )


def multiply(database: Path, cases: int, *, a_year: int = 0) -> int:
    """Copy the cases in the SQLite file until there are ``cases`` at least; how many there are then.

    With ``a_year`` no more than so many copies are of one budget year, as a municipality has only so many.
    """
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA synchronous=OFF")
    walked = connection.execute("SELECT count(*) FROM register_case").fetchone()[0]
    times = math.ceil(cases / walked) - 1
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    with connection:
        for name, _sql in guards:  # they let the log grow by one entry at a time only
            connection.execute(f"DROP TRIGGER {name}")
        for table in _COPIED:
            _copy(connection, table, times)
        if a_year:
            copies = f"UPDATE funding_request SET budget_year = budget_year - id / {_STRIDE} / {a_year} WHERE id > {_STRIDE}"  # noqa: S608 own names
            connection.execute(copies)
        _settle(connection)
        for _name, sql in guards:
            connection.execute(sql)
    assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
    count: int = connection.execute("SELECT count(*) FROM register_case").fetchone()[0]
    connection.close()
    return count
