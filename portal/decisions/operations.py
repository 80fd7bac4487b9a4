"""Every act of this package on a case, one function each. All of an act is one transaction; the rules have the first word."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.decisions import queries, rules, statement_document
from portal.decisions import statement as stating
from portal.decisions.answer import Answer
from portal.decisions.deciding import by_delegation, write_decision
from portal.decisions.entering import enter, ground_of
from portal.decisions.minutes import Minutes, MinutesKind
from portal.decisions.models import Capacity, Decision, HandOver, MinutesEntry, Stance, Statement
from portal.decisions.rules import REFUSALS
from portal.decisions.statement import Opinion
from portal.decisions.statement_queries import standing
from portal.documents import queries as stored
from portal.documents.models import Document
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests import attachments
from portal.funding_requests import queries as requests
from portal.funding_requests.acting import begin
from portal.funding_requests.attachments import Kept
from portal.funding_requests.lifecycle import TURN, Action, Status
from portal.funding_requests.models import CompletionRequest
from portal.funding_requests.operations import notify
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import documents as registered
from portal.register.document_models import Direction, PublicGround, Source
from portal.register.documents import Registration
from portal.register.models import Case, Organ, Part
from portal.register.operations import move, open_text, record, take_part, touch
from portal.text import _

MOST_CHARACTERS = 10_000  # of a reason or a statement
EXTRACT = "minutes"  # the kind of document that minutes were entered from
MOST_EXTRACTS = 20  # of one case


def decide(*, case_id: UUID, answer: Answer, by: Actor, seen_version: int | None) -> Decision:
    """Grant, grant in part or reject by delegation. Capacity and clause follow from the delegation in force.

    Raises Refused (the rule's sentence, no password within five minutes, or more than is left), Conflict, Unknown, and
    Invalid when the answer does not hold.
    """
    case, facts = begin(case_id, Action.DECIDE, by, seen_version, queries.facts_to_settle, REFUSALS)
    facts = rules.as_decider(facts)
    return write_decision(case, answer, by_delegation(facts), by=facts.actor, now=facts.now)


def replace_decision(
    *,
    case_id: UUID,
    answer: Answer,
    reason: str,
    by: Actor,
    seen_version: int | None,
    minutes: Minutes | None = None,
) -> Decision:
    """A new decision in place of the one in force: its money is taken back and the new grant written.

    An organ's decision is replaced by new ``minutes``, which the registrar enters. Raises Refused, Conflict, Unknown
    and Invalid.
    """
    case, facts = begin(case_id, Action.REPLACE_DECISION, by, seen_version, queries.facts_to_settle, REFUSALS)
    reason = _text(reason, "replacement_reason", _("Skriv varför beslutet ersätts."))
    old = queries.in_force(case)
    if old is None:
        raise Conflict(_("Det finns inget gällande beslut i ärendet. Läs det på nytt innan du fortsätter."))
    if facts.capacity_in_force == Capacity.POLITICAL:
        if minutes is None or minutes.kind is not MinutesKind.DECIDING:
            raise Invalid({"": _("Ett organs beslut ersätts genom ett nytt protokoll.")})
        by = facts.actor
        ground = ground_of(enter(case, minutes, by=by, now=facts.now), minutes, by=by)
    else:
        facts = rules.as_decider(facts)
        by, ground = facts.actor, by_delegation(facts)
    ground = replace(ground, replaces=old, replacement_reason=reason)
    return write_decision(case, answer, ground, by=by, now=facts.now)


def request_completion(
    *, case_id: UUID, reason: str, answer_by: date | None, by: Actor, seen_version: int | None
) -> CompletionRequest:
    """Ask the unit for more before deciding; no decision. Raises Refused, Conflict, Unknown, Invalid."""
    case, facts = begin(case_id, Action.REQUEST_COMPLETION, by, seen_version, queries.facts, REFUSALS)
    by = rules.acting_decider(facts)
    reason = _text(reason, "reason", _("Skriv vad som behöver kompletteras."))
    if answer_by is not None and answer_by < facts.today:
        raise Invalid({"answer_by": _("Svarsdagen har redan varit.")})
    asked = _return_to_unit(case, reason, answer_by, by)
    body = {"reason": open_text(case, reason), "answer_by": answer_by.isoformat() if answer_by else None}
    record(case, "decisions.request_completion", by=by, body=body)
    return asked


def _return_to_unit(case: Case, reason: str, answer_by: date | None, by: Actor) -> CompletionRequest:
    now = clock.now()
    asked = CompletionRequest(case_id=case.id, reason=reason, answer_by=answer_by, asked_by_id=by.person_id, asked_at=now)
    session.add(asked)
    notify(case, "returned", to=Permission.WRITE_REQUEST, key=f"returned:{case.public_id}:{case.version}")
    move(case, status=Status.RETURNED, turn=TURN[Status.RETURNED], now=now)
    return asked


def resume(*, case_id: UUID, reason: str, by: Actor, seen_version: int | None) -> Case:
    """Go on with what there is: back to the decision maker, or to the organ once handed over."""
    case, facts = begin(case_id, Action.RESUME, by, seen_version, queries.facts, REFUSALS)
    by = facts.actor.acting(Permission.KEEP_REGISTER) if facts.handed_over else rules.acting_decider(facts)
    reason = _text(reason, "reason", _("Skriv varför ärendet förs vidare utan komplettering."))
    status = Status.REFERRED if facts.handed_over else Status.SUBMITTED
    record(case, "decisions.resume", by=by, body={"reason": open_text(case, reason)})
    move(case, status=status, turn=TURN[status], now=facts.now)
    return case


def hand_over(*, case_id: UUID, organ_id: UUID, stance: Stance, text: str, by: Actor, seen_version: int | None) -> HandOver:
    """Let an organ decide, with or without a recommendation, which is no decision and gets no number."""
    case, facts = begin(case_id, Action.HAND_OVER, by, seen_version, queries.facts, REFUSALS)
    if refusal := rules.refusal_of_stance(facts, stance):
        raise Refused(refusal)
    deciding = facts.actor.may(Permission.DECIDE)
    by = rules.acting_decider(facts) if deciding else facts.actor
    organ = _organ(organ_id)
    if stance is not Stance.NONE:
        text = _text(text, "text", _("Skriv varför äskandet tillstyrks eller avstyrks."))
    handed = HandOver(
        public_id=uuid4(),
        case_id=case.id,
        organ_id=organ.id,
        stance=stance.value,
        text=_text(text, "text", None),
        by_id=by.person_id,
        acting_for_id=by.principal_id,
        at=facts.now,
    )
    session.add(handed)
    _register_hand_over(case, handed, organ, by=by, now=facts.now)
    requests.request_of(case).referred_organ_id = organ.id
    body = {"organ": organ.in_text, "organ_name": organ.name, "stance": stance.value, "text": open_text(case, text)}
    record(case, "decisions.hand_over", by=by, body=body)
    notify(case, "handed_over", to=Permission.KEEP_REGISTER, key=f"handed_over:{case.public_id}:{case.version}")
    move(case, status=Status.REFERRED, turn=TURN[Status.REFERRED], now=facts.now)
    return handed


def _register_hand_over(case: Case, handed: HandOver, organ: Organ, *, by: Actor, now: datetime) -> None:
    """Within the authority it is a missive and no more; to another authority the case's documents are dispatched with it."""
    outside = registered.is_outside(organ.id)
    entry = Registration(
        source=Source.HAND_OVER,
        source_id=handed.public_id,
        title=_("Överlämnande till %(organ)s", organ=organ.in_text),
        direction=Direction.OUT if outside else Direction.DRAWN_UP,
        counterparty=organ.name,
        outside=outside,
    )
    registered.register(case, entry, by=by, now=now)
    if outside:
        registered.made_public(case, PublicGround.DISPATCHED, on=clock.local_date(now))


def give_statement(*, case_id: UUID, opinion: Opinion, by: Actor, seen_version: int | None) -> Statement:
    """Finance's statement (yttrande); the case stays where it is. Raises Refused, Conflict, Unknown, Invalid."""
    case, facts = begin(case_id, Action.GIVE_STATEMENT, by, seen_version, queries.facts, REFUSALS)
    request = requests.request_of(case)
    required = standing(request, requests.current_version(case)).why is not None
    if found := stating.problems(opinion, required=required):
        raise Invalid(found)
    figures = {"balance": opinion.balance, "cost_type": opinion.cost_type, "capital_cost": opinion.capital_cost}
    words = {"text": opinion.text.strip(), "coding": opinion.coding.strip()}
    stance = opinion.stance.value
    statement = Statement(
        public_id=uuid4(), case_id=case.id, by_id=facts.actor.person_id, at=facts.now, stance=stance, **figures, **words
    )
    session.add(statement)
    entry = Registration(source=Source.STATEMENT, source_id=statement.public_id, title=_("Yttrande över äskandet"))
    registered.register(case, entry, by=facts.actor, now=facts.now)
    statement_document.enqueue(statement.public_id)
    take_part(case, Part.STATEMENT, by=facts.actor, now=facts.now)
    hidden = {name: open_text(case, text) for name, text in words.items()}
    record(case, "decisions.give_statement", by=facts.actor, body={"stance": stance, **figures, **hidden})
    touch(case)
    return statement


def record_minutes(
    *, case_id: UUID, minutes: Minutes, answer: Answer | None, by: Actor, seen_version: int | None
) -> MinutesEntry:
    """Enter what an organ's minutes say. A deciding entry is a decision through the same code as all others; referring
    back returns the case to the unit; passing on hands it to another organ; preparing and postponing leave it."""
    case, facts = begin(case_id, Action.RECORD_MINUTES, by, seen_version, queries.facts, REFUSALS)
    by = facts.actor
    if (answer is None) == (minutes.kind is MinutesKind.DECIDING):
        raise Invalid({"": _("Beloppen per rad anges när organet har beslutat, annars inte.")})
    entry = enter(case, minutes, by=by, now=facts.now)
    if minutes.kind is MinutesKind.DECIDING and answer is not None:
        _only_the_referred_organ(case, entry)
        write_decision(case, answer, ground_of(entry, minutes, by=by), by=by, now=facts.now)
        return entry
    take_part(case, Part.MINUTES, by=by, now=facts.now)
    if minutes.kind is MinutesKind.REFERRED_BACK:
        _return_to_unit(case, minutes.text, None, by)
        return entry
    if entry.passed_on_to_id is not None:
        requests.request_of(case).referred_organ_id = entry.passed_on_to_id
    touch(case)
    return entry


def take_over(*, case_id: UUID, minutes: Minutes, by: Actor, seen_version: int | None) -> MinutesEntry:
    """Enter that an organ has taken the case over (7 kap. 8 § kommunallagen leaves it free to): from now on it is the organ's
    to decide, also where the unit has been asked for more. Raises Refused, Conflict, Unknown and Invalid."""
    case, facts = begin(case_id, Action.TAKE_OVER, by, seen_version, queries.facts, REFUSALS)
    _organ(minutes.organ_id)
    entry = enter(case, replace(minutes, kind=MinutesKind.TAKEN_OVER), by=facts.actor, now=facts.now)
    take_part(case, Part.MINUTES, by=facts.actor, now=facts.now)
    requests.request_of(case).referred_organ_id = entry.organ_id
    notify(case, "taken_over", to=Permission.DECIDE, key=f"taken_over:{entry.public_id}")
    move(case, status=Status.REFERRED, turn=TURN[Status.REFERRED], now=facts.now)
    return entry


def keep_extract(*, case_id: UUID, action: Action, kept: Kept, by: Actor) -> Document:
    """Keep an extract of minutes with the case, unchanged, before it is entered (``action`` says as what). Handed in again
    the same file is the same document. Raises Refused, Conflict, Unknown, Invalid."""
    case, facts = begin(case_id, action, by, None, queries.facts_to_settle, REFUSALS)
    earlier = [each for each in stored.of_case(case.id) if each.kind == EXTRACT]
    for each in earlier:
        if each.sha256 == kept.sha256:
            return each
    if len(earlier) >= MOST_EXTRACTS:
        raise Invalid({"file": _("Ärendet har redan %(n)s protokollsutdrag, fler kan inte läggas till.", n=MOST_EXTRACTS)})
    return attachments.hand_in(case, kept, EXTRACT, _("Protokollsutdrag"), by=facts.actor)


def _only_the_referred_organ(case: Case, entry: MinutesEntry) -> None:
    referred = requests.request_of(case).referred_organ
    if referred is not None and referred.id != entry.organ_id:
        raise Invalid(
            {
                "organ": _(
                    "Ärendet är överlämnat till %(organ)s. För först in att det överlämnats till ett annat organ.",
                    organ=referred.in_text,
                )
            }
        )


def _organ(public_id: UUID) -> Organ:
    organ = session.scalars(select(Organ).where(Organ.public_id == public_id, Organ.ended_on.is_(None))).one_or_none()
    if organ is None:
        raise Invalid({"organ": _("Organet finns inte längre. Välj ett annat.")})
    return organ


def _text(text: str, field: str, empty: str | None) -> str:
    """``text`` trimmed. Raises Invalid when it is too long, or empty where ``empty`` says that it may not be."""
    text = text.strip()
    if empty and not text:
        raise Invalid({field: empty})
    if len(text) > MOST_CHARACTERS:
        raise Invalid({field: _("Texten är för lång. Korta den till högst %(most)s tecken.", most=MOST_CHARACTERS)})
    return text
