"""Where the seal and the time stamps stand in the file, and that each covers all of it up to where it was made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from portal.verify.alone.changes import has_no_size
from portal.verify.alone.document import Document, View
from portal.verify.alone.syntax import Name, PdfObject, Ref, UnreadablePdf

_BEFORE_HOLE = re.compile(rb"/Contents[\0\t\n\f\r ]*\Z")
_HOLE = re.compile(rb"<([0-9A-Fa-f]*)>")
# What the catalog of a document from the portal may hold: nothing that runs, hides or asks.
_CATALOG = {
    "Type", "Pages", "Metadata", "OutputIntents", "Lang", "StructTreeRoot", "MarkInfo", "ViewerPreferences", "Outlines",
    "AcroForm", "Extensions", "Version", "Perms", "DSS", "Names", "AF", "PageLabels", "Dests",
}  # fmt: skip
_FORM = {"Fields", "SigFlags"}
_SEAL_FIELD = {"FT", "T", "Type", "Subtype", "F", "Rect", "P", "TU", "V"}
_SEAL = {"Type", "Filter", "SubFilter", "Contents", "ByteRange", "M", "Reference", "Name", "Location", "Reason"}


class NotSealed(ValueError):
    """The file has no seal of the kind the portal makes; ``str`` is why, a Swedish sentence."""


@dataclass(frozen=True)
class Signed:
    """A signature in the file: its message, the bytes that it covers, and after how many revisions it was made."""

    message: bytes
    covered: bytes
    revisions: int


def _refuse(sentence: str) -> NoReturn:
    raise NotSealed(sentence)


def find_seal(document: Document) -> Signed:
    """The one seal of the file: certified, no changes allowed, over all that there was. Raises NotSealed."""
    view = document.view()
    catalog = view.catalog()
    names = view.dictionary(catalog.get("Names", {}))
    if set(catalog) - _CATALOG or set(names) - {"EmbeddedFiles"}:
        _refuse("Filen innehåller något som körs, döljer eller frågar; det gör inga beslut ur portalen.")
    form = view.get(catalog.get("AcroForm"))
    if not isinstance(form, dict):
        _refuse("Filen har inget sigill.")
    fields = view.get(form.get("Fields"))
    if set(form) - _FORM or form.get("SigFlags") != 3 or not isinstance(fields, list) or not fields:
        _refuse("Filen har inget sigill, eller ett formulär som inga beslut har.")
    seals = [field for field in fields if _kind(view, field) != "DocTimeStamp"]
    if len(seals) != 1 or seals[0] != fields[0]:
        _refuse("Filen ska ha ett sigill, men har flera eller inget.")
    signature = view.dictionary(view.dictionary(fields[0]).get("V"), "Sig")
    _check_field(view, fields[0], signature)
    _check_permission(view, catalog, fields[0], signature)
    return find(document, fields[0])


def _kind(view: View, field: PdfObject) -> str:
    found = view.dictionary(field)
    if found.get("FT") != Name("Sig") or "Kids" in found:
        _refuse("Filen har ett formulär som inga beslut har.")
    return str(view.dictionary(found.get("V")).get("Type"))


def _check_field(view: View, field: PdfObject, signature: dict[str, Any]) -> None:
    found = view.dictionary(field)
    if set(found) - _SEAL_FIELD or not has_no_size(view.get(found.get("Rect"))):
        _refuse("Sigillets fält är inte som portalen gör det.")
    if set(signature) - _SEAL or signature.get("SubFilter") != Name("ETSI.CAdES.detached"):
        _refuse("Sigillet är inte av det slag som portalen gör (PAdES).")


def _check_permission(view: View, catalog: dict[str, Any], field: PdfObject, signature: dict[str, Any]) -> None:
    """That the seal certifies the document and allows no changes (ISO 32000-1, 12.8.2.2 and 12.8.4)."""
    permissions = view.dictionary(catalog.get("Perms", {}))
    if set(permissions) != {"DocMDP"} or permissions["DocMDP"] != view.dictionary(field).get("V"):
        _refuse("Sigillet förbjuder inte ändringar.")
    references = view.get(signature.get("Reference"))
    if not isinstance(references, list) or len(references) != 1:
        _refuse("Sigillet förbjuder inte ändringar.")
    reference = view.dictionary(references[0])
    parameters = view.dictionary(reference.get("TransformParams", {}))
    if reference.get("TransformMethod") != Name("DocMDP") or parameters.get("P") != 1:
        _refuse("Sigillet förbjuder inte ändringar.")


def find(document: Document, field: PdfObject) -> Signed:
    """The signature of a field. Raises NotSealed unless it covers the whole file up to the end of a revision."""
    view = document.view()
    reference = view.dictionary(field).get("V")
    if not isinstance(reference, Ref):
        _refuse("En underskrift saknas.")
    signature = view.dictionary(reference)
    entry = view.entry(reference.number)
    numbers = view.get(signature.get("ByteRange"))
    if entry is None or entry.container is not None or not isinstance(numbers, list) or len(numbers) != 4:
        _refuse("En underskrift täcker inte filen som den ska.")
    if any(type(number) is not int or number < 0 for number in numbers):
        _refuse("En underskrift täcker inte filen som den ska.")
    start, first, second, size = numbers
    ends = [revision.end for revision in document.revisions]
    if start != 0 or not first < second or second + size not in ends:
        _refuse("En underskrift täcker inte filen som den ska.")
    made = ends.index(second + size)
    home = document.revisions[made]
    if reference.number not in home.objects or home.objects[reference.number] != entry:
        _refuse("En underskrift står inte i den del av filen som den täcker.")
    data, message = document.data, signature.get("Contents")
    hole = _HOLE.fullmatch(data, first, second)
    where = _BEFORE_HOLE.search(data, max(entry.at, first - 64), first)
    if not hole or not where or not entry.at < first < second < home.cross_references:
        _refuse("En underskrift täcker inte filen som den ska.")
    if not isinstance(message, bytes) or hole.group(1).decode() not in (message.hex(), message.hex().upper()):
        _refuse("En underskrift täcker inte filen som den ska.")
    return Signed(message, data[:first] + data[second : second + size], made + 1)


def time_stamps(document: Document) -> list[Signed]:
    """The document time stamps, the oldest first. Raises NotSealed."""
    view = document.view()
    fields = view.get(view.dictionary(view.catalog().get("AcroForm")).get("Fields"))
    found = []
    for field in fields if isinstance(fields, list) else []:
        if _kind(view, field) == "DocTimeStamp":
            stamp = view.dictionary(view.dictionary(field).get("V"))
            if stamp.get("SubFilter") != Name("ETSI.RFC3161"):
                raise UnreadablePdf("en tidsstämpel är av okänt slag")
            found.append(find(document, field))
    return sorted(found, key=lambda stamp: stamp.revisions)
