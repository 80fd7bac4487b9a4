"""Decisions and what surrounds them. Amounts are whole kronor. Nothing here is changed once written."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.decisions.meeting_models import Appeal, DelegationReport
from portal.funding_requests.models import BudgetLine, RequestVersion
from portal.funds.models import Fund
from portal.people.models import Person
from portal.register.models import Organ
from portal.veil import Told, ToldLong


class Outcome(StrEnum):
    """What a decision amounts to; it follows from the lines."""

    GRANTED = "granted"
    PARTLY = "partly"
    REJECTED = "rejected"


class Capacity(StrEnum):
    """In what capacity a decision is made; derived by the system, never picked."""

    DELEGATED = "delegationsbeslut"
    EXECUTION = "verkställighet"
    POLITICAL = "politiskt beslut"


class Stance(StrEnum):
    """What a hand-over recommends; a recommendation is no decision."""

    SUPPORT = "tillstyrks"
    OPPOSE = "avstyrks"
    NONE = "utan ställningstagande"


class Statement(Base):
    """Finance's statement (yttrande) on a submitted request.

    ``balance`` is what finance finds left of the money and ``capital_cost`` the yearly cost of an investment, kronor;
    ``coding`` is the code string proposed. ``stance`` advises for or against and decides nothing.
    """

    __tablename__ = "statement"
    __table_args__ = (
        CheckConstraint("cost_type IN ('', 'drift', 'investering', 'both')", name="cost_type"),
        CheckConstraint("stance IN ('tillstyrks', 'avstyrks', 'utan ställningstagande')", name="stance"),
        CheckConstraint("capital_cost IS NULL OR capital_cost >= 0", name="capital_cost"),
        Index(None, "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    text: Mapped[str] = mapped_column(ToldLong)
    balance: Mapped[int | None] = mapped_column(BigInteger)
    cost_type: Mapped[str] = mapped_column(default="")
    capital_cost: Mapped[int | None] = mapped_column(BigInteger)
    coding: Mapped[str] = mapped_column(ToldLong, default="")
    stance: Mapped[str] = mapped_column(default=Stance.NONE.value)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship()


class HandOver(Base):
    """The request was handed over to an organ, with a stance. It has no decision number."""

    __tablename__ = "hand_over"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    stance: Mapped[str] = mapped_column()
    text: Mapped[str] = mapped_column(ToldLong, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    organ: Mapped[Organ] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])


class MinutesEntry(Base):
    """What an organ's minutes say of the case: organ, date, §, and what it did. The dates of justering and notice are facts."""

    __tablename__ = "minutes_entry"
    __table_args__ = (
        Index(None, "case_id", "id"),
        UniqueConstraint("case_id", "organ_id", "meeting_date", "paragraph"),
        CheckConstraint(
            "kind IN ('preparing', 'postponed', 'deciding', 'referred_back', 'passed_on', 'taken_over')", name="kind"
        ),
        CheckConstraint("(kind = 'passed_on') = (passed_on_to_id IS NOT NULL)", name="passed_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    meeting_date: Mapped[date] = mapped_column()
    paragraph: Mapped[str] = mapped_column()
    kind: Mapped[str] = mapped_column()
    text: Mapped[str] = mapped_column(ToldLong)
    adjusted_on: Mapped[date | None] = mapped_column()
    posted_on: Mapped[date | None] = mapped_column()
    passed_on_to_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    organ: Mapped[Organ] = relationship(foreign_keys=[organ_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])


def _partial(name: str, condition: str, by: str = "decided_at") -> Index:
    """An index of the few decisions that an auditor looks for, in the order they are listed."""
    return Index(name, by, "id", sqlite_where=text(condition), postgresql_where=text(condition))


class Decision(Base):
    """A decision: number, outcome, capacity and the authority in force, frozen. At most one per case is in force.

    ``authority`` is the frozen row it rests on: clause, ceiling (kronor), organ, date and paragraph, as printed.
    ``redistribution_cap``: null with ``redistribution='free'``, kronor with ``'capped'``, null with ``'none'``.
    ``left_before``/``left_after`` are the fund's kronor at the moment of decision. ``financing`` is other financing that
    the minutes name; then the fund is null. ``replacement_reason`` says why the decision that it names was replaced.
    ``no_statement_reason`` says why it was made without the statement that was required; ``against_statement`` that it
    was granted though finance's latest statement was *avstyrks*, or rejected though it was *tillstyrks*;
    ``for_own_unit`` that the money goes to a unit the decision maker belongs to.
    ``is_reported`` and ``reported_on``: to be reported to the organ (anmäls), and the day it was.
    ``organ_public_id`` is the public id of the organ whose minutes it rests on, so that its decisions are read in order.
    ``year`` and ``serial`` are its place in the decisions of ``register_id``; ``delegated_by_id`` is the organ by whose
    delegation it was made, ``report_id`` the list on which that organ is told of it. ``appeal`` is how it stands in court.
    ``adjusted_on`` and ``posted_on`` are of the minutes in which a decision that stands on no list was reported by itself.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("register_id", "year", "serial"),
        CheckConstraint("delegated_by_id IS NULL OR capacity = 'delegationsbeslut'", name="delegated"),
        CheckConstraint("report_id IS NULL OR delegated_by_id IS NOT NULL", name="listed"),
        CheckConstraint(
            "(adjusted_on IS NULL AND posted_on IS NULL) OR (reported_on IS NOT NULL AND report_id IS NULL)", name="own_days"
        ),
        CheckConstraint("appeal IN ('pending', 'tried', 'annulled')", name="appeal"),
        CheckConstraint("granted >= 0", name="granted"),
        CheckConstraint("(outcome = 'rejected') = (granted = 0 AND NOT includes_unpriced)", name="outcome"),
        CheckConstraint("outcome IN ('granted', 'partly', 'rejected')", name="outcomes"),
        CheckConstraint("capacity IN ('delegationsbeslut', 'verkställighet', 'politiskt beslut')", name="capacity"),
        CheckConstraint("(capacity = 'politiskt beslut') = (minutes_id IS NOT NULL)", name="minutes"),
        CheckConstraint("outcome = 'granted' OR reason <> ''", name="reason"),
        CheckConstraint("redistribution IN ('free', 'capped', 'none')", name="redistribution"),
        CheckConstraint("(redistribution = 'capped') = (redistribution_cap IS NOT NULL)", name="redistribution_cap"),
        Index(
            "uq_decision_in_force",
            "case_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index(None, "decided_at", "id"),
        Index(None, "case_id", "id"),
        Index(None, "minutes_id", "decided_at", "id"),
        Index(None, "outcome", "decided_at", "id"),
        Index(None, "organ_public_id", "decided_at", "id"),
        Index(None, "decided_by_id", "decided_at", "id"),
        Index(None, "fund_id", "decided_at", "id"),
        _partial("ix_decision_by_persons", "minutes_id IS NULL", "decided_by_id"),
        _partial("ix_decision_acting", "acting_for_id IS NOT NULL"),
        _partial("ix_decision_against_statement", "against_statement"),
        _partial("ix_decision_for_own_unit", "for_own_unit"),
        _partial("ix_decision_without_statement", "no_statement_reason <> ''"),
        _partial("ix_decision_replacing", "replaces_id IS NOT NULL"),
        _partial("ix_decision_unreported", "is_reported AND reported_on IS NULL"),
        Index(None, "report_id", "id"),
        Index(
            "ix_decision_unlisted",
            "delegated_by_id",
            "is_reported",
            "id",
            sqlite_where=text("delegated_by_id IS NOT NULL AND report_id IS NULL AND reported_on IS NULL"),
            postgresql_where=text("delegated_by_id IS NOT NULL AND report_id IS NULL AND reported_on IS NULL"),
        ),
        _partial("ix_decision_report_by", "report_by IS NOT NULL AND replaced_at IS NULL", "report_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("request_version.id"))
    number: Mapped[str] = mapped_column()
    capacity: Mapped[str] = mapped_column()
    authority: Mapped[dict[str, Any]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column()
    includes_unpriced: Mapped[bool] = mapped_column(default=False)
    requested: Mapped[int | None] = mapped_column(BigInteger)
    granted: Mapped[int] = mapped_column(BigInteger)
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"))
    left_before: Mapped[int | None] = mapped_column(BigInteger)
    left_after: Mapped[int | None] = mapped_column(BigInteger)
    financing: Mapped[str] = mapped_column(ToldLong, default="")
    text: Mapped[str] = mapped_column(ToldLong)
    reason: Mapped[str] = mapped_column(ToldLong, default="")
    replacement_reason: Mapped[str] = mapped_column(ToldLong, default="")
    presenter: Mapped[str] = mapped_column(default="")
    redistribution: Mapped[str] = mapped_column()
    redistribution_cap: Mapped[int | None] = mapped_column(BigInteger)
    report_by: Mapped[date | None] = mapped_column()
    minutes_id: Mapped[int | None] = mapped_column(ForeignKey("minutes_entry.id"))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_on: Mapped[date] = mapped_column()
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    replaced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    log_seq: Mapped[int | None] = mapped_column()
    no_statement_reason: Mapped[str] = mapped_column(ToldLong, default="")
    against_statement: Mapped[bool] = mapped_column(default=False)
    for_own_unit: Mapped[bool] = mapped_column(default=False)
    is_reported: Mapped[bool] = mapped_column(default=False)
    reported_on: Mapped[date | None] = mapped_column()
    organ_public_id: Mapped[UUID | None] = mapped_column(Uuid)
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"))
    year: Mapped[int] = mapped_column()
    serial: Mapped[int] = mapped_column()
    delegated_by_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("delegation_report.id"))
    appeal: Mapped[str | None] = mapped_column()
    adjusted_on: Mapped[date | None] = mapped_column()
    posted_on: Mapped[date | None] = mapped_column()

    request_version: Mapped[RequestVersion] = relationship()
    fund: Mapped[Fund | None] = relationship()
    minutes: Mapped[MinutesEntry | None] = relationship()
    decided_by: Mapped[Person] = relationship(foreign_keys=[decided_by_id])
    acting_for: Mapped[Person | None] = relationship(foreign_keys=[acting_for_id])
    replaces: Mapped["Decision | None"] = relationship(remote_side=[id])
    lines: Mapped[list["DecisionLine"]] = relationship(order_by="DecisionLine.position")
    report: Mapped[DelegationReport | None] = relationship()
    appeals: Mapped[list[Appeal]] = relationship(order_by=Appeal.id)


class DecisionLine(Base):
    """One line decided: ``granted`` kronor of ``requested``; an unpriced line (both null) is ``included`` or not.

    ``budget_line_id`` is null for the single row Hela äskandet, used when no line has an amount.
    """

    __tablename__ = "decision_line"
    __table_args__ = (
        UniqueConstraint("decision_id", "position"),
        CheckConstraint("granted IS NULL OR granted >= 0", name="granted"),
        CheckConstraint("(granted IS NULL) = (included IS NOT NULL)", name="priced_or_included"),
        CheckConstraint("(granted IS NULL) = (requested IS NULL)", name="priced"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    position: Mapped[int] = mapped_column()
    budget_line_id: Mapped[int | None] = mapped_column(ForeignKey("budget_line.id"))
    label: Mapped[str] = mapped_column(Told)
    cost_type: Mapped[str] = mapped_column(default="vet inte")
    assessment: Mapped[str | None] = mapped_column()
    requested: Mapped[int | None] = mapped_column(BigInteger)
    granted: Mapped[int | None] = mapped_column(BigInteger)
    included: Mapped[bool | None] = mapped_column()
    condition: Mapped[str] = mapped_column(Told, default="")

    budget_line: Mapped[BudgetLine | None] = relationship()
