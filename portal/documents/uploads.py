"""What may be uploaded: by extension and by content and by structure, within limits, under a tame file name."""

import io
import re
import unicodedata
import zipfile
from urllib.parse import quote

from portal.text import _

MEGABYTE = 1024 * 1024
MOST_BYTES = 25 * MEGABYTE
MOST_FILES = 20
_MOST_MEMBERS = 1000
_MOST_UNPACKED = 100 * MEGABYTE
_MOST_NAME = 120

MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
}
_DEVICES = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}


class UploadRefused(ValueError):
    """The file is not taken; ``str(error)`` is the Swedish sentence that says why and what to do."""


def clean_filename(name: str) -> str:
    """``name`` without folders, control characters and text direction marks, at most 120 characters; never empty."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    name = re.sub(r'[<>:"|?*]+', "_", name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    if stem.casefold() in _DEVICES or not stem:
        stem = f"fil-{stem}".rstrip("-")
    stem = stem[: _MOST_NAME - len(extension) - 1]
    return f"{stem}.{extension}" if extension else stem


def check(data: bytes, filename: str) -> tuple[str, str]:
    """The MIME type and extension of an acceptable file. Raises UploadRefused."""
    extension = filename.rpartition(".")[2].casefold() if "." in filename else ""
    if not data:
        raise UploadRefused(_("Filen är tom. Välj en fil med innehåll."))
    if len(data) > MOST_BYTES:
        raise UploadRefused(_("Filen är större än 25 MB. Minska den eller dela upp den."))
    if extension not in MIME:
        raise UploadRefused(_("Filtypen tas inte emot. Välj PDF, Word, Excel, ODT, text, CSV, PNG eller JPEG."))
    if not _CHECKS[extension](data):
        raise UploadRefused(
            _(
                "Filen är inte en riktig %(kind)s-fil. Spara den på nytt från programmet och försök igen.",
                kind=extension.upper(),
            )
        )
    return MIME[extension], extension


def _pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]


def _png(data: bytes) -> bool:
    return data.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in data[-16:]


def _jpeg(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data[-64:]


def _text(data: bytes) -> bool:
    return b"\x00" not in data or data.startswith((b"\xff\xfe", b"\xfe\xff"))


def _zip(data: bytes, needs: str) -> bool:
    """A zip with the right member, no macros, and no more in it than is said: sizes are counted while unpacking."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            names = {member.filename for member in members}
            if len(members) > _MOST_MEMBERS:
                raise UploadRefused(_("Filen innehåller för många delar och tas inte emot."))
            if any(name.casefold().endswith(("vbaproject.bin", ".exe", ".js", ".dll")) for name in names):
                raise UploadRefused(_("Filen innehåller makron eller program. Spara den utan makron och försök igen."))
            unpacked = 0
            for member in members:
                with packed.open(member) as file:
                    while chunk := file.read(65536):
                        unpacked += len(chunk)
                        if unpacked > _MOST_UNPACKED:
                            raise UploadRefused(_("Filen blir för stor när den packas upp och tas inte emot."))
            return needs in names
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        if isinstance(error, UploadRefused):
            raise
        return False


_CHECKS = {
    "pdf": _pdf,
    "docx": lambda data: _zip(data, "word/document.xml"),
    "xlsx": lambda data: _zip(data, "xl/workbook.xml"),
    "odt": lambda data: _zip(data, "content.xml"),
    "png": _png,
    "jpg": _jpeg,
    "jpeg": _jpeg,
    "txt": _text,
    "csv": _text,
}


def content_disposition(filename: str) -> str:
    """The header that makes a browser save the file under its name (RFC 6266), whatever the name holds."""
    name = clean_filename(filename)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace('"', "_") or "fil"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
