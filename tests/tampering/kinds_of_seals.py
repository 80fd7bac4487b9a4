"""Sealed by other means: another key, another time, another purpose."""

import io
import re
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

from portal import clock
from portal.documents.sealing import SealKey, generated, seal
from portal.documents.sealing.revoked import Told, told_of
from portal.log import notes
from portal.log.keys import LogKey
from portal.settings import Settings
from tests import seals
from tests.tampering.kind import kind
from tests.tampering.stage import Stage, key_of, signed_by_hand, updated


@kind("certificate")
def sealed_by_another_authority(stage: Stage) -> bytes:
    return stage.forged(lambda _data: None, key="other", vouched="seal")


@kind("certificate")
def sealed_by_another_certificate_of_the_same_authority(stage: Stage) -> bytes:
    return stage.forged(lambda _data: None, key="seal-384", vouched="seal")


@kind("certificate")
def sealed_by_oneself_under_the_same_name(stage: Stage) -> bytes:
    own = SealKey.load(Settings(Path(tempfile.mkdtemp(prefix="egen-")), municipality="Åkersbro kommun"))
    assert own.subject == seals.test_key().subject
    return seal(stage.rendered("main", key_of("test")), own, clock.now()).data


@kind("certificate", "time")
def chain_to_a_root_that_the_note_does_not_name(stage: Stage) -> bytes:
    def change(data: dict[str, Any]) -> None:
        stage.say(data, seal=_note(stage, f"sigill {key_of('seal').fingerprint}", "rot " + "ab" * 32))

    return stage.forged(change, key="seal")


def _note(stage: Stage, *lines: str, key: LogKey | None = None) -> str:
    signer = key or stage.log_key
    return notes.sign_text("\n".join(["askandeportalen/sigill/v1", signer.name, *lines, ""]), signer)


@kind("seal")
def note_on_the_seal_by_another_key(stage: Stage) -> bytes:
    lines = [f"{word} {key_of('other').fingerprint}" for word in ("sigill", "rot")]
    own = LogKey.generate(stage.log_key.name)
    return stage.forged(lambda data: stage.say(data, seal=_note(stage, *lines, key=own)), key="other")


@kind("seal")
def note_on_the_seal_changed(stage: Stage) -> bytes:
    mine, theirs = key_of("seal").fingerprint, key_of("seal-384").fingerprint
    return stage.forged(
        lambda data: stage.say(data, seal=data["proof"]["seal"].replace(mine, theirs)), key="seal-384", vouched="seal"
    )


@kind("seal")
def note_on_the_seal_missing(stage: Stage) -> bytes:
    return stage.forged(lambda data: stage.say(data, seal=""))


@kind("seal")
def certified_with_forms_allowed(stage: Stage) -> bytes:
    return signed_by_hand(stage.rendered("main", key_of("test")), key_of("test"), permissions=2)


@kind("seal")
def certified_with_notes_allowed(stage: Stage) -> bytes:
    return signed_by_hand(stage.rendered("main", key_of("test")), key_of("test"), permissions=3)


@kind("seal")
def signed_but_not_certified(stage: Stage) -> bytes:
    return signed_by_hand(stage.rendered("main", key_of("test")), key_of("test"), permissions=None)


@kind("time")
def certificate_that_has_ended_without_a_time_stamp(stage: Stage) -> bytes:
    then = datetime(2024, 6, 1, tzinfo=UTC)
    return seal(stage.rendered("main", key_of("seal-expired")), key_of("seal-expired"), then).data


@kind("time")
def certificate_that_has_not_begun(stage: Stage) -> bytes:
    then = datetime(2091, 6, 1, tzinfo=UTC)
    return seal(stage.rendered("main", key_of("seal-future")), key_of("seal-future"), then).data


@kind("time", at=datetime(2033, 1, 1, tzinfo=UTC))
def certificate_that_ends_later_verified_then(stage: Stage) -> bytes:
    return stage.sealed("main", "seal", "B-B")


@kind("time", at=datetime(2033, 1, 1, tzinfo=UTC))
def time_stamps_never_renewed(stage: Stage) -> bytes:
    return stage.sealed("main", "seal", "B-LTA")


@kind("time", at=datetime(2025, 1, 1, tzinfo=UTC))
def stamped_after_the_day_that_is_asked_about(stage: Stage) -> bytes:
    return stage.sealed("main", "seal", "B-LTA")


@kind("time")
def time_stamps_of_another_service(stage: Stage) -> bytes:
    chosen = key_of("seal")
    pdf = stage.rendered("main", chosen, seals.pki().stamps())
    return seal(pdf, chosen, clock.now(), seals.pki().stamps("other-tsa")).data


@kind("time", "changes", "seal")
def byte_flipped_in_a_time_stamp(stage: Stage) -> bytes:
    pdf = stage.sealed("main", "seal", "B-LTA")
    ranges = list(re.finditer(rb"/ByteRange ?\[\s*(\d+)\s+(\d+)\s+(\d+)", pdf))
    start, end = int(ranges[-1][2]) + 1, int(ranges[-1][3]) - 1
    at = start + len(pdf[start:end].rstrip(b"0")) - 9
    return pdf[:at] + (b"1" if pdf[at : at + 1] != b"1" else b"2") + pdf[at + 1 :]


def _key(name: str, *more: str) -> SealKey:
    """A key of the test PKI as the product would refuse it, with its issuers and ``more`` certificates beside it."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    pki = seals.pki()
    private: Any = load_pem_private_key(pki.private(name), None)
    now = clock.now()
    chain = tuple(pki.der(each) for each in ("interm", "root", *more))
    return SealKey(private=private, certificate=pki.der(name), chain=chain, subject=name, valid_from=now, valid_to=now)


def _named(stage: Stage, key: SealKey, root: bytes) -> bytes:
    """The decision with a genuine note that names that certificate and that root."""
    lines = f"sigill {key.fingerprint}", f"rot {sha256(root).hexdigest()}"
    return stage.rendered("main", key, change=lambda data: stage.say(data, seal=_note(stage, *lines)))


def _signed_with(stage: Stage, key: SealKey, root: str = "root") -> bytes:
    return signed_by_hand(_named(stage, key, seals.pki().der(root)), key)


@kind("certificate", "time", "seal")
def certificate_for_another_purpose(stage: Stage) -> bytes:
    return _signed_with(stage, _key("seal-encrypt"))


@kind("certificate", "time", "seal")
def certificate_for_servers(stage: Stage) -> bytes:
    return _signed_with(stage, _key("seal-tls"))


@kind("certificate", "time", "seal")
def certificate_that_may_issue_others(stage: Stage) -> bytes:
    return _signed_with(stage, _key("seal-ca"))


@kind("certificate", "time", "seal")
def certificate_that_does_not_lead_to_the_named_root(stage: Stage) -> bytes:
    """The root that the note names is in the file, beside another chain."""
    return _signed_with(stage, _key("seal", seals.OTHER_ROOT), seals.OTHER_ROOT)


@kind("time")
def own_certificate_that_has_ended(stage: Stage) -> bytes:
    """Signed by itself, so that it is its own root; a TEST seal has no end."""
    with patch.object(generated, "_TO", datetime(2025, 1, 1, tzinfo=UTC)):
        folder = Path(tempfile.mkdtemp(prefix="gammal-"))
        key = SealKey.load(Settings(folder, municipality="Åkersbro kommun"))
    return seal(stage.rendered("main", key), key, datetime(2024, 6, 1, tzinfo=UTC)).data


@kind("seal")
def signature_of_another_form(stage: Stage) -> bytes:
    """Certified, but not PAdES: the certificate is not among what is signed."""
    return signed_by_hand(stage.rendered("main", key_of("test")), key_of("test"), form="ADOBE_PKCS7_DETACHED")


def _to_be_stamped(stage: Stage) -> bytes:
    """Sealed without time-stamps, with a note that names the service."""
    chosen = key_of("seal")
    return seal(stage.rendered("main", chosen, seals.pki().stamps()), chosen, clock.now()).data


@kind("time")
def time_stamp_without_what_is_told_of_the_certificates(stage: Stage) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfTimeStamper

    from portal.documents.sealing.running import finished
    from portal.documents.sealing.service import Service

    stamper = PdfTimeStamper(Service(seals.pki().stamps().address), "Tidsstampel-1")
    writer = IncrementalPdfFileWriter(io.BytesIO(_to_be_stamped(stage)))
    return bytes(finished(stamper.async_timestamp_pdf(writer, "sha256")).getbuffer())


def _stamped(pdf: bytes, told_of: Any, service: str = "tsa") -> bytes:
    """A document time-stamp over all that the product puts with it, but only what ``told_of`` gives of the certificates."""
    from pyhanko_certvalidator import ValidationContext

    from portal.documents.sealing import pades, paths
    from portal.documents.sealing.running import finished

    async def unasked(*_given: object) -> None:
        """Taken as it is."""

    with (
        patch.object(pades, "told_of", told_of),
        patch.object(pades.proving, "require_lasting", unasked),
        patch.object(paths, "stamps_alone", lambda _certificate: True),
        patch.object(paths, "ValidationContext", lambda **given: ValidationContext(**given | {"revocation_mode": "soft-fail"})),
    ):
        return finished(pades.stamped(pdf, seals.pki().stamps(service), clock.now())).data


async def _nothing(*_given: object) -> Told:
    return Told()


async def _of_the_seal(certificates: Any, at: datetime) -> Told:
    return await told_of(list(certificates)[-1:], at)


@kind("certificate", "time")
def nothing_told_of_the_certificate_of_the_seal(stage: Stage) -> bytes:
    return _stamped(_to_be_stamped(stage), _nothing)


@kind("time")
def nothing_told_of_the_certificate_of_a_time_stamp_when_the_next_was_made(stage: Stage) -> bytes:
    return _stamped(_stamped(_to_be_stamped(stage), _of_the_seal), _nothing)


@kind("time")
def time_stamp_with_a_certificate_for_two_purposes(stage: Stage) -> bytes:
    return _stamped(_to_be_stamped(stage), told_of, "tsa-two")


@kind("time")
def time_stamp_with_a_purpose_that_need_not_be_understood(stage: Stage) -> bytes:
    return _stamped(_to_be_stamped(stage), told_of, "tsa-loose")


@kind("time")
def all_that_its_time_stamp_rests_on_but_none_over_the_document(stage: Stage) -> bytes:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

    from portal.documents.sealing import pades
    from portal.documents.sealing.paths import Paths, root_in
    from portal.documents.sealing.running import finished

    chosen, stamps, now = key_of("seal"), seals.pki().stamps(), clock.now()
    service = pades._service(stamps.address)
    pdf = finished(pades._signed(stage.rendered("main", chosen, stamps), chosen, now, service))
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[0]
    over = list(extract_tst_data_iter(signature.signer_info, signed=False))
    roots = (root_in(signature.signed_data), *stamps.roots)
    paths = Paths(roots, [*over, signature.signed_data], now)
    kept = [finished(paths.of(each, stamp=True)) for each in over]
    kept.append(finished(paths.of(signature.signed_data, stamp=False)))
    return updated(
        pdf,
        lambda writer: DocumentSecurityStore.supply_dss_in_writer(writer, None, paths=kept, validation_context=paths.context),
    )
