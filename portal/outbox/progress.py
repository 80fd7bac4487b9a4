"""How far a run of the worker has come, while much waits: counted seldom, so that counting takes no time from the work."""

import time
from collections.abc import Callable
from dataclasses import dataclass

EVERY_SECONDS = 1.0
_FEW = 5  # after fewer than these nothing can be said of the rest


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` things in so many ``seconds``; ``left`` are due now, and ``failing`` did not work and are tried again."""

    done: int
    left: int
    failing: int
    seconds: float

    @property
    def total(self) -> int:
        """What is done and what is due. It grows when what is done leads to more."""
        return self.done + self.left

    @property
    def seconds_left(self) -> float | None:
        """About how long the rest takes, at the pace so far; None while that cannot be told."""
        return self.seconds / self.done * self.left if self.done >= _FEW else None


class Meter:
    """Counts what one run does. ``tell`` is called about once a second; ``count_due`` says how much is due."""

    def __init__(self, tell: Callable[[Progress], None], count_due: Callable[[], int]) -> None:
        self._tell = tell
        self._count_due = count_due
        self._begun = time.monotonic()
        self._told = float("-inf")
        self.done = 0
        self.failing: set[str] = set()

    def worked(self, key: str) -> None:
        """One thing is done."""
        self.done += 1
        self.failing.discard(key)

    def failed(self, key: str) -> None:
        """One thing did not work this time."""
        self.failing.add(key)

    def tell(self) -> None:
        """Tell how far the run has come, unless that was told just now."""
        if time.monotonic() - self._told >= EVERY_SECONDS:
            self._tell(self.progress())
            self._told = time.monotonic()

    def progress(self) -> Progress:
        """How far the run has come."""
        return Progress(self.done, self._count_due(), len(self.failing), time.monotonic() - self._begun)
