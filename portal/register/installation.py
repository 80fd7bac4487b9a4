"""The register of a new installation: kommunstyrelsen's diary, and the two organs every municipality has."""

from portal.db import session
from portal.register import organs, registers
from portal.register.numbers import CASE_PATTERN, DECISION_PATTERN


def begin() -> None:
    """Make them, inside the caller's transaction (kommunallagen 3 kap. 1 and 3 §§)."""
    board = organs.add_organ(name="Kommunstyrelsen", by=None)
    organs.add_organ(name="Kommunfullmäktige", by=None)
    session.flush()  # the register names its organ
    said = registers.Registering(name="Kommunstyrelsens diarium", pattern=CASE_PATTERN, decision_pattern=DECISION_PATTERN)
    registers.add(prefix="KS", said=said, organ_id=board.public_id, by=None)
