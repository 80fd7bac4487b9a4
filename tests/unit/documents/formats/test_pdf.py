"""PDF files: lines, columns, tables, headings and paragraphs from where the letters stand."""

import io
from collections.abc import Sequence

import pikepdf
import pytest

from portal.documents.formats import source_of
from portal.documents.formats.pdf_grid import grids_of
from portal.documents.reading.shapes import Span
from tests.documents.formats.make_pdf import by_hand

Drawn = tuple[float, float, str, str]


def text_of(*pages: Sequence[Drawn], turns: int = 0) -> str:
    return source_of(by_hand([(turns, page) for page in pages]), "a.pdf").text


PROSE: list[Drawn] = [
    (60, 300 + 14 * at, "F1 11", "En rad brödtext som gör sidans storlek och radavstånd tydliga nog.") for at in range(8)
]


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if "brödtext" not in line and line.strip()]


def test_words_drawn_in_any_order_come_out_in_lines_from_left_to_right() -> None:
    assert text_of([(140, 60, "F1 11", "två"), (60, 74, "F1 11", "tre"), (60, 60.4, "F1 11", "ett")]).split() == [
        "ett",
        "två",
        "tre",
    ]


def test_columns_are_kept_apart_and_numbers_stand_under_each_other_to_the_right() -> None:
    text = text_of(
        [(60, 60, "F1 11", "Vakter"), (380, 60, "F1 11", "1 200"), (60, 74, "F1 11", "Larm"), (395, 74, "F1 11", "30")]
    )
    one, other = text.splitlines()
    assert one.split("   ")[0] == "Vakter" and len(one) == len(other) and one.endswith("1 200") and other.endswith("30")


def test_a_cell_that_goes_on_under_its_beginning_is_put_together_in_its_row() -> None:
    row = [(60, 60, "Trygghetsskapande och"), (300, 60, "100 000 kr"), (400, 60, "Tillstånd ska finnas innan"),
           (400, 73, "kamerorna köps"),
           (60, 73, "förebyggande"), (60, 90, "Larm"), (300, 90, "30 000 kr"), (60, 108, "Handläggare: Anna Ek"),
           (300, 108, "2026-01-02"), (60, 121, "anna.ek@angsnas.example")]  # fmt: skip
    text = [
        " ".join(line.split())
        for line in text_of([(left, down, "F1 11", text) for left, down, text in row]).splitlines()
        if line
    ]
    assert text == [
        "Trygghetsskapande och förebyggande 100 000 kr Tillstånd ska finnas innan kamerorna köps",
        "Larm 30 000 kr",
        "Handläggare: Anna Ek 2026-01-02",
        "anna.ek@angsnas.example",
    ]


def test_columns_that_stand_close_are_parted_by_what_is_empty_in_all_lines() -> None:
    rows = [("Trygghetsvärdar", "4", "2 010"), ("Arbetskläder", "4", "95"), ("Samordning", "", "195")]
    drawn = [
        (left, 60.0 + 14 * at, "F1 11", text)
        for at, row in enumerate(rows)
        for left, text in zip((60.0, 300.0, 349.0 - 6.1 * len(row[2])), row, strict=True)
        if text
    ]
    assert [line.split("   ")[0] for line in text_of(drawn).splitlines()] == [row[0] for row in rows]
    assert all(line.endswith(f"   {row[2]}") for line, row in zip(text_of(drawn).splitlines(), rows, strict=True))


def test_two_numbers_in_columns_are_never_one_number_and_a_justified_line_is_one_column() -> None:
    row = [
        (60, 60, "F1 9", "Ny"),
        (75, 60, "F1 9", "belysning,"),
        (118, 60, "F1 9", "Åstigen"),
        (185, 60, "F1 9", "2"),
        (210, 60, "F1 9", "485"),
    ]
    assert text_of(row).split("   ")[-1].strip() == "485"
    justified = [
        (60.0 + 62 * at, 60.0, "F1 11", word)
        for at, word in enumerate(("Nämnden", "begärde", "fyrahundra", "kronors", "belopp"))
    ]
    assert text_of(justified) == "Nämnden begärde fyrahundra kronors belopp\n"


def test_a_wider_space_between_lines_parts_paragraphs_and_pages_are_parted() -> None:
    first: list[Drawn] = [(60, 60, "F1 11", "Ett"), (60, 74, "F1 11", "två."), (60, 100, "F1 11", "Tre.")]
    assert text_of(first, [(60, 60, "F1 11", "Fyra.")]) == "Ett\ntvå.\n\nTre.\n\f\nFyra.\n"


def test_larger_and_bold_lines_are_headings_and_a_long_one_is_put_together() -> None:
    text = text_of(
        [
            (60, 60, "F1 16", "Äskande om medel till ett brottsföre-"),
            (60, 78, "F1 16", "byggande arbete i centrum"),
            (60, 120, "F2 11", "Bakgrund"),
            (60, 134, "F1 11", "Det behövs 200 000 kr."),
            (60, 160, "F2 11", "En hel mening i fetstil är ingen rubrik."),
            *PROSE,
        ]
    )
    assert lines(text) == [
        "# Äskande om medel till ett brottsförebyggande arbete i centrum", "# Bakgrund", "Det behövs 200 000 kr.",
        "En hel mening i fetstil är ingen rubrik.",
    ]  # fmt: skip


def test_a_number_of_a_list_is_no_column_but_one_of_a_table_is() -> None:
    text = text_of(
        [
            (60, 60, "F1 11", "1."),
            (90, 60, "F1 11", "Bevilja 200 kr."),
            (60, 90, "F1 11", "2026"),
            (200, 90, "F1 11", "450 000"),
        ]
    )
    assert "1. Bevilja 200 kr." in text and "2026   " in text


def test_a_small_raised_figure_after_an_amount_is_no_part_of_it() -> None:
    assert lines(
        text_of([(60, 60, "F1 11", "Beviljas 200 000"), (143.5, 56, "F1 6", "1"), (150, 60, "F1 11", "kronor."), *PROSE])
    ) == ["Beviljas 200 000 kronor."]


@pytest.mark.parametrize("turns", [0, 90, 180, 270])
def test_a_page_that_is_turned_is_read_as_it_is_shown(turns: int) -> None:
    pdf = pikepdf.open(io.BytesIO(by_hand([(0, [(60, 60, "F1 11", "Överst"), (60, 90, "F1 11", "Nederst")])])))
    pdf.pages[0].Rotate = turns
    out = io.BytesIO()
    pdf.save(out)
    source = source_of(out.getvalue(), "a.pdf")
    assert source.text.split() == ["Överst", "Nederst"]
    width, height = (842, 595) if turns % 180 else (595, 842)
    assert (source.pages[0].width, source.pages[0].height) == (width, height)
    place = {0: (60, 60), 90: (842 - 60, 60), 180: (595 - 60, 842 - 60), 270: (60, 595 - 60)}[turns]
    box = source.words[0].box
    assert box.left - 12 <= place[0] <= box.right + 12 and box.top - 12 <= place[1] <= box.bottom + 12


def test_text_set_across_the_page_comes_last_and_in_its_own_order() -> None:
    text = source_of(by_hand([(0, [(60, 60, "F1 11", "Brödtext här"), (60, 74, "F1 11", "och där")])]), "a.pdf").text
    pdf = pikepdf.open(io.BytesIO(by_hand([(0, [(60, 60, "F1 11", "Brödtext här"), (60, 74, "F1 11", "och där")])])))
    pdf.pages[0].contents_add(b"BT /F1 9 Tf 0 1 -1 0 30 300 Tm (Mall 2024-1) Tj ET")
    out = io.BytesIO()
    pdf.save(out)
    assert source_of(out.getvalue(), "a.pdf").text == text + "\nMall 2024-1\n"


def test_lines_that_are_drawn_make_rows_of_cells_with_several_lines() -> None:
    words = [(64, 60, "Åtgärd"), (264, 60, "tkr"), (64, 80, "Målning av"), (64, 94, "tunneln"), (264, 87, "390"),
             (64, 114, "Larm"), (264, 114, "30")]  # fmt: skip
    pdf = pikepdf.open(io.BytesIO(by_hand([(0, [(left, down, "F1 11", text) for left, down, text in words])])))
    drawn = [f"{x} {842 - 122} m {x} {842 - 46} l S" for x in (60, 260, 320)]
    drawn += [f"60 {842 - y} m 320 {842 - y} l S" for y in (46, 66, 100, 122)]
    pdf.pages[0].contents_add(" ".join(drawn).encode())
    out = io.BytesIO()
    pdf.save(out)
    source = source_of(out.getvalue(), "a.pdf")
    assert source.text.splitlines() == ["| Åtgärd | tkr |", "| Målning av tunneln | 390 |", "| Larm | 30 |"]
    start = source.text.index("Målning")
    assert len(source.boxes(Span(start, start + len("Målning av tunneln")))) == 2  # printed on two lines


def test_lines_above_and_below_text_make_no_table() -> None:
    assert (
        grids_of(
            [(60, 50, 540, 50.5), (60, 800, 540, 800.5), (60, 400, 540, 400.5), (60, 50, 60.5, 800), (540, 50, 540.5, 800)]
        )
        == []
    )


def test_pages_of_pictures_are_named_and_a_file_that_only_may_not_be_changed_is_read() -> None:
    pdf = pikepdf.open(io.BytesIO(by_hand([(0, [(60, 60, "F1 11", "Hej")]), (0, []), (0, []), (0, [])])))
    for number in (1, 3):
        pdf.pages[number].contents_add(b"10 10 200 200 re f")
    out = io.BytesIO()
    pdf.save(out, encryption=pikepdf.Encryption(owner="hemligt", user="", allow=pikepdf.Permissions(modify_other=False)))
    source = source_of(out.getvalue(), "a.pdf")
    assert source.text == "Hej\n\f\n\f\n\f\n"
    assert source.notes == ("Sidorna 2, 4 har bara bilder, deras text är inte läst.",)
