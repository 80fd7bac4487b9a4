"""Each event that is told of has a kind to choose a way for and words that name nothing of the case."""

import re
from pathlib import Path

from portal.notices import kinds

PORTAL = Path(kinds.__file__).parents[1]


def test_every_kind_has_words_and_at_least_one_event() -> None:
    assert set(kinds.KINDS) == set(kinds.Kind) == {kind for kind, _words in kinds.EVENTS.values()}
    assert set(kinds.WAYS) == set(kinds.How)


def test_every_event_that_is_queued_anywhere_is_known() -> None:
    sources = [path.read_text(encoding="utf-8") for path in PORTAL.rglob("*.py")]
    queued = {name for text in sources for name in re.findall(r'"event": "(\w+)"', text)}
    queued |= {name for text in sources for name in re.findall(r'notify\(\s*case, "(\w+)"', text)}
    assert queued and queued <= set(kinds.EVENTS)


def test_what_is_not_known_is_told_all_the_same() -> None:
    assert kinds.kind_of("from an older version") is kinds.Kind.TURN
    assert kinds.words_of("from an older version") == "Något har hänt i ärendet:"
