"""What was added to the file after the seal: only what makes a seal last, each object known for what it is.

PAdES (ETSI EN 319 142-1, 5.4 and 5.5) adds certificates and revocation data (the document security store) and document
time stamps, each a field without appearance. Everything else is refused, also what only looks harmless.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn
from xml.etree import ElementTree

from portal.verify.alone.document import Revision, View, indirect
from portal.verify.alone.syntax import Name, PdfObject, Ref, Stream, UnreadablePdf

_BLANK = re.compile(rb"[\0\t\n\f\r ]*")
_STORE = {"Type", "Certs", "CRLs", "OCSPs", "VRI"}
_STORE_OF_ONE = {"Type", "Cert", "CRL", "OCSP", "TU", "TS"}
_FIELD = {"FT", "T", "Type", "Subtype", "F", "Rect", "P", "TU", "V"}
_TIME_STAMP = {"Type", "Filter", "SubFilter", "Contents", "ByteRange", "V"}
_HIDDEN = (132, 134)  # locked and printed, or also hidden: with no size nothing is shown
_OWN_DATES = {"ModDate", "Producer"}
_MOST_LISTED = 2000  # certificates and what is told of them, for more years than there will be
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XMP_CHANGES = {
    "{http://ns.adobe.com/xap/1.0/}ModifyDate",
    "{http://ns.adobe.com/xap/1.0/}MetadataDate",
    "{http://ns.adobe.com/pdf/1.3/}Producer",
    "{adobe:ns:meta/}xmptk",
}


class Changed(ValueError):
    """Something was changed after the seal; ``str`` is what, in Swedish, with neither capital nor full stop."""


def has_no_size(rectangle: PdfObject) -> bool:
    """Whether the corners of a rectangle are one point."""
    if not isinstance(rectangle, list) or len(rectangle) != 4 or any(type(each) not in (int, float) for each in rectangle):
        return False
    return bool(rectangle[:2] == rectangle[2:])


def _refuse(what: str) -> NoReturn:
    raise Changed(what)


def check_revision(before: View, after: View) -> list[int]:
    """That the last revision of ``after`` only adds to ``before`` what makes a seal last; the fields it adds.

    Raises Changed, and UnreadablePdf for a revision that cannot be read.
    """
    return _Check(before, after).run()


class _Check:
    """The check of one revision: every object that it holds must be accounted for."""

    def __init__(self, before: View, after: View) -> None:
        self.before = before
        self.after = after
        self.revision: Revision = after.revisions[-1]
        self.left = set(self.revision.objects)
        self.fields: list[int] = []

    def run(self) -> list[int]:
        self._tiled()
        self._trailer()
        root = self._number(self.after.trailer.get("Root"))
        self.left.discard(root)
        self._catalog(self.before.catalog(), self.after.catalog())
        self._pages()
        if self.left:
            _refuse(f"objekt {min(self.left)} har lagts till eller ändrats")
        return self.fields

    def _tiled(self) -> None:
        """That the revision's bytes are its objects and nothing between them."""
        data, at = self.after.document.data, self.revision.start
        for number, entry in sorted(self.revision.objects.items(), key=lambda item: item[1].at):
            if entry.container is not None:
                _refuse("det finns packade objekt")
            if entry.at == self.revision.cross_references:
                self.left.discard(number)
                continue
            blank = _BLANK.match(data, at)
            if not blank or blank.end() != entry.at:
                _refuse("det står något mellan objekten")
            at = indirect(data, entry.at, self.revision.cross_references, number, self.after)[1]
        blank = _BLANK.match(data, at)
        if not blank or blank.end() != self.revision.cross_references:
            _refuse("det står något mellan objekten")

    def _trailer(self) -> None:
        old, new = self.before.trailer, self.after.trailer
        for key in ("Root", "Info"):
            if not _same(old.get(key), new.get(key)):
                _refuse("filen pekar på ett annat innehåll")
        extra = set(new) - {"Size", "Root", "Info", "ID", "Prev"}
        if extra - ({"Type", "W", "Index", "Length", "Filter", "DecodeParms"} if self.revision.is_stream else set()):
            _refuse("filens slut har fler uppgifter än det ska")
        if new.get("Info") is not None and self._number(new["Info"]) in self.left:
            self._info(self._number(new["Info"]))

    def _info(self, number: int) -> None:
        old, new = self.before.dictionary(Ref(number, 0)), self.after.dictionary(Ref(number, 0))
        self._all_but(old, new, _OWN_DATES, "filens uppgifter om sig själv är ändrade")
        if not all(isinstance(new.get(key, b""), bytes) for key in _OWN_DATES):
            _refuse("filens uppgifter om sig själv är ändrade")
        self.left.discard(number)

    @staticmethod
    def _all_but(old: dict[str, Any], new: dict[str, Any], keys: set[str], what: str) -> None:
        for key in (set(old) | set(new)) - keys:
            if key not in old or key not in new or not _same(old[key], new[key]):
                _refuse(f"{what} ({key[:30]})")

    def _catalog(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        self._all_but(old, new, {"DSS", "Metadata", "AcroForm"}, "dokumentets början är ändrad")
        if "Metadata" in old or "Metadata" in new:
            self._metadata(old.get("Metadata"), new.get("Metadata"))
        self._form(old.get("AcroForm"), new.get("AcroForm"))
        self._store(old.get("DSS"), new.get("DSS"))

    def _metadata(self, old: PdfObject, new: PdfObject) -> None:
        if not _same(old, new):
            _refuse("dokumentets metadata är utbytta")
        number = self._number(new)
        if number not in self.left:
            return
        self.left.discard(number)
        first, second = self.before.get(old), self.after.get(new)
        if (
            not isinstance(first, Stream)
            or not isinstance(second, Stream)
            or set(second.entries) - {"Type", "Subtype", "Length"}
        ):
            _refuse("dokumentets metadata är utbytta")
        if _values(first.raw) != _values(second.raw):
            _refuse("dokumentets metadata är ändrade")

    def _form(self, old: PdfObject, new: PdfObject) -> None:
        first, second = self.before.dictionary(old), self.after.dictionary(new)
        self._kept(old, new)
        self._all_but(first, second, {"Fields"}, "formuläret är ändrat")
        self.fields = self._longer(first.get("Fields"), second.get("Fields"))
        for number in self.fields:
            self._field(number)

    def _longer(self, old: PdfObject, new: PdfObject) -> list[int]:
        """The references by which a list became longer."""
        first, second = self.before.get(old), self.after.get(new)
        first = [] if first is None else first
        if not isinstance(first, list) or not isinstance(second, list) or not _same(first, second[: len(first)]):
            _refuse("en lista i formuläret eller på en sida är ändrad")
        if len(second) > _MOST_LISTED:
            _refuse("en lista är för lång")
        self._kept(old, new)
        return [self._number(item) for item in second[len(first) :]]

    def _kept(self, old: PdfObject, new: PdfObject) -> None:
        """That ``new`` stands where ``old`` did, or is an object that was not there: it may be in this revision."""
        if isinstance(old, Ref) and not _same(old, new):
            _refuse("ett objekt är utbytt")
        if isinstance(new, Ref):
            if not _same(old, new):
                self._unused(new.number)
            self.left.discard(new.number)

    def _unused(self, number: int) -> None:
        """That the number was free: beyond all that the file had, so that nothing pointed at it before."""
        size = self.before.trailer.get("Size")
        if type(size) is not int or number < size or self.before.entry(number) is not None:
            _refuse("ett objekt är utbytt")

    def _new(self, value: PdfObject) -> PdfObject:
        """A new object of this revision."""
        number = self._number(value)
        self._unused(number)
        if number not in self.revision.objects:
            _refuse("ett objekt saknas")
        self.left.discard(number)
        return self.after.get(value)

    def _field(self, number: int) -> None:
        field = self._new(Ref(number, 0))
        if not isinstance(field, dict) or set(field) - _FIELD:
            _refuse("ett fält har lagts till som inte är en tidsstämpel")
        plain = {"FT": "Sig", "Type": "Annot", "Subtype": "Widget"}
        if any(field.get(key) != Name(value) for key, value in plain.items()) or field.get("F") not in _HIDDEN:
            _refuse("ett fält har lagts till som inte är en tidsstämpel")
        if not has_no_size(field.get("Rect")) or not isinstance(field.get("T"), bytes):
            _refuse("ett fält har lagts till som syns")
        stamp = self._new(field.get("V"))
        if not isinstance(stamp, dict) or set(stamp) - _TIME_STAMP or stamp.get("Type") != Name("DocTimeStamp"):
            _refuse("en underskrift har lagts till som inte är en tidsstämpel")

    def _store(self, old: PdfObject, new: PdfObject) -> None:
        if new is None:
            if old is not None:
                _refuse("uppgifterna om certifikaten är borttagna")
            return
        first, second = ({} if old is None else self.before.dictionary(old)), self.after.dictionary(new)
        self._kept(old, new)
        if set(second) - _STORE or set(first) - set(second) or second.get("Type", "DSS") != "DSS":
            _refuse("uppgifterna om certifikaten har fel form")
        for key in ("Certs", "CRLs", "OCSPs"):
            if key in second:
                self._streams(self._longer(first.get(key), second[key]))
        if "VRI" in second:
            self._one_by_one(first.get("VRI"), second["VRI"])

    def _streams(self, numbers: list[int]) -> None:
        for number in numbers:
            stream = self._new(Ref(number, 0)) if number in self.left else self.after.get(Ref(number, 0))
            if not isinstance(stream, Stream) or set(stream.entries) - {"Length", "Filter"}:
                _refuse("uppgifterna om certifikaten har fel form")

    def _one_by_one(self, old: PdfObject, new: PdfObject) -> None:
        """The part of the store that says which data belong to which signature; nobody needs it."""
        first, second = ({} if old is None else self.before.dictionary(old)), self.after.dictionary(new)
        self._kept(old, new)
        if set(first) - set(second):
            _refuse("uppgifterna om certifikaten är borttagna")
        for key, value in second.items():
            if key in first and _same(first[key], value) and not (isinstance(value, Ref) and value.number in self.left):
                continue
            held = self.after.dictionary(self._new(value) if isinstance(value, Ref) else value)
            if set(held) - _STORE_OF_ONE or held.get("Type", "VRI") != "VRI":
                _refuse("uppgifterna om certifikaten har fel form")
            for part in ("Cert", "CRL", "OCSP"):
                listed = self.after.get(held.get(part, []))
                self._streams([self._number(item) for item in listed if isinstance(listed, list)])

    def _pages(self) -> None:
        """A page that the new fields hang on: it is the same, with the fields among its annotations."""
        on = {self._number(self.after.dictionary(Ref(number, 0)).get("P")) for number in self.fields}
        if len(on) > 1:
            _refuse("fälten står på olika sidor")
        for number in on:
            old, new = self.before.dictionary(Ref(number, 0), "Page"), self.after.dictionary(Ref(number, 0), "Page")
            self.left.discard(number)
            self._all_but(old, new, {"Annots"}, "en sida är ändrad")
            if self._longer(old.get("Annots"), new.get("Annots")) != self.fields:
                _refuse("en sidas anteckningar är ändrade")

    @staticmethod
    def _number(value: PdfObject) -> int:
        if not isinstance(value, Ref) or value.generation:
            raise UnreadablePdf("en hänvisning saknas")
        return value.number


def _same(first: PdfObject, second: PdfObject) -> bool:
    """Whether two objects are spelt the same, references compared as such."""
    if type(first) is not type(second) and not (isinstance(first, (int, float)) and isinstance(second, (int, float))):
        return False
    if isinstance(first, bool) != isinstance(second, bool):
        return False
    if isinstance(first, list):
        return len(first) == len(second) and all(_same(a, b) for a, b in zip(first, second))  # noqa: B905 (3.9)
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(_same(first[key], second[key]) for key in first)
    return not isinstance(first, Stream) and bool(first == second)


def _values(packet: bytes) -> list[tuple[str, str]]:
    """What an XMP packet says, whichever of its spellings: each property with its text, in order of name."""
    # UTF-8, and neither comments nor declarations: entities can be made to mean anything.
    if b"<!" in packet or not packet.startswith(b"<?xpacket"):
        raise Changed("dokumentets metadata är ändrade")
    try:
        root = ElementTree.fromstring(packet)  # noqa: S314 (no declarations, so no entities)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Changed("dokumentets metadata är ändrade") from error
    found: list[tuple[str, str]] = []
    waiting = [(root, "")]
    while waiting:
        element, above = waiting.pop()
        name = above if element.tag.startswith(_RDF) else element.tag
        texts = [(name, element.text or ""), (name, element.tail or "")]
        texts += [(key if not key.startswith(_RDF) else name, value) for key, value in element.attrib.items()]
        found += [(key, text.strip()) for key, text in texts if text.strip() and key not in _XMP_CHANGES]
        waiting += [(child, name) for child in element]
    return sorted(found)
