"""The budget entry as finance types it: code parts (kodsträng), period, once or yearly. Pure.

Which parts there are, which are required and how they look differs between municipalities and is a setting.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from portal.settings import CodePart
from portal.text import _

FREQUENCIES = {"once": "En gång", "yearly": "Varje år"}
SOURCE = "from"  # the name of the from side in field names, where a line has its public id

_PERIOD = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A budget entry as typed: ``source`` is the from code (None: the fund's own), ``lines`` codes per decision line.

    ``period`` is the first month, YYYY-MM; ``frequency`` is ``once`` or ``yearly``.
    """

    period: str
    frequency: str
    lines: Mapping[UUID, Mapping[str, str]]
    source: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One row of a budget entry: ``amount`` kronor, negative on the from side; ``line`` is None there."""

    label: str
    amount: int
    code: Mapping[str, str]
    line: UUID | None = None
    line_id: int | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What the row's fields are called in a form."""
        return str(self.line) if self.line else SOURCE


def field_name(side: str, part: str) -> str:
    """The name of one code field: ``code:<line or from>:<part>``."""
    return f"code:{side}:{part}"


def code_problems(side: str, label: str, code: Mapping[str, str], parts: Sequence[CodePart]) -> dict[str, str]:
    """One sentence per wrong part of one row's code, by field name."""
    problems = {}
    known = {part.key for part in parts}
    for part in parts:
        value = code.get(part.key, "")
        if not value and part.required:
            problems[field_name(side, part.key)] = _("Ange %(part)s för %(row)s.", part=part.label.lower(), row=label)
        elif value and not re.fullmatch(part.pattern, value, re.ASCII):
            problems[field_name(side, part.key)] = _(
                "%(part)s för %(row)s är ”%(value)s” och följer inte kommunens kodplan. Kontrollera koden.",
                part=part.label, row=label, value=value,
            )  # fmt: skip
    for name in sorted(set(code) - known):
        problems[field_name(side, name)] = _("Koddelen ”%(part)s” finns inte i kommunens kodplan.", part=name)
    return problems


def frame_problems(entry: Entry) -> dict[str, str]:
    """What is wrong with period and frequency."""
    problems = {}
    if not _PERIOD.fullmatch(entry.period):
        problems["period"] = _("Skriv perioden som år och månad, till exempel 2026-11.")
    if entry.frequency not in FREQUENCIES:
        problems["frequency"] = _("Välj om justeringen görs en gång eller varje år.")
    return problems


def sides(label: str, source: Mapping[str, str], lines: Iterable[tuple[str, UUID, int, int]], entry: Entry) -> list[Side]:
    """The rows of an entry: the whole amount from ``label``, then to each (label, public id, row id, kronor) of ``lines``.

    The rows sum to zero. Lines without money are left out: they need no coding.
    """
    to = [
        Side(label=name, amount=amount, code=kept(entry.lines.get(line, {})), line=line, line_id=line_id)
        for name, line, line_id, amount in lines
        if amount
    ]
    return [Side(label=label, amount=-sum(side.amount for side in to), code=kept(source)), *to]


def kept(code: Mapping[str, str]) -> dict[str, str]:
    """A code without its empty parts."""
    return {part: value for part, value in code.items() if value}


def problems(entry: Entry, rows: Iterable[Side], parts: Sequence[CodePart]) -> dict[str, str]:
    """Everything wrong with an entry, by field name; empty when it can be recorded."""
    rows = list(rows)
    found = frame_problems(entry)
    for row in rows:
        found |= code_problems(row.name, row.label, row.code, parts)
    for line in sorted(set(entry.lines) - {row.line for row in rows}, key=str):
        if kept(entry.lines[line]):
            found[""] = _("Formuläret innehåller en rad som inte hör till beslutet. Ladda om sidan.")
    if not found and sum(row.amount for row in rows) != 0:
        found[""] = _("Raderna från och till är inte lika stora. Justeringen måste gå jämnt upp.")
    return found


def from_fields(fields: Iterable[tuple[str, str]], clean: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """Codes per row name from form fields called ``code:<row>:<part>``; others are passed over. ValueError from ``clean``."""
    codes: dict[str, dict[str, str]] = {}
    for name, value in fields:
        pieces = name.split(":")
        if len(pieces) == 3 and pieces[0] == "code":
            codes.setdefault(pieces[1], {})[pieces[2]] = clean(value)
    return codes
