"""The tjänsteskrivelse as another word processor shows it: whole, on A4, its table's header on every page."""

import pypdfium2
import pytest

from portal.documents.formats import source_of
from portal.documents.word import letter
from tests.document_examples import submission
from tests.office import as_pdf

CREST = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 48"><path fill="#00586a" d="M3 3h34v22c0 11-8 17-17 20z"/></svg>'
)
A4 = (595, 842)


def letters() -> dict[str, bytes]:
    """A short one with a crest, a long one, and one in which everything is odd."""
    short, long, odd = submission(), submission(), submission()
    short["municipality"] = {"name": "Åkersbro kommun", "crest_svg": CREST}
    short["put"] = {"heading": "Förslag till beslut i kommunstyrelsen", "intro": "Kommunstyrelsen beslutar"}
    short["stance"] = {"heading": "Ställningstagande", "text": "Äskandet tillstyrks."}
    long["lines"] = [{"label": f"Rad {n}", "amount": 1_000, "kind": "operating"} for n in range(120)]
    long["total"] = 120_000
    long["description"] = [{"heading": f"Del {n}", "text": "Läget kräver mer. " * 60} for n in range(6)]
    for name in ("title", "unit"):
        odd[name] = "Ovanligt: \x07 <w:b/> 😀 مرحبا " + "x" * 400
    odd["proposal"] = ["#set page(width: 1pt)\n\nandra stycket", "x" * 3_000]
    odd["lines"] = []
    return {"short": letter(short), "long": letter(long), "odd": letter(odd)}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return as_pdf(letters(), tmp_path_factory.mktemp("office"))


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        assert {tuple(round(side) for side in page.get_size()) for page in document} == {A4}
        return [page.get_textpage().get_text_range().replace("\u00a0", " ") for page in document]
    finally:
        document.close()


def test_libreoffice_opens_every_letter_and_says_what_it_says(printed: dict[str, bytes]) -> None:
    assert set(printed) == {"short", "long", "odd"}
    first, *_rest = pages_of(printed["short"])
    for words in ("Åkersbro kommun", "Sida 1 (", "Förslag till beslut i kommunstyrelsen", "1. ", "Äskandet tillstyrks."):
        assert words in first
    text = source_of(printed["short"], "t.pdf").text
    assert "1 000 000 kr" in text.replace("\u00a0", " ")
    odd = "".join(pages_of(printed["odd"]))
    assert "[U+0007]" in odd and "<w:b/>" in odd and "#set page(width: 1pt)" in odd
    assert len(pages_of(printed["odd"])) < 8, "a word too long for the line is broken"


def test_a_long_table_repeats_its_header_and_every_page_its_number(printed: dict[str, bytes]) -> None:
    pages = pages_of(printed["long"])
    with_rows = [page for page in pages if "1 000 kr" in page]
    assert len(with_rows) >= 3
    assert all("Rad" in page and "Slag" in page and "Belopp" in page for page in with_rows)
    for number, page in enumerate(pages, 1):
        assert f"Sida {number} ({len(pages)})" in page.replace("\r\n", " ")
    assert all("Dnr KS 2026/231" in page for page in pages[1:])
