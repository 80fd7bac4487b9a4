"""Signed messages and time stamps, made by hand: the right one is taken, and each that lacks or adds something is refused."""

from collections.abc import Callable
from hashlib import sha1, sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from portal.verify.alone.messages import DATA, TST_INFO, BadMessage, Message, open_message
from portal.verify.alone.timestamps import open_stamp
from tests.unit.verify.test_chains import LEAF, MIDDLE, Made

Tamper = Callable[[dict[str, bytes]], None]
HANDED = b"beslutet"


def tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    spelt = size.to_bytes((size.bit_length() + 7) // 8, "big")
    length = bytes([size]) if size < 128 else bytes([0x80 | len(spelt)]) + spelt
    return bytes([tag]) + length + content


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    out = bytes([40 * first + second])
    for arc in rest:
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.append(arc & 0x7F | 0x80)
        out += bytes(reversed(digits))
    return tlv(6, out)


def integer(value: int) -> bytes:
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def attribute(kind: str, *values: bytes) -> bytes:
    return tlv(0x30, oid(kind), tlv(0x31, *values))


SHA_256 = tlv(0x30, oid("2.16.840.1.101.3.4.2.1"))
ECDSA = tlv(0x30, oid("1.2.840.10045.4.3.2"))
CONTENT_TYPE, DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
CERTIFICATE_V1, CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"


def message(content: bytes = HANDED, kind: str = DATA, tamper: Tamper | None = None, by: Made = LEAF) -> bytes:
    """A signed message over ``content``; ``tamper`` changes parts before (or, ``late…``, after) it is signed."""
    raw = by.it.public_bytes(Encoding.DER)
    parts = {
        "type": attribute(CONTENT_TYPE, oid(kind)),
        "digest": attribute(DIGEST, tlv(4, sha256(content).digest())),
        "named": attribute(CERTIFICATE_V2, tlv(0x30, tlv(0x30, tlv(0x30, tlv(4, sha256(raw).digest()))))),
        "extra": b"",
        "hashes": SHA_256,
        "hash": SHA_256,
        "algorithm": ECDSA,
        "version": integer(1 if kind == DATA else 3),
        "signer": tlv(0x30, by.it.issuer.public_bytes(), integer(by.it.serial_number)),
        "certificates": raw,
        "unsigned": b"",
        "inside": b"" if kind == DATA else tlv(0xA0, tlv(4, content)),
        "more signers": b"",
        "kind": oid(kind),
        "outer": oid("1.2.840.113549.1.7.2"),
    }
    if tamper is not None:
        tamper(parts)
    attributes = parts["type"] + parts["digest"] + parts["named"] + parts["extra"]
    parts["signature"] = tlv(4, by.key.sign(tlv(0x31, attributes), ec.ECDSA(SHA256())))
    info = tlv(
        0x30, integer(1), parts["signer"], parts["hash"], tlv(0xA0, attributes), parts["algorithm"], parts["signature"],
        parts["unsigned"],
    )  # fmt: skip
    inner = tlv(0x30, parts["kind"], parts["inside"])
    data = tlv(
        0x30, parts["version"], tlv(0x31, parts["hashes"]), inner, tlv(0xA0, parts["certificates"]),
        tlv(0x31, info, *([info] if parts["more signers"] else [])),
    )  # fmt: skip
    return tlv(0x30, parts["outer"], tlv(0xA0, data))


def opened(tamper: Tamper | None = None, kind: str = DATA, v1: bool = False) -> Message:
    return open_message(message(kind=kind, tamper=tamper), kind, HANDED if kind == DATA else None, v1)


def change(key: str, value: bytes) -> Tamper:
    return lambda parts: parts.update({key: value})


def test_a_right_message_is_taken_with_its_signer_and_certificates() -> None:
    found = opened()
    assert found.content is None and found.signer.raw == LEAF.it.public_bytes(Encoding.DER)
    assert opened(kind=TST_INFO).content == HANDED
    both = opened(change("certificates", b"".join(each.it.public_bytes(Encoding.DER) for each in (MIDDLE, LEAF))))
    assert [each.name for each in both.certificates] == ["Mellan", "Åkersbro kommun"]
    assert open_message(message() + bytes(50), DATA, HANDED).signer.name == "Åkersbro kommun"
    with pytest.raises(BadMessage):
        open_message(message() + b"\x01", DATA, HANDED)


BAD: dict[str, Tamper] = {
    "another content was signed": change("digest", attribute(DIGEST, tlv(4, sha256(b"annat").digest()))),
    "no content was signed": change("digest", b""),
    "two contents were signed": change("digest", attribute(DIGEST, *[tlv(4, sha256(HANDED).digest())] * 2)),
    "the content stands twice": change("extra", attribute(DIGEST, tlv(4, sha256(HANDED).digest()))),
    "another kind was signed": change("type", attribute(CONTENT_TYPE, oid(TST_INFO))),
    "the kind was not signed": change("type", b""),
    "the certificate was not signed": change("named", b""),
    "another certificate was signed": change(
        "named", attribute(CERTIFICATE_V2, tlv(0x30, tlv(0x30, tlv(0x30, tlv(4, sha256(b"annan").digest())))))
    ),
    "no certificate was named": change("named", attribute(CERTIFICATE_V2, tlv(0x30, tlv(0x30)))),
    "two signers": change("more signers", b"ja"),
    "an unsigned word": change("unsigned", tlv(0xA1, attribute("1.2.3.4", integer(1)))),
    "another hash in the list": change("hashes", tlv(0x30, oid("2.16.840.1.101.3.4.2.2"))),
    "a weak hash": change("hash", tlv(0x30, oid("1.3.14.3.2.26"))),
    "another version": change("version", integer(3)),
    "another algorithm": change("algorithm", tlv(0x30, oid("1.2.840.10045.4.3.3"))),
    "protected as another algorithm": change(
        "extra", attribute("1.2.840.113549.1.9.52", tlv(0x30, SHA_256, tlv(0xA1, oid("1.2.840.10045.4.3.4"))))
    ),
    "another signer": change("signer", tlv(0x30, LEAF.it.issuer.public_bytes(), integer(7))),
    "no certificate": change("certificates", b""),
    "only another certificate": change("certificates", MIDDLE.it.public_bytes(Encoding.DER)),
    "the content inside too": change("inside", tlv(0xA0, tlv(4, HANDED))),
    "data of another kind": change("kind", oid(TST_INFO)),
    "not signed data": change("outer", oid("1.2.840.113549.1.7.1")),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_message_that_lacks_or_adds_something_is_refused(name: str) -> None:
    with pytest.raises(BadMessage):
        opened(BAD[name])


def test_an_algorithm_that_is_protected_as_it_is_and_the_older_name_of_a_stamps_certificate_are_taken() -> None:
    right = tlv(0xA1, oid("1.2.840.10045.4.3.2"))
    assert opened(change("extra", attribute("1.2.840.113549.1.9.52", tlv(0x30, SHA_256, right))))
    raw = LEAF.it.public_bytes(Encoding.DER)
    older = tlv(4, sha1(raw, usedforsecurity=False).digest())
    named = change("named", attribute(CERTIFICATE_V1, tlv(0x30, tlv(0x30, tlv(0x30, older)))))
    assert opened(named, TST_INFO, v1=True)
    with pytest.raises(BadMessage):
        opened(named)


def stamp(imprint: bytes = HANDED, time: bytes = b"20261123120000Z", version: int = 1, extra: bytes = b"") -> bytes:
    hashed = tlv(0x30, SHA_256, tlv(4, sha256(imprint).digest()))
    info = tlv(0x30, integer(version), oid("1.2.3"), hashed, integer(1), tlv(0x18, time), extra)
    return message(info, TST_INFO)


def test_a_time_stamp_says_when_and_of_what() -> None:
    found = open_stamp(stamp(time=b"20261123120000.25Z", extra=tlv(0x30, integer(1)) + integer(99)), HANDED)
    assert found.at.isoformat() == "2026-11-23T12:00:00.250000+00:00"
    critical = tlv(0x30, oid("1.2.3"), tlv(1, b"\xff"), tlv(4, b""))
    for wrong in (
        stamp(b"annat"),
        stamp(version=2),
        stamp(time=b"20261323120000Z"),
        stamp(extra=tlv(0xA1, critical)),
        stamp(extra=tlv(4, b"")),
        message(HANDED),
    ):
        with pytest.raises(BadMessage):
            open_stamp(wrong, HANDED)
