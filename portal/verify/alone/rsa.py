"""RSA signatures (RFC 8017): RSASSA-PKCS1-v1_5 and RSASSA-PSS, verification alone."""

from __future__ import annotations

import hashlib

SMALLEST, LARGEST = 2048, 8192  # bits of the modulus: below is breakable, above only slow
_MOST_EXPONENT = 1 << 64

# The DER of a DigestInfo up to its hash (RFC 8017, 9.2 note 1).
_PREFIXES = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


def usable(modulus: int, exponent: int) -> bool:
    """Whether this is a key to be trusted with a signature at all."""
    sound = SMALLEST <= modulus.bit_length() <= LARGEST and modulus % 2 == 1
    return sound and 3 <= exponent < _MOST_EXPONENT and exponent % 2 == 1


def _opened(modulus: int, exponent: int, signature: bytes) -> int | None:
    """The number that was signed; None when the signature is not one for this key."""
    number = int.from_bytes(signature, "big")
    if not usable(modulus, exponent) or len(signature) != (modulus.bit_length() + 7) // 8 or number >= modulus:
        return None
    return pow(number, exponent, modulus)


def verifies_pkcs1(modulus: int, exponent: int, signature: bytes, digest: bytes, hash_name: str) -> bool:
    """Whether the signature is over ``digest``; the padding is made anew and compared, never parsed."""
    opened = _opened(modulus, exponent, signature)
    if opened is None or hash_name not in _PREFIXES or len(digest) != hashlib.new(hash_name).digest_size:
        return False
    size = (modulus.bit_length() + 7) // 8
    tail = _PREFIXES[hash_name] + digest
    return opened.to_bytes(size, "big") == b"\x00\x01" + b"\xff" * (size - len(tail) - 3) + b"\x00" + tail


def _mask(seed: bytes, size: int, hash_name: str) -> bytes:
    """MGF1 (B.2.1)."""
    blocks = -(-size // hashlib.new(hash_name).digest_size)
    return b"".join(hashlib.new(hash_name, seed + count.to_bytes(4, "big")).digest() for count in range(blocks))[:size]


def verifies_pss(modulus: int, exponent: int, signature: bytes, digest: bytes, hash_name: str, salt_size: int) -> bool:
    """EMSA-PSS-VERIFY (9.1.2) with MGF1 over the same hash."""
    opened = _opened(modulus, exponent, signature)
    bits = modulus.bit_length() - 1
    size, hash_size = (bits + 7) // 8, len(digest)
    if opened is None or opened.bit_length() > bits or not 0 <= salt_size <= size - hash_size - 2:
        return False
    encoded = opened.to_bytes(size, "big")
    masked, sealed, tail = encoded[: size - hash_size - 1], encoded[size - hash_size - 1 : -1], encoded[-1]
    free = (1 << bits - 8 * (size - 1)) - 1 if bits % 8 else 255
    if tail != 0xBC or masked[0] & ~free & 255 or hash_size != hashlib.new(hash_name).digest_size:
        return False
    opened_block = int.from_bytes(masked, "big") ^ int.from_bytes(_mask(sealed, len(masked), hash_name), "big")
    block = opened_block.to_bytes(len(masked), "big")
    block = bytes([block[0] & free]) + block[1:]
    salt = block[len(block) - salt_size :] if salt_size else b""
    padding = b"\0" * (len(block) - salt_size - 1) + b"\x01"
    return block == padding + salt and sealed == hashlib.new(hash_name, b"\0" * 8 + digest + salt).digest()
