"""The text of our own PDFs, read in pure Python: the lines a reader sees, and nothing from a file that is another's."""

import io
import re
import subprocess
import zlib
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from portal.documents import rendering
from portal.verify.pages import UnreadablePdf, page_lines, pages_text
from tests import document_examples


@cache
def _decision() -> bytes:
    return rendering.render("decision", document_examples.decision())


def _words(text: str) -> list[str]:
    return sorted(re.sub("[\u200b\xad]", "", text).split())


def test_every_word_that_poppler_reads_stands_on_the_same_page(tmp_path: Path) -> None:
    crest = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><defs><linearGradient id="g"><stop stop-color="#fff"/>'
        '<stop offset="1" stop-color="#000"/></linearGradient></defs><rect width="10" height="10" fill="url(#g)" '
        'opacity="0.5" transform="rotate(20)"/></svg>'
    )
    decision = document_examples.decision()
    decision["municipality"]["crest_svg"] = crest
    for name, pdf in (
        ("decision", rendering.render("decision", decision)),
        ("submission", rendering.render("submission", document_examples.submission())),
        ("test", rendering.render("decision", {**document_examples.decision(), "test": True, "proof": None})),
    ):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(pdf)
        read = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout
        for ours, theirs in zip(pages_text(pdf), read.split("\f"), strict=False):
            assert _words(ours) == _words(theirs)


def test_a_line_is_what_stands_at_one_height_and_monospaced_lines_are_exact() -> None:
    pages = page_lines(_decision())
    assert "Kamerabevakning 600 000 kr 500 000 kr Tillstånd ska finnas innan" in [
        line.text.replace("\xa0", " ").strip() for line in pages[0]
    ]
    proof = [line.text for line in pages[-1] if line.monospaced and not line.artifact]
    assert "c2sp.org/tlog-proof@v1" in "".join(proof)
    heads = [line.text for line in pages[1] if line.artifact]
    assert heads[0] == "Åkersbro kommun Delegationsbeslut"
    assert heads[-1].endswith("Sida 2 (3)")


def _with_content(change: bytes, instead: bytes) -> bytes:
    """The decision with a page whose content is changed, in an appended revision as any editor would write it."""
    pdf = _decision()
    for found in re.finditer(rb"(\d+) 0 obj\n<<[^>]*?/Filter/FlateDecode[^>]*?>>\s*stream\r?\n", pdf):
        content = zlib.decompressobj().decompress(pdf[found.end() :])
        if content.startswith(b"/Artifact") and change in content:
            break
    body = zlib.compress(content.replace(change, instead, 1))
    start = len(pdf)
    new = b"%s 0 obj\n<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream\nendobj\n" % (found[1], len(body), body)
    table = b"xref\n%s 1\n%010d 00000 n\r\n" % (found[1], start)
    trailer = pdf[pdf.rindex(b"trailer\n<<") + 10 : pdf.rindex(b">>")]
    tail = b"trailer\n<<%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    previous = int(pdf[pdf.rindex(b"startxref\n") + 10 :].split()[0])
    return pdf + new + table + tail % (trailer, previous, start + len(new))


def test_the_current_revision_is_read_and_what_typst_never_writes_is_refused() -> None:
    assert pages_text(_with_content(b"EMC", b"EMC "))[0:1] == pages_text(_decision())[0:1]
    for change, instead in (
        (b"0 Tr", b"3 Tr"),  # text that nobody sees
        (b"BT", b"BT 1 Ts"),
        (b"/Artifact", b"/OC /hidden BDC EMC /Artifact"),
        (b"ET\n", b""),
        (b"Q\n", b"Q Q\n"),
        (b"/f0 9 Tf", b"/nix 9 Tf"),
        (b"(\\0006", b"(\\3776"),  # a glyph without text
    ):
        with pytest.raises(UnreadablePdf, match=r"text|typsnitt|dölj|trasig|tecken|använd"):
            pages_text(_with_content(change, instead))


def test_a_file_that_is_not_whole_from_its_first_byte_to_its_last_is_refused() -> None:
    pdf = _decision()
    for broken in (
        b"",
        b"%PDF-1.7\n",
        pdf[:-1000],
        b"\n" + pdf,
        pdf + b"junk",
        pdf + b"\n",
        pdf.replace(b"/Type/Catalog", b"/Type/Katalog"),
        pdf.replace(b"xref\n0 ", b"xref\n1 "),
        re.sub(rb"startxref\n\d+", b"startxref\n17", pdf),
        pdf.replace(b"trailer\n<<", b"trailer\n<</Prev 9 "),
        pdf.replace(b"trailer\n<<", b"trailer\n<</Encrypt 9 0 R"),
        pdf.replace(b"trailer\n<<", b"trailer\n<</XRefStm 9 "),
    ):
        with pytest.raises(UnreadablePdf):
            pages_text(broken)


def test_a_file_with_packed_objects_reads_the_same() -> None:
    whole = io.BytesIO()
    with pikepdf.open(io.BytesIO(_decision())) as pdf:
        pdf.save(whole, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"/ObjStm" in whole.getvalue() and b"/XRef" in whole.getvalue()
    assert pages_text(whole.getvalue()) == pages_text(_decision())
