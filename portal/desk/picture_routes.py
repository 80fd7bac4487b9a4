"""A page of a document as a picture, for whoever may see its case. Adds to the blueprint of ``desk.routes``."""

from uuid import UUID

from flask import Response, make_response

from portal.desk.documents_read import shown_document
from portal.desk.routes import blueprint
from portal.documents import formats
from portal.documents.beside import MOST_PAGES, SCALE
from portal.documents.models import Document
from portal.documents.showing import refusal_to_show
from portal.documents.store import current_store
from portal.documents.uploads import MIME
from portal.errors import Refused, Unknown
from portal.people.permissions import READS_CASES
from portal.web.gate import actor, requires

__all__ = ["blueprint"]


@blueprint.get("/handlingar/<uuid:document_id>/sidor/<int:number>.png")
@requires(*READS_CASES)
def page_picture(document_id: UUID, number: int) -> Response:
    """Page ``number`` (from 1) of a PDF of a case the person may see. Of a secret case the reading is logged first."""
    if not 1 <= number <= MOST_PAGES:
        raise Unknown
    document, _case = shown_document(document_id, actor(), allow=_has_pages)
    try:
        picture = formats.page_picture(current_store().read(document.file.sha256), number - 1, SCALE)
    except IndexError:
        raise Unknown from None
    answer = make_response(picture)
    answer.mimetype = "image/png"
    return answer


def _has_pages(document: Document) -> None:
    """Raise Unknown for a file without pages, Refused for one of which nothing is shown."""
    if document.mime != MIME["pdf"]:
        raise Unknown
    if refusal := refusal_to_show(document):
        raise Refused(refusal)
