"""What a line holds after redistributions, and what may still be moved. Pure; kronor throughout."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key")


def current(granted: Mapping[Key, int], changes: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    """Kronor per priced line now: as granted, with every redistribution's change added.

    A change of a line that is not priced in this decision is a KeyError: such a redistribution belongs elsewhere.
    """
    amounts = dict(granted)
    for key, change in changes:
        amounts[key] += change
    return amounts


def differences(before: Mapping[Key, int], after: Mapping[Key, int]) -> dict[Key, int]:
    """The change per line, lines that stay as they are left out. A line missing from ``after`` stays as it is."""
    return {key: after[key] - amount for key, amount in before.items() if key in after and after[key] != amount}


def moved(changes: Iterable[int]) -> int:
    """How much money leaves lines: the sum of what the decreased ones lose, a positive number of kronor."""
    return -sum(change for change in changes if change < 0)


def left_of_cap(cap: int | None, moved_before: int) -> int | None:
    """Kronor that may still be moved under a cap over all redistributions; None when there is no cap."""
    return None if cap is None else max(cap - moved_before, 0)
