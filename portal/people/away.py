"""Reads of who is away and who stands in meanwhile; of absences and of substitutes (tf)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, literal, null, or_, select, union, union_all
from sqlalchemy.orm import aliased, joinedload

from portal import clock
from portal.db import session
from portal.people.models import Absence, Person, RoleHolding, Substitution
from portal.people.permissions import PERMISSIONS, UNIT_SCOPED, Permission
from portal.people.queries import holders

_PERSON, _OTHER = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class Away:
    """Someone who is away, or stood in for, up to ``until`` (a civil date, included). ``as_tf``: by a substitute, who acts;
    else ``stands_in`` (empty for nobody) only answers meanwhile."""

    title: str
    until: date
    stands_in: str
    as_tf: bool


def absences(person_id: int) -> list[Absence]:
    """The person's own absences, newest first, ended ones among them."""
    return list(
        session.scalars(
            select(Absence)
            .where(Absence.person_id == person_id)
            .options(joinedload(Absence.stands_in))
            .order_by(Absence.valid_from.desc(), Absence.id.desc())
            .limit(20)
        )
    )


def _today(of: Any, on: date) -> tuple[Any, ...]:
    return of.valid_from <= on, of.valid_to >= on


def away(permission: Permission, unit_id: int) -> list[Away]:
    """Of those with whom something lies (the permission, in the unit where it is held for one): who is away today, and who
    stands in; one statement."""
    on = clock.today()
    held = select(RoleHolding.person_id).where(
        RoleHolding.role.in_([role.value for role, given in PERMISSIONS.items() if permission in given]),
        RoleHolding.valid_from <= on,
        or_(RoleHolding.valid_to.is_(None), RoleHolding.valid_to >= on),
    )
    if permission in UNIT_SCOPED:
        held = held.where(RoleHolding.unit_id == unit_id)

    def one(of: Any, other_id: Any, as_tf: bool, *conditions: Any) -> Select[*tuple[Any, ...]]:
        person, other = _PERSON, _OTHER
        columns = (person.title, person.name, of.valid_to, other.title, other.name, literal(as_tf))
        return (
            select(*columns)
            .select_from(of)
            .join(person, person.id == of.person_id)
            .outerjoin(other, other.id == other_id)
            .where(of.person_id.in_(held), *_today(of, on), *conditions)
        )

    rows: Sequence[Any] = session.execute(
        union_all(
            one(Substitution, Substitution.substitute_id, True),
            one(Absence, Absence.stands_in_id, False, Absence.ended_at.is_(None)),
        )
    ).all()
    return [Away(title or name, until, other or its or "", bool(tf)) for title, name, until, other, its, tf in rows]


def told(permission: Permission, unit_id: int) -> list[Person]:
    """Who is told that something waits: those who hold the permission today, whoever stands in for them (tf), and whoever
    those who are away have named; each once."""
    return with_stand_ins(holders(permission, unit_id=unit_id if permission in UNIT_SCOPED else None))


def with_stand_ins(people: Sequence[Person]) -> list[Person]:
    """These persons, whoever stands in for them today (tf), and whoever those of them who are away have named; each once."""
    on = clock.today()
    ids = [person.id for person in people]
    others: Any = union(
        select(Substitution.substitute_id).where(Substitution.person_id.in_(ids), *_today(Substitution, on)),
        select(Absence.stands_in_id).where(
            Absence.person_id.in_(ids),
            Absence.ended_at.is_(None),
            Absence.stands_in_id.is_not(null()),
            *_today(Absence, on),
        ),
    )
    more = session.scalars(
        select(Person)
        .where(Person.id.in_(others), Person.id.not_in(ids), Person.disabled_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    return [*people, *more]
