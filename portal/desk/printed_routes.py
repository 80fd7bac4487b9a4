"""Lists and the case sheet as documents (PDF): what their page shows the person, made at once and kept nowhere."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request

from portal import clock
from portal.decisions import delegated_queries
from portal.decisions.document import Frame
from portal.decisions.list_routes import NARROWING as DECISIONS
from portal.desk import case_page, case_sheet, delegation_lists
from portal.desk.decision_lists import decision_list as decision_list_of
from portal.desk.register_extract import day_list as day_list_of
from portal.desk.register_extract import register_extract as extract_of
from portal.documents.press import TooLarge
from portal.documents.sender import municipality, printed_at_ease
from portal.documents.uploads import MIME, in_filename
from portal.errors import Invalid
from portal.paging import day_of
from portal.people.permissions import Permission
from portal.register import diary, document_queries, reading
from portal.register.document_routes import day_in_address
from portal.register.routes import NARROWING as CASES
from portal.text import _
from portal.web.gate import actor, demo, requires
from portal.web.pages import as_file

blueprint = Blueprint("printed", __name__)


def _frame() -> Frame:
    return Frame(municipality(), clock.now(), demo())


def _unit() -> str:
    """The unit of whoever the list is made for, as it stands in the page's head."""
    unit: str = g.acting.unit
    return unit


def _printed(kind: str, data: Mapping[str, Any], name: str) -> Response:
    """The document as a file."""
    try:
        pdf = printed_at_ease(kind, data)
    except TooLarge as error:
        raise Invalid({"": _("Handlingen blir för stor att skapa. Gör urvalet mindre.")}) from error
    return as_file(pdf, MIME["pdf"], f"{name}.pdf")


@blueprint.get("/diariet.pdf")
@requires(Permission.READ_REGISTER)
def register_extract() -> Response:
    """The register as it is narrowed on its page, all its pages."""
    data = extract_of(actor(), CASES.chosen(), _frame(), _unit())
    return _printed("register_extract", data, f"utdrag-ur-diariet-{data['date']}")


@blueprint.get("/diariet/dagens-post.pdf")
@requires(Permission.READ_REGISTER)
def day_list() -> Response:
    """What was registered on the day in the address, else today."""
    data = day_list_of(actor(), day_in_address(), _frame(), _unit())
    return _printed("day_list", data, f"dagens-post-{data['day']}")


@blueprint.get("/askanden/<uuid:case_id>/diarieblad.pdf", endpoint="case_sheet")
@requires(Permission.READ_REGISTER)
def case_sheet_of(case_id: UUID) -> Response:
    """A case in the register: for those who may see it all of it, the reading of a secret one logged; else its row there."""
    by = actor()
    entry, readable = diary.entry(case_id, by)
    if readable:
        found = reading.shown(lambda: case_page.find(case_id, by), lambda found: found.case, by=by)
        data = case_sheet.of_case(entry, found, _frame())
    else:
        data = case_sheet.as_registered(entry, _frame(), document_queries.as_registered(case_id, by))
    return _printed("case_sheet", data, f"diarieblad-{in_filename(entry.number)}")


@blueprint.get("/administration/delegationer.pdf")
@requires(Permission.ADMINISTER, Permission.CONFIRM_AUTHORITY)
def delegations_in_force() -> Response:
    """The delegations in force on the day in the address, else today."""
    typed = request.args.get("dag", "")[:50].strip()
    on = day_of(typed) if typed else clock.today()
    if on is None:
        raise Invalid({"dag": _("Datumet kan inte läsas. Skriv det som 2026-11-22.")})
    data = delegation_lists.in_force(on, _frame(), _unit())
    return _printed("delegation_list", data, f"delegationer-{on.isoformat()}")


@blueprint.get("/beslut/forteckning.pdf")
@requires(Permission.READ_DECISIONS)
def decision_list() -> Response:
    """The decisions as their page is narrowed, all its pages."""
    data = decision_list_of(actor(), DECISIONS.chosen(), _frame(), _unit())
    return _printed("decision_list", data, f"beslutsforteckning-{data['date']}")


@blueprint.get("/beslut/anmalan.pdf")
@requires(Permission.READ_DECISIONS)
def decisions_to_report() -> Response:
    """The decisions by delegation to be reported to the organ, as the list of decisions is narrowed."""
    data = delegation_lists.to_report(actor(), DECISIONS.chosen(), _frame(), _unit())
    return _printed("delegation_list", data, f"anmalan-delegationsbeslut-{data['date']}")


@blueprint.get("/beslut/listor/<uuid:list_id>.pdf")
@requires(Permission.READ_DECISIONS)
def delegated_list(list_id: UUID) -> Response:
    """A list of decisions by delegation that was made, all of it."""
    row = delegated_queries.one(list_id)
    data = delegation_lists.as_made(row, actor(), _frame(), _unit())
    return _printed("delegation_list", data, f"delegationsbeslut-{clock.local_date(row.at).isoformat()}")
