"""The answer to a request: handing out, the written decision, and the end. Adds to the blueprint of ``routes``."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, request

from portal import clock
from portal.disclosure import deciding, folder, operations, queries
from portal.disclosure.operations import OUTCOMES, WAYS
from portal.disclosure.review_routes import blueprint
from portal.disclosure.routes import DISCLOSERS, LONG, OUTCOME_WORDS, READERS, SHORT, act_on, form_page
from portal.documents.store import current_store
from portal.documents.uploads import MIME, in_filename
from portal.errors import Conflict, Unknown
from portal.people.rules import refusal_without_password
from portal.settings import current_settings
from portal.text import _
from portal.web.forms import Fields, only, seen_version
from portal.web.gate import actor
from portal.web.pages import as_file, as_large_file

__all__ = ["blueprint"]


def _hand_out_page(request_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    ways = [("", _("Välj")), *((code, _(word)) for code, word in WAYS.items())]
    return form_page("hand_out", request_id, problems, status, ways=ways, tariff=operations.tariff())


@blueprint.get("/<uuid:request_id>/lamna-ut")
@DISCLOSERS
def hand_out(request_id: UUID) -> Response:
    """How the documents leave, and what the copies cost."""
    return _hand_out_page(request_id, {}, 200)


@blueprint.post("/<uuid:request_id>/lamna-ut")
@DISCLOSERS
def perform_hand_out(request_id: UUID) -> Response:
    """Note that they have left."""

    def run() -> None:
        only("way", "on", "pages")
        fields = Fields()
        way = fields.choice("way", tuple(WAYS), required=_("Välj hur handlingarna lämnades ut."))
        on = fields.day("on", required=_("Skriv vilken dag handlingarna lämnades ut."))
        pages = _pages(fields)
        fields.done()
        assert on is not None
        operations.hand_out(request_id=request_id, way=way, on=on, pages=pages, by=actor(), seen_version=seen_version())

    return act_on(request_id, run, "Utlämnandet är antecknat.",
                lambda problems, status: _hand_out_page(request_id, problems, status))  # fmt: skip


def _pages(fields: Fields) -> int:
    """What was typed; less than none where it is no number, which the operation refuses like any other such."""
    typed = fields.text("pages", limit=SHORT) or "0"
    return int(typed) if typed.isascii() and typed.isdigit() else -1


def _decide_page(request_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    return form_page(
        "decide",
        request_id,
        problems,
        status,
        clause=current_settings().disclosure.clause,
        court=current_settings().disclosure.court,
        needs_password=refusal_without_password(actor(), clock.now()) is not None,
    )


@blueprint.get("/<uuid:request_id>/beslut")
@DISCLOSERS
def decide(request_id: UUID) -> Response:
    """The written decision, to be reasoned."""
    return _decide_page(request_id, {}, 200)


@blueprint.post("/<uuid:request_id>/beslut")
@DISCLOSERS
def perform_decide(request_id: UUID) -> Response:
    """Decide; the document is made right after."""

    def run() -> None:
        only("reasons", "clause")
        fields = Fields()
        reasons = fields.text("reasons", limit=LONG, multiline=True, required=_("Skriv skälen för beslutet."))
        clause = fields.text("clause", limit=SHORT)
        fields.done()
        deciding.decide(request_id=request_id, reasons=reasons, clause=clause, by=actor(), seen_version=seen_version())

    return act_on(request_id, run, "Beslutet är fattat. Handlingen skapas och ska sändas till sökanden.",
                lambda problems, status: _decide_page(request_id, problems, status), password=True)  # fmt: skip


@blueprint.get("/<uuid:request_id>/beslut.pdf")
@READERS
def decision_file(request_id: UUID) -> Response:
    """The written decision with how it is appealed, as the worker made it."""
    decision = queries.decision_of(queries.get(request_id))
    if decision is None:
        raise Unknown
    if decision.sha256 is None:
        raise Conflict(_("Handlingen skapas. Försök igen om en stund."))
    return as_file(current_store().read(decision.sha256), MIME["pdf"], f"beslut-{in_filename(decision.number)}.pdf")


@blueprint.get("/<uuid:request_id>/handlingar.zip", endpoint="folder")
@DISCLOSERS
def packed(request_id: UUID) -> Response:
    """What leaves, as one folder. Where a mark stands the reading is logged before anything is sent."""
    name, made = folder.pack(request_id, actor())
    return as_large_file(made, "application/zip", name)


def _close_page(request_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    asked = queries.get(request_id)
    options = [("", _("Välj")), *((code, _(word)) for code, word in OUTCOMES.items())]
    known = operations.outcome_of(asked)
    return form_page("close", request_id, problems, status, known=_(OUTCOME_WORDS[known]) if known else "", outcomes=options)


@blueprint.get("/<uuid:request_id>/avsluta")
@DISCLOSERS
def close(request_id: UUID) -> Response:
    """How the request ended."""
    return _close_page(request_id, {}, 200)


@blueprint.post("/<uuid:request_id>/avsluta")
@DISCLOSERS
def perform_close(request_id: UUID) -> Response:
    """End it."""

    def run() -> None:
        only("outcome", "note")
        fields = Fields()
        text = fields.text("note", limit=LONG, multiline=True)
        outcome = request.form.get("outcome", "")
        fields.done()
        operations.close(request_id=request_id, outcome=outcome, text=text, by=actor(), seen_version=seen_version())

    return act_on(request_id, run, "Begäran är avslutad.",
                lambda problems, status: _close_page(request_id, problems, status))  # fmt: skip
