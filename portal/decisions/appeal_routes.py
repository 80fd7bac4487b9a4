"""Entering that an organ takes a case over, and that a decision is appealed: the registrar's."""

from typing import Any
from uuid import UUID, uuid4

from flask import Response, flash, request, url_for

from portal.decisions import appeals, operations
from portal.decisions.appeals import Filed, Judged
from portal.decisions.blueprint import blueprint
from portal.decisions.finality import OUTCOMES
from portal.decisions.handling_routes import MOST_TEXT, ORGANS, PAGES
from portal.decisions.minutes import Minutes, MinutesKind
from portal.funding_requests.lifecycle import Action
from portal.people.permissions import Permission
from portal.text import _
from portal.web.forms import Fields, only, seen_version
from portal.web.gate import actor, requires

REGISTRAR = requires(Permission.KEEP_REGISTER)
_APPEALS: dict[str, Any] = {
    "fresh_key": lambda _case, _facts: uuid4,
    "appeals": lambda case, _facts: appeals.appeals_of(case),
    "appealable": lambda case, _facts: appeals.appealable(case),
    "outcomes": lambda _case, _facts: [(value, _("Överklagandet %(what)s", what=_(said))) for value, said in OUTCOMES.items()],
}


@blueprint.get("/askanden/<uuid:case_id>/overta")
@REGISTRAR
def take_over(case_id: UUID) -> Response:
    """Which organ has taken the case over, when, and in which paragraph."""
    return PAGES.draw(case_id, Action.TAKE_OVER, more=ORGANS)


@blueprint.post("/askanden/<uuid:case_id>/overta")
@REGISTRAR
def perform_take_over(case_id: UUID) -> Response:
    """The case is the organ's to decide."""

    def run() -> str:
        only("organ", "meeting_date", "paragraph", "text")
        fields = Fields()
        organ = fields.uuid("organ", required=_("Välj det organ som tar över ärendet."))
        day = fields.day("meeting_date", required=_("Skriv sammanträdesdagen."))
        paragraph = fields.paragraph("paragraph", required=_("Skriv paragrafens nummer."))
        text = fields.text("text", limit=MOST_TEXT, multiline=True, required=_("Skriv vad protokollet säger."))
        fields.done()
        assert organ is not None and day is not None
        minutes = Minutes(organ_id=organ, meeting_date=day, paragraph=paragraph, kind=MinutesKind.TAKEN_OVER, text=text)
        entry = operations.take_over(case_id=case_id, minutes=minutes, by=actor(), seen_version=seen_version())
        flash(_("%(organ)s har tagit över ärendet, § %(paragraph)s.", organ=entry.organ.name, paragraph=paragraph), "go")
        return url_for("desk.case", case_id=case_id)

    return PAGES.once(case_id, Action.TAKE_OVER, run, more=ORGANS)


@blueprint.get("/askanden/<uuid:case_id>/overklagande")
@REGISTRAR
def note_appeal(case_id: UUID) -> Response:
    """The appeals so far, a form for each that waits for the court, and one for a new."""
    return PAGES.draw(case_id, Action.NOTE_APPEAL, more=_APPEALS)


@blueprint.post("/askanden/<uuid:case_id>/overklagande")
@REGISTRAR
def perform_note_appeal(case_id: UUID) -> Response:
    """Enter an appeal, or what came of one."""

    def run() -> str:
        said = _judged() if request.form.get("appeal") else _filed()
        appeals.note_appeal(case_id=case_id, said=said, by=actor(), seen_version=seen_version())
        told = _("Överklagandet är infört.") if isinstance(said, Filed) else _("Domstolens avgörande är infört.")
        flash(told, "go")
        return url_for(".note_appeal", case_id=case_id)

    return PAGES.once(case_id, Action.NOTE_APPEAL, run, more=_APPEALS)


def _filed() -> Filed:
    only("decision", "court", "court_number", "filed_on")
    fields = Fields()
    decision = fields.uuid("decision")
    court = fields.text("court", limit=appeals.MOST_COURT, required=_("Skriv vilken domstol som prövar överklagandet."))
    number = fields.text("court_number", limit=appeals.MOST_NUMBER, required=_("Skriv domstolens målnummer."))
    filed_on = fields.day("filed_on", required=_("Skriv vilken dag överklagandet kom in till domstolen."))
    fields.done()
    assert filed_on is not None
    return Filed(decision_id=decision, court=court, court_number=number, filed_on=filed_on)


def _judged() -> Judged:
    only("appeal", "outcome", "outcome_on")
    fields = Fields()
    appeal = fields.uuid("appeal", required=_("Överklagandet finns inte i ärendet. Ladda om sidan och försök igen."))
    outcome = fields.choice("outcome", tuple(OUTCOMES), required=_("Välj vad domstolen kom fram till."))
    outcome_on = fields.day("outcome_on", required=_("Skriv vilken dag domstolen avgjorde målet."))
    fields.done()
    assert appeal is not None and outcome_on is not None
    return Judged(appeal_id=appeal, outcome=outcome, outcome_on=outcome_on)
