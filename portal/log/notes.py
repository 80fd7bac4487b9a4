"""Signed notes, checkpoints and proofs as text (C2SP signed-note, tlog-checkpoint, tlog-proof@v1). Pure.

An outsider checks a proof with this module, ``merkle`` and the public key; nothing else of the portal is needed.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from portal.log import merkle

_PROOF = "c2sp.org/tlog-proof@v1"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_MAX_SIGNATURES = 16
_MAX_PATH = 64


class Signer(Protocol):
    """What signs a note."""

    @property
    def name(self) -> str: ...
    @property
    def public(self) -> "Verifier": ...
    def sign(self, message: bytes) -> bytes: ...


class Verifier(Protocol):
    """What checks a note."""

    @property
    def name(self) -> str: ...
    @property
    def key_id(self) -> bytes: ...
    def verifies(self, signature: bytes, message: bytes) -> bool: ...


class NoteError(ValueError):
    """The note, checkpoint or proof is malformed, or not signed by the key that is trusted."""


@dataclass(frozen=True, slots=True)
class TreeHead:
    """A tree at one size: which log, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text of the checkpoint, as it is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Proof:
    """That one leaf (``index`` from 0) is in the tree of the signed ``checkpoint``; ``extra`` is not trusted."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def text(self) -> str:
        """The proof as text, C2SP tlog-proof@v1."""
        lines = [_PROOF]
        if self.extra:
            lines.append(f"extra {b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [b64encode(node).decode() for node in self.path]
        return "\n".join([*lines, "", self.checkpoint])


def sign(head: TreeHead, key: Signer) -> str:
    """The checkpoint of ``head`` as a signed note."""
    return sign_text(head.text(), key)


def sign_text(text: str, key: Signer) -> str:
    """Any text as a signed note. Raises ValueError for one that ``open_note`` would not open again."""
    if not text.strip() or not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise ValueError("a note is text in whole lines")
    signature = key.public.key_id + key.sign(text.encode())
    return f"{text}\n— {key.name} {b64encode(signature).decode()}\n"


def _decode(text: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except (ValueError, Base64Error) as error:
        raise NoteError("not base64") from error
    if b64encode(data).decode() != text:
        raise NoteError("not canonical base64")
    return data


def open_note(note: str, key: Verifier) -> str:
    """The text of a note signed by ``key``. Signatures by other keys are ignored.

    Raises NoteError when the note is malformed, or not signed by the key, or its signature does not hold.
    """
    text, separator, tail = note.rpartition("\n\n")
    lines = tail.splitlines(keepends=True)
    if not separator or not lines or len(lines) > _MAX_SIGNATURES or any(c < " " and c != "\n" for c in note):
        raise NoteError("not a signed note")
    text += "\n"
    trusted = False
    for line in lines:
        match = re.fullmatch(r"— ([^\s+]+) (\S+)\n", line)
        if not match:
            raise NoteError("a signature line is malformed")
        signature = _decode(match[2])
        if match[1] == key.name and signature[:4] == key.key_id:
            if not key.verifies(signature[4:], text.encode()):
                raise NoteError("the signature does not hold")
            trusted = True
    if not trusted:
        raise NoteError("the note is not signed by the trusted key")
    return text


def open_checkpoint(note: str, key: Verifier) -> TreeHead:
    """The tree head of a signed checkpoint. Raises NoteError; also when the log's origin is not the key's name."""
    origin, _, rest = open_note(note, key).partition("\n")
    lines = rest.split("\n")
    if len(lines) != 3 or lines[2] or not _NUMBER.fullmatch(lines[0]) or origin != key.name:
        raise NoteError("not a checkpoint of this log")
    root = _decode(lines[1])
    if len(root) != merkle.HASH_BYTES:
        raise NoteError("a root has 32 bytes")
    return TreeHead(origin, int(lines[0]), root)


def parse_proof(text: str) -> Proof:
    """Read a proof. Raises NoteError when it is malformed; it is not verified by this."""
    lead, separator, checkpoint = text.partition("\n\n")
    lines: Sequence[str] = lead.split("\n")
    extra = b""
    if len(lines) > 1 and lines[1].startswith("extra "):
        extra = _decode(lines[1][6:])
        lines = [lines[0], *lines[2:]]
    if not separator or len(lines) < 2 or lines[0] != _PROOF or not lines[1].startswith("index "):
        raise NoteError("not a proof")
    number = lines[1][6:]
    path = tuple(_decode(line) for line in lines[2:])
    if not _NUMBER.fullmatch(number) or len(path) > _MAX_PATH or any(len(node) != merkle.HASH_BYTES for node in path):
        raise NoteError("the index or the path is malformed")
    return Proof(int(number), path, checkpoint, extra)


def check_proof(proof: Proof, leaf: bytes, key: Verifier) -> TreeHead:
    """The signed tree head that ``leaf`` is shown to be in. Raises NoteError when the proof does not hold."""
    head = open_checkpoint(proof.checkpoint, key)
    if not merkle.verify_inclusion(leaf, proof.index, head.size, proof.path, head.root):
        raise NoteError("the entry is not in the signed tree")
    return head
