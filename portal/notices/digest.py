"""When the digest of a day is due. Pure; a local hour in Sweden, also in the nights when the clock is set.

In spring the hour 02 does not exist: the digest is due at the moment when the clock goes on (03). In autumn 02 comes twice:
it is due the first time. The clock is only ever set by whole hours, so an hourly look meets each moment.
"""

from datetime import UTC, date, datetime, time, timedelta

from portal.clock import STOCKHOLM

DEFAULT_HOUR = 7


def due_at(day: date, hour: int) -> datetime:
    """The instant (UTC) of the first time that the Swedish clock shows ``hour`` or more on the day."""
    local = datetime.combine(day, time(hour), tzinfo=STOCKHOLM)  # fold 0: the first of two
    instant = local.astimezone(UTC)
    if instant.astimezone(STOCKHOLM).hour == hour:
        return instant
    # The hour is skipped: read with the offset from before the gap it lies beyond it, an hour from where the clock goes on.
    return instant - timedelta(minutes=instant.astimezone(STOCKHOLM).minute)


def last_due(now: datetime, hour: int) -> tuple[date, datetime]:
    """The day whose digest was due last at ``now``, and when it was."""
    day = now.astimezone(STOCKHOLM).date()
    at = due_at(day, hour)
    if at > now:
        day -= timedelta(days=1)
        at = due_at(day, hour)
    return day, at
