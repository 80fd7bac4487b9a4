"""The text of each page of a PDF made by the portal, as it is now, in pure Python: lines from top to bottom.

It reads what typst writes and refuses the rest, so that a text it gives is the text that a reader sees. That a font's
glyphs look like the text they stand for is not tried here: the seal covers fonts and pages alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.verify.alone.content import Run, runs
from portal.verify.alone.document import View, read
from portal.verify.alone.syntax import PdfObject, Ref, UnreadablePdf

__all__ = ["Line", "Run", "UnreadablePdf", "page_lines", "page_runs", "pages_text"]

MONOSPACED = "DejaVuSansMono"
_MOST_PAGES = 5000
_DEEPEST = 20  # page tree nodes above a page
_SAME_LINE = 0.25  # of the text's size: how far baselines may differ
_GAP = 0.15  # of the text's size: what is further apart is parted by a space


@dataclass(frozen=True)
class Line:
    """One line: its text, whether it is all monospaced, and whether it belongs to the page's head or foot."""

    text: str
    monospaced: bool
    artifact: bool


def pages_text(pdf: bytes) -> list[str]:
    """The text of each page, a line feed between lines. Raises UnreadablePdf."""
    return ["\n".join(line.text for line in lines) for lines in page_lines(pdf)]


def page_lines(pdf: bytes) -> list[list[Line]]:
    """The lines of each page, in the order they are read. Raises UnreadablePdf."""
    return [_lines(found) for found in page_runs(pdf)]


def page_runs(pdf: bytes) -> list[list[Run]]:
    """The pieces of text of each page, in the order they are drawn: cell by cell in a table. Raises UnreadablePdf."""
    view = read(pdf).view()
    return [runs(view, page, resources) for page, resources in _pages(view)]


def _pages(view: View) -> Iterator[tuple[dict[str, PdfObject], PdfObject]]:
    """Each page with its resources, which it may inherit (7.7.3)."""
    seen: set[int] = set()
    waiting: list[tuple[PdfObject, PdfObject, int]] = [(view.catalog().get("Pages"), None, 0)]
    count = 0
    while waiting:
        value, resources, depth = waiting.pop()
        if not isinstance(value, Ref) or value.number in seen or depth > _DEEPEST:
            raise UnreadablePdf("dess sidor hänger inte ihop")
        seen.add(value.number)
        node = view.dictionary(value)
        resources = node.get("Resources", resources)
        if node.get("Type") == "Page":
            count += 1
            if count > _MOST_PAGES:
                raise UnreadablePdf("den har för många sidor")
            yield node, resources
        elif node.get("Type") == "Pages" and isinstance(view.get(node.get("Kids")), list):
            waiting += [(kid, resources, depth + 1) for kid in reversed(view.get(node["Kids"]))]
        else:
            raise UnreadablePdf("dess sidor hänger inte ihop")


def _lines(found: list[Run]) -> list[Line]:
    """The runs as lines: those on one baseline belong together, the highest line first."""
    lines: list[list[Run]] = []
    for run in sorted((run for run in found if run.upright and run.text), key=lambda run: -run.y):
        if lines and abs(lines[-1][0].y - run.y) <= _SAME_LINE * min(run.size, lines[-1][0].size):
            lines[-1].append(run)
        else:
            lines.append([run])
    lines += [[run] for run in found if not run.upright and run.text]
    return [_line(sorted(line, key=lambda run: run.x)) for line in lines]


def _line(line: list[Run]) -> Line:
    text, end = "", line[0].x
    for run in line:
        apart = run.x - end > _GAP * run.size
        if text and apart and not text[-1].isspace() and not run.text[:1].isspace():
            text += " "
        text += run.text
        end = max(end, run.end)
    mono = all(run.font == MONOSPACED for run in line)
    # A zero-width space only allows a break: nobody sees it.
    return Line(text.replace("\u200b", ""), mono, all(run.artifact for run in line))
