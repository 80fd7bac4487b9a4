"""A one-page PDF for the demo, where a municipality would hand in its own. Marked TEST, as all that the demo makes."""

from collections.abc import Sequence
from io import BytesIO

import pikepdf

_A4 = (595, 842)  # points


def _text(line: str) -> bytes:
    return line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def page(title: str, lines: Sequence[str]) -> bytes:
    """``title`` and below it ``lines``, in the letters of cp1252."""
    pdf = pikepdf.new()
    sheet = pdf.add_blank_page(page_size=_A4)
    font = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    sheet.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    drawn = [b"BT /F1 10 Tf 72 800 Td (TEST) Tj 0 -40 Td /F1 18 Tf (" + _text(title) + b") Tj /F1 11 Tf"]
    drawn += [b"0 -22 Td (" + _text(line) + b") Tj" for line in lines]
    sheet.Contents = pdf.make_stream(b"\n".join([*drawn, b"ET"]))
    made = BytesIO()
    pdf.save(made, deterministic_id=True)
    return made.getvalue()
