"""The key of the seal and its certificate: PEM or PKCS#12, readable by the owner only; without one a TEST seal."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from portal.clock import local_date
from portal.documents.sealing import generated
from portal.documents.sealing.errors import SealError
from portal.log.keys import KeyFileError, require_private
from portal.settings import Seal, Settings
from portal.text import _

if TYPE_CHECKING:
    from cryptography import x509

    from portal.documents.sealing.certificates import PrivateKey

_Found = tuple[object, "list[x509.Certificate]"]


@dataclass(frozen=True, slots=True)
class SealKey:
    """The key with its certificate and the issuers of it, nearest first, the root last (DER). A self-signed one has none."""

    private: "PrivateKey" = field(repr=False)
    certificate: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)
    subject: str
    valid_from: datetime
    valid_to: datetime
    is_test: bool = False

    @classmethod
    def load(cls, settings: Settings, *, test: bool = False) -> "SealKey":
        """The key of the installation; the TEST seal, made when it is first needed, where none is set or ``test``.

        Raises SealError. Whether the certificate is valid yet and still is another matter: ``require_valid``.
        """
        chosen = settings.seal
        if chosen.key is None or test:
            path = generated.load_or_create(settings.instance, settings.municipality)
            chosen = Seal(key=path)
        return _loaded(chosen, _state(chosen), test or settings.seal.key is None)

    @property
    def root(self) -> bytes:
        """The trust anchor that the chain ends in."""
        return self.chain[-1] if self.chain else self.certificate

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self.certificate).hexdigest()

    def require_valid(self, at: datetime) -> None:
        """Raise SealError when the certificate is not valid at that instant."""
        if at < self.valid_from:
            raise SealError(_("Sigillets certifikat börjar gälla %(date)s.", date=local_date(self.valid_from)))
        if at > self.valid_to:
            raise SealError(_("Sigillets certifikat gick ut %(date)s.", date=local_date(self.valid_to)))


def files_of(chosen: Seal) -> tuple[Path, ...]:
    """The files that the settings name for the seal's key."""
    return tuple(path for path in (chosen.key, chosen.certificate, chosen.password_file) if path)


def require_files(chosen: Seal) -> None:
    """Raise SealError when a file of the seal is missing, or a secret one may be read by others. Opens none."""
    for path in (*files_of(chosen), chosen.time_stamp_roots):
        if path is not None and not path.is_file():
            raise SealError(_("Filen %(path)s för sigillet finns inte.", path=path))
    for path in (chosen.key, chosen.password_file):
        if path is not None:
            try:
                require_private(path)
            except KeyFileError as error:
                raise SealError(str(error)) from error


def _state(chosen: Seal) -> tuple[tuple[int, int], ...]:
    """What tells whether a file has been replaced since it was read. Raises SealError."""
    require_files(chosen)
    found = [path.stat() for path in files_of(chosen)]
    return tuple((each.st_mtime_ns, each.st_size) for each in found)


@lru_cache(maxsize=8)  # an RSA key takes a fifth of a second to check, which no document should wait for
def _loaded(chosen: Seal, _of: tuple[tuple[int, int], ...], is_test: bool) -> SealKey:
    from cryptography.hazmat.primitives.serialization import Encoding

    from portal.documents.sealing.certificates import chain_of, require_purpose, require_strength

    assert chosen.key is not None
    private, found = _read(chosen, chosen.key)
    key = require_strength(private)
    own = next((each for each in found if each.public_key() == key.public_key()), None)
    if own is None:
        raise SealError(_("Nyckeln i %(path)s hör inte ihop med certifikatet.", path=chosen.key))
    require_purpose(own)
    chain = chain_of(own, found)
    return SealKey(
        private=key,
        certificate=own.public_bytes(Encoding.DER),
        chain=tuple(each.public_bytes(Encoding.DER) for each in chain),
        subject=own.subject.rfc4514_string(),
        valid_from=own.not_valid_before_utc,
        valid_to=own.not_valid_after_utc,
        is_test=is_test,
    )


def _read(chosen: Seal, path: Path) -> _Found:
    """The private key and every certificate beside it. Raises SealError."""
    data = _bytes(path)
    password = _bytes(chosen.password_file).strip() if chosen.password_file else None
    try:
        private, found = _pem(data, password) if b"-----BEGIN" in data else _pkcs12(data, password)
    except TypeError as error:  # a password was given for a key without one, or the other way round
        raise SealError(_("Lösenordet till %(path)s saknas eller behövs inte.", path=path)) from error
    except ValueError as error:
        raise SealError(_("Nyckeln i %(path)s går inte att läsa: fel innehåll eller fel lösenord.", path=path)) from error
    if private is None:
        raise SealError(_("Filen %(path)s innehåller ingen nyckel.", path=path))
    if chosen.certificate:
        found = certificates_in(chosen.certificate)
    if not found:
        raise SealError(_("Filen %(path)s innehåller inget certifikat.", path=path))
    return private, found


def _pem(data: bytes, password: bytes | None) -> _Found:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(data, password) if b"PRIVATE KEY-----" in data else None
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from error
    return private, x509.load_pem_x509_certificates(data) if b"-----BEGIN CERTIFICATE" in data else []


def _pkcs12(data: bytes, password: bytes | None) -> _Found:
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    found = load_pkcs12(data, password)
    certificates = [found.cert, *found.additional_certs] if found.cert else found.additional_certs
    return found.key, [each.certificate for each in certificates]


def certificates_in(path: Path) -> "list[x509.Certificate]":
    """The certificates of a file, PEM or DER. Raises SealError."""
    from cryptography import x509

    data = _bytes(path)
    try:
        return x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        raise SealError(_("Filen %(path)s innehåller inget certifikat.", path=path)) from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SealError(_("Filen %(path)s för sigillet går inte att läsa.", path=path)) from error
