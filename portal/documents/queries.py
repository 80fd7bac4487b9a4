"""Reads of documents."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.db import session
from portal.documents.models import Document
from portal.errors import Unknown
from portal.people.actor import Actor
from portal.register.access import visible
from portal.register.models import Case


def of_case(case_id: int) -> Sequence[Document]:
    """The documents of a case that has been let in already, by kind and version."""
    return session.scalars(select(Document).where(Document.case_id == case_id).order_by(Document.id)).all()


def by_key(case_id: int, kind: str, version: int) -> Document | None:
    """One document by its unique key."""
    return session.scalars(
        select(Document).where(Document.case_id == case_id, Document.kind == kind, Document.version == version)
    ).one_or_none()


def get_document(public_id: UUID, actor: Actor) -> tuple[Document, Case]:
    """A document with its case, if ``actor`` may see the case's content. Raises Unknown."""
    row = session.execute(
        visible(select(Document, Case).join(Case, Case.id == Document.case_id), actor).where(Document.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise Unknown
    return row[0], row[1]
