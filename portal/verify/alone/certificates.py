"""X.509 certificates (RFC 5280), as far as seals and time stamps need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from portal.verify.alone import keys
from portal.verify.alone.der import (
    BOOLEAN,
    INTEGER,
    OCTETS,
    SEQUENCE,
    SET,
    Node,
    NotDer,
    context,
    parse,
)

BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE = "2.5.29.19", "2.5.29.15", "2.5.29.37"
CRL_POINTS, OCSP_NO_CHECK = "2.5.29.31", "1.3.6.1.5.5.7.48.1.5"
_KEY_ID, _AUTHORITY_KEY_ID, _ALTERNATIVE, _POLICIES = "2.5.29.14", "2.5.29.35", "2.5.29.17", "2.5.29.32"
_UNDERSTOOD = {
    BASIC_CONSTRAINTS,
    KEY_USAGE,
    EXTENDED_KEY_USAGE,
    CRL_POINTS,
    _KEY_ID,
    _AUTHORITY_KEY_ID,
    _ALTERNATIVE,
    _POLICIES,
}
_COMMON_NAME = "2.5.4.3"

DIGITAL_SIGNATURE, NON_REPUDIATION, SIGN_CERTIFICATES, SIGN_CRLS = 0, 1, 5, 6


@dataclass(frozen=True)
class Extension:
    """One extension: whether it must be understood, and its value."""

    critical: bool
    value: bytes


@dataclass(frozen=True)
class Certificate:
    """A certificate, parsed but not yet trusted."""

    raw: bytes
    signed: bytes
    serial: int
    issuer: bytes
    subject: bytes
    name: str
    valid_from: datetime
    valid_to: datetime
    key: keys.PublicKey
    key_bits: bytes
    key_id: bytes | None
    extensions: dict[str, Extension]
    signed_with: keys.Algorithm
    signature: bytes

    @property
    def fingerprint(self) -> str:
        """Hexadecimal SHA-256 of the certificate."""
        return sha256(self.raw).hexdigest()

    @property
    def self_issued(self) -> bool:
        """Whether it names itself as issuer."""
        return self.issuer == self.subject

    @property
    def unknown_critical(self) -> set[str]:
        """Extensions that must be understood and are not."""
        return {oid for oid, extension in self.extensions.items() if extension.critical and oid not in _UNDERSTOOD}

    def valid_at(self, at: datetime) -> bool:
        """Whether ``at`` is within the validity."""
        return self.valid_from <= at <= self.valid_to

    def signed_by(self, issuer: Certificate) -> bool:
        """Whether the issuer's key made this certificate's signature."""
        return self.issuer == issuer.subject and issuer.key.verifies(self.signed_with, self.signature, self.signed)

    def may(self, use: int) -> bool:
        """Whether the key may be used so; a certificate that does not say may (4.2.1.3)."""
        extension = self.extensions.get(KEY_USAGE)
        return extension is None or use in parse(extension.value).flags()

    def purposes(self) -> set[str] | None:
        """The extended purposes; None when any."""
        extension = self.extensions.get(EXTENDED_KEY_USAGE)
        return None if extension is None else {node.oid() for node in parse(extension.value).expect(SEQUENCE).children()}

    def authority(self) -> int | None:
        """None when it is no authority's; else how many authorities may follow (a large number: any)."""
        extension = self.extensions.get(BASIC_CONSTRAINTS)
        if extension is None:
            return None
        fields = parse(extension.value).fields()
        is_authority = fields.optional(BOOLEAN)
        length = fields.optional(INTEGER)
        fields.end()
        if is_authority is None or not is_authority.boolean():
            return None
        return 1000 if length is None else length.integer()


def certificate(raw: bytes) -> Certificate:
    """The certificate in DER. Raises NotDer for what is malformed, of another version, or has an unsafe key."""
    outer = parse(raw).fields()
    signed, signed_with, signature = outer.next(SEQUENCE), keys.algorithm(outer.next()), outer.next().bits()
    outer.end()
    fields = signed.fields()
    version = fields.optional(context(0))
    if version is None or version.inner(context(0)).integer() != 2:
        raise NotDer("not a certificate of version 3")
    serial = fields.next().integer()
    if keys.algorithm(fields.next()).raw != signed_with.raw:
        raise NotDer("a certificate names two algorithms")
    issuer, validity, subject = fields.next(SEQUENCE), fields.next().fields(), fields.next(SEQUENCE)
    valid_from, valid_to = validity.next().time(), validity.next().time()
    validity.end()
    key = fields.next(SEQUENCE)
    fields.optional(context(1, False))
    fields.optional(context(2, False))
    extensions = _extensions(fields.optional(context(3)))
    fields.end()
    own = extensions.get(_KEY_ID)
    return Certificate(
        raw=raw,
        signed=signed.raw,
        serial=serial,
        issuer=issuer.raw,
        subject=subject.raw,
        name=_name(subject),
        valid_from=valid_from,
        valid_to=valid_to,
        key=keys.public_key(key),
        key_bits=key.children()[1].bits(),
        key_id=None if own is None else parse(own.value).octets(),
        extensions=extensions,
        signed_with=signed_with,
        signature=signature,
    )


def _extensions(node: Node | None) -> dict[str, Extension]:
    return {} if node is None else extensions_of(node.inner(context(3)))


def extensions_of(node: Node) -> dict[str, Extension]:
    """A SEQUENCE of extensions. Raises NotDer when one stands twice."""
    found: dict[str, Extension] = {}
    for each in node.expect(SEQUENCE).children():
        fields = each.fields()
        oid, critical, value = fields.next().oid(), fields.optional(BOOLEAN), fields.next(OCTETS)
        fields.end()
        if oid in found:
            raise NotDer("an extension stands twice")
        found[oid] = Extension(critical is not None and critical.boolean(), value.content)
    return found


def _name(subject: Node) -> str:
    """The subject's common name, for the reader; empty when it has none."""
    for part in subject.children():
        for pair in part.expect(SET).children():
            fields = pair.fields()
            if fields.next().oid() == _COMMON_NAME:
                value = fields.next()
                return value.content.decode("utf-16-be" if value.tag == 0x1E else "utf-8", "replace")
    return ""
