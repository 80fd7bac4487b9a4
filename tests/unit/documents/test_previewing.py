"""The beginning of a stored file as it is shown: bounded, drawn by us, and nothing of what holds something active."""

import io

import pytest
from PIL import Image

from portal.documents.beside import Block
from portal.documents.previewing import MOST_CHARACTERS, MOST_LINES, drawn, preview, refusal_to_show
from portal.documents.uploads import MIME
from tests.factories.files import a_pdf


def _words(blocks: object) -> str:
    assert isinstance(blocks, tuple)
    return "\n".join(piece.text for block in blocks if isinstance(block, Block) for piece in block.pieces)


def _picture(kind: str, size: tuple[int, int], **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 90, 90)).save(out, kind, **more)
    return out.getvalue()


def test_of_a_pdf_the_pages_are_counted_and_the_first_is_drawn() -> None:
    data = a_pdf(3)
    shown = preview(data, MIME["pdf"], "a.pdf")
    assert shown.picture and shown.pages == 3
    found = drawn(data, MIME["pdf"])
    assert found is not None and found[0].startswith(b"\x89PNG") and found[1] == "image/png"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n%%EOF\n", b"", b"%PDF-1.4\ntrailer<</Root 9 0 R>>\n%%EOF"])
def test_of_a_broken_pdf_it_is_said_that_it_cannot_be_shown(data: bytes) -> None:
    assert "Ladda ner filen" in preview(data, MIME["pdf"], "a.pdf").why
    assert drawn(data, MIME["pdf"]) is None


def test_a_picture_is_drawn_anew_small_the_right_way_up_and_without_what_the_camera_wrote() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Kamera av okänt märke"
    data = _picture("JPEG", (3000, 1000), exif=exif)
    found = drawn(data, MIME["jpg"])
    assert found is not None and found[1] == "image/jpeg" and b"Kamera" not in found[0]
    with Image.open(io.BytesIO(found[0])) as picture:
        assert picture.size[1] == 1400 and picture.size[0] < 500 and not picture.getexif()


def test_what_is_no_picture_after_all_is_not_drawn() -> None:
    assert drawn(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, MIME["png"]) is None
    assert drawn(b"Plats", MIME["txt"]) is None


def test_of_a_long_text_whole_lines_to_a_bound_are_shown() -> None:
    text = "".join(f"Rad {n} om trygghet på torget\n" for n in range(200_000))
    shown = preview(text.encode(), MIME["txt"], "a.txt")
    words = _words(shown.blocks)
    assert shown.more and len(words) <= MOST_CHARACTERS and words.count("Rad") == MOST_LINES
    assert not preview(b"post;belopp\nTorget;100\n", MIME["csv"], "a.csv").more


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("before", range(4))
def test_a_text_without_line_breaks_is_not_cut_within_a_character(encoding: str, before: int) -> None:
    shown = preview(("a" * before + "åäö" * 50_000).encode(encoding), MIME["txt"], "a.txt")
    assert set(_words(shown.blocks)) <= set("aåäö") and shown.more


def test_nothing_is_shown_of_what_holds_something_active_nor_of_a_spreadsheet() -> None:
    assert "skript" in (refusal_to_show(MIME["pdf"], "script action") or "")
    assert "Ladda ner" in (refusal_to_show(MIME["xlsx"], "") or "")
    assert refusal_to_show(MIME["pdf"], "") is None
