"""Deciding and replacing a decision: one page with the lines, the words, the money and the password."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, request, url_for

from portal import clock
from portal.decisions import appeal_routes, forms, handling_routes, list_routes, minutes_routes, operations, queries, sheet
from portal.decisions.answer import Answer
from portal.decisions.blueprint import blueprint
from portal.decisions.document import Frame
from portal.decisions.models import Capacity, Decision
from portal.decisions.sheet import Sheet
from portal.documents import rendering
from portal.documents.formats import page_picture
from portal.documents.sender import municipality
from portal.errors import Invalid, Refused
from portal.funding_requests.lifecycle import Action
from portal.people.permissions import Permission
from portal.settings import current_settings
from portal.text import _
from portal.web.forms import new_form_key, only, perform, seen_version
from portal.web.gate import actor, demo, requires
from portal.web.pages import render, wants_fragment

__all__ = ["appeal_routes", "blueprint", "handling_routes", "list_routes", "minutes_routes"]

DECIDES = requires(Permission.DECIDE)
REPLACES = requires(Permission.DECIDE, Permission.KEEP_REGISTER)
LONGEST_ADDRESS = 3_500  # servers cut longer request lines
_PAGES = {Action.DECIDE: "decisions/decide.html", Action.REPLACE_DECISION: "decisions/replace.html"}


def _values(here: Sheet) -> dict[str, str]:
    """The fields as typed, or as they are first shown; a quick button's choice made, the text following the lines."""
    first = sheet.first_values(here, current_settings())
    if request.method != "POST":
        return first
    typed = {name: request.form.get(name, "") for name in first}
    if pressed := request.form.get("snabb"):
        typed = forms.quick(here.asked, typed, pressed)
    return forms.with_proposal(here.asked, here.version.content, typed)


def draw(
    case_id: UUID, action: Action, problems: Mapping[str, str], status: int = 200, fragment: str | None = None
) -> Response:
    """The page with what was typed. Raises Unknown and Conflict."""
    here = sheet.read_sheet(case_id, actor(), action)
    values = _values(here)
    read = forms.read(here.asked, values)
    others: tuple[int, list[queries.Asked]] = (0, [])
    if here.request.fund_id is not None:
        others = queries.asked_of_fund(here.request.fund_id, actor(), but=here.case)
    return render(
        _PAGES[action],
        fragment=fragment,
        status=status,
        sheet=here,
        values=values,
        what=sheet.consequence(here, read.answer),
        problems=problems,
        asked_others=others,
        counted=sheet.counted(here, actor()),
        preview_href=_preview_href(case_id, action, values),
        form_key=new_form_key(),
        oob=bool(fragment) and wants_fragment(request),
    )


def _preview_href(case_id: UUID, action: Action, values: Mapping[str, str]) -> str | None:
    """The picture of the page as the fields stand; None when they are too long for an address."""
    said: dict[str, Any] = {
        name: value for name, value in values.items() if value and name not in ("proposed", "replacement_reason")
    }
    href = url_for("decisions.preview", case_id=case_id, for_=action.value, **said)
    return href if len(href) <= LONGEST_ADDRESS else None


@blueprint.get("/askanden/<uuid:case_id>/besluta")
@DECIDES
def decide(case_id: UUID) -> Response:
    """Line by line, everything granted to begin with; a refused decision says why instead of the form."""
    return draw(case_id, Action.DECIDE, {})


@blueprint.post("/askanden/<uuid:case_id>/besluta")
@DECIDES
def perform_decide(case_id: UUID) -> Response:
    """Decide, once. A quick button only draws the form anew."""

    def run() -> str:
        by = actor()
        answer = _answer(sheet.open_sheet(case_id, by))
        decided = operations.decide(case_id=case_id, answer=answer, by=by, seen_version=seen_version())
        return _decided(case_id, decided)

    if "snabb" in request.form:
        only(*forms.FIELDS, *forms.FAMILIES)
        return draw(case_id, Action.DECIDE, {}, fragment="decisions/_outcome.html")
    return _once(run, case_id, Action.DECIDE)


def _once(run: Callable[[], str], case_id: UUID, action: Action) -> Response:
    """Perform with the password; a refusal is said on the page, where what was typed still stands."""
    try:
        return perform(run, lambda problems, status: draw(case_id, action, problems, status), password=True)
    except Refused as refused:
        return draw(case_id, action, {"": str(refused)}, 403)


def _answer(here: Sheet) -> Answer:
    only(*forms.FIELDS, *forms.line_fields(here.asked))
    read = forms.read(here.asked, _values(here))
    if read.problems:
        raise Invalid(read.problems)
    return read.answer


def _decided(case_id: UUID, decided: Decision) -> str:
    flash(_("Beslutet är fattat och har nummer %(number)s. Ekonomi expedierar det.", number=decided.number), "go")
    return url_for("desk.case", case_id=case_id)


@blueprint.get("/askanden/<uuid:case_id>/besluta/sidan.png")
@REPLACES
def preview(case_id: UUID) -> Response:
    """The first page of the decision as a picture, as the fields in the address say."""
    action = Action.REPLACE_DECISION if request.args.get("for_") == Action.REPLACE_DECISION.value else Action.DECIDE
    here = sheet.read_sheet(case_id, actor(), action)
    first = sheet.first_values(here, current_settings())
    read = forms.read(here.asked, {name: request.args.get(name, "") for name in first})
    frame = Frame(municipality(), clock.now(), demo())
    pdf = rendering.render("decision", sheet.preview_data(here, read.answer, frame))
    answer = make_response(page_picture(pdf, 0))
    answer.mimetype = "image/png"
    return answer


@blueprint.get("/askanden/<uuid:case_id>/ersatt-beslut")
@REPLACES
def replace_decision(case_id: UUID) -> Response:
    """A new decision in place of the one in force; an organ's is replaced by new minutes."""
    if _is_political(case_id):
        return minutes_routes.draw(case_id, Action.REPLACE_DECISION, {})
    return draw(case_id, Action.REPLACE_DECISION, {})


@blueprint.post("/askanden/<uuid:case_id>/ersatt-beslut")
@REPLACES
def perform_replace_decision(case_id: UUID) -> Response:
    """Replace, once."""
    if _is_political(case_id):
        return minutes_routes.replace(case_id)

    def run() -> str:
        here = sheet.open_sheet(case_id, actor(), Action.REPLACE_DECISION)
        decided = operations.replace_decision(
            case_id=case_id,
            answer=_answer(here),
            reason=forms.replacement_reason(request.form),
            by=actor(),
            seen_version=seen_version(),
        )
        return _decided(case_id, decided)

    if "snabb" in request.form:
        only(*forms.FIELDS, *forms.FAMILIES)
        return draw(case_id, Action.REPLACE_DECISION, {}, fragment="decisions/_outcome.html")
    return _once(run, case_id, Action.REPLACE_DECISION)


def _is_political(case_id: UUID) -> bool:
    return queries.capacity_in_force(case_id, actor()) == Capacity.POLITICAL
