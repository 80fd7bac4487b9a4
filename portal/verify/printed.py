"""The proof as a decision prints it for machines, and back from the text of its pages. Pure, standard library only.

The block is text in lines: ``|`` begins a line and ``:`` goes on with one that was too long, so neither a page break
nor what stands at the top or foot of a page is mistaken for it. It has three parts: the proof that the log entry is
in the log (C2SP tlog-proof@v1, whose ``extra`` is the entry's header), the entry's salt and body (base64 of zlib of
both after each other), and the signed note on the seal.
"""

import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.log.entries import SALT_BYTES

WIDTH = 100  # characters of a line, its mark aside
PARTS = ("== bevis", "== post", "== sigill")
END = "== slut"
MOST_BYTES = 8 * 1024 * 1024  # of an entry's body, unpacked

_SPACES = re.compile(r"[ \u00a0]+")
_INVISIBLE = re.compile("[\u200b\u00ad\ufeff]")


class NotPrinted(ValueError):
    """The pages hold no proof, or one that cannot be read."""


@dataclass(frozen=True)
class Printed:
    """What the block holds: the proof as text, the entry's salt and body, and the note on the seal."""

    inclusion: str
    salt: bytes
    body: str
    seal: str


def block(proof: Printed) -> str:
    """The block as it is printed: lines of at most ``WIDTH`` characters after their mark."""
    packed = b64encode(zlib.compress(proof.salt + proof.body.encode(), 9)).decode()
    texts = (proof.inclusion, packed, proof.seal)
    lines = [line for head, text in zip(PARTS, texts, strict=True) for line in (head, *text.removesuffix("\n").split("\n"))]
    return "\n".join(piece for line in (*lines, END) for piece in _pieces(line))


def _pieces(line: str) -> Iterable[str]:
    mark = "|"
    while len(line) > WIDTH:
        # A line that ended or began with a space would lose it in the text of the page.
        at = next(at for at in range(WIDTH, 0, -1) if " " not in line[at - 1 : at + 1])
        yield mark + line[:at]
        mark, line = ":", line[at:]
    yield mark + line


def read(pages: Sequence[str]) -> Printed:
    """The proof that stands last on the pages. Raises NotPrinted when there is none or it cannot be read."""
    parts = _parts(_lines(pages))
    inclusion, packed, seal = ("\n".join(parts[head]) + "\n" for head in PARTS)
    salt, body = _unpacked(packed.strip())
    return Printed(inclusion, salt, body, seal)


def _lines(pages: Sequence[str]) -> list[str]:
    """The block's lines, whole again, from its last beginning to the end of the last page."""
    printed = [_SPACES.sub(" ", _INVISIBLE.sub("", line)).strip() for page in pages for line in page.splitlines()]
    begins = [at for at, line in enumerate(printed) if line == "|" + PARTS[0]]
    if not begins:
        raise NotPrinted("no proof is printed")
    lines: list[str] = []
    for line in printed[begins[-1] :]:
        if line.startswith("|"):
            lines.append(line[1:])
        elif line.startswith(":"):
            lines[-1] += line[1:]
    return lines


def _parts(lines: Sequence[str]) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for line in lines:
        if line in (*PARTS, END):
            if line in parts or END in parts:
                raise NotPrinted("a part of the proof stands twice")
            parts[line] = []
        else:
            next(reversed(parts.values())).append(line)
    if tuple(parts) != (*PARTS, END) or parts[END]:
        raise NotPrinted("the proof is not whole")
    return parts


def _unpacked(packed: str) -> tuple[bytes, str]:
    try:
        unpacker = zlib.decompressobj()
        whole = unpacker.decompress(b64decode(packed, validate=True), MOST_BYTES)
        if not unpacker.eof or unpacker.unused_data or len(whole) < SALT_BYTES:
            raise NotPrinted("the log entry is not whole")
        return whole[:SALT_BYTES], whole[SALT_BYTES:].decode()
    except (ValueError, zlib.error) as error:
        raise NotPrinted("the log entry cannot be read") from error
