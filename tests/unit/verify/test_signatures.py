"""Signatures verified by own arithmetic: published answers, agreement with ``cryptography``, and forgeries refused."""

import hashlib
import secrets
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from cryptography.hazmat.primitives.asymmetric import ed25519 as reference
from cryptography.hazmat.primitives.asymmetric import rsa as reference_rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from portal.verify.alone import der, ed25519, elliptic, keys, rsa

CURVES = ((elliptic.P256, ec.SECP256R1()), (elliptic.P384, ec.SECP384R1()), (elliptic.P521, ec.SECP521R1()))

# RFC 8032, 7.1: public key, message, signature.
ED25519 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
)

# RFC 6979, A.2.5 to A.2.7, message "sample": curve, hash, public point, r, s.
ECDSA = (
    (
        elliptic.P256,
        "sha256",
        0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
        0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    ),
    (
        elliptic.P256,
        "sha512",
        0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
        0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
        0x8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F00,
        0x2362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FE,
    ),
    (
        elliptic.P384,
        "sha384",
        0xEC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13,
        0x8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720,
        0x94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46,
        0x99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8,
    ),
    (
        elliptic.P521,
        "sha512",
        0x01894550D0785932E00EAA23B694F213F8C3121F86DC97A04E5A7167DB4E5BCD371123D46E45DB6B5D5370A7F20FB633155D38FFA16D2BD761DCAC474B9A2F5023A4,
        0x00493101C962CD4D2FDDF782285E64584139C2F91B47F87FF82354D6630F746A28A0DB25741B5B34A828008B22ACC23F924FAAFBD4D33F81EA66956DFEAA2BFDFCF5,
        0x00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E377FA,
        0x00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A,
    ),
)


def test_the_published_answers_of_ed25519_hold() -> None:
    for public, message, signature in ED25519:
        assert ed25519.verifies(bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message))
        assert not ed25519.verifies(bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message) + b"\0")


def test_the_published_answers_of_ecdsa_hold() -> None:
    for curve, name, x, y, r, s in ECDSA:
        digest = hashlib.new(name, b"sample").digest()
        assert elliptic.verifies(curve, (x, y), utils.encode_dss_signature(r, s), digest)
        assert not elliptic.verifies(curve, (x, y), utils.encode_dss_signature(r, s), hashlib.new(name, b"simple").digest())


def test_ecdsa_agrees_with_the_reference_also_for_the_smallest_and_largest_keys() -> None:
    for curve, kind in CURVES:
        private = [1, 2, 3, curve.n - 1, *(secrets.randbelow(curve.n - 4) + 4 for _ in range(4))]
        for number in private:
            key = ec.derive_private_key(number, kind)
            point = key.public_key().public_numbers()
            message = secrets.token_bytes(40)
            signature = key.sign(message, ec.ECDSA(hashes.SHA384()))
            digest = hashlib.sha384(message).digest()
            assert elliptic.verifies(curve, (point.x, point.y), signature, digest)
            assert not elliptic.verifies(curve, (point.x, point.y), signature, hashlib.sha384(message + b".").digest())
            other = ec.generate_private_key(kind).public_key().public_numbers()
            assert not elliptic.verifies(curve, (other.x, other.y), signature, digest)
            for form in (PublicFormat.CompressedPoint, PublicFormat.UncompressedPoint):
                assert curve.decode(key.public_key().public_bytes(Encoding.X962, form)) == (point.x, point.y)


def _spellings(curve: elliptic.Curve, signature: bytes) -> Iterator[bytes]:
    """The numbers of a signature that holds, or of one that does not, in every spelling but the right one."""
    r, s = utils.decode_dss_signature(signature)
    n = curve.n
    for pair in ((0, s), (r, 0), (n, s), (r, n), (r + n, s), (r, s + n), (-r, s), (r, -s), (r - n, s), (0, 0), (1, 1), (s, r)):
        yield _signature(*pair)
    yield signature + b"\0"
    yield signature[:-1]
    yield b"\x30\x80" + der.parse(signature).content + b"\0\0"
    padded = b"".join(_integer(b"\0" + each.content) for each in der.parse(signature).children())
    yield bytes([0x30, len(padded)]) + padded if len(padded) < 128 else b""
    yield b"\x31" + signature[1:]
    yield b""
    yield b"\x30\x00"


def _integer(content: bytes) -> bytes:
    return bytes([2, len(content)]) + content


def _signature(r: int, s: int) -> bytes:
    content = b"".join(_integer(each.to_bytes(each.bit_length() // 8 + 1, "big", signed=True)) for each in (r, s))
    length = bytes([len(content)]) if len(content) < 128 else bytes([0x81, len(content)])
    return b"\x30" + length + content


def test_numbers_out_of_range_and_other_spellings_of_a_signature_are_refused() -> None:
    for curve, kind in CURVES:
        key = ec.generate_private_key(kind)
        public = key.public_key().public_numbers()
        digest = hashlib.sha256(b"beslut").digest()
        signature = key.sign(b"beslut", ec.ECDSA(hashes.SHA256()))
        r, s = utils.decode_dss_signature(signature)
        assert elliptic.verifies(curve, (public.x, public.y), _signature(r, s), digest)
        assert elliptic.verifies(curve, (public.x, public.y), _signature(r, curve.n - s), digest)
        for wrong in _spellings(curve, signature):
            assert not elliptic.verifies(curve, (public.x, public.y), wrong, digest), wrong.hex()


def test_points_off_the_curve_and_at_infinity_are_no_keys() -> None:
    for curve, _kind in CURVES:
        x, y = curve.g
        size = curve.size
        good = b"\x04" + x.to_bytes(size, "big") + y.to_bytes(size, "big")
        assert curve.decode(good) == curve.g
        off = b"\x04" + x.to_bytes(size, "big") + (y ^ 1).to_bytes(size, "big")
        for wrong in (
            off,
            b"\0",
            b"",
            good[:-1],
            good + b"\0",
            b"\x04" + bytes(2 * size),
            b"\x05" + good[1:],
            b"\x02" + b"\xff" * size,
        ):
            assert curve.decode(wrong) is None
        signature = _signature(1, 1)
        assert not elliptic.verifies(curve, (x, y ^ 1), signature, b"\0" * 32)


def test_ed25519_agrees_with_the_reference_and_takes_one_spelling_of_a_signature_only() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    for _ in range(8):
        key, message = reference.Ed25519PrivateKey.generate(), secrets.token_bytes(60)
        public, signature = key.public_key().public_bytes_raw(), key.sign(message)
        assert ed25519.verifies(public, signature, message)
        assert not ed25519.verifies(public, signature, message[:-1])
        s = int.from_bytes(signature[32:], "little")
        assert not ed25519.verifies(public, signature[:32] + (s + order).to_bytes(32, "little"), message)
        assert not ed25519.verifies(public, signature[:32] + bytes(32), message)
        assert not ed25519.verifies(public, signature + b"\0", message)
        assert not ed25519.verifies(public[:31], signature, message)
        flipped = bytearray(signature)
        flipped[5] ^= 4
        assert not ed25519.verifies(public, bytes(flipped), message)
    too_large = (2**255 - 19 + 1).to_bytes(32, "little")  # the neutral element, spelt beyond the field
    assert not ed25519.verifies(too_large, too_large + bytes(32), b"")
    minus_zero = (1 | 1 << 255).to_bytes(32, "little")
    assert not ed25519.verifies(minus_zero, minus_zero + bytes(32), b"")


@pytest.fixture(scope="module")
def rsa_key() -> reference_rsa.RSAPrivateKey:
    return reference_rsa.generate_private_key(65537, 2048)


def test_rsa_agrees_with_the_reference_in_both_paddings(rsa_key: reference_rsa.RSAPrivateKey) -> None:
    odd = reference_rsa.generate_private_key(3, 2055)  # no whole number of bytes
    for key in (rsa_key, odd):
        n, e = key.public_key().public_numbers().n, key.public_key().public_numbers().e
        for name, kind in (("sha256", hashes.SHA256()), ("sha384", hashes.SHA384()), ("sha512", hashes.SHA512())):
            digest, other = hashlib.new(name, b"beslut").digest(), hashlib.new(name, b"annat").digest()
            signature = key.sign(b"beslut", padding.PKCS1v15(), kind)
            assert rsa.verifies_pkcs1(n, e, signature, digest, name)
            assert not rsa.verifies_pkcs1(n, e, signature, other, name)
            assert not rsa.verifies_pss(n, e, signature, digest, name, 32)
            for salt in (0, 20, len(digest), padding.PSS.MAX_LENGTH):
                signature = key.sign(b"beslut", padding.PSS(padding.MGF1(kind), salt), kind)
                size = (n.bit_length() + 6) // 8 - len(digest) - 2 if not isinstance(salt, int) else salt
                assert rsa.verifies_pss(n, e, signature, digest, name, size)
                assert not rsa.verifies_pss(n, e, signature, other, name, size)
                assert not rsa.verifies_pss(n, e, signature, digest, name, size + 1)
                assert not rsa.verifies_pkcs1(n, e, signature, digest, name)


def test_forged_paddings_of_rsa_are_refused(rsa_key: reference_rsa.RSAPrivateKey) -> None:
    numbers = rsa_key.private_numbers()
    n, e, size = numbers.public_numbers.n, numbers.public_numbers.e, 256
    digest = hashlib.sha256(b"beslut").digest()
    info = bytes.fromhex("3031300d060960864801650304020105000420") + digest
    without_null = bytes.fromhex("302f300b0609608648016503040201") + b"\x04\x20" + digest
    good = b"\0\x01" + b"\xff" * (size - len(info) - 3) + b"\0" + info

    def made(encoded: bytes) -> bytes:
        return pow(int.from_bytes(encoded, "big"), numbers.d, n).to_bytes(size, "big")

    assert rsa.verifies_pkcs1(n, e, made(good), digest, "sha256")
    for forged in (
        b"\0\x01" + b"\xff" * 8 + b"\0" + info + bytes(size - len(info) - 11),  # Bleichenbacher's of 2006
        b"\0\x01" + b"\xff" * (size - len(without_null) - 3) + b"\0" + without_null,
        b"\0\x02" + good[2:],
        good[:10] + b"\0" + good[11:],
        b"\0\x01" + b"\xff" * (size - 35) + b"\0" + digest,
    ):
        assert not rsa.verifies_pkcs1(n, e, made(forged), digest, "sha256")
    signature = made(good)
    too_large = int.from_bytes(signature, "big") + n
    assert not rsa.verifies_pkcs1(n, e, too_large.to_bytes(size + 1, "big"), digest, "sha256")
    assert not rsa.verifies_pkcs1(n, e, b"\0" + signature, digest, "sha256")
    assert not rsa.verifies_pkcs1(n, 1, good, digest, "sha256")  # an exponent that signs nothing
    assert not rsa.usable(n >> 1100 | 1, 65537)


def test_a_key_names_its_kind_and_a_signature_of_another_kind_is_refused(rsa_key: reference_rsa.RSAPrivateKey) -> None:
    elliptic_key, edwards_key = ec.generate_private_key(ec.SECP256R1()), reference.Ed25519PrivateKey.generate()
    infos = [
        each.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for each in (rsa_key, elliptic_key, edwards_key)
    ]
    found = [keys.public_key(der.parse(info)) for info in infos]
    ecdsa = keys.algorithm(der.parse(bytes.fromhex("300a06082a8648ce3d040302")))
    with_null = keys.algorithm(der.parse(bytes.fromhex("300c06082a8648ce3d0403020500")))
    pkcs1 = keys.algorithm(der.parse(bytes.fromhex("300d06092a864886f70d01010b0500")))
    edwards = keys.algorithm(der.parse(bytes.fromhex("300506032b6570")))
    sha1 = keys.algorithm(der.parse(bytes.fromhex("300d06092a864886f70d0101050500")))
    signatures = [
        rsa_key.sign(b"x", padding.PKCS1v15(), hashes.SHA256()),
        elliptic_key.sign(b"x", ec.ECDSA(hashes.SHA256())),
        edwards_key.sign(b"x"),
    ]
    for key, right in zip(found, (pkcs1, ecdsa, edwards), strict=True):
        held = [
            key.verifies(each, signature, b"x") for each in (pkcs1, ecdsa, edwards, sha1, with_null) for signature in signatures
        ]
        assert held.count(True) == 1
        assert any(key.verifies(right, signature, b"x") for signature in signatures)
    assert not found[1].verifies(ecdsa, signatures[1], b"x", "sha384")
    weak = reference_rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505
    with pytest.raises(der.NotDer):
        keys.public_key(der.parse(weak.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)))
