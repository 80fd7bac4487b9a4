"""Which format a file has, and its text. Whatever the bytes are, the answer is a Source or an UnreadableFile."""

from pathlib import Path

from portal.documents.formats import plain
from portal.documents.formats.shapes import Source, UnreadableFile
from portal.documents.packages import MEGABYTE
from portal.text import _

LARGEST_TEXT = 5_000_000  # a long set of meeting papers as plain text is under one
LARGEST_FILE = 25 * MEGABYTE  # as large as may be attached
_ZIP, _OLE, _PDF, _RTF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"{\\rtf"


def source_at(path: Path) -> Source:
    """The file at ``path``. Raises UnreadableFile, also where it cannot be opened."""
    return source_of(_bytes_of(path), path.name)


def source_of(data: bytes, filename: str) -> Source:
    """The file as text; its name tells the format, and its bytes must agree. Raises UnreadableFile, and nothing else."""
    suffix = Path(filename).suffix.casefold()
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadableFile(_("Filen är tom. Välj en fil med text."))
    if len(data) > LARGEST_FILE:
        raise UnreadableFile(_("Filen är för stor för att läsas in. Den får vara högst 25\u00a0MB."))
    if suffix in (".doc", ".rtf", ".docm", ".dotx", ".dot", ".pages", ".wpd"):
        raise UnreadableFile(
            _("%(kind)s-filer kan inte läsas in. Spara filen som Word (.docx), PDF eller OpenDocument (.odt).", kind=suffix[1:])
        )
    source = _read(data, suffix)
    if not source.text.strip():
        raise UnreadableFile(_("Filen innehåller ingen text. Välj en fil med text, eller skriv in den."))
    return source


def _read(data: bytes, suffix: str) -> Source:
    """As the name says; the readers of the formats are imported when first used."""
    if suffix == ".docx":
        _demand(data, _ZIP, suffix)
        from portal.documents.formats.docx import read as read_docx

        return read_docx(data)
    if suffix == ".odt":
        _demand(data, _ZIP, suffix)
        from portal.documents.formats.odt import read as read_odt

        return read_odt(data)
    if suffix == ".pdf":
        _demand(data[:1024].lstrip(), _PDF, suffix)
        from portal.documents.formats.pdf import read as read_pdf

        return read_pdf(data)
    return Source("txt", _plain(data))


def _demand(data: bytes, magic: bytes, suffix: str) -> None:
    """Raises UnreadableFile where the file begins as another kind, and says which."""
    if data.startswith(magic):
        return
    if data.startswith(_OLE):
        raise UnreadableFile(
            _("Filen är skyddad med lösenord eller är i ett äldre format. Spara den utan lösenord som Word (.docx).")
        )
    kinds = {_ZIP: "Word eller OpenDocument", _PDF: "PDF", _RTF: "RTF"}
    kind = next((name for start, name in kinds.items() if data.startswith(start)), None)
    if kind:
        raise UnreadableFile(
            _("Filen heter %(suffix)s men är %(kind)s. Ge den rätt namn, eller spara den på nytt.", suffix=suffix, kind=kind)
        )
    raise UnreadableFile(
        _(
            "Filen är skadad eller är ingen %(suffix)s-fil. Öppna den i programmet den gjordes i och spara den på nytt.",
            suffix=suffix,
        )
    )


def _plain(data: bytes) -> str:
    if len(data) > LARGEST_TEXT:
        raise UnreadableFile(_("Filen är för stor för att läsas in. En textfil får vara högst 5\u00a0MB."))
    if data.startswith((_ZIP, _OLE, _PDF, _RTF)):
        raise UnreadableFile(
            _("Filen innehåller inte vanlig text. Ge den namnet som hör till formatet: .docx, .pdf eller .odt.")
        )
    return plain.text_in(data)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableFile(_("Filen är för stor för att läsas in. Den får vara högst 25\u00a0MB."))
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(_("Filen %(name)s kan inte öppnas. Kontrollera namnet.", name=path.name)) from error
