"""Who may submit, discard and withdraw, ask anew, and let pass as nearest manager. A rule answers None, or one sentence."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from portal.funding_requests.facts import Facts
from portal.funding_requests.lifecycle import Action, Status, step
from portal.people.actor import Actor
from portal.people.permissions import PERMISSIONS, Permission
from portal.register.rules import barred, registrar_only
from portal.text import _


def _requester_of_the_unit(facts: Facts) -> str | None:
    """A requester's action is open to any requester of the unit; a draft never submitted only to those who write it."""
    if facts.actor.may(Permission.WRITE_REQUEST, facts.unit_id):
        return None
    return _("Det här görs av den som skriver äskanden för enheten.")


def _not_of_the_draft(facts: Facts) -> str | None:
    """Who writes: its writers, also from another unit, and after the registration any requester of the unit."""
    if not (facts.is_writer and facts.actor.may(Permission.WRITE_REQUEST)):
        if refusal := _requester_of_the_unit(facts):
            return refusal
        if not facts.submitted_before:
            return _("Utkastet kan bara ändras av den som skriver det och dem som lagts till som medskrivare.")
    return None


def refusal_to_write(facts: Facts) -> str | None:
    """Who may change the draft, and while whose turn it is: what the nearest manager reads is not changed meanwhile."""
    if refusal := barred(facts) or _not_of_the_draft(facts):
        return refusal
    if facts.status == Status.WITH_MANAGER:
        return _("Äskandet är hos närmaste chef och kan inte ändras. Ta tillbaka det om du vill ändra.")
    if step(facts.status, Action.SUBMIT) is None:
        return _("Äskandet är inskickat och kan inte ändras. Vill du ändra det, be den som beslutar att begära komplettering.")
    return None


def refusal_to_submit(facts: Facts) -> str | None:
    """A request is sent in by someone who asks for the unit; a co-writer from elsewhere only writes."""
    return refusal_to_write(facts) or _requester_of_the_unit(facts)


def refusal_of_files(quarantined: Sequence[str]) -> str | None:
    """Nothing is sent with a file in which the scanner has found something; one it has yet to look at keeps nobody waiting."""
    if not quarantined:
        return None
    names = ", ".join(quarantined)
    return _("%(names)s är i karantän. Ta bort bilagan, eller bifoga en ny fil med samma namn, och skicka sedan.", names=names)


def refusal_to_discard(facts: Facts) -> str | None:
    """What was submitted is a public record and is never thrown away (2 kap. tryckfrihetsförordningen)."""
    if facts.submitted_before:
        return _("Ett äskande som har skickats in kastas inte. Det kan återkallas.")
    return refusal_to_submit(facts)


def refusal_to_withdraw(facts: Facts) -> str | None:
    """Until a decision, whoever may ask for the unit may take the request back."""
    if refusal := barred(facts) or _requester_of_the_unit(facts):
        return refusal
    if facts.status == Status.WITH_MANAGER:
        return _("Äskandet är hos närmaste chef och är inte diariefört. Ta tillbaka det i stället för att återkalla det.")
    if step(facts.status, Action.WITHDRAW) is None:
        return _("Äskandet kan återkallas fram till beslutet.")
    return None


def refusal_to_follow(facts: Facts) -> str | None:
    """Whoever may ask for the unit may ask anew once the decision has been carried out."""
    if refusal := barred(facts) or _requester_of_the_unit(facts):
        return refusal
    if step(facts.status, Action.FOLLOW) is None:
        return _("Ett äskande kan följas av ett nytt först när beslutet är expedierat.")
    if facts.taken_back:
        return _("Äskandet återkallades före beslutet. Skriv ett nytt äskande i stället.")
    if facts.follows_already:
        return _("Du har redan börjat ett äskande efter det här. Skriv klart det eller kasta utkastet först.")
    return None


# The nearest manager


def goes_by_manager(*, asks: bool, managers: frozenset[int], deciders: frozenset[int], requesters: frozenset[int]) -> bool:
    """Whether the unit's manager sees the request first: the unit asks for it, and someone who has not written it can.

    Not where the managers are exactly those whose delegation covers the request: they would approve what they decide.
    """
    able = managers - requesters
    return asks and bool(able) and able != deciders - requesters


def as_manager(facts: Facts) -> Facts:
    """``facts`` with the actor as manager: in their own right first, else for one they stand in for; the first way in
    which no one has asked for the money."""
    actor, unit = facts.actor, facts.unit_id
    ways: list[Actor] = []
    if actor.holds(Permission.APPROVE_REQUEST, unit):
        ways.append(actor.acting(Permission.APPROVE_REQUEST, unit))
    for other in actor.stands_in_for:
        role = next(
            (h.role for h in other.holdings if h.unit_id == unit and Permission.APPROVE_REQUEST in PERMISSIONS[h.role]), None
        )
        if role:
            ways.append(actor.standing_in(other.person_id, role))
    way = next((each for each in ways if not each.persons & (facts.requesters | facts.jav)), ways[0] if ways else actor)
    return replace(facts, actor=way)


def refusal_to_approve(facts: Facts) -> str | None:
    """The unit's nearest manager, never one who has written or sent in the request, nor as or for a substitute."""
    facts = as_manager(facts)
    if refusal := barred(facts):
        return refusal
    if not facts.actor.may(Permission.APPROVE_REQUEST, facts.unit_id):
        return _("Det här görs av enhetens närmaste chef.")
    if facts.actor.person_id in facts.requesters:
        return _("Du har själv skrivit äskandet. En annan chef för enheten godkänner det, eller så tar du tillbaka det.")
    if facts.actor.persons & facts.requesters:
        return _("Den du är ersättare för har skrivit äskandet. Det godkänns av en annan chef för enheten.")
    return None


def refusal_to_take_back(facts: Facts) -> str | None:
    """Whoever wrote it may have it back, as long as it is with the manager."""
    return barred(facts) or _not_of_the_draft(facts) or _requester_of_the_unit(facts)


REFUSALS: dict[Action, Callable[[Facts], str | None]] = {
    Action.SUBMIT: refusal_to_submit,
    Action.DISCARD: refusal_to_discard,
    Action.WITHDRAW: refusal_to_withdraw,
    Action.FOLLOW: refusal_to_follow,
    Action.APPROVE: refusal_to_approve,
    Action.SEND_BACK: refusal_to_approve,
    Action.TAKE_BACK: refusal_to_take_back,
    Action.REGISTER_LETTER: registrar_only,
}
