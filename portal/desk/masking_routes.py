"""Masking a document of a case: choose what is hidden, look at the copy page by page, make it.

What is typed is in the form alone until the copy is made: no address, log or row ever holds what is hidden.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, request, url_for

from portal import clock
from portal.desk import masking_review
from portal.desk.documents_read import find_document, shown_document
from portal.desk.masking_review import Reviewed
from portal.desk.masking_source import made_apart, original_of, require_maskable
from portal.documents import queries as documents
from portal.documents.formats import page_count, page_picture
from portal.documents.masked_copies import LONGEST_PROVISION, mask_copy, refusal, refusal_of_document
from portal.documents.masking.choice import Choice, Passage, phrases_in
from portal.documents.masking.making import PASSAGES, PHRASES, Original, Stamp
from portal.documents.models import Document
from portal.documents.store import current_store
from portal.errors import Invalid, Refused, Unknown
from portal.people.permissions import Permission
from portal.register import marking
from portal.register.models import Case
from portal.register.queries import standing_mark
from portal.register.reading import shown_case
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("masking", __name__)

REGISTRAR = requires(Permission.KEEP_REGISTER)
_FIELDS = ("phrases", "provision", "recipient", "whole_lines", "seen", "do", "passage*", "suggested*")
_LONGEST_FIELD, _LONGEST_RECIPIENT = 200_000, 200  # characters
_PREVIEW_SCALE = 1.5
_PROVISION = "Skriv enligt vilken bestämmelse uppgifterna maskas, till exempel 18 kap. 8 § OSL."


@blueprint.get("/askanden/<uuid:case_id>/maskera")
@REGISTRAR
def choose(case_id: UUID) -> Response:
    """The documents of the case, to choose the one that is masked."""
    by = actor()
    case = shown_case(case_id, by)
    if case.number is None:
        raise Unknown
    rows = [
        {
            "document": each,
            "refusal": refusal_of_document(each),
            "href": url_for("masking.mask_copy", document_id=each.public_id),
        }
        for each in documents.newest_editions(documents.of_case(case.id))
    ]
    return render("desk/mask_choose.html", case=case, refusal=refusal(case, by), rows=rows)


@blueprint.get("/handlingar/<uuid:document_id>/maskera", endpoint="mask_copy")
@REGISTRAR
def form(document_id: UUID) -> Response:
    """What the document says, each line of it to be ticked; or why it is not masked."""
    by = actor()
    document, case = shown_document(document_id, by)
    if case.number is None:
        raise Unknown
    said = refusal(case, by)
    if said is None:
        try:
            require_maskable(document)
            return _page(document, case, original_of(document, case))
        except Refused as error:
            said = str(error)
    return render("desk/mask.html", document=document, case=case, refusal=said)


@blueprint.post("/handlingar/<uuid:document_id>/maskera", endpoint="perform_mask_copy")
@REGISTRAR
def look_or_make(document_id: UUID) -> Response:
    """The copy as it would be, or the copy that has been looked at. What was chosen anew is looked at first."""
    by = actor()
    document, case = shown_document(document_id, by)
    if said := refusal(case, by):
        raise Refused(said)
    require_maskable(document)
    try:
        only(*_FIELDS)
        choice, provision, recipient = _sent()
    except Invalid as error:
        return _page(document, case, original_of(document, case), problems=error.problems, status=422)
    seen = masking_review.reviewed(request.form.get("seen", ""), document_id)
    if seen is not None and seen.choice != choice.digest(provision):
        seen = None
    if request.form.get("do") == "make" and seen is not None:
        return _make(document, case, choice, seen, recipient)
    return _look(document, case, choice, provision)


def _sent() -> tuple[Choice, str, str]:
    """What is chosen, under which provision, and to whom the copy goes. Raises Invalid."""
    fields = Fields()
    provision = fields.provision("provision", limit=LONGEST_PROVISION, required=_(_PROVISION))
    recipient = fields.text("recipient", limit=_LONGEST_RECIPIENT)
    typed = fields.text(PHRASES, limit=_LONGEST_FIELD, multiline=True)
    fields.done()
    choice = Choice(
        phrases_in(typed, request.form.getlist("suggested")),
        frozenset(request.form.getlist(PASSAGES)),
        whole_lines=request.form.get("whole_lines") == "ja",
    )
    return choice, provision, recipient


def _look(document: Document, case: Case, choice: Choice, provision: str) -> Response:
    """The copy is set, kept where no row names it, and shown."""
    by, original = actor().acting(Permission.KEEP_REGISTER), original_of(document, case)
    stamp = Stamp(provision=provision, name=by.name, title=by.title or "", made_at=clock.now(), original=document.title)
    document_id = document.public_id
    try:
        made = made_apart(original, choice, stamp)
    except Invalid as error:
        return _anew(document_id, original, problems=error.problems, status=422)
    seen = Reviewed(
        document=str(document_id),
        choice=choice.digest(provision),
        sha256=current_store().put(made.pdf),
        size=len(made.pdf),
        title=_("Maskad kopia av %(title)s", title=made.title),
        provision=provision,
        places=made.places,
        pages=page_count(made.pdf),
        notes=list(made.notes),
    )
    return _anew(document_id, original, seen=seen)


def _anew(document_id: UUID, original: Original | None = None, **shown: Any) -> Response:
    """The page for what has been read, and logged as read, in this request."""
    document, case = find_document(document_id, actor())
    return _page(document, case, original or original_of(document, case), **shown)


def _make(document: Document, case: Case, choice: Choice, seen: Reviewed, recipient: str) -> Response:
    """The copy that was looked at becomes a document of the case."""
    document_id, case_id = document.public_id, case.public_id

    def run() -> str:
        by = actor()
        copy = mask_copy(
            case_id=case_id, document_id=document_id, file=seen.file, choice=choice, by=by, seen_version=seen_version()
        )
        if recipient:
            text = _("%(title)s, till %(recipient)s", title=copy.title, recipient=recipient)
            marking.note_fact(case_id=case_id, kind="disclosed", on=clock.today(), text=text, by=by, seen_version=None)
        flash(_("Den maskade kopian är skapad."), "go")
        return url_for("desk.case", case_id=case_id, _anchor="handlingar")

    return perform(run, lambda problems, status: _anew(document_id, seen=seen, problems=problems, status=status))


def _page(
    document: Document,
    case: Case,
    original: Original,
    *,
    seen: Reviewed | None = None,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    sent = request.form
    mark = standing_mark(case) if not sent else None
    return render(
        "desk/mask.html",
        status=status,
        document=document,
        case=case,
        refusal=None,
        problems=problems or {},
        values=sent,
        provision=sent.get("provision", mark.provision if mark else ""),
        ticked=frozenset(sent.getlist(PASSAGES)),
        groups=_groups(original.passages),
        suggested=[(each, each in sent.getlist("suggested")) for each in original.suggested],
        has_pages=original.has_pages,
        whole_lines=sent.get("whole_lines") == "ja" if sent else True,
        seen=seen,
        seen_mark=masking_review.mark_of(seen) if seen else "",
        pictures=_pictures(document, seen) if seen else (),
        form_key=new_form_key(),
    )


def _groups(passages: Sequence[Passage]) -> list[tuple[str, list[Passage]]]:
    return [(label, list(each)) for label, each in groupby(passages, key=lambda passage: passage.label)]


def _pictures(document: Document, seen: Reviewed) -> list[str]:
    mark = masking_review.picture_mark(seen)
    return [
        url_for("masking.picture", document_id=document.public_id, mark=mark, number=number + 1) for number in range(seen.pages)
    ]


@blueprint.get("/handlingar/<uuid:document_id>/maskera/<string(maxlength=400):mark>/<int:number>.png")
@REGISTRAR
def picture(document_id: UUID, mark: str, number: int) -> Response:
    """A page of a copy that is looked at before it is made."""
    sha256 = masking_review.file_of_pictures(mark, document_id)
    find_document(document_id, actor())
    try:
        drawn = page_picture(current_store().read(sha256), number - 1, _PREVIEW_SCALE)
    except IndexError:
        raise Unknown from None
    answer = make_response(drawn)
    answer.mimetype = "image/png"
    return answer
