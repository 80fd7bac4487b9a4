"""What is said on a case, and who is mentioned. Working material: it can be removed when the case is cleaned."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UTCDateTime
from portal.veil import Told

LONGEST = 5_000
"""Characters of a message."""


class Message(Base):
    """One message. ``audience`` is a circle; an answer names its question while that stands, and has the same circle.

    ``mentioned`` holds the titles or names of those mentioned as they were when it was written.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("kind IN ('question', 'answer', 'comment')", name="kind"),
        CheckConstraint("audience IN ('all', 'handlers', 'unit', 'registrar')", name="audience"),
        CheckConstraint("kind = 'answer' OR answer_to_id IS NULL", name="answer"),
        CheckConstraint(f"length(text) BETWEEN 1 AND {LONGEST}", name="text"),
        Index(None, "case_id", "at", "id"),
        Index(None, "answer_to_id"),
        Index(None, "by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str] = mapped_column()
    answer_to_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    audience: Mapped[str] = mapped_column()
    text: Mapped[str] = mapped_column(Told)
    mentioned: Mapped[str] = mapped_column(default="")


class Mention(Base):
    """A person mentioned in a message, who reads it whatever its circle."""

    __tablename__ = "mention"
    __table_args__ = (UniqueConstraint("message_id", "person_id"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
