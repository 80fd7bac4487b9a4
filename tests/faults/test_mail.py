"""The mail server is dead, hangs, is slow, hangs up in the middle, or asks to be called later: every mail arrives at last."""

import time
from pathlib import Path

from tests import scale
from tests.faults.household import Household, figures, household
from tests.faults.mail_server import Mode, Sink, mail_server

AT_ONCE = scale.times(6, 50)
ROUNDS = scale.times(1, 2)
SPOILT = [mode for mode in Mode if mode is not Mode.WELL]
MODE_SECONDS = 5.0


def spoil(home: Household, sink: Sink, mode: Mode) -> None:
    """Let a few calls meet with the mode; then a moment in which all is well."""
    before, deadline = sink.disturbed, time.monotonic() + MODE_SECONDS
    sink.mode = mode
    while sink.disturbed - before < AT_ONCE // len(SPOILT) and time.monotonic() < deadline:
        time.sleep(0.01)
    sink.mode = Mode.WELL
    time.sleep(0.2)
    home.keep_at_work()
    home.still_holds()


def test_every_mail_arrives_whatever_the_mail_server_does(tmp_path: Path) -> None:
    total: dict[str, int] = {}
    for number in range(ROUNDS):
        with mail_server() as (sink, port), household(tmp_path / str(number), mail_port=port) as home:
            met: set[Mode] = set()
            while sink.disturbed < AT_ONCE or met != set(SPOILT):
                for mode in SPOILT:
                    before = sink.disturbed
                    spoil(home, sink, mode)
                    met |= {mode} if sink.disturbed > before else set()
            home.settle()
            home.holds_at_last(sink)
            done = {"faults": sink.disturbed, **figures(home), "mails": len(sink.got), "mails_twice": sink.doubles()}
            total = {name: total.get(name, 0) + value for name, value in done.items()}
    assert total["mails_twice"] > 0, "some mail arrived without the portal being told, and went again"
    scale.measured("faults: SMTP", **total)
