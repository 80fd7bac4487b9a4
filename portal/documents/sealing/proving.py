"""A sealed file is verified before it is kept: by the rules that a verifier in thirty years will go by."""

from datetime import datetime, timedelta
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from portal.documents.sealing.errors import SealError
from portal.documents.sealing.past import as_if_renewed, lasting
from portal.documents.sealing.paths import CLOCKS_DIFFER
from portal.text import _

USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})  # one of them
AHEAD = timedelta(days=34 * 365)  # by then every certificate and all that is told of them has ended
_TROUBLE = (PdfError, SignatureValidationError, ValueError, OSError)


async def require_sealed(pdf: bytes, root: bytes, at: datetime) -> None:
    """Raise SealError unless the file has one seal, which holds and covers all of it."""
    try:
        seal = _only_seal(pdf)
        context = ValidationContext(trust_roots=[x509.Certificate.load(root)], moment=at, revocation_mode="soft-fail")
        status = await async_validate_pdf_signature(seal, context, key_usage_settings=USAGE)
    except _TROUBLE as error:
        raise SealError(_("Sigillet håller inte när det kontrolleras.")) from error
    if not (status.bottom_line and status.modification_level == ModificationLevel.NONE and _certifies(seal)):
        raise SealError(_("Sigillet håller inte när det kontrolleras."))


async def require_lasting(pdf: bytes, root: bytes, time_roots: tuple[bytes, ...], at: datetime) -> None:
    """Raise SealError unless the seal and its time-stamps hold now, with nothing asked of anyone, and can be kept so."""
    spec = _spec(root, time_roots)
    try:
        at = max(at, _stamped_at(pdf, at))
        if not (await lasting(_only_seal(pdf), spec, at)).holds or not _certifies(_only_seal(pdf)):
            raise SealError(_("Sigillet med tidsstämplar håller inte när det kontrolleras."))
        seal = _only_seal(pdf)
        if not (await lasting(seal, as_if_renewed(seal, spec, at + AHEAD), at + AHEAD)).proven:
            raise SealError(_("Sigillet med tidsstämplar skulle inte gå att vidmakthålla."))
    except _TROUBLE as error:
        raise SealError(_("Sigillet med tidsstämplar håller inte när det kontrolleras.")) from error


def _stamped_at(pdf: bytes, at: datetime) -> datetime:
    """What the newest time-stamp says. Raises SealError where that is not about now."""
    newest = PdfFileReader(BytesIO(pdf), strict=True).embedded_timestamp_signatures[-1].signed_data
    found: datetime = newest["encap_content_info"]["content"].parsed["gen_time"].native
    if abs(found - at) > CLOCKS_DIFFER:
        raise SealError(_("Tidsstämplingstjänstens klocka och portalens går inte lika."))
    return found


def _only_seal(pdf: bytes) -> EmbeddedPdfSignature:
    found = PdfFileReader(BytesIO(pdf), strict=True).embedded_regular_signatures
    if len(found) != 1:
        raise ValueError("not one seal")
    seal: EmbeddedPdfSignature = found[0]
    return seal


def _certifies(seal: EmbeddedPdfSignature) -> bool:
    return seal.docmdp_level == MDPPerm.NO_CHANGES


def _spec(root: bytes, time_roots: tuple[bytes, ...]) -> PdfSignatureValidationSpec:
    revocation = CertRevTrustPolicy(REQUIRE_REVINFO)
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(_trusting(root), revocation, CLOCKS_DIFFER),
            ts_cert_validation_policy=CertValidationPolicySpec(_trusting(*time_roots), revocation, CLOCKS_DIFFER),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
            key_usage_settings=USAGE,
        )
    )


def _trusting(*roots: bytes) -> SimpleTrustManager:
    return SimpleTrustManager.build(trust_roots=[x509.Certificate.load(root) for root in roots])
