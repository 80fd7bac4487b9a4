"""DER (X.690), read strictly: one spelling for each value, or NotDer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

BOOLEAN, INTEGER, BITS, OCTETS, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
ENUMERATED, UTC_TIME, GENERAL_TIME, SEQUENCE, SET = 0x0A, 0x17, 0x18, 0x30, 0x31

_UTC = timezone.utc  # noqa: UP017 (the single file runs on Pythons that have no datetime.UTC)
_MOST_NODES = 200_000  # within one structure
_TIME = re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,5}[1-9]))?Z")


class NotDer(ValueError):
    """The bytes are not DER, or not the structure that was expected."""


def context(number: int, constructed: bool = True) -> int:
    """The tag ``[number]`` of a context."""
    return 0x80 | (0x20 if constructed else 0) | number


@dataclass(frozen=True)
class Node:
    """One value: its tag, its content, and all its bytes."""

    tag: int
    content: bytes
    raw: bytes

    def expect(self, tag: int) -> Node:
        """The node itself. Raises NotDer when it is of another kind."""
        if self.tag != tag:
            raise NotDer(f"tag {self.tag:#x} instead of {tag:#x}")
        return self

    def children(self) -> list[Node]:
        """What a constructed node holds."""
        if not self.tag & 0x20:
            raise NotDer("a primitive value holds no others")
        found, at = [], 0
        while at < len(self.content):
            node, at = _node(self.content, at)
            found.append(node)
            if len(found) > _MOST_NODES:
                raise NotDer("too many values")
        return found

    def fields(self, tag: int = SEQUENCE) -> Fields:
        """What a SEQUENCE holds, to be taken in order."""
        return Fields(self.expect(tag).children())

    def inner(self, tag: int) -> Node:
        """The one value within an explicit tag ``tag``."""
        held = self.expect(tag).children()
        if len(held) != 1:
            raise NotDer("an explicit tag holds one value")
        return held[0]

    def integer(self, tag: int = INTEGER) -> int:
        """An INTEGER of any size."""
        content = self.expect(tag).content
        if not content or (len(content) > 1 and (content[0], content[1] >> 7) in ((0, 0), (255, 1))):
            raise NotDer("an integer is not minimal")
        return int.from_bytes(content, "big", signed=True)

    def oid(self) -> str:
        """An OBJECT IDENTIFIER with dots."""
        content = self.expect(OID).content
        if not content or content[-1] & 0x80:
            raise NotDer("an identifier is cut")
        arcs, value, fresh = [], 0, True
        for byte in content:
            if (fresh and byte == 0x80) or value > 1 << 128:
                raise NotDer("an identifier is not minimal")
            value, fresh = value << 7 | byte & 0x7F, not byte & 0x80
            if fresh:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))

    def octets(self) -> bytes:
        """An OCTET STRING."""
        return self.expect(OCTETS).content

    def bits(self) -> bytes:
        """A BIT STRING of whole bytes."""
        content = self.expect(BITS).content
        if not content or content[0]:
            raise NotDer("a string of bits is not whole bytes")
        return content[1:]

    def flags(self, tag: int = BITS) -> set[int]:
        """A BIT STRING of named bits: the numbers of those that are set."""
        content = self.expect(tag).content
        unused = content[0] if content else 8
        if unused > 7 or (unused and len(content) < 2) or (len(content) > 1 and content[-1] & ((1 << unused) - 1)):
            raise NotDer("a string of bits is malformed")
        return {8 * place + bit for place, byte in enumerate(content[1:]) for bit in range(8) if byte >> 7 - bit & 1}

    def boolean(self) -> bool:
        """A BOOLEAN."""
        content = self.expect(BOOLEAN).content
        if content not in (b"\x00", b"\xff"):
            raise NotDer("a boolean is neither true nor false")
        return content == b"\xff"

    def time(self) -> datetime:
        """A UTCTime or GeneralizedTime in UTC."""
        content = self.content
        if self.tag == UTC_TIME:  # RFC 5280 4.1.2.5.1: 50 to 99 are of the twentieth century
            content = (b"19" if content[:1] >= b"5" else b"20") + content
        elif self.tag != GENERAL_TIME:
            raise NotDer("not a time")
        found = _TIME.fullmatch(content)
        if not found or (self.tag == UTC_TIME and found.group(7)):
            raise NotDer("a time is malformed")
        year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
        try:
            whole = datetime(year, month, day, hour, minute, second, tzinfo=_UTC)
        except ValueError as error:
            raise NotDer("there is no such time") from error
        return whole + timedelta(microseconds=int((found.group(7) or b"0").ljust(6, b"0")))


class Fields:
    """The values of a SEQUENCE, taken in order."""

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        self._at = 0

    def next(self, tag: int | None = None) -> Node:
        """The next value. Raises NotDer when there is none or it is of another kind."""
        if self._at >= len(self._nodes):
            raise NotDer("a value is missing")
        node = self._nodes[self._at]
        self._at += 1
        return node if tag is None else node.expect(tag)

    def optional(self, *tags: int) -> Node | None:
        """The next value if it is of one of these kinds."""
        if self._at < len(self._nodes) and self._nodes[self._at].tag in tags:
            return self.next()
        return None

    def more(self) -> bool:
        """Whether values are left."""
        return self._at < len(self._nodes)

    def end(self) -> None:
        """Raises NotDer when values are left."""
        if self.more():
            raise NotDer("a value too many")


def parse(data: bytes) -> Node:
    """The one value that ``data`` is. Raises NotDer, also for bytes after it."""
    node, at = _node(data, 0)
    if at != len(data):
        raise NotDer("bytes after the value")
    return node


def parse_padded(data: bytes) -> Node:
    """The value that ``data`` begins with; only zeros may follow."""
    node, at = _node(data, 0)
    if data[at:].strip(b"\0"):
        raise NotDer("something else than zeros after the value")
    return node


def _node(data: bytes, at: int) -> tuple[Node, int]:
    if at + 2 > len(data):
        raise NotDer("cut")
    tag, length, begin = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:
        raise NotDer("a tag of several bytes")
    if length & 0x80:
        size = length & 0x7F
        digits = data[begin : begin + size]
        if not 1 <= size <= 4 or len(digits) != size or digits[0] == 0:
            raise NotDer("a length is malformed")
        length, begin = int.from_bytes(digits, "big"), begin + size
        if length < 0x80:
            raise NotDer("a length is not minimal")
    if begin + length > len(data):
        raise NotDer("cut")
    return Node(tag, data[begin : begin + length], data[at : begin + length]), begin + length
