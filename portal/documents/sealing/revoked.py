"""What the issuers say of certificates at the time of sealing: OCSP (RFC 6960) where there is such an address, else the CRL.

It is kept in the file, because nobody can be asked about it in thirty years.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from asn1crypto import crl, ocsp, pem, x509
from pyhanko_certvalidator.path import ValidationPath

from portal.documents.sealing.errors import StampsAway
from portal.documents.sealing.network import ask
from portal.text import _

KEPT_FOR = timedelta(minutes=30)  # thousands of documents are renewed in a row; the issuers are not asked for each


@dataclass
class Told:
    """What has been told of the certificates asked about."""

    ocsps: list[ocsp.OCSPResponse] = field(default_factory=list)
    crls: list[crl.CertificateList] = field(default_factory=list)


_kept: dict[bytes, tuple[datetime, datetime, ocsp.OCSPResponse | crl.CertificateList]] = {}  # from, until, what was answered


async def told_of(paths: Iterable[ValidationPath], at: datetime) -> Told:
    """What is told of every certificate of the paths but the roots. Raises StampsAway when nothing can be learnt of one."""
    found = Told()
    for certificate, issuer in {pair[0].sha256: pair for path in paths for pair in _pairs(path)}.values():
        answer = await _answer(certificate, issuer, at)
        known = found.ocsps if isinstance(answer, ocsp.OCSPResponse) else found.crls
        if all(answer.dump() != each.dump() for each in known):
            known.append(answer)
    return found


def _pairs(path: ValidationPath) -> Iterator[tuple[x509.Certificate, x509.Certificate]]:
    certificates = list(path.iter_certs(include_root=True))
    return zip(certificates[1:], certificates, strict=False)


async def _answer(
    certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> ocsp.OCSPResponse | crl.CertificateList:
    if known := _kept.get(certificate.sha256):
        since, until, answer = known
        if since <= at < until:
            return answer
    why: StampsAway | None = None
    for address in certificate.ocsp_urls:
        try:
            answer = await _ocsp(address, certificate, issuer)
        except StampsAway as error:
            why = error
        else:
            break
    else:
        answer = await _crl(certificate, why)
    _kept[certificate.sha256] = at, min(at + KEPT_FOR, _next_of(answer) or at), answer
    return answer


def _next_of(answer: ocsp.OCSPResponse | crl.CertificateList) -> datetime | None:
    """When newer word is to be had by; None when the answer does not say."""
    if isinstance(answer, crl.CertificateList):
        found = answer["tbs_cert_list"]["next_update"].native
    else:
        found = answer.response_data["responses"][0]["next_update"].native
    return found if isinstance(found, datetime) else None


async def _ocsp(address: str, certificate: x509.Certificate, issuer: x509.Certificate) -> ocsp.OCSPResponse:
    algorithm = {"algorithm": "sha1"}  # RFC 5019 2.1.1: what every responder knows; it only names the certificate
    identity = {
        "hash_algorithm": algorithm,
        "issuer_name_hash": hashlib.sha1(certificate.issuer.dump(), usedforsecurity=False).digest(),
        "issuer_key_hash": hashlib.sha1(bytes(issuer.public_key["public_key"]), usedforsecurity=False).digest(),
        "serial_number": certificate.serial_number,
    }
    request = ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": identity}]}})
    data = await ask(address, data=request.dump(), kind="application/ocsp-request", accept="application/ocsp-response")
    try:
        answer = ocsp.OCSPResponse.load(data, strict=True)
        if answer["response_status"].native == "successful" and answer.response_data["responses"]:
            return answer
    except (ValueError, TypeError, KeyError) as error:
        raise StampsAway(_("Utfärdarens svar om spärrade certifikat går inte att tolka.")) from error
    raise StampsAway(_("Utfärdaren svarar inte på om certifikatet är spärrat."))


async def _crl(certificate: x509.Certificate, why: StampsAway | None) -> crl.CertificateList:
    for point in certificate.crl_distribution_points:
        if address := point.url:
            try:
                data = await ask(address, accept="application/pkix-crl")
                return crl.CertificateList.load(pem.unarmor(data)[2] if pem.detect(data) else data, strict=True)
            except StampsAway as error:
                why = error
            except (ValueError, TypeError) as error:
                why = StampsAway(_("Utfärdarens lista över spärrade certifikat går inte att tolka."))
                why.__cause__ = error
    raise why or StampsAway(_("Ett certifikat säger inte var man frågar om det är spärrat."))
