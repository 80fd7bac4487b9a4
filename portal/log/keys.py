"""The log's Ed25519 key: a file readable by its owner only, in the text form that signed notes use.

The private line is ``PRIVATE+KEY+name+id+base64(0x01 || seed)``, the public one ``name+id+base64(0x01 || key)``
(C2SP signed-note, as golang.org/x/mod/sumdb/note writes them).
"""

import os
import re
import secrets
import tempfile
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from portal.text import _

_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+]+")
_PRIVATE = "PRIVATE+KEY+"


class KeyFileError(Exception):
    """A key file cannot be used: missing, malformed or readable by others. ``str(error)`` is a Swedish sentence."""


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """True when the Ed25519 ``signature`` over ``message`` was made with the private half of ``public``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class PublicLogKey:
    """What an outsider needs to check a checkpoint; its name is also the log's origin."""

    name: str
    raw: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key line. Raises KeyFileError when it is malformed or its id is not the key's."""
        try:
            name, key_id, encoded = text.strip().split("+", 2)
            data = b64decode(encoded, validate=True)
        except (ValueError, Base64Error) as error:
            raise KeyFileError(_("Raden är inte en offentlig nyckel till en logg.")) from error
        wanted = _key_id(name, data[1:]).hex()
        if not _NAME.fullmatch(name) or data[:1] != _ED25519 or len(data) != 33 or key_id != wanted:
            raise KeyFileError(_("Raden är inte en offentlig nyckel till en logg."))
        return cls(name, data[1:])

    @property
    def key_id(self) -> bytes:
        return _key_id(self.name, self.raw)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """True when ``signature`` over ``message`` was made with the private half of this key."""
        return verifies(self.raw, signature, message)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.raw).decode()}"


@dataclass(frozen=True, slots=True)
class LogKey:
    """The key that signs checkpoints."""

    name: str
    seed: bytes

    @classmethod
    def generate(cls, name: str) -> Self:
        """A new key. Raises ValueError when the name is empty or holds a space or a plus."""
        if not _NAME.fullmatch(name):
            raise ValueError("a key's name holds no space and no plus")
        return cls(name, secrets.token_bytes(32))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a private key line. Raises KeyFileError when it is malformed or its id is not the key's."""
        try:
            name, key_id, encoded = text.strip().removeprefix(_PRIVATE).split("+", 2)
            data = b64decode(encoded, validate=True)
        except (ValueError, Base64Error) as error:
            raise KeyFileError(_("Filen innehåller ingen nyckel till loggen.")) from error
        if not text.startswith(_PRIVATE) or data[:1] != _ED25519 or len(data) != 33:
            raise KeyFileError(_("Filen innehåller ingen nyckel till loggen."))
        key = cls(name, data[1:])
        if key.public.key_id.hex() != key_id:
            raise KeyFileError(_("Filen innehåller ingen nyckel till loggen."))
        return key

    @property
    def public(self) -> PublicLogKey:
        return PublicLogKey(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature (RFC 8032) over ``message``."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def __str__(self) -> str:
        return f"{_PRIVATE}{self.name}+{self.public.key_id.hex()}+{b64encode(_ED25519 + self.seed).decode()}"

    def __repr__(self) -> str:
        return f"LogKey({self.name!r})"


def require_private(path: Path) -> None:
    """Raise KeyFileError when anyone but the owner may read or write the file at ``path``."""
    if path.stat().st_mode & 0o077:
        raise KeyFileError(_("Nyckelfilen %(path)s kan läsas av andra; kör chmod 600 på den.", path=path))


def load_log_key(path: Path) -> LogKey:
    """The key in the file. Raises KeyFileError when the file is missing, malformed or readable by others."""
    try:
        require_private(path)
        return LogKey.parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(_("Nyckelfilen %(path)s kan inte läsas.", path=path)) from error


def load_or_create_log_key(path: Path, name: str | None = None) -> LogKey:
    """The key in the file, made first if there is none (0600, on disk before this returns).

    ``name`` is the new key's name and the log's origin; without one it is made up, so that no two logs share it.
    Raises KeyFileError as load_log_key does.
    """
    if path.exists():
        return load_log_key(path)
    key = LogKey.generate(name or f"askandeportalen/{secrets.token_hex(8)}")
    # Written beside and linked: a process killed meanwhile leaves no half key, and of two only one is first.
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".log_key-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{key}\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)
    except FileExistsError:
        return load_log_key(path)
    finally:
        Path(beside).unlink()
    _flush_folder(path.parent)
    return key


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def public_key_text(key: LogKey) -> str:
    """The verifier key line (C2SP) that an outsider needs, without a line break."""
    return str(key.public)
