"""What the portal makes is found genuine: now, and as long as it is kept up."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal import clock
from portal.log.keys import verifies
from portal.verify import alone, seals
from portal.verify.alone import ed25519
from portal.verify.check import verify
from portal.verify.trust import read_trust
from portal.verify.verdict import Verdict
from tests.tampering.stage import Stage

DECISIONS = ("main", "older", "other", "secret", "political", "long", "unpriced")


def judged(stage: Stage, pdf: bytes, at: datetime | None = None, key: str = "") -> Verdict:
    """What pyHanko's engine says; the one of the standard library must say the same."""
    line, moment = key or stage.key_line, at or clock.now()
    verdict = verify(pdf, read_trust(line, verifies), moment, seals.seal_findings)
    other = verify(pdf, read_trust(line, ed25519.verifies), moment, alone.seal_findings)
    assert (other.ok, other.decided) == (verdict.ok, verdict.decided), other.findings
    assert other.is_test == verdict.is_test or not verdict.ok
    return verdict


def complaints(verdict: Verdict) -> list[str]:
    return [each.sentence for each in verdict.findings if not each.ok]


@pytest.mark.parametrize("name", DECISIONS)
def test_every_decision_of_the_product_is_genuine(stage: Stage, name: str) -> None:
    verdict = judged(stage, stage.sealed(name))
    assert verdict.ok, complaints(verdict)
    assert verdict.is_test and verdict.decided is not None
    assert verdict.decided.is_secret == (name == "secret")


@pytest.mark.parametrize("level", ["B-B", "B-LTA", "upgraded"])
def test_an_organisations_seal_is_genuine_at_every_level(stage: Stage, level: str) -> None:
    verdict = judged(stage, stage.sealed("main", "seal", level))
    assert verdict.ok, complaints(verdict)
    assert not verdict.is_test


@pytest.mark.parametrize(("years", "later"), [((2030,), 2031), ((2030, 2035), 2036), ((2030, 2035, 2048), 2060)])
def test_a_decision_that_was_kept_up_is_genuine_later(stage: Stage, years: tuple[int, ...], later: int) -> None:
    verdict = judged(stage, stage.renewed(*years), datetime(later, 3, 1, tzinfo=UTC))
    assert verdict.ok, complaints(verdict)


@pytest.mark.parametrize("level", ["B-B", "B-LTA", "upgraded"])
def test_pdfsig_agrees_on_the_seal(stage: Stage, level: str, tmp_path: Path) -> None:
    """Poppler's program, which judges signatures alone: of document time-stamps it says that it has not learnt them."""
    path = tmp_path / "beslut.pdf"
    path.write_bytes(stage.sealed("main", "seal", level))
    told = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
    first = told.partition("Signature #2")[0]
    assert "Signature Validation: Signature is Valid." in first, told
    assert "Signature Type: ETSI.CAdES.detached" in first
