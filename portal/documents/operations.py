"""Adding documents to a case, inside the caller's transaction. The file itself is already in the store."""

import unicodedata
from uuid import UUID, uuid4

from portal import clock
from portal.db import session
from portal.documents import queries, scanning
from portal.documents.models import Document
from portal.errors import Conflict, Unknown
from portal.people.actor import Actor
from portal.register.models import Case
from portal.register.operations import record
from portal.text import _


def add_document(
    *,
    case_id: int,
    kind: str,
    title: str,
    filename: str,
    mime: str,
    sha256: str,
    size: int,
    by: Actor | None,
    version: int | None = None,
    source_id: UUID | None = None,
    source_note: str = "",
    in_series: bool = False,
    cautions: str = "",
    original_id: int | None = None,
) -> Document:
    """Add a document with its log entry. Without ``version`` it is the next one of its kind; ``by`` None is the system.

    ``in_series`` makes it the next edition of the one that the case has of that kind and name, or the first of a new one.
    ``original_id`` is the document that a masked copy was made of.

    The same file under the same key is not added twice: a handler that runs again gets the document it made. Raises
    Conflict when another file already has the key, Unknown when there is no such case, Invalid for a file in quarantine.
    """
    case = session.get(Case, case_id)
    if case is None:
        raise Unknown
    if version is None:
        version = queries.next_version(case_id, kind)
    elif existing := queries.by_key(case_id, kind, version):
        if existing.sha256 != sha256:
            raise Conflict(_("Handlingen är redan skapad."))
        return existing
    if by is not None and source_id is None:
        scanning.look_at(sha256)
    series, edition = _place(case_id, kind, filename) if in_series else (None, None)
    document = Document(
        case_id=case_id,
        kind=kind,
        version=version,
        title=title,
        filename=filename,
        mime=mime,
        size=size,
        sha256=sha256,
        source_id=source_id,
        source_note=source_note,
        series=series,
        edition=edition,
        cautions=cautions,
        original_id=original_id,
        created_at=clock.now(),
        created_by_id=by.person_id if by else None,
    )
    session.add(document)
    session.flush()
    _log(document, case, by)
    return document


def _same(filename: str) -> str:
    """The name as people tell names apart: not by capitals, nor by how a letter is put together."""
    return unicodedata.normalize("NFC", filename).casefold()


def _place(case_id: int, kind: str, filename: str) -> tuple[UUID, int]:
    """The series that a file of that name belongs to in the case, and which edition of it it is."""
    named = [each for each in queries.of_case(case_id) if each.kind == kind and _same(each.filename) == _same(filename)]
    if not named or named[-1].series is None:
        return uuid4(), 1
    return named[-1].series, (named[-1].edition or 0) + 1


def _log(document: Document, case: Case, by: Actor | None) -> None:
    record(
        case,
        "documents.add",
        by=by,
        kind="document",
        object_id=document.public_id,
        body={
            "kind": document.kind,
            "version": document.version,
            "edition": document.edition,
            "title": document.title if case.named_in_log else "",
            "filename": document.filename if case.named_in_log else "",
            "mime": document.mime,
            "size": document.size,
            "sha256": document.sha256,
            "source": str(document.source_id) if document.source_id else None,
        },
    )
