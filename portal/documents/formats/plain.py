"""Plain text in the encodings that offices use."""

import codecs

from portal.documents.formats.shapes import UnreadableFile
from portal.text import _

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def text_in(data: bytes) -> str:
    """The text of the file. Raises UnreadableFile where it is a program, a picture or the like."""
    text = _decoded(data)
    if "\x00" in text or sum(char < " " and char not in "\n\r\t\f\v" for char in text) > len(text) / 100:
        raise UnreadableFile(_("Filen innehåller inte vanlig text. Kopiera texten och klistra in den i stället."))
    return text


def _decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else the western European code page of older systems."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableFile(_("Filens teckenkodning kan inte läsas. Spara filen på nytt som UTF-8.")) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace") if b"\x00" not in data else data.decode("latin-1")
