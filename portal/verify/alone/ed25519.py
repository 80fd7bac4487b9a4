"""Ed25519 (RFC 8032, 5.1.7): verification alone. Only canonical encodings are taken."""

from __future__ import annotations

from hashlib import sha512

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)  # of -1

_Point = tuple[int, int, int, int]  # extended coordinates: x/z, y/z, x·y = t·z


def _add(first: _Point, second: _Point) -> _Point:
    x1, y1, z1, t1 = first
    x2, y2, z2, t2 = second
    a, b = (y1 - x1) * (y2 - x2) % _P, (y1 + x1) * (y2 + x2) % _P
    c, d = 2 * t1 * t2 * _D % _P, 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _decode(data: bytes) -> _Point | None:
    """The point that 32 bytes say, None when there is none or they are not its one encoding."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if len(data) != 32 or y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if (v * x * x - u) % _P:
        x = x * _ROOT % _P
        if (v * x * x - u) % _P:
            return None
    if not x and sign:
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _encode(point: _Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, _P)
    return (y * inverse % _P | (x * inverse % _P & 1) << 255).to_bytes(32, "little")


_Y = 4 * pow(5, -1, _P) % _P
_BASE = _decode(_Y.to_bytes(32, "little"))
_NEUTRAL: _Point = (0, 1, 1, 0)


def _both(first: int, second: int, point: _Point) -> _Point:
    """``first`` · B + ``second`` · ``point``."""
    assert _BASE is not None
    table = (_NEUTRAL, _BASE, point, _add(_BASE, point))
    result = _NEUTRAL
    for bit in range(max(first.bit_length(), second.bit_length()) - 1, -1, -1):
        result = _add(_add(result, result), table[first >> bit & 1 | (second >> bit & 1) << 1])
    return result


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether ``signature`` over ``message`` was made with the private half of the ``public`` key (32 bytes)."""
    key = _decode(public)
    if len(signature) != 64 or key is None or _decode(signature[:32]) is None:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= _L:
        return False
    x, y, z, t = key
    k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % _L
    return _encode(_both(s, k, (-x % _P, y, z, -t % _P))) == signature[:32]
