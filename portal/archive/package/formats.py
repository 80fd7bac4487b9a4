"""What format a file is in, by what it holds: its name, version and key in PRONOM (PUID), as archives know it at ingest."""

import re
import zipfile
from dataclasses import dataclass, replace
from io import BytesIO

from portal.archive.package import pronom
from portal.documents.uploads import encoding_of

_PDFA = {
    ("1", "A"): ("fmt/95", "1a"),
    ("1", "B"): ("fmt/354", "1b"),
    ("2", "A"): ("fmt/476", "2a"),
    ("2", "B"): ("fmt/477", "2b"),
    ("2", "U"): ("fmt/478", "2u"),
    ("3", "A"): ("fmt/479", "3a"),
    ("3", "B"): ("fmt/480", "3b"),
    ("3", "U"): ("fmt/481", "3u"),
    ("4", ""): ("fmt/1910", "4"),
    ("4", "E"): ("fmt/1911", "4e"),
    ("4", "F"): ("fmt/1912", "4f"),
}
_PDF = {"1.0": "fmt/14", "1.1": "fmt/15", "1.2": "fmt/16", "1.3": "fmt/17", "1.4": "fmt/18", "1.5": "fmt/19",
        "1.6": "fmt/20", "1.7": "fmt/276", "2.0": "fmt/1129"}  # fmt: skip
_PART = re.compile(rb"pdfaid:part(?:>|=[\"'])\s*(\d)")
_CONFORMANCE = re.compile(rb"pdfaid:conformance(?:>|=[\"'])\s*([A-Za-z])")
_VERSION = re.compile(rb"%PDF-(\d\.\d)")
_JPEG = {b"\x01\x00": ("fmt/42", "1.00"), b"\x01\x01": ("fmt/43", "1.01"), b"\x01\x02": ("fmt/44", "1.02")}


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its media type, name, version and PUID (both empty where PRONOM's is not known here), and the ending of a
    file's name. ``is_archival``: RA-FS 2009:2 takes it, or a later part of PDF/A."""

    mime: str
    name: str
    version: str
    puid: str
    ending: str
    is_archival: bool = False


XML = Format("application/xml", "Extensible Markup Language", "1.0", "fmt/101", ".xml", is_archival=True)
TEXT = Format("text/plain", "Plain Text File", "", "x-fmt/111", ".txt", is_archival=True)
CSV = Format("text/csv", "Comma Separated Values", "", "x-fmt/18", ".csv", is_archival=True)
JSON = Format("application/json", "JSON Data Interchange Format", "", "fmt/817", ".json")
_BINARY = Format("application/octet-stream", "Unknown", "", "", ".bin")
_OOXML = "application/vnd.openxmlformats-officedocument"
_WORD, _EXCEL = "Microsoft Word for Windows", "Microsoft Excel for Windows"
_OFFICE = {
    "word/document.xml": Format(f"{_OOXML}.wordprocessingml.document", _WORD, "2007 onwards", "fmt/412", ".docx"),
    "xl/workbook.xml": Format(f"{_OOXML}.spreadsheetml.sheet", _EXCEL, "2007 onwards", "fmt/214", ".xlsx"),
}
_ODF = {"1.0": "fmt/136", "1.1": "fmt/290", "1.2": "fmt/291", "1.3": "fmt/1756"}


def of(data: bytes, mime: str = "") -> Format:
    """The format of the file; ``mime`` is what it was taken for when it came in.

    Where PRONOM's signatures, which archives go by at ingest, call a known format something else (PDF/X, an OpenDocument newer
    than they are, a PDF/A whose description they do not find), it is what they call it.
    """
    found = _by_content(data, mime)
    told = pronom.by_content(data) if found.puid else frozenset()
    if not told or found.puid in told or found.puid not in pronom.names():
        return found
    puid = min(told)
    name, version = pronom.names()[puid]
    return replace(
        found, name=name, version=version, puid=puid, is_archival=found.is_archival and found.mime != "application/pdf"
    )


def _by_content(data: bytes, mime: str) -> Format:
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        puid, version = _JPEG.get(data[11:13], ("fmt/44", "1.02")) if data[6:10] == b"JFIF" else ("fmt/1507", "")
        return Format("image/jpeg", "JPEG File Interchange Format", version, puid, ".jpg", is_archival=True)
    if data[:4] in (b"II*\x00", b"MM\x00*"):
        return Format("image/tiff", "Tagged Image File Format", "", "fmt/353", ".tif", is_archival=True)
    if data.startswith(b"PK\x03\x04"):
        return _package(data)
    if data.startswith(b"<?xml"):
        return XML
    if mime.startswith("text/") and encoding_of(data):
        return CSV if mime.startswith(CSV.mime) else TEXT
    return _BINARY


def _pdf(data: bytes) -> Format:
    if part := _PART.search(data):
        level = _CONFORMANCE.search(data)
        key = (part[1].decode(), level[1].decode().upper() if level else "")
        puid, version = _PDFA.get(key, ("", "".join(key).lower()))
        name = "Acrobat PDF/A - Portable Document Format"
        return Format("application/pdf", name, version, puid, ".pdf", is_archival=bool(puid))
    found = _VERSION.match(data)
    version = found[1].decode() if found else ""
    return Format("application/pdf", "Acrobat PDF - Portable Document Format", version, _PDF.get(version, ""), ".pdf")


def _png(data: bytes) -> Format:
    """PRONOM tells PNG 1.1 by a colour profile or a suggested palette, 1.2 by international text."""
    later = (b"iTXt", "1.2", "fmt/13"), (b"iCCP", "1.1", "fmt/12"), (b"sPLT", "1.1", "fmt/12")
    version, puid = next(((v, p) for chunk, v, p in later if chunk in data[:4096]), ("1.0", "fmt/11"))
    return Format("image/png", "Portable Network Graphics", version, puid, ".png", is_archival=True)


def _package(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = set(package.namelist())
            if "mimetype" in names and package.read("mimetype")[:60] == b"application/vnd.oasis.opendocument.text":
                found = re.search(rb"office:version=[\"'](\d\.\d)", package.open("content.xml").read(65536))
                version = found[1].decode() if found else ""
                mime = "application/vnd.oasis.opendocument.text"
                return Format(mime, "OpenDocument Text", version, _ODF.get(version, ""), ".odt")
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError, ValueError):
        names = set()
    return next((known for part, known in _OFFICE.items() if part in names), _BINARY)
