"""ECDSA over the NIST curves P-256, P-384 and P-521 (FIPS 186-5, SEC 1): verification alone, of public data alone."""

from __future__ import annotations

from dataclasses import dataclass

from portal.verify.alone import der

Point = tuple[int, int]
_Jacobian = tuple[int, int, int]  # x/z², y/z³; z = 0 is the point at infinity
_INFINITY: _Jacobian = (1, 1, 0)


@dataclass(frozen=True)
class Curve:
    """y² = x³ - 3x + b over the integers modulo ``p``, with a point ``g`` of the prime order ``n``."""

    name: str
    p: int
    b: int
    g: Point
    n: int

    @property
    def size(self) -> int:
        """Bytes of a coordinate."""
        return (self.p.bit_length() + 7) // 8

    def holds(self, point: Point) -> bool:
        """Whether the point is on the curve."""
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - x * x * x + 3 * x - self.b) % self.p == 0

    def decode(self, data: bytes) -> Point | None:
        """The point that ``data`` says (SEC 1, 2.3.4), None when it is not on the curve; never the one at infinity."""
        size = self.size
        if len(data) == 2 * size + 1 and data[0] == 4:
            point = int.from_bytes(data[1 : size + 1], "big"), int.from_bytes(data[size + 1 :], "big")
            return point if self.holds(point) else None
        if len(data) == size + 1 and data[0] in (2, 3):
            x = int.from_bytes(data[1:], "big")
            y = pow(x * x * x - 3 * x + self.b, (self.p + 1) // 4, self.p)  # each p is 3 modulo 4
            y = y if y % 2 == data[0] % 2 else self.p - y
            return (x, y) if self.holds((x, y)) else None
        return None


P256 = Curve(
    "P-256",
    0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
)
P384 = Curve(
    "P-384",
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
    0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    (
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
)
P521 = Curve(
    "P-521",
    (1 << 521) - 1,
    0x0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00,
    (
        0x00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66,
        0x011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD16650,
    ),
    0x01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
)
CURVES = {"1.2.840.10045.3.1.7": P256, "1.3.132.0.34": P384, "1.3.132.0.35": P521}


def _double(curve: Curve, point: _Jacobian) -> _Jacobian:
    x, y, z = point
    p = curve.p
    if not z or not y:
        return _INFINITY
    zz = z * z % p
    yy = y * y % p
    s = 4 * x * yy % p
    m = 3 * (x - zz) * (x + zz) % p
    new = (m * m - 2 * s) % p
    return new, (m * (s - new) - 8 * yy * yy) % p, 2 * y * z % p


def _add(curve: Curve, first: _Jacobian, second: _Jacobian) -> _Jacobian:
    if not first[2]:
        return second
    if not second[2]:
        return first
    p = curve.p
    x1, y1, z1 = first
    x2, y2, z2 = second
    zz1, zz2 = z1 * z1 % p, z2 * z2 % p
    u1, u2 = x1 * zz2 % p, x2 * zz1 % p
    s1, s2 = y1 * z2 * zz2 % p, y2 * z1 * zz1 % p
    h, r = (u2 - u1) % p, (s2 - s1) % p
    if not h:
        return _double(curve, first) if not r else _INFINITY
    hh = h * h % p
    hhh, v = h * hh % p, u1 * hh % p
    x = (r * r - hhh - 2 * v) % p
    return x, (r * (v - x) - s1 * hhh) % p, z1 * z2 * h % p


def _both(curve: Curve, first: int, second: int, point: Point) -> _Jacobian:
    """``first`` · g + ``second`` · ``point``, both at once, two bits a step (Straus)."""
    g, q = (*curve.g, 1), (*point, 1)
    row: list[_Jacobian] = [_INFINITY, q, _double(curve, q), _add(curve, _double(curve, q), q)]
    table = [row]
    for _ in range(3):
        row = [_add(curve, g, entry) for entry in row]
        table.append(row)
    result = _INFINITY
    top = max(first.bit_length(), second.bit_length())
    for shift in range(top + top % 2 - 2, -1, -2):
        result = _double(curve, _double(curve, result))
        result = _add(curve, result, table[first >> shift & 3][second >> shift & 3])
    return result


def verifies(curve: Curve, key: Point, signature: bytes, digest: bytes) -> bool:
    """Whether the DER ``signature`` over what hashes to ``digest`` was made with the key's private half."""
    try:
        fields = der.parse(signature).fields()
        r, s = fields.next().integer(), fields.next().integer()
        fields.end()
    except der.NotDer:
        return False
    n = curve.n
    if not (0 < r < n and 0 < s < n and curve.holds(key)):
        return False
    e = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - n.bit_length())
    inverse = pow(s, -1, n)
    x, _, z = _both(curve, e * inverse % n, r * inverse % n, key)
    if not z:
        return False
    return x * pow(z * z, -1, curve.p) % curve.p % n == r
