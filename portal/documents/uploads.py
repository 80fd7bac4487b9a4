"""What may be attached to a case: a few kinds of file, known by name, first bytes and structure alike. Pure.

Nothing is trusted that the sender says: the media type is ours, sizes inside a zip are counted while reading.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

from portal.documents import packages
from portal.documents.packages import MEGABYTE
from portal.text import _

MAX_FILE = 25 * MEGABYTE
MAX_FILES_PER_CASE = 20
MAX_NAME = 200

_CHUNK = 64 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."
MIME = {
    "pdf": "application/pdf",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "png": "image/png",
    "jpg": "image/jpeg",
}
_SAME_AS = {"jpeg": "jpg"}
ALLOWED = "PDF, DOCX, XLSX, ODT, TXT, CSV, PNG, JPG"

# Names that Windows keeps for devices, whatever follows the first dot.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')


class UploadRefused(Exception):
    """The file is not taken in. ``str(error)`` is the Swedish sentence that the person reads."""


def check_upload(filename: str, data: bytes, files_before: int = 0) -> tuple[str, str]:
    """Our media type and extension for an attachment, or UploadRefused. ``files_before`` is how many the case has."""
    if files_before >= MAX_FILES_PER_CASE:
        raise UploadRefused(_("Ärendet har redan %(n)s filer, fler kan inte läggas till.", n=MAX_FILES_PER_CASE))
    if not data:
        raise UploadRefused(_("Filen är tom."))
    if len(data) > MAX_FILE:
        raise UploadRefused(_("Filen är större än 25\u00a0MB."))
    _stem, dot, ending = clean_filename(filename).lower().rpartition(".")
    extension = _SAME_AS.get(ending, ending) if dot else ""
    if extension not in MIME:
        raise UploadRefused(_("Filtypen tas inte emot. Det går att bifoga %(kinds)s.", kinds=ALLOWED))
    if not _CHECKS[extension](data):
        raise UploadRefused(_("Filens innehåll är inte %(kind)s, fast namnet slutar så.", kind=extension.upper()))
    return MIME[extension], extension


def _is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]


def _is_png(data: bytes) -> bool:
    return data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and b"IEND" in data[-64:]


def _is_jpeg(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data[-4096:]


def _text_of(data: bytes) -> str | None:
    """Text as Swedish office programs save it; None where control characters or a binary file's bytes stand."""
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    for name in (encoding, "cp1252"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        return None if any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in text) else text
    return None


def _is_text(data: bytes) -> bool:
    text = _text_of(data)
    return text is not None and not re.match(r"\s*(<!doctype|<html|<\?xml|<svg|<script|%PDF-)", text, re.IGNORECASE)


def _is_csv(data: bytes) -> bool:
    if not _is_text(data):
        return False
    text = _text_of(data) or ""
    try:
        return any(True for _row in csv.reader(io.StringIO(text), strict=False))
    except csv.Error:
        return False


def _zipped(accept: Callable[[dict[str, bytes]], bool]) -> Callable[[bytes], bool]:
    def check(data: bytes) -> bool:
        try:
            members = packages.unpacked(data, keep=_CHUNK)
        except packages.BrokenPackage:
            return False
        except packages.TooManyMembers as error:
            raise UploadRefused(_("Filen innehåller fler än 1\u00a0000 delar.")) from error
        except packages.TooMuchUnpacked as error:
            raise UploadRefused(_("Filen är större än 100\u00a0MB när den packas upp.")) from error
        if any(name.lower().endswith("vbaproject.bin") for name in members):
            raise UploadRefused(_("Filen innehåller makron och tas inte emot."))
        return accept(members)

    return check


def _office(part: str, kind: str) -> Callable[[bytes], bool]:
    def accept(members: dict[str, bytes]) -> bool:
        types = members.get("[Content_Types].xml", b"")
        return part in members and f"{kind}.main+xml".encode() in types and b"macroEnabled" not in types

    return _zipped(accept)


def _is_odt_package(members: dict[str, bytes]) -> bool:
    return members.get("mimetype", b"").strip() == MIME["odt"].encode() and "content.xml" in members


_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "pdf": _is_pdf,
    "docx": _office("word/document.xml", "wordprocessingml.document"),
    "xlsx": _office("xl/workbook.xml", "spreadsheetml.sheet"),
    "odt": _zipped(_is_odt_package),
    "txt": _is_text,
    "csv": _is_csv,
    "png": _is_png,
    "jpg": _is_jpeg,
}


def clean_filename(name: str) -> str:
    """``name`` as it may be stored, shown and sent: one line, no path, nothing invisible, at most 200 characters.

    The ending survives the shortening. What leaves nothing becomes ``fil``.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Category C: control, format (right-to-left override, zero-width), surrogate, private, unassigned.
    seen = "".join(c for c in last if not unicodedata.category(c).startswith("C"))
    plain = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", seen)).strip(" .")
    if _DEVICE.match(plain):
        plain = "_" + plain
    if len(plain) > MAX_NAME:
        stem, dot, ending = plain.rpartition(".")
        tail = dot + ending if stem and len(ending) <= 10 else ""
        plain = plain[: MAX_NAME - len(tail)].rstrip(" .") + tail
    return plain or "fil"


def content_disposition(filename: str) -> str:
    """The header for a download under ``filename`` (RFC 6266): never shown in the page, any letter in the name."""
    name = clean_filename(filename)
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    fallback = re.sub(r"[^A-Za-z0-9 ._()-]", "_", ascii_name).strip() or "fil"
    encoded = quote(name, safe="!#$&+-.^_`|~")
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{encoded}"
