"""Tables of the log: entries, their bodies, the head of the tree, signed checkpoints and the results of checks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UTCDateTime
from portal.log import guards

READ_SECRET = "register.read_secret"
_READ = text(f"action = '{READ_SECRET}'")


class LogEntry(Base):
    """One entry, version 1. Every field of the hashed header has a column, so the leaf can be computed anew."""

    __tablename__ = "log_entry"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq_positive"),
        CheckConstraint("length(body_commit) = 64", name="body_commit_length"),
        CheckConstraint("length(leaf) = 32", name="leaf_length"),
        Index("ix_log_entry_case_id_seq", "case_id", "seq"),
        Index("ix_log_entry_object_id_seq", "object_id", "seq"),
        *(
            Index(name, *columns, sqlite_where=_READ, postgresql_where=_READ)
            for name, columns in (
                ("ix_log_entry_secret", ("at", "seq")),
                ("ix_log_entry_secret_actor", ("actor", "at", "seq")),
                ("ix_log_entry_secret_case", ("case_id", "at", "seq")),
            )
        ),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[UUID | None] = mapped_column(Uuid)
    acting_for: Mapped[UUID | None] = mapped_column(Uuid)
    role: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    object_kind: Mapped[str] = mapped_column(String(64))
    object_id: Mapped[UUID] = mapped_column(Uuid)
    case_id: Mapped[UUID | None] = mapped_column(Uuid)
    body_commit: Mapped[str] = mapped_column(String(64))
    leaf: Mapped[bytes] = mapped_column(LargeBinary)


class LogBody(Base):
    """Names and wording of an entry as they were: canonical JSON as text, exactly as it was hashed."""

    __tablename__ = "log_body"
    __table_args__ = (CheckConstraint("length(salt) = 32", name="salt_length"),)

    seq: Mapped[int] = mapped_column(ForeignKey("log_entry.seq"), primary_key=True, autoincrement=False)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    json: Mapped[str] = mapped_column(Text)


class LogHead(Base):
    """The tree as it stands, in one row; updated in the transaction of every entry, and so what orders them."""

    __tablename__ = "log_head"
    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint("size >= 0", name="size_not_negative"),
        CheckConstraint("length(root) = 32", name="root_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    root: Mapped[bytes] = mapped_column(LargeBinary)


class Checkpoint(Base):
    """A signed tree head (C2SP tlog-checkpoint). The frontier lets a check name the part of the tree that differs."""

    __tablename__ = "log_checkpoint"
    __table_args__ = (
        CheckConstraint("size >= 1", name="size_positive"),
        CheckConstraint("length(root) = 32", name="root_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(unique=True)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LogCheck(Base):
    """The result of one check of the whole log, so that pages can tell it without checking themselves."""

    __tablename__ = "log_check"
    __table_args__ = (CheckConstraint("ok OR reason <> ''", name="failure_has_reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    size: Mapped[int] = mapped_column(BigInteger)
    ok: Mapped[bool]
    first_bad_seq: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)


guards.attach(*(Base.metadata.tables[name] for name in guards.TABLES))
