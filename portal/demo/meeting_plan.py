"""The plan of the meetings to come: the committee prepares a fortnight before the board, and the council meets last."""

from datetime import date

from portal import clock, workdays
from portal.decisions import meeting_operations
from portal.decisions.meetings import Planned
from portal.demo.calendar import monday
from portal.demo.town import COMMITTEE, Town

MONTHS_AHEAD = 6
PAPERS = 8  # working days before
SITS = {COMMITTEE: 1, "Kommunstyrelsen": 3, "Kommunfullmäktige": 4}  # which Monday of the month


def plan_meetings(town: Town) -> None:
    """The registrar puts in what is decided of the meetings of the coming half-year; nobody meets in July."""
    today = clock.today()
    months = [divmod(today.year * 12 + today.month + ahead, 12) for ahead in range(MONTHS_AHEAD)]
    for organ, number in SITS.items():
        days = [day for year, month in months if month != 6 and workdays.is_working_day(day := monday(year, month + 1, number))]
        meeting_operations.plan_meetings(
            organ_id=town.organs[organ], planned=[_planned(day) for day in days], by=town.actor("registrator")
        )


def _planned(day: date) -> Planned:
    return Planned(meets_on=day, papers_due=workdays.before(day, PAPERS))
