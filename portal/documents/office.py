"""Word, Excel and OpenDocument files: that they are what their name says, whole, and hold nothing that acts or fetches.

A package is unpacked once, piece by piece; its XML is parsed as it comes and never kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from portal.documents import packages
from portal.documents.refusing import UploadRefused, is_broken, is_not
from portal.text import _

_HEAD = 64 * 1024  # the XML of a member begins within so much
_NESTED_MOST = 10 * packages.MEGABYTE  # a workbook behind a chart
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # OLE: old office formats, embedded objects, packages with a password
_ZIP = b"PK\x03\x04"
_NAMES = {"docx": "DOCX", "xlsx": "XLSX", "odt": "ODT"}
_ODT = b"application/vnd.oasis.opendocument.text"
_OFFICE_PARTS = {
    "docx": ("word/document.xml", b"wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml"),
}
# Members, types of parts and kinds of relations by which a document runs something. Case never matters.
_MACRO = re.compile(r"vbaproject|vbadata|macroenabled|macrosheet|dialogsheet|(?:^|/)(?:basic|scripts)/", re.IGNORECASE)
_OBJECT = re.compile(r"activex|oleobject|(?:^|/)control$|/afchunk$|/subdocument$|/frame$", re.IGNORECASE)
_RUNS = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)
_FETCHES = re.compile(r"\b(?:INCLUDEPICTURE|INCLUDETEXT|IMPORT|LINK)\b[^\n]{0,200}?(?:[a-z]{3,}:|\\\\)", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:|[/\\]{2}")
# C:\mallar\brev.dotx, file:///C:/mallar/brev.dotx, file:///usr/share/brev.ott, brev.dotx: no other machine is asked.
_ON_THE_MACHINE = re.compile(
    r"(?:file:///)?[a-z]:[/\\].*|file:///(?![/\\%])[^\\]*|/(?![/\\])[^\\]*|(?![/\\%])[^:\\]*", re.IGNORECASE | re.DOTALL
)
_LINKS = frozenset({"a", "h"})  # elements of OpenDocument whose address is followed only when someone presses it


def _macros() -> UploadRefused:
    return UploadRefused(_("Filen innehåller makron och tas inte emot. Spara den utan makron eller som PDF."))


def _objects() -> UploadRefused:
    return UploadRefused(
        _("Filen innehåller inbäddade objekt som kan köras och tas inte emot. Ta bort dem eller spara filen som PDF.")
    )


def _fetching() -> UploadRefused:
    return UploadRefused(
        _("Filen hämtar innehåll utifrån (mall, bild eller länkad fil). Bryt länkarna eller spara den som PDF.")
    )


def _declares() -> UploadRefused:
    return UploadRefused(_("Filen innehåller en dokumenttypsdeklaration, som Office inte skriver. Spara den på nytt i Office."))


def check(data: bytes, kind: str, *, nested: bool = False) -> None:
    """Raise UploadRefused unless ``data`` is a sound document of ``kind`` (docx, xlsx, odt)."""
    if data.startswith(_COMPOUND):
        raise UploadRefused(_old_or_locked(data, kind))
    if not data.startswith(_ZIP):
        raise is_not(_NAMES[kind])
    if b"%PDF-" in data[:1024]:
        raise UploadRefused(_("Filen är både %(kind)s och PDF. Spara den på nytt och bifoga den igen.", kind=_NAMES[kind]))
    looked = _Looked(kind)
    try:
        heads = packages.unpacked(data, keep=_HEAD, each=looked.piece)
        if kind != "odt" and not nested:
            _embedded(data, heads)
    except packages.LeadsOut as error:
        raise UploadRefused(_("Filen har delar med namn som leder ut ur den. Spara den på nytt i Office.")) from error
    except packages.BrokenPackage as error:
        raise is_broken(_NAMES[kind]) from error
    except packages.TooManyMembers as error:
        raise UploadRefused(_("Filen innehåller fler än 1\u00a0000 delar. Spara den som PDF.")) from error
    except packages.TooMuchUnpacked as error:
        raise UploadRefused(_("Filen är större än 100\u00a0MB när den packas upp. Spara den som PDF.")) from error
    _parts(heads, kind, nested=nested)


def _old_or_locked(data: bytes, kind: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _("Filen är skyddad med lösenord. Ta bort lösenordet i Office och bifoga filen igen.")
    return _("Filen är i ett äldre Office-format. Spara den som %(kind)s och bifoga den igen.", kind=_NAMES[kind])


def _parts(heads: Mapping[str, bytes], kind: str, *, nested: bool) -> None:
    """What the members are, by their names and first bytes."""
    for name, head in heads.items():
        if _MACRO.search(name):
            raise _macros()
        if head.startswith(_COMPOUND) or _OBJECT.search(name):
            raise _objects()
        if head.startswith(_ZIP) and (nested or not _behind_a_chart(name)):
            raise UploadRefused(_("Filen har en annan fil packad i sig. Ta bort den och bifoga den för sig."))
    if kind == "odt":
        ours = heads.get("mimetype", b"").strip() == _ODT and "content.xml" in heads
    else:
        part, content_type = _OFFICE_PARTS[kind]
        ours = part in heads and content_type in heads.get("[Content_Types].xml", b"")
    if not ours:
        raise is_not(_NAMES[kind])


def _behind_a_chart(name: str) -> bool:
    """The workbook that Word and Excel keep with a chart, so that its figures can be edited."""
    return "/embeddings/" in name.lower() and name.lower().endswith(".xlsx")


def _embedded(data: bytes, heads: Mapping[str, bytes]) -> None:
    """The workbooks behind charts are documents of their own, held to the same, and hold none in turn."""
    names = {name for name, head in heads.items() if _behind_a_chart(name) and head.startswith(_ZIP)}
    if names:
        for inner in packages.unpacked(data, names.__contains__, most=_NESTED_MOST).values():
            check(inner, "xlsx", nested=True)


@dataclass(slots=True)
class _Looked:
    """What is seen of the XML as it is unpacked. Raises UploadRefused, and BrokenPackage for XML that is none."""

    kind: str
    _parser: expat.XMLParserType | None = None
    _name: str = ""
    _fed: int = 0
    _begun: bool = False
    _instruction: list[str] = field(default_factory=list)

    def piece(self, name: str, chunk: bytes) -> None:
        """The next piece of a member; an empty one ends it."""
        if self._name != name:
            self._begin(name, chunk)
        if self._parser is None:
            return
        try:
            self._parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            raise packages.BrokenPackage from error
        self._fed += len(chunk)
        if self._fed >= _HEAD and not self._begun:
            raise packages.BrokenPackage  # a document type could be declared further on
        if not chunk:
            self._end()

    def _begin(self, name: str, chunk: bytes) -> None:
        is_xml = name.lower().endswith((".xml", ".rels")) or chunk[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml")
        self._name, self._fed, self._begun, self._parser = name, 0, False, None
        self._instruction = []
        if not is_xml or not chunk:
            return
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._element
        if self.kind == "docx":
            parser.EndElementHandler = self._element_ends
        self._parser = parser

    def _doctype(self, *_declared: object) -> None:
        raise _declares()

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        self._begun = True
        local = name.rpartition(" ")[2]
        if self.kind == "odt":
            _open_document(local, attributes)
        elif local == "Relationship":
            _relation(attributes)
        elif local in ("Override", "Default"):
            _content_type(attributes.get("ContentType", ""))
        elif local in ("ddeLink", "oleLink"):
            raise _objects()
        elif local == "instrText" and self._parser is not None:
            self._parser.CharacterDataHandler = self._instruction.append  # the rest of the text is passed by
        elif local == "fldSimple":
            self._instruction += [" ", *(value for key, value in attributes.items() if key.endswith("instr")), " "]

    def _element_ends(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        if local == "instrText" and self._parser is not None:
            self._parser.CharacterDataHandler = None
        elif local == "p":
            self._instruction.append("\n")

    def _end(self) -> None:
        told = "".join(self._instruction)
        self._parser = None
        if _RUNS.search(told):
            raise _objects()
        if _FETCHES.search(told):
            raise _fetching()


def _content_type(content_type: str) -> None:
    if _MACRO.search(content_type):
        raise _macros()
    if _OBJECT.search(content_type):
        raise _objects()


def _relation(attributes: Mapping[str, str]) -> None:
    """A part may point to parts of the package; out of it only by a link that someone presses, or to its template on disk."""
    kind, target = attributes.get("Type", ""), attributes.get("Target", "")
    if _MACRO.search(kind):
        raise _macros()
    if _OBJECT.search(kind):
        raise _objects()
    outside = attributes.get("TargetMode", "").lower() == "external" or bool(_SCHEME.match(target))
    if not outside or kind.endswith("/hyperlink"):
        return
    # Word notes which template a letter was written on; on one's own machine that fetches nothing for anyone else.
    if not (kind.endswith("/attachedTemplate") and _ON_THE_MACHINE.fullmatch(target)):
        raise _fetching()


def _open_document(local: str, attributes: Mapping[str, str]) -> None:
    if local == "event-listener" or (local == "script" and attributes):
        raise _macros()
    href = next((value for key, value in attributes.items() if key.endswith("xlink href")), "")
    if not href or local in _LINKS or (local == "template" and _ON_THE_MACHINE.fullmatch(href)):
        return
    if _SCHEME.match(href) or href.startswith(("/", "../")):
        raise _fetching()
