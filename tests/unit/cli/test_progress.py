"""The line of a long run: written over on a terminal, one line at the end elsewhere, and rough about time."""

from io import StringIO
from itertools import pairwise

import pytest

from portal.cli.progress import Line, ended, under_way
from portal.outbox.progress import Progress


class Terminal(StringIO):
    """A file that is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


STEPS = (
    Progress(2, 2_998, 0, 1.0),
    Progress(1_200, 1_800, 2, 180.0),
    Progress(2_999, 1, 0, 500.0),
    Progress(3_000, 0, 1, 500.4),
)


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        (STEPS[0], "2 av 3\u00a0000 klara"),
        (STEPS[1], "1\u00a0200 av 3\u00a0000 klara, omkring 4 minuter kvar, 2 försöks igen"),
        (STEPS[2], "2\u00a0999 av 3\u00a0000 klara, mindre än en minut kvar"),
        (Progress(100, 120, 0, 60.0), "100 av 220 klara, omkring en minut kvar"),
        (Progress(100, 20_000, 0, 60.0), "100 av 20\u00a0100 klara, omkring 3 timmar kvar"),
        (STEPS[3], "3\u00a0000 av 3\u00a0000 klara, 1 försöks igen"),
    ],
)
def test_the_line_says_how_many_and_roughly_how_long(progress: Progress, line: str) -> None:
    assert under_way(progress) == line


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        (Progress(0, 0, 0, 0.1), "Inget väntade."),
        (Progress(12, 0, 0, 4.4), "12 klara på 4 s."),
        (Progress(0, 0, 1, 4.4), "0 klara på 4 s. 1 gick inte och försöks igen: se Filer i portalen."),
        (Progress(1_200, 1_800, 0, 180.0), "1\u00a0200 klara på 3 min 0 s. 1\u00a0800 är kvar."),
    ],
)
def test_the_last_line_says_what_was_done_and_what_was_not(progress: Progress, line: str) -> None:
    assert ended(progress) == line


def test_on_a_terminal_each_line_covers_the_one_before_it() -> None:
    file = Terminal()
    line = Line(file)
    for step in STEPS:
        line.tell(step)
    line.close()
    shown = file.getvalue().removesuffix("\n").split("\r")[1:]
    assert [each.rstrip() for each in shown] == [*(under_way(step) for step in STEPS), ended(STEPS[-1])]
    assert all(len(later) >= len(earlier.rstrip()) for earlier, later in pairwise(shown))


def test_elsewhere_nothing_is_written_but_the_last_line() -> None:
    file = StringIO()
    line = Line(file)
    for step in STEPS:
        line.tell(step)
    line.close()
    assert file.getvalue() == ended(STEPS[-1]) + "\n"
