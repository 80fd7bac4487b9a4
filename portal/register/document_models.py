"""What the register says of each document of a case (5 kap. 2 § offentlighets- och sekretesslagen), and the plan of its types.

The document itself lies where it was made (a submitted version, a statement, a decision, a file that came in):
``source_kind`` and ``source_id`` name it, so that the register needs to know nothing of what lies beyond it.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, Table, UniqueConstraint, Uuid, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UTCDateTime
from portal.people.models import Person
from portal.register.models import Case
from portal.veil import Told


class Direction(StrEnum):
    """Which way a document went: it came in, it went out, or it was drawn up within the authority."""

    IN = "in"
    OUT = "out"
    DRAWN_UP = "drawn_up"


class Source(StrEnum):
    """What a registered document is; ``source_id`` is the public id of its row, of a letter's stored file (``Document``),
    or, of a paper, an id of its own."""

    VERSION = "version"
    STATEMENT = "statement"
    HAND_OVER = "hand_over"
    MINUTES = "minutes"
    DECISION = "decision"
    BUDGET_ENTRY = "budget_entry"
    COPY = "copy"
    REDISTRIBUTION = "redistribution"
    INTERIM_REPORT = "interim_report"
    FINAL_REPORT = "final_report"
    LETTER = "letter"
    PAPER = "paper"


class PublicGround(StrEnum):
    """Why a document is allmän handling (2 kap. 9–12 §§ tryckfrihetsförordningen)."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    FINALLY_HANDLED = "finally_handled"
    ADJUSTED = "adjusted"
    COMPLETED = "completed"


class DocumentType(Base):
    """A type in the plan of documents: its name, and whether it is kept for ever (``keep``) or disposed of in time."""

    __tablename__ = "document_type"
    __table_args__ = (CheckConstraint("disposal IN ('keep', 'dispose')", name="disposal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column()
    disposal: Mapped[str] = mapped_column(default="keep")


PLAN: tuple[tuple[str, str, str], ...] = (
    ("request", "Äskande", "keep"),
    ("completion", "Komplettering", "keep"),
    ("statement", "Yttrande", "keep"),
    ("missive", "Missiv", "keep"),
    ("minutes_extract", "Protokollsutdrag", "keep"),
    ("decision", "Beslut", "keep"),
    ("copy", "Expediering", "dispose"),
    ("budget_entry", "Budgetjustering", "keep"),
    ("redistribution", "Omfördelning", "keep"),
    ("interim_report", "Lägesrapport", "keep"),
    ("final_report", "Slutredovisning", "keep"),
    ("letter", "Skrivelse", "keep"),
    ("other", "Övrig handling", "keep"),
)
"""The plan that every installation begins with: code, name, disposal. Where a migration makes the table, it fills it too."""


@event.listens_for(DocumentType.__table__, "after_create")
def _fill(target: Table, connection: Connection, **_options: Any) -> None:
    connection.execute(target.insert(), [{"code": code, "name": name, "disposal": disposal} for code, name, disposal in PLAN])


class RegisteredDocument(Base):
    """A document of a case as it stands in the register. ``number`` is its place within the case: 1, 2, 3 without gaps.

    ``dated_on`` is the Swedish day it came in, went out or was drawn up; ``registered_on`` the day it was registered.
    ``title`` is what its readers read, ``public_title`` what everyone may. ``counterparty`` is the sender or the recipient,
    ``counterparty_number`` another authority's own number. ``public_since`` is null while it is *ej allmän ännu*.
    ``registered_by_id`` null is the system.
    """

    __tablename__ = "registered_document"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("direction IN ('in', 'out', 'drawn_up')", name="direction"),
        CheckConstraint(
            "source_kind IN ('version', 'statement', 'hand_over', 'minutes', 'decision', 'budget_entry', 'copy', "
            "'redistribution', 'interim_report', 'final_report', 'letter', 'paper')",
            name="source_kind",
        ),
        CheckConstraint(
            "public_ground IN ('received', 'dispatched', 'finally_handled', 'adjusted', 'completed')", name="public_ground"
        ),
        CheckConstraint("(public_since IS NULL) = (public_ground IS NULL)", name="public_since"),
        CheckConstraint("title <> '' AND public_title <> ''", name="titles"),
        Index(None, "registered_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    number: Mapped[int] = mapped_column()
    direction: Mapped[str] = mapped_column()
    type_id: Mapped[int] = mapped_column(ForeignKey("document_type.id"))
    dated_on: Mapped[date] = mapped_column()
    title: Mapped[str] = mapped_column(Told)
    public_title: Mapped[str] = mapped_column()
    counterparty: Mapped[str] = mapped_column(Told, default="")
    counterparty_number: Mapped[str] = mapped_column(Told, default="")
    source_kind: Mapped[str] = mapped_column()
    source_id: Mapped[UUID] = mapped_column(Uuid, unique=True)
    public_since: Mapped[date | None] = mapped_column()
    public_ground: Mapped[str | None] = mapped_column()
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    registered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    registered_on: Mapped[date] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)

    type: Mapped[DocumentType] = relationship()
    case: Mapped[Case] = relationship()
    registered_by: Mapped[Person | None] = relationship()
