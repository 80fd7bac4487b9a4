"""Why one may not write in the conversation of a case. Pure: facts in, None or one Swedish sentence out."""

from portal.funding_requests.lifecycle import UNREGISTERED, Status
from portal.people.permissions import Permission
from portal.register.facts import Facts
from portal.register.rules import barred
from portal.text import _

ACTS = (
    Permission.DECIDE,
    Permission.STATE_OPINION,
    Permission.RECORD_BUDGET,
    Permission.KEEP_REGISTER,
    Permission.ARCHIVE,
)
WRITES = (*ACTS, Permission.WRITE_REQUEST, Permission.APPROVE_REQUEST)
"""In the order in which a role is chosen for whoever has several."""
CLOSED = (Status.CLOSED, Status.ARCHIVED)


def refusal_to_write(facts: Facts) -> str | None:
    """Those who have a part in the case talk about it, from the registration until it is closed."""
    if facts.status in UNREGISTERED:
        return _("Samtalet öppnas när äskandet har diarieförts.")
    if facts.status in CLOSED:
        return _("Samtalet är stängt eftersom ärendet är avslutat. Registratorn kan öppna ärendet igen.")
    if refusal := barred(facts):
        return refusal
    if facts.is_writer or any(facts.actor.may(permission, facts.unit_id) for permission in WRITES):
        return None
    return _("Du läser ärendet men har ingen uppgift i det. Samtalet förs av dem som har det.")


def refusal_to_answer(*, own: bool) -> str | None:
    """A question waits for somebody else: whoever asked it has more to say as a comment."""
    return _("Frågan är din egen och besvaras av någon annan. Skriv en kommentar i stället.") if own else None


def may_ask(status: str) -> bool:
    """Whether a message may be a question that waits for its answer: while a completion is asked for."""
    return status == Status.RETURNED
