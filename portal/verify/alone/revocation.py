"""Whether a certificate had been revoked: revocation lists (RFC 5280, 5) and answers (OCSP, RFC 6960) that came along."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.verify.alone import keys
from portal.verify.alone.certificates import (
    CRL_POINTS,
    DIGITAL_SIGNATURE,
    SIGN_CRLS,
    Certificate,
    certificate,
    extensions_of,
)
from portal.verify.alone.der import (
    BOOLEAN,
    ENUMERATED,
    GENERAL_TIME,
    INTEGER,
    OCTETS,
    SEQUENCE,
    UTC_TIME,
    Node,
    NotDer,
    context,
    parse,
)

_SCOPE = "2.5.29.28"
_OCSP_BASIC, _OCSP_SIGNING = "1.3.6.1.5.5.7.48.1.1", "1.3.6.1.5.5.7.3.9"
_ID_HASHES = {"1.3.14.3.2.26": "sha1", **keys.HASHES}  # SHA-1 only names the issuer here; it secures nothing


@dataclass(frozen=True)
class Status:
    """What one source says of a certificate: when it was revoked, if it was, and for which time it knows."""

    revoked: datetime | None
    known_from: datetime
    known_to: datetime | None


class Source(Protocol):
    """A revocation list or an answer."""

    def status(self, subject: Certificate, issuer: Certificate) -> Status | None:
        """What it says of the certificate; None when nothing, or nothing that can be trusted."""
        ...


@dataclass(frozen=True)
class RevocationList:
    """A complete revocation list."""

    issuer: bytes
    known_from: datetime
    known_to: datetime | None
    entries: Node | None
    scope: Node | None
    signed: bytes
    signed_with: keys.Algorithm
    signature: bytes

    def status(self, subject: Certificate, issuer: Certificate) -> Status | None:
        if self.issuer != issuer.subject or not issuer.may(SIGN_CRLS):
            return None
        if not issuer.key.verifies(self.signed_with, self.signature, self.signed):
            return None
        revoked = self._revoked(subject.serial)
        if revoked is None and self.scope is not None and not _covers(self.scope, subject):
            return None
        return Status(revoked, self.known_from, self.known_to)

    def _revoked(self, serial: int) -> datetime | None:
        spelt = serial.to_bytes(max(serial, ~serial).bit_length() // 8 + 1, "big", signed=True)
        if self.entries is None or spelt not in self.entries.content:
            return None  # a long list is only read when the number may stand in it
        for entry in self.entries.children():
            fields = entry.fields()
            if fields.next().integer() == serial:
                return fields.next().time()
        return None


def revocation_list(raw: bytes) -> RevocationList:
    """The list in DER. Raises NotDer for what is malformed, and for partial and indirect lists."""
    outer = parse(raw).fields()
    signed, signed_with, signature = outer.next(SEQUENCE), keys.algorithm(outer.next()), outer.next().bits()
    outer.end()
    fields = signed.fields()
    fields.optional(INTEGER)
    if keys.algorithm(fields.next()).raw != signed_with.raw:
        raise NotDer("a list names two algorithms")
    issuer, known_from = fields.next(SEQUENCE).raw, fields.next().time()
    until = fields.optional(UTC_TIME, GENERAL_TIME)
    entries, extensions = fields.optional(SEQUENCE), fields.optional(context(0))
    fields.end()
    held = extensions_of(extensions.inner(context(0))) if extensions else {}
    if any(each.critical for oid, each in held.items() if oid != _SCOPE):
        raise NotDer("a list with something that must be understood")
    scope = parse(held[_SCOPE].value).expect(SEQUENCE) if _SCOPE in held else None
    known_to = until.time() if until else None
    return RevocationList(issuer, known_from, known_to, entries, scope, signed.raw, signed_with, signature)


def _covers(scope: Node, subject: Certificate) -> bool:
    """Whether a list with this issuing distribution point (5.2.5) would name the certificate, were it revoked."""
    for part in scope.children():
        if part.tag == context(0):
            if not _names(part) & _points(subject):
                return False
        elif part.tag in (context(1, False), context(2, False)):
            only = Node(BOOLEAN, part.content, part.raw).boolean()
            if only and (subject.authority() is not None) != (part.tag == context(2, False)):
                return False
        else:  # some reasons only, other issuers', or attribute certificates
            return False
    return True


def _points(subject: Certificate) -> set[bytes]:
    """Where the certificate says that its lists are."""
    extension = subject.extensions.get(CRL_POINTS)
    found: set[bytes] = set()
    for point in parse(extension.value).expect(SEQUENCE).children() if extension else []:
        for part in point.children():
            found |= _names(part) if part.tag == context(0) else set()
    return found


def _names(point: Node) -> set[bytes]:
    """The full names of a distribution point."""
    return {name.raw for part in point.children() if part.tag == context(0) for name in part.children()}


@dataclass(frozen=True)
class Answer:
    """An OCSP response: answers about some certificates, signed by the issuer or by whom it lets answer."""

    responses: Sequence[Node]
    certificates: Sequence[Certificate]
    signed: bytes
    signed_with: keys.Algorithm
    signature: bytes
    at: datetime

    def status(self, subject: Certificate, issuer: Certificate) -> Status | None:
        found = [status for node in self.responses if (status := _answer(node, subject, issuer)) is not None]
        if not found or not self._signed_for(issuer):
            return None
        return found[0]

    def _signed_for(self, issuer: Certificate) -> bool:
        if issuer.key.verifies(self.signed_with, self.signature, self.signed):
            return issuer.may(DIGITAL_SIGNATURE) or issuer.may(SIGN_CRLS)
        for each in self.certificates:
            purposes = each.purposes()
            may = purposes is not None and _OCSP_SIGNING in purposes and each.valid_at(self.at) and not each.unknown_critical
            if may and each.signed_by(issuer) and each.key.verifies(self.signed_with, self.signature, self.signed):
                return True
        return False


def answer(raw: bytes) -> Answer:
    """The response in DER. Raises NotDer for what is malformed or no answer."""
    outer = parse(raw).fields()
    if outer.next().integer(ENUMERATED) != 0:
        raise NotDer("no answer")
    held = outer.next().inner(context(0)).fields()
    outer.end()
    if held.next().oid() != _OCSP_BASIC:
        raise NotDer("an answer of an unknown kind")
    basic = parse(held.next().octets()).fields()
    signed, signed_with, signature = basic.next(SEQUENCE), keys.algorithm(basic.next()), basic.next().bits()
    given = basic.optional(context(0))
    basic.end()
    fields = signed.fields()
    fields.optional(context(0))
    fields.next()  # who answers: the signature says it better
    at, responses, extensions = fields.next().time(), fields.next(SEQUENCE).children(), fields.optional(context(1))
    fields.end()
    if extensions and any(each.critical for each in extensions_of(extensions.inner(context(1))).values()):
        raise NotDer("an answer with something that must be understood")
    certificates = [certificate(node.raw) for node in given.inner(context(0)).children()] if given else []
    return Answer(responses, certificates, signed.raw, signed_with, signature, at)


def _answer(node: Node, subject: Certificate, issuer: Certificate) -> Status | None:
    fields = node.fields()
    identifier, status, known_from = fields.next().fields(), fields.next(), fields.next().time()
    until = fields.optional(context(0))
    hashed = keys.algorithm(identifier.next())
    name, key, serial = identifier.next(OCTETS), identifier.next(OCTETS), identifier.next().integer()
    if hashed.oid not in _ID_HASHES or serial != subject.serial:
        return None
    made = [hashlib.new(_ID_HASHES[hashed.oid], part).digest() for part in (issuer.subject, issuer.key_bits)]
    if [name.content, key.content] != made:
        return None
    known_to = until.inner(context(0)).time() if until else None
    if status.tag == context(0, False):
        return Status(None, known_from, known_to)
    if status.tag == context(1):
        return Status(status.children()[0].time(), known_from, known_to)
    return None


def sources(lists: Iterable[bytes], answers: Iterable[bytes]) -> list[Source]:
    """What can be read of both; what cannot be is left out, as if it had not come along."""
    found: list[Source] = []
    for read, raws in ((revocation_list, lists), (answer, answers)):
        for raw in raws:
            try:
                found.append(read(raw))
            except NotDer:
                continue
    return found
