# ruff: noqa: E501 (the texts stand as they are written)
"""Word files with the habits of municipal templates: heads in tables and text boxes, content controls, automatic numbers."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import docx
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

W14 = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
W14 += 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
W14 += 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
W14 += 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'


PROSE = (
    "Skolvägarna går längs länsvägen, där fordonen håller 70 kilometer i timmen. Vid Åsskolan korsar barnen vägen på två "
    "ställen utan övergång. Rektorerna har sedan 2022 bett om åtgärder, och föräldrarna har ordnat egna vandrande skolbussar. "
    "Trafikverket har godkänt att kommunen bygger inom vägområdet, om arbetet sker under sommarlovet.",
    "Förvaltningen har gått vägarna tillsammans med elevråden. Eleverna pekade ut fyra platser där buskage skymmer sikten och "
    "två där belysningen är trasig. Polisen har under hösten haft hastighetskontroller vid sju tillfällen och rapporterat "
    "38 förare. Räddningstjänsten har inget att invända mot upphöjda övergångar av den typ som föreslås.",
    "Alternativet att skjutsa eleverna har prövats. Det kostar mer redan det andra året, och gör att fler bilar trängs vid "
    "skolorna. Barnens bästa har bedömts väga tyngst: barn ska kunna ta sig till skolan på egen hand.",
)


def saved(document: Any) -> bytes:
    """The file's bytes."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def empty() -> Any:
    """A document whose paragraphs stand as in the usual Swedish template."""
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    normal.paragraph_format.space_after = Pt(8)
    return document


def numbered(document: Any, levels: Sequence[tuple[str, str]]) -> str:
    """A list of its own: (number format, text of the level) for each level. Its id."""
    numbering = document.part.numbering_part.element
    key = str(900 + len(numbering))
    rows = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{key}">{rows}</w:abstractNum>')
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>'))
    return key


def point(document: Any, text: str, key: str, level: int = 0) -> Any:
    """A paragraph of such a list."""
    paragraph = document.add_paragraph(text)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>')
    )
    return paragraph


def field(paragraph: Any, instruction: str, result: str) -> None:
    """A complex field with its result."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("result", result), ("end", "")):
        run = paragraph.add_run()
        if kind in ("begin", "separate", "end"):
            sign = OxmlElement("w:fldChar")
            sign.set(qn("w:fldCharType"), kind)
            run._r.append(sign)
        elif kind:
            run.text = text
        else:
            words = OxmlElement("w:instrText")
            words.text = f" {text} "
            run._r.append(words)


def page_of_pages(paragraph: Any) -> None:
    """*Sida 1 (3)* as Word counts it."""
    paragraph.add_run("Sida ")
    field(paragraph, "PAGE", "1")
    paragraph.add_run(" (")
    field(paragraph, "NUMPAGES", "3")
    paragraph.add_run(")")


def control(text: str, *, prompt: bool = False, block: bool = False) -> Any:
    """A content control with its text, or with the prompt of one that is not filled in."""
    shown = "<w:showingPlcHdr/>" if prompt else ""
    inner = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'
    inner = f"<w:p>{inner}</w:p>" if block else inner
    return parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr>{shown}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>")


def box(lines: Sequence[str]) -> Any:
    """A run with a text box, as Word writes it: once in the new way, once in the old."""
    inner = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    content = f"<w:txbxContent>{inner}</w:txbxContent>"
    return parse_xml(
        f'<w:r {nsdecls("w")} {W14}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic>'
        f"<a:graphicData><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor>"
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )


def change(kind: str, text: str) -> Any:
    """Inserted (``ins``) or struck out (``del``) words."""
    tag = "w:delText" if kind == "del" else "w:t"
    return parse_xml(
        f'<w:{kind} {nsdecls("w")} w:id="7" w:author="A" w:date="2026-01-01T00:00:00Z">'
        f'<w:r><{tag} xml:space="preserve">{text}</{tag}></w:r></w:{kind}>'
    )


def table(document: Any, rows: Sequence[Sequence[str]], style: str = "Table Grid") -> Any:
    """A table with these texts."""
    made = document.add_table(rows=len(rows), cols=len(rows[0]))
    made.style = style
    for row, texts in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return made


def granebro() -> bytes:
    """Date and number only in the head of the first page; a table with its unit in the heading; a table of signatures."""
    d = empty()
    section = d.sections[0]
    section.different_first_page_header_footer = True
    first = section.first_page_header
    head = first.add_table(1, 2, Cm(16))
    head.cell(0, 0).text = "Granebro kommun\nSamhällsbyggnadsförvaltningen\nHandläggare: Maja Holm, trafikplanerare"
    head.cell(0, 1).text = "Datum\n2026-02-17\nDiarienummer\nKS 2026/00114"
    page_of_pages(first.add_paragraph())
    later = section.header.paragraphs[0]
    later.add_run("Granebro kommun\tKS 2026/00114\t")
    page_of_pages(later)
    section.first_page_footer.paragraphs[
        0
    ].text = "Granebro kommun | Box 4, 999 01 Granebro | Telefon 0900-100 00 | Org.nr 212000-0000"
    d.add_paragraph("Tjänsteskrivelse")
    d.add_paragraph("Äskande av medel för säkrare skolvägar i Granebro", style="Title")
    d.add_heading("Förslag till beslut", 1)
    key = numbered(d, [("decimal", "%1.")])
    point(d, "Kommunstyrelsen beviljar samhällsbyggnadsförvaltningen 685 000 kronor för säkrare skolvägar 2026.", key)
    point(d, "Kostnaden finansieras ur kommunstyrelsens medel för oförutsedda behov.", key)
    point(d, "Samhällsbyggnadsförvaltningen återrapporterar till kommunstyrelsen senast den 31 mars 2027.", key)
    d.add_heading("Ärendet i korthet", 1)
    d.add_paragraph(
        "Vid tre skolor går barnen längs vägar utan gångbana. Under hösten 2025 mättes 1 240 passager per dygn. "
        "Förvaltningen föreslår upphöjda övergångar och belysning."
    )
    for _time in range(4):
        for part in PROSE:
            d.add_paragraph(part)
    d.add_heading("Ekonomiska konsekvenser", 1)
    made = table(d, [("Åtgärd", "Belopp (tkr)"), ("Upphöjda övergångar vid Åsskolan", "410"), ("Belysning längs Kvarnstigen", "195"),
                     ("Mätning och uppföljning", "80"), ("Summa", "685")])  # fmt: skip
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    d.add_heading("Beslutsunderlag", 1)
    d.add_paragraph("Trafikmätning vid tre skolor, november 2025", style="List Bullet")
    d.add_paragraph("Kostnadskalkyl 2026-02-03", style="List Bullet")
    d.add_heading("Beslutet skickas till", 1)
    d.add_paragraph("Samhällsbyggnadsförvaltningen")
    d.add_paragraph("Ekonomiavdelningen")
    d.add_paragraph()
    names = d.add_table(1, 2)
    names.cell(0, 0).text = "Olle Brink\nSamhällsbyggnadschef"
    names.cell(0, 1).text = "Maja Holm\nTrafikplanerare"
    return saved(d)


def hammarlunda() -> bytes:
    """Content controls, some unfilled; the number in a text box; a merge field; an amount that was changed, tracked."""
    d = empty()
    first = d.add_paragraph()
    first._p.append(box(["Hammarlunda kommun", "Dnr: HK-2026-341", "2026-03-09"]))
    d.add_paragraph("Tjänsteskrivelse")
    title = d.add_paragraph(style="Heading 1")
    title._p.append(control("Begäran om medel för ordningsvakter i centrum"))
    to = d.add_paragraph("Till: ")
    to._p.append(control("Klicka här för att ange nämnd.", prompt=True))
    d.add_heading("Förslag till beslut", 2)
    asked = d.add_paragraph("Kommunchefen beviljar säkerhetsenheten ")
    asked._p.append(change("del", "300 000"))
    asked._p.append(change("ins", "250 000"))
    asked.add_run(" kr för ordnings\u00advakter sommaren 2026. Medlen tas ur trygghetsmiljonen 2026.")
    d.add_heading("Bakgrund", 2)
    d.element.body.insert_element_before(control("Förra sommaren fick polisen 74 larm från torget.", block=True), "w:sectPr")
    d.element.body.insert_element_before(control("Beskriv konsekvenser för barn.", prompt=True, block=True), "w:sectPr")
    struck = d.add_paragraph()
    struck._p.append(change("del", "Det här stycket är struket och nämner 900 000 kr."))
    d.add_heading("Kopia till", 2)
    recipients = d.add_paragraph()
    recipients.add_run("Säkerhetsenheten")
    recipients.add_run().add_break(WD_BREAK.LINE)
    recipients.add_run("Ekonomienheten")
    sign = d.add_paragraph()
    field(sign, "MERGEFIELD Ort", "«Ort»")
    d.add_paragraph("Lova Strand\nSäkerhetschef")
    return saved(d)


def lindvalla() -> bytes:
    """Minutes: automatic *att*, a reservation, a conflict of interest, nine recipients in one sentence."""
    d = empty()
    head = d.sections[0].header.paragraphs[0]
    head.add_run("Lindvalla kommun\tSammanträdesprotokoll\t")
    page_of_pages(head)
    d.sections[0].footer.paragraphs[0].text = "Justerandes signatur\t\tUtdragsbestyrkande"
    layout = d.add_table(1, 2)
    layout.cell(0, 0).text = "Kommunstyrelsen"
    layout.cell(0, 1).text = "Sammanträdesdatum\n2026-04-14"
    d.add_paragraph()
    d.add_heading("§ 62 Tilläggsanslag för tryggare busshållplatser", 1)
    d.add_paragraph("Diarienummer: KS 2026-0087")
    d.add_heading("Kommunstyrelsens beslut", 2)
    key = numbered(d, [("bullet", "att")])
    point(d, "bevilja tekniska nämnden 1,2 miljoner kronor för ombyggnad av busshållplatser 2026,", key)
    point(d, "anslaget finansieras ur kommunstyrelsens utvecklingsreserv, samt", key)
    point(d, "uppdra åt tekniska nämnden att redovisa arbetet i december 2026.", key)
    d.add_heading("Sammanfattning av ärendet", 2)
    d.add_paragraph(
        "Tekniska nämnden har begärt 1,6 miljoner kronor. Kommunledningskontoret bedömer att tolv av sexton "
        "hållplatser kan byggas om under året."
    )
    d.add_heading("Jäv", 2)
    d.add_paragraph("Elsa Moberg (X) anmäler jäv och deltar inte i handläggningen.")
    d.add_heading("Reservation", 2)
    d.add_paragraph("Per Rask (Y) reserverar sig mot beslutet till förmån för eget yrkande om 1,6 miljoner kronor.")
    d.add_heading("Beslutsunderlag", 2)
    d.add_paragraph("Tekniska nämndens protokoll 2026-02-24 § 19", style="List Bullet")
    d.add_paragraph("Tjänsteskrivelse 2026-03-20", style="List Bullet")
    d.add_heading("Beslutet skickas till", 2)
    d.add_paragraph(
        "Tekniska nämnden, ekonomichefen, barn- och utbildningsnämnden, socialnämnden, Lindvalla Bostäder AB, "
        "kommunrevisionen, kultur- och fritidsnämnden, räddningstjänsten och kollektivtrafikmyndigheten."
    )
    return saved(d)


def solhyttan() -> bytes:
    """Several years under a head over two columns, a row that is merged, bold words for headings instead of styles."""
    d = empty()

    def bold(text: str) -> None:
        d.add_paragraph().add_run(text).bold = True

    d.add_paragraph("Solhyttans kommun")
    d.add_paragraph("Kultur- och fritidsförvaltningen\t2026-01-28\tDnr KFN 2026.33")
    bold("Äskande om medel till öppen fritidsgård")
    bold("Förslag till beslut")
    d.add_paragraph("Kultur- och fritidsnämnden föreslår kommunstyrelsen besluta att")
    key = numbered(d, [("lowerLetter", "%1)")])
    point(d, "bevilja kultur- och fritidsnämnden 920 000 kronor för en öppen fritidsgård i Östra Solhyttan, och", key)
    point(d, "anvisa medlen ur resultatutjämningsreserven.", key)
    bold("Bakgrund")
    d.add_paragraph("Fritidsgården stängde 2024. Elevrådet och polisen har bett om att den öppnas igen.")
    bold("Kostnader")
    made = table(d, [("Kostnadsslag", "Belopp i tkr", "Belopp i tkr"), ("Kostnadsslag", "2026", "2027"), ("Fritidsledare", "280", "420"),
                     ("Lokal och städning", "90", "130"), ("Summa", "370", "550")])  # fmt: skip
    for text, one, other in (("Kostnadsslag", (0, 0), (1, 0)), ("Belopp i tkr", (0, 1), (0, 2))):
        merged = made.cell(*one).merge(made.cell(*other))
        merged.text = text
    bold("Uppföljning")
    d.add_paragraph("Förvaltningen följer upp antalet besök varje kvartal och redovisar dem för nämnden.")
    bold("Beslutet skickas till")
    d.add_paragraph("kommunstyrelsens förvaltning: ekonomienheten, kansliet\nKultur- och fritidsförvaltningen")
    d.add_paragraph("Siv Lund\nKultur- och fritidschef")
    return saved(d)


def stavhult() -> bytes:
    """The whole page in a table, rows in content controls, a nested table, a struck row, a table of contents."""
    d = empty()
    outer = d.add_table(1, 1)
    cell = outer.cell(0, 0)
    cell.paragraphs[0].text = "Stavhults kommun"
    cell.add_paragraph("Delegationsbeslut")
    cell.add_paragraph("Datum: 2026-05-06")
    cell.add_paragraph("Diarienummer: SK 2026/77")
    cell.add_paragraph("Medel till nattvandrarna i Stavhult", style="Heading 1")
    cell.add_paragraph("Beslut", style="Heading 2")
    cell.add_paragraph("Nattvandrarna i Stavhult beviljas 45 000 kronor ur trygghetsmiljonen 2026.")
    cell.add_paragraph("Ekonomi", style="Heading 2")
    inner = cell.add_table(5, 2)
    inner.style = "Table Grid"
    rows = [
        ("Post", "Kronor"),
        ("Västar och lampor", "18 000"),
        ("Utbildning", "27 000"),
        ("Struken post", "99 000"),
        ("Summa", "45 000"),
    ]
    for row, texts in zip(inner.rows, rows, strict=True):
        for each, text in zip(row.cells, texts, strict=True):
            each.text = text
    inner.rows[3]._tr.get_or_add_trPr().append(parse_xml(f'<w:del {nsdecls("w")} w:id="9" w:author="A"/>'))
    wrapped = inner.rows[2]._tr
    holder = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
    wrapped.addprevious(holder)
    holder[1].append(wrapped)
    cell.add_paragraph("Beslutet skickas till", style="Heading 2")
    cell.add_paragraph("Nattvandrarna i Stavhult, ekonomiavdelningen")
    cell.add_paragraph("Bo Ljung\nKommunchef")
    return saved(d)


MADE: dict[str, Callable[[], bytes]] = {
    "granebro-sidhuvud.docx": granebro,
    "hammarlunda-mall.docx": hammarlunda,
    "lindvalla-protokoll.docx": lindvalla,
    "solhyttan-tva-ar.docx": solhyttan,
    "stavhult-delegation.docx": stavhult,
}
