"""SECURITY.md stays true to the tree: what it points at exists, and no requirement is left out or counted twice."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (met|not applicable|\*\*open\*\*) \| (.+) \|$", re.M)
LEVEL_1, LEVEL_2 = 70, 183


def test_every_requirement_of_the_two_levels_has_one_row_with_a_place_or_a_reason() -> None:
    rows = ROW.findall(TEXT)
    assert Counter(level for _number, level, _state, _text in rows) == {"1": LEVEL_1, "2": LEVEL_2}
    assert len({number for number, *_rest in rows}) == LEVEL_1 + LEVEL_2


def test_the_sum_at_the_head_of_the_rows_is_the_sum_of_the_rows() -> None:
    states = Counter(state.strip("*") for _number, _level, state, _text in ROW.findall(TEXT))
    assert f"{states['met']} met, {states['not applicable']} not applicable, {states['open']} open" in TEXT


def test_every_file_it_points_at_exists() -> None:
    named = set(re.findall(r"`((?:portal|tests|docs|tools)/[\w./-]+)`", TEXT)) | set(re.findall(r"\]\((docs/[^)]+)\)", TEXT))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
