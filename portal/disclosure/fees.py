"""What copies on paper cost (avgiftsförordningen 1992:191, 15–16 §§, which municipalities commonly follow). Pure.

Files sent by mail cost nothing, nor does it to read a document where it is kept (2 kap. 15 § tryckfrihetsförordningen).
"""

from typing import NamedTuple


class Tariff(NamedTuple):
    """``free_pages`` cost nothing; the next one makes the order cost ``first_fee`` kronor, each after that ``page_fee``."""

    free_pages: int = 9
    first_fee: int = 50
    page_fee: int = 2


MOST_PAGES = 100_000


def fee(pages: int, tariff: Tariff) -> int:
    """Whole kronor for an order of so many pages on paper. Raises ValueError for a number of pages that there cannot be."""
    if not 0 <= pages <= MOST_PAGES:
        raise ValueError(pages)
    beyond = pages - tariff.free_pages
    return tariff.first_fee + (beyond - 1) * tariff.page_fee if beyond > 0 else 0
