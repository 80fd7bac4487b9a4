"""Who may submit, discard and withdraw. A rule answers None, or one Swedish sentence that says why and who can."""

from collections.abc import Callable

from portal.funding_requests.facts import Facts
from portal.funding_requests.lifecycle import Action, step
from portal.people.permissions import Permission
from portal.register.rules import barred
from portal.text import _


def _requester_of_the_unit(facts: Facts) -> str | None:
    """A requester's action is open to any requester of the unit; a draft never submitted only to those who write it."""
    if facts.actor.may(Permission.WRITE_REQUEST, facts.unit_id):
        return None
    return _("Det här görs av den som skriver äskanden för enheten.")


def refusal_to_write(facts: Facts) -> str | None:
    """Who may change the draft: its writers, also from another unit, and after a submit any requester of the unit."""
    if refusal := barred(facts):
        return refusal
    if not (facts.is_writer and facts.actor.may(Permission.WRITE_REQUEST)):
        if refusal := _requester_of_the_unit(facts):
            return refusal
        if not facts.submitted_before:
            return _("Utkastet kan bara ändras av den som skriver det och dem som lagts till som medskrivare.")
    if step(facts.status, Action.SUBMIT) is None:
        return _("Äskandet är inskickat och kan inte ändras. Vill du ändra det, be den som beslutar att begära komplettering.")
    return None


def refusal_to_submit(facts: Facts) -> str | None:
    """A request is sent in by someone who asks for the unit; a co-writer from elsewhere only writes."""
    return refusal_to_write(facts) or _requester_of_the_unit(facts)


def refusal_to_discard(facts: Facts) -> str | None:
    """What was submitted is a public record and is never thrown away (2 kap. tryckfrihetsförordningen)."""
    if facts.submitted_before:
        return _("Ett äskande som har skickats in kastas inte. Det kan återkallas.")
    return refusal_to_submit(facts)


def refusal_to_withdraw(facts: Facts) -> str | None:
    """Until a decision, whoever may ask for the unit may take the request back."""
    if refusal := barred(facts) or _requester_of_the_unit(facts):
        return refusal
    if step(facts.status, Action.WITHDRAW) is None:
        return _("Äskandet kan återkallas fram till beslutet.")
    return None


REFUSALS: dict[Action, Callable[[Facts], str | None]] = {
    Action.SUBMIT: refusal_to_submit,
    Action.DISCARD: refusal_to_discard,
    Action.WITHDRAW: refusal_to_withdraw,
}
