"""Code tables in the browser: what they hold, and a file of codes that is looked through before it is read in."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, request, url_for

from portal.accounting import code_operations, code_queries, codes, kept
from portal.documents.store import DamagedFile, current_store
from portal.errors import Invalid, Unknown
from portal.people.permissions import Permission
from portal.settings import CodePart, current_settings
from portal.text import _
from portal.web.forms import new_form_key, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("codes", __name__)

FINANCE = requires(Permission.RECORD_BUDGET)


@blueprint.get("/kodtabeller")
@FINANCE
def index() -> Response:
    """Every part of the code string with the size of its table, and the files that were read in last."""
    labels = {part.key: part.label for part in current_settings().code_parts}
    return render("accounting/codes.html", standings=code_queries.standings(), imports=code_queries.imports(), labels=labels)


@blueprint.get("/kodtabeller/<string(maxlength=30):part>")
@FINANCE
def show(part: str) -> Response:
    """One part's codes, and the form for a file."""
    return _show(code_queries.part_called(part), {}, 200)


def _show(part: CodePart, problems: Mapping[str, str], status: int) -> Response:
    rows, following = code_queries.page(part, request.args.get("efter"))
    return render(
        "accounting/code_table.html",
        status=status,
        part=part,
        rows=rows,
        columns=codes.COLUMNS,
        next_href=url_for("codes.show", part=part.key, efter=following) if following else None,
        problems=problems,
        form_key=new_form_key(),
    )


def _purpose(part: CodePart) -> str:
    """What a file is kept for: the table of one part."""
    return f"codes:{part.key}"


@blueprint.post("/kodtabeller/<string(maxlength=30):part>")
@FINANCE
def upload(part: str) -> Response:
    """Keep the file unchanged and go on to what it would change."""
    of = code_queries.part_called(part)
    try:
        only("file")
        name, content = kept.sent_file()
        code_operations.read_file(of, content)
    except Invalid as error:
        return _show(of, error.problems, 422)
    token = kept.token(kept.keep(name, content), _purpose(of))
    return perform(lambda: url_for("codes.review", part=of.key, fil=token), lambda p, s: _show(of, p, s))


@blueprint.get("/kodtabeller/<string(maxlength=30):part>/granska")
@FINANCE
def review(part: str) -> Response:
    """What the file would change."""
    return _review(code_queries.part_called(part), request.args.get("fil", ""), {}, 200)


def _review(part: CodePart, token: str, problems: Mapping[str, str], status: int) -> Response:
    file = kept.named(token, _purpose(part))
    try:
        values = code_operations.read_file(part, current_store().read(file.sha256))
    except DamagedFile:
        raise Unknown from None
    return render(
        "accounting/code_review.html",
        status=status,
        part=part,
        name=file.name,
        token=token,
        changes=codes.changes(code_queries.table(part), values),
        problems=problems,
        form_key=new_form_key(),
    )


@blueprint.post("/kodtabeller/<string(maxlength=30):part>/las-in")
@FINANCE
def take_in(part: str) -> Response:
    """Read the file in."""
    of = code_queries.part_called(part)
    token = request.form.get("fil", "")
    file = kept.named(token, _purpose(of))

    def run() -> str:
        only("fil")
        code_operations.import_codes(of, file, by=actor())
        flash(_("Kodtabellen för %(part)s är inläst.", part=of.label.lower()), "go")
        return url_for("codes.show", part=of.key)

    return perform(run, lambda problems, status: _review(of, token, problems, status))
