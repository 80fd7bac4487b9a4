"""What may be attached to a case: a few kinds of file, known by name, first bytes and structure alike. Pure.

Nothing is trusted that the sender says: the media type is ours, sizes inside a zip are counted while reading. Every refusal
is one sentence that says what is wrong and how to mend it.
"""

import codecs
import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from portal.documents import office, pdf_structure, pictures
from portal.documents.packages import MEGABYTE
from portal.documents.refusing import CAUTIONS, UploadRefused, cautions_told
from portal.text import _

__all__ = [
    "CAUTIONS",
    "MIME",
    "Upload",
    "UploadRefused",
    "cautions_told",
    "check_count",
    "clean_filename",
    "encoding_of",
    "take_in",
]

MAX_FILE = 25 * MEGABYTE
MAX_FILES_PER_CASE = 20
MAX_NAME = 200

_PIECE = MEGABYTE
_HEAD = 256 * 1024  # more than the longest field that a reader of CSV takes
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


# What a browser would take for a page, at the beginning of a text (WHATWG MIME Sniffing, 7.1), or a text for another file.
_NO_TEXT = re.compile(
    r"\s*(?:<(?:!doctype|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|svg|object|embed|meta|base|link)"
    r"[\s/>]|<!--|<\?xml|%PDF-|\{\\rtf)",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_INSTEAD = {
    "doc": "docx", "dot": "docx", "dotx": "docx", "docm": "docx", "rtf": "docx", "pages": "pdf", "xls": "xlsx", "xlsm": "xlsx",
    "xlsb": "xlsx", "ods": "xlsx", "numbers": "xlsx", "ppt": "pdf", "pptx": "pdf", "odp": "pdf", "msg": "pdf", "eml": "pdf",
    "html": "pdf", "htm": "pdf", "svg": "png", "gif": "png", "tif": "pdf", "tiff": "pdf", "bmp": "png", "webp": "png",
    "heic": "jpg", "heif": "jpg",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it is kept: ``data`` is what was sent, save for a picture, which is painted anew (see ``pictures``)."""

    data: bytes
    mime: str
    extension: str
    cautions: tuple[str, ...] = ()


def check_count(files: int) -> None:
    """Raise UploadRefused when a case with that many files takes no more."""
    if files >= MAX_FILES_PER_CASE:
        raise UploadRefused(_("Ärendet har redan %(n)s filer, fler kan inte läggas till.", n=MAX_FILES_PER_CASE))


def take_in(filename: str, data: bytes) -> Upload:
    """The file as it is to be kept, or UploadRefused."""
    if not data:
        raise UploadRefused(_("Filen är tom. Välj en fil med innehåll."))
    if len(data) > MAX_FILE:
        raise UploadRefused(_("Filen är större än 25\u00a0MB. Dela den eller spara den i mindre storlek."))
    extension = _extension(filename)
    cautions: tuple[str, ...] = ()
    if extension == "pdf":
        cautions = pdf_structure.cautions_in(data)
    elif extension in ("docx", "xlsx", "odt"):
        office.check(data, extension)
    elif extension in ("png", "jpg"):
        data = pictures.painted_anew(data, extension)
    else:
        _check_text(data, extension)
    return Upload(data, MIME[extension], extension, cautions)


def _extension(filename: str) -> str:
    _stem, dot, ending = clean_filename(filename).lower().rpartition(".")
    extension = _SAME_AS.get(ending, ending) if dot else ""
    if extension in MIME:
        return extension
    refusal = _("Filtypen tas inte emot. Det går att bifoga %(kinds)s.", kinds=ALLOWED)
    if instead := _INSTEAD.get(extension):
        refusal = f"{refusal} {_('Spara filen som %(kind)s och bifoga den igen.', kind=instead.upper())}"
    raise UploadRefused(refusal)


def encoding_of(data: bytes) -> str | None:
    """The first of the encodings that text is taken in with in which the bytes are text, or None."""
    return next((name for name in _encodings(data) if _reads_as(data, name)), None)


def _check_text(data: bytes, extension: str) -> None:
    """Text as Swedish office programs save it: no page, no other kind of file, none of a binary file's bytes."""
    encoding = encoding_of(data)
    head = data[:_HEAD].decode(encoding, "ignore") if encoding else ""
    if encoding is None or _NO_TEXT.match(head) or (extension == "csv" and not _has_rows(head)):
        told = _("Filens innehåll är inte text, fast namnet slutar på %(ending)s.", ending=extension)
        raise UploadRefused(f"{told} {_('Spara den som text och bifoga den igen.')}")


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16", "cp1252")
    return ("utf-8-sig", "cp1252")


def _reads_as(data: bytes, encoding: str) -> bool:
    """Whether the bytes are text in the encoding without control characters; read piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), _PIECE):
            if _CONTROL.search(decoder.decode(data[start : start + _PIECE], start + _PIECE >= len(data))):
                return False
    except UnicodeDecodeError:
        return False
    return True


def _has_rows(text: str) -> bool:
    try:
        return any(csv.reader(io.StringIO(text), strict=False))
    except csv.Error:
        return False


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


def in_filename(text: str) -> str:
    """A number as part of a file's name: ``ks-2026-0012`` of ``KS 2026/0012``."""
    return re.sub(r"[^0-9a-zåäö]+", "-", text.lower()).strip("-")


def content_disposition(filename: str) -> str:
    """The header for a download under ``filename`` (RFC 6266): never shown in the page, any letter in the name."""
    name = clean_filename(filename)
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    fallback = re.sub(r"[^A-Za-z0-9 ._()-]", "_", ascii_name).strip() or "fil"
    encoded = quote(name, safe="!#$&+-.^_`|~")
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{encoded}"
