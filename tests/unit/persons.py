"""Persons and facts made by hand, for the rules: a rule is pure, so it is tried on plain values."""

from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from portal.people.actor import Actor, Holding, StoodInFor
from portal.people.permissions import Role
from portal.register.facts import Facts

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
UNIT, OTHER_UNIT = 1, 2
NOBODY: frozenset[int] = frozenset()

F = TypeVar("F", bound=Facts)


def person(person_id: int, *roles: Role, unit_id: int = UNIT, stands_in_for: tuple[StoodInFor, ...] = ()) -> Actor:
    """A signed-in person with these roles in one unit."""
    return Actor(
        person_id=person_id,
        public_id=UUID(int=person_id),
        name=f"Person {person_id}",
        title="",
        holdings=tuple(Holding(role, unit_id) for role in roles),
        stands_in_for=stands_in_for,
    )


def stood_in_for(person_id: int, *roles: Role, unit_id: int = UNIT) -> StoodInFor:
    """The person for whom a substitute stands in, with that person's roles."""
    return StoodInFor(
        person_id, UUID(int=person_id), f"Person {person_id}", "", tuple(Holding(role, unit_id) for role in roles)
    )


def acting_for(substitute: int, person_id: int, role: Role, *own: Role) -> Actor:
    """A substitute who acts for another person in that person's role, beside roles of their own."""
    return person(substitute, *own, stands_in_for=(stood_in_for(person_id, role),)).standing_in(person_id, role)


def facts_of(kind: type[F], actor: Actor, status: str, **changes: object) -> F:
    """The facts of an ordinary case of the unit, asked for by nobody in particular, with ``changes``."""
    values: dict[str, object] = {
        "now": NOW,
        "actor": actor,
        "status": status,
        "unit_id": UNIT,
        "is_writer": False,
        "requesters": NOBODY,
        "decision_makers": NOBODY,
        "recorders": NOBODY,
        "statement_givers": NOBODY,
        "jav": NOBODY,
        "submitted_before": status != "draft",
        "is_secret": False,
        "registration_checked": False,
        "has_mark": False,
    }
    return kind(**(values | changes))
