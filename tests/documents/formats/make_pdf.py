# ruff: noqa: E501 (the texts stand as they are written)
"""PDF files by three producers: Chromium printing a page, typst, and operators written by hand."""

import io
import re
import subprocess
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf
import typst

STYLE = """<!doctype html><html lang="sv"><meta charset="utf-8"><style>
@page { size: A4; margin: 28mm 22mm 25mm; @top-left { content: "%(town)s"; font: 8pt sans-serif }
 @top-right { content: counter(page) " (" counter(pages) ")"; font: 8pt sans-serif }
 @bottom-center { content: "%(foot)s"; font: 7.5pt sans-serif } }
body { font: 11pt/1.35 "Liberation Serif", serif } h1 { font: bold 15pt sans-serif } h2 { font: bold 11.5pt sans-serif; margin: 14pt 0 3pt }
p { margin: 0 0 8pt } .head { display: flex; justify-content: space-between; font: 9.5pt/1.4 sans-serif }
.sign { display: flex; gap: 60mm; break-inside: auto } .break { break-after: page }
table { border-collapse: collapse } td, th { border: 0.6pt solid #444; padding: 2pt 6pt; text-align: left; font-weight: normal }
td:last-child { text-align: right } .tight td { width: 52mm } sup { font-size: 7pt }</style>"""


def printed(body: str, town: str, foot: str) -> bytes:
    """The page as Chromium prints it."""
    with tempfile.TemporaryDirectory() as place:
        page, pdf = Path(place) / "page.html", Path(place) / "page.pdf"
        page.write_text(STYLE % {"town": town, "foot": foot} + body, encoding="utf-8")
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}", str(page)],
            check=True, capture_output=True, timeout=90,
        )  # fmt: skip
        small = io.BytesIO()
        with pikepdf.open(pdf) as made:
            made.save(small, object_stream_mode=pikepdf.ObjectStreamMode.generate, recompress_flate=True, static_id=True)
        return small.getvalue()


PROSE = (
    "Torget byggdes 1974 och har sedan dess fått ny beläggning två gånger. Handlarna vid torget har i enkäter sagt att gångtunneln "
    "under järnvägen är den plats där flest känner sig otrygga. Under 2025 gick 2 300 personer genom tunneln ett vanligt dygn. "
    "Belysningen är från 1991 och hälften av armaturerna saknar reservdelar. ",
    "Förvaltningen har prövat tre sätt att göra tunneln ljusare. Ljusare färg på väggarna ger mest för pengarna, men räcker inte "
    "ensam. Med nya armaturer sjunker också elförbrukningen. Trafikverket äger bron och har godkänt att armaturer fästs i den. ",
    "Medborgardialogen i mars samlade 180 svar. Två av tre vill ha öppna siktlinjer och beskurna buskar vid tunnelns mynningar. "
    "Polisen delar bedömningen och har lämnat en lägesbild för området. ",
)


def fallbo() -> bytes:
    """Three pages: a head in two columns, a broken number, a page break between a name and its role."""
    prose = "".join(f"<p>{part * 2}</p>" for part in PROSE)
    return printed(
        f"""<div class="head"><div>Tekniska förvaltningen<br>Handläggare: Ture Alm, projektledare<br>ture.alm@fallbo.example</div>
<div>Datum: 2026-03-18<br>Diarienummer: TN 2026/0412</div></div><p style="margin-top:14pt">Tjänsteskrivelse</p>
<h1>Äskande av medel för belysning och tryggare gångtunnel vid Fallbo torg</h1><h2>Förslag till beslut</h2>
<ol><li>Tekniska nämnden föreslår att kommunstyrelsen beviljar tekniska nämnden ett engångsbelopp om 1<br>450 000 kronor för
belysning och en tryggare gång&shy;tunnel vid Fallbo torg under 2026.</li><li>Finansiering sker ur kommunstyrelsens
utvecklingsmedel 2026.</li></ol><h2>Sammanfattning</h2><p>Gångtunneln vid Fallbo torg är mörk. Tekniska nämnden vill byta belysning,
måla och öppna siktlinjer innan hösten.</p><h2>Bakgrund</h2>{prose}<h2>Ekonomisk kalkyl</h2><table class="tight">
<tr><th>Åtgärd</th><th>Kostnad, tkr</th></tr><tr><td>Nya armaturer och el</td><td>820</td></tr><tr><td>Målning och klotterskydd i
tunneln, båda mynningarna</td><td>390</td></tr><tr><td>Beskärning</td><td>240</td></tr><tr><td>Summa</td><td>1 450</td></tr></table>
<h2>Bedömning</h2>{prose}<h2>Beslutsunderlag</h2><ul><li>Lägesbild Fallbo torg, februari 2026</li><li>Medborgardialog 2026-03-05</li></ul>
<h2>Beslutet skickas till</h2><p>Tekniska nämnden<br>Ekonomiavdelningen</p><div style="height:9mm"></div>
<p style="margin:0">Gun Lindh</p><p class="break" style="margin:0"></p><p>Förvaltningschef</p>""",
        "Fallbo kommun",
        "Fallbo kommun, 999 03 Fallbo · Telefon 0900-200 00 · www.fallbo.example · Org.nr 212000-0002",
    )


def tallmyra() -> bytes:
    """Minutes signed digitally: the signing service's foot on each page; a raised reference after an amount."""
    return printed(
        """<div class="head"><div><b>PROTOKOLLSUTDRAG</b><br>Kommunstyrelsen</div><div>Sammanträdesdatum<br>2026-05-19</div></div>
<h2 style="margin-top:24pt">§ 88</h2><h1>Tillskott till räddningstjänstens trygghetsarbete</h1><p>Dnr KS 2026/205</p>
<h2>Beslut</h2><p>Kommunstyrelsen beslutar</p><ol><li>att tilldela räddningstjänsten 640 000 kronor<sup>1</sup> för trygghetsarbete på
skolgårdar 2026,</li><li>att medlen tas ur kommunstyrelsens medel till förfogande, samt</li><li>att paragrafen förklaras omedelbart
justerad.</li></ol><h2>Sammanfattning av ärendet</h2><p>Räddningstjänsten har sökt 800 000 kronor för att möta elever på åtta
skolor. Beslutet den 3 mars 2026 (§ 31) ersätts av detta beslut.</p><h2>Reservationer</h2><p>Mot beslutet reserverar sig
Stina Falk (Z).</p><h2>Beslutsunderlag</h2><ul><li>Tjänsteskrivelse 2026-04-30</li><li>Räddningstjänstens skrivelse
2026-02-11</li></ul><h2>Beslutet skickas till</h2><p>Räddningstjänsten<br>Ekonomiavdelningen</p>""",
        "Tallmyra kommun",
        "Detta dokument är digitalt undertecknat. Transaktion 0A91F3C2D4E5B6A7",
    )


def ekmarka() -> bytes:
    """Set by typst: justified and hyphenated in Swedish, numbered headings, a table without vertical lines."""
    return _typeset(
        """#set page(margin: (x: 3cm, y: 2.6cm), header: text(8pt)[Ekmarka stad #h(1fr) Tjänsteutlåtande #h(1fr)
#context counter(page).display("1 (1)", both: true)])
#set par(justify: true)
#set heading(numbering: "1.1")
#grid(columns: (1fr, auto), row-gutter: 5pt, [Stadsledningskontoret], [Datum 2026-09-07], [Handläggare Alma Kvist, strateg],
[Diarienummer SLK 2026/318])
#v(8mm)
#text(17pt, weight: "bold")[Begäran om tilläggsanslag för trygghetsvärdar i kollektivtrafiken]
#v(3mm)
= Förslag till beslut
Kommunfullmäktige beslutar att
+ anvisa stadsbyggnadsnämnden ett tilläggsanslag på 2 300 tkr för trygghetsvärdar i kollektivtrafiken under budgetåret 2027,
+ finansieringen sker genom ianspråktagande av kommunfullmäktiges reserv.
= Sammanfattning
Kollektivtrafikmyndigheten, stadsbyggnadsförvaltningen och polisen har tillsammans kartlagt otryggheten vid fjorton
hållplatser. Kartläggningen visar att närvaro av vuxna ger störst effekt. Trygghetsvärdarna arbetar kvällar och helger och
samordnas av säkerhetsenheten.
= Kostnader
#table(columns: (1fr, auto, auto), stroke: none, inset: (x: 4pt, y: 4pt), align: (left, right, right), table.hline(),
[Belopp i tkr], [Antal], [2027], table.hline(), [Trygghetsvärdar, lön och arbetsgivaravgifter], [4], [2 010], [Arbetskläder och
radio], [4], [95], [Samordning], [], [195], table.hline(), [*Summa*], [], [*2 300*])
= Beslutsunderlag
- Kartläggning av hållplatser, juni 2026
- Kollektivtrafikmyndighetens yttrande 2026-08-14
= Expediering
Stadsbyggnadsnämnden, ekonomiavdelningen och kollektivtrafikmyndigheten.
#v(8mm)
#grid(columns: (1fr, 1fr), row-gutter: 5pt, [Ivar Sand], [Alma Kvist], [Stadsdirektör], [Strateg])
"""
    )


def kilboda() -> bytes:
    """A notice of information: nothing is asked for."""
    return _typeset(
        """#set page(margin: 2.8cm)
Kilboda kommun #h(1fr) 2026-10-12
#v(4mm)
#text(15pt, weight: "bold")[Information om trygghetsmätningen 2026]
#v(2mm)
*Förslag till beslut* \\
Kommunstyrelsen noterar informationen till protokollet.

*Ärendet* \\
Mätningen skickades till 1 800 invånare och 64 procent svarade. Tryggheten har ökat i Norra Kilboda.
Mätningen kostade 92 000 kronor och ryms i säkerhetsenhetens budget.

*Beslutet skickas till* \\
Säkerhetsenheten
"""
    )


def _typeset(source: str) -> bytes:
    words = '#set text(font: "DejaVu Sans", size: 10.5pt, lang: "sv", hyphenate: true, fallback: true)\n'
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "page.typ").write_text(words.replace('font: "DejaVu Sans", ', "") + source, encoding="utf-8")
        made = typst.compile(str(Path(place) / "page.typ"))
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made


def by_hand(pages: Sequence[tuple[int, Sequence[tuple[float, float, str, str]]]]) -> bytes:
    """Pages of (turns of the page, words): each word drawn by itself at its place, in no order, without spaces between."""
    pdf = pikepdf.new()
    fonts = pikepdf.Dictionary()
    for name, base in (("/F1", "/Helvetica"), ("/F2", "/Helvetica-Bold")):
        fonts[name] = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name(base),
                Encoding=pikepdf.Name.WinAnsiEncoding,
            )
        )
    for turns, texts in pages:
        page = pdf.add_blank_page(page_size=(842, 595) if turns % 180 else (595, 842))
        page.Rotate = turns
        page.Resources = pikepdf.Dictionary(Font=fonts)
        drawn = []
        for x, y, font, text in texts:
            name, size = font.split()
            shown = text.replace("(", r"\(").replace(")", r"\)").encode("cp1252")
            # On a page that is turned a quarter, the text runs upwards on the paper.
            place = f"1 0 0 1 {x} {842 - y}" if not turns % 180 else f"0 1 -1 0 {y} {x}"
            drawn.append(f"BT /{name} {size} Tf {place} Tm (".encode() + shown + b") Tj ET")
        page.Contents = pdf.make_stream(b"\n".join(reversed(drawn)))
    out = io.BytesIO()
    pdf.save(out, static_id=True)
    return out.getvalue()


def drawn(text: str) -> bytes:
    """A text drawn line by line, each run of words at its place: what stands in columns is columns on the page."""
    pages: list[tuple[int, list[tuple[float, float, str, str]]]] = [(0, [])]
    down = 50.0
    for row in text.replace("\u2212", "-").split("\n"):
        rows = textwrap.wrap(row, 100) if len(row) > 110 and "  " not in row.strip() else [row]
        for line in rows or [""]:
            font = "F2 13" if line.startswith("#") else "F1 9"
            for words in re.finditer(r"[^ ]+(?: [^ ]+)*", line.lstrip("# ") if line.startswith("#") else line):
                pages[-1][1].append((50 + 5.0 * words.start(), down, font, words[0]))
            down += 14
            if down > 790:
                pages.append((0, []))
                down = 50.0
    return by_hand(pages)


def nasbrunna() -> bytes:
    """Drawn from the bottom up; the second page lies on its side."""
    first = [
        (60, 60, "F1 9", "Näsbrunna kommun"), (400, 60, "F1 9", "2026-11-02"),
        (60, 73, "F1 9", "Socialförvaltningen"), (400, 73, "F1 9", "Dnr SN 2026-451"),
        (60, 120, "F2 16", "Ansökan om medel till mobilt ungdomsteam"),
        (60, 150, "F2 11", "Förslag till beslut"),
        (60, 166, "F1 11", "Socialnämnden ansöker hos kommunstyrelsen om 1 125 000 kronor för ett mobilt ung-"),
        (60, 180, "F1 11", "domsteam under 2027. Kostnaden finansieras ur trygghetsmiljonen 2027."),
        (60, 208, "F2 11", "Bakgrund"),
        (60, 224, "F1 11", "Teamet möter ungdomar där de är. Under 2026 nåddes 210 ungdomar på fyra orter."),
    ]  # fmt: skip
    second = [
        (60, 60, "F2 11", "Kostnader"),
        (60, 80, "F1 11", "Belopp i tusental kronor"), (420, 80, "F1 11", "2027"),
        (60, 96, "F1 11", "Två fältassistenter"), (426, 96, "F1 11", "980"),
        (60, 112, "F1 11", "Fordon och drivmedel"), (426, 112, "F1 11", "145"),
        (60, 128, "F1 11", "Summa"), (417, 128, "F1 11", "1 125"),
        (60, 160, "F2 11", "Beslutet skickas till"),
        (60, 176, "F1 11", "Kommunstyrelsen"),
        (60, 190, "F1 11", "Socialförvaltningen"),
        (60, 230, "F1 11", "Karin Mo"),
        (60, 244, "F1 11", "Socialchef"),
    ]  # fmt: skip
    return by_hand([(0, first), (90, second)])


MADE: dict[str, Callable[[], bytes]] = {
    "fallbo-tre-sidor.pdf": fallbo,
    "tallmyra-digitalt-signerat.pdf": tallmyra,
    "ekmarka-avstavat.pdf": ekmarka,
    "kilboda-information.pdf": kilboda,
    "nasbrunna-liggande-sida.pdf": nasbrunna,
}
