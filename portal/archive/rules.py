"""Who may close, reopen and archive, and what must be in place. Pure; None, or why not and who can."""

from collections.abc import Callable

from portal.archive.facts import Facts
from portal.funding_requests.lifecycle import Action, step
from portal.people.permissions import Permission
from portal.register.rules import barred
from portal.text import _


def _out_of_turn(facts: Facts, action: Action) -> str | None:
    if step(facts.status, action) is None:
        return _("Åtgärden är inte möjlig i ärendets nuvarande läge. Ladda om sidan för att se vad som har hänt.")
    return None


def _registrar(facts: Facts) -> str | None:
    if not facts.actor.may(Permission.KEEP_REGISTER):
        return _("Det här görs av registratorn, som för diariet.")
    return None


def _incomplete(sentences: tuple[str, ...]) -> str | None:
    if sentences:
        return _("Ärendet kan inte avslutas ännu. %(missing)s", missing=" ".join(sentences))
    return None


def close(facts: Facts) -> str | None:
    """Closing: the registrar, when everything is in place."""
    report = (facts.report_missing,) if facts.report_missing else ()
    return _out_of_turn(facts, Action.CLOSE) or _registrar(facts) or barred(facts) or _incomplete((*facts.missing, *report))


def close_without_report(facts: Facts) -> str | None:
    """Closing with a reason where the final report never came; everything else is in place."""
    return _out_of_turn(facts, Action.CLOSE_WITHOUT_REPORT) or _registrar(facts) or barred(facts) or _incomplete(facts.missing)


def reopen(facts: Facts) -> str | None:
    """Reopening a closed case, to the status it was closed from."""
    return _out_of_turn(facts, Action.REOPEN) or _registrar(facts) or barred(facts)


def clean(facts: Facts) -> str | None:
    """Cleaning a case of working material (2 kap. 12 § tryckfrihetsförordningen): the registrar, before it is closed."""
    if refusal := _out_of_turn(facts, Action.CLEAN) or _registrar(facts) or barred(facts):
        return refusal
    return None if facts.has_material else _("Det finns inget arbetsmaterial att ta ställning till.")


def archive(facts: Facts) -> str | None:
    """Archiving a closed case: the archivist."""
    if refusal := _out_of_turn(facts, Action.ARCHIVE):
        return refusal
    if not facts.actor.may(Permission.ARCHIVE):
        return _("Ärenden arkiveras av arkivarien.")
    return barred(facts)


REFUSALS: dict[Action, Callable[[Facts], str | None]] = {
    Action.CLOSE: close,
    Action.CLOSE_WITHOUT_REPORT: close_without_report,
    Action.REOPEN: reopen,
    Action.CLEAN: clean,
    Action.ARCHIVE: archive,
}
