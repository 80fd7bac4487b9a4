"""Automatic numbering of Word: the number, letter or word that stands before a paragraph of a list, as Word shows it.

ECMA-376 part 1, 17.9: levels of abstract lists, instances with overrides, and counters that are shared by the instances of
one abstract list.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.documents.formats.parts import Element

_DASHES = "-–—*•·"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_LONGEST = 40  # characters of a level's text
_LARGEST = 5_000  # of a counter that is written in letters


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered."""

    form: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(slots=True)
class Numbering:
    """The lists of a file, and how far each has come."""

    instances: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, number: str, level: int) -> str:
        """What stands before the next paragraph of list ``number`` at ``level``; empty for a list without numbers."""
        if number not in self.instances:
            return ""
        abstract, levels, restarts = self.instances[number]
        own = levels.get(level)
        if own is None:
            return ""
        counts = self.counters.setdefault(abstract, {})
        if level in restarts and (number, level) not in self.begun:
            counts[level] = restarts[level]
        else:
            counts[level] = counts[level] + 1 if level in counts else own.start
        self.begun.add((number, level))
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if own.form in ("bullet", "none"):
            return _sign(own.text) if own.form == "bullet" else own.text.replace("%1", "").strip()
        shown = own.text
        for each in range(level + 1):
            there = levels.get(each, Level())
            shown = shown.replace(f"%{each + 1}", counted(counts.get(each, there.start), there.form))
        return shown.strip()


def _sign(text: str) -> str:
    """A bullet: signs of picture fonts become •, dashes and words (*att*) stay."""
    text = text.strip()
    return text if text in _DASHES or len(text) > 1 else "•"


def counted(value: int, form: str) -> str:
    """A number in a list's form."""
    if form in ("lowerLetter", "upperLetter") and 0 < value < _LARGEST:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < value < _LARGEST:
        roman = ""
        for size, sign in _ROMAN:
            roman, value = roman + sign * (value // size), value % size
        return roman.upper() if form == "upperRoman" else roman
    return f"{value:02d}" if form == "decimalZero" else str(value)


def numbering_of(root: Element, w: str, of_style: Mapping[str, str]) -> Numbering:
    """The lists of ``numbering.xml``; ``of_style`` says which list a numbering style names."""
    abstracts: dict[str, dict[int, Level]] = {}
    links: dict[str, str] = {}
    for each in root.iterfind(f"{w}abstractNum"):
        key = each.get(f"{w}abstractNumId", "")
        abstracts[key] = dict(_level(level, w) for level in each.iterfind(f"{w}lvl"))
        linked = each.find(f"{w}numStyleLink")
        if linked is not None:
            links[key] = of_style.get(linked.get(f"{w}val", ""), "")
    owners = {each.get(f"{w}numId", ""): _value(each.find(f"{w}abstractNumId"), w) for each in root.iterfind(f"{w}num")}
    found = Numbering()
    for each in root.iterfind(f"{w}num"):
        number = each.get(f"{w}numId", "")
        abstract = owners[number]
        if links.get(abstract) in owners:
            abstract = owners[links[abstract]]
        levels, restarts = dict(abstracts.get(abstract, {})), {}
        for override in each.iterfind(f"{w}lvlOverride"):
            at = whole(override.get(f"{w}ilvl"), 0)
            if (own := override.find(f"{w}lvl")) is not None:
                levels[at] = _level(own, w)[1]
            if (start := override.find(f"{w}startOverride")) is not None:
                restarts[at] = whole(_value(start, w), 1)
        found.instances[number] = (abstract, levels, restarts)
    return found


def _level(level: Element, w: str) -> tuple[int, Level]:
    parts = {name: _value(level.find(f"{w}{name}"), w) for name in ("numFmt", "lvlText", "start")}
    return whole(level.get(f"{w}ilvl"), 0), Level(
        parts["numFmt"] or "decimal", parts["lvlText"][:_LONGEST], whole(parts["start"], 1)
    )


def _value(element: Element | None, w: str) -> str:
    return "" if element is None else element.get(f"{w}val", "")


def whole(text: str | None, otherwise: int) -> int:
    """A number in an attribute, or ``otherwise``."""
    return int(text) if text and _WHOLE.fullmatch(text) else otherwise
