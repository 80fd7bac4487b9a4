"""A page of a document as a picture, for whoever may see its case. Adds to the blueprint of ``desk.routes``."""

from uuid import UUID

from flask import Response, make_response

from portal.desk import case_page
from portal.desk.routes import blueprint
from portal.documents import formats, scanning
from portal.documents.beside import MOST_PAGES, SCALE
from portal.documents.models import Document
from portal.documents.store import current_store
from portal.documents.uploads import MIME
from portal.errors import Unknown
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import operations as register
from portal.register.models import Case
from portal.web.forms import note
from portal.web.gate import actor, requires

__all__ = ["blueprint"]


@blueprint.get("/handlingar/<uuid:document_id>/sidor/<int:number>.png")
@requires(Permission.WRITE_REQUEST, Permission.READ_UNIT_CASES, Permission.READ_CASES)
def page_picture(document_id: UUID, number: int) -> Response:
    """Page ``number`` (from 1) of a PDF of a case the person may see. Of a secret case the reading is logged first."""
    by = actor()
    document, its_case = _pdf(document_id, by)
    if not 1 <= number <= MOST_PAGES:
        raise Unknown
    if its_case.is_secret:
        case_id = its_case.public_id
        note(lambda: register.note_read(case_id, by=by, document=document_id))
        document, _case = _pdf(document_id, by)
    try:
        picture = formats.page_picture(current_store().read(document.sha256), number - 1, SCALE)
    except IndexError:
        raise Unknown from None
    answer = make_response(picture)
    answer.mimetype = "image/png"
    return answer


def _pdf(document_id: UUID, by: Actor) -> tuple[Document, Case]:
    """The document and its case. Raises Unknown, also for a file without pages, and Refused for one nobody may open."""
    document, its_case = case_page.find_document(document_id, by)
    if document.mime != MIME["pdf"]:
        raise Unknown
    scanning.require_open(document)
    return document, its_case
