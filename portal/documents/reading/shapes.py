"""What a reading of a document consists of: plain values, no storage."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Span(NamedTuple):
    """Where in the read text something stands: ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True)
class BudgetLine:
    """One line of the asked or granted money; ``amount_sek`` is None where the line has no amount."""

    label: str
    amount_sek: int | None
    as_written: str | None
    span: Span


@dataclass(frozen=True)
class Person:
    """A person as named in the text. A name here is text: it signs nothing."""

    name: str
    role: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class OtherAmount:
    """An amount the text mentions that is neither the total nor a line."""

    as_written: str
    amount_sek: int | None
    span: Span


@dataclass(frozen=True)
class Option:
    """One way to read a doubtful passage: ``value`` as a field takes it (kronor in digits, ISO date, text)."""

    value: str
    shown: str
    span: Span | None  # None where the value stands nowhere as such (a sum)


@dataclass(frozen=True)
class Doubt:
    """What the document leaves open about ``field`` (a name in Reading): offered to a person, never set.

    The field itself is None, or holds what stands even so (the title as its head spells it, a date without label).
    """

    field: str
    sentence: str
    options: tuple[Option, ...] = ()


@dataclass
class Reading:
    """What a careful reader finds in a tjänsteskrivelse or an extract of minutes; what is not said is None or []."""

    document_type: str | None = None
    title: str | None = None
    date: str | None = None  # ISO 8601
    diarienummer: str | None = None
    paragraph: str | None = None
    decision_or_proposal: list[str] = field(default_factory=list)
    deciding_organ: str | None = None
    amount_total_sek: int | None = None
    budget_lines: list[BudgetLine] = field(default_factory=list)
    funding_source: str | None = None
    budget_year: int | None = None
    beneficiary: str | None = None
    decision_basis: list[str] = field(default_factory=list)
    copy_recipients: list[str] = field(default_factory=list)
    for_information: list[str] = field(default_factory=list)
    handler: Person | None = None
    signatories: list[Person] = field(default_factory=list)
    other_amounts: list[OtherAmount] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    # Used to fill a draft or a minutes entry; not part of the printed field list.
    organ: str | None = None  # whose minutes, as in the page head
    outcome: str | None = None  # of minutes: bifall, avslag, återremiss, bordläggning, överlämnat
    preparing: bool = False  # minutes that propose to another organ
    sections: list[tuple[str, str]] = field(default_factory=list)  # (heading, text) of the description
    may_redistribute: bool = False
    is_request: bool = False  # something is asked for or granted
    doubts: list[Doubt] = field(default_factory=list)
    jav: list[str] = field(default_factory=list)  # who took no part because of a conflict of interest, as written
    reservations: list[str] = field(default_factory=list)  # who dissented, as written
    replaces: str | None = None  # the earlier decision that this one replaces, as written
    spans: dict[str, list[Span]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The printed field list, in its order."""
        handler = self.handler
        return {
            "document_type": self.document_type,
            "title": self.title,
            "date": self.date,
            "diarienummer": self.diarienummer,
            "paragraph": self.paragraph,
            "decision_or_proposal": self.decision_or_proposal,
            "deciding_organ": self.deciding_organ,
            "amount_total_sek": self.amount_total_sek,
            "budget_lines": [
                {"label": line.label, "amount_sek": line.amount_sek, "as_written": line.as_written}
                for line in self.budget_lines
            ],
            "funding_source": self.funding_source,
            "budget_year": self.budget_year,
            "beneficiary": self.beneficiary,
            "decision_basis": self.decision_basis,
            "copy_recipients": self.copy_recipients,
            "for_information": self.for_information,
            "handler": handler and {"name": handler.name, "role": handler.role, "phone": handler.phone, "email": handler.email},
            "signatories": [{"name": person.name, "role": person.role} for person in self.signatories],
            "other_amounts": [
                {"as_written": amount.as_written, "amount_sek": amount.amount_sek} for amount in self.other_amounts
            ],
            "warnings": self.warnings,
        }
