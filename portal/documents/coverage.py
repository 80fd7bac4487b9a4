"""Which characters the vendored font has: a PDF/A file may not show a character that its font lacks.

Read from the font's own ``cmap`` table (OpenType 1.9, formats 4 and 12), so a changed font needs no changed list.
"""

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"

# Longer than any word: such a run (a hash, an address) may break anywhere rather than leave the page.
_LONG_RUN = re.compile(r"[^\s\u200b]{45,}")
_PIECE = 20

# Marks that say nothing on paper (byte order mark, zero-width joiners, variation selectors) are dropped.
_SILENT = re.compile("[\u200b-\u200d\u2060\ufeff\ufe00-\ufe0f]")


def _segments(table: bytes) -> set[int]:
    """Characters of a format 4 table: segments of the basic plane."""
    double = struct.unpack_from(">H", table, 6)[0]
    ends = struct.unpack_from(f">{double // 2}H", table, 14)
    starts = struct.unpack_from(f">{double // 2}H", table, 16 + double)
    return {code for start, end in zip(starts, ends, strict=True) for code in range(start, end + 1) if code != 0xFFFF}


def _groups(table: bytes) -> set[int]:
    """Characters of a format 12 table: groups of any plane."""
    count = struct.unpack_from(">I", table, 12)[0]
    groups = (struct.unpack_from(">II", table, 16 + 12 * index) for index in range(count))
    return {code for start, end in groups for code in range(start, end + 1)}


def characters_of(font: bytes) -> frozenset[str]:
    """The characters that ``font`` (a TrueType file) maps to a glyph."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * index) for index in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    found: set[int] = set()
    for index in range(struct.unpack_from(">H", font, start + 2)[0]):
        table = font[start + struct.unpack_from(">I", font, start + 8 + 8 * index)[0] :]
        kind = struct.unpack_from(">H", table)[0]
        found |= _segments(table) if kind == 4 else _groups(table) if kind == 12 else set()
    return frozenset(map(chr, found))


@cache
def printable() -> frozenset[str]:
    """The characters that every vendored font has."""
    sets = [characters_of(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))]
    return frozenset.intersection(*sets)


def as_printed(text: str) -> str:
    """``text`` as the font can print it: composed, and what the font lacks shown as its code point, ``[U+1F600]``.

    Nothing vanishes: a reader sees that a character stood there, and which.
    """
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\t", " ")
    have = printable() | {"\n"}
    shown = "".join(c if c in have else f"[U+{ord(c):04X}]" for c in _SILENT.sub("", plain))
    return _LONG_RUN.sub(_breakable, shown)


def _breakable(run: re.Match[str]) -> str:
    text = run.group()
    return "\u200b".join(text[start : start + _PIECE] for start in range(0, len(text), _PIECE))
