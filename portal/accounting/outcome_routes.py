"""Outcome from the ledger in the browser: the files that were read in, and a file that is looked through before it counts."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from portal.accounting import kept, outcome_operations, outcome_queries
from portal.accounting.outcome import month_name
from portal.documents.store import DamagedFile
from portal.errors import Invalid, Unknown
from portal.people.permissions import Permission
from portal.settings import current_settings
from portal.text import _
from portal.web.forms import new_form_key, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("outcome", __name__)

FINANCE = requires(Permission.RECORD_BUDGET)
READS = requires(Permission.READ_DECISIONS)
_PURPOSE = "outcome"  # what an uploaded file is kept for


@blueprint.get("/utfall")
@READS
def index() -> Response:
    """The files that were read in, newest first, and the form for another."""
    return _index({}, 200)


def _index(problems: Mapping[str, str], status: int) -> Response:
    page = outcome_queries.imports(request.args.get("efter"))
    return render(
        "accounting/outcomes.html",
        status=status,
        rows=[(row, month_name(row.month)) for row in page.rows],
        next_href=url_for("outcome.index", efter=page.following) if page.following else None,
        may_read_in=actor().may(Permission.RECORD_BUDGET),
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
    )


@blueprint.post("/utfall")
@FINANCE
def upload() -> Response:
    """Keep the file unchanged and go on to what it says."""
    try:
        only("file", "month")
        name, content = kept.sent_file()
        chosen = request.form.get("month", "").strip()
        outcome_operations.read_file(content, chosen)
    except Invalid as error:
        return _index(error.problems, 422)
    token = kept.token(kept.keep(name, content, chosen), _PURPOSE)
    return perform(lambda: url_for("outcome.review", fil=token), _index)


@blueprint.get("/utfall/granska")
@FINANCE
def review() -> Response:
    """What the file says, and what would be replaced."""
    return _review(request.args.get("fil", ""), {}, 200)


def _review(token: str, problems: Mapping[str, str], status: int) -> Response:
    file = kept.named(token, _PURPOSE)
    try:
        months = outcome_operations.looked_through(file)
    except DamagedFile:
        raise Unknown from None
    return render(
        "accounting/outcome_review.html",
        status=status,
        name=file.name,
        token=token,
        months=[(month, month_name(month.month)) for month in months],
        problems=problems,
        form_key=new_form_key(),
    )


@blueprint.post("/utfall/las-in")
@FINANCE
def take_in() -> Response:
    """Read the file in."""
    token = request.form.get("fil", "")
    file = kept.named(token, _PURPOSE)

    def run() -> str:
        only("fil", "replace*")
        made = outcome_operations.import_outcome(kept=file, replaced=_replaced(), by=actor())
        if made:
            months = ", ".join(month_name(row.month) for row in made)
            flash(_("Utfallet för %(months)s är inläst.", months=months), "go")
        else:
            flash(_("Filen är redan inläst. Inget har ändrats."), "info")
        return url_for("outcome.index")

    return perform(run, lambda problems, status: _review(token, problems, status))


def _replaced() -> list[UUID]:
    try:
        return [UUID(raw) for raw in request.form.getlist("replace")]
    except ValueError:
        raise Unknown from None


@blueprint.get("/utfall/<uuid:import_id>")
@READS
def show(import_id: UUID) -> Response:
    """One file: what it held for each grant, or (``okanda``) the codes that are no grant's."""
    found = outcome_queries.import_called(import_id)
    unknown = request.args.get("visa") == "okanda"
    rows, following = outcome_queries.rows_of(found, actor(), unknown=unknown, after=request.args.get("efter", ""))
    shown = "okanda" if unknown else None
    next_href = url_for("outcome.show", import_id=import_id, visa=shown, efter=following) if following else None
    labels = {part.key: part.label for part in current_settings().code_parts}
    return render(
        "accounting/outcome.html",
        found=found,
        month=month_name(found.month),
        rows=rows,
        unknown=unknown,
        labels=labels,
        next_href=next_href,
    )
