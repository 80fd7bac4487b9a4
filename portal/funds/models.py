"""Money set aside, the decisions it rests on, its ledger, and delegations. Amounts are whole kronor."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.people.models import Person
from portal.register.models import Case, Organ


class LedgerKind(StrEnum):
    """What a row of the ledger does to the money that is left."""

    SET_ASIDE = "set_aside"
    GRANTED = "granted"
    REVERSED = "reversed"
    RETURNED = "returned"
    LAPSED = "lapsed"
    CARRIED_OVER = "carried_over"


class Fund(Base):
    """Avsatta medel for a budget year. What is left is held here and guarded by a CHECK, and equals the ledger."""

    __tablename__ = "fund"
    __table_args__ = (
        CheckConstraint(
            "set_aside - granted + reversed + returned - lapsed - carried_over >= 0", name="never_more_than_is_left"
        ),
        CheckConstraint(
            "set_aside >= 0 AND granted >= 0 AND reversed >= 0 AND returned >= 0 AND lapsed >= 0 AND carried_over >= 0",
            name="not_negative",
        ),
        Index(None, "year", "name", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    year: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column()
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    set_aside: Mapped[int] = mapped_column(BigInteger, default=0)
    granted: Mapped[int] = mapped_column(BigInteger, default=0)
    reversed: Mapped[int] = mapped_column(BigInteger, default=0)
    returned: Mapped[int] = mapped_column(BigInteger, default=0)
    lapsed: Mapped[int] = mapped_column(BigInteger, default=0)
    carried_over: Mapped[int] = mapped_column(BigInteger, default=0)
    code: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    report_required: Mapped[bool] = mapped_column(default=True)
    ended_on: Mapped[date | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    organ: Mapped[Organ] = relationship()

    @property
    def left(self) -> int:
        """Kronor that can still be granted."""
        return self.set_aside - self.granted + self.reversed + self.returned - self.lapsed - self.carried_over


class FundDecision(Base):
    """The political decision (organ, date, §) by which money is set aside, raised or lowered.

    Entered by finance and confirmed by the registrar; only then is ``amount`` (kronor, may be negative) in force.
    """

    __tablename__ = "fund_decision"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed"),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="two_persons"),
        Index(None, "fund_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    decided_on: Mapped[date] = mapped_column()
    paragraph: Mapped[str] = mapped_column()
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    fund: Mapped[Fund] = relationship()
    organ: Mapped[Organ] = relationship()
    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])


class LedgerRow(Base):
    """One movement of a fund, with the case or the decision behind it. ``amount`` is positive kronor; kind tells the sign."""

    __tablename__ = "ledger_row"
    __table_args__ = (
        CheckConstraint("amount > 0 OR kind = 'set_aside'", name="amount"),
        Index(None, "fund_id", "id"),
        Index(None, "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    kind: Mapped[str] = mapped_column()
    amount: Mapped[int] = mapped_column(BigInteger)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("register_case.id"))
    fund_decision_id: Mapped[int | None] = mapped_column(ForeignKey("fund_decision.id"))
    note: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    case: Mapped[Case | None] = relationship()
    fund_decision: Mapped[FundDecision | None] = relationship()


class Delegation(Base):
    """Authority as data: who may decide, over which money, up to which ceiling, in what capacity, and on what ground.

    ``fund_id`` null means any request without set-aside money of its own rule. ``only_when_jav_of_id`` makes the row
    valid only in cases where that person has declared a conflict of interest. ``rests_on_*`` is the decision the
    delegation order (or, for verkställighet, the allotment) rests on. Dates are civil and included.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("ceiling > 0", name="ceiling"),
        CheckConstraint("capacity IN ('delegationsbeslut', 'verkställighet')", name="capacity"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed"),
        Index(None, "person_id", "valid_from"),
        Index(None, "fund_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"))
    ceiling: Mapped[int] = mapped_column(BigInteger)
    capacity: Mapped[str] = mapped_column()
    clause: Mapped[str] = mapped_column()
    rests_on_organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    rests_on_date: Mapped[date] = mapped_column()
    rests_on_paragraph: Mapped[str] = mapped_column()
    only_when_jav_of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    valid_from: Mapped[date] = mapped_column()
    valid_to: Mapped[date | None] = mapped_column()
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    fund: Mapped[Fund | None] = relationship()
    rests_on_organ: Mapped[Organ] = relationship()
