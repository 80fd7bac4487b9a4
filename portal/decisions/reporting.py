"""What the registrar notes on the case about a decision's minutes. When delegation decisions were reported to the organ
(anmälda, 7 kap. 8 § kommunallagen): the decision in force keeps the day, as do those it has replaced; what was only executed
is not reported. When minutes were adjusted and that was posted: the minutes that an organ's decision rests on keep it, and a
decision by delegation that was reported by itself. What stands on a list has the days of the list.
"""

from collections.abc import Sequence

from portal import clock
from portal.decisions.delegated import out_of_order
from portal.decisions.models import Capacity, Decision, MinutesEntry
from portal.decisions.queries import decisions_of, in_force
from portal.errors import Invalid
from portal.register.models import Case, CaseFact
from portal.text import _


def reported(case: Case, fact: CaseFact) -> None:
    """Keep the day on the case's decisions. Raises Invalid for a day before the one in force, or one to come."""
    _keep(in_force(case), fact)
    for replaced in decisions_of(case):
        waits = replaced.replaced_at and replaced.reported_on is None and replaced.report_id is None
        if waits and replaced.decided_on <= fact.on_date:
            _keep(replaced, fact)


def _keep(decision: Decision | None, fact: CaseFact) -> None:
    if decision is None or decision.capacity != Capacity.DELEGATED:
        return
    _not_on_list(decision)
    if fact.on_date < decision.decided_on:
        raise Invalid({"on_date": _("Beslutet kan inte vara anmält innan det fattades.")})
    if fact.on_date > clock.today():
        raise Invalid({"on_date": _("Dagen då beslutet anmäldes ligger i framtiden.")})
    for noted in (decision.adjusted_on, decision.posted_on):
        if noted is not None and noted < fact.on_date:
            raise Invalid({"on_date": _("Protokollet med anmälan justerades eller tillkännagavs före den dagen. Rätta dagen.")})
    decision.reported_on = fact.on_date


def _not_on_list(decision: Decision) -> None:
    if decision.report_id is not None:
        raise Invalid({"on_date": _("Beslutet står på en lista. För in dagen där.")})


def adjusted(case: Case, fact: CaseFact) -> None:
    """The minutes were adjusted that day: the organ's own, or those in which the decision in force was reported.

    Raises Invalid for a day that cannot be, for another day than the one noted without saying why, and where there are no
    such minutes.
    """
    for row in _with_days(case):
        _note(row, fact, adjusted_on=True)


def posted(case: Case, fact: CaseFact) -> None:
    """The notice of that was put up that day: from then on the decision can be appealed. Raises as ``adjusted``."""
    for row in _with_days(case):
        _note(row, fact, adjusted_on=False)


def _with_days(case: Case) -> Sequence[MinutesEntry | Decision]:
    """What keeps the days: the minutes, or the decision with those it replaced that were reported that same day."""
    decision = in_force(case)
    if decision is None:
        raise Invalid({"kind": _("Ärendet är inte beslutat, så det finns inget att föra in dagen på. Välj Annan händelse.")})
    if decision.minutes is not None:
        return [decision.minutes]
    _not_on_list(decision)
    if decision.capacity != Capacity.DELEGATED:
        raise Invalid({"kind": _("Beslutet verkställer ett tidigare beslut och har inget protokoll. Välj Annan händelse.")})
    if decision.reported_on is None:
        raise Invalid({"kind": _("Beslutet är inte anmält än. För först in att det anmäldes, eller ta upp det på en lista.")})
    return [each for each in decisions_of(case) if each.reported_on == decision.reported_on and each.report_id is None]


def _note(row: MinutesEntry | Decision, fact: CaseFact, *, adjusted_on: bool) -> None:
    name = "adjusted_on" if adjusted_on else "posted_on"
    told = row.meeting_date if isinstance(row, MinutesEntry) else row.reported_on
    days = {"adjusted_on": row.adjusted_on, "posted_on": row.posted_on, name: fact.on_date}
    if wrong := out_of_order(told=told, today=clock.today(), **days):
        raise Invalid({"on_date": next(iter(wrong.values()))})
    was = getattr(row, name)
    if was not in (None, fact.on_date) and not fact.text:
        raise Invalid({"text": _("Protokollet har redan en annan dag. Skriv varför den ändras.")})
    setattr(row, name, fact.on_date)
