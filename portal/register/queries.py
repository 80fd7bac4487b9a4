"""Reads of cases, parts taken in them and the register."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, and_, bindparam, case, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from portal import clock
from portal.db import hold_name, session
from portal.errors import Unknown
from portal.people.actor import Actor
from portal.people.models import Person
from portal.register import access, numbers
from portal.register.facts import Facts
from portal.register.models import (
    Case,
    CaseFact,
    CaseRelation,
    CaseWriter,
    ConflictOfInterest,
    MarkReader,
    Part,
    Participation,
    SecrecyMark,
)

_WRITER, _JAV, _CHECKED, _MARK, _RELATED = "writer", "jav", "checked", "mark", "related"
WRITES_AFTER = "writes after"
"""The part of whoever writes a case that comes after this one and is not in the register yet."""


def get_case(public_id: UUID, actor: Actor, *, lock: bool = False) -> Case:
    """The case, with its unit. With ``lock`` the row is held until the transaction ends (no-op on SQLite) and read
    anew: whoever held it before may have changed what this transaction has read.

    Raises Unknown when there is none, or when the actor may not see it: the two are answered alike.
    """
    statement = access.find(public_id, actor).options(joinedload(Case.unit), joinedload(Case.register))
    if lock:
        statement = statement.with_for_update(of=Case).execution_options(populate_existing=True)
    case = session.scalars(statement).one_or_none()
    if case is None:
        raise Unknown
    return case


def numbered(typed: str, *, besides: Case | None = None, hold: bool = False) -> Case | None:
    """The case that has the number, its own or one in another register; ``besides`` does not count. With ``hold`` nobody
    else enters the number until the transaction ends."""
    wanted = numbers.normalised(typed)
    if hold:
        hold_name(f"number {wanted}")
    own = wanted.upper().replace(" ", "\u00a0")
    statement = select(Case).where(or_(Case.number == own, Case.external_number == wanted))
    if besides is not None:
        statement = statement.where(Case.id != besides.id)
    return session.scalars(statement.order_by(Case.number == own, Case.id).limit(1)).one_or_none()


_ENTERED = and_(Case.kept_elsewhere, Case.external_number.is_not(None))
DIARY_NUMBER = case((_ENTERED, Case.external_number), else_=Case.number)
"""As ``Case.diary_number``: what to show first."""
OTHER_NUMBER = case((_ENTERED, Case.number), else_=Case.external_number)
AWAITS_NUMBER = and_(Case.kept_elsewhere, Case.external_number.is_(None), Case.number.is_not(None))
"""A case whose register is kept elsewhere and whose number there has not been entered."""


Parts = Mapping[str, Collection[int]]


def parts_of(case: Case) -> Parts:
    """Who has taken which part in the case, and which facts stand, in one statement; persons by id."""
    rows = session.execute(_parts(), {"case_id": case.id}).all()
    parts: dict[str, set[int]] = defaultdict(set)
    for person_id, part in rows:
        parts[part].add(person_id)
    return parts


@cache
def _parts() -> CompoundSelect[*tuple[Any, ...]]:
    """What ``parts_of`` asks."""
    case_id = bindparam("case_id", type_=Case.id.type)
    return union_all(
        select(Participation.person_id, Participation.part).where(Participation.case_id == case_id),
        select(CaseWriter.person_id, literal(_WRITER)).where(CaseWriter.case_id == case_id),
        select(ConflictOfInterest.person_id, literal(_JAV)).where(ConflictOfInterest.case_id == case_id),
        select(CaseFact.by_id, literal(_CHECKED)).where(CaseFact.case_id == case_id, CaseFact.kind == "registration_checked"),
        select(SecrecyMark.marked_by_id, literal(_MARK)).where(SecrecyMark.case_id == case_id, SecrecyMark.lifted_at.is_(None)),
        select(CaseWriter.person_id, literal(WRITES_AFTER))
        .join(CaseRelation, CaseRelation.case_id == CaseWriter.case_id)
        .join(Case, Case.id == CaseWriter.case_id)
        .where(CaseRelation.to_case_id == case_id, Case.number.is_(None)),
        select(CaseRelation.by_id, literal(_RELATED))
        .join(Case, Case.id == CaseRelation.case_id)
        .where(
            or_(CaseRelation.case_id == case_id, CaseRelation.to_case_id == case_id),
            CaseRelation.ended_at.is_(None),
            Case.number.is_not(None),
        ),
    )


def base_facts(case: Case, actor: Actor, parts: Parts | None = None) -> dict[str, Any]:
    """The fields of ``Facts`` that every package's rules share; a page that asks several packages loads ``parts`` once."""
    known = parts_of(case) if parts is None else parts

    def held(part: str) -> frozenset[int]:
        return frozenset(known.get(part, ()))

    return {
        "now": clock.now(),
        "actor": actor,
        "status": case.status,
        "unit_id": case.unit_id,
        "is_writer": actor.person_id in held(_WRITER),
        "requesters": held(Part.REQUESTER),
        "decision_makers": held(Part.DECISION_MAKER),
        "recorders": held(Part.RECORDER),
        "statement_givers": held(Part.STATEMENT),
        "jav": held(_JAV),
        "submitted_before": case.number is not None,
        "is_secret": case.is_secret,
        "registration_checked": bool(held(_CHECKED)),
        "has_mark": bool(held(_MARK)),
        "awaits_number": case.kept_elsewhere and case.external_number is None,
        "is_related": bool(held(_RELATED)),
    }


def facts(case: Case, actor: Actor, *, parts: Parts | None = None) -> Facts:
    """What this package's own rules need."""
    return Facts(**base_facts(case, actor, parts))


def standing_mark(case: Case) -> SecrecyMark | None:
    """The secrecy mark that stands on the whole case, with who set it."""
    whole = (SecrecyMark.source_id.is_(None), SecrecyMark.line_label == "")
    return session.scalars(
        select(SecrecyMark)
        .where(SecrecyMark.case_id == case.id, SecrecyMark.lifted_at.is_(None), *whole)
        .options(joinedload(SecrecyMark.marked_by))
        .order_by(SecrecyMark.id)
        .limit(1)
    ).one_or_none()


def reader_candidates() -> list[Person]:
    """Persons who can be named on a mark, by name; 500 at most."""
    return list(session.scalars(select(Person).where(Person.disabled_at.is_(None)).order_by(Person.name).limit(500)))


def named_readers(case: Case) -> frozenset[UUID]:
    """The public ids of the persons named on the marks that stand on the case."""
    return frozenset(
        session.scalars(
            select(Person.public_id)
            .join(MarkReader, MarkReader.person_id == Person.id)
            .join(SecrecyMark, SecrecyMark.id == MarkReader.mark_id)
            .where(SecrecyMark.case_id == case.id, SecrecyMark.lifted_at.is_(None))
        )
    )
