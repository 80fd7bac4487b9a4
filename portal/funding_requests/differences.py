"""What changed between two submitted versions: rows a reader can compare, texts with what was added and removed. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from portal.funding_requests.content import Content, Line
from portal.money import format_kronor
from portal.text import _

Change = Literal["same", "added", "removed"]
_WORDS = re.compile(r"\s+|[^\s]+")
_TOO_MANY_WORDS = 6_000  # beyond this a word comparison takes longer than a reader waits; the texts are shown whole


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed. ``before`` or ``after`` is None where it did not exist; ``is_amount`` aligns the figures."""

    label: str
    before: str | None
    after: str | None
    is_amount: bool = False


@dataclass(frozen=True, slots=True)
class TextDifference:
    """A changed text as a run of pieces: (same | added | removed, text)."""

    label: str
    pieces: tuple[tuple[Change, str], ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that changed between two versions, in the order of the document."""

    rows: tuple[Difference, ...]
    texts: tuple[TextDifference, ...]

    def __bool__(self) -> bool:
        return bool(self.rows or self.texts)


def _amount(line: Line) -> str:
    return _("ej beloppsatt") if line.amount is None else format_kronor(line.amount)


def _assessed(line: Line) -> str | None:
    found = line.assessment
    if found is None:
        return None
    said = _("bedömning gjord") if found.state == "done" else _("bedömning före start")
    return f"{said} {found.on}, {found.by}"


def _pairs(old: tuple[Line, ...], new: tuple[Line, ...]) -> list[tuple[Line | None, Line | None]]:
    """Lines matched by label, first unused first; what has no counterpart stands alone, in the new order."""
    left = list(old)
    pairs: list[tuple[Line | None, Line | None]] = []
    for line in new:
        match = next((each for each in left if each.label == line.label), None)
        if match:
            left.remove(match)
        pairs.append((match, line))
    return pairs + [(line, None) for line in left]


def _lines(old: Content, new: Content) -> list[Difference]:
    found = []
    for before, after in _pairs(old.lines, new.lines):
        label = (after or before or new.lines[0]).label
        then, now = (_amount(before) if before else None), (_amount(after) if after else None)
        if then != now:
            found.append(Difference(label, then, now, is_amount=True))
        if before and after and before.cost_type != after.cost_type:
            found.append(Difference(_("%(label)s, slag", label=label), before.cost_type, after.cost_type))
        if before and after and before.assessment != after.assessment:
            camera = _("%(label)s, kamerabevakning", label=label)
            found.append(Difference(camera, _assessed(before), _assessed(after)))
    return found


def _yes(answer: bool) -> str:
    return _("Ja") if answer else _("Nej")


def _fund(content: Content) -> str:
    return f"{content.fund.name} {content.fund.year}" if content.fund else ""


def _single(old: Content, new: Content) -> list[Difference]:
    def listed(names: tuple[str, ...]) -> str:
        return "; ".join(names)

    both: list[tuple[str, str, str]] = [
        (_("Beslutande organ"), old.organ.name if old.organ else "", new.organ.name if new.organ else ""),
        (_("Avsatta medel"), _fund(old), _fund(new)),
        (_("Budgetår"), str(old.budget_year), str(new.budget_year)),
        (_("Mottagare av medlen"), old.receiver, new.receiver),
        (_("Omfördelning mellan raderna"), _yes(old.redistribution), _yes(new.redistribution)),
        (_("Kopia till"), listed(tuple(r.name for r in old.copies)), listed(tuple(r.name for r in new.copies))),
        (_("För kännedom"), listed(tuple(r.name for r in old.information)), listed(tuple(r.name for r in new.information))),
        (_("Bilagor"), listed(tuple(a.filename for a in old.attachments)), listed(tuple(a.filename for a in new.attachments))),
        (_("Handläggare"), old.handler.name, new.handler.name),
    ]
    return [Difference(label, then or None, now or None) for label, then, now in both if then != now]


def words(old: str, new: str) -> tuple[tuple[Change, str], ...]:
    """``old`` turned into ``new`` word by word."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > _TOO_MANY_WORDS:
        return (("removed", old), ("added", new))
    pieces: list[tuple[Change, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(("removed", "".join(before[a:b])))
        if d > c:
            pieces.append(("added", "".join(after[c:d])))
    return tuple(pieces)


def _description(content: Content) -> str:
    parts = [content.description, *(f"{section.heading}\n{section.text}".strip() for section in content.sections)]
    return "\n\n".join(part for part in parts if part)


def _texts(old: Content, new: Content) -> list[TextDifference]:
    both = [
        (_("Rubrik"), old.title, new.title),
        (_("Förslag till beslut"), "\n".join(old.points), "\n".join(new.points)),
        (_("Beskrivning"), _description(old), _description(new)),
        (_("Finansiering"), old.financing, new.financing),
        (_("Beslutsunderlag"), "\n".join(old.basis), "\n".join(new.basis)),
    ]
    return [TextDifference(label, words(then, now)) for label, then, now in both if then != now]


def differences(old: Content, new: Content) -> Differences:
    """What a reader of ``new`` should know who has read ``old``."""
    total = []
    if old.total != new.total:
        total = [Difference(_("Äskat belopp"), format_kronor(old.total), format_kronor(new.total), is_amount=True)]
    return Differences(tuple(total + _lines(old, new) + _single(old, new)), tuple(_texts(old, new)))
