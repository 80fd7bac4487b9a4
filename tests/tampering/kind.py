"""What a way to tamper is, and the tools that several of them use."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pikepdf

from portal.verify.verdict import What
from tests.tampering.stage import Stage, byte_range

Make = Callable[[Stage], bytes]


@dataclass(frozen=True)
class Kind:
    """A named way to tamper. One of ``what`` must be among the findings that do not hold; None: it is no decision of ours
    and refused with one sentence. ``at`` is the instant at which it is verified, where that is not now."""

    name: str
    make: Make
    what: frozenset[What] | None
    at: datetime | None = None


KINDS: list[Kind] = []


def kind(*what: What, at: datetime | None = None, foreign: bool = False) -> Callable[[Make], Make]:
    def add(make: Make) -> Make:
        KINDS.append(Kind(make.__name__, make, None if foreign else frozenset(what), at))
        return make

    return add


def flipped(pdf: bytes, at: int) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def contents(pdf: bytes) -> tuple[int, int]:
    """Where the hexadecimal digits of the first signature stand."""
    _start, _end, numbers = byte_range(pdf)
    return numbers[1] + 1, numbers[2] - 1


def rewritten(pdf: bytes, change: Callable[[pikepdf.Pdf], None] | None = None, **how: Any) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        if change:
            change(opened)
        out = io.BytesIO()
        how.setdefault("object_stream_mode", pikepdf.ObjectStreamMode.disable)
        opened.save(out, **how)
    return out.getvalue()
