"""With the nearest manager: approve, send back with a reason; and for whoever wrote it, have it back."""

from typing import Any
from uuid import UUID

from flask import Response, flash, url_for

from portal.funding_requests import managing, queries
from portal.funding_requests.act_pages import ActPages
from portal.funding_requests.blueprint import blueprint
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.rules import REFUSALS
from portal.people.permissions import Permission
from portal.text import _
from portal.web.forms import Fields, only, seen_version
from portal.web.gate import actor, requires

APPROVES = requires(Permission.APPROVE_REQUEST)
WRITES = requires(Permission.WRITE_REQUEST)
PAGES = ActPages("funding_requests", queries.facts, REFUSALS)


_ASKED: dict[str, Any] = {"requested": lambda case, _facts: queries.request_of(case).requested}


def _case_address(case_id: UUID) -> str:
    return url_for("desk.case", case_id=case_id)


@blueprint.get("/askanden/<uuid:case_id>/godkann")
@APPROVES
def approve(case_id: UUID) -> Response:
    """What letting it pass leads to."""
    return PAGES.draw(case_id, Action.APPROVE, more=_ASKED)


@blueprint.post("/askanden/<uuid:case_id>/godkann")
@APPROVES
def perform_approve(case_id: UUID) -> Response:
    """Let it pass: it is registered and goes to the decision maker."""

    def run() -> str:
        only()
        case = managing.approve(case_id=case_id, by=actor(), seen_version=seen_version())
        flash(_("Äskandet är godkänt och inskickat. Det har diarienummer %(number)s.", number=case.number), "go")
        return _case_address(case_id)

    return PAGES.once(case_id, Action.APPROVE, run, more=_ASKED)


@blueprint.get("/askanden/<uuid:case_id>/lamna-tillbaka")
@APPROVES
def send_back(case_id: UUID) -> Response:
    """Why it is sent back."""
    return PAGES.draw(case_id, Action.SEND_BACK, more=_ASKED)


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

    return PAGES.once(case_id, Action.SEND_BACK, run, more=_ASKED)


@blueprint.get("/askanden/<uuid:case_id>/ta-tillbaka")
@WRITES
def take_back(case_id: UUID) -> Response:
    """What having it back leads to."""
    return PAGES.draw(case_id, Action.TAKE_BACK, more=_ASKED)


@blueprint.post("/askanden/<uuid:case_id>/ta-tillbaka")
@WRITES
def perform_take_back(case_id: UUID) -> Response:
    """Have it back, to write on."""

    def run() -> str:
        only()
        managing.take_back(case_id=case_id, by=actor(), seen_version=seen_version())
        flash(_("Äskandet är ett utkast igen."), "go")
        return url_for("funding_requests.write", case_id=case_id)

    return PAGES.once(case_id, Action.TAKE_BACK, run, more=_ASKED)
