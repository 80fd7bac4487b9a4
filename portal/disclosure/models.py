"""A request for public records, the documents it came to, and the written decision where something was kept back."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.documents.models import Document
from portal.people.models import Person
from portal.register.document_models import RegisteredDocument
from portal.register.models import Case


class DisclosureRequest(Base):
    """What someone asked for. ``asker`` is empty for who would not say: nobody need, nor why (2 kap. 18 § TF).

    ``received_on`` is the Swedish day it came; ``fee`` whole kronor for ``pages`` on paper. ``outcome`` is null until closed.
    """

    __tablename__ = "disclosure_request"
    __table_args__ = (
        UniqueConstraint("year", "serial"),
        CheckConstraint("channel IN ('email', 'letter', 'phone', 'visit', 'other')", name="channel"),
        CheckConstraint("way IN ('email', 'post', 'visit')", name="way"),
        CheckConstraint(
            "(handed_out_on IS NULL) = (way IS NULL) AND (handed_out_on IS NULL) = (pages IS NULL) "
            "AND (handed_out_on IS NULL) = (fee IS NULL)",
            name="handed_out",
        ),
        CheckConstraint("pages >= 0 AND fee >= 0", name="fee"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (closed_by_id IS NULL) "
            "AND (closed_at IS NULL) = (outcome IS NULL)",
            name="closed",
        ),
        CheckConstraint("outcome IN ('given', 'partly', 'refused', 'none_found', 'withdrawn', 'informed')", name="outcome"),
        CheckConstraint("wanted <> ''", name="wanted"),
        Index(None, "state", "registered_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    year: Mapped[int] = mapped_column()
    serial: Mapped[int] = mapped_column()
    received_on: Mapped[date] = mapped_column()
    channel: Mapped[str] = mapped_column()
    asker: Mapped[str] = mapped_column(default="")
    wanted: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="open")
    handed_out_on: Mapped[date | None] = mapped_column()
    way: Mapped[str | None] = mapped_column()
    pages: Mapped[int | None] = mapped_column()
    fee: Mapped[int | None] = mapped_column()
    outcome: Mapped[str | None] = mapped_column()
    note: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    registered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    registered_by: Mapped[Person] = relationship(foreign_keys=[registered_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])


class DisclosureDecision(Base):
    """A written decision not to hand out, wholly or in part (6 kap. 3 and 6 §§ OSL); one per request.

    ``data`` is what its document is set from, frozen; ``sha256`` and ``size`` are null until the worker has made it.
    """

    __tablename__ = "disclosure_decision"
    __table_args__ = (
        UniqueConstraint("year", "serial"),
        CheckConstraint("(sha256 IS NULL) = (size IS NULL)", name="made"),
        CheckConstraint("sha256 IS NULL OR length(sha256) = 64", name="sha256"),
        CheckConstraint("size > 0", name="size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("disclosure_request.id"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    year: Mapped[int] = mapped_column()
    serial: Mapped[int] = mapped_column()
    clause: Mapped[str] = mapped_column()
    reasons: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sha256: Mapped[str | None] = mapped_column(index=True)
    size: Mapped[int | None] = mapped_column()

    decided_by: Mapped[Person] = relationship(foreign_keys=[decided_by_id])


class DisclosureItem(Base):
    """A document of the request: a registered one, a stored file of a case, or both. ``masked_id`` is the copy that leaves in
    its place. ``assessment`` null is not yet assessed; a secrecy mark is no assessment (5 kap. 5 § OSL)."""

    __tablename__ = "disclosure_item"
    __table_args__ = (
        UniqueConstraint("request_id", "registered_id"),
        UniqueConstraint("request_id", "document_id"),
        CheckConstraint("registered_id IS NOT NULL OR document_id IS NOT NULL", name="document"),
        CheckConstraint("assessment IN ('given', 'masked', 'withheld', 'not_public')", name="assessment"),
        CheckConstraint(
            "(assessment IS NULL) = (assessed_at IS NULL) AND (assessed_at IS NULL) = (assessed_by_id IS NULL)", name="assessed"
        ),
        CheckConstraint("assessment NOT IN ('masked', 'withheld') OR provision <> ''", name="provision"),
        CheckConstraint("masked_id IS NULL OR assessment = 'masked'", name="masked"),
        Index(None, "request_id", "id"),
        Index(None, "case_id"),
        Index(None, "registered_id"),
        Index(None, "document_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("disclosure_request.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    registered_id: Mapped[int | None] = mapped_column(ForeignKey("registered_document.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    assessment: Mapped[str | None] = mapped_column()
    provision: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    masked_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("disclosure_decision.id"))
    assessed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    assessed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    case: Mapped[Case] = relationship()
    registered: Mapped[RegisteredDocument | None] = relationship()
    document: Mapped[Document | None] = relationship(foreign_keys=[document_id])
    masked: Mapped[Document | None] = relationship(foreign_keys=[masked_id])
    assessed_by: Mapped[Person | None] = relationship(foreign_keys=[assessed_by_id])
