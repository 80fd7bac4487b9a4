"""How PostgreSQL would answer what the pages ask, in a database without rows, where nothing speaks against an index.

With every other way made as costly as can be, the planner reads a table from end to end or sorts it only where no index fits.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

COSTLY = ("seqscan", "sort", "hashjoin", "mergejoin", "bitmapscan", "hashagg", "material", "memoize")
Node = Mapping[str, Any]
Sent = tuple[ClauseElement, Mapping[str, Any]]
"""A statement, and the values that were given when it was sent."""


def prefer_indexes(connection: Connection) -> None:
    """Let the connection's plans show where no index fits."""
    for setting in COSTLY:
        connection.exec_driver_sql(f"SET enable_{setting} = off")


def plan(connection: Connection, statement: ClauseElement, values: Mapping[str, Any]) -> Node:
    """The plan of the statement, as PostgreSQL tells it; ``values`` are those it was sent with, apart from it."""
    compiled = cast(SQLCompiler, statement.compile(dialect=connection.dialect))
    known = compiled.construct_params(_check=False)
    sent = compiled.construct_expanded_state(
        {name: values.get(name) if value is None else value for name, value in known.items()}
    )
    [[told]] = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sent.statement}", dict(sent.parameters))
    found: Node = told[0]["Plan"]
    return found


def _below(node: Node) -> list[Node]:
    """What feeds the node. A subselect for each row is left out: whether it is looked up by its index or read whole once
    and hashed is chosen by the number of rows, which are none here."""
    return [each for each in node.get("Plans", ()) if each.get("Parent Relationship") not in ("SubPlan", "InitPlan")]


def _all(node: Node, *, stop: str = "") -> Iterator[Node]:
    yield node
    for each in _below(node):
        if each["Node Type"] != stop:
            yield from _all(each, stop=stop)


def faults(found: Node, *, cut: bool, gathered: bool) -> Iterator[tuple[str, str]]:
    """What the plan reads whole or sorts, with the table. ``cut``: the statement ends its reading by LIMIT, so that reading
    along an index is right; ``gathered``: it sorts what UNION ALL gathers, each part of it found by an index."""
    for node in _all(found):
        kind = node["Node Type"]
        along = kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in node
        if kind == "Seq Scan" or (along and not cut):
            yield kind, node["Relation Name"]
        if kind in ("Sort", "Incremental Sort") and not gathered:
            # What a LIMIT below has cut is a page.
            tables = [each["Relation Name"] for each in _all(node, stop="Limit") if "Relation Name" in each]
            paged = any(each["Node Type"] == "Limit" for each in _all(node))
            yield from ((f"{kind} {', '.join(node['Sort Key'])}", table) for table in tables if not paged)
