"""Registered documents: the post of a day (dagens post), and what the register says of one document, to be corrected."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from portal import clock
from portal.errors import Invalid, Refused
from portal.paging import day_of
from portal.people.permissions import Permission
from portal.register import document_queries, documents, paging, publicity, queries
from portal.register.document_models import Direction, RegisteredDocument
from portal.register.documents import LONGEST_TITLE, Correction
from portal.register.models import Case
from portal.register.reading import shown
from portal.register.rules import registrar_only
from portal.text import _
from portal.web.filters import day as in_words
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("registered", __name__)

REGISTRAR = requires(Permission.KEEP_REGISTER)
_FIELDS = ("type", "dated_on", "title", "public_title", "counterparty", "counterparty_number")
_WENT: dict[str, str] = {Direction.IN: "Inkommen", Direction.OUT: "Utgående", Direction.DRAWN_UP: "Upprättad"}


@blueprint.app_template_filter("went")
def went(direction: str) -> str:
    """Which way a document went, in a word."""
    return _(_WENT[direction])


@blueprint.app_template_filter("publicity")
def publicity_of(document: RegisteredDocument) -> str:
    """Since when the document is allmän handling and why, or why it is not yet: one sentence."""
    return publicity.said(document.public_ground, _since(document), document.source_kind)


@blueprint.app_template_filter("publicity_briefly")
def publicity_briefly(document: RegisteredDocument) -> str:
    """The same in a list."""
    return publicity.said_briefly(document.public_ground, _since(document))


def _since(document: RegisteredDocument) -> str:
    return in_words(document.public_since) if document.public_since else ""


def day_in_address() -> date:
    """The day that the address names, else today. Raises Invalid for what is no day."""
    typed = request.args.get("dag", "")[:50].strip()
    on = day_of(typed) if typed else clock.today()
    if on is None:
        raise Invalid({"dag": _("Datumet kan inte läsas. Skriv det som 2026-11-22.")})
    return on


@blueprint.get("/diariet/dagens-post")
@requires(Permission.READ_REGISTER)
def day_list() -> Response:
    """What was registered on a day: of every document number, title, sender or recipient, and whether it is public."""
    problems: Mapping[str, str] = {}
    try:
        on = day_in_address()
    except Invalid as error:
        on, problems = clock.today(), error.problems
    typed = request.args.get("efter", "")
    after = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 15 else 0
    found = document_queries.of_day(on, actor(), after=after)
    return render(
        "register/day_list.html",
        status=422 if problems else 200,
        found=found,
        count=paging.count_words(found.count, _("handling"), _("handlingar")),
        on=on,
        typed=request.args.get("dag", "") if problems else on,
        problems=problems,
        next_href=url_for(".day_list", dag=on.isoformat(), efter=found.following) if found.following else None,
        file_href=url_for("printed.day_list", dag=on.isoformat()) if found.rows else None,
    )


def _page(document_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    """The form, filled with what was typed or with what the register says now; or why it is not open."""
    by = actor()
    document, case = shown(lambda: document_queries.find(document_id, by), lambda found: found[1], by=by)
    facts = queries.facts(case, by.acting(Permission.KEEP_REGISTER))
    return render(
        "register/correct_document.html",
        status=status,
        document=document,
        case=case,
        refusal=registrar_only(facts),
        problems=problems,
        values=request.form if request.method == "POST" else _values(document),
        types=[(each.code, each.name) for each in document_queries.types()],
        form_key=new_form_key(),
    )


def _values(document: RegisteredDocument) -> dict[str, Any]:
    return {
        "type": document.type.code,
        "dated_on": document.dated_on,
        "title": document.title,
        "public_title": document.public_title,
        "counterparty": document.counterparty,
        "counterparty_number": document.counterparty_number,
    }


@blueprint.get("/diariet/handlingar/<uuid:registered_id>")
@REGISTRAR
def correct_document(registered_id: UUID) -> Response:
    """What the register says of a document, to be corrected."""
    return _page(registered_id, {}, 200)


@blueprint.post("/diariet/handlingar/<uuid:registered_id>")
@REGISTRAR
def perform_correct_document(registered_id: UUID) -> Response:
    """Correct it. Where another registrar came first the page shows what was typed, and what stands now beside it."""

    def run() -> str:
        document, case = documents.correct_document(
            document_id=registered_id, correction=_typed(), by=actor(), seen_version=seen_version()
        )
        flash(_("Uppgifterna om handling %(number)s är ändrade.", number=document.number), "go")
        return _of_case(case)

    try:
        return perform(run, lambda problems, status: _page(registered_id, problems, status))
    except Refused as refused:
        return _page(registered_id, {"": str(refused)}, 403)


def _of_case(case: Case) -> str:
    return url_for("desk.case", case_id=case.public_id) + "#diarieforda"


def _typed() -> Correction:
    """What was typed, read. Raises Invalid."""
    only(*_FIELDS)
    fields = Fields()
    on = fields.day("dated_on", required=_("Skriv vilken dag handlingen kom in eller upprättades."))
    typed = {name: fields.text(name, limit=LONGEST_TITLE) for name in _FIELDS if name != "dated_on"}
    correction = Correction(dated_on=on or clock.today(), **typed)
    known = document_queries.type_id(correction.type) is not None
    if problems := {**documents.problems_of(correction, known=known, today=clock.today()), **fields.problems}:
        raise Invalid(problems)
    return correction
