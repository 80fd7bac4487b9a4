"""The decision as a document: the JSON that the template takes (``documents.shapes``). Without proof it is a preview."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol, TypeVar

from portal.decisions.answer import Answer, AskedLine, Move, outcome
from portal.decisions.models import Capacity, Decision, Outcome, Statement
from portal.decisions.statement import COST_TYPES
from portal.decisions.wording import points_of
from portal.documents import shapes
from portal.funding_requests.content import Content
from portal.funding_requests.document import assessment
from portal.funding_requests.queries import Version
from portal.people.actor import Actor
from portal.people.models import Person
from portal.register.models import Case, ConflictOfInterest

_CAPACITY: dict[str, shapes.Capacity] = {
    Capacity.DELEGATED: "delegation",
    Capacity.EXECUTION: "execution",
    Capacity.POLITICAL: "political",
}
_OUTCOME: dict[str, shapes.Outcome] = {
    Outcome.GRANTED: "granted",
    Outcome.PARTLY: "partly_granted",
    Outcome.REJECTED: "rejected",
}
_MOVE: dict[str, Literal["free", "up_to", "no"]] = {Move.FREE: "free", Move.CAPPED: "up_to", Move.NONE: "no"}


@dataclass(frozen=True, slots=True)
class Frame:
    """What every document of the installation has: who sends it, when it was made (UTC), and whether it is a test."""

    municipality: shapes.Municipality
    made_at: datetime
    test: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The case and what was asked, beside the decision itself."""

    case: Case
    version: Version
    statements: Sequence[Statement]
    conflicts: Sequence[ConflictOfInterest]


def _person(person: Person) -> shapes.Person:
    return {"name": person.name, "title": person.title or None}


def _acting(person: Person, principal: Person | None) -> shapes.ActingPerson:
    return {
        "name": person.name,
        "title": person.title or None,
        "acting_for": _person(principal) if principal else None,
    }


def _asked(around: Surroundings) -> shapes.Asked:
    version = around.version
    return {
        "unit": version.content.unit,
        "submitted_by": {"name": version.content.requester.name, "title": version.content.requester.role or None},
        "submitted_at": version.submitted_at.isoformat(),
        "version": version.number,
        "sha256": version.sha256,
    }


def _authority(frozen: dict[str, Any]) -> shapes.Authority:
    return {
        "clause": frozen.get("clause"),
        "ceiling": frozen.get("ceiling"),
        "document": frozen.get("order") or None,
        "rests_on": {
            "organ": str(frozen["organ"]),
            "date": frozen.get("date"),
            "paragraph": frozen.get("paragraph"),
        },
    }


def _frame(around: Surroundings, frame: Frame) -> dict[str, Any]:
    content = around.version.content
    return {
        "made_at": frame.made_at.isoformat(),
        "municipality": frame.municipality,
        "test": frame.test,
        "title": content.title,
        "unit": content.unit,
        "case_number": around.case.diary_number,
        "proposal": list(content.points),
        "requested_total": content.total,
        "request": _asked(around),
        "follows": content.follows or None,
        "copies_to": [recipient.name for recipient in content.copies],
        "for_information": [recipient.name for recipient in content.information],
        "statements": [
            {
                "person": _acting(each.by, None),
                "given_at": each.at.isoformat(),
                "text": each.text,
                "stance": each.stance,
                "balance": each.balance,
                "cost_type": COST_TYPES.get(each.cost_type),
                "capital_cost": each.capital_cost,
                "coding": each.coding or None,
            }
            for each in around.statements
        ],
        "conflicts": [
            {"person": _person(each.person), "declared_at": each.declared_at.isoformat()} for each in around.conflicts
        ],
    }


def of_decision(
    decision: Decision, around: Surroundings, frame: Frame, proof: shapes.Proof | None = None
) -> shapes.DecisionDocument:
    """The document of a decision, everything in it as it was decided."""
    old = decision.replaces
    data = (
        _frame(around, frame)
        | _ground(decision)
        | {
            "outcome": _OUTCOME[decision.outcome],
            "date": decision.decided_on.isoformat(),
            "decision": points_of(decision.text),
            "decision_number": decision.number,
            "lines": [_line(line, line, found) for line, found in _assessed(decision.lines, around.version.content)],
            "granted_total": decision.granted,
            "reason": decision.reason or None,
            "no_statement_reason": decision.no_statement_reason or None,
            "redistribution": {"answer": _MOVE[decision.redistribution], "limit": decision.redistribution_cap},
            "financing": {
                "fund": decision.fund.name if decision.fund else None,
                "year": decision.fund.year if decision.fund else None,
                "left_before": decision.left_before,
                "left_after": decision.left_after,
                "text": decision.financing or (None if decision.fund else around.version.content.financing or None),
            },
            "final_report": _report(decision.granted, _iso(decision.report_by)),
            "decided_at": decision.decided_at.isoformat(),
            "presenter": {"name": decision.presenter} if decision.presenter else None,
            "replaces": {"decision_number": old.number, "date": old.decided_on.isoformat()} if old else None,
            "proof": proof,
        }
    )
    return data  # type: ignore[return-value]  # the parts together have every key of the shape


class _Answered(Protocol):
    @property
    def granted(self) -> int | None: ...
    @property
    def included(self) -> bool | None: ...
    @property
    def condition(self) -> str: ...


class _Asked(Protocol):
    @property
    def label(self) -> str: ...
    @property
    def requested(self) -> int | None: ...


A = TypeVar("A", bound=_Asked)


def _assessed(rows: Sequence[A], content: Content) -> Iterator[tuple[A, shapes.Assessment | None]]:
    """Each row decided with the documented assessment of its line; the row Hela äskandet, above the lines, has none."""
    above = len(rows) - len(content.lines)
    return zip(rows, [*[None] * above, *map(assessment, content.lines)], strict=True)


def _line(line: _Asked, answered: _Answered, found: shapes.Assessment | None) -> shapes.DecidedLine:
    return {
        "label": line.label,
        "requested": line.requested,
        "granted": answered.granted,
        "included": answered.included,
        "condition": answered.condition or None,
        "assessment": found,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _ground(decision: Decision) -> dict[str, Any]:
    """In what capacity, and what it rests on: a delegation and who decided, or minutes and who entered them."""
    who, minutes = _acting(decision.decided_by, decision.acting_for), decision.minutes
    capacity = _CAPACITY[decision.capacity]
    if minutes is None:
        return {"capacity": capacity, "authority": _authority(decision.authority), "minutes": None, "decided_by": who}
    said: shapes.Minutes = {
        "organ": minutes.organ.name,
        "organ_in_text": minutes.organ.in_text,
        "date": minutes.meeting_date.isoformat(),
        "paragraph": minutes.paragraph,
        "adjusted_on": _iso(minutes.adjusted_on),
        "posted_on": _iso(minutes.posted_on),
    }
    return {"capacity": capacity, "authority": None, "minutes": said, "decided_by": None, "entered_by": who}


def _report(granted: int, due: str | None) -> shapes.FinalReport | None:
    return {"due": due is not None, "date": due} if granted else None


def preview(
    asked: Sequence[AskedLine], answer: Answer, around: Surroundings, frame: Frame, *, by: Actor, ground: dict[str, Any]
) -> shapes.DecisionDocument:
    """The same document before it is decided: without number and proof, and so marked as a preview.

    ``ground`` holds ``capacity``, ``authority`` or ``minutes``, ``date``, ``fund``, ``year``, ``left`` and ``financing``.
    """
    left = ground.get("left")
    political = ground["capacity"] == Capacity.POLITICAL
    data = _frame(around, frame) | {
        "capacity": _CAPACITY[ground["capacity"]],
        "outcome": _OUTCOME[outcome(asked, answer.lines)],
        "date": ground["date"],
        "decision": points_of(answer.text),
        "lines": [
            _line(line, reply, found)
            for (line, found), reply in zip(_assessed(asked, around.version.content), answer.lines, strict=True)
        ],
        "granted_total": answer.granted,
        "reason": answer.reason or None,
        "no_statement_reason": answer.no_statement_reason or None,
        "redistribution": {"answer": _MOVE[answer.redistribution], "limit": answer.cap},
        "financing": {
            "fund": ground.get("fund"),
            "year": ground.get("year"),
            "left_before": left,
            "left_after": None if left is None else left - answer.granted,
            "text": ground.get("financing") or None,
        },
        "final_report": _report(answer.granted, _iso(answer.report_by)),
        "authority": None if political or not ground.get("authority") else _authority(ground["authority"]),
        "minutes": ground.get("minutes"),
        "decided_by": None if political else _by(by),
        "presenter": {"name": answer.presenter} if answer.presenter else None,
    }
    return data  # type: ignore[return-value]  # the two halves together have every key of the shape


def _by(actor: Actor) -> shapes.ActingPerson:
    principal: shapes.Person | None = None
    if actor.principal:
        principal = {"name": actor.principal.name, "title": actor.principal.title or None}
    return {"name": actor.name, "title": actor.title or None, "acting_for": principal}
