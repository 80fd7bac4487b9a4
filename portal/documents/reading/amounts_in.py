"""The amounts of a piece of text, each piece searched once however many rules ask."""

import re
from functools import lru_cache

from portal.money import Found, find_amounts

_MAY_HOLD = re.compile(r"\d|milj|tusen|hundra", re.I)
_LONGEST_KEPT = 2_000  # characters; a longer text is asked about once


def amounts_in(text: str, *, bare: bool = False) -> list[Found]:
    """``find_amounts`` of the text; nothing is searched where no digit and no number in words stands."""
    if not _MAY_HOLD.search(text):
        return []
    return list(_kept(text, bare)) if len(text) <= _LONGEST_KEPT else find_amounts(text, bare=bare)


@lru_cache(maxsize=1_000)
def _kept(text: str, bare: bool) -> tuple[Found, ...]:
    return tuple(find_amounts(text, bare=bare))
