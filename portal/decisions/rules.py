"""Who may decide, hand over, state an opinion and enter minutes. Pure: facts in, None or one Swedish sentence out.

Requester, decision maker and recorder are three different persons; whoever stands in for another (tf) counts as both,
and whoever has a delegation of their own counts as themselves. This separation is internal control; being jävig
(6 kap. 28 § and 7 kap. 4 § kommunallagen) is another thing and bars from every act.
"""

from collections.abc import Callable
from dataclasses import replace

from portal.decisions.facts import Candidate, Facts
from portal.decisions.models import Capacity, Stance
from portal.funding_requests.lifecycle import Action, step
from portal.funds.rules import Authority, authority, in_force, refusal_without_authority
from portal.people.actor import Actor
from portal.people.permissions import PERMISSIONS, Permission, Role
from portal.register.rules import barred
from portal.text import _

# Who acts as decision maker


def _authority_of(facts: Facts, person_id: int) -> Authority | None:
    return authority(
        facts.delegations,
        person_id=person_id,
        fund_id=facts.fund_id,
        on=facts.today,
        jav=facts.jav,
        amount_total=facts.unit_total,
        cost_types=facts.cost_types,
    )


def _has_delegation(facts: Facts, person_id: int) -> bool:
    return bool(in_force(facts.delegations, person_id=person_id, fund_id=facts.fund_id, on=facts.today, jav=facts.jav))


def ways_to_decide(actor: Actor) -> list[Actor]:
    """The actor as themselves, and standing in for each decision maker they are substitute for."""
    ways = [replace(actor, principal=None, acting_role=Role.DECISION_MAKER)]
    for other in actor.stands_in_for:
        if any(Permission.DECIDE in PERMISSIONS[held.role] for held in other.holdings):
            ways.append(actor.standing_in(other.person_id, Role.DECISION_MAKER))
    return ways


def holder_of(actor: Actor) -> int:
    """The person whose delegation an act by ``actor`` rests on: the one stood in for, else the actor."""
    return actor.principal.person_id if actor.principal else actor.person_id


def acting_decider(facts: Facts) -> Actor:
    """The actor in the way they decide: by a delegation of their own first (then they count as themselves, also where it
    is valid only vid jäv), else standing in for one whose delegation covers the request (then both persons count)."""
    actor = facts.actor
    ways = ways_to_decide(actor)
    covering = [way for way in ways if _authority_of(facts, holder_of(way))]
    delegated = [way for way in ways if _has_delegation(facts, holder_of(way))]
    in_role = [way for way in ways if way.principal or actor.holds(Permission.DECIDE)]
    preferred = covering or delegated or in_role or ways
    # Whoever has the role, or a delegation however small, in their own right is not barred by the one they also stand in for.
    others = (*preferred, *delegated, *in_role)
    unbarred = [way for way in others if not way.persons & (facts.jav | facts.requesters)] or preferred
    # Nor, standing in for two, by what one of them has had to do in the case.
    taken = facts.recorders | facts.statement_givers
    return next((way for way in unbarred if not way.persons & taken), unbarred[0])


def authority_of(facts: Facts) -> Authority | None:
    """The delegation on which ``facts.actor`` (as answered by ``acting_decider``) would decide; None when none covers it."""
    return _authority_of(facts, holder_of(facts.actor))


def as_decider(facts: Facts) -> Facts:
    """``facts`` with the actor in the way they decide."""
    return replace(facts, actor=acting_decider(facts))


# Single rules


def _only_with(facts: Facts, permission: Permission, sentence: str) -> str | None:
    return None if facts.actor.may(permission) else sentence


def _in_turn(facts: Facts, action: Action) -> str | None:
    return None if step(facts.status, action) else _("Ärendet är inte i det läget att det går att göra nu.")


def requester_may_not_decide(facts: Facts) -> str | None:
    """Nobody decides a request that they wrote or submitted, in whatever role, nor as or for a substitute."""
    if facts.actor.person_id in facts.requesters:
        return _(
            "Du har själv lämnat in äskandet. Beslutet kan fattas av den som har egen delegation, "
            "eller överlämnas till kommunstyrelsen."
        )
    if facts.actor.persons & facts.requesters:
        return _(
            "Den du är ersättare för har lämnat in äskandet. Beslutet kan fattas av den som har egen delegation, "
            "eller överlämnas till kommunstyrelsen."
        )
    return None


def recorder_may_not_decide(facts: Facts) -> str | None:
    """Whoever has recorded a decision of the case in the budget does not decide it anew."""
    if facts.actor.persons & facts.recorders:
        return _("Du har bokfört ett beslut i ärendet. Ett nytt beslut fattas av en annan person.")
    return None


def statement_giver_may_not_decide(facts: Facts) -> str | None:
    """Whoever gave the statement does not decide on it."""
    if facts.actor.persons & facts.statement_givers:
        return _("Du har lämnat yttrande i ärendet. Beslutet fattas av en annan person.")
    return None


def authority_is_demanded(facts: Facts) -> str | None:
    """A confirmed delegation in force covers the request, counted with the unit's others to the same money."""
    return refusal_without_authority(
        facts.delegations,
        person_id=holder_of(facts.actor),
        fund_id=facts.fund_id,
        on=facts.today,
        jav=facts.jav,
        amount_total=facts.unit_total,
        cost_types=facts.cost_types,
    )


# One rule per action


def _refusal_to_settle(facts: Facts) -> str | None:
    facts = as_decider(facts)
    return (
        _only_with(facts, Permission.DECIDE, _("Beslutet fattas av den som har delegation."))
        or barred(facts)
        or requester_may_not_decide(facts)
        or recorder_may_not_decide(facts)
        or statement_giver_may_not_decide(facts)
        or authority_is_demanded(facts)
    )


def number_is_demanded(facts: Facts) -> str | None:
    """A case whose register is kept elsewhere is decided under the number it has there."""
    if facts.awaits_number:
        return _("Ärendet väntar på sitt diarienummer. Registratorn anger det, och sedan kan du besluta.")
    return None


def refusal_to_decide(facts: Facts) -> str | None:
    """Grant, grant in part or reject: all three need the same authority. The password is asked for by the operation."""
    return _in_turn(facts, Action.DECIDE) or _refusal_to_settle(facts) or number_is_demanded(facts)


def refusal_to_request_completion(facts: Facts) -> str | None:
    """Asking for more is no decision, so the ceiling does not matter; but nobody handles their own request."""
    facts = as_decider(facts)
    return (
        _in_turn(facts, Action.REQUEST_COMPLETION)
        or _only_with(facts, Permission.DECIDE, _("Komplettering begärs av den som beslutar."))
        or barred(facts)
        or requester_may_not_decide(facts)
    )


def _may_handle(facts: Facts, candidate: Candidate) -> bool:
    persons = candidate.persons
    if candidate.for_id is not None and _has_delegation(facts, candidate.person_id):
        persons = frozenset({candidate.person_id})
    return not persons & (facts.jav | facts.requesters)


def no_decision_maker_may_act(facts: Facts) -> bool:
    """Every decision maker and substitute of today is jävig or has asked for the money."""
    return not any(_may_handle(facts, candidate) for candidate in facts.candidates)


def refusal_to_hand_over(facts: Facts) -> str | None:
    """Open to every decision maker, also above the ceiling and for one's own request (then without stance), not when
    jävig; to the registrar where no decision maker may act."""
    if refusal := _in_turn(facts, Action.HAND_OVER):
        return refusal
    if facts.actor.may(Permission.DECIDE):
        return barred(as_decider(facts))
    if refusal := barred(facts):
        return refusal
    if not facts.actor.may(Permission.KEEP_REGISTER):
        return _("Ärendet överlämnas av den som beslutar.")
    if no_decision_maker_may_act(facts):
        return None
    return _("Ärendet överlämnas av den som beslutar. Registratorn gör det när ingen beslutsfattare kan handlägga ärendet.")


def refusal_of_stance(facts: Facts, stance: Stance) -> str | None:
    """To recommend is for a decision maker who has not asked for the money; all others hand over without a stance."""
    if stance is Stance.NONE:
        return None
    if not facts.actor.may(Permission.DECIDE):
        return _("Registratorn överlämnar utan ställningstagande.")
    if as_decider(facts).actor.persons & facts.requesters:
        return _("Du har själv lämnat in äskandet. Det överlämnas utan ställningstagande.")
    return None


def refusal_to_resume(facts: Facts) -> str | None:
    """Going on without the completion: the decision maker, or the registrar once the case has been handed over."""
    if refusal := _in_turn(facts, Action.RESUME):
        return refusal
    if facts.handed_over:
        return _only_with(facts, Permission.KEEP_REGISTER, _("Ärendet är överlämnat. Registratorn för det vidare.")) or barred(
            facts
        )
    facts = as_decider(facts)
    return (
        _only_with(facts, Permission.DECIDE, _("Ärendet förs vidare av den som beslutar."))
        or barred(facts)
        or requester_may_not_decide(facts)
    )


def refusal_to_give_statement(facts: Facts) -> str | None:
    """Finance states its opinion; neither who asked nor who decides."""
    if refusal := _in_turn(facts, Action.GIVE_STATEMENT) or _only_with(
        facts, Permission.STATE_OPINION, _("Yttrandet lämnas av ekonomi.")
    ):
        return refusal
    if refusal := barred(facts):
        return refusal
    if facts.actor.persons & facts.requesters:
        return _("Du har själv lämnat in äskandet. Yttrandet lämnas av en annan ekonom.")
    if facts.actor.persons & facts.decision_makers:
        return _("Du har beslutat i ärendet. Yttrandet lämnas av en annan ekonom.")
    return None


def _refusal_to_enter_minutes(facts: Facts) -> str | None:
    if refusal := _only_with(facts, Permission.KEEP_REGISTER, _("Protokollet förs in av registratorn.")) or barred(facts):
        return refusal
    if facts.actor.persons & facts.requesters:
        return _("Du har själv lämnat in äskandet. Protokollet förs in av en annan registrator.")
    if facts.actor.persons & facts.recorders:
        return _("Du har bokfört ett beslut i ärendet. Protokollet förs in av en annan person.")
    return None


def refusal_to_record_minutes(facts: Facts) -> str | None:
    """The registrar enters what the organ's minutes say; whoever asked for the money does not."""
    return _in_turn(facts, Action.RECORD_MINUTES) or _refusal_to_enter_minutes(facts)


def refusal_to_take_over(facts: Facts) -> str | None:
    """The registrar enters that the organ itself will decide: those who enter its minutes, as with every entry of them."""
    return _in_turn(facts, Action.TAKE_OVER) or _refusal_to_enter_minutes(facts)


def refusal_to_note_appeal(facts: Facts) -> str | None:
    """The registrar notes what the court says; it changes nothing in the case, so whoever asked for the money may too."""
    return (
        _in_turn(facts, Action.NOTE_APPEAL)
        or _only_with(facts, Permission.KEEP_REGISTER, _("Överklagandet förs in av registratorn."))
        or barred(facts)
        or (None if facts.capacity_in_force else _("Det finns inget beslut i ärendet att överklaga."))
    )


def refusal_to_appeal(capacity: str) -> str | None:
    """What only carries out an earlier decision settles nothing, and is not appealed."""
    if capacity == Capacity.EXECUTION:
        return _("Beslutet verkställer ett tidigare beslut och kan inte överklagas.")
    return None


def refusal_to_replace_decision(facts: Facts) -> str | None:
    """Whoever may decide the case now replaces a decision; an organ's is replaced by new minutes, which the registrar
    enters."""
    if refusal := _in_turn(facts, Action.REPLACE_DECISION):
        return refusal
    if facts.capacity_in_force == Capacity.POLITICAL:
        return _refusal_to_enter_minutes(facts)
    return _refusal_to_settle(facts)


REFUSALS: dict[Action, Callable[[Facts], str | None]] = {
    Action.DECIDE: refusal_to_decide,
    Action.REQUEST_COMPLETION: refusal_to_request_completion,
    Action.HAND_OVER: refusal_to_hand_over,
    Action.RESUME: refusal_to_resume,
    Action.GIVE_STATEMENT: refusal_to_give_statement,
    Action.TAKE_OVER: refusal_to_take_over,
    Action.RECORD_MINUTES: refusal_to_record_minutes,
    Action.REPLACE_DECISION: refusal_to_replace_decision,
    Action.NOTE_APPEAL: refusal_to_note_appeal,
}
