"""Files made to keep a verifier busy are given up on within seconds, in little memory and with a sentence."""

import time
import tracemalloc
from datetime import UTC, datetime

import pytest

from portal.verify.alone import seal_findings
from portal.verify.alone.content import runs
from portal.verify.alone.document import read
from portal.verify.alone.flate import Budget
from portal.verify.alone.syntax import Ref
from portal.verify.pages import UnreadablePdf, pages_text
from portal.verify.trust import SealNote
from tests.unit.verify.bombs import BOMBS

MOST_SECONDS = 10  # of one core, the slowest takes 3
MOST_MEMORY = 200 * 1024 * 1024
NOTE = SealNote("00" * 32, frozenset(["00" * 32]), frozenset())


SLOW = "a bomb of operators"


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.soak] if name == SLOW else []) for name in sorted(BOMBS)]
)
def test_it_is_given_up_on(name: str) -> None:
    pdf = BOMBS[name]()
    started = time.process_time()
    with pytest.raises(UnreadablePdf) as raised:
        pages_text(pdf)
    found = seal_findings(pdf, NOTE, datetime(2026, 11, 23, tzinfo=UTC))
    assert time.process_time() - started < MOST_SECONDS
    assert str(raised.value) and not found[-1].ok and found[-1].sentence.endswith(".")


def test_a_page_is_left_when_all_that_may_be_drawn_is_drawn() -> None:
    view = read(BOMBS[SLOW]()).view()
    view.document.budget = Budget(operators=1000)
    page = view.get(Ref(3, 0))
    with pytest.raises(UnreadablePdf, match="mer innehåll"):
        runs(view, page, page["Resources"])


def test_what_packs_up_to_much_is_not_unpacked() -> None:
    pdf = BOMBS["a bomb of zeros"]()
    tracemalloc.start()
    try:
        with pytest.raises(UnreadablePdf):
            pages_text(pdf)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
