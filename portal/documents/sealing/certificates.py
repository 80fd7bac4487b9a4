"""What a certificate must be to seal documents (RFC 5280, ETSI EN 319 412-3): its purpose, its key and its chain."""

from collections.abc import Sequence
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from portal.documents.sealing.errors import SealError
from portal.text import _

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

LEAST_RSA_BITS = 2048
CURVES = ("secp256r1", "secp384r1")
# What an extended key usage must allow, where the certificate has one: documents, mail (which is how many issuers of
# organisation certificates put it), or anything.
DOCUMENTS = frozenset(
    {
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # id-kp-documentSigning, RFC 9336
        ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # the one of Microsoft
        ObjectIdentifier("1.2.840.113583.1.1.5"),  # the one of Adobe
    }
)
_LONGEST_CHAIN = 8

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


def require_purpose(certificate: x509.Certificate) -> None:
    """Raise SealError unless the certificate may sign documents."""
    if _is_ca(certificate):
        raise SealError(_("Sigillets certifikat är en utfärdares och får inte försegla handlingar."))
    usage = _extension(certificate, x509.KeyUsage)
    if usage is None or not (usage.digital_signature or usage.content_commitment):
        raise SealError(
            _("Sigillets certifikat är inte utfärdat för underskrifter (keyUsage digitalSignature eller nonRepudiation).")
        )
    extended = _extension(certificate, x509.ExtendedKeyUsage)
    if extended is not None and not DOCUMENTS & set(extended):
        raise SealError(_("Sigillets certifikat är utfärdat för annat än att underteckna handlingar (extendedKeyUsage)."))


def _is_ca(certificate: x509.Certificate) -> bool:
    constraints = _extension(certificate, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def _extension(certificate: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
    except ValueError as error:
        raise SealError(_("Sigillets certifikat går inte att tolka.")) from error


def require_strength(key: object) -> PrivateKey:
    """The key, when it is of a kind that seals. Raises SealError."""
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= LEAST_RSA_BITS:
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in CURVES:
        return key
    raise SealError(_("Sigillets nyckel ska vara RSA med minst 2048 bitar, eller EC P-256 eller P-384."))


def chain_of(certificate: x509.Certificate, others: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """The issuers of ``certificate`` among ``others``, nearest first, the root last; empty for a self-signed one.

    Raises SealError where the chain does not lead to a self-signed root.
    """
    chain: list[x509.Certificate] = []
    last = certificate
    while not issued(last, last):
        above = [each for each in others if issued(last, each) and _is_ca(each) and each not in chain]
        if not above or len(chain) == _LONGEST_CHAIN:
            name = last.issuer.rfc4514_string()
            raise SealError(
                _("Certifikatet för %(name)s saknas: lägg hela kedjan till och med roten vid sigillets.", name=name)
            )
        last = above[0]
        chain.append(last)
    return tuple(chain)


def issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether ``issuer`` has issued the certificate, by name and by signature."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
