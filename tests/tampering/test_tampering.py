"""Every way to tamper with a decision is rejected, with a sentence, by the finding that is there for it."""

import pytest

from portal.verify.check import NotOurs
from tests.tampering.kinds import KINDS, Kind
from tests.tampering.stage import Stage
from tests.tampering.test_honest import complaints, judged


def test_there_are_enough_kinds_and_each_has_its_name() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 40


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_it_is_rejected(stage: Stage, kind: Kind) -> None:
    pdf = kind.make(stage)
    try:
        verdict = judged(stage, pdf, kind.at)
    except NotOurs as error:
        assert (kind.what is None or "file" in kind.what) and str(error)
        return
    assert not verdict.ok
    said = {each.what for each in verdict.findings if not each.ok}
    assert all(complaints(verdict))
    assert kind.what is None or said & kind.what, complaints(verdict)
