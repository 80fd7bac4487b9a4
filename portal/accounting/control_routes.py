"""A second person's look at a budget entry in the browser."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, flash, request, url_for

from portal.accounting import code_queries, control_operations, control_queries
from portal.accounting.codes import Value
from portal.accounting.exporting import KINDS
from portal.accounting.routes import FINANCE, blueprint, draw
from portal.funding_requests.lifecycle import Action
from portal.people.permissions import Permission
from portal.register.models import Case
from portal.settings import current_settings
from portal.text import _
from portal.web.forms import only, perform, seen_version
from portal.web.gate import actor
from portal.web.pages import render


@blueprint.get("/budgetjusteringar")
@FINANCE
def entries_to_check() -> Response:
    """Budget entries that wait for a second person, oldest first; none where the municipality wants no such look."""
    control = current_settings().budget_control
    rows, following = control_queries.waiting(actor(), request.args.get("efter")) if control else ([], None)
    return render(
        "accounting/entries_to_check.html",
        rows=rows,
        kinds=KINDS,
        moved=lambda entry: control_queries.moved([entry]),
        next_href=url_for("accounting.entries_to_check", efter=following) if following else None,
    )


@blueprint.get("/askanden/<uuid:case_id>/kontrollera-justering")
@FINANCE
def check_entry(case_id: UUID) -> Response:
    """The entry as it was recorded, with what its codes are called."""
    return _check(case_id, {}, 200)


def _check(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    return draw("accounting/check_entry.html", case_id, Action.CHECK_ENTRY, Permission.RECORD_BUDGET, problems, status, _page)


def _page(case: Case) -> dict[str, object]:
    entries = control_queries.entries_of(case)
    parts = current_settings().code_parts
    said = code_queries.said_of(each for entry in entries for line in entry.lines for each in line.code.items())
    return {
        "entries": entries,
        "kinds": KINDS,
        "parts": parts,
        "moved": control_queries.moved(entries),
        "recorder": entries[0].recorded_by,
        "labels": {key: _label(values) for key, values in said.items()},
    }


def _label(values: list[Value]) -> str:
    return values[-1].label


@blueprint.post("/askanden/<uuid:case_id>/kontrollera-justering")
@FINANCE
def perform_check_entry(case_id: UUID) -> Response:
    """Find the entry in order."""

    def run() -> str:
        only()
        control_operations.check_entry(case_id=case_id, by=actor(), seen_version=seen_version())
        flash(_("Budgetjusteringen är kontrollerad och går med i nästa fil till ekonomisystemet."), "go")
        return url_for("desk.case", case_id=case_id)

    return perform(run, lambda problems, status: _check(case_id, problems, status))
