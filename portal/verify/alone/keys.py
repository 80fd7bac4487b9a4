"""Public keys and signatures as certificates and messages name them (RFC 5480, 4055, 8410, 5754)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from portal.verify.alone import ed25519, elliptic, rsa
from portal.verify.alone.der import NULL, SEQUENCE, Node, NotDer, context, parse

HASHES = {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}

_RSA, _PSS, _MGF1 = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
_EC, _ED25519 = "1.2.840.10045.2.1", "1.3.101.112"
_RSA_WITH = {f"1.2.840.113549.1.1.{last}": name for last, name in ((11, "sha256"), (12, "sha384"), (13, "sha512"))}
_ECDSA_WITH = {f"1.2.840.10045.4.3.{last}": name for last, name in ((2, "sha256"), (3, "sha384"), (4, "sha512"))}


@dataclass(frozen=True)
class Algorithm:
    """An AlgorithmIdentifier."""

    oid: str
    parameters: Node | None
    raw: bytes

    @property
    def plain(self) -> bool:
        """Without parameters, or with the NULL that stands for none."""
        return self.parameters is None or (self.parameters.tag == NULL and not self.parameters.content)


def algorithm(node: Node) -> Algorithm:
    """The AlgorithmIdentifier that ``node`` is."""
    fields = node.fields()
    oid = fields.next().oid()
    parameters = fields.next() if fields.more() else None
    fields.end()
    return Algorithm(oid, parameters, node.raw)


def hash_name(node: Node) -> str:
    """The name in hashlib of a digest algorithm. Raises NotDer for those no longer safe, and unknown ones."""
    found = algorithm(node)
    if found.oid not in HASHES or not found.plain:
        raise NotDer(f"the hash {found.oid} is not taken")
    return HASHES[found.oid]


def digest(name: str, data: bytes) -> bytes:
    """The hash of ``data``; ``name`` is one of HASHES."""
    return hashlib.new(name, data).digest()


@dataclass(frozen=True)
class PublicKey:
    """A key of one of three kinds: RSA (modulus and exponent), elliptic (curve and point), Ed25519 (32 bytes)."""

    rsa: tuple[int, int] | None = None
    elliptic: tuple[elliptic.Curve, elliptic.Point] | None = None
    ed25519: bytes | None = None

    def verifies(self, signed_with: Algorithm, signature: bytes, message: bytes, hashed_with: str | None = None) -> bool:
        """Whether ``signature`` over ``message`` holds. ``hashed_with`` is the hash that is named apart (in CMS)."""
        if self.rsa is not None:
            return self._verifies_rsa(self.rsa, signed_with, signature, message, hashed_with)
        if self.elliptic is not None:
            name = _ECDSA_WITH.get(signed_with.oid)
            if name is None or signed_with.parameters is not None or hashed_with not in (None, name):
                return False
            curve, point = self.elliptic
            return elliptic.verifies(curve, point, signature, digest(name, message))
        if self.ed25519 is not None and signed_with.oid == _ED25519 and signed_with.parameters is None:
            return ed25519.verifies(self.ed25519, signature, message)
        return False

    @staticmethod
    def _verifies_rsa(
        key: tuple[int, int], signed_with: Algorithm, signature: bytes, message: bytes, hashed_with: str | None
    ) -> bool:
        if signed_with.oid == _PSS:
            name, salt_size = _pss(signed_with)
            if hashed_with not in (None, name):
                return False
            return rsa.verifies_pss(*key, signature, digest(name, message), name, salt_size)
        found = hashed_with if signed_with.oid == _RSA else _RSA_WITH.get(signed_with.oid)
        if found is None or not signed_with.plain or hashed_with not in (None, found):
            return False
        return rsa.verifies_pkcs1(*key, signature, digest(found, message), found)


def _pss(signed_with: Algorithm) -> tuple[str, int]:
    """Hash and salt size of RSASSA-PSS-params (RFC 4055, 3.1); the defaults mean SHA-1 and are refused."""
    if signed_with.parameters is None:
        raise NotDer("PSS without parameters")
    fields = signed_with.parameters.fields()
    chosen, mask = fields.optional(context(0)), fields.optional(context(1))
    salt, trailer = fields.optional(context(2)), fields.optional(context(3))
    fields.end()
    if chosen is None or mask is None:
        raise NotDer("PSS with SHA-1")
    name, masking = hash_name(chosen.inner(context(0))), algorithm(mask.inner(context(1)))
    if masking.oid != _MGF1 or masking.parameters is None or hash_name(masking.parameters) != name:
        raise NotDer("PSS with two hashes")
    if trailer is not None and trailer.inner(context(3)).integer() != 1:
        raise NotDer("PSS with an unknown trailer")
    return name, 20 if salt is None else salt.inner(context(2)).integer()


def public_key(node: Node) -> PublicKey:
    """A SubjectPublicKeyInfo. Raises NotDer for other kinds of key, weak ones and points off the curve."""
    fields = node.fields()
    kind, bits = algorithm(fields.next(SEQUENCE)), fields.next().bits()
    fields.end()
    if kind.oid == _RSA and kind.plain:
        numbers = parse(bits).fields()
        modulus, exponent = numbers.next().integer(), numbers.next().integer()
        numbers.end()
        if not rsa.usable(modulus, exponent):
            raise NotDer("an RSA key that is too weak")
        return PublicKey(rsa=(modulus, exponent))
    if kind.oid == _EC and kind.parameters is not None:
        curve = elliptic.CURVES.get(kind.parameters.oid())
        point = None if curve is None else curve.decode(bits)
        if curve is None or point is None:
            raise NotDer("an elliptic key of an unknown curve, or off its curve")
        return PublicKey(elliptic=(curve, point))
    if kind.oid == _ED25519 and kind.parameters is None and len(bits) == 32:
        return PublicKey(ed25519=bits)
    raise NotDer(f"a key of the kind {kind.oid} is not taken")
