"""Agreements with an archive, deliveries under them, and the ledger: what was sent of each case, and what was answered."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.archive.transfer.rules import WAITING
from portal.db import Base, UTCDateTime
from portal.people.models import Person
from portal.register.models import Case
from portal.veil import ToldLong

_HELD = text("state IN ('waiting', 'sent', 'received')")


class Agreement(Base):
    """An agreement with an archive (leveransöverenskommelse) by its number; what it says stands in its ``edition``s."""

    __tablename__ = "transfer_agreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    edition: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)


class Terms(Base):
    """An edition of an agreement, never changed: a new one takes over, and what was sent stays under the one it was sent by.

    ``receiver`` is the archive authority, ``receiver_code`` its organisation number. ``formats``: PUIDs of the files that are
    taken; empty: all that the portal archives. ``place``: below the folder of the installation, or on the server.
    ``host_key`` is the fingerprint of the server's key as OpenSSH writes it; ``secret`` the name of the file with the
    password or the key.
    """

    __tablename__ = "transfer_terms"
    __table_args__ = (
        UniqueConstraint("agreement_id", "edition"),
        CheckConstraint("spec IN ('2.1.0', '2.2.0')", name="spec"),
        CheckConstraint("content_type IN ('citserms_v2_1', 'ERMS')", name="content_type"),
        CheckConstraint("channel IN ('folder', 'sftp')", name="channel"),
        CheckConstraint("sign_in IN ('', 'password', 'key')", name="sign_in"),
        CheckConstraint(
            "(channel = 'sftp') = (host <> '') AND (channel = 'sftp') = (host_key <> '') "
            "AND (channel = 'sftp') = (sign_in <> '') AND (channel = 'sftp') = (port IS NOT NULL)",
            name="server",
        ),
        CheckConstraint("port BETWEEN 1 AND 65535", name="port"),
        CheckConstraint("valid_to >= valid_from", name="valid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("transfer_agreement.id"))
    edition: Mapped[int] = mapped_column()
    receiver: Mapped[str] = mapped_column()
    receiver_code: Mapped[str] = mapped_column(default="")
    reference_code: Mapped[str] = mapped_column(default="")
    spec: Mapped[str] = mapped_column(default="2.1.0")
    profile_url: Mapped[str] = mapped_column(default="")
    content_type: Mapped[str] = mapped_column(default="citserms_v2_1")
    formats: Mapped[list[str]] = mapped_column(JSON, default=list)
    channel: Mapped[str] = mapped_column(default="folder")
    place: Mapped[str] = mapped_column(default="")
    host: Mapped[str] = mapped_column(default="")
    port: Mapped[int | None] = mapped_column()
    username: Mapped[str] = mapped_column(default="")
    host_key: Mapped[str] = mapped_column(default="")
    sign_in: Mapped[str] = mapped_column(default="")
    secret: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date] = mapped_column()
    valid_to: Mapped[date | None] = mapped_column()
    set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)

    agreement: Mapped[Agreement] = relationship()
    set_by: Mapped[Person] = relationship()


class Delivery(Base):
    """A delivery: the cases archived in ``year``, or the packages in place of those refused in another delivery
    (``replaces_id``). ``terms_id`` is the edition that what is left to send goes by. It is finished when its report lies there.
    """

    __tablename__ = "transfer_delivery"
    __table_args__ = (
        UniqueConstraint("number_year", "serial"),
        Index(None, "started_at", "id"),
        Index(None, "terms_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    number_year: Mapped[int] = mapped_column()
    serial: Mapped[int] = mapped_column()
    terms_id: Mapped[int] = mapped_column(ForeignKey("transfer_terms.id"))
    year: Mapped[int] = mapped_column()
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("transfer_delivery.id"))
    started_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    terms: Mapped[Terms] = relationship()
    started_by: Mapped[Person] = relationship()
    replaces: Mapped["Delivery | None"] = relationship(remote_side=[id])


class SentPackage(Base):
    """The package of a case in a delivery: waiting → sent → received or refused; failed where it could not be made right.

    ``name`` and ``sha256`` are noted before the package leaves, so that after an interruption it is known again.
    ``replaces_id`` is the refused package that this one is in place of; ``edition`` counts them from 1. ``checks`` is what the
    check came to, ``problem`` why it failed, ``receipt`` the receiver's id, ``answered_on`` their day.
    """

    __tablename__ = "transfer_package"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'received', 'refused', 'failed')", name="state"),
        CheckConstraint("(sha256 IS NULL) = (name IS NULL) AND (sha256 IS NULL) = (size IS NULL)", name="made"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint(
            "(state IN ('sent', 'received', 'refused')) = (sent_at IS NOT NULL) AND (sent_at IS NULL OR sha256 IS NOT NULL)",
            name="sent",
        ),
        CheckConstraint(
            "(state IN ('received', 'refused')) = (answered_at IS NOT NULL) "
            "AND (answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (answered_on IS NULL)",
            name="answered",
        ),
        CheckConstraint("(state = 'received') = (receipt <> '')", name="receipt"),
        CheckConstraint("(state = 'refused') = (reason <> '')", name="reason"),
        CheckConstraint("(state = 'failed') = (problem <> '')", name="problem"),
        CheckConstraint("(replaces_id IS NULL) = (edition = 1)", name="edition"),
        Index("uq_transfer_package_held", "case_id", unique=True, sqlite_where=_HELD, postgresql_where=_HELD),
        Index(None, "case_id", "id"),
        Index(None, "delivery_id", "id"),
        Index(None, "delivery_id", "state", "id"),
        Index(None, "delivery_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("transfer_delivery.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("transfer_package.id"), unique=True)
    edition: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default=WAITING)
    name: Mapped[str | None] = mapped_column()
    sha256: Mapped[str | None] = mapped_column(info={"stored": False})  # of the package, which is not kept
    size: Mapped[int | None] = mapped_column()
    files: Mapped[int | None] = mapped_column()
    checks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    problem: Mapped[str] = mapped_column(ToldLong, default="")
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("transfer_terms.id"))
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    receipt: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(ToldLong, default="")
    answered_on: Mapped[date | None] = mapped_column()
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    delivery: Mapped[Delivery] = relationship()
    case: Mapped[Case] = relationship()
    replaces: Mapped["SentPackage | None"] = relationship(remote_side=[id])


class DeliveryFile(Base):
    """A file of the report that went along with a delivery, as it went."""

    __tablename__ = "transfer_report"
    __table_args__ = (
        UniqueConstraint("delivery_id", "name"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("transfer_delivery.id"))
    name: Mapped[str] = mapped_column()
    mime: Mapped[str] = mapped_column()
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column()
