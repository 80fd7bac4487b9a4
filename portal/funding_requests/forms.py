"""The writing page's form: fields to a draft and back, rows added, removed and moved."""

import re
from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.errors import Invalid
from portal.funding_requests.content import LISTS, ROWS, TEXTS, Draft, draft_of
from portal.funding_requests.sections import ANCHOR_OF
from portal.text import _

# The form's name for one row of a repeated field.
PREFIX: dict[str, str] = {
    "points": "point",
    "basis": "basis",
    "sections": "section",
    "lines": "line",
    "copies": "copy",
    "information": "information",
    "signatories": "signatory",
}
NAMES: tuple[str, ...] = (
    *TEXTS,
    *(f"{PREFIX[name]}*" for name in LISTS),
    *(f"{PREFIX[name]}_*" for name in ROWS),
)
# Buttons and the page's own marks that the same form carries.
CONTROLS: tuple[str, ...] = ("page", "add", "remove", "move", "next", "attach", "files*", "classified", "drop", "writer")

_NEW: dict[str, Callable[[], Any]] = {
    name: (lambda columns=columns: dict.fromkeys(columns, "")) for name, columns in ROWS.items()
} | dict.fromkeys(LISTS, str)


def draft_from_form(form: MultiDict[str, str]) -> Draft:
    """What was typed, byte for byte. Raises Invalid when the columns of a repeated field do not fit together."""
    raw: dict[str, Any] = {name: form.get(name, "") for name in TEXTS}
    for name in LISTS:
        raw[name] = form.getlist(PREFIX[name])
    for name, columns in ROWS.items():
        read = {column: form.getlist(f"{PREFIX[name]}_{column}") for column in columns}
        rows = max(map(len, read.values()))
        if any(len(values) not in (0, rows) for values in read.values()):
            raise Invalid({"": _("Formuläret kom inte fram helt. Ladda om sidan och försök igen.")})
        raw[name] = [{column: values[n] if values else "" for column, values in read.items()} for n in range(rows)]
    return draft_of(raw)


def _rows(draft: Draft, name: str) -> list[Any]:
    if name not in _NEW:
        raise Invalid({"": _("Formuläret innehåller ett fält som inte får ändras nu.")})
    rows: list[Any] = draft[name]  # type: ignore[literal-required]  # one of the repeated fields, checked above
    return rows


def apply_rows(draft: Draft, form: MultiDict[str, str]) -> str | None:
    """Add, remove or move a row as the pressed button says, and return the anchor of its part; None without a button.

    ``add=lines``, ``remove=lines:2`` and ``move=lines:2:up`` count rows from 1; a row that is not there changes nothing.
    """
    if name := form.get("add"):
        _rows(draft, name).append(_NEW[name]())
        return ANCHOR_OF[name]
    if match := re.fullmatch(r"([a-z]+):([0-9]{1,3})", form.get("remove", "")):
        rows, n = _rows(draft, match[1]), int(match[2])
        if 1 <= n <= len(rows):
            del rows[n - 1]
        return ANCHOR_OF[match[1]]
    if match := re.fullmatch(r"([a-z]+):([0-9]{1,3}):(up|down)", form.get("move", "")):
        rows, n = _rows(draft, match[1]), int(match[2])
        other = n - 1 if match[3] == "up" else n + 1
        if 1 <= n <= len(rows) and 1 <= other <= len(rows):
            rows[n - 1], rows[other - 1] = rows[other - 1], rows[n - 1]
        return ANCHOR_OF[match[1]]
    return None


def with_room(draft: Draft) -> Draft:
    """``draft`` as the page shows it: at least one empty row of what every request needs."""
    shown = draft_of(dict(draft))
    for name in ("points", "lines", "basis", "copies"):
        rows = _rows(shown, name)
        if not rows:
            rows.append(_NEW[name]())
    return shown


def version_of(form: MultiDict[str, str]) -> int:
    """The draft's version that the page showed. Raises Invalid when it is missing or no number."""
    raw = form.get("version", "")
    if not re.fullmatch(r"[0-9]{1,9}", raw):
        raise Invalid({"": _("Formuläret saknar utkastets version. Ladda om sidan och försök igen.")})
    return int(raw)
