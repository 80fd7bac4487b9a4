"""Budget entries, redistributions and final reports. A grant is a budget record, not a voucher: it books nothing."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.decisions.models import Decision, DecisionLine
from portal.people.models import Person


class EntryKind(StrEnum):
    """Why a budget entry was made."""

    DECISION = "decision"
    REVERSAL = "reversal"
    REDISTRIBUTION = "redistribution"


class BudgetEntry(Base):
    """Budgetjustering: money moved from the set-aside money's code to one code per granted line.

    ``frequency`` is ``once`` (engångs) or ``yearly`` (årligen); ``period`` is the first month, YYYY-MM.
    """

    __tablename__ = "budget_entry"
    __table_args__ = (
        UniqueConstraint("decision_id", "kind", "serial"),
        CheckConstraint("kind IN ('decision', 'reversal', 'redistribution')", name="kind"),
        CheckConstraint("frequency IN ('once', 'yearly')", name="frequency"),
        Index(None, "case_id", "id"),
        Index("ix_budget_entry_recorded_at", "recorded_at", "id"),
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
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)

    recorded_by: Mapped[Person] = relationship()
    lines: Mapped[list["BudgetEntryLine"]] = relationship(order_by="BudgetEntryLine.position")


class BudgetEntryLine(Base):
    """One side of an entry: ``amount`` kronor, negative on the from side; ``code`` maps code part → value."""

    __tablename__ = "budget_entry_line"
    __table_args__ = (UniqueConstraint("entry_id", "position"), CheckConstraint("amount <> 0", name="amount"))

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("budget_entry.id"))
    position: Mapped[int] = mapped_column()
    label: Mapped[str] = mapped_column()
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
    reason: Mapped[str] = mapped_column(Text)
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
    """Slutredovisning: used kronor and effect per line. Finance accepts it, or returns it with a reason."""

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
    summary: Mapped[str] = mapped_column(Text, default="")
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")

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
    effect: Mapped[str] = mapped_column(Text, default="")

    decision_line: Mapped[DecisionLine] = relationship()
