"""Styles of a Word file: which paragraphs are headings, how far apart they stand, which list they belong to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.documents.formats.numbering import whole
from portal.documents.formats.parts import Element

TWIPS = 20.0  # to the point
_HEADING = re.compile(r"(?:heading|rubrik) ?\d?|title|titel|huvudrubrik|ärenderubrik|dokumenttitel", re.I)
_DEEPEST = 12  # styles based on styles


@dataclass(slots=True)
class Style:
    """What a style says itself; None where it leaves it to the style it is based on."""

    name: str = ""
    based_on: str = ""
    outline: int | None = None
    before: float | None = None
    after: float | None = None
    close: bool | None = None
    bold: bool | None = None
    number: str | None = None
    level: int | None = None
    bordered: bool | None = None


@dataclass(slots=True)
class Styles:
    """The styles by their id."""

    by_id: dict[str, Style] = field(default_factory=dict)
    standard: str = ""  # of paragraphs that name none
    defaults: Style = field(default_factory=Style)

    def chain(self, key: str) -> Iterator[Style]:
        """The style, what it is based on, and so on, then what the file takes as default."""
        for _step in range(_DEEPEST):
            style = self.by_id.get(key)
            if style is None:
                break
            yield style
            key = style.based_on
        yield self.defaults

    def is_heading(self, key: str) -> bool:
        """True for a style that is named as a heading or has a place in the outline."""
        for style in self.chain(key):
            if _HEADING.fullmatch(style.name):
                return True
            if style.outline is not None:
                return style.outline < 9
        return False

    def number_of(self, key: str) -> tuple[str, int]:
        """The list and the level that the style gives."""
        number = next((style.number for style in self.chain(key) if style.number is not None), "")
        return number, next((style.level for style in self.chain(key) if style.level is not None), 0)


def styles_of(root: Element, w: str) -> Styles:
    """The styles of ``styles.xml``."""
    found = Styles()
    for each in root.iterfind(f"{w}style"):
        key = each.get(f"{w}styleId", "")
        style = found.by_id[key] = said_by(each, w)
        name, based = each.find(f"{w}name"), each.find(f"{w}basedOn")
        style.name = "" if name is None else name.get(f"{w}val", "")
        style.based_on = "" if based is None else based.get(f"{w}val", "")
        if each.get(f"{w}default") in ("1", "true", "on") and each.get(f"{w}type") == "paragraph":
            found.standard = key
    defaults = root.find(f"{w}docDefaults/{w}pPrDefault")
    if defaults is not None:
        found.defaults = said_by(defaults, w)
    return found


def said_by(element: Element, w: str) -> Style:
    """What ``pPr`` and ``rPr`` under the element say."""
    style = Style()
    properties = element.find(f"{w}pPr")
    if properties is not None:
        read_paragraph(style, properties, w)
    run = element.find(f"{w}rPr")
    if run is not None:
        style.bold = on(run.find(f"{w}b"), w)
    borders = element.find(f"{w}tblPr/{w}tblBorders")
    if borders is not None:
        style.bordered = has_lines(borders, w)
    return style


def read_paragraph(style: Style, properties: Element, w: str) -> None:
    """Take in what a paragraph's properties say."""
    outline = properties.find(f"{w}outlineLvl")
    if outline is not None:
        style.outline = whole(outline.get(f"{w}val"), 9)
    spacing = properties.find(f"{w}spacing")
    if spacing is not None:
        style.before, style.after = _points(spacing, "before", w), _points(spacing, "after", w)
    style.close = on(properties.find(f"{w}contextualSpacing"), w)
    list_ = properties.find(f"{w}numPr")
    if list_ is not None:
        number, level = list_.find(f"{w}numId"), list_.find(f"{w}ilvl")
        style.number = None if number is None else number.get(f"{w}val", "")
        style.level = None if level is None else whole(level.get(f"{w}val"), 0)


def _points(spacing: Element, side: str, w: str) -> float | None:
    if spacing.get(f"{w}{side}Autospacing") in ("1", "true", "on"):
        return 14.0
    value = spacing.get(f"{w}{side}")
    return None if value is None else whole(value, 0) / TWIPS


def on(element: Element | None, w: str) -> bool | None:
    """A switch: None where it is not there."""
    return None if element is None else element.get(f"{w}val", "1") not in ("0", "false", "off")


def has_lines(borders: Element, w: str) -> bool:
    """True where any of the borders is drawn."""
    return any(each.get(f"{w}val", "nil") not in ("nil", "none") for each in borders)
