"""Which format a file has, and its text. Whatever the bytes are, the answer is a Source or an UnreadableFile."""

from pathlib import Path

from portal.documents.formats import plain
from portal.documents.formats.shapes import Source, UnreadableFile
from portal.text import _

LARGEST_TEXT = 5_000_000  # bytes; a long set of meeting papers as plain text is under one million


def text_of(source: Path | str | bytes, filename: str) -> str:
    """The text of a file given by its path or its bytes. Raises UnreadableFile."""
    data = source if isinstance(source, bytes) else _bytes_of(Path(source))
    return source_of(data, filename).text


def source_of(data: bytes, filename: str) -> Source:
    """The file as text; ``filename`` tells the format. Raises UnreadableFile, and nothing else."""
    known = {".docx": "Word", ".doc": "Word", ".pdf": "PDF", ".odt": "OpenDocument", ".rtf": "RTF"}
    suffix = Path(filename).suffix.casefold()
    if suffix in known:
        raise UnreadableFile(
            _("%(kind)s-filer kan inte läsas in. Kopiera texten och klistra in den i stället.", kind=known[suffix])
        )
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadableFile(_("Filen är tom."))
    if len(data) > LARGEST_TEXT:
        raise UnreadableFile(_("Filen är för stor för att läsas in. Den får vara högst 5 MB."))
    return Source("txt", plain.text_in(data))


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise UnreadableFile(_("Filen är för stor för att läsas in. Den får vara högst 5 MB."))
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(_("Filen %(name)s kan inte öppnas.", name=path.name)) from error
