"""What this package's rules look at, beside what every rule does."""

from dataclasses import dataclass

from portal.register.facts import Facts as BaseFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(BaseFacts):
    """``granted``, ``moved`` and ``redistribution_cap`` are kronor of the decision in force; None before there is one.

    ``redistribution`` is ``free``, ``capped`` or ``none``; ``unconfirmed`` counts redistributions that finance has not
    confirmed. ``priced_lines`` counts lines with an amount: money moves only between two of them.
    """

    granted: int | None
    report_due: bool
    redistribution: str
    redistribution_cap: int | None
    moved: int
    priced_lines: int
    unconfirmed: int
