"""Facts of closing and archiving."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.people.models import Person


class Closing(Base):
    """A case was closed: by whom, with what reason where the rules ask for one, and whether it was reopened."""

    __tablename__ = "closing"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reopened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    closed_by: Mapped[Person] = relationship(foreign_keys=[closed_by_id])


class Archiving(Base):
    """A case was archived, alone or in a batch of several (same ``batch``)."""

    __tablename__ = "archiving"
    __table_args__ = (Index("ix_archiving_archived_at", "archived_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"), unique=True)
    batch: Mapped[UUID] = mapped_column(Uuid, default=uuid4, index=True)
    archived_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    archived_at: Mapped[datetime] = mapped_column(UTCDateTime)

    archived_by: Mapped[Person] = relationship()
