"""The way from a certificate to a trust anchor, by pyHanko's certificate validator. Imported when something is sealed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from asn1crypto import cms, x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import InvalidCertificateError
from pyhanko_certvalidator.path import ValidationPath

from portal.documents.sealing.revoked import Told

CLOCKS_DIFFER = timedelta(minutes=5)  # ours from those of the services, at most


class Paths:
    """Paths at one instant. ``told`` is what is known of revoked certificates; without it that is left open."""

    def __init__(self, roots: Iterable[bytes], signed: Sequence[cms.SignedData], at: datetime, told: Told | None = None):
        certificates = [certificate for each in signed for certificate in certificates_in(each)]
        self.context = ValidationContext(
            trust_roots=[x509.Certificate.load(root) for root in roots],
            other_certs=certificates,
            moment=at,
            ocsps=told.ocsps if told else (),
            crls=told.crls if told else (),
            revocation_mode="require" if told else "soft-fail",
            time_tolerance=CLOCKS_DIFFER,
        )

    async def of(self, signed: cms.SignedData, *, stamp: bool) -> ValidationPath:
        """The path of the one who signed; of a ``stamp`` it must be one who may. Raises pyHanko's PathError and
        ValidationError."""
        signer = extract_certificate_info(signed).signer_cert
        validator = CertificateValidator(signer, validation_context=self.context)
        if stamp:
            if not stamps_alone(signer):
                raise InvalidCertificateError("a certificate for more than time-stamps")
            await validator.async_validate_usage(set(), {"time_stamping"})
        return await validator.async_validate_path()


def stamps_alone(certificate: x509.Certificate) -> bool:
    """Whether it is for time-stamps and nothing else, and says so where it must be understood (RFC 3161, 2.3)."""
    usage = certificate.extended_key_usage_value
    named = usage is not None and usage.native == ["time_stamping"]
    return named and "extended_key_usage" in certificate.critical_extensions


def certificates_in(signed: cms.SignedData) -> list[x509.Certificate]:
    """The certificates that a signature or a time-stamp brings along, the signer's first."""
    found = extract_certificate_info(signed)
    return [found.signer_cert, *found.other_certs]


def root_in(signed: cms.SignedData) -> bytes:
    """The anchor that a seal of ours brings along: it is self-signed. Raises ValueError for a seal without one."""
    for certificate in certificates_in(signed):
        if certificate.self_signed in ("yes", "maybe"):
            return bytes(certificate.dump())
    raise ValueError("a seal brings its root along")
