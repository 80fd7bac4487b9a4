"""The answer as it is typed: one value per field, read into an ``Answer``. Pure but for the cleaning of text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.decisions.answer import Answer, AskedLine, LineAnswer, Move
from portal.decisions.wording import proposed_text
from portal.errors import Invalid
from portal.funding_requests.content import Content
from portal.money import NBSP, MoneyError, format_kronor, parse
from portal.text import _
from portal.web.forms import clean, read_day

MOST_LINE = 2_000  # characters of a condition
MOST_TEXT = 40_000
MOST_REASON = 10_000
MOST_NAME = 200
YES, NO = "ja", "nej"

Values = Mapping[str, str]

# The fields of an answer beside those of the lines.
FIELDS = (
    "text", "proposed", "reason", "move", "cap", "report", "report_by", "presenter", "snabb", "replacement_reason",
    "no_statement_reason",
)  # fmt: skip
FAMILIES = ("granted-*", "included-*", "condition-*")


def line_fields(asked: Sequence[AskedLine]) -> set[str]:
    """The names of the fields of the lines that are to be answered."""
    answers = {f"included-{n}" if line.requested is None else f"granted-{n}" for n, line in enumerate(asked)}
    return answers | {f"condition-{n}" for n in range(len(asked))}


@dataclass(frozen=True, slots=True)
class Read:
    """The answer as far as it could be read, and one sentence per field that could not."""

    answer: Answer
    problems: dict[str, str]


def typed_amount(kronor: int) -> str:
    """An amount as it stands in a field: ``600 000``."""
    return format_kronor(kronor).removesuffix(f"{NBSP}kr")


def report_day(budget_year: int, month_day: tuple[int, int], today: date) -> date:
    """When the final report is proposed: the setting's day in the year after the budget year, or the next one to come."""
    days = (date(year, *month_day) for year in (budget_year + 1, today.year, today.year + 1))
    return next(day for day in days if day > today)


def in_full(
    asked: Sequence[AskedLine],
    content: Content,
    *,
    report: bool,
    month_day: tuple[int, int],
    today: date,
    day: date | None = None,
) -> dict[str, str]:
    """The form as it is first shown: everything granted, the wish to move money met, the handläggare as presenter.

    ``day`` is the final report's day by the money's own rules; it goes before the setting unless it has been.
    """
    values: dict[str, str] = {}
    for n, line in enumerate(asked):
        values |= {f"included-{n}": YES} if line.requested is None else {f"granted-{n}": typed_amount(line.requested)}
        values[f"condition-{n}"] = ""
    handler = content.handler
    named = handler.name if handler.role in ("", handler.name) else f"{handler.name}, {handler.role}"
    values |= {
        "move": (Move.FREE if content.redistribution else Move.NONE).value,
        "cap": "",
        "report": YES if report else NO,
        "report_by": (
            day if day is not None and day > today else report_day(content.budget_year, month_day, today)
        ).isoformat(),
        "presenter": named,
        "reason": "",
        "replacement_reason": "",
        "no_statement_reason": "",
    }
    return values | _proposal(asked, content, values)


def _proposal(asked: Sequence[AskedLine], content: Content, values: Values) -> dict[str, str]:
    text = proposed_text(content.points, requested=content.total, asked=asked, lines=_lines(asked, values)[0])
    return {"text": text, "proposed": text}


def quick(asked: Sequence[AskedLine], values: Values, pressed: str) -> dict[str, str]:
    """The form after *Hela beloppet* (``hela:n``) or *Inget på raden* (``inget:n``) on a line."""
    what, _colon, number = pressed.partition(":")
    changed = dict(values)
    for n, line in enumerate(asked):
        if number == str(n) and line.requested is not None:
            changed[f"granted-{n}"] = typed_amount(line.requested if what == "hela" else 0)
    return changed


def with_proposal(asked: Sequence[AskedLine], content: Content, values: Values) -> dict[str, str]:
    """The form with the text that follows from its lines, unless the person has written a text of their own."""
    changed = dict(values)
    new = _proposal(asked, content, values)
    if _plain(values.get("text", "")) == _plain(values.get("proposed", "")):
        changed["text"] = new["text"]
    changed["proposed"] = new["proposed"]
    return changed


def _plain(text: str) -> str:
    return " ".join(text.split())


def _amount(raw: str) -> int:
    if not raw.strip():
        raise MoneyError(_("Skriv det beviljade beloppet, 0 kr om inget beviljas på raden."))
    return parse(raw).kronor


def _lines(asked: Sequence[AskedLine], values: Values) -> tuple[tuple[LineAnswer, ...], dict[str, str]]:
    problems: dict[str, str] = {}
    lines = []
    for n, line in enumerate(asked):
        if line.requested is None:
            chosen = values.get(f"included-{n}", "")
            lines.append(LineAnswer(included={YES: True, NO: False}.get(chosen)))
            continue
        try:
            lines.append(LineAnswer(granted=_amount(values.get(f"granted-{n}", ""))))
        except MoneyError as error:
            problems[f"granted-{n}"] = str(error)
            lines.append(LineAnswer())
    return tuple(lines), problems


class _Texts:
    def __init__(self, values: Values) -> None:
        self._values = values
        self.problems: dict[str, str] = {}

    def read(self, name: str, limit: int, *, multiline: bool = True) -> str:
        try:
            text = clean(self._values.get(name, ""), multiline=multiline)
        except ValueError as error:
            self.problems[name] = str(error)
            return ""
        if len(text) > limit:
            self.problems[name] = _("Texten är för lång. Korta den till högst %(most)s tecken.", most=limit)
        return text


def _cap(values: Values, problems: dict[str, str]) -> int | None:
    if values.get("move") != Move.CAPPED:
        return None
    try:
        return parse(values.get("cap", "")).kronor
    except MoneyError as error:
        problems["cap"] = str(error)
        return None


def _report_by(values: Values, problems: dict[str, str]) -> date | None:
    if values.get("report") == NO:
        return None
    day = read_day(values.get("report_by", ""))
    if day is None:
        problems["report_by"] = _("Skriv den dag då slutredovisningen ska lämnas.")
    return day


def read(asked: Sequence[AskedLine], values: Values) -> Read:
    """The answer that the fields say, with a sentence for each that cannot be read."""
    lines, problems = _lines(asked, values)
    texts = _Texts(values)
    conditions = [texts.read(f"condition-{n}", MOST_LINE) for n in range(len(asked))]
    rejected = not any(line.granted for line in lines)
    move = values.get("move", "")
    if move not in tuple(Move) and not rejected:
        problems["move"] = _("Välj om pengar får flyttas mellan raderna.")
    answer = Answer(
        lines=tuple(replace(line, condition=said) for line, said in zip(lines, conditions, strict=True)),
        text=texts.read("text", MOST_TEXT),
        reason=texts.read("reason", MOST_REASON),
        redistribution=Move(move) if move in tuple(Move) else Move.NONE,
        cap=None if rejected else _cap(values, problems),
        report_by=None if rejected else _report_by(values, problems),
        presenter=texts.read("presenter", MOST_NAME, multiline=False),
        no_statement_reason=texts.read("no_statement_reason", MOST_REASON),
    )
    return Read(answer, problems | texts.problems)


def replacement_reason(values: Values) -> str:
    """Why a decision is replaced, as typed. Raises Invalid for text that cannot be kept."""
    texts = _Texts(values)
    reason = texts.read("replacement_reason", MOST_REASON)
    if texts.problems:
        raise Invalid(texts.problems)
    return reason
