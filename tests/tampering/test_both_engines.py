"""The engine of the standard library and pyHanko's come to the same verdict on every file, honest or tampered with."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from portal import clock
from portal.log.keys import verifies
from portal.verify import alone, seals
from portal.verify.alone import ed25519
from portal.verify.check import NotOurs, SealEngine, verify
from portal.verify.trust import read_trust
from portal.verify.verdict import Verdict
from tests.tampering.kinds import KINDS, Kind
from tests.tampering.stage import Stage

Edwards = Callable[[bytes, bytes, bytes], bool]


def _verdict(stage: Stage, pdf: bytes, at: datetime | None, engine: SealEngine, edwards: Edwards) -> Verdict | str:
    try:
        return verify(pdf, read_trust(stage.key_line, edwards), at or clock.now(), engine)
    except NotOurs as error:
        return str(error)


def both(stage: Stage, pdf: bytes, at: datetime | None = None) -> tuple[Verdict | str, Verdict | str]:
    """What each engine says."""
    return (
        _verdict(stage, pdf, at, alone.seal_findings, ed25519.verifies),
        _verdict(stage, pdf, at, seals.seal_findings, verifies),
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_tampered_file_is_rejected_by_both(stage: Stage, kind: Kind) -> None:
    ours, theirs = both(stage, kind.make(stage), kind.at)
    if isinstance(ours, str) or isinstance(theirs, str):
        assert ours == theirs
        return
    print([f.sentence for f in ours.findings if not f.ok], [f.sentence for f in theirs.findings if not f.ok])
    assert not ours.ok
    assert not theirs.ok
    assert {each.what for each in ours.findings if not each.ok} <= (kind.what or set())


@pytest.mark.parametrize("name", ["main", "secret", "political", "long"])
def test_an_honest_file_is_genuine_to_both(stage: Stage, name: str) -> None:
    for verdict in both(stage, stage.sealed(name)):
        assert isinstance(verdict, Verdict)
        assert verdict.ok and verdict.is_test, verdict.findings


@pytest.mark.parametrize("key", ["seal", "seal-384", "seal-rsa"])
@pytest.mark.parametrize("level", ["B-B", "B-LTA", "upgraded"])
def test_an_organisations_seal_is_genuine_to_both_with_every_kind_of_key(stage: Stage, key: str, level: str) -> None:
    for verdict in both(stage, stage.sealed("main", key, level)):
        assert isinstance(verdict, Verdict)
        assert verdict.ok and not verdict.is_test, verdict.findings


@pytest.mark.parametrize("years", [(2029,), (2030, 2035), (2030, 2045, 2059)])
def test_a_file_that_was_kept_up_is_genuine_to_both_in_its_time(stage: Stage, years: tuple[int, ...]) -> None:
    pdf = stage.renewed(*years)
    for verdict in both(stage, pdf, datetime(years[-1] + 1, 2, 1, tzinfo=UTC)):
        assert isinstance(verdict, Verdict)
        assert verdict.ok, verdict.findings
    for verdict in both(stage, pdf, datetime(2500, 1, 1, tzinfo=UTC)):
        assert isinstance(verdict, Verdict)
        assert not verdict.ok
