"""The register of a new installation: kommunstyrelsen's diary, and the two organs every municipality has."""

from portal.register import organs


def begin() -> None:
    """Make them, inside the caller's transaction (kommunallagen 3 kap. 1 and 3 §§)."""
    board = organs.add_organ(name="Kommunstyrelsen", by=None)
    organs.add_organ(name="Kommunfullmäktige", by=None)
    organs.add_register(prefix="KS", name="Kommunstyrelsens diarium", organ=board)
