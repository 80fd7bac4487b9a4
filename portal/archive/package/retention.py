"""The class of the case in the retention plan, as the package tells it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from portal import clock
from portal.archive.package.holdings import Holding, Row


@dataclass(frozen=True, slots=True)
class Classified:
    """The class of a case, and the edition of the plan that it stands in."""

    row: Row
    plan: Row

    def period(self, held: Holding, closed_at: datetime) -> tuple[datetime, date]:
        """When the years of the class begin, and the civil day they have passed."""
        decided = [row["decided_at"] for row in held.rows("decision") if row["replaced_at"] is None]
        start = decided[-1] if decided and self.row["counted_from"] == "decided" else closed_at
        return start, years_after(clock.local_date(start), self.row["years"])


def years_after(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the day after the month where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def classified(held: Holding) -> Classified | None:
    """The class of the case; None where it was never given one."""
    for own in held.rows("case_class"):
        row = held.by_id("retention_class", own["class_id"])
        plan = held.by_id("retention_plan", row["plan_id"]) if row else None
        if row and plan:
            return Classified(row, plan)
    return None
