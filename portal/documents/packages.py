"""Zip packages (Word, Excel, OpenDocument) unpacked within bounds: what a file says of its own size is never believed.

A package begins with its first member and ends with its directory, no member lies over another, and no name leads out of
it: then every program that opens it finds the same thing.

Only *stored* and *deflated* members are opened: no office program writes others, and Python's bzip2 and lzma readers give
a whole member at once, however large.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable

MEGABYTE = 1024 * 1024
MAX_MEMBERS = 1000
MAX_UNPACKED = 100 * MEGABYTE

_CHUNK = 64 * 1024
_ENTRY = b"PK\x01\x02"  # begins a member's entry in the directory of a zip
_END, _END_BYTES = b"PK\x05\x06", 22  # of the directory, where there is no comment after it
_HEADER_BYTES = 30  # of a member's own header, before its name
_LEADS_OUT = re.compile(r"^[/\\]|^[A-Za-z]:|\\|(?:^|/)\.\.(?:/|$)|[\x00-\x1f]")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, OverflowError)


class BrokenPackage(Exception):
    """Not a zip package, or damaged, encrypted, packed in a way no office program uses, or naming a member twice.

    Also what stands before, after or between the members in a way that two programs could read differently.
    """


class LeadsOut(BrokenPackage):
    """A member's name leads out of the package (``../``, an absolute path), or it is a link."""


class TooManyMembers(Exception):
    """More than ``MAX_MEMBERS``."""


class TooMuchUnpacked(Exception):
    """More bytes than allowed came out."""


def unpacked(
    data: bytes,
    wanted: Callable[[str], bool] | None = None,
    *,
    keep: int | None = None,
    most: int = MAX_UNPACKED,
    each: Callable[[str, bytes], None] | None = None,
) -> dict[str, bytes]:
    """The members by name, those ``wanted`` (all unless told); of each at most the first ``keep`` bytes are kept.

    Every byte of a wanted member is unpacked and counted. ``each`` is given the name and every piece of each of them as it
    comes, and an empty piece at its end. Raises BrokenPackage, TooManyMembers, TooMuchUnpacked.
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
            _sound(data, entries)
            for entry in entries:
                if wanted is None or wanted(entry.filename):
                    found[entry.filename], left = _member(archive, entry, left, keep, each)
    except _BROKEN as error:
        raise BrokenPackage from error
    return found


def _sound(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Raise BrokenPackage for a package that is not made of its members alone, one after the other."""
    if len({entry.filename.lower() for entry in entries}) < len(entries) or not data[-_END_BYTES:].startswith(_END):
        raise BrokenPackage
    reached = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < reached or (not reached and entry.header_offset):
            raise BrokenPackage
        reached = entry.header_offset + _HEADER_BYTES + entry.compress_size
        if _LEADS_OUT.search(entry.orig_filename) or stat.S_ISLNK(entry.external_attr >> 16):
            raise LeadsOut


def _member(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    left: int,
    keep: int | None,
    each: Callable[[str, bytes], None] | None,
) -> tuple[bytes, int]:
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
            if each is not None:
                each(entry.filename, chunk)
            if keep is None or kept < keep:
                parts.append(chunk if keep is None else chunk[: keep - kept])
                kept += len(parts[-1])
    if each is not None:
        each(entry.filename, b"")
    return b"".join(parts), left
