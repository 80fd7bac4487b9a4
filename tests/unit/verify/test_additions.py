"""What may be appended after the seal, tried by hand: each appended revision is well formed, and only some are harmless."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.verify.alone import changes, document, seal_findings
from portal.verify.alone.document import View
from portal.verify.alone.syntax import Name, Ref, Stream, UnreadablePdf
from portal.verify.trust import SealNote
from portal.verify.verdict import Finding
from tests import seals

Objects = dict[int, Any]


def spelt(value: Any) -> bytes:
    """An object as it is written."""
    if isinstance(value, Stream):
        return spelt({**value.entries, "Length": len(value.raw)}) + b"\nstream\n" + value.raw + b"\nendstream"
    if isinstance(value, dict):
        return b"<<" + b" ".join(b"/" + key.encode() + b" " + spelt(item) for key, item in value.items()) + b">>"
    if isinstance(value, list):
        return b"[" + b" ".join(spelt(item) for item in value) + b"]"
    if isinstance(value, Name):
        return b"/" + value.encode()
    if isinstance(value, Ref):
        return b"%d %d R" % value
    if isinstance(value, bytes):
        return b"<" + value.hex().encode() + b">"
    return b"null" if value is None else str(value).lower().encode()


def appended(
    pdf: bytes, objects: Mapping[int, Any], *, between: bytes = b"", trailer: Mapping[str, Any] | None = None, rows: bytes = b""
) -> bytes:
    """The file with one revision more; ``rows`` are put first into its cross references."""
    view = document.read(pdf).view()
    out, places = bytearray(pdf), {}
    for number, value in objects.items():
        out += between
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, spelt(value))
    at = len(out)
    out += b"xref\n" + (rows or b"0 1\n0000000000 65535 f \n")
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    size = max([view.trailer["Size"], *(number + 1 for number in objects)])
    told = {"Size": size, "Root": view.trailer["Root"], "Info": view.trailer["Info"], "ID": view.trailer["ID"]}
    told |= {"Prev": view.revisions[-1].cross_references, **(trailer or {})}
    return bytes(out + b"trailer\n" + spelt(told) + b"\nstartxref\n%d\n%%%%EOF\n" % at)


def genuine() -> tuple[bytes, View]:
    pdf = seals.honest("B-B", "test").data
    return pdf, document.read(pdf).view()


def judged(pdf: bytes) -> list[Finding]:
    key = seals.test_key()
    return seal_findings(pdf, SealNote(key.fingerprint, frozenset([key.fingerprint]), frozenset()), datetime.now(UTC))


def added(pdf: bytes) -> list[int]:
    """The fields that the last revision adds. Raises Changed when it adds something else too."""
    file = document.read(pdf)
    return changes.check_revision(file.view(len(file.revisions) - 1), file.view())


def _catalog(view: View, **more: Any) -> Objects:
    return {view.trailer["Root"].number: {**view.catalog(), **more}}


def _store(view: View, number: int = 0, **more: Any) -> Objects:
    """A store of certificates as PAdES adds it."""
    first = number or view.trailer["Size"]
    held = {"Certs": [Ref(view.trailer["Size"] + 1, 0)], **more}
    return {first: held, view.trailer["Size"] + 1: Stream({}, seals.test_key().certificate)}


def _xmp(view: View, old: bytes, new: bytes) -> Objects:
    reference = view.catalog()["Metadata"]
    stream = view.get(reference)
    assert old in stream.raw
    return {reference.number: Stream(stream.entries, stream.raw.replace(old, new))}


def _info(view: View, **more: Any) -> Objects:
    reference = view.trailer["Info"]
    return {reference.number: {**view.get(reference), **more}}


def test_what_pades_adds_is_taken() -> None:
    pdf, view = genuine()
    size = view.trailer["Size"]
    stored = appended(pdf, _catalog(view, DSS=Ref(size, 0)) | _store(view))
    assert all(finding.ok for finding in judged(stored)), judged(stored)
    dated = appended(stored, _info(view, ModDate=b"D:20360301120000Z", Producer=b"pyHanko 1.0"))
    assert all(finding.ok for finding in judged(dated)), judged(dated)
    assert all(finding.ok for finding in judged(appended(dated, {})))


def _field(view: View, **more: Any) -> Objects:
    """A time stamp's field and all that hangs it in; the stamp itself is none."""
    catalog, size = view.catalog(), view.trailer["Size"]
    form, seal = view.get(catalog["AcroForm"]), view.get(catalog["AcroForm"])["Fields"][0]
    place = view.get(seal)["P"]
    page = view.get(place)
    field = {
        "FT": Name("Sig"), "Type": Name("Annot"), "Subtype": Name("Widget"), "F": 132, "Rect": [0, 0, 0, 0],
        "T": b"Tidsstampel-1", "P": place, "V": Ref(size + 1, 0), **more,
    }  # fmt: skip
    stamp = {
        "Type": Name("DocTimeStamp"), "Filter": Name("Adobe.PPKLite"), "SubFilter": Name("ETSI.RFC3161"),
        "Contents": b"0", "ByteRange": [0, 1, 2, 3],
    }  # fmt: skip
    return {
        catalog["AcroForm"].number: {**form, "Fields": [*form["Fields"], Ref(size, 0)]},
        place.number: {**page, "Annots": [*view.get(page["Annots"]), Ref(size, 0)]},
        size: field,
        size + 1: stamp,
    }


def _bad(view: View) -> dict[str, Objects]:
    size, catalog = view.trailer["Size"], view.catalog()
    form, pages = catalog["AcroForm"].number, view.get(catalog["Pages"])
    first = pages["Kids"][0].number
    page = view.get(Ref(first, 0))
    occupied = page["Resources"].number
    hung = _catalog(view, DSS=Ref(size, 0))
    field = _field(view)
    return {
        "a new object": {size: {"A": 1}},
        "an object exchanged": {page["Contents"].number: Stream({}, b"q Q")},
        "a page": {first: {**page, "Rotate": 90}},
        "an annotation without a field": {first: {**page, "Annots": [*view.get(page["Annots"]), Ref(size, 0)]}, size: {"A": 1}},
        "the pages": {catalog["Pages"].number: {**pages, "Count": 1, "Kids": pages["Kids"][:1]}},
        "the language": _catalog(view, Lang=b"en-GB"),
        "a new word in the catalog": _catalog(view, PageMode=Name("FullScreen")),
        "other permissions": _catalog(view, Perms={}),
        "the title in the information": _info(view, Title=b"5 000 000 kr"),
        "a new word in the information": _info(view, Subject=b"5 000 000 kr"),
        "a date that is none": _info(view, ModDate=[b"D:2036"]),
        "the title in the metadata": _xmp(view, b"Delegationsbeslut", b"Delegationsbeslag"),
        "an entity in the metadata": _xmp(view, b"<x:xmpmeta", b'<!DOCTYPE x [<!ENTITY a "b">]><x:xmpmeta'),
        "a store in an object that was there": _catalog(view, DSS=Ref(occupied, 0)) | _store(view, occupied),
        "a store with more in it": hung | _store(view, Names=[]),
        "a store whose certificates do more": hung | _store(view) | {size + 1: Stream({"Type": Name("XObject")}, b"")},
        "a store that is code": hung | {size: Stream({}, b"")},
        "a form that says more": {form: {**view.get(Ref(form, 0)), "NeedAppearances": True}},
        "a form without the seal": {form: {**view.get(Ref(form, 0)), "Fields": []}},
        "the seal's field twice": {form: {**view.get(Ref(form, 0)), "Fields": [*view.get(Ref(form, 0))["Fields"]] * 2}},
        "a field that shows": _field(view, Rect=[0, 0, 100, 100]),
        "a field with an appearance": _field(view, AP={}),
        "a field of another kind": _field(view, FT=Name("Tx")),
        "a field with a script": _field(view, AA={}),
        "a second seal": {**field, size + 1: {**field[size + 1], "Type": Name("Sig")}},
        "a stamp with more in it": {**field, size + 1: {**field[size + 1], "Reason": b"Beviljat"}},
        "a field on no page": {number: value for number, value in field.items() if number != first},
        "a page with the field and more": {**field, first: {**field[first], "Rotate": 90}},
    }


def test_what_else_is_appended_is_refused() -> None:
    pdf, view = genuine()
    for name, objects in _bad(view).items():
        changed = appended(pdf, objects)
        try:
            pytest.fail(f"{name}: taken, with the fields {added(changed)}")
        except (changes.Changed, UnreadablePdf) as error:
            assert str(error)
        assert not judged(changed)[-1].ok, name


def test_a_time_stamps_field_is_taken_and_its_stamp_then_judged() -> None:
    pdf, view = genuine()
    assert added(appended(pdf, _field(view))) == [view.trailer["Size"]]
    last = judged(appended(pdf, _field(view)))[-1]
    assert (last.what, last.sentence) == ("seal", "En underskrift täcker inte filen som den ska.")


def test_a_revision_is_its_objects_and_nothing_else() -> None:
    pdf, view = genuine()
    size = view.trailer["Size"]
    good = _catalog(view, DSS=Ref(size, 0)) | _store(view)
    made: dict[str, Callable[[], bytes]] = {
        "bytes between": lambda: appended(pdf, good, between=b"5 000 000 kr\n"),
        "a comment between": lambda: appended(pdf, good, between=b"% 5 000 000 kr\n"),
        "a hidden object between": lambda: appended(pdf, good, between=b"99 0 obj\n<<>>\nendobj\n"),
        "another root": lambda: appended(pdf, {size: view.catalog()}, trailer={"Root": Ref(size, 0)}),
        "other information": lambda: appended(pdf, {size: {}}, trailer={"Info": Ref(size, 0)}),
        "a word in the trailer": lambda: appended(pdf, good, trailer={"Encoding": 1}),
        "an object taken away": lambda: appended(pdf, {}, rows=b"0 1\n0000000000 65535 f \n5 1\n0000000000 00001 f \n"),
        "an older place": lambda: appended(pdf, {}, rows=b"%d 1\n0000000017 00000 n \n" % size),
        "another generation": lambda: appended(pdf, {}, rows=b"%d 1\n%010d 00001 n \n" % (size, len(pdf))),
        "the same number twice": lambda: appended(pdf, {}, rows=b"0 1\n0000000000 65535 f \n0 1\n0000000000 65535 f \n"),
        "a leap over the seal": lambda: appended(pdf, good, trailer={"Prev": view.revisions[0].cross_references}),
        "no way back": lambda: appended(pdf, good, trailer={"Prev": None}),
        "in a circle": lambda: appended(pdf, good, trailer={"Prev": len(pdf) + 10_000}),
    }
    for name, make in made.items():
        last = judged(make())[-1]
        assert not last.ok, name
