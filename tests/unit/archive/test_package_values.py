"""Values on their way into the package and back, and the formats of files."""

import io
import zipfile
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from lxml import etree

from portal.archive.package import formats, own_data
from portal.archive.package.holdings import Value

VALUES: list[Value] = [
    "",
    'Äskande <b> & "c" ]]>\n två rader\tflik',
    "styrtecken \x0b och \r\n radslut \ufffe",
    0,
    -9_007_199_254_740_993,
    True,
    False,
    None,
    date(2026, 2, 28),
    datetime(2026, 11, 23, 1, 2, 3, 45_000, UTC),
    UUID(int=7),
    b"\x00\xff",
    {"a": [1, None, "ö\x00"], "b": {"c": True}},
    [],
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_as_it_was_and_of_its_own_kind(value: Value) -> None:
    made = own_data.element({"things": ({"id": 1, "value": value},)})
    [back] = own_data.rows_of(etree.fromstring(etree.tostring(made)))["things"]
    assert back == {"id": 1, "value": value}
    assert type(back["value"]) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"), [("int", "ett"), ("bool", "ja"), ("colour", "röd"), ("uuid", "x"), ("date", "i går")]
)
def test_what_is_not_of_its_kind_is_not_read(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        own_data.read(kind, text)


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in members.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


_XMP = b'%%PDF-1.7\n<rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>%s</pdfaid:part><pdfaid:conformance>%s</pdfaid:conformance></rdf:Description>\n%%%%EOF\n'
_ODT = b"application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("data", "mime", "puid", "ending", "archival"),
    [
        (_XMP % (b"2", b"A"), "", "fmt/476", ".pdf", True),
        (_XMP % (b"3", b"A"), "", "fmt/479", ".pdf", True),
        (_XMP.replace(b"1.7", b"1.4") % (b"1", b"B"), "", "fmt/354", ".pdf", True),
        (b"%PDF-1.3\n/GTS_PDFXVersion (PDF/X-1:2001)\n%%EOF\n", "", "fmt/145", ".pdf", False),
        (b"%PDF-1.7\n", "", "fmt/276", ".pdf", False),
        (b"\x89PNG\r\n\x1a\n", "", "fmt/11", ".png", True),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01", "", "fmt/43", ".jpg", True),
        (b"II*\x00", "", "fmt/353", ".tif", True),
        (_zip(word__document_xml=b"<w/>"), "", "fmt/412", ".docx", False),
        (_zip(xl__workbook_xml=b"<w/>"), "", "fmt/214", ".xlsx", False),
        (_zip(mimetype=_ODT, content_xml=b'<x office:version="1.2"/>'), "", "fmt/291", ".odt", False),
        ("Plan för parken".encode(), "text/plain", "x-fmt/111", ".txt", True),
        ("Plan för parken".encode("cp1252"), "text/plain; charset=utf-8", "x-fmt/111", ".txt", True),
        (b"a;b\n1;2\n", "text/csv; charset=utf-8", "x-fmt/18", ".csv", True),
        (b"\x00\x01\x02", "text/plain", "", ".bin", False),
        (b"MZ", "application/pdf", "", ".bin", False),
        (b"PK\x03\x04 broken", "", "", ".bin", False),
    ],
)
def test_a_format_is_told_by_what_the_file_holds(data: bytes, mime: str, puid: str, ending: str, archival: bool) -> None:
    found = formats.of(data, mime)
    assert (found.puid, found.ending, found.is_archival) == (puid, ending, archival)
