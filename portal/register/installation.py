"""The register of a new installation: kommunstyrelsen's diary, and the two organs every municipality has."""

from portal.db import session
from portal.register import organs
from portal.register.models import Register


def begin() -> None:
    """Make them, inside the caller's transaction (kommunallagen 3 kap. 1 and 3 §§)."""
    board = organs.add_organ(name="Kommunstyrelsen", by=None)
    organs.add_organ(name="Kommunfullmäktige", by=None)
    session.add(Register(prefix="KS", name="Kommunstyrelsens diarium", organ_id=board.id))
