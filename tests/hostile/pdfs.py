"""PDF files with what a reader should know of, or refuse; made by qpdf, and by hand where it would not."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

TEXT = b"BT /F1 12 Tf 50 700 Td (Sakerhetsenheten askar 100 000 kronor.) Tj ET"


def javascript() -> Dictionary:
    """A script, made anew each time: an object belongs to the file it is put into."""
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def made(change: Callable[[Pdf], None] = lambda _pdf: None, pages: int = 1, **saved: Any) -> bytes:
    """A PDF with text on its pages, changed."""
    pdf = Pdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for _page in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
        page = pdf.pages[-1]
        page.Contents = pdf.make_stream(TEXT)
        page.Resources = Dictionary(Font=Dictionary(F1=font))
    change(pdf)
    out = io.BytesIO()
    pdf.save(out, **saved)
    return out.getvalue()


def packed(change: Callable[[Pdf], None]) -> bytes:
    """As ``made``, with every object within an object stream: no search of the file's bytes finds it."""
    return made(change, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True)


def locked(user: str) -> bytes:
    """With a password: ``user`` to open it, or only to change it."""
    return made(encryption=pikepdf.Encryption(owner="agare", user=user))


def script_when_opened(pdf: Pdf) -> None:
    """A script that runs when the file is opened."""
    pdf.Root.OpenAction = pdf.make_indirect(javascript())


def opens_at_a_place(pdf: Pdf) -> None:
    """The file opens at its first page, as most do."""
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])


def script_by_name(pdf: Pdf) -> None:
    """A script that runs because it stands in the list of names."""
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(javascript())])))


def annotated(*, action: dict[str, Any] | None = None, **what: Any) -> Callable[[Pdf], None]:
    """Something on the first page, with what pressing it does."""

    def change(pdf: Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **what)
        if action:
            note.A = Dictionary(**action)
        pdf.pages[0].Annots = Array([pdf.make_indirect(note)])

    return change


def page_acts(pdf: Pdf) -> None:
    """Something done when a page is shown."""
    pdf.pages[0].obj.AA = Dictionary(O=javascript())


def attached(pdf: Pdf) -> None:
    """Another file within the file."""
    pdf.attachments["a.exe"] = b"MZ"


def form(pdf: Pdf) -> None:
    """A form in XML."""
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def endless_pages(pdf: Pdf) -> None:
    """A tree of pages that is its own branch."""
    pdf.Root.Pages.Kids = Array([pdf.Root.Pages])


def by_hand(catalog: bytes = b"", more: bytes = b"") -> bytes:
    """A PDF as few bytes as it takes, with anything in its catalog."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R" + catalog + b">>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        + more
        + b"trailer<</Root 1 0 R/Size 9>>\n%%EOF\n"
    )


def bomb(megabytes: int) -> bytes:
    """An object stream that unpacks to so much, in which the catalog is said to stand."""
    inside = b"1 0 " + b"<</Type/Catalog/Pages 2 0 R>>"
    squeezed = zlib.compressobj(9)
    stream = squeezed.compress(inside)
    for _each in range(megabytes):
        stream += squeezed.compress(b" " * 1024 * 1024)
    stream += squeezed.flush()
    out = bytearray(b"%PDF-1.7\n")
    at = {}
    for number, body in (
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        (3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
        (4, b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(stream) + stream + b"\nendstream"),
    ):
        at[number] = len(out)
        out += b"%d 0 obj" % number + body + b"endobj\n"
    rows = [(0, 0, 65535), (2, 4, 0), *((1, at[n], 0) for n in (2, 3, 4)), (1, len(out), 0)]
    table = b"".join(bytes([kind]) + where.to_bytes(4, "big") + number.to_bytes(2, "big") for kind, where, number in rows)
    start = len(out)
    out += b"5 0 obj<</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Length %d>>stream\n" % len(table) + table + b"\nendstream endobj\n"
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start
