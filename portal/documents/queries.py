"""Finding documents. Whoever asks has already found the case through ``register.access``."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, and_, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from portal.db import session
from portal.documents.models import Document, SealedFile
from portal.register.document_models import RegisteredDocument
from portal.register.document_queries import among_first
from portal.tables import metadata


def named_files() -> set[str]:
    """The SHA-256 of every stored file that a row of any table names: in its columns called ``sha256`` or ``…_sha256``.

    A column that holds the hash of something kept elsewhere says so: ``info={"stored": False}``.
    """
    columns = [
        column
        for table in metadata().sorted_tables
        for column in table.columns
        if column.name.endswith("sha256") and column.info.get("stored", True)
    ]
    return {name for column in columns for name in session.scalars(select(column).where(column.is_not(None)).distinct())}


def of_case(case_id: int) -> Sequence[Document]:
    """The documents of a case, oldest first, with what the scanner said of their files, in one statement."""
    statement = select(Document).where(Document.case_id == case_id).options(joinedload(Document.scan))
    return session.scalars(statement.order_by(Document.created_at, Document.id)).all()


def with_register(case_id: int, *, copies: int) -> tuple[list[Document], list[RegisteredDocument]]:
    """The documents of a case as ``of_case``, and what is registered of it by number, of ``copies`` the first; in one
    statement."""
    rows = session.execute(_with_register(), {"case_id": case_id, "copies": copies}).all()
    stored = sorted((row[0] for row in rows if row[0]), key=lambda each: (each.created_at, each.id))
    return stored, sorted((row[1] for row in rows if row[1]), key=lambda each: each.number)


@cache
def _with_register() -> Select[*tuple[Any, ...]]:
    """What ``with_register`` asks."""
    case_id, copies = bindparam("case_id", type_=Document.case_id.type), bindparam("copies", type_=Integer())
    sides = union_all(select(literal(1).label("side")), select(literal(2))).subquery("sides")
    return (
        select(Document, RegisteredDocument)
        .select_from(sides)
        .outerjoin(Document, and_(sides.c.side == 1, Document.case_id == case_id))
        .outerjoin(
            RegisteredDocument, and_(sides.c.side == 2, RegisteredDocument.case_id == case_id, among_first(case_id, copies))
        )
        .options(joinedload(Document.scan), joinedload(RegisteredDocument.type))
    )


def newest_editions(documents: Sequence[Document]) -> list[Document]:
    """Of each attachment among ``documents`` (as ``of_case`` gives them) the newest edition; the rest as they are."""
    last = {document.series: document.edition for document in documents if document.series}
    return [document for document in documents if document.series is None or last[document.series] == document.edition]


def editions_of(document: Document, documents: Sequence[Document]) -> list[Document]:
    """The earlier editions of an attachment among ``documents``, newest first."""
    own, number = document.series, document.edition or 0
    return [each for each in reversed(documents) if own and each.series == own and (each.edition or 0) < number]


def by_key(case_id: int, kind: str, version: int) -> Document | None:
    """The document of that kind and version, if it has been made."""
    return session.scalars(
        select(Document).where(Document.case_id == case_id, Document.kind == kind, Document.version == version)
    ).one_or_none()


def by_source(source_id: UUID, kind: str) -> Document | None:
    """The newest document of ``kind`` that was made from that decision or submitted version."""
    return session.scalars(
        select(Document)
        .where(Document.source_id == source_id, Document.kind == kind)
        .order_by(Document.version.desc())
        .limit(1)
    ).one_or_none()


def by_public_id(public_id: UUID) -> Document | None:
    """The document with that public id. The caller asks ``register.access`` for its case before showing anything."""
    return session.scalars(select(Document).where(Document.public_id == public_id)).one_or_none()


def kept_as(sha256: str) -> Document | None:
    """The document whose file is or was this very one; whoever asks has the file, and learns nothing else of the case."""
    sealed = select(SealedFile.document_id).where(SealedFile.sha256 == sha256)
    statement = select(Document).where(or_(Document.sha256 == sha256, Document.id.in_(sealed))).order_by(Document.id).limit(1)
    return session.scalars(statement).one_or_none()


def next_version(case_id: int, kind: str) -> int:
    """The version that the next document of ``kind`` in the case gets."""
    last = session.scalar(select(func.max(Document.version)).where(Document.case_id == case_id, Document.kind == kind))
    return (last or 0) + 1
