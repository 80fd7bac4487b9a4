"""Change the rules, the road, access and money a little at a time: at least nine changes of ten must fail a test."""

import os
from pathlib import Path

import pytest

from tests.mutation import judged
from tests.mutation.areas import AREAS, ROOT, TARGETS
from tests.scale import measured

AT_LEAST = 0.9
LEFT = ROOT / "build"  # those that no test noticed, by area
AT_ONCE = int(os.environ.get("MUTATION_PROCESSES", os.cpu_count() or 1))


@pytest.mark.soak
@pytest.mark.parametrize("area", AREAS)
def test_nine_changes_of_ten_are_noticed(area: str, tmp_path: Path) -> None:
    from tests.mutation import scoring  # with mutmut, which is there for the long campaigns only

    targets = [target for target in TARGETS if target.area == area]
    changes = scoring.by_tables(tmp_path / "tables", targets, AT_ONCE)
    for n, kind in enumerate(("tests/unit/", "tests/integration/")):
        together = [target for target in targets if target.tests[0].startswith(kind)]
        if together:
            changes += scoring.by_mutmut(tmp_path / f"mutmut-{n}", together, AT_ONCE)

    known = judged.equivalent()
    left = [change for change in changes if change.outcome == "survived"]
    same = [change for change in left if change.shown() in known]
    unnoticed = [change for change in left if change.shown() not in known]
    listed = "\n\n".join(change.shown() for change in unnoticed)
    LEFT.mkdir(exist_ok=True)
    (LEFT / f"mutants-left-{area}.txt").write_text(listed + "\n", encoding="utf-8")
    counted = len(changes) - len(same)
    killed = counted - len(unnoticed)
    measured(
        "mutation",
        area=area,
        mutants=len(changes),
        equivalent=len(same),
        killed=killed,
        survived=len(unnoticed),
        score=f"{100 * killed / counted:.1f} %",
    )
    assert killed >= AT_LEAST * counted, listed


def test_every_mutant_judged_equivalent_has_its_reason_and_its_file() -> None:
    for change, why in judged.equivalent().items():
        path, *lines = change.splitlines()
        assert (ROOT / path).exists(), path
        text = [line.strip() for line in (ROOT / path).read_text(encoding="utf-8").splitlines()]
        assert all(line[2:].strip() in text for line in lines if line.startswith("- ")), change
        assert len(why) > 10, change
