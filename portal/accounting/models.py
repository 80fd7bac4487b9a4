"""Budget entries, redistributions and final reports. A grant is a budget record, not a voucher: it books nothing."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.decisions.models import Decision, DecisionLine
from portal.people.models import Person
from portal.veil import Told, ToldLong


class EntryKind(StrEnum):
    """Why a budget entry was made."""

    DECISION = "decision"
    REVERSAL = "reversal"
    REDISTRIBUTION = "redistribution"


class BudgetEntry(Base):
    """Budgetjustering: money moved from the set-aside money's code to one code per granted line.

    ``frequency`` is ``once`` (engångs) or ``yearly`` (årligen); ``period`` is the first month, YYYY-MM. ``outcome_part``
    and ``outcome_code`` name the projekt or aktivitet on which the grant's outcome is read. ``recorded_for_id`` is the one
    stood in for. ``checked_at`` is when a second person found it in order, where the installation demands that.
    ``export_id`` is the batch it went to the ledger with.
    """

    __tablename__ = "budget_entry"
    __table_args__ = (
        UniqueConstraint("decision_id", "kind", "serial"),
        CheckConstraint("kind IN ('decision', 'reversal', 'redistribution')", name="kind"),
        CheckConstraint("frequency IN ('once', 'yearly')", name="frequency"),
        Index(None, "case_id", "id"),
        CheckConstraint("(checked_at IS NULL) = (checked_by_id IS NULL)", name="checked"),
        CheckConstraint("checked_by_id IS NULL OR checked_by_id <> recorded_by_id", name="two_persons"),
        Index("ix_budget_entry_recorded_at", "recorded_at", "id"),
        Index(None, "outcome_part", "outcome_code"),
        Index(None, "export_id", "recorded_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    kind: Mapped[str] = mapped_column()
    serial: Mapped[int] = mapped_column(default=1)
    period: Mapped[str] = mapped_column()
    frequency: Mapped[str] = mapped_column()
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome_part: Mapped[str] = mapped_column(default="")
    outcome_code: Mapped[str] = mapped_column(default="")
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    export_id: Mapped[int | None] = mapped_column(ForeignKey("budget_export.id"))

    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    checked_by: Mapped[Person | None] = relationship(foreign_keys=[checked_by_id])
    export: Mapped["BudgetExport | None"] = relationship()
    lines: Mapped[list["BudgetEntryLine"]] = relationship(order_by="BudgetEntryLine.position")


class BudgetEntryLine(Base):
    """One side of an entry: ``amount`` kronor, negative on the from side; ``code`` maps code part → value."""

    __tablename__ = "budget_entry_line"
    __table_args__ = (UniqueConstraint("entry_id", "position"), CheckConstraint("amount <> 0", name="amount"))

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("budget_entry.id"))
    position: Mapped[int] = mapped_column()
    label: Mapped[str] = mapped_column(Told)
    decision_line_id: Mapped[int | None] = mapped_column(ForeignKey("decision_line.id"))
    code: Mapped[dict[str, str]] = mapped_column(JSON)
    amount: Mapped[int] = mapped_column(BigInteger)


class Redistribution(Base):
    """Money moved between lines within the granted amount, as the decision allows; finance confirms the entry."""

    __tablename__ = "redistribution"
    __table_args__ = (
        UniqueConstraint("decision_id", "serial"),
        CheckConstraint("moved > 0", name="moved"),
        CheckConstraint("(confirmed_at IS NULL) = (entry_id IS NULL)", name="confirmed"),
        Index(None, "case_id", "id"),
        Index(
            "ix_redistribution_unconfirmed",
            "made_at",
            "id",
            sqlite_where=text("confirmed_at IS NULL"),
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    serial: Mapped[int] = mapped_column()
    reason: Mapped[str] = mapped_column(ToldLong)
    moved: Mapped[int] = mapped_column(BigInteger)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("budget_entry.id"))

    made_by: Mapped[Person] = relationship()
    lines: Mapped[list["RedistributionLine"]] = relationship()


class RedistributionLine(Base):
    """The change of one granted line in kronor; the changes of a redistribution sum to zero."""

    __tablename__ = "redistribution_line"
    __table_args__ = (
        UniqueConstraint("redistribution_id", "decision_line_id"),
        CheckConstraint("change <> 0", name="change"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    redistribution_id: Mapped[int] = mapped_column(ForeignKey("redistribution.id"))
    decision_line_id: Mapped[int] = mapped_column(ForeignKey("decision_line.id"))
    change: Mapped[int] = mapped_column(BigInteger)

    decision_line: Mapped[DecisionLine] = relationship()


class FinalReport(Base):
    """Slutredovisning: used kronor and effect per line. Finance accepts it, or returns it with a reason.

    ``reported_on`` is the Swedish day of ``reported_at``, kept since no database here tells it: days decide what is late.
    """

    __tablename__ = "final_report"
    __table_args__ = (
        UniqueConstraint("decision_id", "serial"),
        CheckConstraint("answered_at IS NULL OR state <> 'submitted'", name="answered"),
        CheckConstraint("state IN ('submitted', 'accepted', 'returned')", name="state"),
        Index(None, "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    serial: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(default="submitted")
    used: Mapped[int] = mapped_column(BigInteger)
    summary: Mapped[str] = mapped_column(ToldLong, default="")
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reported_on: Mapped[date] = mapped_column()
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(ToldLong, default="")

    decision: Mapped[Decision] = relationship()
    reported_by: Mapped[Person] = relationship(foreign_keys=[reported_by_id])
    lines: Mapped[list["FinalReportLine"]] = relationship()


class FinalReportLine(Base):
    """Utfall (kronor) and effect of one decided line; ``used`` is null on an unpriced line."""

    __tablename__ = "final_report_line"
    __table_args__ = (
        UniqueConstraint("report_id", "decision_line_id"),
        CheckConstraint("used IS NULL OR used >= 0", name="used"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("final_report.id"))
    decision_line_id: Mapped[int] = mapped_column(ForeignKey("decision_line.id"))
    used: Mapped[int | None] = mapped_column(BigInteger)
    effect: Mapped[str] = mapped_column(ToldLong, default="")

    decision_line: Mapped[DecisionLine] = relationship()


class InterimReport(Base):
    """Lägesrapport at a tertial date, where the set-aside money asks for it."""

    __tablename__ = "interim_report"
    __table_args__ = (UniqueConstraint("decision_id", "due_on"), Index(None, "case_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    due_on: Mapped[date] = mapped_column()
    text: Mapped[str] = mapped_column(ToldLong)
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)

    reported_by: Mapped[Person] = relationship()


class CodeImport(Base):
    """A file of codes that was read in: which part of the code string, how many rows, by whom."""

    __tablename__ = "code_import"
    __table_args__ = (CheckConstraint("row_count > 0", name="row_count"), Index(None, "imported_at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    part: Mapped[str] = mapped_column()
    file_name: Mapped[str] = mapped_column()
    sha256: Mapped[str] = mapped_column()
    row_count: Mapped[int] = mapped_column()
    imported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)

    imported_by: Mapped[Person] = relationship()


class CodeValue(Base):
    """A code that a part of the code string may hold, from–to (civil dates, included; ``valid_to`` null is still open)."""

    __tablename__ = "code_value"
    __table_args__ = (
        UniqueConstraint("part", "value", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column()
    value: Mapped[str] = mapped_column()
    label: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date] = mapped_column()
    valid_to: Mapped[date | None] = mapped_column()
    import_id: Mapped[int | None] = mapped_column(ForeignKey("code_import.id"))


class ExportTemplate(Base):
    """Which columns the ledger wants, in which order and under which names; ``columns`` is a list of [source, heading]."""

    __tablename__ = "export_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    columns: Mapped[list[list[str]]] = mapped_column(JSON)
    separator: Mapped[str] = mapped_column(default=";")
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)


class BudgetExport(Base):
    """A batch of budget entries for the ledger. A rejected one gives its entries back, to go with a later batch."""

    __tablename__ = "budget_export"
    __table_args__ = (
        CheckConstraint("state IN ('made', 'accepted', 'rejected')", name="state"),
        CheckConstraint("(state = 'made') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("row_count > 0", name="row_count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    number: Mapped[int] = mapped_column(unique=True)
    template: Mapped[dict[str, Any]] = mapped_column(JSON)
    row_count: Mapped[int] = mapped_column()
    total: Mapped[int] = mapped_column(BigInteger)
    csv_sha256: Mapped[str] = mapped_column()
    xlsx_sha256: Mapped[str] = mapped_column()
    state: Mapped[str] = mapped_column(default="made")
    answer: Mapped[str] = mapped_column(Text, default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])


class BudgetExportEntry(Base):
    """An entry that went with a batch, kept also when the batch was rejected; ``hidden``: its labels were left out."""

    __tablename__ = "budget_export_entry"
    __table_args__ = (UniqueConstraint("export_id", "entry_id"), Index(None, "entry_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("budget_export.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("budget_entry.id"))
    hidden: Mapped[bool] = mapped_column(default=False)


class OutcomeImport(Base):
    """A file from the ledger with the outcome (utfall) of a month, YYYY-MM. A later file for the month replaces it."""

    __tablename__ = "outcome_import"
    __table_args__ = (
        Index(
            "uq_outcome_import_month",
            "month",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index(None, "imported_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    month: Mapped[str] = mapped_column()
    file_name: Mapped[str] = mapped_column()
    sha256: Mapped[str] = mapped_column()
    row_count: Mapped[int] = mapped_column()
    unknown: Mapped[int] = mapped_column(default=0)
    imported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    imported_by: Mapped[Person] = relationship()


class OutcomeRow(Base):
    """What one projekt or aktivitet cost in the month, kronor; ``case_id`` null: no grant is read on that code."""

    __tablename__ = "outcome_row"
    __table_args__ = (UniqueConstraint("import_id", "part", "code"), Index(None, "case_id"), Index(None, "part", "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("outcome_import.id"))
    part: Mapped[str] = mapped_column()
    code: Mapped[str] = mapped_column()
    amount: Mapped[int] = mapped_column(BigInteger)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("register_case.id"))
