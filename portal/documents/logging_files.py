"""Log entries about a stored file, in every case that has it; the system is the one who acts."""

from uuid import UUID

from sqlalchemy import or_, select

from portal.db import session
from portal.documents.models import Document, SealedFile
from portal.log import operations as log
from portal.register.models import Case
from portal.register.operations import record


def tell(action: str, sha256: str, **body: str) -> None:
    """One entry in each case with a document of that file, which is named where the log may name it; else one without a
    case, whose object is the beginning of the file's SHA-256."""
    sealed = select(SealedFile.document_id).where(SealedFile.sha256 == sha256)
    its = or_(Document.sha256 == sha256, Document.id.in_(sealed))
    statement = select(Document, Case).join(Case, Case.id == Document.case_id).where(its)
    rows = session.execute(statement.order_by(Document.id)).all()
    for document, case in rows:
        told = {**body, "sha256": sha256, "filename": document.filename if case.named_in_log else ""}
        record(case, action, by=None, body=told, kind="document", object_id=document.public_id)
    if not rows:
        object_id = UUID(sha256[:32])
        log.append(
            action=action, by=None, object_kind="file", object_id=object_id, case_id=None, body={**body, "sha256": sha256}
        )
