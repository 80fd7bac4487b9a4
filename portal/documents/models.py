"""The documents of a case: what was uploaded, read in or made, by content and version. Never changed once written."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.people.models import Person


class Document(Base):
    """A file of a case; its bytes stand under ``sha256`` in the store. ``created_by`` is null when the worker made it.

    ``kind``: source (read in), attachment, submission, decision. ``version`` counts within (case, kind).
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "version"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    kind: Mapped[str] = mapped_column()
    title: Mapped[str] = mapped_column()
    filename: Mapped[str] = mapped_column()
    mime: Mapped[str] = mapped_column()
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column()
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    created_by: Mapped[Person | None] = relationship()
