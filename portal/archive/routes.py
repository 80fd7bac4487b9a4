"""Closing, reopening and archiving in the browser."""

from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for

from portal.archive import completeness, forms, operations, queries
from portal.archive.completeness import Check
from portal.archive.material import MESSAGE, MESSAGES_AT_ONCE, pieces
from portal.archive.rules import REFUSALS
from portal.db import transaction
from portal.decisions.queries import Known
from portal.errors import Conflict, Refused, Unknown
from portal.funding_requests.acting import in_role
from portal.funding_requests.lifecycle import Action, step
from portal.people.permissions import Permission
from portal.people.queries import units
from portal.register.models import Case
from portal.register.paging import too_short
from portal.register.reading import shown_case
from portal.text import _
from portal.web.filtering import Narrowing, day_problems, days_in_words
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("archive", __name__)

NARROWING = Narrowing(queries.Filter, "archive.index", {"text": "q", "unit": "enhet", "first": "fran", "last": "till"})

REGISTRAR = requires(Permission.KEEP_REGISTER)
LONGEST_REASON = 10_000


def _checks(case: Case, known: Known, *, with_report: bool) -> list[tuple[Check, str]]:
    """What the gate asks for, each with the address where it is mended."""
    pages = {
        completeness.REGISTRATION: "register.check_registration",
        completeness.NUMBER: "register.enter_number",
        completeness.MARKS: "register.mark_secrecy",
    }
    anchors = {completeness.DOCUMENT: "handlingar", completeness.COPIES: "kopior"}
    found = []
    for check in completeness.checklist(queries.standing(case, known), with_report=with_report):
        page = pages.get(check.about, "desk.case")
        found.append((check, url_for(page, case_id=case.public_id, _anchor=anchors.get(check.about))))
    return found


def _draw(case_id: UUID, action: Action, template: str, problems: Mapping[str, str], status: int) -> Response:
    case = shown_case(case_id, actor())
    by = in_role(actor(), (Permission.KEEP_REGISTER,), case.unit_id)
    known = queries.known_of(case)
    facts = queries.facts(case, by, known=known)
    in_turn = step(case.status, action) is not None
    cleans = action is Action.CLEAN
    found = pieces(case) if cleans and facts.has_material and in_turn else []
    return render(
        f"archive/{template}.html",
        status=status,
        case=case,
        refusal=REFUSALS[action](facts),
        checks=_checks(case, known, with_report=action is Action.CLOSE) if in_turn and not cleans else [],
        complete=not facts.missing and not (facts.report_missing and action is Action.CLOSE),
        material=facts.has_material and step(case.status, Action.CLEAN) is not None,
        pieces=found,
        more=sum(each.kind == MESSAGE for each in found) == MESSAGES_AT_ONCE,
        in_turn=in_turn,
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
    )


def _perform(case_id: UUID, action: Action, template: str, run: Callable[[str], Case], done: str, *fields: str) -> Response:
    def act() -> str:
        only(*fields)
        read = Fields()
        reason = read.text("reason", limit=LONGEST_REASON, multiline=True) if fields else ""
        read.done()
        case = run(reason)
        flash(_(done, number=case.number), "go")
        return url_for("desk.case", case_id=case_id)

    return perform(act, lambda problems, status: _draw(case_id, action, template, problems, status))


@blueprint.get("/askanden/<uuid:case_id>/avsluta")
@REGISTRAR
def close(case_id: UUID) -> Response:
    """What is in place and what is missing."""
    return _draw(case_id, Action.CLOSE, "close", {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/avsluta")
@REGISTRAR
def perform_close(case_id: UUID) -> Response:
    """Close the case."""
    return _perform(
        case_id,
        Action.CLOSE,
        "close",
        lambda _reason: operations.close(case_id=case_id, by=actor(), seen_version=seen_version()),
        "Ärende %(number)s är avslutat.",
    )


@blueprint.get("/askanden/<uuid:case_id>/avsluta-utan-slutredovisning")
@REGISTRAR
def close_without_report(case_id: UUID) -> Response:
    """Why the case is closed without its final report."""
    return _draw(case_id, Action.CLOSE_WITHOUT_REPORT, "close_without_report", {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/avsluta-utan-slutredovisning")
@REGISTRAR
def perform_close_without_report(case_id: UUID) -> Response:
    """Close the case without its final report."""
    return _perform(
        case_id,
        Action.CLOSE_WITHOUT_REPORT,
        "close_without_report",
        lambda reason: operations.close_without_report(case_id=case_id, reason=reason, by=actor(), seen_version=seen_version()),
        "Ärende %(number)s är avslutat utan slutredovisning.",
        "reason",
    )


@blueprint.get("/askanden/<uuid:case_id>/rensa")
@REGISTRAR
def clean(case_id: UUID) -> Response:
    """The working material of the case, to be kept or cleaned out."""
    return _draw(case_id, Action.CLEAN, "clean", {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/rensa")
@REGISTRAR
def perform_clean(case_id: UUID) -> Response:
    """Keep or clean out each piece."""

    def run() -> str:
        only("piece:*")
        case = operations.clean(case_id=case_id, chosen=forms.chosen_pieces(), by=actor(), seen_version=seen_version())
        flash(_("Arbetsmaterialet i %(number)s är genomgånget.", number=case.diary_number), "go")
        return url_for("desk.case", case_id=case_id)

    return perform(run, lambda problems, status: _draw(case_id, Action.CLEAN, "clean", problems, status))


@blueprint.get("/askanden/<uuid:case_id>/ateroppna")
@REGISTRAR
def reopen(case_id: UUID) -> Response:
    """Why the case is opened again."""
    return _draw(case_id, Action.REOPEN, "reopen", {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/ateroppna")
@REGISTRAR
def perform_reopen(case_id: UUID) -> Response:
    """Open the case again, where it was."""
    return _perform(
        case_id,
        Action.REOPEN,
        "reopen",
        lambda reason: operations.reopen(case_id=case_id, reason=reason, by=actor(), seen_version=seen_version()),
        "Ärende %(number)s är öppnat igen.",
        "reason",
    )


@blueprint.get("/arkiv")
@requires(Permission.READ_ARCHIVE)
def index() -> Response:
    """Closed cases to archive (for the archivist) and the archived ones."""
    chosen, places = NARROWING.chosen(), [(str(unit.public_id), unit.name) for unit in units(ended=True)]
    waiting = queries.closed(actor(), chosen, request.args.get("vantar")) if actor().may(Permission.ARCHIVE) else None
    found = queries.archived(actor(), chosen, request.args.get("efter"))
    return render(
        "archive/index.html",
        waiting=waiting,
        found=found,
        chosen=chosen,
        chips=NARROWING.tags(chosen, {"unit": dict(places), **days_in_words(chosen)}),
        units_options=places,
        problems=day_problems(chosen),
        next_waiting=NARROWING.address(chosen, vantar=waiting.after) if waiting and waiting.after else None,
        next_found=NARROWING.address(chosen, efter=found.after) if found.after else None,
        too_short=too_short(chosen.text),
        counted_to=queries.COUNTED_TO,
        form_key=new_form_key(),
    )


@blueprint.post("/arkiv")
@requires(Permission.ARCHIVE)
def archive() -> Response:
    """Archive the chosen cases, each in a transaction of its own: what was done stands if the rest is interrupted.

    A case archived already is passed over, so sending the form twice does nothing twice.
    """
    only("case*")
    chosen = forms.chosen_cases()
    batch, done = uuid4(), 0
    for case_id in chosen:
        try:
            with transaction():
                operations.archive(case_id=case_id, by=actor(), batch=batch)
            done += 1
        except (Conflict, Refused) as error:
            flash(_("Ett ärende arkiverades inte: %(why)s", why=str(error)), "wait")
        except Unknown:
            flash(_("Ett av ärendena finns inte."), "wait")
    if chosen:
        flash(_("Arkiverade %(done)s av %(chosen)s ärenden.", done=done, chosen=len(chosen)), "go" if done else "wait")
    else:
        flash(_("Välj minst ett ärende att arkivera."), "wait")
    return make_response(redirect(url_for("archive.index"), 303))
