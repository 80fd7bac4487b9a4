"""Signed messages (CMS SignedData, RFC 5652) with exactly one signer, whose certificate they name (RFC 5035)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from portal.verify.alone import keys
from portal.verify.alone.certificates import Certificate, certificate
from portal.verify.alone.der import OCTETS, SEQUENCE, SET, Fields, Node, NotDer, context, parse_padded

DATA, TST_INFO = "1.2.840.113549.1.7.1", "1.2.840.113549.1.9.16.1.4"
TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE, _DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_CERTIFICATE_V1, _CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
_PROTECTION = "1.2.840.113549.1.9.52"
_MOST_CERTIFICATES = 50


class BadMessage(ValueError):
    """The message is no signed message of the kind that was expected, or its signature does not hold."""


@dataclass(frozen=True)
class Message:
    """A signed message whose signature holds: content (None when it stands elsewhere), signer, other certificates."""

    content: bytes | None
    signer: Certificate
    certificates: tuple[Certificate, ...]
    revocation: tuple[bytes, ...]
    signature: bytes
    stamps: tuple[bytes, ...]


def open_message(data: bytes, kind: str, detached: bytes | None, v1: bool = False) -> Message:
    """The message in ``data`` (DER, zeros may follow), signed over its content or over ``detached``.

    ``v1`` takes a signing-certificate attribute of the older kind too. Raises BadMessage.
    """
    try:
        return _open(data, kind, detached, v1)
    except NotDer as error:
        raise BadMessage(str(error)) from error


@dataclass(frozen=True)
class _SignedData:
    version: int
    hashes: list[str]
    content: bytes | None
    certificates: tuple[Certificate, ...]
    revocation: tuple[bytes, ...]
    signer: Node


def _signed_data(data: bytes, kind: str) -> _SignedData:
    outer = parse_padded(data).fields()
    if outer.next().oid() != _SIGNED_DATA:
        raise NotDer("not signed data")
    fields = outer.next().inner(context(0)).fields()
    outer.end()
    version, hashes = fields.next().integer(), [keys.hash_name(node) for node in fields.next(SET).children()]
    held = fields.next().fields()
    if held.next().oid() != kind:
        raise NotDer("signed data of another kind")
    content = held.next(context(0)).inner(context(0)).octets() if held.more() else None
    held.end()
    given, lists = fields.optional(context(0)), fields.optional(context(1))
    signers = fields.next(SET).children()
    fields.end()
    if len(signers) != 1 or given is None:
        raise NotDer("not exactly one signer, or no certificate")
    listed = given.children()
    if len(listed) > _MOST_CERTIFICATES:
        raise NotDer("too many certificates")
    certificates = tuple(certificate(node.expect(SEQUENCE).raw) for node in listed)
    revocation = tuple(node.raw for node in lists.children() if node.tag == SEQUENCE) if lists else ()
    return _SignedData(version, hashes, content, certificates, revocation, signers[0])


def _open(data: bytes, kind: str, detached: bytes | None, v1: bool) -> Message:
    held = _signed_data(data, kind)
    if (held.content is None) == (detached is None):
        raise NotDer("the content stands where it should not")
    covered = held.content if detached is None else detached
    assert covered is not None
    fields = held.signer.fields()
    version, named = fields.next().integer(), fields.next()
    signer = _signer(held.certificates, version, named)
    hash_name = keys.hash_name(fields.next())
    # RFC 5652 5.1: 1 for plain data whose signer is named by issuer and number, else 3.
    if held.hashes != [hash_name] or held.version != (1 if kind == DATA and version == 1 else 3):
        raise NotDer("another version or hash than the signer's")
    attributes_node = fields.next(context(0))
    signed_with, signature = keys.algorithm(fields.next()), fields.next().octets()
    unsigned = _attributes(fields.optional(context(1)))
    fields.end()
    attributes = _attributes(attributes_node)
    if _one(attributes, _CONTENT_TYPE).oid() != kind:
        raise NotDer("another content type was signed")
    if _one(attributes, _DIGEST).octets() != keys.digest(hash_name, covered):
        raise NotDer("the content is not what was signed")
    _check_certificate(attributes, signer, v1)
    _check_protection(attributes, hash_name, signed_with)
    message = b"\x31" + attributes_node.raw[1:]  # signed as a SET (RFC 5652 5.4)
    if not signer.key.verifies(signed_with, signature, message, hash_name):
        raise NotDer("the signature does not hold")
    if set(unsigned) - {TIME_STAMP}:
        raise NotDer("an unsigned attribute of an unknown kind")
    stamps = tuple(node.raw for node in unsigned.get(TIME_STAMP, []))
    return Message(held.content, signer, held.certificates, held.revocation, signature, stamps)


def _signer(certificates: tuple[Certificate, ...], version: int, named: Node) -> Certificate:
    """The certificate that the signer info names, by issuer and serial number or by key."""
    if version == 1 and named.tag == SEQUENCE:
        fields = named.fields()
        issuer, serial = fields.next(SEQUENCE).raw, fields.next().integer()
        fields.end()
        found = [each for each in certificates if each.issuer == issuer and each.serial == serial]
    elif version == 3 and named.tag == context(0, False):
        found = [each for each in certificates if each.key_id == named.content]
    else:
        raise NotDer("the signer is not named")
    if not found or any(each.raw != found[0].raw for each in found):
        raise NotDer("the signer's certificate is missing")
    return found[0]


def _attributes(node: Node | None) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for each in node.children() if node else []:
        fields = each.fields()
        oid, values = fields.next().oid(), fields.next(SET).children()
        fields.end()
        if oid in found:
            raise NotDer("an attribute stands twice")
        found[oid] = values
    return found


def _one(attributes: dict[str, list[Node]], oid: str) -> Node:
    values = attributes.get(oid, [])
    if len(values) != 1:
        raise NotDer("an attribute is missing")
    return values[0]


def _check_certificate(attributes: dict[str, list[Node]], signer: Certificate, v1: bool) -> None:
    """That the signed attributes name the very certificate (ESSCertIDv2; for time stamps also the older ESSCertID)."""
    if _CERTIFICATE_V2 in attributes:
        first = _first(_one(attributes, _CERTIFICATE_V2))
        chosen = first.optional(SEQUENCE)
        name = "sha256" if chosen is None else keys.hash_name(chosen)
        wanted = keys.digest(name, signer.raw)
    elif v1:
        first = _first(_one(attributes, _CERTIFICATE_V1))
        wanted = hashlib.sha1(signer.raw, usedforsecurity=False).digest()
    else:
        raise NotDer("the signer's certificate was not signed")
    if first.next(OCTETS).content != wanted:
        raise NotDer("another certificate was signed")


def _first(node: Node) -> Fields:
    """The fields of the first certificate identifier of a SigningCertificate."""
    identifiers = node.fields().next(SEQUENCE).children()
    if not identifiers:
        raise NotDer("no certificate was signed")
    return identifiers[0].fields()


def _check_protection(attributes: dict[str, list[Node]], hash_name: str, signed_with: keys.Algorithm) -> None:
    """CMSAlgorithmProtection (RFC 6211), where it is given: the algorithms are those that were signed."""
    if _PROTECTION not in attributes:
        return
    fields = _one(attributes, _PROTECTION).fields()
    hashed, signed = fields.next(SEQUENCE), fields.optional(context(1))
    if keys.hash_name(hashed) != hash_name or signed is None or signed.content != _content(signed_with):
        raise NotDer("other algorithms were signed")


def _content(algorithm: keys.Algorithm) -> bytes:
    return b"".join(node.raw for node in parse_padded(algorithm.raw).children())
