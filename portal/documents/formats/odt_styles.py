"""Styles of an OpenDocument file: titles, margins, weight, borders, and the labels of lists."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.documents.formats.numbering import counted, whole
from portal.documents.formats.parts import Element

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_TITLE = re.compile(r"(?:heading|rubrik)[ _]?\d{0,2}|title|titel|huvudrubrik", re.I)
_LENGTH = re.compile(r"(-?\d{0,6}(?:\.\d{0,6})?)(cm|mm|in|pt|px|pc)?")
_POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0, "px": 0.75, "pc": 12.0}
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_DASHES = "-–—*•·"
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is labelled."""

    bullet: str = ""
    form: str = ""
    prefix: str = ""
    suffix: str = ""
    shown: int = 1
    start: int = 1


@dataclass(slots=True)
class Styles:
    """The styles by name; automatic ones of the content come after the common ones."""

    by_name: dict[str, Element] = field(default_factory=dict)
    standard: Element | None = None  # of paragraphs
    lists: dict[str, dict[int, Level]] = field(default_factory=dict)

    def _chain(self, name: str) -> Iterator[Element]:
        for _step in range(_DEEPEST):
            style = self.by_name.get(name)
            if style is None:
                break
            yield style
            name = style.get(f"{STYLE}parent-style-name", "")
        if self.standard is not None:
            yield self.standard

    def _said(self, name: str, part: str, attribute: str) -> str | None:
        for style in self._chain(name):
            properties = style.find(f"{STYLE}{part}")
            if properties is not None and (said := properties.get(attribute)) is not None:
                return str(said)
        return None

    def common(self, name: str) -> str:
        """The named style behind an automatic one."""
        style = self.by_name.get(name)
        return name if style is None else str(style.get(f"{STYLE}parent-style-name", name))

    def is_title(self, name: str) -> bool:
        """True for a paragraph style that is named as a title or a heading."""
        names = [each.get(f"{STYLE}display-name") or each.get(f"{STYLE}name", "") for each in self._chain(name)]
        return any(_TITLE.fullmatch(each.replace("_20_", " ")) for each in names)

    def margin(self, name: str, side: str) -> float:
        """Points above or below a paragraph."""
        said = self._said(name, "paragraph-properties", f"{_FO}margin-{side}")
        match = _LENGTH.fullmatch(said or self._said(name, "paragraph-properties", f"{_FO}margin") or "")
        return float(match[1]) * _POINTS[match[2] or "pt"] if match and match[1] not in ("", "-", ".", "-.") else 0.0

    def close(self, name: str) -> bool:
        """True where paragraphs of the same style stand without space between."""
        return self._said(name, "paragraph-properties", f"{STYLE}contextual-spacing") == "true"

    def bold(self, name: str) -> bool:
        """True for a paragraph style in bold."""
        return self._said(name, "text-properties", f"{_FO}font-weight") in ("bold", "600", "700", "800", "900")

    def weight(self, name: str) -> bool | None:
        """Whether a span is bold; None where its style says nothing of it."""
        style = self.by_name.get(name)
        properties = None if style is None else style.find(f"{STYLE}text-properties")
        said = None if properties is None else properties.get(f"{_FO}font-weight")
        return None if said is None else said in ("bold", "600", "700", "800", "900")

    def bordered(self, name: str) -> bool:
        """True for a cell with lines drawn around it."""
        sides = ("", "-top", "-bottom", "-left", "-right")
        said = [self._said(name, "table-cell-properties", f"{_FO}border{side}") for side in sides]
        return any(each not in (None, "", "none") for each in said)

    def label(self, style: str, level: int, counts: dict[int, int]) -> str:
        """What stands before the next item, which is counted."""
        levels = self.lists.get(style, {})
        own = levels.get(level)
        if own is None:
            return ""
        counts[level] = counts[level] + 1 if level in counts else own.start
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if own.bullet:
            return own.bullet
        if not own.form:
            return (own.prefix + own.suffix).strip()
        shown = range(max(0, level + 1 - max(own.shown, 1)), level + 1)
        numbers = [_number(levels, each, counts) for each in shown if each == level or levels.get(each, own).form]
        return f"{own.prefix}{'.'.join(numbers)}{own.suffix}".strip()


def _number(levels: Mapping[int, Level], level: int, counts: Mapping[int, int]) -> str:
    there = levels.get(level, Level())
    return counted(counts.get(level, there.start), _FORMS.get(there.form, "decimal"))


def styles_of(parts: Sequence[Element]) -> Styles:
    """The styles of ``styles.xml`` and then of ``content.xml``."""
    found = Styles()
    for part in parts:
        for each in part.iter(f"{STYLE}style"):
            found.by_name[each.get(f"{STYLE}name", "")] = each
        for each in part.iter(f"{STYLE}default-style"):
            if each.get(f"{STYLE}family") == "paragraph":
                found.standard = each
        for each in part.iter(f"{TEXT}list-style"):
            found.lists[each.get(f"{STYLE}name", "")] = dict(_level(level) for level in each if level.get(f"{TEXT}level"))
    return found


def _level(element: Element) -> tuple[int, Level]:
    bullet = ""
    if str(element.tag).endswith("bullet"):
        sign = element.get(f"{TEXT}bullet-char", "•").strip()[:20]
        bullet = sign if sign and (sign in _DASHES or len(sign) > 1) else "•"
    prefix, suffix = (element.get(f"{STYLE}num-{side}", "")[:20] for side in ("prefix", "suffix"))
    return whole(element.get(f"{TEXT}level"), 1) - 1, Level(
        bullet,
        element.get(f"{STYLE}num-format", ""),
        prefix,
        suffix,
        min(whole(element.get(f"{TEXT}display-levels"), 1), 10),
        whole(element.get(f"{TEXT}start-value"), 1),
    )
