"""Relations between cases: told on both, ended by an entry of their own, never deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select

from portal import clock
from portal.db import session
from portal.errors import Invalid
from portal.people.actor import Actor
from portal.register import queries
from portal.register.access import registered
from portal.register.marking import begin
from portal.register.models import Case, CaseRelation
from portal.register.operations import open_text, record, touch
from portal.text import _

BELONGS, FOLLOWS, REPLACES = "belongs", "follows", "replaces"
KINDS: Mapping[str, str] = {BELONGS: "hör ihop med", REPLACES: "ersätter", FOLLOWS: "följer"}
BACKWARDS: Mapping[str, str] = {BELONGS: "hör ihop med", REPLACES: "ersätts av", FOLLOWS: "följs av"}
"""How each relation reads from the other case."""


def other_case(typed: str, case: Case, by: Actor) -> Case:
    """The case to relate ``case`` to. Raises Invalid when the register has none of that number, or it is the case itself."""
    if not typed:
        raise Invalid({"other": _("Skriv det andra ärendets diarienummer.")})
    found = queries.numbered(typed)
    if found is not None and session.scalar(registered(select(Case.id), by).where(Case.id == found.id)) is None:
        found = None
    if found is None:
        raise Invalid({"other": _("Det finns inget ärende med det numret i diariet.")})
    if found.id == case.id:
        raise Invalid({"other": _("Skriv ett annat ärendes nummer: ett ärende har inget samband med sig självt.")})
    return found


def standing(case: Case, other: Case, kind: str) -> CaseRelation | None:
    """The relation that stands between the two; that they belong together is the same from either side."""
    there = and_(CaseRelation.case_id == case.id, CaseRelation.to_case_id == other.id)
    back = and_(CaseRelation.case_id == other.id, CaseRelation.to_case_id == case.id)
    between = or_(there, back) if kind == BELONGS else there
    found = select(CaseRelation).where(between, CaseRelation.kind == kind, CaseRelation.ended_at.is_(None)).limit(1)
    return session.scalars(found).one_or_none()


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation as a case's page tells it: ``says`` is *hör ihop med*, ``number`` and ``title`` the other case's in the
    register, ``other`` its public id."""

    id: int
    says: str
    other: UUID
    number: str
    title: str


def relations(case: Case, by: Actor) -> list[Relation]:
    """The standing relations of the case to others in the register, oldest first; one statement."""
    mine, its = CaseRelation.case_id == case.id, CaseRelation.to_case_id == case.id
    joined = or_(and_(mine, Case.id == CaseRelation.to_case_id), and_(its, Case.id == CaseRelation.case_id))
    columns = (CaseRelation.id, CaseRelation.kind, CaseRelation.case_id, Case.public_id, Case.number, Case.public_title)
    statement = registered(select(*columns).join(Case, joined), by).where(CaseRelation.ended_at.is_(None))
    return [
        Relation(row_id, _((KINDS if of == case.id else BACKWARDS)[kind]), other, number or "", title)
        for row_id, kind, of, other, number, title in session.execute(statement.order_by(CaseRelation.id))
    ]


def relation(relation_id: int | None, case: Case) -> CaseRelation:
    """A standing relation of the case, held. Raises Invalid when it is none (any more)."""
    of_case = or_(CaseRelation.case_id == case.id, CaseRelation.to_case_id == case.id)
    statement = select(CaseRelation).where(CaseRelation.id == relation_id, of_case, CaseRelation.ended_at.is_(None))
    found = session.scalars(statement.with_for_update()).one_or_none() if relation_id else None
    if found is None:
        raise Invalid({"relation": _("Välj vilket samband som ska avslutas.")})
    return found


def new_relation(case: Case, other: Case, kind: str, by: Actor) -> CaseRelation:
    """The row of a new relation. Raises Invalid where it stands already."""
    if standing(case, other, kind):
        raise Invalid({"other": _("Sambandet finns redan.")})
    row = CaseRelation(case_id=case.id, to_case_id=other.id, kind=kind, by_id=by.person_id, at=clock.now())
    session.add(row)
    return row


def relate(*, case_id: UUID, other: str, kind: str, by: Actor, seen_version: int | None) -> Case:
    """Say how the case belongs with another in the register, by its number; an entry in both."""
    case, facts = begin(case_id, "relate", by, seen_version)
    if kind not in KINDS:
        raise Invalid({"kind": _("Välj hur ärendena hör ihop.")})
    to = other_case(other, case, facts.actor)
    new_relation(case, to, kind, facts.actor)
    record(case, "register.relate", by=facts.actor, body={"kind": kind, "other": to.number, "back": False})
    record(to, "register.relate", by=facts.actor, body={"kind": kind, "other": case.number, "back": True})
    touch(case)
    return case


def unrelate(*, case_id: UUID, relation_id: int | None, reason: str, by: Actor, seen_version: int | None) -> Case:
    """End a relation by an entry in both cases, which says why; that it stood is kept."""
    case, facts = begin(case_id, "unrelate", by, seen_version)
    if not reason:
        raise Invalid({"reason": _("Skriv varför sambandet avslutas.")})
    ended = relation(relation_id, case)
    ended.ended_at, ended.ended_by_id = clock.now(), facts.actor.person_id
    back = ended.to_case_id == case.id
    other = session.get_one(Case, ended.case_id if back else ended.to_case_id)
    body = {"kind": ended.kind, "other": other.number, "back": back, "reason": open_text(case, reason)}
    record(case, "register.unrelate", by=facts.actor, body=body)
    record(other, "register.unrelate", by=facts.actor, body={"kind": ended.kind, "other": case.number, "back": not back})
    touch(case)
    return case
