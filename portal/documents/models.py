"""A stored document: a row that names a file by its SHA-256. Rows are added, never changed.

Beside them what is known of the files themselves, whichever rows name them: the scanner's verdict, and damage.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.people.models import Person
from portal.veil import Told


class File(NamedTuple):
    """A stored file: the name it has in the store, and its size in bytes."""

    sha256: str
    size: int


class Document(Base):
    """One file of a case. ``kind`` (decision, submission, attachment, read_in …) and ``version`` name it within the case.

    ``source_id`` is the public id of what the document was made from (a decision, a submitted version), null for a
    file that someone handed in; then ``source_note`` says where it came from. ``created_by_id`` null is the system.

    An attachment is a ``series`` of editions: handed in again under the same name it is the next ``edition``, and the
    earlier ones stay. Both are null for what is not an attachment. ``cautions`` names what a reader should know of before
    opening the file (``uploads.CAUTIONS``), separated by spaces.

    ``sha256`` and ``size`` are those of the file as it was first made. A sealed document grows with the years; whoever hands
    out or shows the document takes ``file``. ``original_id`` is the document that a masked copy was made of.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "version", name="uq_document_case_id_kind_version"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        UniqueConstraint("series", "edition", name="uq_document_series_edition"),
        CheckConstraint("(series IS NULL) = (edition IS NULL)", name="series"),
        CheckConstraint("edition IS NULL OR edition > 0", name="edition"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    kind: Mapped[str] = mapped_column()
    version: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(Told)
    filename: Mapped[str] = mapped_column(Told)
    mime: Mapped[str] = mapped_column()
    size: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(index=True)
    source_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    source_note: Mapped[str] = mapped_column(Told, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    series: Mapped[UUID | None] = mapped_column(Uuid)
    edition: Mapped[int | None] = mapped_column()
    cautions: Mapped[str] = mapped_column(default="")
    original_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)

    created_by: Mapped[Person | None] = relationship()
    scan: Mapped["FileScan | None"] = relationship(
        primaryjoin="foreign(Document.sha256) == FileScan.sha256", viewonly=True, uselist=False
    )
    sealed: Mapped["SealedFile | None"] = relationship(viewonly=True, uselist=False, lazy="joined")

    @property
    def file(self) -> File:
        """The document's file as it is now."""
        return File(self.sealed.sha256, self.sealed.size) if self.sealed else File(self.sha256, self.size)

    @property
    def handed_in(self) -> bool:
        """Whether someone handed the file in; else the portal made it, and no scanner looks at it."""
        return self.source_id is None and self.created_by_id is not None


class SealedFile(Base):
    """The file of a sealed document as it is now: the seal's level, and by when time-stamps must be renewed.

    A renewed file begins with the bytes it had before, so that of those between the first and the newest none is kept.
    ``certificate`` is the SHA-256 of the certificate that sealed it. Without time-stamps (B-B) there is nothing to renew.
    """

    __tablename__ = "sealed_file"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("length(certificate) = 64", name="certificate"),
        CheckConstraint("level IN ('B-B', 'B-LTA')", name="level"),
        CheckConstraint("(level = 'B-LTA') = (renew_by IS NOT NULL)", name="renew_by"),
        Index(
            "ix_sealed_file_waiting",
            "document_id",
            sqlite_where=text("level = 'B-B'"),
            postgresql_where=text("level = 'B-B'"),
        ),
    )

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column()
    level: Mapped[str] = mapped_column()
    certificate: Mapped[str] = mapped_column()
    sealed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    renew_by: Mapped[date | None] = mapped_column(index=True)


class FileScan(Base):
    """What the scanner last said of a stored file. ``scanner`` is its name with the version of its signatures."""

    __tablename__ = "file_scan"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("verdict IN ('clean', 'quarantined')", name="verdict"),
        CheckConstraint("(verdict = 'quarantined') = (signature <> '')", name="signature"),
        Index("ix_file_scan_scanned_at_sha256", "scanned_at", "sha256"),
        Index(
            "ix_file_scan_quarantined",
            "sha256",
            sqlite_where=text("verdict = 'quarantined'"),
            postgresql_where=text("verdict = 'quarantined'"),
        ),
    )

    sha256: Mapped[str] = mapped_column(primary_key=True, info={"stored": False})  # the file is named by other rows
    verdict: Mapped[str] = mapped_column()
    signature: Mapped[str] = mapped_column(default="")
    scanned_at: Mapped[datetime] = mapped_column(UTCDateTime)
    scanner: Mapped[str] = mapped_column()


class FileDamage(Base):
    """A stored file that is missing, or no longer holds what its name says; gone from here when it reads well again."""

    __tablename__ = "file_damage"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"),)

    sha256: Mapped[str] = mapped_column(primary_key=True, info={"stored": False})
    found_at: Mapped[datetime] = mapped_column(UTCDateTime)


class FileScrub(Base):
    """One reading of every stored file that a row names. ``reached`` is the last one read, so that it goes on from there."""

    __tablename__ = "file_scrub"
    __table_args__ = (
        CheckConstraint("files >= 0 AND damaged >= 0 AND damaged <= files", name="counts"),
        Index("ix_file_scrub_done_at", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(unique=True)
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reached: Mapped[str] = mapped_column(default="")
    files: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
