"""Reads this package's forms: codes per row, amounts and effects per line. One sentence per field that does not hold."""

from uuid import UUID

from flask import request

from portal.accounting import coding
from portal.accounting.checks import LineReport, Report, amount_field, effect_field, used_field
from portal.accounting.coding import SOURCE, Entry
from portal.money import MoneyError, parse
from portal.text import _
from portal.web.forms import Fields, clean

LONGEST_CODE = 40
LONGEST_TEXT = 10_000
LONGEST_EFFECT = 4_000
MOST_ROWS = 400
ENTRY_FIELDS = ("period", "frequency", "outcome", "code:*")


def _code(value: str) -> str:
    return clean(value, multiline=False)[:LONGEST_CODE]


def entry(fields: Fields) -> Entry:
    """The budget entry of the sent form. Raises Invalid through ``fields``."""
    codes: dict[str, dict[str, str]] = {}
    try:
        codes = coding.from_fields(request.form.items(), _code)
    except ValueError as error:
        fields.problems[""] = str(error)
    lines = {}
    for name, code in codes.items():
        if name != SOURCE:
            line = _line(name, fields)
            if line is not None:
                lines[line] = code
    period = fields.text("period", limit=10)
    frequency = fields.text("frequency", limit=10)
    outcome = fields.text("outcome", limit=LONGEST_CODE)
    fields.done()
    return Entry(period=period, frequency=frequency, lines=lines, source=codes.get(SOURCE), outcome=outcome)


def _line(name: str, fields: Fields) -> UUID | None:
    """The line that a field names, written as the page writes it: so that no line is named twice in two ways."""
    try:
        line = UUID(name)
    except ValueError:
        line = None
    if line is None or str(line) != name:
        fields.problems[""] = _("Formuläret innehåller en rad som inte hör till beslutet. Ladda om sidan.")
        return None
    return line


def _named(prefix: str, fields: Fields) -> list[UUID]:
    names = [name.removeprefix(f"{prefix}:") for name in request.form if name.startswith(f"{prefix}:")]
    lines = (_line(name, fields) for name in names[:MOST_ROWS])
    return [line for line in lines if line is not None]


def _kronor(name: str, fields: Fields) -> int | None:
    raw = request.form.get(name, "")
    if not raw.strip():
        return None
    try:
        return parse(raw).kronor
    except MoneyError as error:
        fields.problems[name] = str(error)
        return None


def amounts(fields: Fields) -> dict[UUID, int]:
    """Kronor per line as they shall be after a redistribution; every line has its amount."""
    found = {}
    for line in _named("amount", fields):
        name = amount_field(line)
        kronor = _kronor(name, fields)
        if kronor is None:
            fields.problems.setdefault(name, _("Skriv radens belopp. Skriv 0 om allt flyttas därifrån."))
        else:
            found[line] = kronor
    return found


def report(fields: Fields) -> Report:
    """Used kronor and effect per line of the sent form. Raises Invalid through ``fields``."""
    lines = {}
    for line in dict.fromkeys(_named("effect", fields) + _named("used", fields)):
        used = _kronor(used_field(line), fields)
        effect = fields.text(effect_field(line), limit=LONGEST_EFFECT, multiline=True)
        lines[line] = LineReport(used=used, effect=effect)
    summary = fields.text("summary", limit=LONGEST_TEXT, multiline=True)
    fields.done()
    return Report(lines=lines, summary=summary)
