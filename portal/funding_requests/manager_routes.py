"""With the nearest manager: approve, send back with a reason; and for whoever wrote it, have it back."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Response, flash, request, url_for

from portal.errors import Conflict, Refused
from portal.funding_requests import managing, queries
from portal.funding_requests.acting import in_role, out_of_turn
from portal.funding_requests.blueprint import blueprint
from portal.funding_requests.lifecycle import Action, Step, step
from portal.funding_requests.rules import REFUSALS
from portal.people.permissions import Permission
from portal.register.models import Case
from portal.register.reading import shown_case
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

APPROVES = requires(Permission.APPROVE_REQUEST)
WRITES = requires(Permission.WRITE_REQUEST)


def _allow(case: Case, action: Action) -> Step:
    allowed = step(case.status, action)
    if allowed is None:
        raise Conflict(out_of_turn(case.status))
    return allowed


def _draw(case_id: UUID, action: Action, problems: Mapping[str, str], status: int = 200) -> Response:
    """The form of ``action``, or why it is not open. Raises Unknown and Conflict."""
    by = actor()
    case = shown_case(case_id, by, allow=lambda found: _allow(found, action))
    allowed = _allow(case, action)
    facts = queries.facts(case, in_role(by, allowed.permissions, case.unit_id))
    return render(
        f"funding_requests/{action.value}.html",
        status=status,
        case=case,
        requested=queries.request_of(case).requested,
        refusal=REFUSALS[action](facts),
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
    )


def _once(case_id: UUID, action: Action, run: Callable[[], str]) -> Response:
    """Perform; a refusal is said on the page, where what was typed still stands."""
    try:
        return perform(run, lambda problems, status: _draw(case_id, action, problems, status))
    except Refused:
        return _draw(case_id, action, {}, 403)


def _case_address(case_id: UUID) -> str:
    return url_for("desk.case", case_id=case_id)


@blueprint.get("/askanden/<uuid:case_id>/godkann")
@APPROVES
def approve(case_id: UUID) -> Response:
    """What letting it pass leads to."""
    return _draw(case_id, Action.APPROVE, {})


@blueprint.post("/askanden/<uuid:case_id>/godkann")
@APPROVES
def perform_approve(case_id: UUID) -> Response:
    """Let it pass: it is registered and goes to the decision maker."""

    def run() -> str:
        only()
        case = managing.approve(case_id=case_id, by=actor(), seen_version=seen_version())
        flash(_("Äskandet är godkänt och inskickat. Det har diarienummer %(number)s.", number=case.number), "go")
        return _case_address(case_id)

    return _once(case_id, Action.APPROVE, run)


@blueprint.get("/askanden/<uuid:case_id>/lamna-tillbaka")
@APPROVES
def send_back(case_id: UUID) -> Response:
    """Why it is sent back."""
    return _draw(case_id, Action.SEND_BACK, {})


@blueprint.post("/askanden/<uuid:case_id>/lamna-tillbaka")
@APPROVES
def perform_send_back(case_id: UUID) -> Response:
    """Send it back; from then on the manager sees it no more."""

    def run() -> str:
        only("reason")
        fields = Fields()
        reason = fields.text("reason", limit=managing.MOST_REASON, multiline=True)
        fields.done()
        managing.send_back(case_id=case_id, reason=reason, by=actor(), seen_version=seen_version())
        flash(_("Äskandet är lämnat tillbaka till den som skrev det."), "go")
        return url_for("desk.todo_page")

    return _once(case_id, Action.SEND_BACK, run)


@blueprint.get("/askanden/<uuid:case_id>/ta-tillbaka")
@WRITES
def take_back(case_id: UUID) -> Response:
    """What having it back leads to."""
    return _draw(case_id, Action.TAKE_BACK, {})


@blueprint.post("/askanden/<uuid:case_id>/ta-tillbaka")
@WRITES
def perform_take_back(case_id: UUID) -> Response:
    """Have it back, to write on."""

    def run() -> str:
        only()
        managing.take_back(case_id=case_id, by=actor(), seen_version=seen_version())
        flash(_("Äskandet är ett utkast igen."), "go")
        return url_for("funding_requests.write", case_id=case_id)

    return _once(case_id, Action.TAKE_BACK, run)
