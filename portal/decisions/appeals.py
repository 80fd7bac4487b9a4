"""Appeals of a decision, as the registrar enters them: that it was appealed and where, and what the court came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.decisions import queries
from portal.decisions.finality import ANNULLED, OUTCOMES, RESTORED, standing
from portal.decisions.meeting_models import Appeal
from portal.decisions.models import Decision
from portal.decisions.rules import REFUSALS, refusal_to_appeal
from portal.errors import Conflict, Invalid
from portal.funding_requests.acting import begin
from portal.funding_requests.lifecycle import Action
from portal.people.actor import Actor
from portal.register.models import Case
from portal.register.operations import record, touch
from portal.text import _

MOST_COURT, MOST_NUMBER = 120, 50  # characters
MOST_APPEALS = 100  # of one case: whoever lives in the municipality may appeal, and the courts try them together


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """That a decision was appealed: to which court, its number, and the day it came in there. ``decision_id`` None is the
    decision in force."""

    decision_id: UUID | None
    court: str
    court_number: str
    filed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the court came to in an appeal, and the day of it."""

    appeal_id: UUID
    outcome: str
    outcome_on: date


def note_appeal(*, case_id: UUID, said: Filed | Judged, by: Actor, seen_version: int | None) -> Appeal:
    """Enter that a decision of the case was appealed, or what the court came to. It bars nothing.

    Raises Refused, Conflict (it has been entered), Unknown and Invalid.
    """
    case, facts = begin(case_id, Action.NOTE_APPEAL, by, seen_version, queries.facts, REFUSALS)
    appeal = _filed(case, said, facts.actor) if isinstance(said, Filed) else _judged(case, said)
    session.flush()
    decision = session.get_one(Decision, appeal.decision_id)
    decision.appeal = standing(_outcomes(decision.id))
    body = {
        "decision": decision.number,
        "court": appeal.court,
        "court_number": appeal.court_number,
        "filed_on": appeal.filed_on.isoformat(),
        "outcome": appeal.outcome,
        "outcome_on": appeal.outcome_on.isoformat() if appeal.outcome_on else None,
    }
    record(case, "decisions.note_appeal", by=facts.actor, body=body, kind="appeal", object_id=appeal.public_id)
    touch(case)
    return appeal


def _outcomes(decision_id: int) -> Sequence[str | None]:
    """What the courts have come to, in the order they did, and None for what they have not."""
    theirs = select(Appeal.outcome).where(Appeal.decision_id == decision_id)
    return session.scalars(theirs.order_by(Appeal.outcome_on, Appeal.id)).all()


def _filed(case: Case, said: Filed, by: Actor) -> Appeal:
    decided = queries.decisions_of(case)
    decision = next((each for each in decided if _is_meant(each, said.decision_id)), None)
    earlier = session.scalars(select(Appeal).where(Appeal.case_id == case.id)).all()
    problems = {}
    if decision is None:
        problems["decision"] = _("Beslutet finns inte i ärendet. Välj ett annat.")
    elif refusal := refusal_to_appeal(decision.capacity):
        problems["decision"] = _("%(refusal)s Välj ett annat.", refusal=refusal)
    elif said.filed_on < decision.decided_on:
        problems["filed_on"] = _("Beslutet kan inte vara överklagat innan det fattades. Rätta dagen.")
    if said.filed_on > clock.today():
        problems["filed_on"] = _("Dagen då överklagandet kom in ligger i framtiden. Rätta dagen.")
    if not said.court:
        problems["court"] = _("Skriv vilken domstol som prövar överklagandet.")
    if not said.court_number:
        problems["court_number"] = _("Skriv domstolens målnummer.")
    if any((each.court.casefold(), each.court_number) == (said.court.casefold(), said.court_number) for each in earlier):
        problems["court_number"] = _("Målet är redan infört i ärendet.")
    elif len(earlier) >= MOST_APPEALS:
        problems[""] = _("Ärendet har redan %(n)s överklaganden, fler kan inte föras in.", n=MOST_APPEALS)
    if problems or decision is None:
        raise Invalid(problems)
    appeal = Appeal(
        case_id=case.id,
        decision_id=decision.id,
        court=said.court,
        court_number=said.court_number,
        filed_on=said.filed_on,
        by_id=by.person_id,
        at=clock.now(),
    )
    session.add(appeal)
    return appeal


def _is_meant(decision: Decision, named: UUID | None) -> bool:
    return decision.public_id == named if named else decision.replaced_at is None


def _judged(case: Case, said: Judged) -> Appeal:
    theirs = (Appeal.case_id == case.id, Appeal.public_id == said.appeal_id)
    appeal = session.scalars(select(Appeal).where(*theirs)).one_or_none()
    if appeal is None:
        raise Invalid({"": _("Överklagandet finns inte i ärendet. Ladda om sidan och försök igen.")})
    if appeal.outcome is not None:
        raise Conflict(_("Domstolens avgörande är redan infört."))
    problems = {}
    if said.outcome not in OUTCOMES:
        problems["outcome"] = _("Välj vad domstolen kom fram till.")
    elif said.outcome == RESTORED and ANNULLED not in _outcomes(appeal.decision_id):
        problems["outcome"] = _("Ingen domstol har upphävt beslutet. Välj ett annat avgörande.")
    if said.outcome_on < appeal.filed_on:
        problems["outcome_on"] = _("Domstolen kan inte ha avgjort målet innan överklagandet kom in. Rätta dagen.")
    elif said.outcome_on > clock.today():
        problems["outcome_on"] = _("Dagen för domstolens avgörande ligger i framtiden. Rätta dagen.")
    if problems:
        raise Invalid(problems)
    appeal.outcome, appeal.outcome_on = said.outcome, said.outcome_on
    return appeal


def appeals_of(case: Case) -> list[tuple[Appeal, str]]:
    """The appeals of the case in the order they were entered, each with the number of its decision; one statement."""
    rows = session.execute(
        select(Appeal, Decision.number)
        .join(Decision, Decision.id == Appeal.decision_id)
        .where(Appeal.case_id == case.id)
        .order_by(Appeal.id)
    )
    return [(appeal, number) for appeal, number in rows]


@dataclass(frozen=True, slots=True)
class Appealable:
    """The decisions that can be appealed, the one in force first, as choices; or why none of them can."""

    choices: Sequence[tuple[str, str]]
    refusal: str | None


def appealable(case: Case) -> Appealable:
    """What a new appeal may be of; one statement."""
    rows = session.execute(
        select(Decision.public_id, Decision.number, Decision.replaced_at, Decision.capacity)
        .where(Decision.case_id == case.id)
        .order_by(Decision.id.desc())
    ).all()
    choices = [
        (str(row.public_id), _("%(number)s, ersatt", number=row.number) if row.replaced_at else row.number)
        for row in rows
        if refusal_to_appeal(row.capacity) is None
    ]
    return Appealable(choices, None if choices or not rows else refusal_to_appeal(rows[0].capacity))
