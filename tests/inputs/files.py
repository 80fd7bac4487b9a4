"""Files that are not what they say, too much of what they say, or named to do harm; and whether each may be attached."""

import base64
import codecs
import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

_DOCX = (
    b'<Types><Override PartName="/word/document.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R/Size 4>>\n%%EOF\n"
)
_HTML = b"<!doctype html><x-canary><script>alert(1)</script>"
_PLAIN = "Åtgärder och belopp, 1 000 kr.\n".encode()
_PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file as sent; ``attached`` is whether a case takes it in (under a harmless name, to be downloaded only)."""

    label: str
    filename: str
    content: bytes | Callable[[], bytes]
    attached: bool

    def data(self) -> bytes:
        """Its bytes; what is large is made when it is asked for."""
        return self.content if isinstance(self.content, bytes) else self.content()


def _zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _docx(**more: bytes) -> bytes:
    return _zipped({"[Content_Types].xml": _DOCX, "word/document.xml": b"<w/>", **more})


def _odt(content: bytes = b"<o/>") -> bytes:
    return _zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content})


def _encrypted(data: bytes) -> bytes:
    """The flag for encryption set in every header of the zip."""
    made = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = made.find(mark)
        while found >= 0:
            made[found + at] |= 1
            found = made.find(mark, found + 4)
    return bytes(made)


def _method_99(data: bytes) -> bytes:
    made = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        found = made.find(mark)
        while found >= 0:
            made[found + at] = 99
            found = made.find(mark, found + 4)
    return bytes(made)


# Names around a text that may be attached.
_NAMED = (
    ("path upwards", "../../../etc/passwd.txt", True),
    ("path upwards, windows", "..\\..\\system32\\x.txt", True),
    ("absolute path", "/etc/cron.d/x.txt", True),
    ("device", "CON.txt", True),
    ("device with two endings", "aux.tar.txt", True),
    ("300 characters", "å" * 300 + ".txt", True),
    ("emoji", "😀🏳️‍🌈.txt", True),
    ("markup", "<x-canary onload=1>.txt", True),
    ("formula", "=cmd|calc.txt", True),
    ("template", "{{7*7}}.txt", True),
    ("zero width", "a\u200bb\ufeff.txt", True),
    ("combining", "e\u0301" * 90 + ".txt", True),
    ("percent encoded path", "%2e%2e%2fx.txt", True),
    ("query", "x.txt?y=.txt", True),
    ("NUL before the ending", "x\x00.txt", True),
    ("NUL hiding the ending", "x.txt\x00.exe", False),
    ("line break and a header", "x\r\nX-Canary: 1\r\n.txt", False),
    ("direction turned round", "\u202etxt.exe", False),
    ("two endings", "x.txt.exe", False),
    ("stream", "x.txt:evil", False),
    ("only an ending", ".txt", False),
    ("only dots", "...", False),
    ("nothing", "", False),
    ("folder", "x.txt/", False),
    ("no ending", "x", False),
    ("shell", "x.txt;rm -rf .sh", False),
    ("unknown ending", "x." + "y" * 400, False),
)
# Contents under an honest ending.
_FILLED = (
    ("page as text", "x.txt", _HTML, False),
    ("page as text after spaces", "x.txt", b" \r\n\t" + _HTML, False),
    ("picture that is a page", "x.png", _HTML, False),
    ("vector picture", "x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", False),
    ("vector picture as png", "x.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", False),
    ("page", "x.html", _HTML, False),
    ("script", "x.js", b"alert(1)", False),
    ("program", "x.exe", b"MZ" + b"\x00" * 100, False),
    ("program as pdf", "x.pdf", b"MZ" + b"\x00" * 100, False),
    ("program as text", "x.txt", b"\x7fELF\x02\x01\x01" + b"\x00" * 100, False),
    ("page before the pdf", "x.pdf", _HTML + _PDF, False),
    ("pdf cut off", "x.pdf", _PDF[:40], False),
    ("page after the pdf", "x.pdf", _PDF + _HTML + b" " * 4_000, False),
    ("pdf called text", "x.txt", _PDF, False),
    ("pdf called docx", "x.docx", _PDF, False),
    ("pdf", "x.pdf", _PDF, True),
    ("pdf with script", "x.pdf", _PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), True),
    ("docx", "x.docx", _docx(), True),
    ("docx cut off", "x.docx", _docx()[:-30], False),
    ("docx cut in the middle", "x.docx", _docx()[:60], False),
    ("docx that unpacks to 300 MB", "x.docx", lambda: _docx(**{"word/media/a.bin": bytes(300 * _MEGABYTE)}), False),
    ("docx with 2 000 parts", "x.docx", _docx(**{f"word/{n}.xml": b"" for n in range(2_000)}), False),
    ("docx with macros", "x.docx", _docx(**{"word/vbaProject.bin": b"x"}), False),
    ("docx encrypted", "x.docx", _encrypted(_docx()), False),
    ("docx packed unknown", "x.docx", _method_99(_docx()), False),
    (
        "docx with outside entity",
        "x.docx",
        _docx(**{"word/x.xml": b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>"}),
        False,
    ),
    ("docx called xlsx", "x.xlsx", _docx(), False),
    ("docx called odt", "x.odt", _docx(), False),
    ("docx without its document", "x.docx", _zipped({"[Content_Types].xml": _DOCX}), False),
    ("zip", "x.zip", _docx(), False),
    ("docx in a zip", "x.docx", _zipped({"x.docx": _docx()}), False),
    ("odt", "x.odt", _odt(), True),
    ("odt cut off", "x.odt", _odt()[:-25], False),
    ("odt that unpacks to 150 MB", "x.odt", lambda: _odt(bytes(150 * _MEGABYTE)), False),
    ("odt without a type", "x.odt", _zipped({"content.xml": b"<o/>"}), False),
    ("macro document", "x.docm", _docx(), False),
    ("png", "x.png", _PNG, True),
    ("png cut off", "x.png", _PNG[:20], False),
    ("png with a page first", "x.png", _HTML + _PNG, False),
    ("jpeg cut off", "x.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 50, False),
    ("gif", "x.gif", b"GIF89a" + b"\x00" * 20, False),
    ("gif as jpg", "x.jpg", b"GIF89a/*" + b"\x00" * 20 + b"*/alert(1)", False),
    ("text with NUL", "x.txt", b"a\x00b", False),
    ("text with escapes", "x.txt", b"\x1b[2J\x1b]0;x\x07", False),
    ("half UTF-16", "x.txt", codecs.BOM_UTF16_LE + b"\x00\xd8a", False),
    ("gzip as text", "x.txt", gzip.compress(_PLAIN * 100), False),
    ("csv with NUL", "x.csv", b"a;b\n\x00;1\n", False),
    ("csv with one long field", "x.csv", b'"' + b"a" * 200_000, False),
    ("csv with formulas", "x.csv", b"=1+1;@SUM(A1)\n", True),
    ("empty", "x.txt", b"", False),
    ("26 MB", "x.txt", lambda: b"a" * 26 * _MEGABYTE, False),
)

HOSTILE = (
    *(Hostile(f"name: {label}", filename, _PLAIN, attached) for label, filename, attached in _NAMED),
    *(Hostile(label, filename, content, attached) for label, filename, content, attached in _FILLED),
)
