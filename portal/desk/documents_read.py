"""Finding a document for whoever reads it: only of a case the person may see; of a secret one the reading is logged."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from portal import veil
from portal.db import session
from portal.documents.models import Document
from portal.errors import Unknown
from portal.people.actor import Actor
from portal.register import reading, secrecy
from portal.register.access import visible
from portal.register.models import Case
from portal.veil import Veil

Found = tuple[Document, Case]


WITHHELD = "Filen innehåller en sekretessmarkerad uppgift. Registratorn lämnar ut den till den som har rätt."
# What the portal prints of a case, or was handed in with its lines: withheld whole from who may not read a line's label.
_TELL_LINES = ("submission", "read_in", "source", "decision", "statement", "minutes")
_TELL_FILES = ("submission", "read_in", "source")  # these name the files that were attached too


def withheld(document: Document) -> bool:
    """Whether a mark on a part of the case keeps the file from whom the veil lies over; a masked copy was made to be read."""
    veiled = veil.laid()
    return veiled is not None and withheld_by(veiled, document)


def withheld_by(hides: Veil | secrecy.Hidden, document: "Document | Row[*tuple[Any, ...]]") -> bool:
    """Whether what marks on parts of its case hide keeps the whole file from those without right.

    Of a row it takes ``public_id``, ``kind``, ``source_id`` and ``original_id``.
    """
    if document.original_id is not None:
        return False
    hidden = document.public_id in hides.sources or document.source_id in hides.sources
    return hidden or document.kind in _TELL_FILES or (hides.lines and document.kind in _TELL_LINES)


def find_document(public_id: UUID, actor: Actor) -> Found:
    """A document of a case that the person may see, with the case; nothing of it is shown yet. Raises Unknown."""
    statement = select(Document, Case).join(Case, Case.id == Document.case_id).where(Document.public_id == public_id)
    row = session.execute(visible(statement, actor)).one_or_none()
    if row is None:
        raise Unknown
    if withheld(row[0]):
        raise Unknown
    return row[0], row[1]


def shown_document(public_id: UUID, by: Actor, *, allow: Callable[[Document], object] = lambda _document: None) -> Found:
    """A document that ``by`` reads, and its case. Raises Unknown, and what ``allow`` raises; then nothing is logged."""

    def load() -> Found:
        found = find_document(public_id, by)
        allow(found[0])
        return found

    return reading.shown(load, lambda found: found[1], by=by, document=public_id)
