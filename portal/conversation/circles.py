"""For whom a message is written: a small table of circles, each said in words beside the message.

Whoever keeps the register and whoever audits read every circle: the first clears the case of what is not to be kept, the
second reads everything. Whoever wrote a message reads it, and so does whoever is mentioned in it. No circle reaches
further than those who see the case.
"""

from collections.abc import Mapping
from enum import StrEnum

from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.text import _


class Audience(StrEnum):
    """The circle that a message is written for."""

    ALL = "all"
    HANDLERS = "handlers"
    UNIT = "unit"
    REGISTRAR = "registrar"


WORDS: Mapping[Audience, str] = {
    Audience.ALL: "Alla som ser ärendet",
    Audience.HANDLERS: "De som handlägger ärendet",
    Audience.UNIT: "Enheten som äskar",
    Audience.REGISTRAR: "Registratorn",
}
EXPLAINED: Mapping[Audience, str] = {
    Audience.ALL: "Enheten, beslutsfattare, ekonomi, registrator, arkivarie och revisor.",
    Audience.HANDLERS: "Beslutsfattare, ekonomi och registrator, inte enheten.",
    Audience.UNIT: "De som skriver, enheten och dess chef, och registratorn.",
    Audience.REGISTRAR: "Bara registratorn.",
}
# Read in every circle.
_ALWAYS = frozenset({Permission.KEEP_REGISTER, Permission.READ_LOG})
_HANDLES = frozenset({Permission.DECIDE, Permission.STATE_OPINION, Permission.RECORD_BUDGET})
_OF_THE_UNIT = frozenset({Permission.WRITE_REQUEST, Permission.APPROVE_REQUEST})


def circles_in_words() -> list[tuple[str, str]]:
    """The circles to choose from, with their words."""
    return [(each.value, _(WORDS[each])) for each in Audience]


def _has(actor: Actor, permissions: frozenset[Permission], unit_id: int) -> bool:
    return any(actor.may(permission, unit_id) for permission in permissions)


def circles_of(actor: Actor, unit_id: int, *, writes: bool) -> frozenset[Audience]:
    """The circles that ``actor`` is in, in a case of the unit; ``writes`` says that the actor is one of its writers."""
    if _has(actor, _ALWAYS, unit_id):
        return frozenset(Audience)
    found = {Audience.ALL}
    if _has(actor, _HANDLES, unit_id):
        found.add(Audience.HANDLERS)
    if writes or _has(actor, _OF_THE_UNIT, unit_id):
        found.add(Audience.UNIT)
    return frozenset(found)
