"""Persons, units, roles held from–to, substitutes, sessions, one-time links and the results of sent forms."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.people.permissions import Role


class Unit(Base):
    """A department (förvaltning) or a unit (enhet) below one. ``asks_manager``: its requests go by the nearest manager."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    email: Mapped[str | None] = mapped_column()
    asks_manager: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)


class Person(Base):
    """Someone who can sign in. ``title`` is printed beside the name, in decisions too."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column()
    title: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None] = mapped_column()
    phone: Mapped[str | None] = mapped_column()
    password_hash: Mapped[str | None] = mapped_column()
    must_change_password: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)


class RoleHolding(Base):
    """A role held by a person in a unit; both dates are Swedish civil dates and included."""

    __tablename__ = "role_holding"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("role IN (" + ", ".join(f"'{r.value}'" for r in Role) + ")", name="role"),
        Index(None, "person_id", "valid_from"),
        Index(None, "role", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column()
    valid_from: Mapped[date] = mapped_column()
    valid_to: Mapped[date | None] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()


class Substitution(Base):
    """``substitute`` acts for ``person`` (tf) between two civil dates, both included, on a stated ground.

    The ground is a clause of the delegation order (``ground`` says which) or an appointment (förordnande): its number,
    date and by whom. A row is never taken away: one that ends early keeps when and by whom it was ended.
    """

    __tablename__ = "substitution"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="period"),
        CheckConstraint("person_id <> substitute_id", name="two_persons"),
        CheckConstraint("ground_kind IN ('clause', 'appointment')", name="ground_kind"),
        CheckConstraint(
            "ground_kind = 'clause' OR (ground_number <> '' AND ground_date IS NOT NULL AND appointed_by <> '')",
            name="appointment",
        ),
        Index(None, "substitute_id", "valid_from"),
        Index(None, "person_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    substitute_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ground: Mapped[str] = mapped_column()
    ground_kind: Mapped[str] = mapped_column(default="clause")
    ground_number: Mapped[str] = mapped_column(default="")
    ground_date: Mapped[date | None] = mapped_column()
    appointed_by: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date] = mapped_column()
    valid_to: Mapped[date] = mapped_column()
    appointed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    appointed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    substitute: Mapped[Person] = relationship(foreign_keys=[substitute_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])


class Absence(Base):
    """Someone's own absence between two civil dates, both included: it moves notices and shows who stands in, and gives
    nobody any right."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="period"),
        CheckConstraint("stands_in_id IS NULL OR stands_in_id <> person_id", name="two_persons"),
        Index(None, "person_id", "valid_from", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stands_in_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    valid_from: Mapped[date] = mapped_column()
    valid_to: Mapped[date] = mapped_column()
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    stands_in: Mapped[Person | None] = relationship(foreign_keys=[stands_in_id])


class UserSession(Base):
    """A server-side session: the cookie holds a random token, the table its SHA-256."""

    __tablename__ = "user_session"
    __table_args__ = (Index(None, "person_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    client: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship()


class SignInAttempt(Base):
    """One failed sign-in, counted per name and per address; successes clear the name's."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "username", "at"), Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column()
    address: Mapped[str] = mapped_column()
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class OneTimeLink(Base):
    """A link with which a person sets a password; the table holds the token's SHA-256, valid 15 minutes, once."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()


class FormResult(Base):
    """Where the first sending of a form led: a repeat with the same key is answered with this and does nothing."""

    __tablename__ = "form_result"
    __table_args__ = (UniqueConstraint("key", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(Uuid)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    location: Mapped[str] = mapped_column()
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Installation(Base):
    """The one row that says what this database is; a demo can never become a real installation, or the reverse."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    is_demo: Mapped[bool] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Recipient(Base):
    """Someone in the directory of recipients: a person, a unit's function mailbox, a role, or someone outside.

    Found by ``known_by`` (the name in lower case, white space tidied) among the rows valid on the day; both dates are
    Swedish civil dates and included. ``every_decision``: gets a copy of every decision. ``masked``: of a secret case gets
    the masked copy. A row is never taken away: another address is another row from another day.
    """

    __tablename__ = "recipient"
    __table_args__ = (
        UniqueConstraint("known_by", "valid_from"),
        CheckConstraint("kind IN ('person', 'unit', 'role', 'external')", name="kind"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("unit_id IS NULL OR kind = 'unit'", name="unit"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        Index(None, "known_by", "id"),
        Index("ix_recipient_always", "id", sqlite_where=text("every_decision"), postgresql_where=text("every_decision")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    name: Mapped[str] = mapped_column()
    known_by: Mapped[str] = mapped_column()
    kind: Mapped[str] = mapped_column()
    email: Mapped[str | None] = mapped_column()
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    is_external: Mapped[bool] = mapped_column(default=False)
    every_decision: Mapped[bool] = mapped_column(default=False)
    masked: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date] = mapped_column()
    valid_to: Mapped[date | None] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)
