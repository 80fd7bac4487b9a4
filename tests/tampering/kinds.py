"""Ways to tamper with a decision, by name; every one must be rejected, by both engines.

Each takes the stage and gives a file: made from a genuine one (mostly ``main`` with a TEST seal, B-B), or by an attacker
with other means (another key, a leaked seal but not the log's key, a file of another kind).
"""

from tests.tampering import kinds_of_bytes, kinds_of_content, kinds_of_seals, kinds_of_updates
from tests.tampering.kind import KINDS, Kind

MODULES = (kinds_of_bytes, kinds_of_updates, kinds_of_seals, kinds_of_content)  # each has put its own into the list

__all__ = ["KINDS", "MODULES", "Kind"]
