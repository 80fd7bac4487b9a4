"""The content of a case: the draft as typed, and every submitted version frozen with its SHA-256."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.funds.models import Fund
from portal.people.models import Person
from portal.register.models import Case, Organ
from portal.veil import Told, ToldLong, Veil


class FundingRequest(Base):
    """The äskande, 1–1 with its case. Amounts are kronor as in the latest submitted version; null in a first draft.

    ``draft`` holds what the author typed, unread (see ``content.Draft``), and is null when nothing is being written.
    ``granted`` and ``outcome`` mirror the decision in force, ``used`` the accepted final report, so lists need no join;
    ``needs_statement``: a line is investering, camera surveillance or *vet inte*, so finance states its opinion first.
    ``submitted_at`` mirrors the case's, so that the requests to a fund are read in their order.
    """

    __tablename__ = "funding_request"
    __table_args__ = (
        CheckConstraint("requested IS NULL OR requested > 0", name="requested"),
        CheckConstraint("granted IS NULL OR granted >= 0", name="granted"),
        CheckConstraint("(granted IS NULL) = (outcome IS NULL)", name="decided"),
        Index(None, "fund_id", "budget_year"),
        Index(None, "fund_id", "submitted_at", "case_id"),
        Index(None, "case_id", "fund_id", "requested"),  # what is asked of each fund is summed from the index alone
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"), unique=True)
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    saved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    latest_version: Mapped[int] = mapped_column(default=0)
    requested: Mapped[int | None] = mapped_column(BigInteger)
    granted: Mapped[int | None] = mapped_column(BigInteger)
    used: Mapped[int | None] = mapped_column(BigInteger)
    outcome: Mapped[str | None] = mapped_column()
    budget_year: Mapped[int | None] = mapped_column()
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"))
    organ_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"))
    referred_organ_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"))
    draft_version: Mapped[int] = mapped_column(default=0)
    needs_statement: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    case: Mapped[Case] = relationship()
    fund: Mapped[Fund | None] = relationship()
    organ: Mapped[Organ | None] = relationship(foreign_keys=[organ_id])
    referred_organ: Mapped[Organ | None] = relationship(foreign_keys=[referred_organ_id])


# What of a version's content is written freely: the rest are names of kinds, numbers and ids.
_WRITTEN = ("title", "points", "description", "sections", "financing", "basis", "attachments", "receiver")


class ToldContent(ToldLong):
    """The canonical JSON of a version, read through the veil that lies: its free texts, and what its lines are called."""

    cache_ok = True

    def veiled(self, value: str, over: Veil) -> str:
        """The same JSON with the hidden words replaced."""
        raw = json.loads(value)
        raw |= over.over_values({name: raw[name] for name in _WRITTEN if name in raw})
        raw["lines"] = [{**line, "label": over.over(line["label"])} for line in raw["lines"]]
        return json.dumps(raw, ensure_ascii=False)


class RequestVersion(Base):
    """A submitted version, never changed: ``content`` is canonical JSON text, ``sha256`` is of exactly those bytes."""

    __tablename__ = "request_version"
    __table_args__ = (UniqueConstraint("funding_request_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    funding_request_id: Mapped[int] = mapped_column(ForeignKey("funding_request.id"))
    number: Mapped[int] = mapped_column()
    content: Mapped[str] = mapped_column(ToldContent)
    sha256: Mapped[str] = mapped_column(info={"stored": False})  # of the text above, which is no stored file
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    submitted_by: Mapped[Person] = relationship()


class BudgetLine(Base):
    """A line of a submitted version. ``amount`` null means ej beloppsatt, never 0.

    ``assessment`` is set where the line is camera surveillance: how the documented assessment stands (9 §
    kamerabevakningslagen, 2018:1200): ``done``, or ``before_start``; by whom and when stand in the version's content.
    """

    __tablename__ = "budget_line"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount"),
        CheckConstraint("cost_type IN ('drift', 'investering', 'vet inte')", name="cost_type"),
        CheckConstraint("assessment IS NULL OR assessment IN ('done', 'before_start')", name="assessment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("request_version.id"))
    position: Mapped[int] = mapped_column()
    label: Mapped[str] = mapped_column(Told)
    amount: Mapped[int | None] = mapped_column(BigInteger)
    cost_type: Mapped[str] = mapped_column()
    assessment: Mapped[str | None] = mapped_column()


class CompletionRequest(Base):
    """A request for completion: the reason, when an answer is wanted, and whether it came."""

    __tablename__ = "completion_request"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    reason: Mapped[str] = mapped_column(ToldLong)
    answer_by: Mapped[date | None] = mapped_column()
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    asked_by: Mapped[Person] = relationship()
