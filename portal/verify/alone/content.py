"""Where each piece of text stands on a page: the content stream as typst writes it (ISO 32000-1, 8 and 9)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.verify.alone import fonts
from portal.verify.alone.document import View
from portal.verify.alone.syntax import Name, Operator, PdfObject, Stream, UnreadablePdf

_DEEPEST = 64
_DEEPEST_FORM = 6
_MOST_OPERANDS = 40
_STROKES = ("w", "J", "j", "M", "d", "ri", "i", "m", "l", "c", "v", "y", "h", "re", "S", "s", "f", "F", "f*", "B", "B*", "b")
_COLOURS = ("b*", "n", "W", "W*", "CS", "cs", "SC", "SCN", "sc", "scn", "G", "g", "RG", "rg", "K", "k", "sh")
_DRAWING = frozenset(_STROKES + _COLOURS)

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Run:
    """A piece of text: from (``x``, ``y``) on the page to ``end``, with the text's ``size`` on the page."""

    text: str
    x: float
    y: float
    end: float
    size: float
    font: str
    artifact: bool
    upright: bool


@dataclass
class _Mark:
    """Marked content that is open: its text, when it says one, replaces what is shown within."""

    artifact: bool
    actual: str | None
    first: int


@dataclass
class _State:
    matrix: Matrix = _UNIT
    font: fonts.Font | None = None
    size: float = 0.0


@dataclass
class _Reader:
    """What is known while the streams of one page are read."""

    view: View
    runs: list[Run] = field(default_factory=list)
    marks: list[_Mark] = field(default_factory=list)
    fonts: dict[str, fonts.Font] = field(default_factory=dict)


def runs(view: View, page: dict[str, PdfObject], resources: PdfObject) -> list[Run]:
    """The text of the page, in the order it is drawn. Raises UnreadablePdf for what is not understood."""
    contents = view.get(page.get("Contents"))
    if contents is None:
        return []
    parts = [view.get(part) for part in contents] if isinstance(contents, list) else [contents]
    if not all(isinstance(part, Stream) for part in parts):
        raise UnreadablePdf("en sidas innehåll saknas")
    reader = _Reader(view)
    data = b"\n".join(view.document.budget.unpack(part) for part in parts)
    _Interpreter(reader, view.dictionary(resources or {}), _UNIT, 0).run(data)
    if reader.marks:
        raise UnreadablePdf("en sidas innehåll är trasigt")
    return reader.runs


def _times(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


class _Interpreter:
    """Runs one content stream."""

    def __init__(self, page: _Reader, resources: dict[str, PdfObject], matrix: Matrix, depth: int) -> None:
        self.page = page
        self.resources = resources
        self.depth = depth
        self.state = _State(matrix)
        self.stack: list[_State] = []
        self.text: Matrix | None = None

    def run(self, data: bytes) -> None:
        for operator, operands in self._instructions(data):
            if operator in _DRAWING:
                continue
            action = _ACTIONS.get(operator)
            if action is None:
                raise UnreadablePdf(f"en sida använder något som portalen inte använder ({operator[:20]})")
            try:
                getattr(self, action)(*operands)
            except TypeError as error:  # the number of operands is not the operator's
                raise UnreadablePdf("en sidas innehåll är trasigt") from error
        if self.stack or self.text is not None:
            raise UnreadablePdf("en sidas innehåll är trasigt")

    def _instructions(self, data: bytes) -> Iterator[tuple[str, list[PdfObject]]]:
        data = data.rstrip(b"\0\t\n\f\r ")
        reader = fonts.instructions(data)
        operands: list[PdfObject] = []
        while reader.at < len(data):
            value = reader.value()
            if not isinstance(value, Operator):
                operands.append(value)
                if len(operands) > _MOST_OPERANDS:
                    raise UnreadablePdf("en sidas innehåll är trasigt")
                continue
            self.page.view.document.budget.count()
            yield str(value), operands
            operands = []

    def save(self) -> None:
        if len(self.stack) >= _DEEPEST:
            raise UnreadablePdf("en sidas innehåll är för djupt kapslat")
        self.stack.append(_State(self.state.matrix, self.state.font, self.state.size))

    def restore(self) -> None:
        if not self.stack:
            raise UnreadablePdf("en sidas innehåll är trasigt")
        self.state = self.stack.pop()

    def concatenate(self, *numbers: PdfObject) -> None:
        self.state.matrix = _times(_matrix(list(numbers)), self.state.matrix)

    def begin_text(self) -> None:
        if self.text is not None:
            raise UnreadablePdf("en sidas innehåll är trasigt")
        self.text = _UNIT

    def end_text(self) -> None:
        self.text = None

    def place(self, *numbers: PdfObject) -> None:
        self.text = _matrix(list(numbers))

    def move(self, right: PdfObject, up: PdfObject) -> None:
        self.text = _times(_matrix([1, 0, 0, 1, right, up]), self._matrix())

    def render(self, mode: PdfObject) -> None:
        if mode != 0:
            raise UnreadablePdf("en sida har text som inte syns")

    def choose(self, name: PdfObject, size: PdfObject) -> None:
        available = self.page.view.dictionary(self.resources.get("Font", {}))
        if not isinstance(name, Name) or name not in available or type(size) not in (int, float) or not 0 < size < 1000:
            raise UnreadablePdf("ett typsnitt saknas")
        key = f"{id(available)} {name}"
        if key not in self.page.fonts:
            self.page.fonts[key] = fonts.font(self.page.view, available[name])
        self.state.font, self.state.size = self.page.fonts[key], float(size)

    def graphics(self, name: PdfObject) -> None:
        available = self.page.view.dictionary(self.resources.get("ExtGState", {}))
        if not isinstance(name, Name) or "Font" in self.page.view.dictionary(available.get(name)):
            raise UnreadablePdf("ett typsnitt väljs på ett okänt sätt")

    def show(self, text: PdfObject) -> None:
        self.show_many([text])

    def show_many(self, parts: PdfObject) -> None:
        matrix, chosen, size = self._matrix(), self.state.font, self.state.size
        if chosen is None or not isinstance(parts, list):
            raise UnreadablePdf("en textrad är trasig")
        letters: list[str] = []
        advance = 0.0
        for part in parts:
            if isinstance(part, bytes):
                for letter, width in chosen.characters(part):
                    letters.append(letter)
                    advance += width
            elif type(part) in (int, float):
                advance -= part
            else:
                raise UnreadablePdf("en textrad är trasig")
        step = advance / 1000 * size
        self._keep("".join(letters), _times(matrix, self.state.matrix), step, chosen.name)
        self.text = _times((1, 0, 0, 1, step, 0), matrix)

    def _matrix(self) -> Matrix:
        if self.text is None:
            raise UnreadablePdf("en sidas innehåll är trasigt")
        return self.text

    def _keep(self, text: str, at: Matrix, step: float, font: str) -> None:
        a, b, c, d, x, y = at
        size = self.state.size * math.hypot(c, d)
        if not all(abs(value) < 1e6 for value in (x, y, size, step)):
            raise UnreadablePdf("ett mått är orimligt")
        upright = a > 0 and d > 0 and abs(b) + abs(c) < 1e-6 * (a + d)
        artifact = any(mark.artifact for mark in self.page.marks)
        self.page.runs.append(Run(text, x, y, x + step * a, size, font, artifact, upright))

    def begin(self, tag: PdfObject, properties: PdfObject = None) -> None:
        if isinstance(properties, Name):
            listed = self.page.view.dictionary(self.resources.get("Properties", {}))
            properties = self.page.view.get(listed.get(properties))
        if tag == "OC" or len(self.page.marks) >= _DEEPEST:
            raise UnreadablePdf("en sida har delar som kan döljas")
        actual = properties.get("ActualText") if isinstance(properties, dict) else None
        text = None if actual is None else fonts.text_string(actual)
        self.page.marks.append(_Mark(tag == "Artifact", text, len(self.page.runs)))

    def end(self) -> None:
        if not self.page.marks:
            raise UnreadablePdf("en sidas innehåll är trasigt")
        mark = self.page.marks.pop()
        shown = self.page.runs[mark.first :]
        if mark.actual is not None and shown:
            first, last = shown[0], shown[-1]
            whole = Run(mark.actual, first.x, first.y, last.end, first.size, first.font, first.artifact, first.upright)
            self.page.runs[mark.first :] = [whole]

    def external(self, name: PdfObject) -> None:
        available = self.page.view.dictionary(self.resources.get("XObject", {}))
        drawn = self.page.view.get(available.get(name)) if isinstance(name, Name) else None
        if not isinstance(drawn, Stream) or "OC" in drawn.entries or self.depth >= _DEEPEST_FORM:
            raise UnreadablePdf("en sida använder något som portalen inte använder")
        if drawn.entries.get("Subtype") == "Image":
            return
        if drawn.entries.get("Subtype") != "Form":
            raise UnreadablePdf("en sida använder något som portalen inte använder")
        resources = self.page.view.dictionary(drawn.entries.get("Resources", {}))
        matrix = self.page.view.get(drawn.entries.get("Matrix", list(_UNIT)))
        inner = _Interpreter(self.page, resources, _times(_matrix(matrix), self.state.matrix), self.depth + 1)
        inner.run(self.page.view.document.budget.unpack(drawn))


def _matrix(numbers: PdfObject) -> Matrix:
    if not isinstance(numbers, list) or len(numbers) != 6 or any(type(number) not in (int, float) for number in numbers):
        raise UnreadablePdf("ett mått är orimligt")
    if any(not abs(number) < 1e7 for number in numbers):
        raise UnreadablePdf("ett mått är orimligt")
    a, b, c, d, e, f = (float(number) for number in numbers)
    return (a, b, c, d, e, f)


_ACTIONS = {
    "q": "save", "Q": "restore", "cm": "concatenate", "BT": "begin_text", "ET": "end_text", "Tm": "place", "Td": "move",
    "Tr": "render", "Tf": "choose", "gs": "graphics", "Tj": "show", "TJ": "show_many", "BDC": "begin", "BMC": "begin",
    "EMC": "end", "Do": "external",
}  # fmt: skip
