# ruff: noqa: E501 (the texts stand as they are written)
"""OpenDocument files as LibreOffice writes them, by hand."""

import io
import zipfile
from collections.abc import Callable, Sequence

SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
    )
)
STYLES = """<style:default-style style:family="paragraph"><style:paragraph-properties fo:margin-top="0cm" fo:margin-bottom="0cm"/>
</style:default-style><style:style style:name="Standard" style:family="paragraph"/>
<style:style style:name="Text_20_body" style:display-name="Text body" style:family="paragraph" style:parent-style-name="Standard">
<style:paragraph-properties fo:margin-bottom="0.247cm"/></style:style>
<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Standard"/>
<text:list-style style:name="Numrerad"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>
<text:list-style style:name="Streck"><text:list-level-style-bullet text:level="1" text:bullet-char="–"/></text:list-style>
<text:list-style style:name="Att"><text:list-level-style-bullet text:level="1" text:bullet-char="att"/></text:list-style>"""
CELLS = '<style:style style:name="Ruta" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000"/></style:style>'


def packed(body: str, head: str = "", foot: str = "") -> bytes:
    """An .odt with this body, page head and page foot."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES} office:version="1.3"><office:automatic-styles>'
        f"{CELLS}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    styles = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-styles {SPACES} office:version="1.3"><office:styles>{STYLES}'
        '</office:styles><office:master-styles><style:master-page style:name="Standard">'
        f"<style:header>{head}</style:header><style:footer>{foot}</style:footer></style:master-page></office:master-styles>"
        "</office:document-styles>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", compress_type=zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("styles.xml", styles)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def p(text: str, style: str = "Text_20_body") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def h(text: str, level: int = 1) -> str:
    return f'<text:h text:outline-level="{level}">{text}</text:h>'


def items(style: str, texts: Sequence[str]) -> str:
    rows = "".join(f"<text:list-item>{p(text, 'Standard')}</text:list-item>" for text in texts)
    return f'<text:list text:style-name="{style}">{rows}</text:list>'


def cell(text: str, span: int = 1) -> str:
    spanned = f' table:number-columns-spanned="{span}"' if span > 1 else ""
    covered = "<table:covered-table-cell/>" * (span - 1)
    return f'<table:table-cell table:style-name="Ruta"{spanned}>{p(text, "Standard")}</table:table-cell>{covered}'


def vasslanda() -> bytes:
    """Number in the page head, a tracked deletion, cells over two columns, a repeated empty column, a footnote."""
    head = p("Vasslanda kommun<text:tab/>Dnr VK/2026:58<text:tab/>Sida <text:page-number>1</text:page-number>", "Standard")
    tracked = (
        "<text:tracked-changes><text:changed-region><text:deletion>"
        f"{p('Det strukna stycket om 5 miljoner kronor.')}</text:deletion></text:changed-region></text:tracked-changes>"
    )
    rows = (
        f"<table:table-header-rows><table:table-row>{cell('Insats')}{cell('Antal')}{cell('Kostnad, kr')}</table:table-row>"
        f"</table:table-header-rows><table:table-row>{cell('Kameror vid resecentrum')}{cell('4')}{cell('220 000')}</table:table-row>"
        f"<table:table-row>{cell('Skyltar')}{cell('12')}{cell('36 000')}</table:table-row>"
        f"<table:table-row>{cell('Utbildning av personal')}{cell('')}{cell('64 000')}</table:table-row>"
        f"<table:table-row>{cell('Summa', 2)}{cell('320 000')}</table:table-row>"
    )
    return packed(
        tracked
        + p("Tjänsteskrivelse", "Standard")
        + p("2026-06-02", "Standard")
        + p("Äskande om medel till kamerabevakning", "Title")
        + h("Förslag till beslut")
        + items(
            "Numrerad",
            [
                "Säkerhetsenheten beviljas 320 000 kronor ur trygghetsmiljonen 2026 för kamera<text:soft-page-break/>bevakning vid "
                "resecentrum.",
                "Säkerhetsenheten redovisar insatsen i november 2026.",
            ],
        )
        + h("Bedömning")
        + p(
            'Under 2025 anmäldes 61 brott vid resecentrum.<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
            f"<text:note-body>{p('Polisens statistik, 7 000 anmälningar i länet.')}</text:note-body></text:note> Kamerorna ägs av kommunen."
        )
        + h("Kostnader")
        + f'<table:table><table:table-column table:number-columns-repeated="3"/>{rows}</table:table>'
        + h("Underlag för beslut")
        + items("Streck", ["Lägesbild maj 2026", "Offert 2026-05-20"])
        + h("Beslutet skickas till")
        + p("Säkerhetsenheten<text:line-break/>Ekonomiavdelningen")
        + p("Ylva Tern<text:line-break/>Säkerhetschef"),
        head,
        p("Vasslanda kommun, Storgatan 1, 999 02 Vasslanda, www.vasslanda.example, org.nr 212000-0001", "Standard"),
    )


def orrbro() -> bytes:
    """Minutes with *att* as a bullet, recipients with a shared prefix."""
    return packed(
        p("Orrbro kommun<text:tab/>PROTOKOLLSUTDRAG", "Standard")
        + p("Kommunstyrelsens arbetsutskott", "Standard")
        + p("Sammanträdesdatum 2026-08-25", "Standard")
        + p("")
        + h("§ 104 Omfördelning av medel till fältgruppen (KS/2026:190)")
        + h("Beslut", 2)
        + p("Kommunstyrelsens arbetsutskott beslutar", "Standard")
        + items(
            "Att",
            [
                "omfördela 375 000 kronor från kommunchefens utvecklingsmedel till socialförvaltningens fältgrupp, samt",
                "socialförvaltningen återrapporterar till arbetsutskottet i februari 2027.",
            ],
        )
        + h("Ärendet", 2)
        + p("Fältgruppen har under sommaren mött 340 ungdomar. Förstärkningen gäller två tjänster under hösten.")
        + h("Beslutet expedieras till", 2)
        + p("kommunstyrelsens förvaltning: ekonomienheten, säkerhetsenheten<text:line-break/>Socialförvaltningen"),
    )


MADE: dict[str, Callable[[], bytes]] = {"vasslanda-spannade-celler.odt": vasslanda, "orrbro-protokoll.odt": orrbro}
