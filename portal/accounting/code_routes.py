"""Code tables in the browser: what they hold, and a file of codes that is looked through before it is read in."""

import hmac
from collections.abc import Mapping

from flask import Blueprint, Response, current_app, flash, request, url_for

from portal.accounting import code_operations, code_queries, codes
from portal.accounting.code_operations import Kept
from portal.documents.store import DamagedFile, current_store
from portal.documents.uploads import clean_filename
from portal.errors import Invalid, Unknown
from portal.people.permissions import Permission
from portal.settings import CodePart, current_settings
from portal.text import _
from portal.web.forms import new_form_key, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("codes", __name__)

FINANCE = requires(Permission.RECORD_BUDGET)
_HEX = 64  # letters of a SHA-256


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


def _mac(part: CodePart, rest: str) -> str:
    secret = current_app.secret_key
    assert isinstance(secret, bytes)
    return hmac.digest(secret, f"codes:{part.key}:{rest}".encode(), "sha256").hex()


def _token(part: CodePart, kept: Kept) -> str:
    """Names an uploaded file in an address. Signed: by its SHA-256 alone any stored file could be asked for."""
    rest = kept.sha256 + kept.name
    return _mac(part, rest) + rest


def _kept(part: CodePart, token: str) -> Kept:
    """The uploaded file that the token names. Raises Unknown."""
    mac, rest = token[:_HEX], token[_HEX:]
    if not hmac.compare_digest(mac.encode(), _mac(part, rest).encode()):
        raise Unknown
    return Kept(name=rest[_HEX:], sha256=rest[:_HEX])


@blueprint.post("/kodtabeller/<string(maxlength=30):part>")
@FINANCE
def upload(part: str) -> Response:
    """Keep the file unchanged and go on to what it would change."""
    of = code_queries.part_called(part)
    try:
        only("file")
        file = request.files.get("file")
        if not file or not file.filename:
            raise Invalid({"file": _("Välj en CSV-fil.")})
        content = file.read()
        code_operations.read_file(of, content)
    except Invalid as error:
        return _show(of, error.problems, 422)
    kept = Kept(name=clean_filename(file.filename), sha256=current_store().put(content))
    token = _token(of, kept)
    return perform(lambda: url_for("codes.review", part=of.key, fil=token), lambda p, s: _show(of, p, s))


@blueprint.get("/kodtabeller/<string(maxlength=30):part>/granska")
@FINANCE
def review(part: str) -> Response:
    """What the file would change."""
    return _review(code_queries.part_called(part), request.args.get("fil", ""), {}, 200)


def _review(part: CodePart, token: str, problems: Mapping[str, str], status: int) -> Response:
    kept = _kept(part, token)
    try:
        file = code_operations.read_file(part, current_store().read(kept.sha256))
    except DamagedFile:
        raise Unknown from None
    return render(
        "accounting/code_review.html",
        status=status,
        part=part,
        kept=kept,
        token=token,
        changes=codes.changes(code_queries.table(part), file),
        problems=problems,
        form_key=new_form_key(),
    )


@blueprint.post("/kodtabeller/<string(maxlength=30):part>/las-in")
@FINANCE
def take_in(part: str) -> Response:
    """Read the file in."""
    of = code_queries.part_called(part)
    token = request.form.get("fil", "")
    kept = _kept(of, token)

    def run() -> str:
        only("fil")
        code_operations.import_codes(of, kept, by=actor())
        flash(_("Kodtabellen för %(part)s är inläst.", part=of.label.lower()), "go")
        return url_for("codes.show", part=of.key)

    return perform(run, lambda problems, status: _review(of, token, problems, status))
