"""What the registrar notes on the case about a decision's minutes. When delegation decisions were reported to the organ
(anmälda, 7 kap. 8 § kommunallagen): the decision in force keeps the day, as do those it has replaced; what was only executed
is not reported. When an organ's minutes were adjusted and that was posted: the minutes that its decision rests on keep it."""

from portal import clock
from portal.decisions.models import Capacity, Decision
from portal.decisions.queries import decisions_of, in_force
from portal.errors import Invalid
from portal.register.models import Case, CaseFact
from portal.text import _


def reported(case: Case, fact: CaseFact) -> None:
    """Keep the day on the case's decisions. Raises Invalid for a day before the one in force, or one to come."""
    _keep(in_force(case), fact)
    for replaced in decisions_of(case):
        if replaced.replaced_at and replaced.reported_on is None and replaced.decided_on <= fact.on_date:
            _keep(replaced, fact)


def _keep(decision: Decision | None, fact: CaseFact) -> None:
    if decision is None or decision.capacity != Capacity.DELEGATED:
        return
    if fact.on_date < decision.decided_on:
        raise Invalid({"on_date": _("Beslutet kan inte vara anmält innan det fattades.")})
    if fact.on_date > clock.today():
        raise Invalid({"on_date": _("Dagen då beslutet anmäldes ligger i framtiden.")})
    decision.reported_on = fact.on_date


def adjusted(case: Case, fact: CaseFact) -> None:
    """The minutes of the organ's decision in force were adjusted that day. Raises Invalid for a day that cannot be."""
    _of_minutes(case, fact, "adjusted_on")


def posted(case: Case, fact: CaseFact) -> None:
    """The notice of that was put up that day: from then on the decision can be appealed."""
    _of_minutes(case, fact, "posted_on")


def _of_minutes(case: Case, fact: CaseFact, name: str) -> None:
    decision = in_force(case)
    if decision is None or decision.minutes is None:
        return  # a decision by delegation: its list keeps the days
    minutes = decision.minutes
    if fact.on_date > clock.today():
        raise Invalid({"on_date": _("Dagen ligger i framtiden. För in den när den har varit.")})
    if fact.on_date < minutes.meeting_date:
        raise Invalid({"on_date": _("Dagen ligger före sammanträdet.")})
    if getattr(minutes, name) is not None and getattr(minutes, name) != fact.on_date:
        raise Invalid({"on_date": _("Protokollet har redan en annan dag. Rätta den med en rättelse i ärendet.")})
    if name == "posted_on" and minutes.adjusted_on is not None and fact.on_date < minutes.adjusted_on:
        raise Invalid({"on_date": _("Justeringen kan inte ha tillkännagivits innan den gjordes. Rätta dagen.")})
    setattr(minutes, name, fact.on_date)
