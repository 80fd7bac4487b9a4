"""When a lägesrapport is due, and when a requester is reminded of a report. Pure; civil dates.

Interim reports follow the municipality's tertial: 30 April and 31 August. One made later answers for those before it.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from portal import workdays

TERTIAL_ENDS = ((4, 30), (8, 31))
OPEN_DAYS = 10  # working days before its date that a report can be made
EVERY = 10  # working days between reminders of what is late
_DAY = timedelta(days=1)


def days_before(due: date, days: int) -> date:
    """The working day ``days`` working days before ``due``; with 0 ``due`` itself, or the last working day before it."""
    return workdays.before(due + _DAY, days + 1)


def _dates(decided_on: date, report_by: date | None, last: date) -> list[date]:
    """The tertial dates after the decision and before the final report, up to and with the year of ``last``."""
    ends = [date(year, *end) for year in range(decided_on.year, last.year + 1) for end in TERTIAL_ENDS]
    return [end for end in ends if decided_on < end and (report_by is None or end < report_by)]


def due(decided_on: date, report_by: date | None, reported: date | None, today: date) -> date | None:
    """The tertial date that a report is to be made for now; ``reported`` is the last one made for. None: none is due."""
    open_now = [end for end in _dates(decided_on, report_by, today) if days_before(end, OPEN_DAYS) <= today]
    if not open_now or (reported is not None and reported >= open_now[-1]):
        return None
    return open_now[-1]


def reminder(due_on: date, today: date, days: Sequence[int]) -> int | None:
    """The last reminder that is due by ``today``, as working days from ``due_on``: -10, 0, 10, 20 … None before the first.

    ``days`` are working days before the date (0: the date itself). What was missed while the portal stood still is not
    made up for: only the last one counts.
    """
    late = workdays.working_days(due_on, today)
    if late >= EVERY:
        return late // EVERY * EVERY
    return max((-n for n in days if days_before(due_on, n) <= today), default=None)
