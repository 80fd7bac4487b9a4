"""What a log entry is, byte for byte: version 1, for ever.

An entry's header is canonical JSON. Its body (names and wording as they were) is bound by a salted hash, so that
the body can be disposed of later while the tree still verifies and the published hash tells nothing.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import NewType
from uuid import UUID

from portal.log import merkle

VERSION = 1
SALT_BYTES = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 (outsiders run this on Pythons without datetime.UTC)
_ACTION = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*", re.ASCII)
_KIND = re.compile(r"[a-z][a-z_]*", re.ASCII)

CanonicalJSON = NewType("CanonicalJSON", str)


class EntryError(ValueError):
    """The entry cannot be written down: a float, a key that is not text, a malformed action or kind."""


def _check(value: object) -> None:
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise EntryError(f"a key must be text, not {type(key).__name__}")
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    else:
        raise EntryError(f"the log holds integers, text, lists and tables, not {type(value).__name__}")


def canonical(value: Mapping[str, object]) -> CanonicalJSON:
    """Canonical JSON: keys sorted by code point, no spaces, letters as they are; UTF-8 when encoded.

    Raises EntryError for floats (they have no single spelling), other types and text that is not valid Unicode.
    """
    _check(value)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise EntryError("the text is not valid Unicode") from error
    return CanonicalJSON(text)


def milliseconds(instant: datetime) -> int:
    """UTC milliseconds since 1970. Raises EntryError for an instant with parts of a millisecond or no time zone."""
    if instant.tzinfo is None or instant.microsecond % 1000:
        raise EntryError("an instant in the log is UTC in whole milliseconds")
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def body_commitment(salt: bytes, body: str) -> str:
    """Hexadecimal SHA-256 of the salt and the body's canonical JSON."""
    return sha256(salt + body.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Who did what to which object, when and in which case; ``actor`` None is the system itself."""

    seq: int
    at: datetime
    actor: UUID | None
    acting_for: UUID | None
    role: str
    action: str
    object_kind: str
    object_id: UUID
    case_id: UUID | None
    body_commit: str

    def json(self) -> CanonicalJSON:
        """The header as it is hashed. Raises EntryError when a field does not have the form of version 1."""
        if not isinstance(self.seq, int) or self.seq < 1:
            raise EntryError("a sequence number is a positive integer")
        if not _ACTION.fullmatch(self.action) or not _KIND.fullmatch(self.object_kind):
            raise EntryError(f"not of the form package.verb and kind: {self.action!r}, {self.object_kind!r}")
        return canonical(
            {
                "v": VERSION,
                "seq": self.seq,
                "at": milliseconds(self.at),
                "actor": _text(self.actor),
                "acting_for": _text(self.acting_for),
                "role": self.role,
                "action": self.action,
                "object": {"kind": self.object_kind, "id": str(self.object_id)},
                "case": _text(self.case_id),
                "body_commit": self.body_commit,
            }
        )

    def leaf(self) -> bytes:
        """The leaf of this entry in the tree."""
        return merkle.leaf_hash(self.json().encode())


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
