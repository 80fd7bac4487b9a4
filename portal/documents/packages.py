"""Zip packages (Word, Excel, OpenDocument) unpacked within bounds: what a file says of its own size is never believed.

Only *stored* and *deflated* members are opened: no office program writes others, and Python's bzip2 and lzma readers give
a whole member at once, however large.
"""

import io
import zipfile
import zlib
from collections.abc import Callable

MEGABYTE = 1024 * 1024
MAX_MEMBERS = 1000
MAX_UNPACKED = 100 * MEGABYTE

_CHUNK = 64 * 1024
_ENTRY = b"PK\x01\x02"  # begins a member's entry in the directory of a zip
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, OverflowError)


class BrokenPackage(Exception):
    """Not a zip package, or damaged, encrypted, packed in a way no office program uses, or naming a member twice."""


class TooManyMembers(Exception):
    """More than ``MAX_MEMBERS``."""


class TooMuchUnpacked(Exception):
    """More bytes than allowed came out."""


def unpacked(
    data: bytes, wanted: Callable[[str], bool] | None = None, *, keep: int | None = None, most: int = MAX_UNPACKED
) -> dict[str, bytes]:
    """The members by name, those ``wanted`` (all unless told); of each at most the first ``keep`` bytes are kept.

    Every byte of a wanted member is unpacked and counted. Raises BrokenPackage, TooManyMembers, TooMuchUnpacked.
    """
    if not data.startswith(b"PK\x03\x04"):
        raise BrokenPackage
    if data.count(_ENTRY) > 2 * MAX_MEMBERS:  # the directory is not even read: each of its entries costs memory
        raise TooManyMembers
    found: dict[str, bytes] = {}
    left = most
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_MEMBERS:
                raise TooManyMembers
            if len({entry.filename for entry in entries}) < len(entries):
                raise BrokenPackage
            for entry in entries:
                if wanted is None or wanted(entry.filename):
                    found[entry.filename], left = _member(archive, entry, left, keep)
    except _BROKEN as error:
        raise BrokenPackage from error
    return found


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, keep: int | None) -> tuple[bytes, int]:
    """The member's first ``keep`` bytes, and how many more may be unpacked after it."""
    if entry.compress_type not in _METHODS:
        raise BrokenPackage
    parts: list[bytes] = []
    kept = 0
    with archive.open(entry) as member:
        while chunk := member.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise TooMuchUnpacked
            if keep is None or kept < keep:
                parts.append(chunk if keep is None else chunk[: keep - kept])
                kept += len(parts[-1])
    return b"".join(parts), left
