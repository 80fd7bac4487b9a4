"""Which rows belong to a case: every table that hangs on it, and what of the shared tables they point at.

A table is found by its foreign keys, so that a new one comes along by itself; what is left out stands here with its reason.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from sqlalchemy import Column, Table

from portal.tables import metadata

CASE = "register_case"
LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "case_look": "who looked at the case last: a convenience of the page, no part of the case",
        "notice": "a notice to a person, disposed of when it has lost its use",
        "transfer_package": "the ledger of what was sent to an archive, which follows the package and is not in it",
        "search_entry": "the search index, made from the rest",
        "search_posting": "the search index, made from the rest",
        "search_amount": "the search index, made from the rest",
    }
)
"""Tables that point at a case and are no part of its package, and why."""

SHARED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "person": ("id", "public_id", "name", "title"),
        "unit": ("id", "public_id", "name"),
        "organ": ("id", "public_id", "name", "in_text"),
        "register": ("id", "public_id", "prefix", "name", "organ_id"),
        "document_type": ("id", "code", "name", "disposal"),
        "retention_plan": ("id", "public_id", "scheme", "edition", "valid_from"),
        "retention_class": (
            "id",
            "plan_id",
            "code",
            "name",
            "parent",
            "process",
            "disposal",
            "years",
            "counted_from",
        ),
        "fund": ("id", "public_id", "year", "name", "code"),
        "fund_decision": ("id", "public_id", "kind", "amount", "decided_on", "paragraph"),
        "delegation_report": ("id", "public_id", "kind", "meeting_date", "paragraph", "adjusted_on", "posted_on"),
        "budget_export": ("id", "public_id", "number", "made_at"),
        "outcome_import": ("id", "public_id", "month", "file_name", "sha256", "imported_at"),
        "disclosure_request": ("id", "public_id", "number", "received_on", "outcome", "handed_out_on"),
        "disclosure_decision": ("id", "public_id", "number", "decided_at"),
    }
)
"""Tables that rows of a case point at: of the row pointed at, these columns."""

RELATED = "related_case"
RELATED_COLUMNS = ("id", "public_id", "number", "public_title")
"""Another case that is named: what everyone may know of it."""


@cache
def own() -> Mapping[str, tuple[str, ...]]:
    """The tables of a case in the order they are read, each with its ways up: the columns that lead to the case, or to rows
    of a table before it. A row belongs when any of them does."""
    found: dict[str, tuple[str, ...]] = {CASE: ("id",)}
    for table in metadata().sorted_tables:
        if table.name in found or table.name in LEFT_OUT or table.name in SHARED:
            continue
        to_case = tuple(c.name for c in table.columns if points_at(c) == CASE)
        if ways := to_case or _parents(table, found):
            found[table.name] = ways
    return MappingProxyType(found)


def _parents(table: Table, found: Mapping[str, object]) -> tuple[str, ...]:
    """The column that makes a row part of another: the first that may not be null and leads to a table found before."""
    owners = (c.name for c in table.columns if points_at(c) in found and not c.nullable)
    nullable = (c.name for c in table.columns if points_at(c) in found)
    return (*owners, *nullable)[:1]


def points_at(column: Column[object]) -> str | None:
    """The table that a foreign key leads to."""
    return next((key.column.table.name for key in column.foreign_keys), None)


def pointers(name: str) -> tuple[tuple[str, str], ...]:
    """The columns of a table in the package that lead to other tables, each with where it leads."""
    table = table_of(name)
    found = ((each, points_at(table.columns[each])) for each in columns_of(name))
    return tuple((column, to) for column, to in found if to)


def shared_in_order() -> tuple[str, ...]:
    """The shared tables, each before those that it points at."""
    return tuple(table.name for table in reversed(metadata().sorted_tables) if table.name in SHARED)


def table_of(name: str) -> Table:
    """The table by its name."""
    return metadata().tables[CASE if name == RELATED else name]


def columns_of(name: str) -> tuple[str, ...]:
    """The columns of a table that go into the package, in order."""
    if name == RELATED:
        return RELATED_COLUMNS
    return SHARED.get(name) or tuple(column.name for column in table_of(name).columns)
