"""Whether a seal with time-stamps holds, also when its certificates have long since ended (ETSI EN 319 102-1, 5.6.3).

The parts are pyHanko's, the order is that of its ``ades_lta_validation``, which does not do for two things: it asks for a
time-stamp in the signature, though a document time-stamp proves as well that the signature was there (ETSI EN 319 142-1, 6.3),
and in two places it takes the computer's clock for the instant asked about.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed, AdESSubIndic
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    SignatureValidationSpec,
    bootstrap_validation_data_handlers,
)
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel, SignatureStatus
from pyhanko_certvalidator.ltv.ades_past import past_validate
from pyhanko_certvalidator.ltv.poe import KnownPOE, POEManager, POEType, ValidationObjectType, digest_for_poe
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import NonRevokedStatusAssertion

_asked_about: ContextVar[datetime | None] = ContextVar("asked_about", default=None)


async def _past_validate(*args: Any, **kwargs: Any) -> datetime:
    """pyHanko's own, which begins at the instant asked about where none is given."""
    kwargs["init_control_time"] = kwargs.get("init_control_time") or _asked_about.get()
    return await past_validate(*args, **kwargs)


ades.past_validate = _past_validate  # type: ignore[attr-defined]  # imported there under this name, and called without the time

_WHOLE = (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
_ONLY_KEPT = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)


@dataclass(frozen=True, slots=True)
class Lasting:
    """What was found. ``proven`` is whether the file proves by itself that the certificates were good when it was sealed."""

    proven: bool
    status: PdfSignatureStatus | None = None

    @property
    def holds(self) -> bool:
        """Whether that is so, and nothing but time-stamps and what is told of certificates has been added."""
        status = self.status
        return (
            self.proven
            and status is not None
            and status.intact
            and status.valid
            and bool(status.docmdp_ok)
            and status.coverage in _WHOLE
            and status.modification_level in _ONLY_KEPT
        )


async def lasting(seal: EmbeddedPdfSignature, spec: PdfSignatureValidationSpec, at: datetime) -> Lasting:
    """The seal with its document time-stamps, tried at an instant. Nobody is asked. Raises pyHanko's errors."""
    _asked_about.set(at)
    timing = ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=True)
    stamps = _stamps(seal, spec)
    rules = _with_what_the_file_tells(seal, spec.signature_validation_spec)
    there = await _proven_by(stamps, rules, timing)
    if there is None or len(stamps) != len(seal.reader.embedded_timestamp_signatures):
        return Lasting(False)
    rules = _with_what_is_covered(stamps[0], rules)
    now = await ades.ades_basic_validation(
        seal.signed_data,
        rules,
        timing_info=timing,
        raw_digest=seal.compute_digest(),
        validation_data_handlers=bootstrap_validation_data_handlers(rules, timing, poe_manager_override=copy(there)),
    )
    then: AdESSubIndic = now.ades_subindic
    if isinstance(then, AdESIndeterminate):
        then = await ades.ades_past_signature_validation(seal.signed_data, rules, there, then, init_control_time=at)
    return Lasting(then == AdESPassed.OK, _of_file(seal, now.api_status))


def _stamps(seal: EmbeddedPdfSignature, spec: PdfSignatureValidationSpec) -> Sequence["ades._PrimaFaciePOEFromTimeStamp"]:
    """The document time-stamps, oldest first, each with what it would prove to have been there."""
    found = ades._build_prima_facie_poe_index_from_pdf_timestamps(seal.reader, False, spec.diff_policy)
    return sorted(found, key=lambda stamp: stamp.pdf_revision)


async def _proven_by(
    stamps: Sequence["ades._PrimaFaciePOEFromTimeStamp"], rules: SignatureValidationSpec, timing: ValidationTimingInfo
) -> POEManager | None:
    """What the chain of time-stamps proves to have been there, and since when; None unless every one of them holds."""
    if not stamps:
        return None
    there = POEManager(current_dt_override=timing.validation_time)
    rules.local_knowledge.add_to_poe_manager(there)
    every = rules
    for stamp, following in zip(stamps, [*stamps[1:], None], strict=True):
        known, rules = copy(there), every
        if following is not None:
            following.add_to_poe_manager(known)
            rules = _with_what_is_covered(following, every)
        now = await ades.ades_timestamp_validation(
            stamp.timestamp_token_signed_data,
            rules,
            {stamp.doc_hash_algo: stamp.doc_digest}.__getitem__,
            timing_info=timing,
            validation_data_handlers=bootstrap_validation_data_handlers(rules, timing, poe_manager_override=known),
        )
        then: AdESSubIndic = now.ades_subindic
        if isinstance(then, AdESIndeterminate):
            then = await ades.ades_past_signature_validation(
                stamp.timestamp_token_signed_data, rules, known, then, init_control_time=timing.validation_time
            )
        if then != AdESPassed.OK:
            return None
        stamp.add_to_poe_manager(there)
    return there


def _with_what_the_file_tells(seal: EmbeddedPdfSignature, rules: SignatureValidationSpec) -> SignatureValidationSpec:
    known, given = ades._dss_to_local_knowledge(seal.reader), rules.local_knowledge
    both = LocalKnowledge(
        known_ocsps=[*given.known_ocsps, *known.known_ocsps],
        known_crls=[*given.known_crls, *known.known_crls],
        known_certs=[*given.known_certs, *known.known_certs],
        known_poes=given.known_poes,
        nonrevoked_assertions=given.nonrevoked_assertions,
    )
    return replace(rules, local_knowledge=both)


def _with_what_is_covered(stamp: "ades._PrimaFaciePOEFromTimeStamp", rules: SignatureValidationSpec) -> SignatureValidationSpec:
    """Revoked certificates are told of by what the next time-stamp covers: a later list may leave out what has ended since.

    What is taken for granted of the newest stamp's certificate, which nobody can be asked about, is not of what it covers.
    """
    covered = [each.validation_object for each in stamp.poes_implied]
    known = replace(
        rules.local_knowledge,
        known_ocsps=[each.value for each in covered if each.object_type == ValidationObjectType.OCSP_RESPONSE],
        known_crls=[each.value for each in covered if each.object_type == ValidationObjectType.CRL],
        nonrevoked_assertions=[],
    )
    return replace(rules, local_knowledge=known)


def _of_file(seal: EmbeddedPdfSignature, found: SignatureStatus | None) -> PdfSignatureStatus | None:
    """What is said of the signature, with what the file says of how much it covers."""
    if found is None:
        return None
    return PdfSignatureStatus(
        **{each.name: getattr(found, each.name) for each in fields(found)}, **seal.summarise_integrity_info()
    )


def as_if_renewed(seal: EmbeddedPdfSignature, spec: PdfSignatureValidationSpec, until: datetime) -> PdfSignatureValidationSpec:
    """The rules with which the file, which holds now, is tried as it would be later, renewed all the time ``until`` then.

    What each of its time-stamps covers is then proven to have been there, and the newest of them not to have been revoked.
    What has been added to it is not looked at again.
    """
    stamps = _stamps(seal, spec)
    since = stamps[-1].timestamp_dt
    proven = list(ades._dss_to_local_knowledge(seal.reader).assert_existence_known_at(since))
    for stamp in stamps:
        when = stamp.timestamp_dt
        proven += [KnownPOE(POEType.PROVIDED, each.digest, when, each.validation_object) for each in stamp.poes_implied]
    newest = seal.reader.embedded_timestamp_signatures[-1]
    proven.append(KnownPOE(POEType.PROVIDED, digest_for_poe(newest.signer_info["signature"].native), since))
    told = [NonRevokedStatusAssertion(newest.signer_cert.sha256, until)]
    rules = spec.signature_validation_spec
    kept = replace(rules.local_knowledge, known_poes=proven, nonrevoked_assertions=told)
    return PdfSignatureValidationSpec(replace(rules, local_knowledge=kept), diff_policy=None)
