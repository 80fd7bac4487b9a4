"""What each person has been told, and how each wants to be told of what."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UTCDateTime

_UNREAD = text("read_at IS NULL")
_IN_DIGEST = text("mail = 'daily' AND mailed_at IS NULL AND read_at IS NULL")


class Notice(Base):
    """One person told of one event in a case, once: ``key`` names the event.

    ``mail`` is how the person wanted it when it came; ``copy`` is the public id of the copy it is about, where it is read
    there and not in the case. A draft that is thrown away takes its notices with it.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        CheckConstraint("mail IN ('now', 'daily', 'none')", name="mail"),
        CheckConstraint("mailed_at IS NULL OR mail = 'daily'", name="mailed"),
        Index(None, "person_id", "at", "id"),
        Index("ix_notice_unread", "person_id", "case_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index("ix_notice_in_digest", "person_id", "id", sqlite_where=_IN_DIGEST, postgresql_where=_IN_DIGEST),
        Index(None, "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column()
    key: Mapped[str] = mapped_column()
    copy: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    mail: Mapped[str] = mapped_column()
    mailed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class NoticeChoice(Base):
    """How a person wants to be told of a kind by mail; no row: at once."""

    __tablename__ = "notice_choice"
    __table_args__ = (
        UniqueConstraint("person_id", "kind"),
        CheckConstraint("how IN ('now', 'daily', 'none')", name="how"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column()
    how: Mapped[str] = mapped_column()
