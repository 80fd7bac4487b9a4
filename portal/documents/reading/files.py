"""The text of an uploaded or named file. Plain text is read now; other formats say that they are not."""

import codecs
from pathlib import Path

from portal.text import _

LARGEST_FILE = 5_000_000  # bytes; a long set of meeting papers as plain text is under one million
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_KNOWN = {
    ".docx": "Word", ".doc": "Word", ".pdf": "PDF", ".odt": "OpenDocument", ".rtf": "RTF",
}  # fmt: skip


class UnreadableFile(ValueError):
    """The file holds no text this program can read; the message is a sentence for the person who chose it."""


def text_of(source: Path | str | bytes, filename: str) -> str:
    """The text of a file given by its path or its bytes; ``filename`` tells the format.

    Raises UnreadableFile for an empty, too large or binary file and for formats other than plain text.
    """
    suffix = Path(filename).suffix.casefold()
    if suffix in _KNOWN:
        raise UnreadableFile(
            _("%(kind)s-filer kan inte läsas in. Kopiera texten och klistra in den i stället.", kind=_KNOWN[suffix])
        )
    data = source if isinstance(source, bytes) else _bytes_of(Path(source))
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadableFile(_("Filen är tom."))
    if len(data) > LARGEST_FILE:
        raise UnreadableFile(_("Filen är för stor för att läsas in. Den får vara högst 5 MB."))
    text = _decoded(data)
    if "\x00" in text or sum(char < " " and char not in "\n\r\t\f\v" for char in text) > len(text) / 100:
        raise UnreadableFile(_("Filen innehåller inte vanlig text. Kopiera texten och klistra in den i stället."))
    return text


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableFile(_("Filen är för stor för att läsas in. Den får vara högst 5 MB."))
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(_("Filen %(name)s kan inte öppnas.", name=path.name)) from error


def _decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else the western European code page of older systems."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableFile(_("Filens teckenkodning kan inte läsas.")) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace") if b"\x00" not in data else data.decode("latin-1")
