"""PAdES with pyHanko (ETSI EN 319 142-1): the seal, and document time-stamps over it. Imported when something is sealed."""

import logging
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import _ensure_esic_ext
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.clock import local_date
from portal.documents.sealing import proving
from portal.documents.sealing.errors import SealError, TooLate
from portal.documents.sealing.keys import SealKey
from portal.documents.sealing.paths import Paths, root_in
from portal.documents.sealing.revoked import told_of
from portal.documents.sealing.service import Service
from portal.documents.sealing.stamps import TimeStamps
from portal.documents.sealing.writing import Sealed
from portal.text import _

# It tells of every certificate that has ended, with a traceback, on the way to finding that the seal holds nevertheless.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

FIELD = "Sigill"
STAMP_FIELD = "Tidsstampel-{}"
_INVISIBLE = fields.InvisSigSettings(box_out_of_bounds=True)
# A stamp holds as long as its certificate, but nobody can be asked in many years whether that was revoked: so once a year.
LONGEST = timedelta(days=455)
_SPARE = 2 * 1024  # how much larger than the one before it a service's next stamp may be


class _Signer(signers.Signer):
    """Signs with a key that has been read and checked once, which for RSA is most of the time it takes."""

    def __init__(self, key: SealKey) -> None:
        chain = [x509.Certificate.load(each) for each in key.chain]
        store = SimpleCertificateStore.from_certs(chain)
        super().__init__(
            signing_cert=x509.Certificate.load(key.certificate), cert_registry=store, prefer_pss=False, embed_roots=True
        )
        self._private = key.private

    async def async_sign_raw(self, data: bytes, _digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature over ``data``, with SHA-256. ``dry_run`` asks for its length only."""
        if isinstance(self._private, ec.EllipticCurvePrivateKey):
            longest = 2 * (self._private.key_size // 8) + 16  # DER of two integers
            return bytes(longest) if dry_run else self._private.sign(data, ec.ECDSA(SHA256()))
        return bytes(self._private.key_size // 8) if dry_run else self._private.sign(data, padding.PKCS1v15(), SHA256())


class _PdfSigner(signers.PdfSigner):
    """Signs at a given instant, and leaves the file at PDF 1.7, which PDF/A-2 is made of (ISO 19005-2)."""

    def __init__(self, key: SealKey, at: datetime, service: Service | None) -> None:
        seal = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        )
        spec = fields.SigFieldSpec(FIELD, readable_field_name="Sigill", invis_sig_settings=_INVISIBLE)
        super().__init__(seal, _Signer(key), timestamper=service, new_field_spec=spec)
        self._at = at

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._at
        return session

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:
        _ensure_esic_ext(pdf_out)


async def sealed(pdf: bytes, key: SealKey, at: datetime) -> Sealed:
    """The file with the seal on it, B-B, verified. Raises SealError."""
    data = await _signed(pdf, key, at, None)
    await proving.require_sealed(data, key.root, at)
    return Sealed(data, "B-B", None)


async def sealed_with_stamps(pdf: bytes, key: SealKey, at: datetime, stamps: TimeStamps) -> Sealed:
    """The file with the seal and a signature time-stamp, and over them a document time-stamp: B-LTA, verified."""
    return await stamped(await _signed(pdf, key, at, _service(stamps.address)), stamps, at)


async def _signed(pdf: bytes, key: SealKey, at: datetime, service: Service | None) -> bytes:
    reserved = _SPARE + sum(len(each) for each in (key.certificate, *key.chain))
    if service is not None:
        reserved += len((await service.async_dummy_response("sha256")).dump()) + _SPARE
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=True)
        output = await _PdfSigner(key, at, service).async_sign_pdf(writer, bytes_reserved=2 * reserved)
        data: bytes = output.getvalue()
    except (PdfError, SigningError, ValueError) as error:
        raise SealError(_("Handlingen kan inte förseglas.")) from error
    return _continued(pdf, data)


def _continued(before: bytes, after: bytes) -> bytes:
    """What has been added to. Raises SealError unless all that was there stands first."""
    if not after.startswith(before) or len(after) == len(before):
        raise SealError(_("Förseglingen ändrade handlingen."))
    return after


_services: dict[str, Service] = {}


def _service(address: str) -> Service:
    """One for each address: it remembers what a stamp of the service looks like, and need not ask for one to try with."""
    return _services.setdefault(address, Service(address))


async def stamped(pdf: bytes, stamps: TimeStamps, at: datetime) -> Sealed:
    """A sealed file followed by what is told of its certificates and by a document time-stamp. Raises SealError."""
    try:
        return await _stamped(pdf, stamps, at)
    except SealError:
        _services.pop(stamps.address, None)  # what it remembers may be of a certificate that the service has left
        raise
    except (PathError, ValidationError, SignatureValidationError) as error:
        _services.pop(stamps.address, None)
        raise SealError(_("Tidsstämpeln eller ett certifikat i kedjan godtas inte.")) from error
    except (PdfError, SigningError, ValueError) as error:
        raise SealError(_("Handlingen kan inte tidsstämplas.")) from error


async def _stamped(pdf: bytes, stamps: TimeStamps, at: datetime) -> Sealed:
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    if len(reader.embedded_regular_signatures) != 1:
        raise SealError(_("Handlingen har inte ett sigill."))
    seal, earlier = reader.embedded_regular_signatures[0], reader.embedded_timestamp_signatures
    if not earlier and seal.signer_cert.not_valid_after < at:
        ended = local_date(seal.signer_cert.not_valid_after)
        raise TooLate(_("Sigillets certifikat gick ut %(date)s, innan handlingen hann tidsstämplas.", date=ended))
    service = _service(stamps.address)
    example = await service.async_dummy_response("sha256")
    roots = (root_in(seal.signed_data), *stamps.roots)
    # What a document time-stamp covers needs no more proof than it has; the newest stamp does, before the next covers it.
    over = [earlier[-1].signed_data] if earlier else list(extract_tst_data_iter(seal.signer_info, signed=False))
    signed = [(each, True) for each in (example["content"], *over)] + ([] if earlier else [(seal.signed_data, False)])
    paths = Paths(roots, [each for each, _stamp in signed], at)
    told = await told_of([await paths.of(each, stamp=stamp) for each, stamp in signed], at)
    proven = Paths(roots, [each for each, _stamp in signed], at, told)
    kept = [await proven.of(each, stamp=stamp) for each, stamp in signed]
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=True)
    DocumentSecurityStore.supply_dss_in_writer(writer, None, paths=kept, validation_context=proven.context)
    stamper = signers.PdfTimeStamper(
        service, STAMP_FIELD.format(len(earlier) + 1), invis_settings=_INVISIBLE, readable_field_name="Tidsstämpel"
    )
    reserved = 2 * (len(example.dump()) + _SPARE)
    output = await stamper.async_timestamp_pdf(writer, "sha256", bytes_reserved=reserved, output=BytesIO())
    data = _continued(pdf, output.getvalue())
    await proving.require_lasting(data, roots[0], stamps.roots, at)
    return Sealed(data, "B-LTA", _renew_by(kept[0], at))


def _renew_by(path: ValidationPath, at: datetime) -> date:
    """When the first certificate of the newest stamp's path ends, its root aside; a year and a quarter away at most."""
    ends = min(certificate.not_valid_after for certificate in path.iter_certs(include_root=False))
    return local_date(min(ends, at + LONGEST))
