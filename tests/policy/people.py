"""Everyone who tries every door: nobody, each role, and those whose rights are less plain."""

from dataclasses import dataclass

from portal.people.permissions import PERMISSIONS, UNIT_SCOPED, Permission, Role
from tests.factories.town import ASKS_MANAGER, PEOPLE

SAFETY, CULTURE = "Säkerhet och trygghet", "Kultur och fritid"
CITY = ASKS_MANAGER
OFFICE, ACCOUNTS = "Kommunledningskontoret", "Ekonomiavdelningen"


@dataclass(frozen=True, slots=True)
class Who:
    """A person as the policy sees them: the roles held, and whom they stand in for today."""

    username: str
    roles: tuple[tuple[Role, str], ...] = ()
    stands_in_for: str | None = None
    let_in: bool = True
    note: str = ""

    def holds(self, permission: Permission, unit: str | None = None) -> bool:
        """Whether a role of their own gives the permission (in the unit, where it is held for a unit)."""
        return any(
            permission in PERMISSIONS[role] and (unit is None or permission not in UNIT_SCOPED or held_in == unit)
            for role, held_in in self.roles
        )

    def may(self, permission: Permission, unit: str | None = None) -> bool:
        """Whether a role of their own, or of the one stood in for, gives the permission."""
        other = PERSONS[self.stands_in_for].holds(permission, unit) if self.stands_in_for else False
        return self.holds(permission, unit) or other


NOBODY = Who("", let_in=False, note="not signed in")

# Held beside the town's own.
MORE = (
    Who("enhetschef", ((Role.REQUESTER, SAFETY), (Role.FINANCE, ACCOUNTS)), note="two roles, no part in any case"),
    Who(
        "kanslichef",
        ((Role.REQUESTER, SAFETY), (Role.DECISION_MAKER, OFFICE), (Role.FINANCE, ACCOUNTS), (Role.REGISTRAR, OFFICE)),
        note="four roles: would be alone in everything, were it not for the rules",
    ),
    Who("vikarie", stands_in_for="kommunchef", note="stands in for kommunchef today, no role of their own"),
    Who("fd.vikarie", note="stood in for kommunchef until yesterday"),
    Who("namngiven", ((Role.REQUESTER, CULTURE),), note="asks for another unit, named on a secrecy mark"),
    Who("medskrivare", ((Role.REQUESTER, CULTURE),), note="asks for another unit, co-writer of the draft"),
    Who("omradeschef", ((Role.REQUESTER, CITY), (Role.MANAGER, CITY)), note="asks for a unit of which they are manager"),
    Who("avstangd", ((Role.REQUESTER, SAFETY),), let_in=False, note="account closed while signed in"),
)
PERSONS: dict[str, Who] = {
    who.username: who for who in (*(Who(name, ((role, unit),)) for name, _t, role, unit in PEOPLE), *MORE)
}
EVERYONE: tuple[Who, ...] = (NOBODY, *PERSONS.values())
