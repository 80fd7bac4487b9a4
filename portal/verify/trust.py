"""What an outsider trusts: the log's public key, and through it the note on which certificates seal. Pure.

One key vouches for everything. The note on the seal (a C2SP signed note, signed with the log's key) names by their
SHA-256 the certificate that seals and the anchors of its chain and of the time stamps; the certificates are in the PDF.
"""

import re
from dataclasses import dataclass

from portal.log.notes import NoteError, Verifier, open_note

SEAL_NOTE = "askandeportalen/sigill/v1"
_LINE = re.compile(r"(sigill|rot|tid) ([0-9a-f]{64})", re.ASCII)
_MOST_LINES = 64


@dataclass(frozen=True)
class SealNote:
    """Which certificate seals, and what its chain and the time stamps may end in; all as hexadecimal SHA-256 of DER."""

    certificate: str
    roots: frozenset[str]
    time_roots: frozenset[str]


def open_seal_note(note: str, key: Verifier) -> SealNote:
    """Read a note on the seal signed by ``key``. Raises NoteError when it is malformed or not signed by the key."""
    first, _, rest = open_note(note, key).partition("\n")
    name, _, rest = rest.partition("\n")
    if first != SEAL_NOTE or name != key.name:
        raise NoteError("not a note on the seal of this log's portal")
    lines = rest.removesuffix("\n").split("\n")
    found = [_LINE.fullmatch(line) for line in lines[:_MOST_LINES]]
    named: dict[str, list[str]] = {"sigill": [], "rot": [], "tid": []}
    for match in found:
        if match is None:
            raise NoteError("a line of the note on the seal is malformed")
        named[match[1]].append(match[2])
    if len(lines) > _MOST_LINES or len(named["sigill"]) != 1 or not named["rot"]:
        raise NoteError("the note on the seal names one certificate and at least one anchor")
    return SealNote(named["sigill"][0], frozenset(named["rot"]), frozenset(named["tid"]))
