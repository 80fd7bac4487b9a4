"""The acting person as a plain value: what the gate hands to operations and rules.

An actor holds no session and no lazy attribute, so a rule can be tried on one made by hand, and a transaction that
expires every object cannot change who acts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from portal.people.permissions import PERMISSIONS, UNIT_SCOPED, Permission, Role
from portal.text import _


def acting_as(title: str) -> str:
    """*tf* before a title as it reads inside a sentence: tf kommunchef, tf IT-chef."""
    inside = title if title[:2].isupper() else title[:1].lower() + title[1:]
    return _("tf %(title)s", title=inside)


@dataclass(frozen=True, slots=True)
class Holding:
    """A role held in a unit, in force now."""

    role: Role
    unit_id: int


def _gives(held: Holding, permission: Permission, unit_id: int | None) -> bool:
    """Whether the role gives ``permission``; a unit-scoped one only in its own unit, where a unit is asked about."""
    return permission in PERMISSIONS[held.role] and (
        permission not in UNIT_SCOPED or unit_id is None or held.unit_id == unit_id
    )


@dataclass(frozen=True, slots=True)
class StoodInFor:
    """The person for whom the actor stands in now, with the roles that person holds."""

    person_id: int
    public_id: UUID
    name: str
    title: str
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with the roles in force at the time of the request.

    ``confirmed_at`` (UTC) is when the password was last given; acts of weight want it within five minutes.
    ``principal`` is set when the act is done for someone else (tf); then both persons count in every rule.
    """

    person_id: int
    public_id: UUID
    name: str
    title: str
    holdings: tuple[Holding, ...] = ()
    stands_in_for: tuple[StoodInFor, ...] = ()
    confirmed_at: datetime | None = None
    principal: StoodInFor | None = None
    acting_role: Role | None = field(default=None)

    @property
    def acting_for(self) -> UUID | None:
        """The public id of the person stood in for in this act, as the log keeps it."""
        return self.principal.public_id if self.principal else None

    @property
    def principal_id(self) -> int | None:
        """The row id of the person stood in for in this act, as rows keep it."""
        return self.principal.person_id if self.principal else None

    @property
    def role(self) -> str:
        """The role in which the act is done, as the log keeps it; empty when no role is needed."""
        if self.acting_role:
            return self.acting_role.value
        return self.holdings[0].role.value if self.holdings else ""

    @property
    def persons(self) -> frozenset[int]:
        """Everyone this act counts for: the person and, when standing in, the one stood in for."""
        return frozenset({self.person_id, self.principal.person_id} if self.principal else {self.person_id})

    @property
    def names(self) -> dict[str, str]:
        """Who acts, and for whom (as tf), as a log entry freezes it: people change names and titles."""
        own = {"by": self.name, "by_title": self.title}
        if self.principal is None:
            return own
        stood_in_for = self.principal.title or self.principal.name
        return own | {"as": acting_as(stood_in_for), "for": self.principal.name, "for_title": self.principal.title}

    def _all_holdings(self) -> Iterator[Holding]:
        yield from self.holdings
        for other in self.stands_in_for:
            # Standing in carries the decision maker's and finance's work, never a right to read someone's drafts.
            yield from other.holdings

    def may(self, permission: Permission, unit_id: int | None = None) -> bool:
        """Whether any role in force, own or stood in for, gives ``permission`` (for the unit, when it is unit-scoped)."""
        return any(_gives(held, permission, unit_id) for held in self._all_holdings())

    def holds(self, permission: Permission, unit_id: int | None = None) -> bool:
        """Whether a role of one's own gives ``permission``; substitution is left out."""
        return any(_gives(held, permission, unit_id) for held in self.holdings)

    def units(self, permission: Permission) -> frozenset[int]:
        """The units for which a role in force gives ``permission``."""
        return frozenset(h.unit_id for h in self._all_holdings() if permission in PERMISSIONS[h.role])

    def acting(self, permission: Permission, unit_id: int | None = None) -> "Actor":
        """This actor in the role that gives ``permission``: an own role first, else standing in for someone."""
        for held in self.holdings:
            if _gives(held, permission, unit_id):
                return replace(self, acting_role=held.role, principal=None)
        for other in self.stands_in_for:
            for held in other.holdings:
                if _gives(held, permission, unit_id):
                    return replace(self, acting_role=held.role, principal=other)
        return self

    def standing_in(self, person_id: int, role: Role) -> "Actor":
        """This actor acting for ``person_id`` in ``role``. Raises LookupError when not that person's substitute now."""
        for other in self.stands_in_for:
            if other.person_id == person_id:
                return replace(self, acting_role=role, principal=other)
        raise LookupError(person_id)
