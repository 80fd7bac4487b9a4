"""What a reader finds in the PDF, and what a writer cannot do to it."""

import io
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from portal.documents import coverage
from portal.documents.formats import page_picture
from portal.documents.rendering import render
from tests import document_examples as examples

NOT_SHOWN = {"made_at", "crest_svg"}
CODES = {"capacity", "outcome", "answer", "kind"}


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def squeezed(text: str) -> str:
    """Without white space: where a line happens to break says nothing."""
    return re.sub(r"[\s\u200b\ufffe\u0002]+", "", text)


def text_of(pdf: bytes) -> str:
    return squeezed("".join(pages_of(pdf)))


def strings_in(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from strings_in(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item, key)
    elif isinstance(value, str) and key not in NOT_SHOWN | CODES and not re.match(r"\d{4}-\d\d-\d\d", value):
        yield value


def decision(**changes: Any) -> bytes:
    return render("decision", {**examples.decision(), **changes})


@pytest.mark.parametrize(("kind", "data"), [("decision", examples.decision()), ("submission", examples.submission())])
def test_every_text_of_the_data_stands_in_the_document(kind: str, data: Any) -> None:
    text = text_of(render(kind, data))
    missing = [string for string in strings_in(data) if squeezed(string) not in text]
    assert missing == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Delegationsbeslut",
        "Delvis beviljat",
        "1 000 000 kr före beslutet, 100 000 kr efter",
        "högst 50 000 kr",
        "Slutredovisning lämnas senast den 31 mars 2027",
        "Kommunstyrelsen, 3 februari 2026, § 14",
        "Som tf kommunchef, i stället för Karin Åberg, Kommunchef",
        "Godkänt i systemet 22 november 2026 kl. 14:32",
        "Föredragande",
        "ej beloppsatt",
        "ingår inte",
        "Kopia till",
        "För kännedom",
        "D 2026/11, 20 november 2026",
        "Summa 1 000 000 kr 900 000 kr",
        "Inklusionsbevis",
        "1 284 poster",
    ],
)
def test_decision_says(sentence: str) -> None:
    assert squeezed(sentence) in text_of(decision())


def test_summer_time_is_shown_as_swedish_time() -> None:
    assert squeezed("1 juli 2026 kl. 00:30") in text_of(decision(decided_at="2026-06-30T22:30:00Z"))


def test_an_instant_without_a_zone_is_refused_rather_than_guessed() -> None:
    with pytest.raises(ValueError, match="offset"):
        decision(decided_at="2026-06-30T22:30:00")


def test_amounts_keep_their_no_break_spaces() -> None:
    page = "".join(pages_of(decision()))
    assert "900\u00a0000\u00a0kr" in page


@pytest.mark.parametrize(
    ("capacity", "name"),
    [
        ("delegation", "Delegationsbeslut"),
        ("execution", "Fördelning av medel – verkställighet"),
        ("political", "Beslut av kommunstyrelsen"),
    ],
)
@pytest.mark.parametrize(
    ("outcome", "word"), [("granted", "Beviljat"), ("partly_granted", "Delvis beviljat"), ("rejected", "Avslaget")]
)
def test_capacity_and_outcome_are_named(capacity: str, name: str, outcome: str, word: str) -> None:
    minutes = {"organ": "Kommunstyrelsen"} if capacity == "political" else None
    text = text_of(decision(capacity=capacity, outcome=outcome, minutes=minutes))
    assert 0 < text.find(squeezed(name)) < text.find(squeezed("Utfall"))
    assert "Utfall" in text
    assert squeezed(word) in text[text.find("Utfall") : text.find("Utfall") + 90]


def test_a_decision_from_minutes_names_organ_paragraph_and_who_entered_it() -> None:
    text = text_of(
        decision(
            capacity="political",
            authority=None,
            decided_by=None,
            minutes={
                "organ": "Kommunstyrelsen",
                "date": "2026-11-30",
                "paragraph": "201",
                "adjusted_on": "2026-12-02",
                "posted_on": "2026-12-03",
            },
            entered_by={"name": "Rut Holm", "title": "Registrator"},
        )
    )
    for part in ("Kommunstyrelsen, 30 november 2026, § 201", "2 december 2026", "3 december 2026"):
        assert squeezed(part) in text
    assert squeezed("Beslutat av Kommunstyrelsen Infört ur protokollet av Rut Holm, Registrator") in text


def test_no_line_with_an_amount_gives_one_row_for_the_whole_request() -> None:
    lines = [{"label": "Mätning", "requested": None, "included": True}]
    text = text_of(decision(lines=lines, requested_total=200000, granted_total=200000))
    assert squeezed("Hela äskandet 200 000 kr 200 000 kr Mätning ej beloppsatt ingår") in text
    assert "Summa" not in text


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"answer": "free"}, "Medel får omfördelas mellan raderna inom beviljat belopp."),
        ({"answer": "no"}, "Medel får inte omfördelas mellan raderna."),
    ],
)
def test_redistribution_answer_is_a_sentence(answer: dict[str, str], sentence: str) -> None:
    assert squeezed(sentence) in text_of(decision(redistribution=answer))


def test_what_is_optional_may_be_missing() -> None:
    needed = {
        "made_at", "municipality", "capacity", "outcome", "title", "unit", "date", "decision", "proposal", "lines",
        "requested_total", "granted_total",
    }  # fmt: skip
    bare = {key: value for key, value in examples.decision().items() if key in needed}
    nulls = {key: (value if key in needed else None) for key, value in examples.decision().items()}
    assert render("decision", bare) == render("decision", nulls)


def test_test_mark_stands_on_every_page_and_only_when_asked() -> None:
    pages = pages_of(decision(test=True))
    assert len(pages) > 1
    assert all("TEST" in page for page in pages)
    assert not any("TEST" in page for page in pages_of(decision()))


def test_preview_is_marked_on_every_page_and_has_no_proof() -> None:
    pages = pages_of(decision(proof=None, decided_at=None))
    assert all("FÖRHANDSVISNING" in page for page in pages)
    text = squeezed("".join(pages))
    assert squeezed("Bevis ur loggen saknas") in text
    assert "Inklusionsbevis" not in text
    assert squeezed("Godkänt i systemet") not in text


def test_footer_has_case_number_and_page_of_pages() -> None:
    pages = pages_of(decision())
    for number, page in enumerate(pages, 1):
        assert squeezed(f"Dnr KS 2026/231 · Beslut D 2026/14 Sida {number} ({len(pages)})") in squeezed(page)


def test_proof_with_its_checkpoint_inside_is_printed_once() -> None:
    proof = examples.decision()["proof"]
    assert proof is not None
    whole = {**proof, "inclusion": proof["inclusion"] + "\n\n" + proof["checkpoint"]}
    text = text_of(decision(proof=whole))
    assert text.count("akersbro.example/askandeloggTm90") == 1
    assert "k9cRk1uQ2mXh" in text


@pytest.mark.parametrize(
    "text",
    [
        '*bold* #read("/etc/passwd")',
        "#let x = 1 $x^2$ _a_ `b` <c> @d // e",
        "= Rubrik\n- punkt",
        '\\u{41} #sys.inputs ]]] }}} "',
    ],
)
def test_markup_in_the_data_is_printed_as_it_is_written(text: str) -> None:
    changed = decision(title=text, reason=text, decision=[text, text], copies_to=[text])
    assert text_of(changed).count(squeezed(text)) >= 5
    assert "root:" not in "".join(pages_of(changed))


def test_same_data_gives_the_same_bytes() -> None:
    first = decision()
    time.sleep(1.1)  # a clock read anywhere would show in whole seconds
    assert decision() == first


def test_file_ends_with_a_line_of_its_own() -> None:
    assert decision().endswith(b"%%EOF\n")


def test_title_author_language_and_date_are_those_of_the_document() -> None:
    with pikepdf.open(io.BytesIO(decision())) as pdf, pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Delegationsbeslut: Brottsförebyggande och trygghetsfrämjande åtgärder 2026"
        assert metadata["dc:creator"] == ["Åkersbro kommun"]
        assert str(metadata["xmp:CreateDate"]).startswith("2026-11-22T13:32:07")
        assert str(pdf.Root.Lang) == "sv-SE"


def test_table_headings_are_marked_as_headings() -> None:
    with pikepdf.open(io.BytesIO(decision())) as pdf:
        kinds = [str(item.get("/S")) for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
    assert kinds.count("/TH") >= 4
    assert "/H1" in kinds
    assert "/H2" in kinds


def test_huge_text_spans_pages_and_loses_nothing() -> None:
    words = [f"ord{number}" for number in range(12000)]
    pdf = decision(reason=" ".join(words))
    text = text_of(pdf)
    assert len(pages_of(pdf)) > 10
    assert "ord0ord1" in text
    assert "ord11999" in text
    assert all("Sida" in page for page in pages_of(pdf))


def test_a_thousand_lines_repeat_the_table_heading_on_each_page() -> None:
    lines = [{"label": f"Rad nummer {n}", "requested": 10, "granted": 10, "condition": None} for n in range(300)]
    pages = pages_of(decision(lines=lines))
    with_rows = [page for page in pages if "Rad nummer" in page]
    assert len(with_rows) > 3
    assert all("Äskat" in page for page in with_rows)


@pytest.mark.parametrize("field", ["title", "reason"])
def test_a_run_without_spaces_stays_on_the_page(field: str) -> None:
    run = "0123456789abcdef" * 40
    document = pypdfium2.PdfDocument(decision(**{field: run}))
    width = document[0].get_width()
    rights = [
        textpage.get_charbox(index)[2]
        for page in document
        for textpage in [page.get_textpage()]
        for index in range(textpage.count_chars())
    ]
    document.close()
    assert run in text_of(decision(**{field: run}))
    assert max(rights) < width - 60


def test_a_character_the_font_lacks_is_named_not_dropped() -> None:
    text = text_of(decision(reason="Bra \U0001f600 och 漢, NUL \x00, vänd \u202e."))
    for code in ("[U+1F600]", "[U+6F22]", "[U+0000]", "[U+202E]"):
        assert code in text


def test_decomposed_letters_are_composed() -> None:
    assert coverage.as_printed("A\u030akersbro\r\nfo\u0308r") == "Åkersbro\nför"


def test_every_character_the_fonts_claim_can_be_printed() -> None:
    sample = " ".join(sorted(coverage.printable() - {"\u200b", "\ufeff"}))
    assert render("submission", {**examples.submission(), "description": [{"text": sample}]})


def test_preview_is_a_picture_of_the_page() -> None:
    pdf = decision()
    small, large = (Image.open(io.BytesIO(page_picture(pdf, 0, scale))) for scale in (1.0, 2.0))
    assert small.size == (596, 842)
    assert large.width == pytest.approx(2 * small.width, abs=2)
    assert len(small.convert("RGB").getcolors(100000) or ()) > 10
    with pytest.raises(IndexError):
        page_picture(pdf, len(pages_of(pdf)))


def test_own_crest_is_shown() -> None:
    crest = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 48"><rect width="40" height="48" fill="#ff0000"/></svg>'
    pdf = decision(municipality={"name": "Åkersbro kommun", "crest_svg": crest})
    picture = Image.open(io.BytesIO(page_picture(pdf, 0, 1.0))).convert("RGB")
    assert (255, 0, 0) in {colour for _count, colour in picture.getcolors(1000000) or ()}
    assert pdf != decision()


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        render("../decision", examples.decision())


def test_typst_and_pdfium_are_not_imported_until_used() -> None:
    dear = {"typst", "pypdfium2", "lxml"}
    code = f"import sys, portal.documents.rendering, portal.documents.formats; print(sorted({dear} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
