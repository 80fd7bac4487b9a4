"""Files that cannot be read: one sentence that says what to do, at once, in little memory, and never another exception."""

import io
import os
import random
import re
import resource
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.documents.formats import UnreadableFile, page_count, page_picture, pdfium, source_at, source_of
from tests.documents.formats import make_odt, make_pdf

FOLDER = Path(__file__).parents[3] / "documents" / "formats"
WORD = (FOLDER / "hammarlunda-mall.docx").read_bytes()
ODT = (FOLDER / "vasslanda-spannade-celler.odt").read_bytes()
PDF = (FOLDER / "nasbrunna-liggande-sida.pdf").read_bytes()
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def packed(**members: str | bytes) -> bytes:
    """A package; ``__`` in a name stands for a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", data)
    return out.getvalue()


def word(body: str) -> bytes:
    return packed(word__document=f"<w:document {W}><w:body>{body}</w:body></w:document>")


def with_content(content: bytes, pages: int = 1) -> bytes:
    """A PDF whose pages all have this content, packed."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    page.Contents = pdf.make_stream(b"")
    page.Contents.write(zlib.compress(content, 9), filter=pikepdf.Name.FlateDecode)
    for _page in range(pages - 1):
        pdf.pages.append(pdf.pages[0])
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def locked() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="hemligt", user="hemligt"))
    return out.getvalue()


LETTERS = b"".join(b"BT /F1 1 Tf 1 0 0 1 10 %d Tm (%s) Tj ET " % (y, b"abcdefghij" * 80) for y in range(10, 90))
HELLO = b"BT /F1 12 Tf 1 0 0 1 50 50 Tm (Hej) Tj ET "
BROKEN = {
    "empty": ("a.docx", b"", "tom"),
    "blank": ("a.txt", b" \r\n\t", "tom"),
    "old Word": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"Spara filen som Word \(\.docx\)"),
    "RTF": ("brev.RTF", b"{\\rtf1 Hej}", r"Spara filen som Word \(\.docx\)"),
    "macros": ("a.docm", WORD, r"Spara filen som Word \(\.docx\)"),
    "Word locked with a password": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "lösenord"),
    "a PDF named as Word": ("a.docx", PDF, "är PDF"),
    "Word named as PDF": ("a.pdf", WORD, "är Word"),
    "RTF named as Word": ("a.docx", b"{\\rtf1 Hej}", "är RTF"),
    "text named as Word": ("a.docx", b"Hej", "skadad"),
    "Word named as text": ("a.txt", WORD, "inte vanlig text"),
    "a program named as text": ("a.txt", b"MZ\x00\x01\x02\x03" * 50, "inte vanlig text"),
    "a spreadsheet named as Word": ("a.docx", packed(xl__workbook="<workbook/>"), "ingen Word-fil"),
    "OpenDocument named as Word": ("a.docx", ODT, "ingen Word-fil"),
    "Word named as OpenDocument": ("a.odt", WORD, "ingen OpenDocument-fil"),
    "Word cut off": ("a.docx", WORD[:-300], "skadad"),
    "no body": ("a.docx", packed(word__document=f"<w:document {W}/>"), "skadad"),
    "not well-formed": ("a.docx", word("<w:p>"), "skadad"),
    "no words": ("a.docx", word("<w:p/>"), "ingen text"),
    "entities": ("a.docx", packed(word__document=f'<!DOCTYPE d [<!ENTITY a "b">]><w:document {W}>&a;</w:document>'), "skadad"),
    "another encoding": ("a.docx", packed(word__document="<d/>".encode("utf-16")), "skadad"),
    "OpenDocument locked": ("a.odt", packed(content="<x/>", **{"META-INF__manifest": "<a encryption-data='1'/>"}), "lösenord"),
    "PDF locked": ("a.pdf", locked(), "lösenord"),
    "PDF cut off": ("a.pdf", PDF[:300], "skadad"),
    "PDF of pictures": ("a.pdf", with_content(b"10 10 200 200 re f"), "bara bilder"),
    "PDF without pages": ("a.pdf", b"%PDF-1.4\n%%EOF", "skadad"),
}  # fmt: skip


def large() -> dict[str, tuple[str, bytes, str]]:
    """Files that are large, or become it."""
    return {
        "endless tags": ("a.docx", word("<w:p/>" * 700_000), "för stor"),
        "zip bomb": ("a.docx", word("<w:p>" + " " * 42_000_000 + "</w:p>"), "för stor"),
        "5 000 pages": ("a.pdf", of_pages(5_000), "5000 sidor.*spara de sidor"),
        "a million letters": ("a.pdf", with_content(LETTERS, 10), "för stor"),
        "PDF bomb of 150 MB": ("a.pdf", with_content(b" " * 150_000_000), "för stor"),
        "too large": ("a.pdf", b"%PDF-1.7" + bytes(26 * 1024 * 1024), "högst 25\u00a0MB"),
        "text too large": ("a.txt", b"a" * 5_000_001, "för stor"),
    }  # fmt: skip


def of_pages(count: int) -> bytes:
    """A PDF with so many pages, each an object of its own."""
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>"]
    parts[1] %= (count, b" ".join(b"%d 0 R" % (at + 3) for at in range(count)))
    parts += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"] * count
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF"
    return bytes(out) + end % (len(parts) + 1, table, len(parts) + 1, len(out))


def megabytes(what: str) -> int:
    """Of this process: ``VmRSS`` what it holds, ``VmHWM`` the most it has held since it was last set back."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(rf"{what}:\s+(\d+)", status)[0]) // 1024


def children() -> int:
    """Megabytes that the largest of the processes that have ended held at most."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def test_every_file_that_cannot_be_read_is_refused_with_what_to_do_in_little_memory_and_time() -> None:
    source_of(PDF, "a.pdf")
    source_of(WORD, "a.docx")
    pdfium.stop()
    ended = children()
    for name, (filename, data, words) in {**BROKEN, **large()}.items():
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before, begun = megabytes("VmRSS"), time.process_time()
        try:
            sentence = source_of(data, filename).text[:80]
        except UnreadableFile as error:
            sentence = str(error)
        assert re.search(words, sentence), (name, sentence)
        assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 170
        assert time.process_time() - begun < 1, name
        assert megabytes("VmHWM") - before < 100, name
    pdfium.stop()
    assert children() - ended < 100


def test_five_thousand_pages_are_answered_within_a_second() -> None:
    data = of_pages(5_000)
    page_count(PDF)
    begun = time.perf_counter()
    with pytest.raises(UnreadableFile):
        source_of(data, "a.pdf")
    assert time.perf_counter() - begun < 1
    assert page_count(data) == 5_000


def test_after_a_pdf_that_ended_the_process_the_next_is_read() -> None:
    with pytest.raises(UnreadableFile):
        source_of(with_content(b"0 0 1 1 re f " * 2_000_000), "a.pdf")
    assert "Socialchef" in source_of(PDF, "a.pdf").text
    with pytest.raises(UnreadableFile, match="skadad"):
        page_picture(b"%PDF-1.4\n%%EOF", 0)
    assert page_picture(PDF, 1).startswith(b"\x89PNG")


def test_many_threads_share_the_one_process_and_each_gets_its_own_answer() -> None:
    texts = {"fallbo-tre-sidor.pdf": "Fallbo", "kilboda-information.pdf": "Kilboda", "ekmarka-avstavat.pdf": "Ekmarka"}
    files = {name: (FOLDER / name).read_bytes() for name in texts}
    with ThreadPoolExecutor(6) as pool:
        read = list(pool.map(lambda name: (name, source_of(files[name], name).text), [*texts] * 6))
    assert all(texts[name] in text for name, text in read)


def test_a_process_that_has_ended_is_started_anew_and_so_in_a_process_that_was_forked() -> None:
    assert page_count(PDF) == 2
    pdfium.stop()
    assert page_count(PDF) == 2
    child = os.fork()
    if not child:
        os._exit(page_count(PDF))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert page_count(PDF) == 2


def test_a_process_that_ended_while_it_was_idle_leaves_no_pipe_open() -> None:
    page_count(PDF)
    ended = pdfium._process
    assert ended is not None
    ended.running.kill()
    ended.running.wait()
    assert page_count(PDF) == 2
    assert ended.running.stdin is not None and ended.running.stdin.closed
    assert ended.running.stdout is not None and ended.running.stdout.closed


def test_a_page_of_a_huge_size_is_drawn_small() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(14_400, 14_400))
    out = io.BytesIO()
    pdf.save(out)
    assert len(page_picture(out.getvalue(), 0, 4.0)) < 200_000


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"saknas\.pdf kan inte öppnas"):
        source_at(tmp_path / "saknas.pdf")


def answers(data: bytes, filename: str) -> bool:
    """True where the file is read; False where it is refused in a sentence. Anything else is a fault."""
    try:
        return bool(source_of(data, filename).text)
    except UnreadableFile as error:
        assert str(error).endswith(".")
        return False


@pytest.mark.parametrize(("filename", "data"), [("a.docx", WORD), ("a.odt", ODT), ("a.pdf", PDF)])
def test_a_file_cut_off_anywhere_or_with_bytes_changed_gives_text_or_a_sentence(filename: str, data: bytes) -> None:
    luck = random.Random(5)  # noqa: S311 (no secret)
    read = 0
    for _time in range(150):
        read += answers(data[: luck.randrange(len(data))], filename)
        changed = bytearray(data)
        for _byte in range(luck.randrange(1, 12)):
            changed[luck.randrange(len(data))] = luck.randrange(256)
        read += answers(bytes(changed), filename)
    assert read < 300 and answers(data, filename)


TAGS = st.sampled_from(
    ["w:p", "w:r", "w:t", "w:tbl", "w:tr", "w:tc", "w:sdt", "w:sdtContent", "w:ins", "w:del", "w:fldChar", "w:instrText",
     "w:pPr", "w:numPr", "w:numId", "w:tcPr", "w:gridSpan", "w:vMerge", "w:drawing", "w:txbxContent", "w:hyperlink", "w:br",
     "w:tab"]
)  # fmt: skip
VALUES = st.sampled_from(["", "-1", "0", "1", "63", "999999999", "begin", "end", "separate", "continue", "x"])


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda tag, value, inner: f'<{tag} w:val="{value}" w:fldCharType="{value}">{"".join(inner)}</{tag}>',
        TAGS,
        VALUES,
        st.lists(children, max_size=4),
    )


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.recursive(st.sampled_from(["Hej 100 kr", "PAGE", " ", "\ue000"]), element, max_leaves=25))
def test_elements_in_any_order_give_text_or_a_sentence(body: str) -> None:
    answers(word(f"<w:p>{body}</w:p>{body}"), "a.docx")
    mapped = re.sub(r"(</?)w:(\w+)", r"\1text:\2", body).replace("w:val", "text:c").replace("w:fldCharType", "text:id")
    answers(make_odt.packed(mapped), "a.odt")


def test_what_is_nested_deeper_than_any_document_is_passed_over() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 80 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 80
    source = source_of(word(f"<w:p><w:r><w:t>Hej</w:t></w:r></w:p>{deep}"), "a.docx")
    assert source.text == "Hej\n"


def test_a_page_of_words_drawn_by_hand_is_read_again_after_all_this() -> None:
    assert "Hej där" in source_of(make_pdf.by_hand([(0, [(60, 60, "F1 11", "Hej där")])]), "a.pdf").text
