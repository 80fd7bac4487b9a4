"""The only clock of the portal: instants are UTC, civil dates are Swedish.

Diary years, budget years and deadlines follow Europe/Stockholm; everything stored as an instant is UTC with
millisecond precision, because the log (version 1) holds milliseconds.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def set_source(source: Callable[[], datetime] | None) -> None:
    """Replace the clock (demo and tests only); ``None`` restores the system clock."""
    global _source
    _source = source or _system


def now() -> datetime:
    """The present instant, UTC, whole milliseconds."""
    instant = _source().astimezone(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def local_date(instant: datetime) -> date:
    """The Swedish civil date of ``instant``."""
    return instant.astimezone(STOCKHOLM).date()


def midnight(day: date) -> datetime:
    """When the Swedish day begins."""
    return datetime.combine(day, time(), tzinfo=STOCKHOLM)


def today() -> date:
    """Today's date in Sweden."""
    return local_date(now())
