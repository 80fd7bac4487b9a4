"""Writing a request: begin, save at any time, rows, files, co-writers. The other pages hang on the same blueprint."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for

from portal import clock
from portal.db import transaction
from portal.errors import Conflict, Invalid, Unknown
from portal.funding_requests import (
    attaching,
    attachments,
    following_routes,
    forms,
    letter_routes,
    list_routes,
    manager_routes,
    operations,
    queries,
    read_in_routes,
    review_routes,
    writing,
)
from portal.funding_requests.blueprint import blueprint
from portal.funding_requests.content import Draft
from portal.funding_requests.read_in_routes import chosen_unit, unit_options
from portal.people.permissions import Permission
from portal.text import _
from portal.web.forms import new_form_key, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import render, wants_fragment

__all__ = ["blueprint", "following_routes", "letter_routes", "list_routes", "manager_routes", "read_in_routes", "review_routes"]

WRITES = requires(Permission.WRITE_REQUEST)
SEE_OTHER, CONFLICT = 303, 409


@blueprint.get("/askanden/ny")
@WRITES
def new() -> Response:
    """Begin: choose the unit, write from nothing or read a document in."""
    return _new({}, 200)


def _new(problems: Mapping[str, str], status: int) -> Response:
    return render(
        "funding_requests/new.html",
        status=status,
        units=unit_options(),
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
    )


@blueprint.post("/askanden/ny")
@WRITES
def create() -> Response:
    """Make the case with its draft."""

    def run() -> str:
        only("unit")
        case = operations.create_draft(unit_id=chosen_unit(), by=actor())
        return url_for("funding_requests.write", case_id=case.public_id)

    return perform(run, _new)


@blueprint.get("/askanden/<uuid:case_id>/skriv")
@WRITES
def write(case_id: UUID) -> Response:
    """The whole request on one page."""
    return draw(case_id, all_problems=request.args.get("visa") == "allt")


def draw(
    case_id: UUID,
    draft: Draft | None = None,
    *,
    status: int = 200,
    problem: str = "",
    not_attached: Mapping[str, str] | None = None,
    all_problems: bool = False,
) -> Response:
    """The writing page with what is saved, or with ``draft`` as just typed; ``not_attached`` is why no file was attached."""
    here = writing.shown_desk(case_id, actor(), draft, to_keep=draft is not None)
    address = url_for("funding_requests.write", case_id=case_id)
    page = writing.page(here, address, all_problems=all_problems)
    return render(
        "funding_requests/write.html",
        status=status,
        sheet=page,
        all_problems=all_problems,
        problem=problem,
        not_attached=not_attached or {},
        form_key=new_form_key(),
    )


@blueprint.post("/askanden/<uuid:case_id>/spara")
@WRITES
def save(case_id: UUID) -> Response:
    """Save what is typed: by itself while typing (a fragment), by a row's button, or by "Spara utkastet"; and attach files,
    with what is typed or alone."""
    only(*forms.NAMES, *forms.CONTROLS)
    draft = forms.draft_from_form(request.form)
    anchor = forms.apply_rows(draft, request.form)
    if attaching.is_asked():
        return _attach(case_id, draft, anchor)
    try:
        with transaction():
            anchor = _save(case_id, draft) or anchor
    except (Conflict, Invalid) as error:
        return _not_saved(case_id, draft, error)
    if wants_fragment(request):
        return _saved(case_id, anchor)
    return _see(_next(case_id, anchor))


def _save(case_id: UUID, draft: Draft) -> str | None:
    """Keep what is typed and remove a file if its button was pressed; the anchor of the part that changed."""
    operations.save_draft(
        case_id=case_id,
        draft=draft,
        by=actor(),
        seen=forms.version_of(request.form),
        page=request.form.get("page", ""),
    )
    dropped = request.form.get("drop")
    if not dropped:
        return None
    operations.remove_attachment(case_id=case_id, document_id=_uuid(dropped), by=actor())
    return "bilagor"


def _next(case_id: UUID, anchor: str | None, *, stay: bool = False) -> str:
    if request.form.get("next") == "granska" and not stay:
        return url_for("funding_requests.review", case_id=case_id)
    return url_for("funding_requests.write", case_id=case_id, _anchor=anchor)


def _attach(case_id: UUID, draft: Draft, anchor: str | None) -> Response:
    """Attach what holds of the sent files, once however often the form is sent, and tell of each that does not."""
    queries.opened(case_id, actor())  # of what is sent to a case that one does not see, nothing is kept
    typed = draft if attaching.has_draft() else None

    def again(problems: Mapping[str, str], status: int) -> Response:
        return _not_attached(case_id, typed, problems, status)

    try:
        received = attaching.sent()
    except Invalid as error:
        return again(error.problems, 422)
    done = None

    def run() -> str:
        nonlocal done
        part = _save(case_id, draft) if typed else None
        done = attaching.attach(case_id, received, actor())
        return _next(case_id, "bilagor" if done.refused else anchor or part or "bilagor", stay=bool(done.refused))

    answer = perform(run, again)
    if answer.status_code != SEE_OTHER:
        return answer
    if wants_fragment(request):
        return _listed(case_id, done.refused if done else [])
    if done:
        attaching.tell(done)
    return answer


def _listed(case_id: UUID, refused: Sequence[str]) -> Response:
    """The small answer: the attachments as they now stand, and why any of what was sent is not among them."""
    files = attachments.listed(queries.opened(case_id, actor()).case)
    return make_response(render_template("funding_requests/write/files.html", files=files, refused=refused))


def _not_attached(case_id: UUID, typed: Draft | None, problems: Mapping[str, str], status: int) -> Response:
    if wants_fragment(request):
        sentence = " ".join(problems.values())
        return make_response(render_template("funding_requests/not_saved.html", sentence=sentence), status)
    if status == CONFLICT:
        return draw(case_id, typed, status=status, problem=" ".join(problems.values()))
    return draw(case_id, typed, status=status, not_attached=problems)


def _see(address: str) -> Response:
    return make_response(redirect(address, 303))


def _saved(case_id: UUID, anchor: str | None) -> Response:
    """The small answer: when it was saved, the new version, the list of parts; and the part whose rows changed."""
    here = writing.desk(case_id, actor())
    page = writing.page(here, url_for("funding_requests.write", case_id=case_id), people=False)
    answer = make_response(render_template("funding_requests/saved.html", sheet=page, anchor=anchor, saved_at=clock.now()))
    answer.headers["X-Version"] = str(page.draft_version)
    return answer


def _not_saved(case_id: UUID, draft: Draft, error: Conflict | Invalid) -> Response:
    status = 409 if isinstance(error, Conflict) else 422
    sentence = str(error)
    if wants_fragment(request):
        return make_response(render_template("funding_requests/not_saved.html", sentence=sentence), status)
    return draw(case_id, draft, status=status, problem=sentence)


@blueprint.post("/askanden/<uuid:case_id>/medskrivare")
@WRITES
def add_writer(case_id: UUID) -> Response:
    """Name a co-writer."""

    def run() -> str:
        only("writer")
        operations.add_writer(case_id=case_id, person_id=_chosen_person(), by=actor())
        return url_for("funding_requests.write", case_id=case_id)

    def again(problems: Mapping[str, str], status: int) -> Response:
        return draw(case_id, status=status, problem=" ".join(problems.values()))

    return perform(run, again)


def _chosen_person() -> UUID:
    if not request.form.get("writer"):
        raise Invalid({"writer": _("Välj en medskrivare i listan.")})
    return _uuid(request.form["writer"])


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Unknown from None
