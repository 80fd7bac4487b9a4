"""The seal, tried by pyHanko under conditions that leave no room: whatever is not exactly so is rejected.

1. *file*: it ends where it says, is not encrypted, has one kind of cross references, no code, forms, layers or films;
   only data in JSON may be attached.
2. *seal*: one signature in PAdES form, which certifies the whole file and allows no changes, and holds.
3. *certificate*: the one that the note on the seal names, from an anchor that it names, for signing documents.
4. *time*: the certificate was valid when the earliest time-stamp proves the seal to have been there, else at the instant
   asked about. Time-stamps are from anchors that the note names, by certificates for nothing else, and all that they rest
   on is told of in the file. Of the newest stamp's own certificate nobody can be asked: it must be valid at the instant
   asked about.
5. *changes*: after the seal only time-stamps and what is told of certificates have been added.

pyHanko is imported when a seal is tried.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from cryptography.x509 import load_der_x509_certificate

from portal.clock import local_date
from portal.documents.sealing.certificates import require_purpose
from portal.documents.sealing.errors import SealError
from portal.documents.sealing.running import finished
from portal.verify.decided import day
from portal.verify.trust import SealNote
from portal.verify.verdict import Finding, What

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

_END = re.compile(rb"startxref\s+[0-9]+\s+%%EOF(\r\n|\n|\r)?\Z")
_MOST_OBJECTS = 200_000
_CLOCKS = timedelta(minutes=5)  # that two honest clocks may differ
_ACTING = {
    "/JavaScript",
    "/JS",
    "/OpenAction",
    "/AA",
    "/Launch",
    "/XFA",
    "/RichMedia",
    "/Movie",
    "/Sound",
    "/3D",
    "/OCProperties",
}
_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/Movie",
    "/Sound",
    "/Hide",
}
_TEST = "TEST "


class _Rejected(Exception):
    """A condition that does not hold."""

    def __init__(self, what: What, sentence: str) -> None:
        super().__init__(sentence)
        self.finding = Finding(what, False, sentence)


def seal_findings(pdf: bytes, trusted: SealNote, at: datetime) -> list[Finding]:
    """The findings *file*, *seal*, *certificate*, *time* and *changes*, up to the first that does not hold."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    found: list[Finding] = []
    try:
        for finding in _findings(pdf, trusted, at):
            found.append(finding)
    except _Rejected as error:
        found.append(error.finding)
    except Exception:  # a broken file makes its readers fail in every way, and none of them is a genuine file
        found.append(Finding("seal", False, "Sigillet kan inte prövas: filen eller sigillet är trasigt."))
    return found


@dataclass(frozen=True)
class _Anchors:
    """The trust anchors that the note names and the file brings along."""

    seal: list[Any]
    time: list[Any]


def _findings(pdf: bytes, trusted: SealNote, at: datetime) -> Iterator[Finding]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(BytesIO(pdf), strict=True)
    _require_plain_file(pdf, reader)
    yield Finding("file", True, "Filen är hel: inget står efter dess slut, och den bär ingen kod och inga dolda delar.")
    seal = _only_seal(reader)
    _require_certifying(reader, seal)
    _require_covering(pdf, seal)
    stamps = reader.embedded_timestamp_signatures
    anchors = _anchors(reader, seal, trusted)
    is_test = _require_certificate(seal, trusted, anchors)
    status, proven = _status(seal, stamps, anchors, at)
    if not (status.intact and status.valid):
        raise _Rejected("seal", "Sigillet håller inte: handlingen är ändrad sedan den förseglades.")
    yield Finding("seal", True, "Sigillet är oskadat, täcker hela handlingen och tillåter inga ändringar.")
    owner = seal.signer_cert.subject.native.get("common_name", "")
    told = f"Sigillet är gjort med det certifikat som loggens nyckel går i god för: {owner}."
    yield Finding("certificate", True, told, is_test=is_test)
    yield _time(stamps, status, proven)
    yield _changes(stamps, status)


def _require_plain_file(pdf: bytes, reader: PdfFileReader) -> None:
    if not _END.search(pdf, max(0, len(pdf) - 64)):
        raise _Rejected("file", "Något står efter filens slut.")
    if reader.encrypted:
        raise _Rejected("file", "Filen är krypterad.")
    if reader.xrefs.hybrid_xrefs_present:
        raise _Rejected("file", "Filen har dubbla innehållsförteckningar, så olika program kan visa olika handlingar.")
    for each in _dictionaries(reader):
        keys = set(each.keys())
        if keys & _ACTING or ("/S" in keys and each["/S"] in _ACTIONS):
            raise _Rejected("file", "Filen bär kod, formulär, film eller dolda delar.")
        if each.get("/Type") == "/EmbeddedFile" and each.get("/Subtype") != "/application/json":
            raise _Rejected("file", "Filen bär en annan fil i sig.")


def _dictionaries(reader: PdfFileReader) -> Iterator[Any]:
    """Every dictionary that the file's newest revision reaches, streams' too."""
    from pyhanko.pdf_utils import generic

    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.root_ref]
    while waiting:
        value = waiting.pop()
        if isinstance(value, generic.IndirectObject | generic.Reference):
            if (value.idnum, value.generation) in seen:
                continue
            seen.add((value.idnum, value.generation))
            value = value.get_object()
        if isinstance(value, generic.DictionaryObject):
            yield value
            waiting += [value.raw_get(key) for key in value]
        elif isinstance(value, generic.ArrayObject):
            waiting += [value.raw_get(at) for at in range(len(value))]
        if len(seen) > _MOST_OBJECTS:
            raise _Rejected("file", "Filen har fler delar än ett beslut.")


def _only_seal(reader: PdfFileReader) -> EmbeddedPdfSignature:
    """The one signature; everything else that is signed is a time-stamp over it."""
    seals, stamps = reader.embedded_regular_signatures, reader.embedded_timestamp_signatures
    if not seals:
        raise _Rejected("seal", "Handlingen är inte förseglad.")
    if len(seals) > 1 or len(seals) + len(stamps) != len(reader.embedded_signatures):
        raise _Rejected("seal", "Handlingen har mer än ett sigill.")
    listed = reader.root["/AcroForm"]["/Fields"]
    fields = [listed[at] for at in range(len(listed))]  # an iterator would give references
    if len(fields) != len(seals) + len(stamps) or any(each.get("/FT") != "/Sig" for each in fields):
        raise _Rejected("seal", "Handlingen har fält som går att fylla i.")
    seal: EmbeddedPdfSignature = seals[0]
    if seal.sig_object.get("/SubFilter") != "/ETSI.CAdES.detached":
        raise _Rejected("seal", "Sigillet har inte den form som portalens sigill har.")
    if any(each.sig_object.get("/SubFilter") != "/ETSI.RFC3161" for each in stamps):
        raise _Rejected("time", "En tidsstämpel har inte den form som den ska ha.")
    if any(each.signed_revision <= seal.signed_revision for each in stamps):
        raise _Rejected("time", "En tidsstämpel står före sigillet.")
    return seal


def _require_certifying(reader: PdfFileReader, seal: EmbeddedPdfSignature) -> None:
    from pyhanko.sign.fields import MDPPerm

    permissions = reader.root.get("/Perms", {})
    certifies = "/DocMDP" in permissions and permissions.raw_get("/DocMDP") == seal.sig_field.raw_get("/V")
    if not certifies or seal.docmdp_level != MDPPerm.NO_CHANGES:
        raise _Rejected("seal", "Sigillet låser inte handlingen: det tillåter ändringar.")


def _require_covering(pdf: bytes, seal: EmbeddedPdfSignature) -> None:
    """What the signature leaves out is its own value, and nothing else of the revision that it signs."""
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    from portal.verify.additions import policy

    start, first, second, last = (int(number) for number in seal.byte_range)
    gap = pdf[first:second]
    right = start == 0 and 0 < first < second and last > 0 and gap[:1] + gap[-1:] == b"<>"
    if not right or bytes.fromhex(gap[1:-1].decode("ascii")) != seal.pkcs7_content or _padding(seal.pkcs7_content).strip(b"\0"):
        raise _Rejected("seal", "Sigillet täcker inte hela handlingen.")
    seal.compute_integrity_info(diff_policy=policy())
    if seal.coverage is None or seal.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        raise _Rejected("seal", "Sigillet täcker inte hela handlingen.")


def _padding(value: bytes) -> bytes:
    """What stands after the DER of the signature: room that was not needed (X.690, 8.1.3)."""
    size = value[1]
    length = size if size < 0x80 else int.from_bytes(value[2 : 2 + size - 0x80], "big")
    return value[(2 if size < 0x80 else 2 + size - 0x80) + length :]


def _anchors(reader: PdfFileReader, seal: EmbeddedPdfSignature, trusted: SealNote) -> _Anchors:
    from pyhanko.sign.general import extract_certificate_info
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError
    from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

    signed = [each.signed_data for each in reader.embedded_signatures]
    signed += list(extract_tst_data_iter(seal.signer_info, signed=False))
    found: list[Any] = []
    for each in signed:
        brought = extract_certificate_info(each)
        found += [brought.signer_cert, *brought.other_certs]
    with contextlib.suppress(NoDSSFoundError):
        found += list(DocumentSecurityStore.read_dss(reader).load_certs())
    by_hash = {each.sha256.hex(): each for each in found}
    return _Anchors(
        [by_hash[each] for each in trusted.roots if each in by_hash],
        [by_hash[each] for each in trusted.time_roots if each in by_hash],
    )


def _require_certificate(seal: EmbeddedPdfSignature, trusted: SealNote, anchors: _Anchors) -> bool:
    """Whether it is a TEST seal's."""
    certificate = seal.signer_cert
    if certificate.sha256.hex() != trusted.certificate:
        raise _Rejected("certificate", "Sigillet är gjort med ett annat certifikat än det som loggens nyckel går i god för.")
    try:
        require_purpose(load_der_x509_certificate(certificate.dump()))
    except SealError as error:
        raise _Rejected("certificate", str(error)) from error
    if not anchors.seal:
        raise _Rejected("certificate", "Den rot som loggens nyckel går i god för finns inte i handlingen.")
    name = certificate.subject.native.get("common_name", "")
    return certificate.subject == certificate.issuer and isinstance(name, str) and name.startswith(_TEST)


def _tokens(seal: EmbeddedPdfSignature, stamps: list[EmbeddedPdfSignature]) -> list[Any]:
    """The time-stamps, the signature's own among them."""
    from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

    return [*extract_tst_data_iter(seal.signer_info, signed=False), *(each.signed_data for each in stamps)]


def _require_stamping(tokens: list[Any]) -> None:
    from pyhanko.sign.general import extract_certificate_info

    from portal.documents.sealing.paths import stamps_alone

    if not all(stamps_alone(extract_certificate_info(each).signer_cert) for each in tokens):
        raise _Rejected("time", "En tidsstämpel är gjord med ett certifikat för annat än tidsstämplar.")


def _times(tokens: list[Any]) -> list[datetime]:
    """What the time-stamps say."""
    return [each["encap_content_info"]["content"].parsed["gen_time"].native for each in tokens]


def _status(
    seal: EmbeddedPdfSignature, stamps: list[EmbeddedPdfSignature], anchors: _Anchors, at: datetime
) -> tuple[Any, datetime]:
    """pyHanko's answer, and the instant at which the certificate has to be valid."""
    tokens = _tokens(seal, stamps)
    _require_stamping(tokens)
    times = _times(tokens)
    proven = min(times, default=at)
    if any(each > at + _CLOCKS for each in times):
        raise _Rejected(
            "time", f"Handlingen är tidsstämplad {day(local_date(max(times)).isoformat())}, efter den dag som prövas."
        )
    certificate = seal.signer_cert
    if not certificate.not_valid_before <= proven <= certificate.not_valid_after:
        ended = day(local_date(certificate.not_valid_after).isoformat())
        raise _Rejected("time", f"Sigillets certifikat gällde inte: inget bevisar att sigillet fanns före {ended}.")
    if not times:
        return _status_at(seal, anchors, at), proven
    if not anchors.time:
        raise _Rejected(
            "time",
            "Tidsstämplarna är från en tjänst som loggens nyckel inte går i god för. Är tjänsten ny, hämta nyckelfilen igen.",
        )
    if stamps and not stamps[-1].signer_cert.not_valid_before <= at <= stamps[-1].signer_cert.not_valid_after:
        ended = day(local_date(stamps[-1].signer_cert.not_valid_after).isoformat())
        raise _Rejected("time", f"Den senaste tidsstämpelns certifikat gick ut {ended}, och ingen nyare stämpel finns.")
    return _lasting_status(seal, stamps, anchors, max(at, *times)), proven


def _usage() -> Any:
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    return KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)


def _status_at(seal: EmbeddedPdfSignature, anchors: _Anchors, at: datetime) -> Any:
    """Without time-stamps: by the certificates in the seal. Nobody is asked whether they have been revoked."""
    from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from portal.verify.additions import policy

    context = ValidationContext(
        trust_roots=anchors.seal, other_certs=seal.other_embedded_certs, moment=at, revocation_mode="soft-fail"
    )
    return finished(async_validate_pdf_signature(seal, context, diff_policy=policy(), key_usage_settings=_usage()))


def _lasting_status(seal: EmbeddedPdfSignature, stamps: list[EmbeddedPdfSignature], anchors: _Anchors, at: datetime) -> Any:
    """With time-stamps: past validation (ETSI EN 319 102-1, 5.6.3), all that it rests on told of in the file."""
    from pyhanko.sign.general import extract_certificate_info
    from pyhanko.sign.validation import policy_decl as policies
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy, NonRevokedStatusAssertion
    from pyhanko_certvalidator.registry import SimpleTrustManager

    from portal.documents.sealing.past import lasting
    from portal.verify.additions import policy

    told = CertRevTrustPolicy(REQUIRE_REVINFO)
    newest = [extract_certificate_info(each.signed_data) for each in stamps[-1:]]
    unasked = [each for found in newest for each in (found.signer_cert, *found.other_certs)]
    spec = policies.SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(SimpleTrustManager.build(trust_roots=anchors.seal), told),
        ts_cert_validation_policy=CertValidationPolicySpec(SimpleTrustManager.build(trust_roots=anchors.time), told),
        revinfo_gathering_policy=policies.RevocationInfoGatheringSpec(policies.RevinfoOnlineFetchingRule.LOCAL_ONLY),
        local_knowledge=policies.LocalKnowledge(
            nonrevoked_assertions=[NonRevokedStatusAssertion(each.sha256, at=at) for each in unasked]
        ),
        key_usage_settings=_usage(),
    )
    found = finished(lasting(seal, policies.PdfSignatureValidationSpec(spec, policy()), at))
    status = found.status
    if status is None or (status.intact and status.valid and not found.proven):
        raise _Rejected("time", "Tidsstämplarna och uppgifterna i filen bevisar inte att sigillets certifikat gällde.")
    return status


def _time(stamps: list[EmbeddedPdfSignature], status: Any, proven: datetime) -> Finding:
    when = day(local_date(proven).isoformat())
    if stamps:
        return Finding("time", True, f"Sigillet fanns {when}: tidsstämplarna bevisar det, och certifikatet gällde då.")
    if not status.trusted:
        raise _Rejected("time", f"Sigillets certifikat leder inte till roten som loggens nyckel går i god för, sett {when}.")
    return Finding("time", True, f"Handlingen är inte tidsstämplad. Sigillets certifikat gäller {when}.")


def _changes(stamps: list[EmbeddedPdfSignature], status: Any) -> Finding:
    from pyhanko.sign.diff_analysis import ModificationLevel

    level = status.modification_level
    if level not in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES) or not status.docmdp_ok:
        raise _Rejected("changes", "Handlingen är ändrad efter att den förseglades.")
    if level is ModificationLevel.NONE and not stamps:
        return Finding("changes", True, "Ingenting har ändrats eller lagts till efter sigillet.")
    return Finding("changes", True, "Efter sigillet har bara tidsstämplar och uppgifter om certifikat lagts till.")
