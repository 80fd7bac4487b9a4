"""The documents of a case as files, for whoever must hand them on."""

from pathlib import Path

from flask import current_app

from portal.documents import queries as documents
from portal.documents.models import Document
from portal.register.models import Case


def write_documents(case: Case, folder: Path) -> list[Path]:
    """Write every document of the case into ``folder`` and return the files. Raises OSError, DamagedFile."""
    store = current_app.extensions["store"]
    written = []
    for document in documents.of_case(case.id):
        path = folder / _name(document)
        path.write_bytes(store.read(document.sha256))
        written.append(path)
    return written


def _name(document: Document) -> str:
    ending = Path(document.filename).suffix
    if document.kind.startswith("decision"):
        return f"beslut-{document.version}{ending}"
    stem = "".join(c if c.isalnum() or c in "-_." else "-" for c in Path(document.filename).stem)[:80] or "handling"
    return f"{document.kind}-{document.version}-{stem}{ending}"
