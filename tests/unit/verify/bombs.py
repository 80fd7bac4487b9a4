"""Files that are made to keep a verifier busy, or to make it fail. Each is a few kilobytes to a few megabytes."""

import zlib
from collections.abc import Callable

from tests.scale import times

_SIZE = times(1024 * 1024, 16 * 1024 * 1024)


def _pdf(*objects: bytes, root: int = 1) -> bytes:
    """A file of these objects, the first of which has number 1."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, at)
    return bytes(out)


def _stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), extra, data)


def _packed(data: bytes) -> bytes:
    return _stream(zlib.compress(data, 9), b"/Filter/FlateDecode")


_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<>>>>"


def _page(content: bytes) -> bytes:
    return _pdf(_CATALOG, _PAGES, _PAGE, content)


def _circle_of_sections() -> bytes:
    body = b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R/Prev 9>>\n"
    return body + b"startxref\n9\n%%EOF\n"


def _many_revisions() -> bytes:
    out, previous = bytearray(_page(_stream(b"q Q"))), 0
    previous = out.rindex(b"xref\n0 ")
    for _ in range(600):
        at = len(out)
        out += b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 5/Root 1 0 R/Prev %d>>\n" % previous
        out += b"startxref\n%d\n%%%%EOF\n" % at
        previous = at
    return bytes(out)


BOMBS: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a head alone": lambda: b"%PDF-1.7\n",
    "zeros": lambda: bytes(1_000_000),
    "brackets": lambda: b"%PDF-1.7\n" + b"[" * _SIZE + b"\nstartxref\n9\n%%EOF",
    "dictionaries": lambda: _pdf(b"<</A" * 100_000),
    "comments": lambda: _pdf(b"%\n" * (_SIZE // 2)),
    "a string without end": lambda: _pdf(b"(" + b"a(" * (_SIZE // 2)),
    "a long string": lambda: _pdf(b"(" + b"\\(" * (_SIZE // 2)),
    "a circle of sections": _circle_of_sections,
    "many revisions": _many_revisions,
    "a circle of pages": lambda: _pdf(_CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]>>"),
    "many pages": lambda: _pdf(_CATALOG, b"<</Type/Pages/Kids[" + b"3 0 R " * (_SIZE // 64) + b"]>>", _PAGE, _stream(b"q Q")),
    "a length that is itself": lambda: _page(b"<</Length 4 0 R>>\nstream\nq Q\nendstream"),
    "a bomb of zeros": lambda: _page(_packed(bytes(60_000_000))),
    "a bomb of operators": lambda: _page(_packed(b"q Q " * 3_000_000)),
    "a bomb of operands": lambda: _page(_packed(b"1 " * 4_000_000)),
    "a bomb of depth": lambda: _page(_packed(b"[" * 4_000_000)),
    "saved for ever": lambda: _page(_packed(b"q " * 500_000)),
    "a form in itself": lambda: _pdf(
        _CATALOG,
        _PAGES,
        _PAGE.replace(b"<<>>", b"<</XObject<</X 5 0 R>>>>"),
        _stream(b"/X Do"),
        _stream(b"/X Do /X Do", b"/Subtype/Form/Resources<</XObject<</X 5 0 R>>>>"),
    ),
    "a number too large": lambda: _page(_stream(b"9" * 5000 + b" 0 0 1 0 0 cm")),
}
