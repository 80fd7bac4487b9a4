"""Word files: the text as Word shows it."""

import io
import zipfile

import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from portal.documents.formats import Source, source_of
from portal.documents.formats.numbering import counted
from tests.documents.formats import make_word

W = nsdecls("w")


def text_of(document: object) -> str:
    return read(document).text


def read(document: object) -> Source:
    return source_of(make_word.saved(document), "a.docx")


def test_lists_are_numbered_as_word_shows_them() -> None:
    d = make_word.empty()
    key = make_word.numbered(d, [("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "%1.%2.%3")])
    for text, level in (("Ett", 0), ("Under", 1), ("Mera", 1), ("Djupt", 2), ("Två", 0), ("Nytt under", 1)):
        make_word.point(d, text, key, level)
    d.add_paragraph("Mellan")
    make_word.point(d, "Tre", key)
    other = make_word.numbered(d, [("bullet", "\uf0b7")])
    make_word.point(d, "Prick", other)
    shown = [line for line in text_of(d).splitlines() if line]
    # The letters and figures of a level stand in the forms of their own levels.
    assert shown == ["1. Ett", "a) Under", "b) Mera", "1.b.i Djupt", "2. Två", "a) Nytt under", "Mellan", "3. Tre", "• Prick"]


def test_a_list_may_begin_anew_and_a_paragraph_may_leave_it() -> None:
    d = make_word.empty()
    key = make_word.numbered(d, [("decimal", "%1.")])
    make_word.point(d, "Ett", key)
    numbering = d.part.numbering_part.element
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="{key}"/>{override}</w:num>'))
    make_word.point(d, "Ett igen", "77")
    make_word.point(d, "Två igen", "77")
    make_word.point(d, "Utanför", "0")
    assert [line for line in text_of(d).splitlines() if line] == ["1. Ett", "1. Ett igen", "2. Två igen", "Utanför"]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [(1, "lowerLetter", "a"), (27, "upperLetter", "AA"), (4, "lowerRoman", "iv"), (1998, "upperRoman", "MCMXCVIII"),
     (3, "decimalZero", "03"), (0, "lowerLetter", "0"), (12, "cardinalText", "12")],
)  # fmt: skip
def test_a_number_is_written_in_the_form_of_its_list(value: int, form: str, shown: str) -> None:
    assert counted(value, form) == shown


def test_tabs_soft_breaks_and_hyphens_are_kept_as_they_are_seen() -> None:
    d = make_word.empty()
    paragraph = d.add_paragraph("Datum\t2026-01-02")
    paragraph.add_run().add_break(WD_BREAK.LINE)
    run = paragraph.add_run("brotts")
    run._r.append(parse_xml(f"<w:softHyphen {W}/>"))
    run._r.append(parse_xml(f"<w:t {W}>före</w:t>"))
    run._r.append(parse_xml(f"<w:noBreakHyphen {W}/>"))
    run._r.append(parse_xml(f"<w:t {W}>byggande</w:t>"))
    assert text_of(d) == "Datum\t2026-01-02\nbrottsföre-byggande\n"


def test_what_stands_close_is_close_and_what_stands_apart_is_apart() -> None:
    d = make_word.empty()
    for text, after in (("Anna Ek", 0), ("Rektor", 12), ("Nytt stycke", 0), ("", 0), ("Sist", 0)):
        d.add_paragraph(text).paragraph_format.space_after = after * 12_700
    assert text_of(d) == "Anna Ek\nRektor\n\nNytt stycke\n\nSist\n"


def test_a_cell_over_rows_and_columns_stands_once() -> None:
    d = make_word.empty()
    made = make_word.table(
        d, [("Del", "Insats", "tkr"), ("Drift", "Vakter", "120"), ("Drift", "Larm", "30"), ("Summa", "", "150")]
    )
    made.cell(1, 0).merge(made.cell(2, 0)).text = "Drift"
    made.cell(3, 0).merge(made.cell(3, 1)).text = "Summa"
    assert text_of(d).splitlines() == [
        "| Del | Insats | tkr |", "| Drift | Vakter | 120 |", "|  | Larm | 30 |", "| Summa |  | 150 |",
    ]  # fmt: skip


def test_a_row_over_all_columns_is_a_caption_and_a_bar_in_a_cell_is_no_column() -> None:
    d = make_word.empty()
    made = make_word.table(d, [("Kostnader (tkr)", ""), ("Vakter | larm", "120"), ("Skyltar", "30")])
    made.cell(0, 0).merge(made.cell(0, 1)).text = "Kostnader (tkr)"
    assert text_of(d) == "Kostnader (tkr)\n\n| Vakter / larm | 120 |\n| Skyltar | 30 |\n"


def test_a_table_that_only_places_text_is_read_cell_by_cell() -> None:
    d = make_word.empty()
    layout = d.add_table(1, 2)
    layout.cell(0, 0).text = "Handläggare\nAnna Ek"
    layout.cell(0, 1).text = "Datum\n2026-01-02"
    d.add_paragraph("Brödtext")
    assert text_of(d) == "Handläggare\nAnna Ek\n\nDatum\n2026-01-02\n\nBrödtext\n"


def test_a_table_without_lines_keeps_its_columns_by_tabs() -> None:
    d = make_word.empty()
    make_word.table(d, [("Datum", "Diarienummer"), ("2026-01-02", "KS 2026/1")], "Normal Table")
    assert text_of(d) == "Datum\tDiarienummer\n2026-01-02\tKS 2026/1\n"


def test_the_head_is_read_once_and_only_what_the_body_lacks() -> None:
    d = make_word.empty()
    section = d.sections[0]
    section.header.paragraphs[0].text = "Ängsnäs kommun\tDnr KS 2026/1"
    make_word.page_of_pages(section.header.add_paragraph())
    section.footer.paragraphs[0].text = "Box 1, 999 99 Ängsnäs"
    d.add_paragraph("Ängsnäs kommun")
    d.add_paragraph("Tjänsteskrivelse")
    assert text_of(d) == "Dnr KS 2026/1\n\nÄngsnäs kommun\n\nTjänsteskrivelse\n"


def test_a_number_that_stands_only_in_the_foot_is_read() -> None:
    d = make_word.empty()
    d.sections[0].footer.paragraphs[0].text = "Ängsnäs kommun\nDiarienummer: KS 2026/9\nwww.angsnas.example"
    d.add_paragraph("Tjänsteskrivelse")
    assert text_of(d) == "Diarienummer: KS 2026/9\n\nTjänsteskrivelse\n"


def test_the_number_of_the_following_pages_is_read_where_the_first_page_has_none() -> None:
    d = make_word.empty()
    section = d.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "Ängsnäs kommun"
    section.header.paragraphs[0].text = "Fortsättning\tDnr KS 2026/2"
    d.add_paragraph("Tjänsteskrivelse")
    assert text_of(d) == "Ängsnäs kommun\nFortsättning\tDnr KS 2026/2\n\nTjänsteskrivelse\n"


def test_insertions_count_deletions_do_not_and_it_is_said() -> None:
    d = make_word.empty()
    paragraph = d.add_paragraph("Beviljas ")
    paragraph._p.append(make_word.change("del", "900 000"))
    paragraph._p.append(make_word.change("ins", "200 000"))
    paragraph.add_run(" kr.")
    joined = d.add_paragraph("Första halvan ")
    joined._p.get_or_add_pPr().append(parse_xml(f'<w:rPr {W}><w:del w:id="3" w:author="A"/></w:rPr>'))
    d.add_paragraph("och andra halvan.")
    moved = d.add_paragraph("Kvar.")
    moved._p.append(parse_xml(f'<w:moveFrom {W} w:id="4"><w:r><w:t>Flyttat 5 kr</w:t></w:r></w:moveFrom>'))
    source = read(d)
    assert source.text == "Beviljas 200 000 kr.\n\nFörsta halvan och andra halvan.\n\nKvar.\n"
    assert source.notes == ("Filen har spårade ändringar: det infogade är läst, det strukna är utelämnat.",)


def test_words_that_are_only_struck_or_moved_away_are_not_read() -> None:
    d = make_word.empty()
    paragraph = d.add_paragraph("Kvar.")
    paragraph._p.append(make_word.change("del", "Struket"))
    source = read(d)
    assert (source.text, len(source.notes)) == ("Kvar.\n", 1)


def test_fields_give_their_results_but_page_numbers_and_contents_do_not() -> None:
    d = make_word.empty()
    paragraph = d.add_paragraph("Se ")
    make_word.field(paragraph, "REF bilaga", "bilaga 1")
    make_word.field(paragraph, "PAGE", "7")
    contents = d.add_paragraph()
    make_word.field(contents, 'TOC \\o "1-3"', "Bakgrund 3")
    hidden = d.add_paragraph("Synligt").add_run(" dolt")
    hidden.font.hidden = True
    assert text_of(d) == "Se bilaga 1\n\nSynligt\n"


def test_footnotes_and_embedded_sheets_are_left_out_and_it_is_said() -> None:
    d = make_word.empty()
    run = d.add_paragraph("Kostnaden är 200 000").add_run()
    run._r.append(parse_xml(f'<w:footnoteReference {W} w:id="1"/>'))
    run._r.append(parse_xml(f"<w:object {W}/>"))
    source = read(d)
    assert source.text == "Kostnaden är 200 000\n"
    assert source.notes == ("Fotnoterna är inte lästa.", "Inbäddade objekt, till exempel kalkylblad, är inte lästa.")


def test_a_text_box_is_read_once() -> None:
    d = make_word.empty()
    paragraph = d.add_paragraph("Brödtext")
    paragraph._p.append(make_word.box(["Dnr KS 2026/3"]))
    assert text_of(d) == "Dnr KS 2026/3\n\nBrödtext\n"


def test_headings_are_those_the_file_marks() -> None:
    d = make_word.empty()
    d.add_heading("Äskande", 0)
    d.add_heading("Bakgrund", 2)
    d.add_paragraph("Fet rad").runs[0].bold = True
    outlined = d.add_paragraph("Egen rubrik")
    outlined._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {W} w:val="1"/>'))
    styled = d.styles.add_style("Kommunrubrik", 1)
    styled.base_style = d.styles["Heading 1"]
    d.add_paragraph("Med kommunens formatmall", style="Kommunrubrik")
    assert [line for line in text_of(d).splitlines() if line] == [
        "# Äskande", "# Bakgrund", "Fet rad", "# Egen rubrik", "# Med kommunens formatmall",
    ]  # fmt: skip


def test_where_no_style_marks_headings_short_bold_lines_over_text_are_headings() -> None:
    d = make_word.empty()
    for text, bold in (
        ("Bakgrund", True),
        ("Det här är text.", False),
        ("En hel mening i fetstil.", True),
        ("Mer text.", False),
    ):
        d.add_paragraph().add_run(text).bold = bold
    assert text_of(d) == "# Bakgrund\n\nDet här är text.\n\nEn hel mening i fetstil.\n\nMer text.\n"


def test_a_main_part_of_another_name_and_the_strict_form_are_read() -> None:
    d = make_word.empty()
    d.add_paragraph("Hej där")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make_word.saved(d))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b"word/document.xml", b"word/document2.xml")
            data = data.replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            new.writestr(name.replace("document.xml", "document2.xml"), data)
    assert source_of(out.getvalue(), "a.docx").text == "Hej där\n"
