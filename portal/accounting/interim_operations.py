"""Making an interim report (lägesrapport): how it stands with what was granted, at a tertial date. No change of status."""

from uuid import UUID

from portal.accounting import queries
from portal.accounting.models import InterimReport
from portal.accounting.operations import decision_in_force, register_report
from portal.accounting.rules import REFUSALS
from portal.db import session
from portal.errors import Conflict, Invalid
from portal.funding_requests.acting import begin
from portal.funding_requests.lifecycle import Action
from portal.people.actor import Actor
from portal.register.document_models import Source
from portal.register.models import Part
from portal.register.operations import open_text, take_part, touch
from portal.register.operations import record as log
from portal.text import _


def report_interim(*, case_id: UUID, text: str, by: Actor, seen_version: int | None) -> InterimReport:
    """Report how it stands, for the tertial date that is due. Raises Refused, Conflict, Unknown, and Invalid without text."""
    case, facts = begin(case_id, Action.REPORT_INTERIM, by, seen_version, queries.facts, REFUSALS)
    by, now = facts.actor, facts.now
    if not text:
        raise Invalid({"text": _("Skriv hur det går med det som pengarna beviljades för.")})
    if facts.interim_due is None:
        raise Conflict(_("Lägesrapporten är redan lämnad."))
    decision = decision_in_force(case)
    made = InterimReport(
        case_id=case.id,
        decision_id=decision.id,
        due_on=facts.interim_due,
        text=text,
        reported_by_id=by.person_id,
        reported_at=now,
    )
    session.add(made)
    session.flush()  # its public id goes into the log
    register_report(case, Source.INTERIM_REPORT, made.public_id, _("Lägesrapport"), by=by, now=now)
    touch(case)
    take_part(case, Part.REQUESTER, by=by, now=now)
    body = {"due_on": facts.interim_due.isoformat(), "text": open_text(case, text)}
    log(case, "accounting.report_interim", by=by, body=body, kind="interim_report", object_id=made.public_id)
    return made
