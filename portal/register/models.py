"""The case and everything that hangs on it without knowing money or decisions."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, Uuid, case, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.people.models import Person, Unit
from portal.register import allowed
from portal.register.numbers import CASE_PATTERN, DECISION_PATTERN
from portal.veil import Told


class Part(StrEnum):
    """In what part a person has acted on a case; rule 1 keeps the first three apart."""

    REQUESTER = "requester"
    DECISION_MAKER = "decision_maker"
    RECORDER = "recorder"
    STATEMENT = "statement"
    MINUTES = "minutes"


class Organ(Base):
    """A body that decides (kommunstyrelsen). ``name`` begins with a capital, ``in_text`` is how it reads in a sentence.

    ``statement_days``, ``decision_days``, ``dispatch_days``: working days allowed in what it decides; null: as the money.
    """

    __tablename__ = "organ"
    __table_args__ = (CheckConstraint(allowed.CHECK, name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    in_text: Mapped[str] = mapped_column()
    statement_days: Mapped[int | None] = mapped_column()
    decision_days: Mapped[int | None] = mapped_column()
    dispatch_days: Mapped[int | None] = mapped_column()
    ended_on: Mapped[date | None] = mapped_column()


class Register(Base):
    """A diary (diarium) of an organ with its own number series per year; ``prefix`` stands in the number (KS 2026/0001).

    The patterns say how the next numbers are put together (``register.numbers``). ``is_elsewhere``: the diary is kept in
    another system, and its cases have a working number here until the registrar has entered theirs.
    """

    __tablename__ = "register"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    prefix: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column()
    organ_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"))
    pattern: Mapped[str] = mapped_column(default=CASE_PATTERN)
    decision_pattern: Mapped[str] = mapped_column(default=DECISION_PATTERN)
    is_elsewhere: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)

    organ: Mapped[Organ | None] = relationship()


class RegisterUnit(Base):
    """The register that a unit's new cases go to; a unit without one has the first register in use."""

    __tablename__ = "register_unit"
    __table_args__ = (UniqueConstraint("unit_id"), Index(None, "register_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))


class NumberSeries(Base):
    """The last number given in a series: ``case`` or ``decision``, per register and Swedish year; no gaps, no doubles.

    ``working`` is the one series of the cases whose register is kept elsewhere; it hangs on the first register.
    """

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("register_id", "kind", "year"), CheckConstraint("last >= 0", name="last"))

    id: Mapped[int] = mapped_column(primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"))
    kind: Mapped[str] = mapped_column()
    year: Mapped[int] = mapped_column()
    last: Mapped[int] = mapped_column(default=0)


class Case(Base):
    """The case: made with the draft, numbered at the first submit, absent from the register until then.

    ``status`` is the first column of the lifecycle table; ``turn`` is the permission of whoever acts next, kept
    beside it so that work lists and secrecy need no knowledge of the road. ``external_number`` is a number the
    registrar enters when the case also stands in another register; ``kept_elsewhere``: that one is its diarienummer, and
    ``number`` a working number. ``is_secret`` and ``is_partly_secret`` mirror the
    marks that stand on the whole case, and on lines and documents of it. ``checked_at`` mirrors the fact that the registration
    was checked, so that an index holds those that wait for it.
    """

    __tablename__ = "register_case"
    __table_args__ = (
        UniqueConstraint("register_id", "year", "serial", "kept_elsewhere"),
        CheckConstraint("(number IS NULL) = (year IS NULL) AND (number IS NULL) = (serial IS NULL)", name="numbered"),
        CheckConstraint("(number IS NULL) = (submitted_at IS NULL)", name="numbered_when_submitted"),
        CheckConstraint("number IS NOT NULL OR status IN ('draft', 'with_manager')", name="draft_without_number"),
        Index(None, "turn", "status_since", "id"),
        Index(None, "status", "submitted_at", "id"),
        Index(None, "unit_id", "submitted_at", "id"),
        Index(None, "submitted_at", "id"),
        Index(None, "year", "submitted_at", "id"),
        Index(None, "year", "serial", "submitted_at", "id"),
        Index(
            None,
            "external_number",
            "submitted_at",
            "id",
            sqlite_where=text("external_number IS NOT NULL"),
            postgresql_where=text("external_number IS NOT NULL"),
        ),
        Index(None, "status", "status_since", "id"),
        Index(None, "status", "unit_id", "status_since", "id"),
        Index(None, "turn", "unit_id", "status_since", "id"),
        Index(
            "ix_register_case_unchecked",
            "submitted_at",
            "id",
            sqlite_where=text("number IS NOT NULL AND checked_at IS NULL"),
            postgresql_where=text("number IS NOT NULL AND checked_at IS NULL"),
        ),
        Index(
            "ix_register_case_awaiting_number",
            "status_since",
            "id",
            sqlite_where=text("kept_elsewhere = 1 AND external_number IS NULL"),
            postgresql_where=text("kept_elsewhere AND external_number IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(Told, default="")
    public_title: Mapped[str] = mapped_column(default="")
    number: Mapped[str | None] = mapped_column(unique=True)
    year: Mapped[int | None] = mapped_column()
    serial: Mapped[int | None] = mapped_column()
    external_number: Mapped[str | None] = mapped_column()
    kept_elsewhere: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(default="draft")
    turn: Mapped[str | None] = mapped_column()
    status_since: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_from: Mapped[str | None] = mapped_column()
    is_secret: Mapped[bool] = mapped_column(default=False)
    is_partly_secret: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship()
    register: Mapped[Register] = relationship()
    author: Mapped[Person] = relationship()

    @property
    def diary_number(self) -> str | None:
        """The number to show first: the one in the register that is kept elsewhere once it is entered, else the own one."""
        return self.external_number if self.kept_elsewhere and self.external_number else self.number

    @property
    def other_number(self) -> str | None:
        """The number to show beside it: in another register, or the working number."""
        return self.number if self.diary_number != self.number else self.external_number

    @hybrid_property
    def seen_title(self) -> str:
        """What lists call it to those who see the case: the register's words where a part of it is marked, which its own
        title may name. On the pages of the case itself a veil lies instead."""
        return self.public_title if self.is_partly_secret else self.title

    @seen_title.inplace.expression
    @classmethod
    def _seen_title(cls) -> ColumnElement[str]:
        return case((cls.is_partly_secret, cls.public_title), else_=cls.title)

    @property
    def is_marked(self) -> bool:
        """Whether a secrecy mark stands on the case or on a part of it."""
        return self.is_secret or self.is_partly_secret

    @property
    def named_in_log(self) -> bool:
        """Whether the log may name a document or a file of it: it is read by more persons than a draft or a marked case."""
        return self.number is not None and not self.is_marked

    @property
    def listed_title(self) -> str:
        """What lists that others read beside the case call it: never words that a mark may hide. Empty before it is sent."""
        return self.public_title if self.is_marked else self.title


class CaseWriter(Base):
    """The author and the named co-writers of a case."""

    __tablename__ = "case_writer"
    __table_args__ = (UniqueConstraint("case_id", "person_id"), Index(None, "person_id", "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Participation(Base):
    """A person counts as having taken this part in the case; acting for another adds a row for both persons."""

    __tablename__ = "participation"
    __table_args__ = (UniqueConstraint("case_id", "person_id", "part"), Index(None, "person_id", "part"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    part: Mapped[str] = mapped_column()
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ConflictOfInterest(Base):
    """A declared jäv (6 kap. 28 § and 7 kap. 4 § kommunallagen): bars the person from every act on the case."""

    __tablename__ = "conflict_of_interest"
    __table_args__ = (UniqueConstraint("case_id", "person_id"), Index(None, "person_id", "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Told)
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()


class SecrecyMark(Base):
    """A warning (OSL 5 kap. 5 §): provision, date, authority, who. Hides content until lifted; it is no decision.

    ``confirmed_at`` is null while only the requester has asked for it. A mark is on the whole case, or on one document
    (``source_id``: the public id that the register of documents has as ``source_id``, or that of a stored file), or on a
    line by what it is called (``line_label``). A line whose amount is hidden too (``hides_amount``) hides the whole case,
    since the amount can be reckoned from any total. ``review_on`` is the Swedish day the mark is to be looked at again.
    """

    __tablename__ = "secrecy_mark"
    __table_args__ = (
        CheckConstraint("(lifted_at IS NULL) = (lifted_by_id IS NULL)", name="lifted"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed"),
        CheckConstraint("source_id IS NULL OR line_label = ''", name="one_scope"),
        CheckConstraint("line_label <> '' OR NOT hides_amount", name="amount_of_line"),
        Index(None, "case_id"),
        Index(
            "ix_secrecy_mark_review",
            "review_on",
            "id",
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    source_id: Mapped[UUID | None] = mapped_column(Uuid)
    line_label: Mapped[str] = mapped_column(Told, default="")
    hides_amount: Mapped[bool] = mapped_column(default=False)
    provision: Mapped[str] = mapped_column()
    authority: Mapped[str] = mapped_column()
    marked_on: Mapped[date] = mapped_column()
    marked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    review_on: Mapped[date | None] = mapped_column()
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    marked_by: Mapped[Person] = relationship(foreign_keys=[marked_by_id])
    case: Mapped[Case] = relationship()


class MarkReader(Base):
    """A person named on a secrecy mark: may read what it hides."""

    __tablename__ = "mark_reader"
    __table_args__ = (UniqueConstraint("mark_id", "person_id"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    mark_id: Mapped[int] = mapped_column(ForeignKey("secrecy_mark.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class CaseRelation(Base):
    """Two cases that belong together, for as long as nobody has ended it.

    ``follows``: ``case_id`` asks anew, for more or otherwise, after ``to_case_id``. ``replaces``: it takes its place.
    ``belongs``: they are about the same.
    """

    __tablename__ = "case_relation"
    __table_args__ = (
        CheckConstraint("kind IN ('belongs', 'follows', 'replaces')", name="kind"),
        CheckConstraint("case_id <> to_case_id", name="two_cases"),
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended"),
        Index(None, "to_case_id"),
        Index(None, "case_id"),
        Index(
            "uq_case_relation_standing",
            "case_id",
            "to_case_id",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    to_case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    kind: Mapped[str] = mapped_column()
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class CaseFact(Base):
    """A fact about the case that changes no status: registration checked, reported, appealed, laga kraft, corrected …"""

    __tablename__ = "case_fact"
    __table_args__ = (
        Index(None, "case_id", "kind"),
        Index(
            "uq_case_fact_registration_checked",
            "case_id",
            unique=True,
            sqlite_where=text("kind = 'registration_checked'"),
            postgresql_where=text("kind = 'registration_checked'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    kind: Mapped[str] = mapped_column()
    on_date: Mapped[date] = mapped_column()
    text: Mapped[str] = mapped_column(Told, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship()


class CaseLook(Base):
    """When a person last looked at a case, and the last log entry of it by then; ``before`` is the same of the visit before
    the one that goes on, null while there has been one. Only registered cases have such rows."""

    __tablename__ = "case_look"
    __table_args__ = (
        UniqueConstraint("person_id", "case_id"),
        CheckConstraint("(before_at IS NULL) = (before_seq IS NULL)", name="before"),
        Index(None, "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_seq: Mapped[int] = mapped_column(BigInteger)
    before_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    before_seq: Mapped[int | None] = mapped_column(BigInteger)
