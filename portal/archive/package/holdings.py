"""What the portal holds of a case, as plain values: the same whether it was read from the database or out of a package."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

Value = str | int | bool | date | datetime | UUID | bytes | dict[str, Any] | list[Any] | None
Row = Mapping[str, Any]
Tables = Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log: its canonical header and body, the salt (both empty when the body has been disposed of), and the
    proof that it is in the log (C2SP tlog-proof@v1)."""

    seq: int
    at: datetime
    header: str
    body: str
    salt: bytes
    proof: str


@dataclass(frozen=True, slots=True)
class Holding:
    """A case with all its rows by table, and its log entries. ``log_key`` is the public key that the log is signed with."""

    tables: Tables
    log: tuple[Entry, ...]
    log_key: str

    @property
    def case(self) -> Row:
        """The case's own row."""
        return self.tables["register_case"][0]

    @property
    def request(self) -> Row:
        """The row of its content."""
        return self.tables["funding_request"][0]

    @property
    def number(self) -> str:
        """The number it goes by, with plain spaces."""
        case = self.case
        shown = case["external_number"] if case["kept_elsewhere"] and case["external_number"] else case["number"]
        return plain(str(shown))

    @property
    def made_at(self) -> datetime:
        """When the case last changed: what its package is dated, so that the same case gives the same package."""
        return self.log[-1].at if self.log else self.case["status_since"]

    def rows(self, table: str) -> tuple[Row, ...]:
        """The rows of a table, in order; none where the case has none."""
        return self.tables.get(table, ())

    def by_id(self, table: str, row_id: int | None) -> Row | None:
        """The row of that id, also of what is shared with other cases."""
        return next((row for row in self.rows(table) if row["id"] == row_id), None)

    def of(self, table: str, column: str, value: object) -> Iterator[Row]:
        """The rows whose ``column`` holds ``value``."""
        return (row for row in self.rows(table) if row[column] == value)

    def person(self, row_id: int | None) -> Row | None:
        """A person who has acted."""
        return self.by_id("person", row_id)

    def named(self, row_id: int | None) -> str:
        """A person's name; the portal where nobody acted."""
        found = self.person(row_id)
        return str(found["name"]) if found else "Äskandeportalen"


def plain(text: str) -> str:
    """The text with plain spaces in place of no-break ones."""
    return text.replace("\u00a0", " ")
