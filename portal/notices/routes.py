"""One's notices: what one has been told, and how one wants to be told."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from portal.notices import operations, queries
from portal.notices.kinds import KINDS, WAYS, How, Kind
from portal.people.forms import new_key
from portal.people.queries import person
from portal.settings import current_settings
from portal.text import _
from portal.web.forms import Fields, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("notices", __name__)


def _page(problems: Mapping[str, str], status: int) -> Response:
    rows, following = queries.page(actor(), request.args.get("efter", ""))
    return render(
        "notices/index.html",
        status=status,
        problems=problems,
        rows=rows,
        some_unread=any(row.unread for row in rows),
        new_key=new_key,
        next_href=url_for(".index", efter=following) if following else None,
    )


@blueprint.get("/aviseringar")
@requires()
def index() -> Response:
    """What one has been told, newest first."""
    return _page({}, 200)


@blueprint.post("/aviseringar/<uuid:notice_id>/oppna")
@requires()
def follow(notice_id: UUID) -> Response:
    """Mark a notice as read, and go to what it is about."""

    def run() -> str:
        only()
        row = operations.read(notice_id=notice_id, by=actor())
        if row.copy is not None:
            return url_for("dispatch.copy", copy_id=row.copy)
        return url_for("desk.case", case_id=queries.case_of(row))

    return perform(run, _page)


@blueprint.post("/aviseringar/lasta")
@requires()
def read_all() -> Response:
    """Mark all as read."""

    def run() -> str:
        only()
        operations.read_all(by=actor())
        flash(_("Alla aviseringar är markerade som lästa."), "go")
        return url_for(".index")

    return perform(run, _page)


def _choices(problems: Mapping[str, str], status: int) -> Response:
    chosen = queries.choices_of(actor().person_id)
    return render(
        "notices/choices.html",
        status=status,
        problems=problems,
        kinds=[(kind.value, *words) for kind, words in KINDS.items()],
        ways=[(how.value, words) for how, words in WAYS.items()],
        values={kind.value: request.form.get(kind.value, chosen.get(kind, How.NOW).value) for kind in KINDS},
        hour=current_settings().digest_hour,
        email=person(actor().public_id).email or "",
        form_key=request.form.get("form_key") or new_key(),
    )


@blueprint.get("/konto/aviseringar")
@requires()
def choices() -> Response:
    """How one wants to be told of what."""
    return _choices({}, 200)


@blueprint.post("/konto/aviseringar")
@requires()
def choose() -> Response:
    """Choose it."""

    def run() -> str:
        only(*(kind.value for kind in Kind))
        fields = Fields()
        allowed = tuple(how.value for how in How)
        chosen = {kind: fields.choice(kind.value, allowed, required=_("Välj hur du vill få veta det.")) for kind in Kind}
        fields.done()
        operations.choose({kind: How(how) for kind, how in chosen.items()}, by=actor())
        flash(_("Dina val är sparade."), "go")
        return url_for("people.account")

    return perform(run, _choices)
