"""What surrounds an organ's meetings: the plan of them, lists of decisions by delegation, and appeals to a court."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.people.models import Person
from portal.register.models import Organ


class Meeting(Base):
    """A day on which an organ meets, and the last day for papers to it. What is cancelled stays, and is shown no more."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("papers_due <= meets_on", name="papers_due"),
        Index(
            "uq_meeting_planned",
            "organ_id",
            "meets_on",
            unique=True,
            sqlite_where=text("cancelled_at IS NULL"),
            postgresql_where=text("cancelled_at IS NULL"),
        ),
        Index(None, "meets_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    meets_on: Mapped[date] = mapped_column()
    papers_due: Mapped[date] = mapped_column()
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    organ: Mapped[Organ] = relationship()


class DelegationReport(Base):
    """A list of the decisions by delegation of an organ since the last: ``reported`` to it (anmäls), or ``recorded`` by
    themselves (protokollförs särskilt) where the clause lets them be unreported (7 kap. 8 § kommunallagen).

    ``meeting_date`` and ``paragraph`` say when the organ was told, ``adjusted_on`` when its minutes were, ``posted_on`` when
    the notice of that was put on the notice board: from then on they can be appealed. ``covered`` holds the last number of
    each series that the list reaches to, ``skipped`` the numbers on the way that are not on it and what they are.
    """

    __tablename__ = "delegation_report"
    __table_args__ = (
        CheckConstraint("kind IN ('reported', 'recorded')", name="kind"),
        CheckConstraint("(meeting_date IS NULL) = (paragraph IS NULL)", name="meeting"),
        CheckConstraint("kind = 'reported' OR meeting_date IS NULL", name="recorded"),
        CheckConstraint(
            "adjusted_on IS NULL OR kind = 'recorded' OR (meeting_date IS NOT NULL AND meeting_date <= adjusted_on)",
            name="adjusted",
        ),
        CheckConstraint("posted_on IS NULL OR (adjusted_on IS NOT NULL AND adjusted_on <= posted_on)", name="posted"),
        Index(None, "organ_id", "kind", "id"),
        Index(None, "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    kind: Mapped[str] = mapped_column()
    decisions: Mapped[int] = mapped_column()
    covered: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    skipped: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    meeting_date: Mapped[date | None] = mapped_column()
    paragraph: Mapped[str | None] = mapped_column()
    adjusted_on: Mapped[date | None] = mapped_column()
    posted_on: Mapped[date | None] = mapped_column()
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    organ: Mapped[Organ] = relationship()
    made_by: Mapped[Person] = relationship()


class Appeal(Base):
    """An appeal of a decision (laglighetsprövning, 13 kap. kommunallagen): court, its number, the day it came in there, and
    what the court came to. The next instance is an appeal of its own."""

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (outcome_on IS NULL)", name="outcome"),
        CheckConstraint("outcome IN ('rejected', 'dismissed', 'struck', 'annulled', 'restored')", name="outcomes"),
        CheckConstraint("outcome_on IS NULL OR outcome_on >= filed_on", name="outcome_on"),
        Index("uq_appeal_court_number", "decision_id", "court", "court_number", unique=True),
        Index(None, "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    court: Mapped[str] = mapped_column()
    court_number: Mapped[str] = mapped_column()
    filed_on: Mapped[date] = mapped_column()
    outcome: Mapped[str | None] = mapped_column()
    outcome_on: Mapped[date | None] = mapped_column()
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
