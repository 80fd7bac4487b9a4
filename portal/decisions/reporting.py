"""When delegation decisions were reported to the organ (anmälda, 7 kap. 8 § kommunallagen): the registrar notes it on the
case, and the decision in force keeps the day, as do those it has replaced. What was only executed is not reported."""

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
