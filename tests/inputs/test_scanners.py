"""Scanners on a served demo with everyone's session: nothing found, nothing broken, nothing changed that should not be.

``SCANNER_SECONDS`` shortens each scanner's time; the figures are then of what was tried.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.inputs import scanners
from tests.inputs.demo import EVERYONE, Demo, make_demo, serving
from tests.inputs.scanners import Finding, Session, news
from tests.scale import measured

SECONDS = int(os.environ.get("SCANNER_SECONDS", "240"))
EXAMPLES = 60
everyone = pytest.mark.parametrize("username", EVERYONE, ids=[name or "anonymous" for name in EVERYONE])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that is copied for everyone."""
    return make_demo(tmp_path_factory.mktemp("demo") / "instance")


@pytest.fixture
def demo(made: Path, tmp_path: Path) -> Iterator[Demo]:
    """A served copy of the demo; whatever was sent to it, it had no fault, its log holds and its road can be walked."""
    with serving(made, tmp_path / "instance") as served:
        yield served
        assert served.faults() == []
        assert served.unanswered() == []


def session(demo: Demo, username: str, folder: Path) -> Session:
    person = demo.person(username)
    return Session(demo, person, person.token(), folder)


def settle(tool: str, here: Session, before: Counter[int], found: list[Finding]) -> None:
    """Count what was sent, and hold that nothing new was found, nothing was 500 or more, and the session still stood.

    ``before``: the answers until then; while server and worker start, /halsa says rightly that they are not there.
    """
    answers = here.demo.answers() - before
    faults = {status: times for status, times in answers.items() if status >= 500}
    sent = sum(answers.values())
    measured(
        f"inputs: {tool}, {here.person.username or 'anonymous'}",
        inputs=sent,
        **{
            "answers of 500 or more": sum(faults.values()),
            "findings": len(found),
            "accepted": len(found) - len(news(found)),
            "cut short": len(here.cut),
        },
    )
    assert faults == {}
    assert news(found) == []
    assert sent > 20, "something was tried"
    assert not here.person.username or here.person.is_in(), "the session was not lost on the way"


@pytest.mark.soak
@everyone
def test_schemathesis_finds_nothing(demo: Demo, tmp_path: Path, username: str) -> None:
    here = session(demo, username, tmp_path)
    before = demo.answers()
    settle("schemathesis", here, before, scanners.schemathesis(here, seconds=SECONDS, examples=EXAMPLES))


@pytest.mark.soak
@everyone
def test_wapiti_finds_nothing(demo: Demo, tmp_path: Path, username: str) -> None:
    here = session(demo, username, tmp_path)
    before = demo.answers()
    settle("wapiti", here, before, scanners.wapiti(here, crawl=SECONDS // 4, attack=max(SECONDS // 12, 2)))


@pytest.mark.soak
@everyone
def test_sqlmap_finds_nothing(demo: Demo, tmp_path: Path, username: str) -> None:
    here = session(demo, username, tmp_path)
    before = demo.answers()
    settle("sqlmap", here, before, scanners.sqlmap(here, seconds=2 * SECONDS))


def test_what_sqlmap_says_of_a_hole_is_read_as_a_finding() -> None:
    said = (
        "[20:00:00] [INFO] GET parameter 'q' appears to be 'AND boolean-based blind' injectable\n"
        "[20:00:01] [WARNING] GET parameter 'ar' does not seem to be injectable\n"
        "[20:00:02] [INFO] testing if GET parameter 'x' is vulnerable\n"
        "---\nParameter: q (GET)\n"
    )
    assert [finding.what for finding in scanners.injectable(said)] == [
        "Parameter: q (GET)",
        "[INFO] GET parameter 'q' appears to be 'AND boolean-based blind' injectable",
    ]


def test_what_sqlmap_takes_back_is_no_finding_but_only_for_that_parameter() -> None:
    said = (
        "[20:00:00] [INFO] POST parameter 'day' appears to be 'AND boolean-based blind' injectable \n"
        "[20:00:01] [INFO] checking if the injection point on POST parameter 'day' is a false positive\n"
        "[20:00:02] [WARNING] false positive or unexploitable injection point detected\n\n"
        "[20:00:02] [WARNING] POST parameter 'day' does not seem to be injectable\n"
    )
    assert scanners.injectable(said) == []
    assert scanners.injectable(said + said.partition("\n")[0].replace("'day'", "'q'") + "\n") != []
    assert scanners.injectable(said.partition("\n")[0]) != [], "cut off before it looked closer"


def test_only_what_is_written_down_with_its_reason_is_let_pass() -> None:
    assert news([Finding("wapiti", "SQL Injection: q", "GET /diariet")]) != []
    assert news(sorted(scanners.accepted())) == []
