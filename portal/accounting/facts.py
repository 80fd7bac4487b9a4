"""What this package's rules look at, beside what every rule does."""

from dataclasses import dataclass
from datetime import date

from portal.register.facts import Facts as BaseFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(BaseFacts):
    """``granted``, ``moved`` and ``redistribution_cap`` are kronor of the decision in force; None before there is one.

    ``redistribution`` is ``free``, ``capped`` or ``none``; ``unconfirmed`` counts redistributions that finance has not
    confirmed. ``interim_due`` is the tertial date that an interim report is to be made for now. ``priced_lines`` counts
    lines that money was granted on: it moves only between two of them. ``to_check`` is who recorded the oldest budget entry
    that nobody has checked (a substitute is two persons), empty where there is none; ``control`` whether the municipality
    has a second person check entries.
    """

    granted: int | None
    report_due: bool
    redistribution: str
    redistribution_cap: int | None
    moved: int
    priced_lines: int
    unconfirmed: int
    interim_due: date | None = None
    control: bool = False
    to_check: frozenset[int] = frozenset()
