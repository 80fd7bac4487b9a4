"""The page on which a new request begins that follows a decided one."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, flash, url_for

from portal.funding_requests import following, queries
from portal.funding_requests.acting import in_role
from portal.funding_requests.blueprint import blueprint
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.rules import REFUSALS
from portal.people.permissions import Permission
from portal.register.reading import shown_case
from portal.text import _
from portal.web.forms import new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

WRITES = requires(Permission.WRITE_REQUEST)


@blueprint.get("/askanden/<uuid:case_id>/nytt-askande")
@WRITES
def follow(case_id: UUID) -> Response:
    """What the new request begins with, and what the decided one keeps."""
    return _follow(case_id, {}, 200)


def _follow(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    case = shown_case(case_id, actor())
    by = in_role(actor(), (Permission.WRITE_REQUEST,), case.unit_id)
    refusal = REFUSALS[Action.FOLLOW](queries.facts(case, by))
    key = new_form_key()
    return render("funding_requests/follow.html", status=status, case=case, refusal=refusal, problems=problems, form_key=key)


@blueprint.post("/askanden/<uuid:case_id>/nytt-askande")
@WRITES
def perform_follow(case_id: UUID) -> Response:
    """Make the draft and go on to writing it."""

    def run() -> str:
        only()
        draft = following.follow(case_id=case_id, by=actor(), seen_version=seen_version())
        flash(_("Utkastet har det tidigare äskandets rader och text. Ändra det som ska vara annorlunda."), "info")
        return url_for("funding_requests.write", case_id=draft.public_id)

    return perform(run, lambda problems, status: _follow(case_id, problems, status))
