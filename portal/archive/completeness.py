"""What must be in place before a case is closed. Pure: what is known about the case in, one sentence per missing thing out."""

from dataclasses import dataclass

from portal.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the gate looks at. Everything from ``granted`` on concerns the decision in force; None when there is none."""

    registration_checked: bool
    unconfirmed_marks: int
    granted: int | None
    document_made: bool
    copies_waiting: int
    copies_failed: int
    entry_recorded: bool
    unconfirmed_redistributions: int
    report_due: bool
    report_accepted: bool


def report_missing(standing: Standing) -> str | None:
    """The sentence when a final report is due and finance has not accepted one."""
    if standing.granted and standing.report_due and not standing.report_accepted:
        return _("Slutredovisningen är inte godkänd.")
    return None


def missing(standing: Standing) -> list[str]:
    """What is missing beside the final report, in the order of the road; empty when the case is complete."""
    found = []
    if not standing.registration_checked:
        found.append(_("Registreringen är inte kontrollerad."))
    if standing.unconfirmed_marks:
        found.append(_("En sekretessmarkering är varken bekräftad eller hävd."))
    if standing.granted is not None:
        found += _missing_of_decision(standing)
    return found


def _missing_of_decision(standing: Standing) -> list[str]:
    found = []
    if not standing.document_made:
        found.append(_("Beslutshandlingen är inte skapad ännu."))
    if standing.granted and not standing.entry_recorded:
        found.append(_("Budgetjusteringen är inte bokförd."))
    if standing.unconfirmed_redistributions:
        found.append(_("En omfördelning väntar på ekonomens bekräftelse."))
    if standing.copies_failed:
        found.append(_("%(n)s av kopiorna har inte kommit fram.", n=standing.copies_failed))
    if standing.copies_waiting:
        found.append(_("%(n)s av kopiorna väntar på att skickas.", n=standing.copies_waiting))
    return found
