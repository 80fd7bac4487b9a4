"""Why an act on a case may not be done: one rule per any-status action, and the bar that every package shares.

A rule answers None, or one Swedish sentence that says why and who can. Pure: facts in, sentence out.
"""

from collections.abc import Callable

from portal.people.permissions import Permission
from portal.register.facts import Facts
from portal.text import _

DRAFT, WITH_MANAGER = "draft", "with_manager"


def barred(facts: Facts) -> str | None:
    """A declared conflict of interest (jäv) bars the person, and whoever stands in for them, from every act on the case.

    6 kap. 28–32 §§ and 7 kap. 4 § kommunallagen.
    """
    if facts.actor.person_id in facts.jav:
        return _("Du har anmält jäv i ärendet och kan inte göra något i det. Någon annan med rollen tar över.")
    if facts.jav & facts.actor.persons:
        return _("Den du är ersättare för har anmält jäv i ärendet. Det gäller även dig när du är ersättare.")
    return None


def _not_in_register(facts: Facts) -> str | None:
    if facts.status == WITH_MANAGER:
        return _("Äskandet är hos närmaste chef och finns inte i diariet. Det diarieförs när chefen har godkänt det.")
    if facts.status == DRAFT:
        return _("Äskandet är ett utkast och finns inte i diariet. Det diarieförs när det skickas in.")
    return None


def registrar_only(facts: Facts) -> str | None:
    """The registrar keeps the register, of what is in it and while not biased."""
    if refusal := _not_in_register(facts) or barred(facts):
        return refusal
    if not facts.actor.may(Permission.KEEP_REGISTER):
        return _("Det här görs av registratorn, som för diariet.")
    return None


def refusal_to_check_registration(facts: Facts) -> str | None:
    """The registrar checks the four facts of the register once (5 kap. 2 § offentlighets- och sekretesslagen)."""
    if refusal := registrar_only(facts):
        return refusal
    return _("Registreringen är redan kontrollerad.") if facts.registration_checked else None


def refusal_to_lift_mark(facts: Facts) -> str | None:
    """Only a mark that stands can be lifted."""
    if refusal := registrar_only(facts):
        return refusal
    return None if facts.has_mark else _("Ärendet har ingen sekretessmarkering att häva.")


def refusal_to_declare_jav(facts: Facts) -> str | None:
    """Whoever may act on the case may say that they are biased; once is enough."""
    if refusal := _not_in_register(facts):
        return refusal
    if facts.actor.person_id in facts.jav:
        return _("Du har redan anmält jäv i ärendet.")
    acts = (Permission.DECIDE, Permission.STATE_OPINION, Permission.RECORD_BUDGET, Permission.KEEP_REGISTER, Permission.ARCHIVE)
    if any(facts.actor.may(permission) for permission in acts):
        return None
    if facts.is_writer or facts.actor.may(Permission.WRITE_REQUEST, facts.unit_id):
        return None
    return _("Du har ingen uppgift i ärendet och behöver inte anmäla jäv.")


def refusal_to_correct(facts: Facts) -> str | None:
    """A clerical error is corrected by a new entry, by a role that makes entries; nothing written is changed."""
    if refusal := _not_in_register(facts) or barred(facts):
        return refusal
    roles = (Permission.DECIDE, Permission.RECORD_BUDGET, Permission.KEEP_REGISTER, Permission.ARCHIVE)
    if any(facts.actor.may(permission) for permission in roles) or facts.actor.may(Permission.WRITE_REQUEST, facts.unit_id):
        return None
    return _("En rättelse görs av den roll som skrev uppgiften.")


def refusal_to_unrelate(facts: Facts) -> str | None:
    """Only a relation that stands can be ended."""
    if refusal := registrar_only(facts):
        return refusal
    return None if facts.is_related else _("Ärendet har inget samband med ett annat ärende.")


REFUSALS: dict[str, Callable[[Facts], str | None]] = {
    "check_registration": refusal_to_check_registration,
    "enter_number": registrar_only,
    "mark_secrecy": registrar_only,
    "lift_mark": refusal_to_lift_mark,
    "note_fact": registrar_only,
    "relate": registrar_only,
    "unrelate": refusal_to_unrelate,
    "declare_jav": refusal_to_declare_jav,
    "correct": refusal_to_correct,
}
