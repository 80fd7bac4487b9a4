"""Money set aside, the decisions it rests on, its ledger, and delegations. Amounts are whole kronor."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.people.models import Person, Unit
from portal.register import allowed
from portal.register.models import Case, Organ


class LedgerKind(StrEnum):
    """What a row of the ledger does to the money that is left."""

    SET_ASIDE = "set_aside"
    GRANTED = "granted"
    REVERSED = "reversed"
    RETURNED = "returned"
    LAPSED = "lapsed"
    CARRIED_OVER = "carried_over"
    USED = "used"


class Fund(Base):
    """Avsatta medel for a budget year. What is left is held here and guarded by a CHECK, and equals the ledger.

    ``daily_name`` is what people call it (trygghetsmiljonen). ``cost_type`` is what it may be used for. Its own rules:
    ``statement_required`` before a decision, ``report_required`` after it, by ``report_by`` (null: the installation's
    day in the year after), ``interim_reports`` at the tertial dates. ``used`` is what accepted final reports add up to.
    ``statement_days``, ``decision_days`` and ``dispatch_days`` are working days allowed for each; null: none of its own.
    """

    __tablename__ = "fund"
    __table_args__ = (
        CheckConstraint(
            "set_aside - granted + reversed + returned - lapsed - carried_over >= 0", name="never_more_than_is_left"
        ),
        CheckConstraint(
            "set_aside >= 0 AND granted >= 0 AND reversed >= 0 AND returned >= 0 AND lapsed >= 0 AND carried_over >= 0",
            name="not_negative",
        ),
        CheckConstraint(allowed.CHECK, name="days"),
        CheckConstraint("cost_type IN ('drift', 'investering', 'both')", name="cost_type"),
        Index(None, "year", "name", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    year: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column()
    daily_name: Mapped[str] = mapped_column(default="")
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    set_aside: Mapped[int] = mapped_column(BigInteger, default=0)
    granted: Mapped[int] = mapped_column(BigInteger, default=0)
    reversed: Mapped[int] = mapped_column(BigInteger, default=0)
    returned: Mapped[int] = mapped_column(BigInteger, default=0)
    lapsed: Mapped[int] = mapped_column(BigInteger, default=0)
    carried_over: Mapped[int] = mapped_column(BigInteger, default=0)
    used: Mapped[int] = mapped_column(BigInteger, default=0)
    code: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    cost_type: Mapped[str] = mapped_column(default="both")
    statement_required: Mapped[bool] = mapped_column(default=False)
    report_required: Mapped[bool] = mapped_column(default=True)
    report_by: Mapped[date | None] = mapped_column()
    interim_reports: Mapped[bool] = mapped_column(default=False)
    statement_days: Mapped[int | None] = mapped_column()
    decision_days: Mapped[int | None] = mapped_column()
    dispatch_days: Mapped[int | None] = mapped_column()
    ended_on: Mapped[date | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    organ: Mapped[Organ] = relationship()

    @property
    def spoken(self) -> str:
        """What people call the money, with its name where that is another."""
        return f"{self.daily_name} ({self.name})" if self.daily_name and self.daily_name != self.name else self.name

    @property
    def promised(self) -> int:
        """Kronor granted and neither reversed nor returned."""
        return self.granted - self.reversed - self.returned

    @property
    def left(self) -> int:
        """Kronor that can still be granted."""
        return self.set_aside - self.granted + self.reversed + self.returned - self.lapsed - self.carried_over


class FundUnit(Base):
    """A unit that may ask for the money, with those below it. Money without any such row is open to every unit."""

    __tablename__ = "fund_unit"
    __table_args__ = (UniqueConstraint("fund_id", "unit_id"), Index(None, "unit_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))

    unit: Mapped[Unit] = relationship()


class FundDecision(Base):
    """The political decision (organ, date, §) by which money is set aside, raised or lowered, lapses or is carried over.

    ``kind`` is ``set_aside``, ``lapse`` or ``carry_over`` (ombudgetering, to ``to_fund``); the last two have a positive
    ``amount``.

    Entered by finance (``entered_for_id``: for whom, by a substitute) and confirmed by the registrar; only then is
    ``amount`` (kronor, may be negative) in force.
    """

    __tablename__ = "fund_decision"
    __table_args__ = (
        CheckConstraint("amount > 0 OR (kind = 'set_aside' AND amount <> 0)", name="amount"),
        CheckConstraint("kind IN ('set_aside', 'lapse', 'carry_over')", name="kind"),
        CheckConstraint("(kind = 'carry_over') = (to_fund_id IS NOT NULL)", name="carry_over"),
        CheckConstraint("to_fund_id IS NULL OR to_fund_id <> fund_id", name="two_funds"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed"),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="two_persons"),
        Index(None, "fund_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    kind: Mapped[str] = mapped_column(default="set_aside")
    to_fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    decided_on: Mapped[date] = mapped_column()
    paragraph: Mapped[str] = mapped_column()
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    fund: Mapped[Fund] = relationship(foreign_keys=[fund_id])
    to_fund: Mapped[Fund | None] = relationship(foreign_keys=[to_fund_id])
    organ: Mapped[Organ] = relationship()
    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])


class LedgerRow(Base):
    """One movement of a fund, with the case or the decision behind it. ``amount`` is positive kronor; kind tells the sign.

    ``used`` changes nothing that is left; it is negative where a report counts no more, as the decision was replaced.
    """

    __tablename__ = "ledger_row"
    __table_args__ = (
        CheckConstraint("amount > 0 OR kind IN ('set_aside', 'used')", name="amount"),
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


class DelegationOrder(Base):
    """An edition of the delegation order (delegationsordning), with the decision by which it was taken and its PDF.

    Entered by the administrator (``entered_for_id``: for whom, by a substitute) with its clauses, and confirmed by the
    registrar; only then do the clauses count. An edition ends the day before the one that replaces it begins. Dates are
    civil and included.
    """

    __tablename__ = "delegation_order"
    __table_args__ = (
        UniqueConstraint("name", "edition"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed"),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="two_persons"),
        CheckConstraint("(file_sha256 IS NULL) = (file_name IS NULL)", name="file"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    name: Mapped[str] = mapped_column()
    edition: Mapped[int] = mapped_column(default=1)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    decided_on: Mapped[date] = mapped_column()
    paragraph: Mapped[str] = mapped_column()
    valid_from: Mapped[date] = mapped_column()
    valid_to: Mapped[date | None] = mapped_column()
    file_sha256: Mapped[str | None] = mapped_column()
    file_name: Mapped[str | None] = mapped_column()
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("delegation_order.id"), unique=True)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    organ: Mapped[Organ] = relationship()
    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])


class Delegation(Base):
    """Authority as data: who may decide, over which money, up to which ceiling, in what capacity, and on what ground.

    ``fund_id`` null means any request without set-aside money of its own rule. ``only_when_jav_of_id`` makes the row
    valid only in cases where that person has declared a conflict of interest. ``rests_on_*`` is the decision the
    delegation order (or, for verkställighet, the allotment) rests on. ``order_id`` is the edition the clause stands in.
    ``cost_type`` null is any. ``is_reported``: decisions under it are reported to the organ (anmäls, 7 kap. 8 §
    kommunallagen); what is only executed never is. Dates are civil and included.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("ceiling > 0", name="ceiling"),
        CheckConstraint("cost_type IS NULL OR cost_type IN ('drift', 'investering')", name="cost_type"),
        CheckConstraint("capacity = 'delegationsbeslut' OR NOT is_reported", name="reported"),
        CheckConstraint("capacity IN ('delegationsbeslut', 'verkställighet')", name="capacity"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed"),
        Index(None, "person_id", "valid_from"),
        Index(None, "fund_id", "valid_from"),
        Index(None, "order_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("delegation_order.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    cost_type: Mapped[str | None] = mapped_column()
    is_reported: Mapped[bool] = mapped_column(default=False)
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
    entered_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    order: Mapped[DelegationOrder | None] = relationship()
    fund: Mapped[Fund | None] = relationship()
    rests_on_organ: Mapped[Organ] = relationship()
    only_when_jav_of: Mapped[Person | None] = relationship(foreign_keys=[only_when_jav_of_id])

    @property
    def confirmed(self) -> bool:
        """Whether the registrar has confirmed it."""
        return self.confirmed_at is not None

    @property
    def allotted(self) -> bool:
        """Whether it names the decision that it rests on; its organ is always there."""
        return bool(self.rests_on_paragraph)
