"""Facts of closing and archiving."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.people.models import Person
from portal.veil import ToldLong


class Closing(Base):
    """A case was closed: by whom, with what reason where the rules ask for one, and whether it was reopened."""

    __tablename__ = "closing"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    reason: Mapped[str] = mapped_column(ToldLong, default="")
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


class Cleaning(Base):
    """What the registrar chose for a piece of working material before the case was closed: kept with the case, or cleaned out.

    ``object_id`` is the public id of what it was (a file, a comment, a message; of a draft the case's), ``sha256`` of its
    bytes or text: a draft written on since is another piece. Of what was cleaned out nothing else is left.
    """

    __tablename__ = "cleaning"
    __table_args__ = (
        CheckConstraint("kind IN ('draft', 'attachment', 'source', 'comment', 'message')", name="kind"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        UniqueConstraint("case_id", "object_id", "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    kind: Mapped[str] = mapped_column()
    object_id: Mapped[UUID] = mapped_column(Uuid)
    sha256: Mapped[str] = mapped_column(info={"stored": False})  # what it names may be gone
    is_kept: Mapped[bool] = mapped_column()
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
