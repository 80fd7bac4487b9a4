"""The file that the ledger reads budget entries from: which columns there can be, and a row per side of an entry. Pure.

The municipality's template chooses columns, their order and their headings. An entry and its rows keep their ids for ever.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.accounting.coding import FREQUENCIES
from portal.accounting.models import EntryKind
from portal.settings import CodePart
from portal.sheets import Cell
from portal.text import _

CODE = "code:"  # before the key of a code part, in the name of a source
SEPARATORS = {";": "Semikolon", ",": "Komma", "\t": "Tabb"}
HIDDEN = "Uppgift utelämnad"

# Name of a source → what it is called where a template gives it no other heading. Code parts come on top.
_BEFORE = {
    "entry_id": "Justeringens id",
    "row_id": "Radens id",
    "batch": "Filnummer",
    "case_number": "Diarienummer",
    "decision_number": "Beslutsnummer",
    "kind": "Slag",
    "date": "Datum",
    "year": "År",
    "period": "Period",
    "frequency": "Frekvens",
}
_AFTER = {"amount": "Belopp", "debit": "Debet", "credit": "Kredit", "label": "Text"}
_STANDARD = ("row_id", "batch", "case_number", "decision_number", "period", "frequency")
# What kind of entry it is, on every page and in the file.
KINDS = {
    EntryKind.DECISION: "Budgetjustering",
    EntryKind.REVERSAL: "Återförd budgetjustering",
    EntryKind.REDISTRIBUTION: "Budgetjustering efter omfördelning",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Columns as (source, heading) in their order, and what separates them in CSV."""

    name: str
    columns: tuple[tuple[str, str], ...]
    separator: str = ";"

    @property
    def tells_labels(self) -> bool:
        """Whether a column holds what a line is called, which secrecy hides."""
        return any(source == "label" for source, _heading in self.columns)


def frozen(template: Template) -> dict[str, Any]:
    """The template as a batch keeps it, so that it is known how the file was made."""
    return {"name": template.name, "columns": [list(column) for column in template.columns], "separator": template.separator}


def thawed(kept: Mapping[str, Any]) -> Template:
    """The template that a batch was made by."""
    columns = tuple((source, heading) for source, heading in kept["columns"])
    return Template(name=kept["name"], columns=columns, separator=kept["separator"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One side of an entry, with what stands above it. ``hidden``: the case is secret, so the label is left out."""

    entry_id: str
    position: int
    case_number: str
    decision_number: str
    kind: str
    on: date
    period: str
    frequency: str
    code: Mapping[str, str]
    amount: int
    label: str
    hidden: bool


def sources(parts: Iterable[CodePart]) -> dict[str, str]:
    """Every source a column can have, with its own heading, in the order they are offered."""
    return _BEFORE | {f"{CODE}{part.key}": part.label for part in parts} | _AFTER


def standard(parts: Sequence[CodePart]) -> Template:
    """The template of a municipality that has made none."""
    named = sources(parts)
    chosen = [*_STANDARD, *(f"{CODE}{part.key}" for part in parts), "amount", "label", "date"]
    return Template(name=_("Standard"), columns=tuple((source, named[source]) for source in chosen))


def _told(row: Row, number: int) -> dict[str, Cell]:
    """What each source says of a row."""
    return {
        "entry_id": row.entry_id,
        "row_id": f"{row.entry_id}-{row.position}",
        "batch": number,
        "case_number": row.case_number,
        "decision_number": row.decision_number,
        "kind": KINDS[EntryKind(row.kind)],
        "date": row.on,
        "year": row.period[:4],
        "period": row.period,
        "frequency": FREQUENCIES[row.frequency],
        "amount": row.amount,
        "debit": max(row.amount, 0),
        "credit": max(-row.amount, 0),
        "label": HIDDEN if row.hidden else row.label,
        **{f"{CODE}{part}": value for part, value in row.code.items()},
    }


def cells(template: Template, rows: Iterable[Row], number: int) -> Iterator[list[Cell]]:
    """The table of batch ``number``: the template's columns for every row; a part that a code lacks is empty."""
    wanted = [source for source, _heading in template.columns]
    return ([told.get(source, "") for source in wanted] for told in (_told(row, number) for row in rows))
