"""Who may send a copy again, read it and acknowledge it. Pure; None, or why not and who can."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.dispatch.recipients import ACTION
from portal.funding_requests.lifecycle import Action, step
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register.facts import Facts as BaseFacts
from portal.register.rules import barred
from portal.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about a copy and the person who wants to do something with it."""

    actor: Actor
    status: str
    unit_id: int | None
    kind: str
    state: str
    opened: bool
    acknowledged: bool
    jav: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts(BaseFacts):
    """What is known about a case whose copies are to be sent; ``queued``: those of the decision in force are on their way."""

    queued: bool


HELD = "held"  # what ``Copy.failure`` is of a copy that a mark stopped on its way; any other is a sentence
HELD_SAID = "Hålls: ärendet fick en sekretessmarkering innan kopian hade skickats."
_OVER = ("closed", "archived")
ARRIVED = ("sent", "delivered")  # states in which a copy lies in the inbox of its unit


def failure_said(failure: str) -> str:
    """Why a copy did not come through, as it is shown; ``failure`` as its row has it."""
    return _(HELD_SAID) if failure == HELD else failure


def _refusal_to_handle(facts: Facts) -> str | None:
    if facts.actor.persons & facts.jav:
        return _("Du har anmält jäv i ärendet och kan inte göra något i det. Någon annan med rollen tar över.")
    if not (facts.actor.may(Permission.RECORD_BUDGET) or facts.actor.may(Permission.KEEP_REGISTER)):
        return _("Kopior skickas av en ekonom eller registratorn.")
    if facts.status in _OVER:
        return _("Ärendet är avslutat. Registratorn kan öppna det igen.")
    return None


def retry(facts: Facts) -> str | None:
    """A copy that did not come through is sent again by finance (or the registrar), to a corrected address."""
    if refusal := _refusal_to_handle(facts):
        return refusal
    if facts.state != "failed":
        return _("Kopian är redan skickad eller på väg. Den skickas inte en gång till.")
    return None


def note_delivery(facts: Facts) -> str | None:
    """A copy that failed, or that waits for a mail server that is away, is printed and handed over."""
    if refusal := _refusal_to_handle(facts):
        return refusal
    if facts.state not in ("failed", "waiting"):
        return _("Kopian är redan skickad. Den behöver inte lämnas över.")
    return None


def acknowledge(facts: Facts) -> str | None:
    """Only a copy marked *ska åtgärdas* is acknowledged, by the unit that got it, once."""
    if facts.unit_id is None or facts.unit_id not in facts.actor.units(Permission.RECEIVE_COPIES):
        return _("Mottagandet kvitteras av den enhet som fick kopian.")
    if facts.kind != ACTION:
        return _("Kopian behöver inte kvitteras.")
    if facts.state not in ARRIVED:
        return _("Kopian är inte framme ännu.")
    if facts.acknowledged:
        return _("Mottagandet är redan kvitterat.")
    if facts.status in _OVER:
        return _("Ärendet är avslutat. Mottagandet kan inte längre kvitteras.")
    return None


def send_copies(facts: CaseFacts) -> str | None:
    """The registrar sends the copies of a decision that finance has not come to; recording then sends none."""
    if step(facts.status, Action.SEND_COPIES) is None:
        return _("Åtgärden är inte möjlig i ärendets nuvarande läge. Ladda om sidan för att se vad som har hänt.")
    if not facts.actor.may(Permission.KEEP_REGISTER):
        return _("Det här görs av registratorn, som för diariet.")
    if refusal := barred(facts):
        return refusal
    if facts.queued:
        return _("Kopiorna av beslutet är redan skickade eller på väg.")
    return None


REFUSALS: dict[Any, Callable[[Any], str | None]] = {
    Action.SEND_COPIES: send_copies,
    "retry": retry,
    "note_delivery": note_delivery,
    "acknowledge": acknowledge,
}
