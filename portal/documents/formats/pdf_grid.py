"""Tables drawn with lines on a PDF page: the rows and columns that the lines make."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Rule = tuple[float, float, float, float]  # left, top, right, bottom, upright like the words

_MOST_PARTS = 60
_MOST_ROWS, _MOST_COLUMNS = 200, 40
_THIN = 2.6  # points
_NEAR = 3.0
_SHORTEST = 5.0


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as drawn: where its rows part, its outer edges, and for each row where cells begin and in which column."""

    rows: tuple[float, ...]
    left: float
    right: float
    cells: tuple[tuple[tuple[float, ...], tuple[int, ...]], ...]
    columns: int

    def holds(self, x: float, y: float) -> bool:
        """True for a point inside."""
        return self.left <= x <= self.right and self.rows[0] <= y <= self.rows[-1]

    def place_of(self, x: float, y: float) -> tuple[int, int]:
        """The row and the column of a point inside; of cells that no line parts, the first."""
        row = min(max(bisect_right(self.rows, y) - 1, 0), len(self.rows) - 2)
        begin, columns = self.cells[row]
        return row, columns[max(bisect_right(begin, x) - 1, 0)]


def grids_of(rules: Sequence[Rule]) -> list[Grid]:
    """The tables that these lines draw, each with at least two rows and two columns."""
    if len(rules) < 5:
        return []
    parts: list[tuple[Rule, list[Rule]]] = []
    for rule in sorted(rules, key=lambda rule: rule[1]):
        touched = [part for part in parts if _touch(part[0], rule)]
        edges, members = rule, [rule]
        for part in touched:
            edges, members = _around(edges, part[0]), [*part[1], *members] if len(part[1]) < len(members) else part[1] + members
        parts = [part for part in parts if part not in touched] if touched else parts
        parts.append((edges, members))
        if len(parts) > _MOST_PARTS:
            return []
    return [grid for edges, members in parts if len(members) >= 5 and (grid := _grid(edges, members))]


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one[0] - _NEAR <= other[2] and other[0] - _NEAR <= one[2] and one[1] - _NEAR <= other[3] and other[1] - _NEAR <= one[3]
    )


def _around(one: Rule, other: Rule) -> Rule:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _grid(edges: Rule, members: Sequence[Rule]) -> Grid | None:
    across: dict[float, list[tuple[float, float]]] = {}
    down: dict[float, list[tuple[float, float]]] = {}
    for left, top, right, bottom in members:
        if bottom - top <= _THIN:
            _add(across, (top + bottom) / 2, left, right)
        elif right - left <= _THIN:
            _add(down, (left + right) / 2, top, bottom)
        else:  # a cell drawn as a box
            for y in (top, bottom):
                _add(across, y, left, right)
            for x in (left, right):
                _add(down, x, top, bottom)
    rows = sorted(y for y, lengths in across.items() if _covered(lengths) >= 0.5 * (edges[2] - edges[0]))
    columns = sorted(x for x, lengths in down.items() if _covered(lengths) >= 0.3 * (edges[3] - edges[1]))
    if not 3 <= len(rows) <= _MOST_ROWS or not 3 <= len(columns) <= _MOST_COLUMNS:
        return None
    cells = []
    for upper, lower in pairwise(rows):
        middle = (upper + lower) / 2
        inner = [(x, at) for at, x in enumerate(columns[:-1]) if not at or any(top <= middle <= end for top, end in down[x])]
        cells.append((tuple(x for x, _at in inner), tuple(at for _x, at in inner)))
    return Grid(tuple(rows), columns[0], columns[-1], tuple(cells), len(columns) - 1)


def _add(lines: dict[float, list[tuple[float, float]]], at: float, start: float, end: float) -> None:
    if end - start < _SHORTEST:
        return
    near = next((each for each in lines if abs(each - at) <= _NEAR), at)
    lines.setdefault(near, []).append((start - 1, end + 1))


def _covered(lengths: Sequence[tuple[float, float]]) -> float:
    """How much of a line is drawn, pieces over each other counted once."""
    total, reached = 0.0, float("-inf")
    for start, end in sorted(lengths):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
