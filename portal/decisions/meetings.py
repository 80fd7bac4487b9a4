"""The plan of an organ's meetings as it is pasted, and the sentence about the next one. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal import workdays
from portal.months import MONTHS, in_full
from portal.paging import day_of
from portal.text import _

MOST_LINES = 100
MOST_YEARS = 3  # ahead
_DAY = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}})|(\d{{1,2}})\s+({'|'.join(MONTHS)})\s+(\d{{4}})", re.I)


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting and the last day for papers to it."""

    meets_on: date
    papers_due: date


def _days(line: str) -> list[date | None]:
    """The days written in a line, None for one that no calendar has."""
    found = []
    for match in _DAY.finditer(line.replace("\u00a0", " ")):
        iso, day, month, year = match.groups()
        found.append(day_of(iso or f"{year}-{MONTHS.index(month.casefold()) + 1:02d}-{int(day):02d}"))
    return found


def problem(planned: Planned, *, today: date) -> str | None:
    """Why a meeting cannot be planned so, in a sentence without its beginning."""
    if planned.meets_on < today:
        return _("sammanträdesdagen har redan varit. Skriv en kommande dag.")
    if planned.meets_on.year > today.year + MOST_YEARS:
        return _("sammanträdesdagen ligger mer än tre år fram. Kontrollera årtalet.")
    if planned.papers_due > planned.meets_on:
        return _("sista dag för handlingar ligger efter sammanträdet. Byt plats på dagarna eller rätta dem.")
    return None


def read(text: str, *, days_before: int, today: date) -> tuple[list[Planned], str | None]:
    """The meetings of a pasted plan, a line for each: its day, and after it the last day for papers where that is not
    ``days_before`` working days before. Else a sentence about the first line that does not hold."""
    planned: list[Planned] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        days = _days(line)
        if not 1 <= len(days) <= 2 or days[0] is None or days[-1] is None:
            return [], _("Rad %(n)s kan inte läsas. Skriv sammanträdesdagen, och sista dag för handlingar efter den: "
                         "2026-12-14 2026-12-01.", n=number)  # fmt: skip
        due = days[1] if len(days) == 2 and days[1] else _before(days[0], days_before)
        each = Planned(days[0], due)
        if why := problem(each, today=today):
            return [], _("Rad %(n)s: %(why)s", n=number, why=why)
        if any(each.meets_on == other.meets_on for other in planned):
            return [], _("Rad %(n)s: %(day)s står två gånger. Ta bort den ena.", n=number, day=in_full(each.meets_on))
        planned.append(each)
    if not planned:
        return [], _("Skriv minst en sammanträdesdag.")
    if len(planned) > MOST_LINES:
        return [], _("Planen har fler än %(most)s sammanträden. Lägg in den i delar.", most=MOST_LINES)
    return planned, None


def _before(day: date, days: int) -> date:
    return workdays.before(day, days) if days else day


def next_said(organ: str, coming: Sequence[Planned], *, today: date) -> str | None:
    """When the organ meets next, and until when papers reach it: one sentence, two where the last day for them has been."""
    if not coming:
        return None
    first = coming[0]
    said = _("Nästa sammanträde: %(organ)s %(day)s, handlingar senast %(due)s.", organ=organ, day=in_full(first.meets_on),
             due=in_full(first.papers_due))  # fmt: skip
    if first.papers_due >= today:
        return said
    said = _("Nästa sammanträde: %(organ)s %(day)s. Sista dag för handlingar dit var %(due)s.", organ=organ,
             day=in_full(first.meets_on), due=in_full(first.papers_due))  # fmt: skip
    if len(coming) < 2:
        return said
    days = {"day": in_full(coming[1].meets_on), "due": in_full(coming[1].papers_due)}
    return f"{said} {_('Därefter %(day)s, handlingar senast %(due)s.', **days)}"
