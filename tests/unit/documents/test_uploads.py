"""What may be attached, and what a file's name and insides cannot do."""

import io
import struct
import zipfile

import pytest
from PIL import Image

from portal.documents import packages, uploads
from portal.documents.rendering import render
from portal.documents.uploads import UploadRefused, check_count, clean_filename, content_disposition, take_in
from tests import document_examples as examples

DOCX_TYPES = (
    b'<Types><Override PartName="/word/document.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
XLSX_TYPES = DOCX_TYPES.replace(b"wordprocessingml.document", b"spreadsheetml.sheet").replace(b"/word/doc", b"/xl/doc")


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    return zipped({"[Content_Types].xml": DOCX_TYPES, "word/document.xml": b"<w/>", **more})


def picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, form)
    return out.getvalue()


GOOD = {
    "Lägesbild.pdf": (render("submission", examples.submission()), "application/pdf", "pdf"),
    "Kalkyl.DOCX": (docx(), uploads.MIME["docx"], "docx"),
    "Kalkyl.xlsx": (
        zipped({"[Content_Types].xml": XLSX_TYPES, "xl/workbook.xml": b"<x/>"}),
        uploads.MIME["xlsx"],
        "xlsx",
    ),
    "Text.odt": (
        zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<o/>"}),
        uploads.MIME["odt"],
        "odt",
    ),
    "text.txt": ("Åäö – text\r\n".encode(), uploads.MIME["txt"], "txt"),
    "gammal.txt": ("Åäö".encode("cp1252"), uploads.MIME["txt"], "txt"),
    "excel.txt": ("Åäö".encode("utf-16"), uploads.MIME["txt"], "txt"),
    "rader.csv": ("Rad;Belopp\nKamera;100\n".encode("utf-8-sig"), uploads.MIME["csv"], "csv"),
    "karta.png": (picture("PNG"), "image/png", "png"),
    "foto.jpeg": (picture("JPEG"), "image/jpeg", "jpg"),
}


@pytest.mark.parametrize("filename", GOOD)
def test_allowed_file_is_taken_in_with_our_media_type(filename: str) -> None:
    data, mime, extension = GOOD[filename]
    taken = take_in(filename, data)
    assert (taken.mime, taken.extension) == (mime, extension)


@pytest.mark.parametrize(
    "filename", ["a.html", "a.svg", "a.exe", "a.docm", "a.pdf.exe", "a.zip", "pdf", "a", "", "a.pdf\u202e.js"]
)
def test_other_kinds_are_refused_by_name(filename: str) -> None:
    with pytest.raises(UploadRefused, match="Filtypen tas inte emot"):
        take_in(filename, GOOD["Lägesbild.pdf"][0])


@pytest.mark.parametrize(
    ("filename", "data"),
    [
        ("a.pdf", b"<html>%PDF-1.7 %%EOF"),
        ("a.pdf", b"%PDF-1.7 torn off"),
        ("a.docx", GOOD["Kalkyl.xlsx"][0]),
        ("a.xlsx", GOOD["Kalkyl.DOCX"][0]),
        ("a.docx", zipped({"word/document.xml": b"<w/>"})),
        ("a.docx", b"PK\x03\x04 and nothing more"),
        ("a.docx", b"%PDF-1.7" + GOOD["Kalkyl.DOCX"][0]),
        ("a.docx", GOOD["Kalkyl.DOCX"][0][:-40]),
        ("a.odt", docx()),
        ("a.png", picture("JPEG")),
        ("a.jpg", picture("PNG")),
        ("a.txt", b"MZ\x90\x00\x03"),
        ("a.txt", b"  <!DOCTYPE html><script>alert(1)</script>"),
        ("a.csv", b"<html><body>"),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(filename: str, data: bytes) -> None:
    with pytest.raises(UploadRefused, match=r"Filens innehåll är inte|Filen är skadad|PDF-filen är avklippt"):
        take_in(filename, data)


def test_macros_are_refused() -> None:
    with pytest.raises(UploadRefused, match="makron"):
        take_in("a.docx", docx(**{"word/vbaProject.BIN": b"\xd0\xcf"}))


def test_a_macro_document_renamed_to_docx_is_refused() -> None:
    types = DOCX_TYPES.replace(b"</Types>", b"<Default ContentType='application/vnd.ms-word.document.macroEnabled'/></Types>")
    with pytest.raises(UploadRefused):
        take_in("a.docx", zipped({"[Content_Types].xml": types, "word/document.xml": b"<w/>"}))


def test_empty_file_is_refused() -> None:
    with pytest.raises(UploadRefused, match="tom"):
        take_in("a.pdf", b"")


def test_file_over_25_MB_is_refused_and_25_MB_is_not() -> None:
    assert take_in("a.txt", b"a" * uploads.MAX_FILE)
    with pytest.raises(UploadRefused, match="25\u00a0MB"):
        take_in("a.txt", b"a" * (uploads.MAX_FILE + 1))


def test_twenty_files_a_case_and_no_more() -> None:
    check_count(19)
    with pytest.raises(UploadRefused, match="20 filer"):
        check_count(20)


def test_zip_bomb_is_refused_by_what_it_unpacks_to() -> None:
    bomb = docx(**{"word/media/x.bin": bytes(packages.MAX_UNPACKED)})
    assert len(bomb) < uploads.MEGABYTE
    with pytest.raises(UploadRefused, match="packas upp"):
        take_in("a.docx", bomb)


def test_size_that_a_zip_declares_is_not_believed() -> None:
    bomb = bytearray(docx(**{"word/media/x.bin": bytes(packages.MAX_UNPACKED)}))
    for at in (i for i in range(len(bomb)) if bomb[i : i + 4] == b"PK\x01\x02"):
        struct.pack_into("<I", bomb, at + 24, 10)
    with pytest.raises(UploadRefused):
        take_in("a.docx", bytes(bomb))


def test_zip_with_a_thousand_and_one_members_is_refused() -> None:
    with pytest.raises(UploadRefused, match="1\u00a0000 delar"):
        take_in("a.docx", docx(**{f"word/m{n}": b"" for n in range(999)}))
    assert take_in("a.docx", docx(**{f"word/m{n}": b"" for n in range(998)}))


def test_a_member_packed_as_no_office_program_packs_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", DOCX_TYPES)
        archive.writestr("word/document.xml", b"<w/>")
        archive.writestr("word/media/x.bin", bytes(1000), compress_type=zipfile.ZIP_BZIP2)
    with pytest.raises(packages.BrokenPackage):
        packages.unpacked(out.getvalue())
    with pytest.raises(UploadRefused):
        take_in("a.docx", out.getvalue())


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_stands_twice_is_refused_since_programs_open_different_ones() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", DOCX_TYPES)
        for text in (b"<w/>", b"<other/>"):
            archive.writestr("word/document.xml", text)
    with pytest.raises(UploadRefused):
        take_in("a.docx", out.getvalue())


def test_a_directory_of_a_hundred_thousand_members_is_refused_unread() -> None:
    entry = b"PK\x01\x02" + bytes(42)
    with pytest.raises(packages.TooManyMembers):
        packages.unpacked(docx() + entry * 100_000)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Lägesbild oktober 2026.pdf", "Lägesbild oktober 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\plan.docx", "plan.docx"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("bi\u202efdp.exe", "bifdp.exe"),
        ("nul\x00l.pdf", "null.pdf"),
        ("CON", "_CON"),
        ("con.pdf", "_con.pdf"),
        ("Console.pdf", "Console.pdf"),
        ("A\u030akersbro.pdf", "Åkersbro.pdf"),
        ("  .pdf ", "pdf"),
        ("...", "fil"),
        ("", "fil"),
        ("/", "fil"),
        ('a"b<c>.txt', "a_b_c_.txt"),
    ],
)
def test_file_name_is_cleaned(name: str, clean: str) -> None:
    assert clean_filename(name) == clean
    assert clean_filename(clean) == clean


def test_long_name_is_cut_and_keeps_its_ending() -> None:
    name = clean_filename("å" * 300 + ".pdf")
    assert len(name) == 200
    assert name.endswith("å.pdf")
    assert len(clean_filename("x" * 300)) == 200


def test_download_name_survives_as_RFC_6266_writes_it() -> None:
    assert content_disposition("Lägesbild (2).pdf") == (
        "attachment; filename=\"Lagesbild (2).pdf\"; filename*=UTF-8''L%C3%A4gesbild%20%282%29.pdf"
    )


@pytest.mark.parametrize("name", ['a"; evil="x.pdf', "a\r\nX: y.pdf", "a\\.pdf", "\U0001f600.pdf", "\u202e.pdf"])
def test_no_name_can_break_the_header(name: str) -> None:
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert header.startswith("attachment; ")
