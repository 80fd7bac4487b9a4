"""When a delegation decision was reported to the organ (anmäld, 7 kap. 8 § kommunallagen): the registrar notes it on the
case, and the decision in force keeps the day. What was only executed is not reported."""

from portal import clock
from portal.decisions.models import Capacity
from portal.decisions.queries import in_force
from portal.errors import Invalid
from portal.register.models import Case, CaseFact
from portal.text import _


def reported(case: Case, fact: CaseFact) -> None:
    """Keep the day on the decision in force. Raises Invalid for a day before the decision, or one to come."""
    decision = in_force(case)
    if decision is None or decision.capacity != Capacity.DELEGATED:
        return
    if fact.on_date < decision.decided_on:
        raise Invalid({"on_date": _("Beslutet kan inte vara anmält innan det fattades.")})
    if fact.on_date > clock.today():
        raise Invalid({"on_date": _("Dagen då beslutet anmäldes ligger i framtiden.")})
    decision.reported_on = fact.on_date
