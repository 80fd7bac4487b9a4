"""The budget entry as finance types it: code parts (kodsträng), period, once or yearly. Pure.

Which parts there are, which are required and how they look differs between municipalities and is a setting.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from portal.settings import CodePart
from portal.text import _

FREQUENCIES = {"once": "En gång", "yearly": "Varje år"}
ACCOUNT = "konto"  # the part that internal and balance accounts are told by
SOURCE = "from"  # the name of the from side in field names, where a line has its public id

NO_COST_TYPES: Mapping[UUID, str] = {}
_KINDS = {"drift": "drift", "investering": "investering", "intern": "interna poster"}

_PERIOD = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A budget entry as typed: ``source`` is the from code (None: the fund's own), ``lines`` codes per decision line.

    ``period`` is the first month, YYYY-MM; ``frequency`` is ``once`` or ``yearly``. ``outcome`` is the projekt or aktivitet
    on which the grant's outcome is read: the same on every line.
    """

    period: str
    frequency: str
    lines: Mapping[UUID, Mapping[str, str]]
    source: Mapping[str, str] | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The municipality's code string: its parts in order, the part that outcome is read on, which accounts are internal and
    which are of the balance sheet."""

    parts: Sequence[CodePart]
    read_on: str = ""
    internal_accounts: str = ""
    balance_accounts: str = ""

    @property
    def read_on_label(self) -> str:
        """What the part that outcome is read on is called; empty where there is none."""
        return next((part.label for part in self.parts if part.key == self.read_on), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One row of a budget entry: ``amount`` kronor, negative on the from side; ``line`` is None there.

    ``cost_type`` is the decided line's: drift, investering or vet inte; empty on the from side.
    """

    label: str
    amount: int
    code: Mapping[str, str]
    line: UUID | None = None
    cost_type: str = ""
    line_id: int | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What the row's fields are called in a form."""
        return str(self.line) if self.line else SOURCE


def field_name(side: str, part: str) -> str:
    """The name of one code field: ``code:<line or from>:<part>``."""
    return f"code:{side}:{part}"


def _kinds(row: Side, plan: Plan) -> frozenset[str]:
    """What kinds of line the row is, as ``required_for`` names them."""
    if row.line is None:
        return frozenset()
    kinds = {row.cost_type} & set(_KINDS)
    if plan.internal_accounts and re.fullmatch(plan.internal_accounts, row.code.get(ACCOUNT, ""), re.ASCII):
        kinds |= {"intern"}
    return frozenset(kinds)


def _costs(row: Side) -> str:
    """Whether the row is drift or investering, which no account of the balance sheet holds; empty for any other."""
    return row.cost_type if row.line is not None and row.cost_type in ("drift", "investering") else ""


def _part_problem(part: CodePart, row: Side, plan: Plan) -> str | None:
    value = row.code.get(part.key, "")
    if not value:
        named = {"part": part.label.lower(), "row": row.label}
        if part.required:
            return _("Ange %(part)s för %(row)s.", **named)
        kinds = [_(_KINDS[kind]) for kind in part.required_for if kind in _kinds(row, plan)]
        return _("Ange %(part)s för %(row)s: det krävs för %(kind)s.", kind=kinds[0], **named) if kinds else None
    if not re.fullmatch(part.pattern, value, re.ASCII):
        return _(
            "%(part)s för %(row)s är ”%(value)s” och följer inte kommunens kodplan. Kontrollera koden.",
            part=part.label, row=row.label, value=value,
        )  # fmt: skip
    if part.key == ACCOUNT and (kind := _costs(row)) and re.fullmatch(plan.balance_accounts, value, re.ASCII):
        return _(
            "%(part)s %(value)s för %(row)s är ett balanskonto. Ange ett resultatkonto: beloppet är %(kind)s.",
            part=part.label, row=row.label, value=value, kind=_(_KINDS[kind]),
        )  # fmt: skip
    return None


def code_problems(row: Side, plan: Plan) -> dict[str, str]:
    """One sentence per wrong part of one row's code, by field name."""
    found = {field_name(row.name, part.key): _part_problem(part, row, plan) for part in plan.parts}
    problems = {name: sentence for name, sentence in found.items() if sentence}
    for name in sorted(set(row.code) - {part.key for part in plan.parts}):
        problems[field_name(row.name, name)] = _("Koddelen ”%(part)s” finns inte i kommunens kodplan.", part=name)
    return problems


def is_period(typed: str) -> bool:
    """Whether it is a year and a month, YYYY-MM."""
    return _PERIOD.fullmatch(typed) is not None


def period_in(year: int | None, today: date) -> str:
    """The month of ``today``; where the money is of another year, the month of that year which is nearest."""
    if year is None or today.year == year:
        return f"{today:%Y-%m}"
    return f"{year}-12" if today.year > year else f"{year}-01"


def frame_problems(entry: Entry, plan: Plan, year: int | None = None) -> dict[str, str]:
    """What is wrong with period, frequency and the code that outcome is read on; ``year`` is the money's budget year."""
    problems = {}
    if not is_period(entry.period):
        problems["period"] = _("Skriv perioden som år och månad, till exempel 2026-11.")
    elif year is not None and not entry.period.startswith(f"{year}-"):
        problems["period"] = _("Medlen är avsatta för %(year)s. Ange en period det året.", year=year)
    if entry.frequency not in FREQUENCIES:
        problems["frequency"] = _("Välj om justeringen görs en gång eller varje år.")
    part = next((part for part in plan.parts if part.key == plan.read_on), None)
    if part and not entry.outcome:
        problems["outcome"] = _("Ange det %(part)s som utfallet ska läsas på.", part=part.label.lower())
    elif part and not re.fullmatch(part.pattern, entry.outcome, re.ASCII):
        problems["outcome"] = _("”%(value)s” följer inte kommunens kodplan. Kontrollera koden.", value=entry.outcome)
    return problems


def sides(
    label: str,
    source: Mapping[str, str],
    lines: Iterable[tuple[str, UUID, int, int]],
    entry: Entry,
    *,
    read_on: str = "",
    cost_types: Mapping[UUID, str] = NO_COST_TYPES,
) -> list[Side]:
    """The rows of an entry: the whole amount from ``label``, then to each (label, public id, row id, kronor) of ``lines``.

    The rows sum to zero. Lines without money are left out: they need no coding. Every line has the entry's outcome code.
    """
    to = [
        Side(
            label=name,
            amount=amount,
            code=with_outcome(entry.lines.get(line, {}), entry, read_on),
            line=line,
            cost_type=cost_types.get(line, ""),
            line_id=line_id,
        )
        for name, line, line_id, amount in lines
        if amount
    ]
    return [Side(label=label, amount=-sum(side.amount for side in to), code=kept(source)), *to]


def with_outcome(code: Mapping[str, str], entry: Entry, read_on: str) -> dict[str, str]:
    """A line's code without its empty parts and with the code that the grant's outcome is read on."""
    return kept(code) | ({read_on: entry.outcome} if read_on and entry.outcome else {})


def kept(code: Mapping[str, str]) -> dict[str, str]:
    """A code without its empty parts."""
    return {part: value for part, value in code.items() if value}


def problems(entry: Entry, rows: Iterable[Side], plan: Plan, year: int | None = None) -> dict[str, str]:
    """Everything wrong with an entry, by field name; empty when it can be recorded."""
    rows = list(rows)
    found = frame_problems(entry, plan, year)
    for row in rows:
        found |= code_problems(row, plan)
    found |= _other_outcomes(entry, plan)
    for line in sorted(set(entry.lines) - {row.line for row in rows}, key=str):
        if kept(entry.lines[line]):
            found[""] = _("Formuläret innehåller en rad som inte hör till beslutet. Ladda om sidan.")
    if not found and sum(row.amount for row in rows) != 0:
        found[""] = _("Raderna från och till är inte lika stora. Justeringen måste gå jämnt upp.")
    return found


def _other_outcomes(entry: Entry, plan: Plan) -> dict[str, str]:
    """A line that is given another code than the one the grant's outcome is read on."""
    typed = {line: code.get(plan.read_on, "") for line, code in entry.lines.items()}
    sentence = _("Hela beviljandet läses på samma %(part)s. Ange det en gång.", part=plan.read_on_label.lower())
    return {field_name(str(line), plan.read_on): sentence for line, value in typed.items() if value and value != entry.outcome}


def from_fields(fields: Iterable[tuple[str, str]], clean: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """Codes per row name from form fields called ``code:<row>:<part>``; others are passed over. ValueError from ``clean``."""
    codes: dict[str, dict[str, str]] = {}
    for name, value in fields:
        pieces = name.split(":")
        if len(pieces) == 3 and pieces[0] == "code":
            codes.setdefault(pieces[1], {})[pieces[2]] = clean(value)
    return codes
