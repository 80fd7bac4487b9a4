"""`make soak` leaves nothing out: what is longer there than in `make test`, or only there, is in one of its campaigns."""

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[3]
LONGER = re.compile(r"(?<![\w.])(?:scale\.)?times\(|mark\.soak\b")


def test_every_test_with_a_long_size_is_in_a_campaign() -> None:
    campaigns: dict[str, tuple[str, ...]] = runpy.run_path(str(ROOT / "tools" / "soak.py"))["CAMPAIGNS"]
    places = [ROOT / place for each in campaigns.values() for place in each]
    assert all(place.exists() for place in places)
    longer = [path for path in (ROOT / "tests").rglob("*.py") if LONGER.search(path.read_text(encoding="utf-8"))]
    known = {ROOT / "tests" / "scale.py", Path(__file__)}
    left_out = [path for path in longer if path not in known and not any(path.is_relative_to(place) for place in places)]
    assert len(longer) > 30
    assert left_out == []
