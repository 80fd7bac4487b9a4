"""Kronor in and out: the amounts people write, read exactly, and shown in one way.

Money is whole kronor in integers; no float ever holds an amount. A notation that can mean two things is refused with a
sentence that says how to write it instead (``parse``), or marked as not one amount (``find_amounts``).
"""

from portal.money.in_text import Found, find_amounts
from portal.money.notation import Unit
from portal.money.shown import MINUS, NBSP, format_kronor, grouped
from portal.money.typed import LARGEST, LONGEST, Amount, MoneyError, hint, is_unpriced, parse

__all__ = [
    "LARGEST",
    "LONGEST",
    "MINUS",
    "NBSP",
    "Amount",
    "Found",
    "MoneyError",
    "Unit",
    "find_amounts",
    "format_kronor",
    "grouped",
    "hint",
    "is_unpriced",
    "parse",
]
