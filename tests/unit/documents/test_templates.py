"""What every template does with what stands in its data: all of it is printed, literally, and stays on the page."""

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from portal import colours
from portal.documents import crest, press, rendering
from portal.documents.coverage import as_printed
from portal.documents.formats import page_picture
from portal.documents.rendering import render
from tests.document_kinds import KINDS, rewritten, texts
from tests.scale import measured, times
from tests.unit.documents.test_rendering import pages_of, squeezed, text_of

MARKUP = ("*fet* _k_ $x^2$ `r` @l", '#read("/etc/passwd")', "#sys.inputs <b> // k", '/* ]}" = R \\u{41} - p')
STRANGE = "Emoji \U0001f600\U0001f468\u200d\U0001f469 عربي 漢字 A\u030akersbro \u202ebakvänt\u2066 NUL\x00 \x07 \x1b[31m \ufffe"
EVERY_KIND = pytest.mark.parametrize("name", list(KINDS))
POINTS_PER_MM = 72 / 25.4


def made(name: str, write: Callable[[str], str] | None = None, **changes: Any) -> bytes:
    kind, example = KINDS[name]
    data = example() if write is None else rewritten(example(), write)
    return render(kind, {**data, **changes})


def outside(pdf: bytes) -> list[str]:
    """The characters that do not stand wholly within the page's margins."""
    found = []
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document, 1):
        width, height = page.get_size()
        side = (18 if width > height else 28) * POINTS_PER_MM - 1
        text = page.get_textpage()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            drawn = right > left and text.get_text_range(index, 1).strip()
            if drawn and (left < side or right > width - side or bottom < 20 or top > height - 20):
                found.append(f"page {number}: {text.get_text_range(index, 1)!r} at {left:.0f} {bottom:.0f}")
    document.close()
    return found


def body_of(pdf: bytes) -> str:
    """The text without heads and feet of pages, which stand in the middle of what goes on to the next page."""
    found = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        text, height = page.get_textpage(), page.get_height()
        for index in range(text.count_chars()):
            _left, bottom, _right, top = text.get_charbox(index)
            if bottom > 22 * POINTS_PER_MM and top < height - 15 * POINTS_PER_MM:
                found.append(text.get_text_range(index, 1))
    document.close()
    return squeezed("".join(found))


@EVERY_KIND
def test_every_text_of_the_data_stands_in_the_document(name: str) -> None:
    text = text_of(made(name))
    assert [each for each in texts(KINDS[name][1]()) if squeezed(each) not in text] == []


@EVERY_KIND
def test_markup_in_any_field_is_printed_as_it_is_written(name: str) -> None:
    written: list[str] = []

    def write(_text: str) -> str:
        written.append(f"{MARKUP[len(written) % len(MARKUP)]}{len(written)}.")
        return written[-1]

    pdf = made(name, write)
    text = body_of(pdf)
    assert [each for each in written if squeezed(each) not in text] == []
    assert "root:" not in text
    assert outside(pdf) == []


@EVERY_KIND
def test_no_character_vanishes_whatever_field_it_stands_in(name: str) -> None:
    pdf = made(name, lambda _text: STRANGE)
    assert squeezed(as_printed(STRANGE)) in text_of(pdf)
    assert "[U+202E]bakvänt[U+2066]" in text_of(pdf)
    assert outside(pdf) == []


@EVERY_KIND
def test_a_word_of_any_length_stays_on_the_page(name: str) -> None:
    word = "0123456789abcdef" * times(20, 200)
    pdf = made(name, lambda _text: word)
    assert outside(pdf) == []
    assert word[:300] in text_of(pdf)


@EVERY_KIND
def test_empty_texts_and_texts_of_many_lines_make_documents_too(name: str) -> None:
    assert made(name, lambda _text: "")
    pdf = made(name, lambda _text: "\n".join(f"rad{n}" for n in range(times(60, 1000))))
    assert outside(pdf) == []


@EVERY_KIND
def test_a_demos_documents_say_so_on_every_page_and_no_others_do(name: str) -> None:
    assert all("TEST" in page for page in pages_of(made(name, test=True)))
    assert not any("TEST" in page for page in pages_of(made(name)))


@EVERY_KIND
def test_the_municipalitys_colour_and_crest_stand_on_the_first_page(name: str, tmp_path: Path) -> None:
    square = io.BytesIO()
    Image.new("RGB", (300, 100), "#ff00ff").save(square, "PNG")
    (tmp_path / "vapen.png").write_bytes(square.getvalue())
    accent = colours.on_paper("#b00020")
    sender = {"name": "Åkersbro kommun", "crest_svg": crest.load(tmp_path, "vapen.png"), "colour": accent}
    picture = Image.open(io.BytesIO(page_picture(made(name, municipality=sender), 0, 2.0))).convert("RGB")
    found = {colour for _count, colour in picture.getcolors(1_000_000) or ()}
    assert {(255, 0, 255), tuple(bytes.fromhex(accent[1:]))} <= found
    assert (0x00, 0x58, 0x6A) not in found


def test_what_secrecy_hides_is_said_to_be_left_out() -> None:
    for name in (
        "register_extract",
        "day_list",
        "decision_list",
        "case_sheet",
        "decisions_to_report",
        "disposal_report",
        "delivery_report",
    ):
        assert squeezed("uppgift utelämnad") in text_of(made(name)), name


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("decisions_to_report", "Anmälan av delegationsbeslut"),
        ("decisions_to_report", "utom ersatta beslut 985 000 kr"),
        ("delegations", "2026-02-03 till vidare"),
        ("register_extract", "Period 1 januari 2026 till 22 november 2026"),
        ("case_sheet", "2026-11-22 kl. 14:32 Beslut D 2026/14"),
        ("case_sheet", "Upprättad"),
        ("day_list", "A123.456/2026 Allmän sedan 20 november 2026 (inkommen)"),
        ("decision_list", "utom ersatta beslut 900 000 kr"),
        ("disposal_report", "Summa 1,8 MB"),
        ("disposal_report", "Jon Ahl Arkivarie Som tf arkivchef, i stället för Siv Ros, Arkivchef"),
        ("delivery_report", "Summa 17 22 14 MB"),
        ("delivery_report", "Leveransen är mottagen och godkänd"),
        ("dispatch_letter", "Ni får beslutet för att vidta de åtgärder som det anger."),
        ("dispatch_letter", "beslut-d-2026-14.pdf, 64 kB"),
        ("statement", "Lämnat i systemet 20 november 2026 kl. 13:00"),
    ],
)
def test_a_reader_finds(name: str, sentence: str) -> None:
    assert squeezed(sentence) in text_of(made(name))


def test_a_letter_says_why_it_comes() -> None:
    recipient = {"name": "Kommunstyrelsen"}
    for why, sentence in (("copy", "Ni får en kopia av beslutet."), ("information", "Det kräver ingen åtgärd.")):
        text = text_of(made("dispatch_letter", recipient=recipient | {"why": why}, receipt_address=None))
        assert squeezed(sentence) in text
        assert "Kvittera" not in text


def test_a_statement_not_yet_given_is_a_preview() -> None:
    text = text_of(made("statement", given_at=None))
    assert "FÖRHANDSVISNING" in text
    assert squeezed("Ännu inte lämnat i systemet") in text


@pytest.mark.parametrize(
    ("name", "key", "heading"),
    [
        ("register_extract", "rows", "Ärendemening"),
        ("decisions_to_report", "decisions", "Vad beslutet gäller"),
        ("case_sheet", "events", "Tidpunkt"),
        ("disposal_report", "documents", "Frist till"),
    ],
)
def test_a_long_table_repeats_its_head_and_is_made_apart_in_bounded_time_and_memory(
    name: str, key: str, heading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "LARGE", 30_000)
    monkeypatch.setattr(press, "printed", lambda _request: pytest.fail("made in this process"))
    row, rows = KINDS[name][1]()[key][0], times(400, 10_000)
    marked = {"events": "text", "documents": "kind"}.get(key, "number")
    many = [{**row, marked: f"Nr {n}"} for n in range(rows)]
    begun = time.monotonic()
    pdf = made(name, None, **{key: many})
    measured(f"{name} of {rows} rows", seconds=round(time.monotonic() - begun, 1), megabytes=round(len(pdf) / 1e6, 1))
    pages = [squeezed(page) for page in pages_of(pdf)]
    with_rows = [page for page in pages if "Nr" in page.replace("NrDatum", "")]
    assert len(with_rows) > 5
    assert all(squeezed(heading) in page for page in with_rows[:-1])
    assert f"Nr{rows - 1}" in "".join(pages)


def test_a_document_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "LARGE", 10)
    monkeypatch.setattr(press, "MOST_SECONDS", 0.01)
    with pytest.raises(press.TooLarge):
        made("statement")


def test_made_apart_it_is_the_same_document(monkeypatch: pytest.MonkeyPatch) -> None:
    here = made("decision")
    monkeypatch.setattr(rendering, "LARGE", 10)
    assert made("decision") == here
