"""OpenDocument files: the text as LibreOffice shows it."""

from portal.documents.formats import source_of
from tests.documents.formats.make_odt import cell, h, items, p, packed


def text_of(body: str, head: str = "") -> str:
    return source_of(packed(body, head), "a.odt").text


def test_lists_are_numbered_in_levels_and_go_on_where_they_say_so() -> None:
    inner = items("Numrerad", ["Under", "Mera"])
    listed = f'<text:list text:style-name="Numrerad" xml:id="l1"><text:list-item>{p("Ett", "Standard")}{inner}</text:list-item>'
    listed += f"<text:list-item>{p('Två', 'Standard')}</text:list-item></text:list>"
    third = f"<text:list-item>{p('Tre', 'Standard')}</text:list-item>"
    going = f'<text:list text:continue-list="l1" text:style-name="Numrerad">{third}</text:list>'
    shown = text_of(listed + p("Mellan") + going + items("Numrerad", ["Ny lista"]) + items("Streck", ["Streck"]))
    assert [line for line in shown.splitlines() if line] == [
        "1. Ett", "a) Under", "b) Mera", "2. Två", "Mellan", "3. Tre", "1. Ny lista", "– Streck",
    ]  # fmt: skip


def test_spaces_tabs_and_line_breaks_are_those_of_the_elements() -> None:
    body = p("Datum\n   <text:tab/>2026-01-02<text:line-break/>A<text:s text:c='3'/>B <text:span>C</text:span>D")
    assert text_of(body) == "Datum    \t2026-01-02\nA   B CD\n"


def test_margins_part_paragraphs() -> None:
    assert text_of(p("Anna Ek", "Standard") + p("Rektor", "Text_20_body") + p("Nytt")) == "Anna Ek\nRektor\n\nNytt\n"


def test_cells_that_repeat_or_cover_others_keep_their_columns() -> None:
    empty = '<table:table-cell table:number-columns-repeated="2"/>'
    tall = (
        f'<table:table-cell table:style-name="Ruta" table:number-rows-spanned="2">{p("Drift", "Standard")}</table:table-cell>'
    )
    rows = (
        f"<table:table-row>{cell('Del')}{cell('Insats')}{cell('tkr')}</table:table-row>"
        f"<table:table-row>{tall}{cell('Vakter')}{cell('120')}</table:table-row>"
        f"<table:table-row><table:covered-table-cell/>{cell('Larm')}{cell('30')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="900000">{empty}<table:table-cell/></table:table-row>'
        f"<table:table-row>{cell('Summa', 2)}{cell('150')}</table:table-row>"
    )
    assert text_of(f"<table:table>{rows}</table:table>").splitlines() == [
        "| Del | Insats | tkr |", "| Drift | Vakter | 120 |", "|  | Larm | 30 |", "| Summa |  | 150 |",
    ]  # fmt: skip


def test_prompts_notes_comments_and_struck_words_are_left_out() -> None:
    note = f"<text:note><text:note-citation>1</text:note-citation><text:note-body>{p('9 kr')}</text:note-body></text:note>"
    said = f"<office:annotation>{p('Ändra till 8 kr')}</office:annotation>"
    body = p(f"Beviljas{note} 200 kr{said} <text:placeholder>&lt;Skriv här&gt;</text:placeholder>")
    source = source_of(packed(body), "a.odt")
    assert source.text == "Beviljas 200 kr\n"
    assert source.notes == ("Fotnoterna är inte lästa.", "Fält i mallen som inte är ifyllda är utelämnade.")


def test_a_text_box_is_read_where_it_is_anchored_and_the_head_before_all() -> None:
    box = f"<draw:frame><draw:text-box>{p('Dnr KS 2026/3', 'Standard')}</draw:text-box></draw:frame>"
    assert text_of(p(f"{box}Brödtext"), p("Ängsnäs kommun", "Standard")) == "Ängsnäs kommun\n\nDnr KS 2026/3\n\nBrödtext\n"


def test_headings_and_titles_are_marked() -> None:
    assert text_of(p("Äskande", "Title") + h("Bakgrund", 3) + p("Text.")) == "# Äskande\n\n# Bakgrund\n\nText.\n"
