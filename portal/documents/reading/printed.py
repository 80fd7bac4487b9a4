"""A reading as text for a person at a terminal: Swedish labels, amounts as they are shown everywhere else."""

from collections.abc import Iterator, Sequence

from portal.documents.reading.shapes import BudgetLine, Person, Reading
from portal.money import format_kronor
from portal.text import _


def summary(reading: Reading) -> str:
    """What was read, one field a line; what the document does not say is left out, warnings stand last."""
    return "\n".join(_lines(reading))


def _lines(reading: Reading) -> Iterator[str]:
    total = format_kronor(reading.amount_total_sek) if reading.amount_total_sek is not None else None
    facts = (
        (_("Dokument"), reading.document_type),
        (_("Rubrik"), reading.title),
        (_("Datum"), reading.date),
        (_("Diarienummer"), reading.diarienummer),
        (_("Paragraf"), reading.paragraph),
        (_("Beslutande"), reading.deciding_organ),
        (_("Belopp"), total),
        (_("Finansiering"), reading.funding_source),
        (_("Budgetår"), reading.budget_year),
        (_("Mottagare av medlen"), reading.beneficiary),
        (_("Handläggare"), _person(reading.handler) if reading.handler else None),
    )
    yield from (f"{label}: {value}" for label, value in facts if value)
    for label, entries in (
        (_("Förslag eller beslut"), reading.decision_or_proposal),
        (_("Budgetrader"), [_budget_line(line) for line in reading.budget_lines]),
        (_("Beslutsunderlag"), reading.decision_basis),
        (_("Kopia till"), reading.copy_recipients),
        (_("För kännedom"), reading.for_information),
        (_("Undertecknat av"), [_person(person) for person in reading.signatories]),
        (_("Andra belopp i texten"), [" ".join(amount.as_written.split()) for amount in reading.other_amounts]),
        (_("Att kontrollera"), reading.warnings),
    ):
        yield from _listed(label, entries)


def _listed(label: str, entries: Sequence[str]) -> Iterator[str]:
    if entries:
        yield f"{label}:"
        yield from (f"  – {entry}" for entry in entries)


def _budget_line(line: BudgetLine) -> str:
    amount = format_kronor(line.amount_sek) if line.amount_sek is not None else _("ej beloppsatt")
    return f"{line.label}: {amount}"


def _person(person: Person) -> str:
    return ", ".join(filter(None, (person.name, person.role, person.phone, person.email)))
