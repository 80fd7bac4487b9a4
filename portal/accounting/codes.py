"""Code tables: which codes a part of the code string may hold, and from when until when. Pure.

A table comes as a CSV file with the columns kod, benämning, giltig från and giltig till (empty: until further notice).
"""

import calendar
import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from portal.errors import Invalid
from portal.months import in_full
from portal.settings import CodePart
from portal.sheets import Line
from portal.text import _

COLUMNS = ("kod", "benämning", "giltig från", "giltig till")
NEAREST = 3
LONGEST_LABEL = 100
MOST_TOLD = 10  # rows of a file that are named at once
MOST_COMPARED = 2000  # valid codes among which the nearest are looked for

_FIRST = date(1900, 1, 1)
_LAST = date(2200, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Value:
    """A code with its label, from–to (civil dates, included; ``valid_to`` None: still open)."""

    value: str
    valid_from: date
    valid_to: date | None = None
    label: str = ""

    @property
    def shown(self) -> str:
        """The code and what it means."""
        return f"{self.value} {self.label}".strip()

    def overlaps(self, first: date, last: date) -> bool:
        """Whether the code may be used some day from ``first`` to ``last``."""
        return self.valid_from <= last and (self.valid_to is None or self.valid_to >= first)


def month(period: str) -> tuple[date, date]:
    """The first and the last day of a period, YYYY-MM."""
    year, number = (int(part) for part in period.split("-"))
    return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])


def _day(typed: str) -> date | None:
    """A civil date as 2026-01-31 or 20260131, of a year that anyone can mean; None when it is none."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}", typed, re.ASCII):
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None


def _value(line: Line, part: CodePart) -> Value | str:
    """The code that a row says, or the sentence about what is wrong with it."""
    code, label = line.cells["kod"], line.cells["benämning"]
    begins, ends = _day(line.cells["giltig från"]), _day(line.cells["giltig till"])
    said = {"number": line.number, "value": code, "part": part.label.lower()}
    if not re.fullmatch(part.pattern, code, re.ASCII):
        return _("Rad %(number)s: ”%(value)s” är ingen kod för %(part)s enligt kommunens kodplan.", **said)
    if len(label) > LONGEST_LABEL or not label.isprintable():
        return _("Rad %(number)s: benämningen är längre än 100 tecken eller innehåller styrtecken.", **said)
    if begins is None:
        return _("Rad %(number)s: skriv giltig från som 2026-01-01.", **said)
    if ends is None and line.cells["giltig till"]:
        return _("Rad %(number)s: skriv giltig till som 2026-12-31, eller lämna den tom.", **said)
    if ends is not None and ends < begins:
        return _("Rad %(number)s: koden %(value)s slutar gälla innan den börjar.", **said)
    return Value(value=code, label=label, valid_from=begins, valid_to=ends)


def read(lines: Sequence[Line], part: CodePart) -> list[Value]:
    """The codes of a file. Raises Invalid for the field ``file`` with a sentence per wrong row, the first ten of them."""
    found: list[tuple[int, Value]] = []
    problems: list[str] = []
    for line in lines:
        value = _value(line, part)
        if isinstance(value, str):
            problems.append(value)
        else:
            found.append((line.number, value))
    problems += _doubles(found)
    if problems:
        more = len(problems) - MOST_TOLD
        told = problems[:MOST_TOLD] + ([_("Ytterligare %(n)s rader är fel.", n=more)] if more > 0 else [])
        raise Invalid({"file": " ".join(told)})
    return sorted(value for _number, value in found)


def _doubles(found: Iterable[tuple[int, Value]]) -> list[str]:
    """A sentence per row that says of a code what another row says, or of a time that another row speaks of."""
    problems = []
    before: tuple[int, Value] | None = None
    for number, value in sorted(found, key=lambda each: (each[1].value, each[1].valid_from, each[0])):
        if before and before[1].value == value.value and before[1].overlaps(value.valid_from, value.valid_to or _LAST):
            problems.append(
                _("Rad %(number)s: koden %(value)s står också på rad %(other)s för samma tid.",
                  number=number, value=value.value, other=before[0])
            )  # fmt: skip
        # The one that lasts longest is what the next may run into.
        if not before or before[1].value != value.value or _ends(value) > _ends(before[1]):
            before = number, value
    return problems


def _ends(value: Value) -> date:
    return value.valid_to or _LAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a file changes about one code: ``before`` is empty for a new one."""

    value: str
    before: tuple[Value, ...]
    after: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a file does to a table. ``kept`` counts codes of the table that the file does not name: they stay."""

    new: tuple[Change, ...]
    changed: tuple[Change, ...]
    same: int
    kept: int

    @property
    def any(self) -> bool:
        """Whether the file says anything that the table does not."""
        return bool(self.new or self.changed)


def _by_code(values: Iterable[Value]) -> dict[str, tuple[Value, ...]]:
    grouped: dict[str, list[Value]] = {}
    for value in sorted(values):
        grouped.setdefault(value.value, []).append(value)
    return {code: tuple(rows) for code, rows in grouped.items()}


def changes(table: Iterable[Value], file: Iterable[Value]) -> Changes:
    """What reading in ``file`` does to ``table``: what is said of the codes in the file is replaced, the others stay."""
    now, then = _by_code(table), _by_code(file)
    told = [Change(value=code, before=now.get(code, ()), after=rows) for code, rows in then.items()]
    return Changes(
        new=tuple(change for change in told if not change.before),
        changed=tuple(change for change in told if change.before and change.before != change.after),
        same=sum(1 for change in told if change.before == change.after),
        kept=len(now.keys() - then.keys()),
    )


def nearest(value: str, valid: Sequence[Value]) -> list[Value]:
    """The few valid codes that are likest ``value``: those that begin as it does, then those spelt much the same."""
    known = {each.value: each for each in valid}
    alike = [code for code in known if value and code.startswith(value[: max(len(value) - 1, 1)])]
    close = difflib.get_close_matches(value, known, n=NEAREST, cutoff=0.5)
    return sorted([known[code] for code in dict.fromkeys([*close, *alike, *known])][:NEAREST])


def problem(part: CodePart, value: str, said: Sequence[Value], valid: Sequence[Value], period: str) -> str | None:
    """Why ``value`` cannot be used in the period: not in the table (``said`` is empty), or closed; and what can."""
    first, last = month(period)
    if any(each.overlaps(first, last) for each in said):
        return None
    others = ", ".join(each.shown for each in nearest(value, valid))
    if not said:
        why = _("%(part)s ”%(value)s” finns inte i kodtabellen.", part=part.label, value=value)
    elif all(each.valid_from > last for each in said):
        begins = min(each.valid_from for each in said)
        why = _("%(part)s %(value)s gäller först från %(day)s.", part=part.label, value=value, day=in_full(begins))
    else:
        ended = max(each.valid_to for each in said if each.valid_to is not None and each.valid_to < first)
        why = _("%(part)s %(value)s är stängd sedan %(day)s.", part=part.label, value=value, day=in_full(ended))
    return f"{why} " + (_("Giltiga koder är till exempel %(codes)s.", codes=others) if others else _("Ingen kod är giltig."))
