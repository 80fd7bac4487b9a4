"""The parts of the writing page, in its order, and how far each has come. Pure."""

from dataclasses import dataclass
from typing import Literal

from portal.funding_requests.checking import Reading
from portal.funding_requests.content import LISTS, ROWS, Draft
from portal.text import _

State = Literal["done", "wrong", "begun", "empty"]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its anchor, title, and the draft's fields and the field ids that belong to it."""

    anchor: str
    title: str
    fields: tuple[str, ...]
    ids: tuple[str, ...]


SECTIONS: tuple[Section, ...] = (
    Section("forslag", "Rubrik och förslag", ("title", "points"), ("title", "point", "receiver")),
    Section(
        "kostnader", "Kostnader", ("total", "lines", "redistribution"), ("total", "line_", "redistribution", "cost_type_all")
    ),
    Section("beskrivning", "Beskrivning", ("description", "sections"), ("description", "section_")),
    Section(
        "finansiering",
        "Beslut och finansiering",
        ("fund", "organ", "financing", "budget_year"),
        ("fund", "organ", "financing", "budget_year"),
    ),
    Section("underlag", "Underlag och bilagor", ("basis",), ("basis",)),
    Section(
        "mottagare",
        "Mottagare och sekretess",
        ("copies", "information", "secrecy"),
        ("copy_", "information_", "secrecy", "provision"),
    ),
    Section(
        "handlaggare",
        "Handläggare och datum",
        ("handler_name", "signatories", "date"),
        ("handler_", "signatory_", "date"),
    ),
)
# Which part a repeated field stands in: what is drawn anew when a row is added, moved or removed.
ANCHOR_OF: dict[str, str] = {name: s.anchor for s in SECTIONS for name in s.fields if name in ROWS or name in LISTS}

_SHOWN: dict[State, tuple[str, str, str]] = {
    "done": ("Klar", "go", "done"),
    "wrong": ("Att rätta", "stop", "warning"),
    "begun": ("Påbörjad", "wait", "part"),
    "empty": ("Inte påbörjad", "", ""),
}


@dataclass(frozen=True, slots=True)
class Task:
    """A part as the list beside the page shows it."""

    label: str
    href: str
    state: str
    tone: str
    icon: str
    done: bool
    current: bool = False


def section_of(field_id: str) -> Section | None:
    """The part in which a field stands."""
    return next((s for s in SECTIONS if any(field_id.startswith(prefix) for prefix in s.ids)), None)


def _written(draft: Draft, name: str) -> bool:
    value: object = draft[name]  # type: ignore[literal-required]  # a field's name from the table above
    if isinstance(value, str):
        return bool(value.strip())
    rows = value if isinstance(value, list) else []
    return any((row if isinstance(row, str) else "".join(row.values())).strip() for row in rows)


def state(section: Section, draft: Draft, reading: Reading) -> State:
    """How far the part has come; wrong beats unfinished."""
    own = [key for key in reading.problems if section_of(key) is section]
    if any(key not in reading.empty for key in own):
        return "wrong"
    written = any(_written(draft, name) for name in section.fields)
    if not own:
        return "done"
    return "begun" if written else "empty"


def tasks(draft: Draft, reading: Reading, page: str) -> list[Task]:
    """Every part with its state and its address on the writing page."""
    found = []
    for section in SECTIONS:
        now = state(section, draft, reading)
        label, tone, icon = _SHOWN[now]
        found.append(Task(_(section.title), f"{page}#{section.anchor}", _(label), tone, icon, now == "done"))
    return found


def what_remains(tasks: list[Task]) -> str | None:
    """Why the request cannot be sent yet, in one sentence; None when every part is done."""
    wrong = [task.label for task in tasks if task.tone == "stop"]
    left = [task.label for task in tasks if not task.done and task.tone != "stop"]
    parts = []
    if wrong:
        parts.append(_("Att rätta: %(parts)s.", parts=", ".join(wrong)))
    if left:
        parts.append(_("Återstår: %(parts)s.", parts=", ".join(left)))
    return " ".join(parts) or None
