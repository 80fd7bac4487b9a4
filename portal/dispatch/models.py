"""Copies sent out, who opened them, and every mail that left (or, in a demo, stayed in the outbox page)."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.decisions.models import Decision
from portal.people.models import Person, Unit
from portal.veil import Told, ToldLong

_AWAITED = text("kind = 'action' AND acknowledged_at IS NULL AND reminded_at IS NULL")


class Copy(Base):
    """A copy of a decision to one recipient: a unit's inbox, an e-mail address, or both.

    ``kind`` is why the recipient gets it; only an ``action`` copy may be acknowledged.
    ``state``: waiting → sent (it lies in the inbox, or the mail server has taken it) → delivered (the recipient's server
    says so, or someone handed it over), or failed with ``failure`` (a sentence, or ``rules.HELD``) until sent again. Unique
    per decision and recipient, so a copy is queued once. ``message_id`` is fixed when the copy is queued: a mail that goes
    twice is recognised as one. ``document_sha256`` is of the PDF that was sent. ``masked``: of a secret case this recipient
    gets the masked copy of the decision, where the registrar has made one.
    """

    __tablename__ = "dispatch_copy"
    __table_args__ = (
        UniqueConstraint("decision_id", "recipient"),
        CheckConstraint("kind IN ('copy', 'information', 'action')", name="kind"),
        CheckConstraint("state IN ('waiting', 'sent', 'delivered', 'failed')", name="state"),
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)", name="acknowledged"),
        CheckConstraint("(opened_at IS NULL) = (opened_by_id IS NULL)", name="opened"),
        CheckConstraint("state <> 'failed' OR failure <> ''", name="failure"),
        CheckConstraint("(state = 'delivered') = (delivered_at IS NOT NULL)", name="delivered"),
        CheckConstraint("document_sha256 IS NULL OR length(document_sha256) = 64", name="document_sha256"),
        Index(None, "unit_id", "sent_at", "id"),
        Index(None, "case_id", "id"),
        Index(None, "state", "id"),
        Index("ix_dispatch_copy_awaited", "id", sqlite_where=_AWAITED, postgresql_where=_AWAITED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    recipient: Mapped[str] = mapped_column()
    kind: Mapped[str] = mapped_column()
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    email: Mapped[str | None] = mapped_column()
    state: Mapped[str] = mapped_column(default="waiting")
    failure: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str] = mapped_column(unique=True)
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    masked: Mapped[bool] = mapped_column(default=False)
    document_sha256: Mapped[str | None] = mapped_column(info={"stored": False})  # the document names the file
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    delivered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    delivery_note: Mapped[str] = mapped_column(Told, default="")
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    decision: Mapped[Decision] = relationship()
    unit: Mapped[Unit | None] = relationship()
    opened_by: Mapped[Person | None] = relationship(foreign_keys=[opened_by_id])
    acknowledged_by: Mapped[Person | None] = relationship(foreign_keys=[acknowledged_by_id])


class DeliveryReport(Base):
    """What came back by mail about a copy (RFC 3464): ``outcome`` as the recipient's server says, ``said`` in its words.

    ``digest`` is the SHA-256 of the mail, so that it counts once however often it is read; ``copy_id`` is null where the
    mail it is about is no copy (a notice), or is not known.
    """

    __tablename__ = "delivery_report"
    __table_args__ = (
        CheckConstraint("length(digest) = 64", name="digest"),
        CheckConstraint("outcome IN ('delivered', 'delayed', 'failed', 'relayed')", name="outcome"),
        Index(None, "copy_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    digest: Mapped[str] = mapped_column(unique=True)
    copy_id: Mapped[int | None] = mapped_column(ForeignKey("dispatch_copy.id"))
    outcome: Mapped[str] = mapped_column()
    recipient: Mapped[str] = mapped_column()
    status: Mapped[str] = mapped_column()
    said: Mapped[str] = mapped_column(ToldLong)
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Mail(Base):
    """A mail that was handed to the mail server, or shown on the outbox page of a demo. One row per Message-ID."""

    __tablename__ = "mail"
    __table_args__ = (Index(None, "sent_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    to: Mapped[str] = mapped_column()
    subject: Mapped[str] = mapped_column()
    body: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[str]] = mapped_column(JSON, default=list)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
