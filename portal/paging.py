"""What stands in a list's address: the year or days it is narrowed to, and where a page ended, as one token (keyset paging)."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime
from typing import Any

MOST = 200  # characters of a token


def cursor(at: datetime, row_id: int) -> str:
    """The token of a row sorted by an instant and its row id."""
    return urlsafe_b64encode(json.dumps([at.isoformat(), row_id]).encode()).decode().rstrip("=")


def read_cursor(token: str | None) -> tuple[datetime, int] | None:
    """The instant and the row id in a token; None for no token, and for one that says nothing: the list begins anew."""
    if not token or len(token) > MOST:
        return None
    try:
        at, row_id = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None:
            return None
        instant = instant.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):  # the last: an instant before the first that there is, or after the last
        return None
    if not isinstance(row_id, int) or isinstance(row_id, bool) or abs(row_id) >= 2**62:
        return None
    return instant, row_id


def year_of(typed: str) -> int | None:
    """A year in an address; None when it is none, so that the filter finds nothing rather than everything."""
    return int(typed) if re.fullmatch(r"(?:19|20|21)[0-9]{2}", typed) else None


def day_of(typed: str) -> date | None:
    """A day in an address, as the browser sends it (YYYY-MM-DD); None when it is none."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def unreadable_days(chosen: Any) -> list[str]:
    """The names of the days in a choice (``first``, ``last``) that are none."""
    return [name for name in ("first", "last") if getattr(chosen, name) and day_of(getattr(chosen, name)) is None]
