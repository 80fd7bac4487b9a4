"""Check the answers, see the page as it will be, send it; and throw a draft away or take a request back."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, flash, make_response, request, url_for

from portal import clock
from portal.documents import rendering, word
from portal.documents.formats import page_picture
from portal.documents.sender import municipality
from portal.documents.shapes import SubmissionDocument
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funding_requests import operations, queries, writing
from portal.funding_requests.blueprint import blueprint
from portal.funding_requests.counted import Counted, counted_with
from portal.funding_requests.document import document_data
from portal.funding_requests.lifecycle import Action, Status, step
from portal.funding_requests.presenting import other_amounts
from portal.funding_requests.rules import REFUSALS
from portal.people.permissions import Permission
from portal.register.reading import shown_case
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, demo, requires
from portal.web.pages import as_file, render

WRITES = requires(Permission.WRITE_REQUEST)


def _case_address(case_id: UUID) -> str:
    return url_for("desk.case", case_id=case_id)


@blueprint.get("/askanden/<uuid:case_id>/granska")
@WRITES
def review(case_id: UUID) -> Response:
    """The whole request as it will read, what is missing, and the one button."""
    return _review(case_id, {}, 200)


def _desk(case_id: UUID, problems: Mapping[str, str], status: int) -> writing.Desk:
    """What is to be reviewed; where a press came too late, the conflict itself rather than that nothing can be written."""
    try:
        return writing.shown_desk(case_id, actor())
    except Refused as error:
        if status == 409:
            raise Conflict(problems[""]) from error
        raise


def _counted(here: writing.Desk) -> Counted:
    """The unit's other requests that count against the ceiling with the one to be sent."""
    content = here.reading.content
    return counted_with(
        here.case,
        fund_id=next(
            (fund.id for fund in here.options.funds if content.fund and str(fund.public_id) == content.fund.public_id), None
        ),
        year=content.budget_year,
        own=content.total,
        cost_types=content.cost_types,
        on=clock.today(),
        actor=actor(),
    )


def _review(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    here = _desk(case_id, problems, status)
    counted = None if here.reading.problems else _counted(here)
    address = url_for("funding_requests.write", case_id=case_id)
    page = writing.page(here, address, all_problems=True, people=False, counted=counted)
    stopped = problems.get("", "")
    return render(
        "funding_requests/review.html",
        status=status,
        sheet=page,
        content=here.reading.content,
        problems=here.reading.problems,
        stopped=stopped,
        counted=counted,
        other_amounts=other_amounts(here.reading.content.points, here.reading.content.total),
        form_key=new_form_key(),
    )


def _drafted(case_id: UUID) -> SubmissionDocument:
    """What the document would say; only of what could be sent. Raises Unknown."""
    here = writing.shown_desk(case_id, actor())
    if here.reading.problems:
        raise Unknown
    return document_data(
        here.reading.content,
        municipality=municipality(),
        made_at=clock.now(),
        case_number=here.case.number,
        test=demo(),
    )


@blueprint.get("/askanden/<uuid:case_id>/utkast.docx")
@WRITES
def draft_letter(case_id: UUID) -> Response:
    """The document as a Word file, marked as a draft; only of what could be sent."""
    return as_file(word.letter(_drafted(case_id)), word.MIME, _("Tjänsteskrivelse, utkast.docx"))


@blueprint.get("/askanden/<uuid:case_id>/forhandsvisning.png")
@WRITES
def preview(case_id: UUID) -> Response:
    """The first page of the document as a picture; only of what could be sent."""
    data = _drafted(case_id)
    answer = make_response(page_picture(rendering.render("submission", data), 0, 2.0))
    answer.mimetype = "image/png"
    return answer


@blueprint.post("/askanden/<uuid:case_id>/skicka-in")
@WRITES
def submit(case_id: UUID) -> Response:
    """Send it: one press, one version, however many times it is pressed."""

    def run() -> str:
        only("draft_version")
        case = operations.submit(case_id=case_id, by=actor(), seen_version=seen_version(), seen_draft=_seen_draft())
        if case.status == Status.WITH_MANAGER:
            flash(_("Äskandet är skickat till närmaste chef. Det diarieförs när chefen har godkänt det."), "go")
        else:
            flash(_("Äskandet är inskickat. Det har diarienummer %(number)s.", number=case.number), "go")
        return _case_address(case_id)

    return perform(run, lambda problems, status: _review(case_id, problems, status))


def _seen_draft() -> int:
    raw = request.form.get("draft_version", "")
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 9):
        raise Invalid({"": _("Formuläret saknar utkastets version. Ladda om sidan och försök igen.")})
    return int(raw)


def _leave(case_id: UUID, action: Action, template: str, problems: Mapping[str, str], status: int) -> Response:
    """The page on which a draft is discarded or a request withdrawn; a refused one says why instead of the form."""
    by = actor()
    case = shown_case(case_id, by)
    facts = queries.facts(case, by)
    refusal = REFUSALS[action](facts)
    if refusal is None and step(case.status, action) is None:
        raise Unknown
    return render(
        template,
        status=status,
        case=case,
        refusal=refusal,
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
    )


@blueprint.get("/askanden/<uuid:case_id>/kasta")
@WRITES
def discard(case_id: UUID) -> Response:
    """What will be thrown away."""
    return _leave(case_id, Action.DISCARD, "funding_requests/discard.html", {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/kasta")
@WRITES
def perform_discard(case_id: UUID) -> Response:
    """Throw the draft away."""

    def run() -> str:
        only()
        operations.discard(case_id=case_id, by=actor(), seen_version=seen_version())
        flash(_("Utkastet är kastat."), "go")
        return url_for("funding_requests.index")

    return perform(run, lambda p, status: _leave(case_id, Action.DISCARD, "funding_requests/discard.html", p, status))


@blueprint.get("/askanden/<uuid:case_id>/aterkalla")
@WRITES
def withdraw(case_id: UUID) -> Response:
    """Why the request is taken back."""
    return _leave(case_id, Action.WITHDRAW, "funding_requests/withdraw.html", {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/aterkalla")
@WRITES
def perform_withdraw(case_id: UUID) -> Response:
    """Take the request back."""

    def run() -> str:
        only("reason")
        fields = Fields()
        reason = fields.text("reason", limit=operations.MOST_REASON, multiline=True)
        fields.done()
        case = operations.withdraw(case_id=case_id, reason=reason, by=actor(), seen_version=seen_version())
        flash(_("Äskandet %(number)s är återkallat.", number=case.number), "go")
        return _case_address(case_id)

    return perform(run, lambda p, status: _leave(case_id, Action.WITHDRAW, "funding_requests/withdraw.html", p, status))
