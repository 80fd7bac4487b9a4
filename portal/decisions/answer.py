"""What is answered to a request, line by line, and what follows from it. Pure; amounts are whole kronor.

An unpriced line (ej beloppsatt) is decided *ingår* or *ingår inte*: it is never 0 and never makes a full grant partial.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Protocol

from portal.decisions.models import Outcome
from portal.money import format_kronor
from portal.text import _

WHOLE_REQUEST = "Hela äskandet"


class Move(StrEnum):
    """The answer to the wish to move money between lines."""

    FREE = "free"
    CAPPED = "capped"
    NONE = "none"


class BudgetLineLike(Protocol):
    """A budget line of a submitted version, stored or made by hand."""

    @property
    def id(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def cost_type(self) -> str: ...


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line to decide; ``requested`` None is ej beloppsatt, ``budget_line_id`` None the row Hela äskandet."""

    label: str
    requested: int | None
    cost_type: str
    budget_line_id: int | None


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """``granted`` kronor for a priced line, ``included`` for an unpriced one; the other is None."""

    granted: int | None = None
    included: bool | None = None
    condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The whole answer. ``cap`` is kronor with ``Move.CAPPED``; ``report_by`` None says that no final report is due.

    ``no_statement_reason`` says why it is given without the statement that is required."""

    lines: tuple[LineAnswer, ...]
    text: str
    reason: str = ""
    redistribution: Move = Move.NONE
    cap: int | None = None
    report_by: date | None = None
    presenter: str = ""
    no_statement_reason: str = ""

    @property
    def granted(self) -> int:
        """The granted total in kronor."""
        return sum(line.granted or 0 for line in self.lines)

    @property
    def includes_unpriced(self) -> bool:
        """Whether some unpriced line is part of the decision."""
        return any(line.included for line in self.lines)


def asked_lines(lines: Iterable[BudgetLineLike], total: int) -> tuple[AskedLine, ...]:
    """What is to be decided: the budget lines, or one row Hela äskandet above the unpriced when none has an amount."""
    rows = tuple(AskedLine(line.label, line.amount, line.cost_type, line.id) for line in lines)
    if any(row.requested is not None for row in rows):
        return rows
    return (AskedLine(WHOLE_REQUEST, total, "vet inte", None), *rows)


def in_full(asked: Sequence[AskedLine]) -> tuple[LineAnswer, ...]:
    """Everything granted: the whole amount on every line, every unpriced line part of it."""
    return tuple(LineAnswer(included=True) if line.requested is None else LineAnswer(granted=line.requested) for line in asked)


def outcome(asked: Sequence[AskedLine], lines: Sequence[LineAnswer]) -> Outcome:
    """Granted when every priced line is granted whole, rejected when nothing is granted and nothing included."""
    if not any(line.granted or line.included for line in lines):
        return Outcome.REJECTED
    priced = [(line, answer) for line, answer in zip(asked, lines, strict=True) if line.requested is not None]
    if all(answer.granted == line.requested for line, answer in priced):
        return Outcome.GRANTED
    return Outcome.PARTLY


def needs_reason(asked: Sequence[AskedLine], lines: Sequence[LineAnswer]) -> bool:
    """A reason is demanded unless all is granted and every unpriced line is part of it."""
    return outcome(asked, lines) is not Outcome.GRANTED or any(line.included is False for line in lines)


def settled(answer: Answer) -> Answer:
    """``answer`` without what a rejection cannot have: nothing to move, nothing to report."""
    if answer.granted:
        return answer if answer.redistribution is Move.CAPPED else replace(answer, cap=None)
    return replace(answer, redistribution=Move.NONE, cap=None, report_by=None)


def _line_problem(asked: AskedLine, line: LineAnswer) -> str | None:
    if asked.requested is None:
        return None if line.included is not None and line.granted is None else _("Välj om raden ingår eller inte.")
    if line.granted is None or line.included is not None:
        return _("Skriv det beviljade beloppet, 0 kr om inget beviljas på raden.")
    if line.granted < 0:
        return _("Beloppet är negativt. Skriv det utan minustecken.")
    if line.granted > asked.requested:
        return _(
            "Det går inte att bevilja mer än vad som är äskat på raden, %(asked)s. Mer kräver ett nytt äskande.",
            asked=format_kronor(asked.requested),
        )
    return None


def problems(asked: Sequence[AskedLine], answer: Answer, *, today: date) -> dict[str, str]:
    """One sentence per field that does not hold; line ``n`` is the field ``granted-n``. Empty when all does."""
    if len(asked) != len(answer.lines):
        return {"": _("Raderna har ändrats. Läs äskandet på nytt.")}
    found: dict[str, str] = {}
    for n, (line, reply) in enumerate(zip(asked, answer.lines, strict=True)):
        if problem := _line_problem(line, reply):
            found[f"granted-{n}"] = problem
    if found:
        return found
    if not answer.text.strip():
        found["text"] = _("Skriv beslutet.")
    if needs_reason(asked, answer.lines) and not answer.reason.strip():
        found["reason"] = _("Skriv skälen. De behövs när inte allt beviljas.")
    if answer.redistribution is Move.CAPPED and not 0 < (answer.cap or 0) <= answer.granted:
        found["cap"] = _("Skriv hur mycket som får omfördelas, högst det beviljade beloppet.")
    if answer.report_by is not None and answer.report_by <= today:
        found["report_by"] = _("Slutredovisningen ska lämnas efter i dag. Välj ett senare datum.")
    return found
