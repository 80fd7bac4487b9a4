"""Is the decision's entry in the log that the trusted key signs? Pure, standard library only.

Size and root of the tree are taken from the signed checkpoint alone: a path does not bind the size.
"""

import json
from dataclasses import dataclass
from typing import Any

from portal.log.entries import body_commitment
from portal.log.merkle import leaf_hash
from portal.log.notes import NoteError, TreeHead, Verifier, check_proof, parse_proof
from portal.verify.printed import Printed

_ACTIONS = ("decisions.decide", "decisions.replace_decision")
_VERSION = 1


class NotInLog(ValueError):
    """The entry is not shown to be in the log; ``str(error)`` is a Swedish sentence."""


@dataclass(frozen=True)
class Logged:
    """A decision's entry that is in the log: its number, the tree it was shown to be in, when it was made, its header."""

    seq: int
    head: TreeHead
    header: dict[str, Any]


def check(proof: Printed, key: Verifier) -> Logged:
    """The decision's entry, shown to be in the log that ``key`` signs. Raises NotInLog."""
    try:
        found = parse_proof(proof.inclusion)
        head = check_proof(found, leaf_hash(found.extra), key)
    except NoteError as error:
        raise NotInLog(_told(error)) from error
    header = _header(found.extra)
    if header.get("v") != _VERSION or header.get("seq") != found.index + 1:
        raise NotInLog("Loggposten har inte den form som portalens logg har.")
    thing = header.get("object")
    if header.get("action") not in _ACTIONS or not isinstance(thing, dict) or thing.get("kind") != "decision":
        raise NotInLog("Loggposten är inte ett besluts.")
    if header.get("body_commit") != body_commitment(proof.salt, proof.body):
        raise NotInLog("Loggpostens innehåll är ändrat: det stämmer inte med det som loggen band.")
    return Logged(found.index + 1, head, header)


def _told(error: NoteError) -> str:
    if "trusted key" in str(error):
        return "Loggens kontrollpunkt är inte undertecknad med den nyckel som angavs."
    return "Beviset ur loggen håller inte."


def _header(extra: bytes) -> dict[str, Any]:
    try:
        header = json.loads(extra)
    except (ValueError, RecursionError) as error:
        raise NotInLog("Loggposten kan inte läsas.") from error
    if not isinstance(header, dict):
        raise NotInLog("Loggposten kan inte läsas.")
    return header
