"""What a document says that is to be masked: the data it was set from where the portal made it, else its pages."""

from collections.abc import Mapping
from typing import Any

from portal.db import session
from portal.decisions import queries as decisions
from portal.decisions import statement_document
from portal.decisions.document import Frame
from portal.documents.formats import UnreadableFile
from portal.documents.masked_copies import refusal_of_document
from portal.documents.masking import pages
from portal.documents.masking.choice import Choice
from portal.documents.masking.making import HandedIn, Made, Original, OwnDocument, Stamp
from portal.documents.models import Document
from portal.documents.refusing import UploadRefused
from portal.documents.scanning import require_open
from portal.documents.sender import municipality
from portal.documents.store import current_store
from portal.errors import Refused
from portal.funding_requests import queries as requests
from portal.funding_requests.document import of_version
from portal.people.queries import is_demo
from portal.register.models import Case


def require_maskable(document: Document) -> None:
    """Raises Refused, with a sentence, for a document of which no masked copy is made."""
    if said := refusal_of_document(document):
        raise Refused(said)
    require_open(document)


def original_of(document: Document, case: Case) -> Original:
    """The document, to be masked. Raises Refused where nothing of it can be read or drawn."""
    made = {"decision": _decision, "submission": _submission, "statement": _statement}.get(document.kind)
    if made and document.source_id:
        return OwnDocument(document.kind, made(document, case))
    try:
        return HandedIn(pages.opened(current_store().read(document.file.sha256)), _frame(case))
    except (UnreadableFile, UploadRefused) as error:
        raise Refused(str(error)) from error


def made_apart(original: Original, choice: Choice, stamp: Stamp) -> Made:
    """The copy, made while nothing of the database is held: typst takes its time. Raises Invalid."""
    session.rollback()
    return original.made(choice, stamp)


def _frame(case: Case) -> dict[str, Any]:
    return {"municipality": municipality(), "unit": case.unit.name, "test": bool(is_demo())}


def _decision(document: Document, case: Case) -> Mapping[str, Any]:
    assert document.source_id is not None
    decision, _case = decisions.decision(document.source_id)
    frame = Frame(municipality(), document.created_at, test=bool(is_demo()))
    return decisions.document_data(decision, case, frame)


def _statement(document: Document, _case: Case) -> Mapping[str, Any]:
    assert document.source_id is not None
    return statement_document.data_of(document.source_id)


def _submission(document: Document, _case: Case) -> Mapping[str, Any]:
    assert document.source_id is not None
    version, case = requests.version(document.source_id)
    return of_version(version, case.diary_number, municipality=municipality(), test=bool(is_demo()))
