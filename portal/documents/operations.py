"""Adding documents to a case. The bytes are put in the store first; the row and its log entry come in one transaction."""

from uuid import uuid4

from sqlalchemy import func, select

from portal import clock
from portal.db import session
from portal.documents.models import Document
from portal.people.actor import Actor
from portal.register.models import Case
from portal.register.operations import record


def add_document(
    *,
    case: Case,
    kind: str,
    title: str,
    filename: str,
    mime: str,
    sha256: str,
    size: int,
    version: int | None = None,
    by: Actor | None,
    log: bool = True,
) -> Document:
    """Add a document whose bytes are in the store. Without ``version`` it gets the next one of its kind.

    The log entry holds the SHA-256, and of a secret case neither title nor file name. ``log=False`` is for drafts,
    which leave no trace until they are submitted. ``by`` None is the system (the worker).
    """
    if version is None:
        latest = select(func.max(Document.version)).where(Document.case_id == case.id, Document.kind == kind)
        version = (session.scalar(latest) or 0) + 1
    document = Document(
        public_id=uuid4(),
        case_id=case.id,
        kind=kind,
        title=title,
        filename=filename,
        mime=mime,
        size=size,
        sha256=sha256,
        version=version,
        created_at=clock.now(),
        created_by_id=by.person_id if by else None,
    )
    session.add(document)
    if log:
        body: dict[str, object] = {
            "kind": kind,
            "version": version,
            "sha256": sha256,
            "size": size,
            "title": "" if case.is_secret else title,
            "filename": "" if case.is_secret else filename,
        }
        record(case, "documents.add", by=by, body=body, kind="document", object_id=document.public_id)
    return document
