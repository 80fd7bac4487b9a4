"""The one place a decision is made: by delegation, from minutes, or in place of an older one. Written once, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.decisions import rules, statement
from portal.decisions.answer import Answer, AskedLine, asked_lines, outcome, problems, settled
from portal.decisions.facts import Facts
from portal.decisions.models import Capacity, Decision, DecisionLine, MinutesEntry, Outcome
from portal.decisions.statement import Standing
from portal.decisions.statement_queries import standing
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests import queries as requests
from portal.funding_requests.lifecycle import TURN, Status
from portal.funding_requests.models import FundingRequest
from portal.funding_requests.operations import notify
from portal.funding_requests.queries import Version
from portal.funds import operations as funds
from portal.funds import queries as fund_queries
from portal.outbox import operations as outbox
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.people.rules import refusal_without_password
from portal.register import documents
from portal.register.document_models import PublicGround, Source
from portal.register.documents import Registration
from portal.register.models import Case, Organ, Part
from portal.register.operations import give_number, hold_series, move, record, take_part
from portal.text import _

DECISION_SERIES = "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """In what capacity a decision is made, the frozen row it rests on, and when it was made (a civil date)."""

    capacity: Capacity
    authority: Mapping[str, str | int]
    decided_on: date
    minutes: MinutesEntry | None = None
    financing: str = ""
    replaces: Decision | None = None
    replacement_reason: str = ""
    is_reported: bool = False


def by_delegation(facts: Facts) -> Ground:
    """The ground of a decision by ``facts.actor``. Raises Refused without a fresh password or a delegation."""
    found = rules.authority_of(facts)
    if refusal := refusal_without_password(facts.actor, facts.now) or (None if found else rules.authority_is_demanded(facts)):
        raise Refused(refusal)
    assert found is not None
    return Ground(
        capacity=Capacity(found.capacity),
        authority=found.as_json(),
        decided_on=facts.today,
        is_reported=found.is_reported,
    )


def asked_of(case: Case) -> tuple[FundingRequest, Version, tuple[AskedLine, ...]]:
    """The request, its version and the lines to decide. Raises Conflict when nothing has been submitted."""
    request, version = requests.request_of(case), requests.current_version(case)
    if version is None:
        raise Conflict(_("Äskandet är inte inskickat."))
    return request, version, asked_lines(version.lines, version.content.total)


def hold(case: Case, fund_decision_id: UUID | None, now: datetime) -> None:
    """Hold what a decision changes beside the case, in the order of locks, before anything of it is logged."""
    funds.hold_money(requests.request_of(case).fund_id, fund_decision_id)
    hold_series(register_id=case.register_id, kind=DECISION_SERIES, now=now)


def write_decision(case: Case, answer: Answer, ground: Ground, *, by: Actor, now: datetime) -> Decision:
    """The one place a decision is made: number, ledger, row and lines, log, whose turn, what is to be sent.

    The caller has tried the rules. With ``ground.replaces`` the older decision's money is taken back first.
    """
    request, version, asked = asked_of(case)
    answer = settled(answer)
    stated = standing(request, version)
    found = problems(asked, answer, today=clock.today())
    if stated.lacks and ground.minutes is None:
        found |= statement.missing(answer.no_statement_reason)
    if found:
        raise Invalid(found)
    held = _set_aside(ground.replaces, case, by, now) if ground.replaces is not None else 0
    fund_id = None if ground.financing else request.fund_id
    left = funds.grant(fund_id, answer.granted, case, by, now, held=held) if fund_id is not None else (None, None)
    decision = _row(case, version, answer, ground, by=by, now=now)
    decision.fund_id, (decision.left_before, decision.left_after) = fund_id, left
    decision.outcome, decision.lines = outcome(asked, answer.lines).value, _lines(asked, answer, version)
    _look_back(decision, case, answer, stated, ground, by)
    request.granted, request.outcome, request.used = decision.granted, decision.outcome, None
    decision.log_seq = _record(case, decision, version, by)
    session.add(decision)
    _register(case, decision, ground, by=by, now=now)
    take_part(case, Part.MINUTES if ground.minutes else Part.DECISION_MAKER, by=by, now=now)
    move(case, status=Status.DECIDED, turn=TURN[Status.DECIDED], now=now)
    _announce(case, decision)
    return decision


def _register(case: Case, decision: Decision, ground: Ground, *, by: Actor, now: datetime) -> None:
    """The decision in the register, and with it everything of the case is public: the case has been finally handled."""
    title = _("Beslut %(number)s", number=decision.number)
    entry = Registration(
        source=Source.DECISION,
        source_id=decision.public_id,
        title=title,
        counterparty=case.unit.name,
        on=decision.decided_on,
    )
    documents.register(case, entry, by=by, now=now)
    adjusted_on = ground.minutes.adjusted_on if ground.minutes else None
    documents.made_public(case, PublicGround.FINALLY_HANDLED, on=adjusted_on or clock.local_date(now))


def _row(case: Case, version: Version, answer: Answer, ground: Ground, *, by: Actor, now: datetime) -> Decision:
    """The decision with its number, but for money, outcome and lines."""
    year, serial, number = give_number(case.register, kind=DECISION_SERIES, now=now)
    return Decision(
        public_id=uuid4(),
        case_id=case.id,
        version_id=version.row.id,
        number=number,
        capacity=ground.capacity.value,
        authority=dict(ground.authority),
        includes_unpriced=answer.includes_unpriced,
        requested=version.content.total,
        granted=answer.granted,
        financing=ground.financing,
        text=answer.text,
        reason=answer.reason,
        replacement_reason=ground.replacement_reason,
        presenter=answer.presenter,
        redistribution=answer.redistribution.value,
        redistribution_cap=answer.cap,
        report_by=answer.report_by,
        minutes_id=ground.minutes.id if ground.minutes else None,
        decided_by_id=by.person_id,
        acting_for_id=by.principal_id,
        decided_at=now,
        decided_on=ground.decided_on,
        replaces_id=ground.replaces.id if ground.replaces else None,
        is_reported=ground.is_reported,
        organ_public_id=session.get_one(Organ, ground.minutes.organ_id).public_id if ground.minutes else None,
        register_id=case.register_id,
        year=year,
        serial=serial,
        delegated_by_id=_delegated_by(ground),
    )


def _delegated_by(ground: Ground) -> int | None:
    """The organ by whose delegation it is decided: it is told of the decision on its next list."""
    if ground.capacity is not Capacity.DELEGATED:
        return None
    return session.scalar(select(Organ.id).where(Organ.name == str(ground.authority.get("organ"))))


def _look_back(decision: Decision, case: Case, answer: Answer, stated: Standing, ground: Ground, by: Actor) -> None:
    """What an auditor will look for. Of an organ no reason is demanded, and whoever enters its minutes decides nothing."""
    reached = Outcome(decision.outcome)
    decision.against_statement = statement.goes_against(stated.stance, reached)
    if ground.minutes is None:
        decision.no_statement_reason = answer.no_statement_reason.strip() if stated.lacks else ""
        decision.for_own_unit = statement.for_own_unit(by, case.unit_id, reached)


def _set_aside(old: Decision, case: Case, by: Actor, now: datetime) -> int:
    """The replaced decision stands as it was, marked; what it still holds of its fund comes back: how many kronor.

    What was reported as used by it counts no more.
    """
    old.replaced_at = now
    session.flush()  # only one decision of a case is in force: the old one leaves before the new one comes
    if old.fund_id is None:
        return 0
    held, used = fund_queries.held_by_case(old.fund_id, case.id)
    funds.reverse(old.fund_id, held, case, by, now)
    funds.use(old.fund_id, -used, case, by, now)
    return held


def _lines(asked: tuple[AskedLine, ...], answer: Answer, version: Version) -> list[DecisionLine]:
    assessed = {line.id: line.assessment for line in version.lines}
    return [
        DecisionLine(
            position=n,
            budget_line_id=line.budget_line_id,
            label=line.label,
            cost_type=line.cost_type,
            assessment=assessed.get(line.budget_line_id) if line.budget_line_id else None,
            requested=line.requested,
            granted=reply.granted,
            included=reply.included,
            condition=reply.condition,
        )
        for n, (line, reply) in enumerate(zip(asked, answer.lines, strict=True), 1)
    ]


def _record(case: Case, decision: Decision, version: Version, by: Actor) -> int:
    """The log entry holds what is printed; of a case with marks only numbers, for the log is read by more persons."""
    open_ = not case.is_marked
    lines = [
        {
            "label": line.label if open_ else "",
            "requested": line.requested,
            "granted": line.granted,
            "included": line.included,
            "condition": line.condition if open_ else "",
        }
        for line in decision.lines
    ]
    authority = {key: value for key, value in decision.authority.items() if key != "delegation"}
    body: dict[str, object] = {
        "decision": decision.number,
        "number": case.diary_number,
        "version": version.number,
        "sha256": version.sha256,
        "capacity": decision.capacity,
        "authority": authority,
        "outcome": decision.outcome,
        "requested": decision.requested,
        "granted": decision.granted,
        "left_before": decision.left_before,
        "left_after": decision.left_after,
        "decided_on": decision.decided_on.isoformat(),
        "redistribution": decision.redistribution,
        "redistribution_cap": decision.redistribution_cap,
        "report_by": decision.report_by.isoformat() if decision.report_by else None,
        "lines": lines,
        "text": decision.text if open_ else "",
        "reason": decision.reason if open_ else "",
        "presenter": decision.presenter if open_ else "",
        "financing": decision.financing if open_ else "",
        "against_statement": bool(decision.against_statement),
        "for_own_unit": bool(decision.for_own_unit),
        "without_statement": bool(decision.no_statement_reason),
        "no_statement_reason": (decision.no_statement_reason or "") if open_ else "",
    }
    action = "decisions.decide"
    if decision.replaces_id is not None:
        action = "decisions.replace_decision"
        body["replacement_reason"] = decision.replacement_reason if open_ else ""
    return record(case, action, by=by, body=body, kind="decision", object_id=decision.public_id)


def document_key(public_id: str) -> str:
    """The key under which the outbox has the document of that decision."""
    return f"decision_document:{public_id}"


def queue_document(public_id: str) -> bool:
    """Queue the document of that decision, once ever; whether it was queued now."""
    return outbox.enqueue(kind="decision_document", payload={"decision": public_id}, key=document_key(public_id))


def _announce(case: Case, decision: Decision) -> None:
    public_id = str(decision.public_id)
    queue_document(public_id)
    for to in (Permission.RECORD_BUDGET, Permission.WRITE_REQUEST):
        notify(case, "decided", to=to, key=f"decided:{public_id}")
