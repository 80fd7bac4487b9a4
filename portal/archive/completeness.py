"""What must be in place before a case is closed. Pure: what is known about the case in, one line per thing out."""

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
    awaits_number: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the gate asks for: what it ``is`` about (so that a page can lead there), how it reads when it is in place,
    and the sentence when it is not."""

    about: str
    in_place: str
    missing: str | None


REGISTRATION, NUMBER, MARKS, DOCUMENT, ENTRY, REDISTRIBUTION, COPIES, REPORT = (
    "registration", "number", "marks", "document", "entry", "redistribution", "copies", "report"
)  # fmt: skip


def report_missing(standing: Standing) -> str | None:
    """The sentence when a final report is due and finance has not accepted one."""
    if standing.granted and standing.report_due and not standing.report_accepted:
        return _("Slutredovisningen är inte godkänd.")
    return None


def checklist(standing: Standing, *, with_report: bool = True) -> list[Check]:
    """Everything the gate asks of the case, in the order of the road, fulfilled or not."""

    def check(about: str, in_place: str, lacks: bool, sentence: str) -> Check:
        return Check(about, _(in_place), sentence if lacks else None)

    marks, number = standing.unconfirmed_marks > 0, standing.awaits_number
    found = [
        check(REGISTRATION, "Registreringen är kontrollerad.", not standing.registration_checked,
              _("Registreringen är inte kontrollerad.")),
        check(NUMBER, "Ärendet har sitt diarienummer.", number, _("Ärendet väntar på sitt diarienummer.")),
        check(MARKS, "Ingen sekretessmarkering väntar på att prövas.", marks,
              _("En sekretessmarkering är varken bekräftad eller hävd.")),
    ]  # fmt: skip
    if standing.granted is not None:
        found += _of_decision(standing)
    if with_report and standing.granted and standing.report_due:
        found.append(Check(REPORT, _("Slutredovisningen är godkänd."), report_missing(standing)))
    return found


def _of_decision(standing: Standing) -> list[Check]:
    failed, waiting = standing.copies_failed, standing.copies_waiting
    made = None if standing.document_made else _("Beslutshandlingen är inte skapad ännu.")
    found = [Check(DOCUMENT, _("Beslutshandlingen är skapad."), made)]
    if standing.granted:
        entered = None if standing.entry_recorded else _("Budgetjusteringen är inte bokförd.")
        found.append(Check(ENTRY, _("Budgetjusteringen är bokförd."), entered))
    if standing.unconfirmed_redistributions:
        found.append(Check(REDISTRIBUTION, "", _("En omfördelning väntar på ekonomens bekräftelse.")))
    if failed:
        found.append(Check(COPIES, "", _("%(n)s av kopiorna har inte kommit fram.", n=failed)))
    if waiting:
        found.append(Check(COPIES, "", _("%(n)s av kopiorna väntar på att skickas.", n=waiting)))
    if not failed and not waiting:
        found.append(Check(COPIES, _("Beslutet är expedierat."), None))
    return found


def missing(standing: Standing) -> list[str]:
    """What is missing beside the final report, in the order of the road; empty when the case is complete."""
    return [each.missing for each in checklist(standing, with_report=False) if each.missing]
