"""What an outsider trusts: the log's public key, and through it the note on which certificates seal. Pure.

One key vouches for everything. The note on the seal (a C2SP signed note, signed with the log's key) names by their
SHA-256 the certificate that seals and the anchors of its chain and of the time stamps; the certificates are in the PDF.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from portal.log.notes import NoteError, Verifier, open_note

SEAL_NOTE = "askandeportalen/sigill/v1"
_LINE = re.compile(r"(sigill|rot|tid) ([0-9a-f]{64})", re.ASCII)
_MOST_LINES = 64
_KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})", re.ASCII)
_ED25519 = b"\x01"

Ed25519 = Callable[[bytes, bytes, bytes], bool]
"""Whether a signature holds: of the public key, the signature and the message."""


class NoKey(ValueError):
    """What was given as the key is none; ``str(error)`` is a Swedish sentence."""


@dataclass(frozen=True)
class Key:
    """The public key of a log, with what checks its signatures."""

    name: str
    raw: bytes
    ed25519: Ed25519

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """True when ``signature`` over ``message`` was made with the private half of this key."""
        return self.ed25519(self.raw, signature, message)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.raw).decode()}"


@dataclass(frozen=True)
class Trust:
    """What the outsider gave: the log's public key, perhaps older or newer ones too, and newer notes on the seal."""

    keys: tuple[Key, ...]
    notes: tuple[str, ...] = ()

    def time_roots(self) -> frozenset[str]:
        """The anchors for time stamps that the newer notes name. Raises NoKey when one is signed by none of the keys."""
        found: frozenset[str] = frozenset()
        for note in self.notes:
            opened = open_with_any(note, self.keys)
            if opened is None:
                raise NoKey("Uppgiften om sigillet i nyckelfilen är inte undertecknad med loggens nyckel.")
            found |= opened.time_roots
        return found


def read_trust(text: str, ed25519: Ed25519) -> Trust:
    """The key file, or its line: one log key a line, and whole notes on the seal. Raises NoKey."""
    keys: list[Key] = []
    notes: list[list[str]] = []
    within = False
    for line in text.splitlines():
        if within:
            notes[-1].append(line)
            within = not line.startswith("— ")
        elif line == SEAL_NOTE:
            notes.append([line])
            within = True
        elif line.strip():
            keys.append(_key(line.strip(), ed25519))
    if not keys or within or len(keys) + len(notes) > _MOST_LINES:
        raise NoKey("Nyckeln är inte raden som kommunen har lämnat ut för sin logg.")
    return Trust(tuple(keys), tuple("".join(f"{line}\n" for line in note) for note in notes))


def _key(line: str, ed25519: Ed25519) -> Key:
    match = _KEY.fullmatch(line)
    data = b64decode(match[3]) if match else b""
    if not match or data[:1] != _ED25519 or len(data) != 33:
        raise NoKey("Nyckeln är inte raden som kommunen har lämnat ut för sin logg.")
    key = Key(match[1], data[1:], ed25519)
    if str(key) != line:
        raise NoKey("Nyckeln är skadad: dess kontrollsiffror stämmer inte.")
    return key


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


def open_with_any(note: str, keys: Iterable[Verifier]) -> SealNote | None:
    """The note, read with whichever of the keys has signed it; None when none has."""
    for key in keys:
        try:
            return open_seal_note(note, key)
        except NoteError:
            continue
    return None


def trusted_seal(printed: str, trust: Trust) -> SealNote | None:
    """What seals according to the note that the decision prints, with the newer anchors for time stamps.

    None when the note is not signed by a trusted key. Raises NoKey for a note in the key file that is not.
    """
    note = open_with_any(printed, trust.keys)
    return None if note is None else replace(note, time_roots=note.time_roots | trust.time_roots())
