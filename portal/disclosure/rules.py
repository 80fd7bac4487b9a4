"""Who may do what with a request for public records, and when. Pure; None, or why not and who can.

2 kap. tryckfrihetsförordningen (TF), 6 kap. offentlighets- och sekretesslagen (OSL).
"""

from collections.abc import Callable
from enum import StrEnum

from portal.disclosure.facts import Facts, Item
from portal.people.permissions import Permission
from portal.text import _


class Assessment(StrEnum):
    """What a document came to in the review."""

    GIVEN = "given"
    MASKED = "masked"
    WITHHELD = "withheld"
    NOT_PUBLIC = "not_public"


DISCLOSES = (Permission.KEEP_REGISTER, Permission.ARCHIVE)
"""Who hands out: the registrar, and of archived cases the archivist."""
OUTGOING = (Assessment.GIVEN, Assessment.MASKED)
"""What leaves, whole or with parts of it masked."""
REFUSED = (Assessment.MASKED, Assessment.WITHHELD, Assessment.NOT_PUBLIC)
"""What a written decision is about: something of the document is not handed out."""


def _who(facts: Facts) -> str | None:
    """The registrar; of archived cases the archivist too. Nobody who has declared a conflict of interest in one of them."""
    if not any(facts.actor.may(permission) for permission in DISCLOSES):
        return _("Det här görs av registratorn, eller av arkivarien för arkiverade ärenden.")
    if not facts.actor.may(Permission.KEEP_REGISTER) and not all(item.archived for item in facts.items):
        return _("Begäran gäller ett ärende som inte är arkiverat. Handlingar ur det lämnas ut av registratorn.")
    if any(item.jav & facts.actor.persons for item in facts.items):
        return _("Du har anmält jäv i ett av ärendena och kan inte göra något i begäran. Någon annan med rollen tar över.")
    return None


def _closed(facts: Facts) -> str | None:
    return _("Begäran är avslutad. Registrera en ny begäran om fler handlingar efterfrågas.") if facts.closed else None


def receive(facts: Facts) -> str | None:
    """Noting that someone has asked for documents."""
    return _who(facts)


def clarify(facts: Facts) -> str | None:
    """Writing anew what is asked for, while the request is open."""
    return _who(facts) or _closed(facts)


def add_item(facts: Facts) -> str | None:
    """Adding a document to be reviewed."""
    return _who(facts) or _closed(facts) or _left(facts)


def _left(facts: Facts) -> str | None:
    if facts.handed_out:
        return _("Handlingarna är redan utlämnade. Registrera en ny begäran om fler handlingar efterfrågas.")
    if facts.decided:
        return _("Ett skriftligt beslut har redan meddelats. Registrera en ny begäran om fler handlingar efterfrågas.")
    return None


def _untouched(item: Item) -> str | None:
    return _("Handlingen omfattas av det skriftliga beslutet och bedöms inte på nytt.") if item.decided else None


def remove_item(facts: Facts) -> str | None:
    """Taking a document out of the review; ``of_item`` tells of the document itself."""
    return _who(facts) or _closed(facts) or _left(facts)


def assess(facts: Facts) -> str | None:
    """Saying what a document comes to; anew too, until it has left or been decided on."""
    return _who(facts) or _closed(facts) or _left(facts)


def of_item(item: Item) -> str | None:
    """Why this very document is not assessed or taken out any more."""
    return _untouched(item)


def _unassessed(facts: Facts) -> str | None:
    if not facts.items:
        return _("Begäran har inga handlingar ännu. Sök fram dem och lägg till dem först.")
    if any(item.assessment is None for item in facts.items):
        return _("Alla handlingar är inte bedömda ännu. Bedöm varje handling för sig först.")
    return None


def hand_out(facts: Facts) -> str | None:
    """Handing out, once, what was found to be handed out."""
    if refusal := _who(facts) or _closed(facts):
        return refusal
    if facts.handed_out:
        return _("Handlingarna är redan utlämnade.")
    if refusal := _unassessed(facts):
        return refusal
    if not any(item.assessment in OUTGOING for item in facts.items):
        return _("Ingen handling ska lämnas ut. Upplys sökanden om rätten till ett skriftligt beslut.")
    return None


def pack(facts: Facts) -> str | None:
    """Having what leaves as files, before it is handed out and after."""
    return _who(facts)


def decide(facts: Facts) -> str | None:
    """Deciding in writing not to hand out, wholly or in part; also after the request was closed, since one may ask for the
    decision later (6 kap. 3 § OSL)."""
    if refusal := _who(facts):
        return refusal
    if facts.decided:
        return _("Ett skriftligt beslut har redan meddelats i begäran.")
    if refusal := _unassessed(facts):
        return refusal
    if not any(item.assessment in REFUSED for item in facts.items):
        return _("Alla handlingar lämnas ut. Det finns inget att avslå.")
    return None


def close(facts: Facts) -> str | None:
    """Ending the request."""
    return _who(facts) or (_("Begäran är redan avslutad.") if facts.closed else None)


REFUSALS: dict[str, Callable[[Facts], str | None]] = {
    "receive": receive,
    "clarify": clarify,
    "add_item": add_item,
    "remove_item": remove_item,
    "assess": assess,
    "hand_out": hand_out,
    "pack": pack,
    "decide": decide,
    "close": close,
}
