"""The retention plan (informationshanteringsplan): its editions, their classes, and the class that a case is registered under.

An edition is never changed: a new one takes over on its first day, and a case stays under the class of the edition it was
registered under (3 and 6 §§ arkivlagen).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Table, UniqueConstraint, Uuid, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.veil import ToldLong


class Disposal(StrEnum):
    """What becomes of the files of a class: kept for ever, disposed of after some years, or when they have lost their use."""

    KEEP = "keep"
    DISPOSE = "dispose"
    WHEN_USELESS = "when_useless"


class CountedFrom(StrEnum):
    """The day the years are counted from."""

    DECIDED = "decided"
    CLOSED = "closed"


class RetentionPlan(Base):
    """An edition of the plan: the classification scheme it follows, and the first civil day it holds."""

    __tablename__ = "retention_plan"
    __table_args__ = (UniqueConstraint("scheme", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    scheme: Mapped[str] = mapped_column()
    edition: Mapped[str] = mapped_column()
    valid_from: Mapped[date] = mapped_column(unique=True)


class RetentionClass(Base):
    """A class of an edition: code, name, the code of the class above, the process, and what becomes of its cases.

    ``years`` are full years from ``counted_from``, only where the class is disposed of. ``case_type`` names the type of case
    that is registered under it.
    """

    __tablename__ = "retention_class"
    __table_args__ = (
        CheckConstraint("disposal IN ('keep', 'dispose', 'when_useless')", name="disposal"),
        CheckConstraint("counted_from IN ('decided', 'closed')", name="counted_from"),
        CheckConstraint("(disposal = 'dispose') = (years IS NOT NULL)", name="years"),
        CheckConstraint("(years IS NULL) = (counted_from IS NULL)", name="counted"),
        CheckConstraint("years BETWEEN 1 AND 200", name="full_years"),
        UniqueConstraint("plan_id", "code"),
        UniqueConstraint("plan_id", "case_type"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("retention_plan.id"))
    code: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()
    parent: Mapped[str] = mapped_column(default="")
    process: Mapped[str] = mapped_column(default="")
    disposal: Mapped[str] = mapped_column(default=Disposal.KEEP.value)
    years: Mapped[int | None] = mapped_column()
    counted_from: Mapped[str | None] = mapped_column()
    case_type: Mapped[str | None] = mapped_column()

    plan: Mapped[RetentionPlan] = relationship()


class CaseClass(Base):
    """The class of a case; ``set_by_id`` and ``reason`` only where a person has changed it."""

    __tablename__ = "case_class"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"), unique=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("retention_class.id"), index=True)
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(ToldLong, default="")
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)

    retention_class: Mapped[RetentionClass] = relationship()


REQUEST = "funding_request"
FIRST_PLAN = {"scheme": "Grundplan", "edition": "1", "valid_from": date(1991, 7, 1)}
"""The edition that every installation begins with, from the day that arkivlagen came into force: everything is kept."""

FIRST_CLASSES: tuple[dict[str, str | None], ...] = (
    {"code": "2", "name": "Stödjande verksamhet", "parent": "", "process": "", "case_type": None},
    {"code": "2.1", "name": "Äskanden och tilldelning av medel", "parent": "2",
     "process": "Pröva äskanden om medel", "case_type": REQUEST},
)  # fmt: skip


@event.listens_for(RetentionPlan.__table__, "after_create")
def _fill_plan(target: Table, connection: Connection, **_options: Any) -> None:
    connection.execute(target.insert().values(public_id=uuid4(), **FIRST_PLAN))


@event.listens_for(RetentionClass.__table__, "after_create")
def _fill_classes(target: Table, connection: Connection, **_options: Any) -> None:
    plan = connection.scalar(select(RetentionPlan.id))
    connection.execute(target.insert(), [{**row, "plan_id": plan, "disposal": Disposal.KEEP.value} for row in FIRST_CLASSES])
