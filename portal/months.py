"""The months by their Swedish names, January first, and a day written with them."""

from datetime import date

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


def in_full(day: date) -> str:
    """A civil day as it is read, ``22 november 2026``, which no line break parts."""
    return f"{day.day}\u00a0{MONTHS[day.month - 1]}\u00a0{day.year}"
