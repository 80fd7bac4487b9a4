"""A stored document: a row that names a file by its SHA-256. Rows are added, never changed."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.people.models import Person


class Document(Base):
    """One file of a case. ``kind`` (decision, submission, attachment, read_in …) and ``version`` name it within the case.

    ``source_id`` is the public id of what the document was made from (a decision, a submitted version), null for a
    file that someone handed in; then ``source_note`` says where it came from. ``created_by_id`` null is the system.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "version", name="uq_document_case_id_kind_version"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    kind: Mapped[str] = mapped_column()
    version: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column()
    filename: Mapped[str] = mapped_column()
    mime: Mapped[str] = mapped_column()
    size: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(index=True)
    source_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    source_note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    created_by: Mapped[Person | None] = relationship()
