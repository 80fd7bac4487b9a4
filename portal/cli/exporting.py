"""The documents of a case as files, for whoever must hand them on."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from portal.db import session
from portal.decisions import queries as decisions
from portal.decisions.document import Frame
from portal.decisions.models import Decision
from portal.documents import queries as documents
from portal.documents.models import Document
from portal.people.queries import is_demo
from portal.register.models import Case

DECISION = "decision"
# What each kind of document is called among the files.
NAMES = {DECISION: "beslut", "submission": "tjansteskrivelse", "attachment": "bilaga", "source": "inlast"}


def write_documents(case: Case, folder: Path) -> list[Path]:
    """Write every document of the case into ``folder``, each decision's data beside it, and return the files.

    Raises OSError, and DamagedFile when a stored file is not what it was.
    """
    store = current_app.extensions["store"]
    written = []
    for document in documents.of_case(case.id):
        path = folder / _name(document)
        path.write_bytes(store.read(document.sha256))
        written.append(path)
        if document.kind == DECISION and document.source_id:
            data = json.dumps(_data(case, document.source_id, document), ensure_ascii=False, indent=2, sort_keys=True)
            beside = path.with_suffix(".json")
            beside.write_text(f"{data}\n", encoding="utf-8")
            written.append(beside)
    return written


def _data(case: Case, decision_id: UUID, document: Document) -> Any:
    decision = session.scalars(select(Decision).where(Decision.public_id == decision_id)).one()
    settings = current_app.extensions["settings"]
    frame = Frame({"name": settings.municipality}, document.created_at, test=bool(is_demo()))
    return decisions.document_data(decision, case, frame)


def _name(document: Document) -> str:
    """A name of our own making: what someone called an uploaded file must not choose where it is written."""
    ending = "".join(c for c in Path(document.filename).suffix if c.isalnum() or c == ".")[:10]
    stem = "".join(c if c.isalnum() or c == "-" else "-" for c in Path(document.filename).stem)[:80] or "handling"
    name = NAMES.get(document.kind, "handling")
    return f"{name}-{document.version}-{stem.removeprefix(name + '-')}{ending}"
