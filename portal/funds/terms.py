"""What a fund may be used for, by whom and on what terms, and what follows for a request. Pure; dates are civil.

The rules in force when something is submitted or decided are those that count; a change of them is logged and changes
nothing that has been submitted or decided.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from portal.register import allowed
from portal.text import _

COST_TYPES = ("drift", "investering", "both")
FIRST_YEAR, YEARS_AHEAD = 2000, 2
YEARS_BACK = 5  # as far back as a request may name its budget year
LONGEST = 3  # years after the budget year within which money may end and reports may be due


class Ending(Protocol):
    """Money with a name, a budget year and perhaps a last day."""

    @property
    def name(self) -> str: ...
    @property
    def year(self) -> int: ...
    @property
    def ended_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FundTerms:
    """The rules of a fund. ``units`` are the public ids of those that may ask; none means every unit.

    ``report_by`` None is the installation's day in the year after the budget year. ``ended_on`` is the last day on which
    the money can be asked for and granted. The days are working days allowed for each step; None: no deadline of its own.
    """

    daily_name: str = ""
    cost_type: str = "both"
    statement_required: bool = False
    report_required: bool = True
    report_by: date | None = None
    interim_reports: bool = False
    ended_on: date | None = None
    statement_days: int | None = None
    decision_days: int | None = None
    dispatch_days: int | None = None
    units: frozenset[UUID] = frozenset()


USUAL = FundTerms()


def problems(terms: FundTerms, *, year: int, today: date, before: date | None = None) -> dict[str, str]:
    """One sentence per rule that does not hold. ``before`` is the last day that the money had already."""
    found: dict[str, str] = {}
    if terms.cost_type not in COST_TYPES:
        found["cost_type"] = _("Välj om medlen är till drift, investering eller båda.")
    if terms.report_by is not None:
        if not terms.report_required:
            found["report_by"] = _("Ingen slutredovisning ska lämnas. Ta bort dagen.")
        elif not year <= terms.report_by.year <= year + LONGEST:
            found["report_by"] = _("Slutredovisningen ska lämnas under budgetåret eller inom tre år efter det.")
    for name in allowed.DAYS:
        days = getattr(terms, name)
        if days is not None and not 1 <= days <= allowed.MOST:
            found[name] = _("Skriv ett antal arbetsdagar från 1 till %(most)s.", most=allowed.MOST)
    if terms.ended_on is not None and terms.ended_on != before:
        if terms.ended_on < today:
            found["ended_on"] = _("Sista dagen har redan varit. Välj i dag eller en senare dag.")
        elif terms.ended_on.year > year + LONGEST:
            found["ended_on"] = _("Sista dagen ligger mer än tre år efter budgetåret.")
    return found


def mark(terms: FundTerms) -> str:
    """What a page carries to tell which rules it showed: the same for the same rules."""
    shown = as_json(terms, sorted(str(unit) for unit in terms.units))
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]


def as_json(terms: FundTerms, units: Iterable[str]) -> dict[str, object]:
    """The rules as the log keeps them, the units by name."""
    return {
        "daily_name": terms.daily_name,
        "cost_type": terms.cost_type,
        "statement_required": terms.statement_required,
        "report_required": terms.report_required,
        "report_by": terms.report_by.isoformat() if terms.report_by else "",
        "interim_reports": terms.interim_reports,
        "ended_on": terms.ended_on.isoformat() if terms.ended_on else "",
        **{name: getattr(terms, name) or 0 for name in allowed.DAYS},
        "units": list(units),
    }


def a_year_later(day: date | None) -> date | None:
    """The same day next year; 29 February becomes the 28th."""
    if day is None:
        return None
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year + 1)


def ended(fund: Ending, today: date) -> str | None:
    """The sentence when the money's last day has been, else None."""
    if fund.ended_on is None or fund.ended_on >= today:
        return None
    return _("%(name)s %(year)s är avslutade. Inget mer kan äskas eller beviljas ur dem.", name=fund.name, year=fund.year)


def refusal_to_carry(fund: Ending, other: Ending, today: date) -> str | None:
    """Why what is left of ``fund`` may not be carried over to ``other``, or None; a name is one fund's in its year."""
    if (other.name, other.year) == (fund.name, fund.year):
        return _("Medel kan inte föras över till sig själva. Välj andra.")
    if other.year < fund.year:
        return _("Medel kan inte föras över till ett tidigare budgetår.")
    return ended(other, today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Askable:
    """What a request must agree with: the money, its last day, what it is for, and the units' names (none: every unit)."""

    name: str
    year: int
    cost_type: str
    ended_on: date | None
    units: frozenset[int]

    def open_to(self, unit_id: int) -> bool:
        """Whether the unit is one of those that may ask for the money."""
        return not self.units or unit_id in self.units

    def refusal(self, *, unit_id: int, cost_types: Collection[str], today: date) -> str | None:
        """Why the unit may not ask for the money to lines of these kinds today, or None. One sentence, the first there is."""
        if sentence := ended(self, today):
            return sentence
        if not self.open_to(unit_id):
            return _(
                "Enheten får inte äska ur %(name)s %(year)s. Välj andra medel, eller skriv hur äskandet ska finansieras.",
                name=self.name,
                year=self.year,
            )
        other = {"drift": "investering", "investering": "drift"}.get(self.cost_type)
        if other is None or other not in cost_types:
            return None
        return _(
            "%(name)s %(year)s är avsatta till %(kind)s, och en rad är %(other)s. Ändra raden eller välj andra medel.",
            name=self.name,
            year=self.year,
            kind=self.cost_type,
            other=other,
        )
