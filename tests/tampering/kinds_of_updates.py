"""Updates appended to a sealed file: what was signed stands first, unchanged."""

import re
from typing import Any

import pikepdf

from tests import seals
from tests.tampering.kind import kind, rewritten
from tests.tampering.stage import Stage, byte_range, key_of, signed_by_hand, updated, with_byte_range


@kind("changes", "seal", "file")
def page_shows_another_amount(stage: Stage) -> bytes:
    return updated(stage.sealed(), lambda writer: _redraw(writer, b"BT /F0 30 Tf 100 600 Td (5 000 000 kr) Tj ET"))


def _redraw(writer: Any, drawing: bytes) -> None:
    from pyhanko.pdf_utils import generic

    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=drawing))
    writer.mark_update(page.container_ref)


@kind("changes", "seal", "file")
def content_of_a_page_overridden_in_place(stage: Stage) -> bytes:
    def change(writer: Any) -> None:
        content = writer.root["/Pages"]["/Kids"][0]["/Contents"]
        content._data = b"q Q"
        content._encoded_data = None
        writer.mark_update(content.container_ref)

    return updated(stage.sealed(), change)


@kind("changes", "seal", "file")
def note_laid_over_a_page(stage: Stage) -> bytes:
    from pyhanko.pdf_utils import generic

    def change(writer: Any) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        box = generic.ArrayObject(generic.FloatObject(each) for each in (80, 590, 300, 630))
        overlay = {"/Type": "/Annot", "/Subtype": "/FreeText", "/F": 4}
        entries: dict[Any, Any] = {
            generic.NameObject(key): generic.NameObject(value) for key, value in overlay.items() if key != "/F"
        }
        entries |= {generic.NameObject("/Rect"): box, generic.NameObject("/Contents"): generic.TextStringObject("5 000 000 kr")}
        entries |= {generic.NameObject("/F"): generic.NumberObject(4)}
        annotations = page.get("/Annots", generic.ArrayObject())
        annotations.append(writer.add_object(generic.DictionaryObject(entries)))
        page["/Annots"] = annotations
        writer.mark_update(page.container_ref)

    return updated(stage.sealed(), change)


@kind("changes", "seal", "file")
def page_added(stage: Stage) -> bytes:
    def change(writer: Any) -> None:
        from pyhanko.pdf_utils import generic
        from pyhanko.pdf_utils.writer import PageObject

        stream = writer.add_object(generic.StreamObject(stream_data=b"q Q"))
        writer.insert_page(PageObject(contents=stream, media_box=(0, 0, 595, 842)))

    return updated(stage.sealed(), change)


@kind("changes", "seal", "file", "decision")
def pages_in_another_order(stage: Stage) -> bytes:
    def change(writer: Any) -> None:
        pages = writer.root["/Pages"]
        pages["/Kids"].reverse()
        writer.mark_update(pages.container_ref)

    return updated(stage.sealed(), change)


@kind("changes", "seal", "file", "decision")
def page_removed(stage: Stage) -> bytes:
    from pyhanko.pdf_utils import generic

    def change(writer: Any) -> None:
        pages = writer.root["/Pages"]
        del pages["/Kids"][0]
        pages["/Count"] = generic.NumberObject(len(pages["/Kids"]))
        writer.mark_update(pages.container_ref)

    return updated(stage.sealed(), change)


def _script() -> Any:
    from pyhanko.pdf_utils import generic

    name, text = generic.NameObject, generic.TextStringObject
    return generic.DictionaryObject({name("/S"): name("/JavaScript"), name("/JS"): text("app.alert('5 000 000 kr')")})


@kind("file", "changes", "seal")
def script_that_runs_when_the_file_is_opened(stage: Stage) -> bytes:
    def change(writer: Any) -> None:
        writer.root["/OpenAction"] = writer.add_object(_script())
        writer.update_root()

    return updated(stage.sealed(), change)


@kind("file", "changes", "seal")
def script_on_a_page(stage: Stage) -> bytes:
    from pyhanko.pdf_utils import generic

    def change(writer: Any) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page["/AA"] = generic.DictionaryObject({generic.NameObject("/O"): _script()})
        writer.mark_update(page.container_ref)

    return updated(stage.sealed(), change)


def _fonts(writer: Any) -> Any:
    return writer.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]


@kind("changes", "seal", "file", "decision")
def font_swapped(stage: Stage) -> bytes:
    def change(writer: Any) -> None:
        resources = writer.root["/Pages"]["/Kids"][0]["/Resources"]
        fonts = resources["/Font"]
        first, second = list(fonts)[:2]
        fonts[first], fonts[second] = fonts.raw_get(second), fonts.raw_get(first)
        writer.update_container(fonts)

    return updated(stage.sealed(), change)


@kind("changes", "seal", "file", "decision")
def letters_given_another_meaning(stage: Stage) -> bytes:
    """The map from glyphs to text: a search, a screen reader and every program reads other digits than are drawn."""

    def change(writer: Any) -> None:
        fonts = _fonts(writer)
        for name in list(fonts):
            table = fonts[name]["/ToUnicode"]
            table._data = table.data.replace(b"<0038>", b"<0039>")
            table._encoded_data = None
            writer.mark_update(table.container_ref)

    return updated(stage.sealed(), change)


@kind("seal", "changes", "file")
def field_added_with_a_value(stage: Stage) -> bytes:
    from pyhanko.pdf_utils import generic

    name, text = generic.NameObject, generic.TextStringObject

    def change(writer: Any) -> None:
        entries = {name("/FT"): name("/Tx"), name("/T"): text("Belopp"), name("/V"): text("5 000 000 kr")}
        form = writer.root["/AcroForm"]
        form["/Fields"].append(writer.add_object(generic.DictionaryObject(entries)))
        writer.update_container(form["/Fields"])

    return updated(stage.sealed(), change)


@kind("seal", "changes", "file")
def signature_overridden(stage: Stage) -> bytes:
    from pyhanko.pdf_utils import generic

    def change(writer: Any) -> None:
        value = writer.root["/AcroForm"]["/Fields"][0]["/V"]
        value["/Reason"] = generic.TextStringObject("Beviljat")
        writer.mark_update(value.container_ref)

    return updated(stage.sealed(), change)


@kind("seal", "changes", "file")
def signature_wrapped(stage: Stage) -> bytes:
    """The signed bytes are moved to the end; where they stood, the signature now covers them from there."""
    pdf = stage.sealed()
    start, end, (_zero, first, second, last) = byte_range(pdf)
    extra = b"\n900 0 obj\n<</Fake (5 000 000 kr)>>\nendobj\n"
    moved = pdf[:second] + extra + pdf[second:]
    return with_byte_range(moved, 0, first, second + len(extra), last) if end > start else pdf


@kind("changes", "seal", "file")
def layer_that_can_be_hidden_added(stage: Stage) -> bytes:
    from pyhanko.pdf_utils import generic

    name, text = generic.NameObject, generic.TextStringObject

    def change(writer: Any) -> None:
        layer = writer.add_object(generic.DictionaryObject({name("/Type"): name("/OCG"), name("/Name"): text("Lager")}))
        listed = generic.ArrayObject([layer])
        writer.root["/OCProperties"] = generic.DictionaryObject(
            {name("/OCGs"): listed, name("/D"): generic.DictionaryObject({name("/OFF"): listed})}
        )
        writer.update_root()

    return updated(stage.sealed(), change)


@kind("changes", "seal", "file")
def title_changed(stage: Stage) -> bytes:
    from pyhanko.pdf_utils import generic

    def change(writer: Any) -> None:
        info = writer.trailer["/Info"]
        info["/Title"] = generic.TextStringObject("Delegationsbeslut: 5 000 000 kr")
        writer.mark_update(info.container_ref)

    return updated(stage.sealed(), change)


@kind("changes", "seal", "file")
def title_in_the_metadata_changed(stage: Stage) -> bytes:
    pdf = stage.sealed()
    newest = pdf[pdf.rindex(b"<?xpacket begin") :]
    text = newest[: newest.index(b"<?xpacket end") + 20]

    def change(writer: Any) -> None:
        from pyhanko.pdf_utils import generic

        said = text.replace(b"trygghetsskapande", b"bortgjorda", 1)
        assert said != text
        stream = generic.StreamObject(stream_data=said)
        stream["/Type"], stream["/Subtype"] = generic.NameObject("/Metadata"), generic.NameObject("/XML")
        writer.root["/Metadata"] = writer.add_object(stream)
        writer.update_root()

    return updated(pdf, change)


@kind("changes", "seal", "file")
def store_of_certificates_added_together_with_a_changed_page(stage: Stage) -> bytes:
    from pyhanko.pdf_utils import generic

    def change(writer: Any) -> None:
        certificate = writer.add_object(generic.StreamObject(stream_data=seals.test_key().certificate))
        certificates = generic.ArrayObject([certificate])
        store = generic.DictionaryObject({generic.NameObject("/Certs"): certificates})
        writer.root["/DSS"] = writer.add_object(store)
        writer.update_root()
        _redraw(writer, b"q Q")

    return updated(stage.sealed(), change)


@kind("changes", "seal", "file")
def page_changed_after_the_time_stamps(stage: Stage) -> bytes:
    return updated(stage.sealed("main", "seal", "B-LTA"), lambda writer: _redraw(writer, b"q Q"))


@kind("file", "seal", "changes")
def two_kinds_of_cross_references(stage: Stage) -> bytes:
    """A hybrid file: one program reads the table, another the stream that it points to."""
    pdf = stage.sealed()
    start = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    size = int(re.findall(rb"/Size (\d+)", pdf)[-1])
    root = re.findall(rb"/Root (\d+ 0 R)", pdf)[-1]
    stream_at = len(pdf)
    rows = bytes([1, *stream_at.to_bytes(4, "big"), 0])
    stream = b"%d 0 obj\n<</Type/XRef/W[1 4 1]/Index[%d 1]/Size %d/Root %s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        size, size, size + 1, root, len(rows), rows,
    )  # fmt: skip
    table_at = stream_at + len(stream)
    trailer = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size %d/Root %s/Prev %d/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size + 1, root, start, stream_at, table_at,
    )  # fmt: skip
    return pdf + stream + trailer


@kind("seal", "changes", "file")
def second_signature(stage: Stage) -> bytes:
    unsealed = stage.rendered("main", key_of("test"))
    signed = signed_by_hand(unsealed, key_of("seal"), permissions=None, field_name="Annan")
    return signed_by_hand(signed, key_of("test"), permissions=None)


@kind("file")
def encrypted_wrapper(stage: Stage) -> bytes:
    return rewritten(stage.sealed(), encryption=pikepdf.Encryption(owner="a", user=""))


@kind("seal", "file")
def rewritten_by_another_program(stage: Stage) -> bytes:
    return rewritten(stage.sealed())
