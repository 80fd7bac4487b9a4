"""Requests walked by the real road to the decision: submitted, handed over, decided. Call them outside a transaction."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations, queries
from portal.decisions.answer import Answer, LineAnswer, Move, asked_lines
from portal.decisions.minutes import Minutes, MinutesKind
from portal.decisions.models import Decision, Stance
from portal.decisions.statement import Opinion
from portal.funding_requests import operations as requests
from portal.funding_requests.content import draft_of
from portal.funding_requests.queries import current_version
from portal.register.models import Case
from tests.factories.town import Town

LINES: tuple[tuple[str, str], ...] = (
    ("Trygghetsskapande insatser", "100 000"),
    ("Kamerabevakning", "600 000"),
    ("Extra väktare", "300 000"),
    ("Trygghetsmätning", ""),
)


def case_of(case_id: UUID) -> Case:
    """The case as it stands now."""
    session.expire_all()
    return session.query(Case).filter_by(public_id=case_id).one()


def a_submitted_request(
    town: Town,
    *,
    by: str = "sakerhetschef",
    unit: str = "Säkerhet och trygghet",
    lines: Sequence[tuple[str, str]] = LINES,
    total: str = "1 000 000",
    fund: str | None = "Trygghetsmiljonen",
    year: int | None = None,
    cost_type: str = "drift",
    secrecy: str = "nej",
) -> UUID:
    """A request from the unit, submitted; ``fund`` None names other financing instead, ``cost_type`` is every line's."""
    chosen = {town.fund.name: town.fund, town.other_fund.name: town.other_fund}.get(fund or "")
    raw = {
        "title": "Medel för trygghetsskapande åtgärder",
        "organ": str(town.organ.public_id),
        "points": [f"Säkerhetsenheten beviljas {total} kr för att utveckla det trygghetsskapande arbetet."],
        "description": "Läget kräver mer än vad som ryms inom ramen.",
        "lines": [{"label": label, "amount": amount, "cost_type": cost_type} for label, amount in lines],
        "total": total,
        "redistribution": "ja",
        "fund": str(chosen.public_id) if chosen else "",
        "financing": "" if chosen else "Inom nämndens driftbudget",
        "budget_year": str(year or clock.today().year),
        "basis": ["Tjänsteskrivelsen"],
        "copies": [{"name": "Kommunledningsförvaltningen", "email": "", "action": ""}],
        "information": [{"name": "Ekonomiavdelningen", "email": "", "action": ""}],
        "secrecy": secrecy,
        "provision": "18 kap. 8 § OSL" if secrecy == "ja" else "",
        "receiver": unit,
        "handler_name": "Säkerhetschef",
        "handler_role": "Säkerhetschef",
        "date": clock.today().isoformat(),
    }
    with transaction():
        actor = town.actor(by)
        case_id = requests.create_draft(unit_id=town.units[unit].id, by=actor, draft=draft_of(raw)).public_id
    with transaction():
        requests.submit(case_id=case_id, by=town.actor(by), seen_version=None)
    return case_id


def an_answer(case_id: UUID, *granted: int | bool, text: str = "Säkerhetsenheten beviljas pengarna.", **change: Any) -> Answer:
    """The answer to a submitted request: everything in full, or per line kronor (priced) and yes or no (unpriced)."""
    version = current_version(case_of(case_id))
    assert version is not None
    asked = asked_lines(version.lines, version.content.total)
    values: Sequence[int | bool] = granted or [True if line.requested is None else line.requested for line in asked]
    lines = tuple(
        LineAnswer(included=bool(value)) if line.requested is None else LineAnswer(granted=int(value))
        for line, value in zip(asked, values, strict=True)
    )
    fields: dict[str, Any] = {
        "reason": "Behovet prövas igen efter sommaren." if granted else "",
        "redistribution": Move.FREE,
        "report_by": date(clock.today().year + 1, 1, 31),
        "presenter": "Säkerhetschef",
        **change,
    }
    return Answer(lines=lines, text=text, **fields)


def a_decision(town: Town, case_id: UUID | None = None, *granted: int | bool, by: str = "kommunchef") -> tuple[UUID, Decision]:
    """A decided case and its decision: in full, or line by line as in ``an_answer``."""
    case_id = case_id or a_submitted_request(town)
    answer = an_answer(case_id, *granted)
    with transaction():
        operations.decide(case_id=case_id, answer=answer, by=town.actor(by), seen_version=None)
    decision = queries.in_force(case_of(case_id))
    assert decision is not None
    return case_id, decision


def a_statement(town: Town, case_id: UUID, *, by: str = "ekonom2", **said: Any) -> None:
    """Finance's statement on the request; drift unless told otherwise."""
    fields: dict[str, Any] = {"text": "Medel finns.", "cost_type": "drift", **said}
    opinion = Opinion(**fields | {"stance": Stance(fields.get("stance", Stance.NONE))})
    with transaction():
        operations.give_statement(case_id=case_id, opinion=opinion, by=town.actor(by), seen_version=None)


def a_referred_case(town: Town, case_id: UUID | None = None, *, stance: Stance = Stance.SUPPORT) -> UUID:
    """A case that the decision maker has handed over to kommunstyrelsen."""
    case_id = case_id or a_submitted_request(town)
    with transaction():
        operations.hand_over(
            case_id=case_id,
            organ_id=town.organ.public_id,
            stance=stance,
            text="" if stance is Stance.NONE else "Behovet är styrkt.",
            by=town.actor("kommunchef"),
            seen_version=None,
        )
    return case_id


def minutes_from(town: Town, kind: MinutesKind = MinutesKind.DECIDING, **change: Any) -> Minutes:
    """What kommunstyrelsen's minutes of yesterday say, § 88."""
    fields: dict[str, Any] = {
        "organ_id": town.organ.public_id,
        "meeting_date": clock.today() - timedelta(days=1),
        "paragraph": "88",
        "kind": kind,
        "text": "Kommunstyrelsen beslutar enligt förslaget.",
        **change,
    }
    return Minutes(**fields)


def told_before_finality(case_id: UUID) -> str:
    """The warning for whoever pays out before the decision in force is final; empty where there is none."""
    decision = queries.in_force(case_of(case_id))
    assert decision is not None
    return queries.warning_before_finality(decision) or ""
