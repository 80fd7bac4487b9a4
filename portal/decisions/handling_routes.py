"""Asking for completion, going on without it, handing over, and finance's statement: one small form each."""

from typing import Any
from uuid import UUID

from flask import Response, flash, url_for

from portal.decisions import operations, queries, rules, statement_form
from portal.decisions.blueprint import blueprint
from portal.decisions.facts import Facts
from portal.decisions.models import Stance
from portal.decisions.statement import STANCES
from portal.funding_requests.act_pages import ActPages
from portal.funding_requests.lifecycle import Action
from portal.funds import queries as funds
from portal.people.permissions import Permission
from portal.register.models import Case
from portal.text import _
from portal.web.forms import Fields, only, seen_version
from portal.web.gate import actor, requires

DECIDES = requires(Permission.DECIDE)
DECIDES_OR_REGISTERS = requires(Permission.DECIDE, Permission.KEEP_REGISTER)
MOST_TEXT = 10_000
PAGES = ActPages("decisions", queries.facts, rules.REFUSALS)


def _case(case_id: UUID) -> str:
    return url_for("desk.case", case_id=case_id)


@blueprint.get("/askanden/<uuid:case_id>/komplettering")
@DECIDES
def request_completion(case_id: UUID) -> Response:
    """What is missing, and when an answer is wanted."""
    return PAGES.draw(case_id, Action.REQUEST_COMPLETION)


@blueprint.post("/askanden/<uuid:case_id>/komplettering")
@DECIDES
def perform_request_completion(case_id: UUID) -> Response:
    """Send the case back to the unit."""

    def run() -> str:
        only("reason", "answer_by")
        fields = Fields()
        reason = fields.text("reason", limit=MOST_TEXT, multiline=True, required=_("Skriv vad som behöver kompletteras."))
        answer_by = fields.day("answer_by")
        fields.done()
        operations.request_completion(
            case_id=case_id, reason=reason, answer_by=answer_by, by=actor(), seen_version=seen_version()
        )
        flash(_("Komplettering är begärd. Enheten får ett meddelande."), "go")
        return _case(case_id)

    return PAGES.once(case_id, Action.REQUEST_COMPLETION, run)


@blueprint.get("/askanden/<uuid:case_id>/ateruppta")
@DECIDES_OR_REGISTERS
def resume(case_id: UUID) -> Response:
    """Why the case goes on without the completion."""
    return PAGES.draw(case_id, Action.RESUME)


@blueprint.post("/askanden/<uuid:case_id>/ateruppta")
@DECIDES_OR_REGISTERS
def perform_resume(case_id: UUID) -> Response:
    """Go on without the completion."""

    def run() -> str:
        only("reason")
        fields = Fields()
        reason = fields.text(
            "reason", limit=MOST_TEXT, multiline=True, required=_("Skriv varför ärendet förs vidare utan komplettering.")
        )
        fields.done()
        operations.resume(case_id=case_id, reason=reason, by=actor(), seen_version=seen_version())
        flash(_("Ärendet förs vidare utan komplettering."), "go")
        return _case(case_id)

    return PAGES.once(case_id, Action.RESUME, run)


def _organs(_case: Case, _facts: Facts) -> list[tuple[str, str]]:
    return [(str(organ.public_id), organ.name) for organ in funds.organs()]


def _stances(_case: Case, facts: Facts) -> list[tuple[str, str]]:
    """The stances open to the person; only *utan ställningstagande* for the registrar and for one's own request."""
    return [(stance.value, _(label)) for stance, label in STANCES.items() if rules.refusal_of_stance(facts, stance) is None]


ORGANS: dict[str, Any] = {"organs": _organs}
_HAND_OVER: dict[str, Any] = {**ORGANS, "stances": _stances}


@blueprint.get("/askanden/<uuid:case_id>/overlamna")
@DECIDES_OR_REGISTERS
def hand_over(case_id: UUID) -> Response:
    """To which organ, and whether the request is recommended."""
    return PAGES.draw(case_id, Action.HAND_OVER, more=_HAND_OVER)


@blueprint.post("/askanden/<uuid:case_id>/overlamna")
@DECIDES_OR_REGISTERS
def perform_hand_over(case_id: UUID) -> Response:
    """Hand the case over."""

    def run() -> str:
        only("organ", "stance", "text")
        fields = Fields()
        required = _("Välj det organ som ska besluta.")
        organ = fields.uuid("organ", required=required)
        stance = fields.choice("stance", tuple(Stance), required=_("Välj ställningstagande."))
        text = fields.text("text", limit=MOST_TEXT, multiline=True)
        fields.done()
        assert organ is not None
        handed = operations.hand_over(
            case_id=case_id,
            organ_id=organ,
            stance=Stance(stance),
            text=text,
            by=actor(),
            seen_version=seen_version(),
        )
        told = _("Ärendet är överlämnat till %(organ)s.", organ=queries.organ_in_text(handed.organ_id))
        flash(f"{told} {_('Underlaget för mötessystemet hämtas under Nästa steg.')}", "go")
        return _case(case_id)

    return PAGES.once(case_id, Action.HAND_OVER, run, more=_HAND_OVER)


_STATEMENT: dict[str, Any] = {"first": statement_form.first_values, "why": statement_form.why_required}


@blueprint.get("/askanden/<uuid:case_id>/yttrande")
@requires(Permission.STATE_OPINION)
def give_statement(case_id: UUID) -> Response:
    """Finance's statement."""
    return PAGES.draw(case_id, Action.GIVE_STATEMENT, more=_STATEMENT)


@blueprint.post("/askanden/<uuid:case_id>/yttrande")
@requires(Permission.STATE_OPINION)
def perform_give_statement(case_id: UUID) -> Response:
    """Give the statement."""

    def run() -> str:
        opinion = statement_form.read()
        operations.give_statement(case_id=case_id, opinion=opinion, by=actor(), seen_version=seen_version())
        flash(_("Yttrandet är lämnat."), "go")
        return _case(case_id)

    return PAGES.once(case_id, Action.GIVE_STATEMENT, run, more=_STATEMENT)
