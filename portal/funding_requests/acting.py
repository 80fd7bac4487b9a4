"""How every act on a case begins: find it, lock it, see that it is in turn and fresh, choose the role, try the rule."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

from portal.errors import Conflict, Refused
from portal.funding_requests.lifecycle import Action, Status, Step, step
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import queries as register
from portal.register.facts import Facts
from portal.register.models import Case
from portal.text import _

F = TypeVar("F", bound=Facts)

_ALREADY: dict[Status, str] = {
    Status.DRAFT: "Ärendet är ett utkast. Det ska skickas in först.",
    Status.WITH_MANAGER: "Äskandet är hos närmaste chef.",
    Status.SUBMITTED: "Ärendet har redan skickats in och väntar på beslut.",
    Status.RETURNED: "Ärendet väntar på komplettering.",
    Status.REFERRED: "Ärendet har redan överlämnats för beslut.",
    Status.DECIDED: "Ärendet har redan beslutats.",
    Status.DISPATCHED: "Ärendet har redan expedierats.",
    Status.REPORTED: "Ärendet har redan slutredovisats.",
    Status.SETTLED: "Ärendet är redan klart att avsluta.",
    Status.CLOSED: "Ärendet är avslutat. Registratorn kan öppna det igen.",
    Status.ARCHIVED: "Ärendet är arkiverat och ändras inte längre.",
    Status.WITHDRAWN: "Ärendet har redan återkallats.",
}


def out_of_turn(status: str) -> str:
    """The sentence for an act that ``status`` does not allow (any more)."""
    return _(_ALREADY[Status(status)])


def allow(case: Case, action: Action) -> Step:
    """The step that ``action`` takes from where the case stands. Raises Conflict where its status does not allow it."""
    allowed = step(case.status, action)
    if allowed is None:
        raise Conflict(out_of_turn(case.status))
    return allowed


def in_role(by: Actor, permissions: tuple[Permission, ...], unit_id: int) -> Actor:
    """``by`` in the role the act is done in: an own role first, else the one stood in for. A chosen role is kept."""
    if by.acting_role is not None:
        return by
    for permission in permissions:
        if by.holds(permission, unit_id):
            return by.acting(permission, unit_id)
    for permission in permissions:
        if by.may(permission, unit_id):
            return by.acting(permission, unit_id)
    return by


def begin(
    case_id: UUID,
    action: Action,
    by: Actor,
    seen_version: int | None,
    facts_of: Callable[[Case, Actor], F],
    refusals: Mapping[Action, Callable[[F], str | None]],
) -> tuple[Case, F]:
    """The locked case and the facts on which ``action`` was allowed; ``facts.actor`` is who acts, in the role chosen.

    ``seen_version`` is the case's version on the page the person acted from; None only where no page was shown.
    Raises Unknown (none, or not visible), Conflict (out of turn, or the case has changed since) and Refused.
    """
    case = register.get_case(case_id, by, lock=True)
    allowed = allow(case, action)
    if seen_version is not None and seen_version != case.version:
        raise Conflict(_("Någon annan har ändrat i ärendet. Läs det på nytt innan du fortsätter."))
    facts = facts_of(case, in_role(by, allowed.permissions, case.unit_id))
    if refusal := refusals[action](facts):
        raise Refused(refusal)
    return case, facts
