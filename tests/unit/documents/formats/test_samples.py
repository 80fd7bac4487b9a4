"""Files of made-up municipalities in every format: read as a careful reader reads them, and the same whatever the format."""

import json
from pathlib import Path

import pytest

from portal.documents.formats import source_of
from portal.documents.reading import Reading, read_text
from portal.documents.reading.shapes import Span
from tests.documents.formats import make_odt, make_pdf, make_word
from tests.scale import times

FOLDER = Path(__file__).parents[3] / "documents" / "formats"
SAMPLES = sorted(FOLDER.glob("*.expected.json"))
STRICT = (
    "title", "date", "diarienummer", "paragraph", "amount_total_sek", "decision_basis", "copy_recipients", "for_information",
    "decision_or_proposal",
)  # fmt: skip


def read(name: str) -> Reading:
    return read_text(source_of((FOLDER / name).read_bytes(), name).text)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_a_file_is_read_as_a_careful_reader_reads_it(sample: Path) -> None:
    want = json.loads(sample.read_text(encoding="utf-8"))
    got = read(want["file"]).as_json()
    for field in STRICT:
        assert (field, got[field]) == (field, want[field])
    assert [(line["label"], line["amount_sek"]) for line in got["budget_lines"]] == [
        (line["label"], line["amount_sek"]) for line in want["budget_lines"]
    ]
    assert got["signatories"] == want["signatories"]


def test_there_are_samples_of_every_format_and_every_kind() -> None:
    files = [json.loads(sample.read_text(encoding="utf-8")) for sample in SAMPLES]
    assert {Path(each["file"]).suffix for each in files} == {".docx", ".odt", ".pdf"}
    assert len(files) >= 12 and sum(each["paragraph"] is not None for each in files) >= 3
    assert all((FOLDER / each["file"]).stat().st_size < 60_000 for each in files)


POINTS = (
    "Säkerhetsenheten beviljas 275 000 kronor ur trygghetsmiljonen 2026 för belysning.",
    "Insatsen redovisas i mars 2027.",
)
ROWS = (("Åtgärd", "Belopp, kr"), ("Armaturer", "200 000"), ("Arbete", "75 000"), ("Summa", "275 000"))
PROSE = "Parken är mörk. Under 2025 anmäldes 31 brott där."
BASIS = ("Lägesbild april 2026", "Offert 2026-04-02")


def as_text() -> bytes:
    rows = "\n".join(f"{label:<30}{amount:>12}" for label, amount in ROWS)
    points = "\n".join(f"{number}. {point}" for number, point in enumerate(POINTS, 1))
    return (
        "Ängsnäs kommun\nTjänsteskrivelse\nDatum: 2026-05-11\nDiarienummer: ÄN 2026/9\n\n"
        "# Äskande om medel till ljusare park\n\n"
        f"# Förslag till beslut\n\n{points}\n\n# Bakgrund\n\n{PROSE}\n\n# Kostnader\n\n{rows}\n\n# Beslutsunderlag\n\n"
        + "\n".join(f"– {each}" for each in BASIS)
        + "\n\n# Beslutet skickas till\n\nSäkerhetsenheten\nEkonomiavdelningen\n\nMia Ro\nSäkerhetschef\n"
    ).encode()


def as_word() -> bytes:
    d = make_word.empty()
    d.add_paragraph("Ängsnäs kommun\nTjänsteskrivelse\nDatum: 2026-05-11\nDiarienummer: ÄN 2026/9")
    d.add_paragraph("Äskande om medel till ljusare park", style="Title")
    d.add_heading("Förslag till beslut", 1)
    key = make_word.numbered(d, [("decimal", "%1.")])
    for text in POINTS:
        make_word.point(d, text, key)
    d.add_heading("Bakgrund", 1)
    d.add_paragraph(PROSE)
    d.add_heading("Kostnader", 1)
    make_word.table(d, ROWS)
    d.add_heading("Beslutsunderlag", 1)
    for text in BASIS:
        d.add_paragraph(text, style="List Bullet")
    d.add_heading("Beslutet skickas till", 1)
    d.add_paragraph("Säkerhetsenheten\nEkonomiavdelningen")
    d.add_paragraph("Mia Ro\nSäkerhetschef")
    return make_word.saved(d)


def as_odt() -> bytes:
    p, h, cell = make_odt.p, make_odt.h, make_odt.cell
    head = "Ängsnäs kommun<text:line-break/>Tjänsteskrivelse<text:line-break/>Datum: 2026-05-11<text:line-break/>"
    rows = "".join(f"<table:table-row>{cell(label)}{cell(amount)}</table:table-row>" for label, amount in ROWS)
    return make_odt.packed(
        p(f"{head}Diarienummer: ÄN 2026/9")
        + p("Äskande om medel till ljusare park", "Title")
        + h("Förslag till beslut") + make_odt.items("Numrerad", POINTS)
        + h("Bakgrund") + p(PROSE)
        + h("Kostnader") + f"<table:table>{rows}</table:table>"
        + h("Beslutsunderlag") + make_odt.items("Streck", BASIS)
        + h("Beslutet skickas till") + p("Säkerhetsenheten<text:line-break/>Ekonomiavdelningen")
        + p("Mia Ro<text:line-break/>Säkerhetschef")
    )  # fmt: skip


def as_pdf() -> bytes:
    lines: list[tuple[float, float, str, str]] = []
    down = 50.0

    def put(text: str, font: str = "F1 11", after: float = 14, amount: str = "") -> None:
        nonlocal down
        lines.append((60, down, font, text))
        if amount:
            lines.append((400 - 5.5 * len(amount), down, font, amount))
        down += after

    for text in ("Ängsnäs kommun", "Tjänsteskrivelse", "Datum: 2026-05-11"):
        put(text)
    put("Diarienummer: ÄN 2026/9", after=34)
    put("Äskande om medel till ljusare park", "F2 16", 34)

    def head(text: str) -> None:
        nonlocal down
        down += 14
        put(text, "F2 11", 18)

    head("Förslag till beslut")
    for number, point in enumerate(POINTS, 1):
        put(f"{number}. {point}")
    head("Bakgrund")
    put(PROSE)
    head("Kostnader")
    for label, amount in ROWS:
        put(label, amount=amount)
    head("Beslutsunderlag")
    for text in BASIS:
        put(f"– {text}")
    head("Beslutet skickas till")
    put("Säkerhetsenheten")
    put("Ekonomiavdelningen", after=30)
    put("Mia Ro")
    put("Säkerhetschef")
    return make_pdf.by_hand([(0, lines)])


def test_the_same_document_gives_the_same_reading_in_every_format() -> None:
    made = {"a.txt": as_text(), "a.docx": as_word(), "a.odt": as_odt(), "a.pdf": as_pdf()}
    readings = {name: read_text(source_of(data, name).text).as_json() for name, data in made.items()}
    want = readings.pop("a.txt")
    assert (want["amount_total_sek"], len(want["budget_lines"]), want["title"]) == (
        275_000,
        2,
        "Äskande om medel till ljusare park",
    )
    assert want["signatories"] == [{"name": "Mia Ro", "role": "Säkerhetschef"}]
    for name, got in readings.items():
        assert (name, got) == (name, want)


def test_a_text_drawn_as_a_pdf_is_read_as_the_text_is_and_never_gives_another_amount() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.parent.glob("*.txt"))]
    texts = [text for text in texts if "\t" not in text and text.encode("cp1252", errors="ignore").decode("cp1252") == text]
    step = times(short=12, soak=1)
    others = 0
    for text in texts[5::step]:
        want, got = read_text(text).as_json(), read_text(source_of(make_pdf.drawn(text), "a.pdf").text).as_json()
        assert got["amount_total_sek"] in (None, want["amount_total_sek"]), text[:300]
        others += any(got[field] != want[field] for field in ("title", "date", "diarienummer", "paragraph", "amount_total_sek"))
        others += [line["amount_sek"] for line in got["budget_lines"]] != [line["amount_sek"] for line in want["budget_lines"]]
    assert others <= len(texts) / step / 20


def test_each_passage_of_a_pdf_is_found_on_its_page() -> None:
    source = source_of((FOLDER / "fallbo-tre-sidor.pdf").read_bytes(), "a.pdf")
    reading = read_text(source.text)
    assert [(round(page.width), round(page.height)) for page in source.pages] == [(595, 842)] * 3
    for spans in reading.spans.values():
        for span in spans:
            boxes = source.boxes(span)
            assert boxes
            for box in boxes:
                page = source.pages[box.page]
                assert 0 <= box.left < box.right <= page.width and 0 <= box.top < box.bottom <= page.height
    (point, *_rest) = reading.spans["decision_or_proposal"]
    assert len(source.boxes(point)) == len(source.text[point.start : point.end].splitlines())
    (title,) = reading.spans["title"]
    (box, *_more) = source.boxes(title)
    assert box.page == 0 and 80 < box.top < 260 and box.left < 100
    start = source.text.index("Förvaltningschef")
    assert [each.page for each in source.boxes(Span(start, start + 5))] == [2]


def test_boxes_lie_where_the_words_are_drawn_also_on_a_page_that_lies_on_its_side() -> None:
    source = source_of((FOLDER / "nasbrunna-liggande-sida.pdf").read_bytes(), "a.pdf")
    assert [(page.width, page.height) for page in source.pages] == [(595, 842), (595, 842)]
    for words, page, left, baseline in (("Bakgrund", 0, 60, 208), ("Karin Mo", 1, 60, 230), ("145", 1, 426, 112)):
        start = source.text.index(words)
        (box,) = source.boxes(Span(start, start + len(words)))
        assert box.page == page and abs(box.left - left) < 2 and baseline - 12 < box.top < baseline < box.bottom < baseline + 5


def test_only_a_pdf_has_pages_and_boxes() -> None:
    source = source_of(as_word(), "a.docx")
    assert (source.kind, source.pages, source.boxes(Span(0, 50))) == ("docx", (), [])
