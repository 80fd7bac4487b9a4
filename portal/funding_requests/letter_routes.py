"""Registering a letter that has come in to a case: one form, with a file chosen or dropped on its field, or without."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from portal import clock
from portal.documents.classified import FIELD, refuse_classified
from portal.documents.store import current_store
from portal.documents.uploads import MIME
from portal.errors import Invalid
from portal.funding_requests import attachments, letters, queries
from portal.funding_requests.act_pages import ActPages
from portal.funding_requests.attachments import Kept
from portal.funding_requests.blueprint import blueprint
from portal.funding_requests.letters import Letter
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.rules import REFUSALS
from portal.people.permissions import Permission
from portal.register import document_queries
from portal.text import _
from portal.web.forms import Fields, only, seen_version
from portal.web.gate import actor, requires

REGISTRAR = requires(Permission.KEEP_REGISTER)
PAGES = ActPages("funding_requests", queries.facts, REFUSALS)
ACCEPT = ",".join(f".{ending}" for ending in MIME)
_FIELDS = ("type", "arrived_on", "title", "public_title", "counterparty", "counterparty_number", "file", FIELD)
_SHORT = 200
_MORE: dict[str, Any] = {
    "types": lambda _case, _facts: [(each.code, each.name) for each in document_queries.types()],
    "today": lambda _case, _facts: clock.today().isoformat(),
    "accept": lambda _case, _facts: ACCEPT,
}


@blueprint.get("/askanden/<uuid:case_id>/inkommen-handling")
@REGISTRAR
def register_letter(case_id: UUID) -> Response:
    """What came in, from whom and when."""
    return PAGES.draw(case_id, Action.REGISTER_LETTER, more=_MORE)


@blueprint.post("/askanden/<uuid:case_id>/inkommen-handling")
@REGISTRAR
def perform_register_letter(case_id: UUID) -> Response:
    """Register it. The file lies in the store before the transaction begins; a form sent again finds it there."""
    kept, wrong = _file()

    def run() -> str:
        letter, unread = _letter()
        registered = letters.register_letter(
            case_id=case_id, letter=letter, kept=kept, by=actor(), seen_version=seen_version(), unread={**unread, **wrong}
        )
        flash(_("Handlingen är registrerad som nummer %(number)s i ärendet.", number=registered.number), "go")
        return url_for("desk.case", case_id=case_id) + "#diarieforda"

    return PAGES.once(case_id, Action.REGISTER_LETTER, run, more=_MORE)


def _file() -> tuple[Kept | None, dict[str, str]]:
    """The file, kept, and what is wrong with it. Nothing is kept before the question of classified material is answered; a
    yes to it is answered also where no file came with it."""
    sent, answer = request.files.get("file"), request.form.get(FIELD, "")
    name = sent.filename if sent else None
    try:
        if name or answer:
            refuse_classified(answer)
        return (attachments.keep(current_store(), sent.read(), name) if sent and name else None), {}
    except Invalid as error:
        return None, dict(error.problems)


def _letter() -> tuple[Letter, dict[str, str]]:
    """What was typed, and what of it cannot be read."""
    only(*_FIELDS)
    fields = Fields()
    on = fields.day("arrived_on", required=_("Skriv vilken dag handlingen kom in."))
    letter = Letter(
        type=request.form.get("type", ""),
        arrived_on=on or clock.today(),
        title=fields.text("title", limit=_SHORT),
        public_title=fields.text("public_title", limit=_SHORT),
        counterparty=fields.text("counterparty", limit=_SHORT),
        counterparty_number=fields.text("counterparty_number", limit=_SHORT),
    )
    return letter, fields.problems
