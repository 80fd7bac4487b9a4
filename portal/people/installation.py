"""The first row of an installation: what it is, its first unit, and an administrator who sets a password by link."""

from portal import clock
from portal.people import operations
from portal.people.permissions import Role

ADMINISTRATOR = "admin"


def begin(*, municipality: str, is_demo: bool) -> str:
    """Fill an empty database, inside the caller's transaction; returns the token of the administrator's link.

    Raises Refused when the database has been filled before.
    """
    operations.install(is_demo=is_demo)
    unit = operations.add_unit(name=municipality, by=None)
    person, token = operations.add_person(username=ADMINISTRATOR, name="Administratör", title="Administratör", by=None)
    operations.grant_role(
        person_id=person.public_id,
        unit_id=unit.public_id,
        role=Role.ADMINISTRATOR,
        valid_from=clock.today(),
        valid_to=None,
        by=None,
    )
    return token
