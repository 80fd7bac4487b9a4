"""The same letter as a person would hand it in: a PDF with a text layer, a Word file, an OpenDocument file, plain text."""

import io
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import typst

from portal.documents.coverage import FONTS

NEW_PAGE = "\f"
_ODT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3" '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>{body}'
    "</office:text></office:body></office:document-content>"
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.3" '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" '
    'manifest:media-type="text/xml"/></manifest:manifest>'
)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: runs of lines with a blank line between them."""
    return [part.strip("\n") for part in text.replace(NEW_PAGE, "\n\n").split("\n\n") if part.strip()]


@cache
def as_pdf(text: str) -> bytes:
    """On A4 pages with a text layer; a form feed begins a page."""
    pages = [
        "#parbreak()\n".join(
            "#linebreak()\n".join(f"#text({_quoted(line)})" for line in part.split("\n")) for part in paragraphs(page)
        )
        for page in text.split(NEW_PAGE)
    ]
    source = '#set page(paper: "a4", margin: 25mm)\n#set text(font: "Source Sans 3", size: 11pt)\n' + "\n#pagebreak()\n".join(
        pages
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "letter.typ"
        path.write_text(source, encoding="utf-8")
        made = typst.compile(str(path), font_paths=[str(FONTS)], ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made


def _quoted(line: str) -> str:
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def as_docx(text: str) -> bytes:
    """As Word saves it."""
    document = docx.Document()
    for part in paragraphs(text):
        written = document.add_paragraph()
        for number, line in enumerate(part.split("\n")):
            if number:
                written.add_run().add_break()
            written.add_run(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_odt(text: str) -> bytes:
    """As LibreOffice saves it, with nothing but its words."""
    body = "".join(
        "".join(f"<text:p>{escape(line)}</text:p>" for line in part.split("\n")) + "<text:p/>" for part in paragraphs(text)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        archive.writestr("content.xml", _ODT.format(body=body), zipfile.ZIP_DEFLATED)
        archive.writestr("META-INF/manifest.xml", _MANIFEST, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def as_txt(text: str) -> bytes:
    """As an editor saves it."""
    return text.encode()


AS_FILE: dict[str, Callable[[str], bytes]] = {"pdf": as_pdf, "docx": as_docx, "odt": as_odt, "txt": as_txt}
