"""Decisions that have left the house are verified by every later verifier: one is kept here as it was made.

What the template prints may change; how an older decision is read may not. A change that turns this red needs a second way
of reading beside the first.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.log.keys import verifies
from portal.verify import alone, seals
from portal.verify.alone import ed25519
from portal.verify.check import verify
from portal.verify.trust import read_trust

KEPT = Path(__file__).parent / "kept"


@pytest.mark.parametrize("year", [2026, 2036, 2060])
def test_a_decision_made_in_november_2026_is_genuine_ever_after(year: int) -> None:
    pdf, line = (KEPT / "beslut-2026-11.pdf").read_bytes(), (KEPT / "nyckel.txt").read_text(encoding="utf-8")
    at = datetime(year, 12, 31, tzinfo=UTC)
    for verdict in (
        verify(pdf, read_trust(line, verifies), at, seals.seal_findings),
        verify(pdf, read_trust(line, ed25519.verifies), at, alone.seal_findings),
    ):
        assert verdict.ok, verdict.findings
        assert verdict.is_test
        assert verdict.decided is not None and verdict.decided.number == "KS-2026-0005"
        assert (verdict.decided.requested, verdict.decided.granted) == (310_000, 250_000)
