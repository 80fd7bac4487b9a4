"""Files made to keep a verifier busy are given up on within seconds, in little memory and with a sentence."""

import time
import tracemalloc
from datetime import UTC, datetime

import pytest

from portal.verify.alone import seal_findings
from portal.verify.pages import UnreadablePdf, pages_text
from portal.verify.trust import SealNote
from tests.unit.verify.bombs import BOMBS

MOST_SECONDS = 10  # of one core, the slowest takes 3
MOST_MEMORY = 200 * 1024 * 1024
NOTE = SealNote("00" * 32, frozenset(["00" * 32]), frozenset())


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_it_is_given_up_on(name: str) -> None:
    pdf = BOMBS[name]()
    started = time.process_time()
    with pytest.raises(UnreadablePdf) as raised:
        pages_text(pdf)
    found = seal_findings(pdf, NOTE, datetime(2026, 11, 23, tzinfo=UTC))
    assert time.process_time() - started < MOST_SECONDS
    assert str(raised.value) and not found[-1].ok and found[-1].sentence.endswith(".")


def test_what_packs_up_to_much_is_not_unpacked() -> None:
    pdf = BOMBS["a bomb of zeros"]()
    tracemalloc.start()
    try:
        with pytest.raises(UnreadablePdf):
            pages_text(pdf)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
