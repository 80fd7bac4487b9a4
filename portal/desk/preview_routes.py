"""A look at a document of a case without fetching it: its first page or the beginning of its text, on a page of its own."""

from uuid import UUID

from flask import Blueprint, Response, make_response, url_for

from portal.desk.documents_read import shown_document
from portal.documents import previewing, scanning
from portal.documents.previewing import Preview
from portal.documents.showing import refusal_to_show
from portal.documents.store import current_store
from portal.errors import Unknown
from portal.funding_requests.lifecycle import Status
from portal.people.permissions import READS_CASES
from portal.text import _
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("previews", __name__)


@blueprint.get("/handlingar/<uuid:document_id>/visa")
@requires(*READS_CASES)
def show(document_id: UUID) -> Response:
    """The first page or the beginning of the text; or why nothing of the file is shown."""
    document, its_case = shown_document(document_id, actor())
    refusal = refusal_to_show(document)
    shown = (
        Preview(why=refusal)
        if refusal
        else previewing.preview(current_store().read(document.file.sha256), document.mime, document.filename)
    )
    state = scanning.state_of_document(document)
    back = "funding_requests.write" if its_case.status == Status.DRAFT else "desk.case"
    return render(
        "desk/preview.html",
        document=document,
        shown=shown,
        state=state,
        may_be_opened=scanning.may_be_opened(state),
        back=url_for(back, case_id=its_case.public_id),
        back_label=its_case.diary_number or _("Utkastet"),
    )


@blueprint.get("/handlingar/<uuid:document_id>/bild")
@requires(*READS_CASES)
def picture(document_id: UUID) -> Response:
    """The first page of a PDF, or a picture, drawn by us. Unknown where nothing of the file is shown."""
    document, _case = shown_document(document_id, actor())
    if document.mime not in previewing.DRAWN or refusal_to_show(document):
        raise Unknown
    drawn = previewing.drawn(current_store().read(document.file.sha256), document.mime)
    if drawn is None:
        raise Unknown
    answer = make_response(drawn[0])
    answer.mimetype = drawn[1]
    return answer
