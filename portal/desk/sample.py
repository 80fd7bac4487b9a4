"""A drawn sample of decisions for audit: which are drawn follows from the seed, so that anyone can repeat the draw.

Every decision's place in the draw is the SHA-256 of ``seed:decision number``; the lowest are taken. A decision made after
the draw can take a place but changes no other's.
"""

import re
import secrets
from collections.abc import Iterable
from hashlib import sha256

SIZE = 30
_SEED = re.compile(r"[0-9]{1,20}", re.ASCII)


def new_seed() -> str:
    """A seed that nobody has chosen: 12 digits."""
    return str(secrets.randbelow(9 * 10**11) + 10**11)


def is_seed(typed: str) -> bool:
    """Whether the text can be a seed."""
    return _SEED.fullmatch(typed) is not None


def place(seed: str, number: str) -> str:
    """Where a decision stands in the draw."""
    return sha256(f"{seed}:{number}".encode()).hexdigest()


def drawn(population: Iterable[tuple[int, str]], seed: str, size: int = SIZE) -> list[int]:
    """The row ids that are drawn of (row id, decision number), in the order of the draw."""
    return [row_id for row_id, _number in sorted(population, key=lambda each: place(seed, each[1]))[:size]]
