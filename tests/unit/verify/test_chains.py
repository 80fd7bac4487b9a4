"""Chains of certificates and what is told of revoked ones: made with ``cryptography``, judged by own code."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from portal.verify.alone import der
from portal.verify.alone.certificates import Certificate, certificate
from portal.verify.alone.paths import Trust, Untrusted
from portal.verify.alone.revocation import sources

FIRST, LAST, THEN = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Made:
    """A certificate with its key."""

    it: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def own(self) -> Certificate:
        return certificate(self.it.public_bytes(Encoding.DER))


@cache
def _key(name: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False)


def made(
    common: str,
    issuer: Made | None = None,
    *,
    ca: bool = False,
    length: int | None = None,
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
    first: datetime = FIRST,
    last: datetime = LAST,
    usage: x509.KeyUsage | None = None,
    constraints: bool = True,
) -> Made:
    key = _key(common)
    builder = x509.CertificateBuilder(
        _name(issuer.it.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value if issuer else common),  # type: ignore[arg-type]
        _name(common),
        key.public_key(),
        x509.random_serial_number(),
        first,
        last,
    )
    if constraints:
        builder = builder.add_extension(x509.BasicConstraints(ca, length if ca else None), critical=True)
    builder = builder.add_extension(usage or _usage(ca=ca), critical=True)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    return Made(builder.sign(issuer.key if issuer else key, SHA256()), key)


ROOT = made("Rot", ca=True)
MIDDLE = made("Mellan", ROOT, ca=True, length=0)
LEAF = made("Åkersbro kommun", MIDDLE)


def trust(
    *others: Made, anchors: Sequence[Made] = (ROOT,), lists: Sequence[bytes] = (), answers: Sequence[bytes] = ()
) -> Trust:
    held = [each.own for each in (*others, *anchors)]
    return Trust(frozenset(each.own.fingerprint for each in anchors), held, sources(lists, answers))


def test_a_chain_leads_to_the_anchor_and_a_certificate_that_is_one_needs_no_other() -> None:
    found = trust(MIDDLE).chain(LEAF.own, THEN)
    assert [each.name for each in found] == ["Åkersbro kommun", "Mellan", "Rot"]
    alone = made("TEST Åkersbro kommun")
    assert len(trust(anchors=[alone]).chain(alone.own, THEN)) == 1


def _chains_that_do_not_hold() -> dict[str, tuple[Trust, Made, datetime]]:
    not_ca = made("Inte utfärdare", ROOT)
    no_constraints = made("Utan ord om utfärdande", ROOT, ca=True, constraints=False)
    no_right = made("Utan rätt att utfärda", ROOT, ca=True, usage=_usage(ca=False))
    other_root = made("Annan rot", ca=True)
    double = made("Ännu en mellan", MIDDLE, ca=True)
    limited = x509.NameConstraints([x509.DNSName("example")], None)
    narrow = made("Begränsad", ROOT, ca=True, extra=[(limited, True)])
    forged = Made(made("Mellan", other_root, ca=True).it, _key("Mellan"))
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
    ended = made("Slut", MIDDLE, last=datetime(2026, 1, 1, tzinfo=UTC))
    early = made("Mellan tidig", ROOT, ca=True, last=datetime(2026, 1, 1, tzinfo=UTC))
    return {
        "the one between is missing": (trust(), LEAF, THEN),
        "another anchor": (trust(MIDDLE, ROOT, anchors=[other_root]), LEAF, THEN),
        "no certificate is an anchor": (replace(trust(MIDDLE), anchors=frozenset()), LEAF, THEN),
        "ended": (trust(MIDDLE), ended, THEN),
        "not begun": (trust(MIDDLE), LEAF, FIRST - DAY),
        "the one between ended": (trust(early), made("Under tidig", early), THEN),
        "not an authority": (trust(not_ca), made("Under", not_ca), THEN),
        "says nothing of being one": (trust(no_constraints), made("Under", no_constraints), THEN),
        "may not sign certificates": (trust(no_right), made("Under", no_right), THEN),
        "too long": (trust(MIDDLE, double), made("Under", double), THEN),
        "names that cannot be tried": (trust(narrow), made("Under", narrow), THEN),
        "something critical unknown": (trust(MIDDLE), made("Okänd", MIDDLE, extra=[(unknown, True)]), THEN),
        "a namesake issued it": (trust(forged, anchors=[ROOT]), LEAF, THEN),
    }


def test_a_chain_that_does_not_hold_is_refused() -> None:
    for name, (tried, leaf, at) in _chains_that_do_not_hold().items():
        try:
            pytest.fail(f"{name}: {[each.name for each in tried.chain(leaf.own, at)]}")
        except Untrusted as error:
            assert str(error)


def crl(
    issuer: Made, *revoked: tuple[Made, datetime], scope: x509.IssuingDistributionPoint | None = None, until: datetime = LAST
) -> bytes:
    builder = x509.CertificateRevocationListBuilder(issuer.it.subject, FIRST, until)
    for each, when in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(each.it.serial_number).revocation_date(when)
        builder = builder.add_revoked_certificate(entry.build())
    if scope is not None:
        builder = builder.add_extension(scope, critical=True)
    return builder.sign(issuer.key, SHA256()).public_bytes(Encoding.DER)


def answered(issuer: Made, subject: Made, when: datetime | None, signer: Made | None = None, until: datetime = LAST) -> bytes:
    status = ocsp.OCSPCertStatus.REVOKED if when else ocsp.OCSPCertStatus.GOOD
    reason = x509.ReasonFlags.key_compromise if when else None
    builder = ocsp.OCSPResponseBuilder().add_response(subject.it, issuer.it, SHA1(), status, FIRST, until, when, reason)  # noqa: S303
    by = signer or issuer
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.it)
    if signer is not None:
        builder = builder.certificates([signer.it])
    return builder.sign(by.key, SHA256()).public_bytes(Encoding.DER)


def _responder(issuer: Made, **more: Any) -> Made:
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    return made("Svarar", issuer, extra=[(purpose, False), *more.pop("extra", [])], **more)


def test_what_was_revoked_before_the_proven_time_is_refused_and_what_was_revoked_later_is_not() -> None:
    for told in (
        {"lists": [crl(MIDDLE, (LEAF, THEN - DAY))]},
        {"answers": [answered(MIDDLE, LEAF, THEN - DAY)]},
        {"answers": [answered(MIDDLE, LEAF, THEN - DAY, _responder(MIDDLE))]},
        {"lists": [crl(ROOT, (MIDDLE, THEN - DAY))]},
        {"lists": [crl(MIDDLE), crl(MIDDLE, (LEAF, THEN - DAY))]},
    ):
        tried = trust(MIDDLE, **told)  # type: ignore[arg-type]
        with pytest.raises(Untrusted, match="återkallat"):
            tried.chain(LEAF.own, THEN)
        assert tried.chain(LEAF.own, THEN - 2 * DAY)


def _damaged(told: bytes) -> bytes:
    """With another signature."""
    return told[:-1] + bytes([told[-1] ^ 1])


def test_only_the_issuer_and_whom_it_lets_answer_are_believed() -> None:
    other = made("Mellan", ca=True)  # a namesake with the same key would be the issuer; this one is its own
    stranger = Made(other.it, ec.generate_private_key(ec.SECP256R1()))
    for told in (
        {"lists": [crl(stranger, (LEAF, THEN - DAY))]},
        {"answers": [_damaged(answered(MIDDLE, LEAF, THEN - DAY))]},
        {"answers": [answered(MIDDLE, LEAF, THEN - DAY, made("Svarar ej", MIDDLE))]},
        {"answers": [answered(MIDDLE, LEAF, THEN - DAY, _responder(ROOT))]},
        {"answers": [answered(MIDDLE, made("Någon annan", MIDDLE), THEN - DAY)]},
        {"lists": [b"", b"0", b"\x30\x00"], "answers": [b"\x30\x03\x0a\x01\x06"]},
    ):
        tried = trust(MIDDLE, **told)  # type: ignore[arg-type]
        assert tried.unanswered(tried.chain(LEAF.own, THEN), THEN) is not None


def test_every_certificate_but_the_anchor_must_be_told_of_for_that_time() -> None:
    told = trust(MIDDLE, lists=[crl(MIDDLE), crl(ROOT)])
    assert told.unanswered(told.chain(LEAF.own, THEN), THEN) is None
    half = trust(MIDDLE, lists=[crl(MIDDLE)])
    assert half.unanswered(half.chain(LEAF.own, THEN), THEN) == MIDDLE.own
    stale = trust(MIDDLE, lists=[crl(MIDDLE, until=THEN - DAY), crl(ROOT)])
    assert stale.unanswered(stale.chain(LEAF.own, THEN), THEN) == LEAF.own
    good = trust(MIDDLE, lists=[crl(ROOT)], answers=[answered(MIDDLE, LEAF, None, _responder(MIDDLE))])
    assert good.unanswered(good.chain(LEAF.own, THEN), THEN) is None


def test_a_list_of_some_certificates_speaks_for_those_alone() -> None:
    place = x509.UniformResourceIdentifier("http://lista.example/1.crl")
    points = x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)])
    subject = made("Med lista", MIDDLE, extra=[(points, False)])

    def scope(address: str | None = None, **more: Any) -> x509.IssuingDistributionPoint:
        names = [x509.UniformResourceIdentifier(address)] if address else None
        plain: dict[str, Any] = dict.fromkeys(
            ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl", "only_contains_attribute_certs"), False
        )
        return x509.IssuingDistributionPoint(full_name=names, relative_name=None, only_some_reasons=None, **{**plain, **more})

    def speaks(of: x509.IssuingDistributionPoint) -> bool:
        tried = trust(MIDDLE, lists=[crl(ROOT), crl(MIDDLE, scope=of)])
        return tried.unanswered(tried.chain(subject.own, THEN), THEN) is None

    assert speaks(scope("http://lista.example/1.crl"))
    assert speaks(scope(only_contains_user_certs=True))
    assert not speaks(scope("http://lista.example/2.crl"))
    assert not speaks(scope(only_contains_ca_certs=True))
    assert not speaks(scope(only_contains_attribute_certs=True))
    assert not speaks(scope("http://lista.example/1.crl", indirect_crl=True))


def test_certificates_of_other_versions_and_with_doubled_extensions_are_none() -> None:
    raw = LEAF.it.public_bytes(Encoding.DER)
    version = bytes.fromhex("a003020102")
    assert version in raw
    for wrong in (raw.replace(version, bytes.fromhex("a003020101")), raw + b"\0", raw[:-1], b""):
        with pytest.raises(der.NotDer):
            certificate(wrong)
    usage, constraints = bytes.fromhex("0603551d0f"), bytes.fromhex("0603551d13")
    with pytest.raises(der.NotDer):
        certificate(raw.replace(usage, constraints))


def test_a_thicket_of_certificates_that_all_name_each_other_is_given_up_on() -> None:
    thicket = [made("Mellan", made("Mellan", ca=True), ca=True) for _ in range(40)]
    with pytest.raises(Untrusted):
        trust(*thicket, anchors=[made("Annan rot", ca=True)]).chain(LEAF.own, THEN)
