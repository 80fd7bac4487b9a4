"""Ways to tamper with a decision, by name; every one must be rejected, by both engines.

Each takes the stage and gives a file: made from a genuine one (mostly ``main`` with a TEST seal, B-B), or by an attacker
with other means (another key, a leaked seal but not the log's key, a file of another kind).
"""

import io
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pikepdf

from portal import clock
from portal.documents.rendering import render
from portal.documents.sealing import seal
from portal.log import notes
from portal.log.keys import LogKey
from portal.verify.verdict import What
from tests import document_examples as examples
from tests import seals
from tests.tampering.stage import Stage, byte_range, key_of, signed_by_hand, updated, with_byte_range

Make = Callable[[Stage], bytes]


@dataclass(frozen=True)
class Kind:
    """A named way to tamper. One of ``what`` must be among the findings that do not hold; None: it is no decision of ours
    and refused with one sentence. ``at`` is the instant at which it is verified, where that is not now."""

    name: str
    make: Make
    what: frozenset[What] | None
    at: datetime | None = None


KINDS: list[Kind] = []


def kind(*what: What, at: datetime | None = None, foreign: bool = False) -> Callable[[Make], Make]:
    def add(make: Make) -> Make:
        KINDS.append(Kind(make.__name__, make, None if foreign else frozenset(what), at))
        return make

    return add


def _flipped(pdf: bytes, at: int) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def _contents(pdf: bytes) -> tuple[int, int]:
    """Where the hexadecimal digits of the first signature stand."""
    _start, _end, numbers = byte_range(pdf)
    return numbers[1] + 1, numbers[2] - 1


# ---- bytes ----


@kind("seal", "file")
def byte_flipped_in_the_content_of_a_page(stage: Stage) -> bytes:
    pdf = stage.sealed()
    return _flipped(pdf, pdf.index(b"stream", len(pdf) // 3) + 200)


@kind("seal", "file")
def byte_flipped_in_the_structure(stage: Stage) -> bytes:
    pdf = stage.sealed()
    return _flipped(pdf, pdf.index(b"/Lang(") + 7)


@kind("seal")
def byte_flipped_in_the_signature(stage: Stage) -> bytes:
    pdf = stage.sealed()
    start, end = _contents(pdf)
    digits = pdf[start:end].rstrip(b"0")
    at = start + len(digits) - 9  # in the signature's value, which stands last
    return pdf[:at] + (b"1" if pdf[at : at + 1] != b"1" else b"2") + pdf[at + 1 :]


@kind("seal", "file")
def junk_in_the_padding_of_the_signature(stage: Stage) -> bytes:
    pdf = stage.sealed()
    _start, end = _contents(pdf)
    return pdf[: end - 20] + b"DEADBEEF" + pdf[end - 12 :]


@kind("seal")
def signature_zeroed(stage: Stage) -> bytes:
    pdf = stage.sealed()
    start, end = _contents(pdf)
    return pdf[:start] + b"0" * (end - start) + pdf[end:]


@kind("seal", "file")
def byte_range_missing(stage: Stage) -> bytes:
    return stage.sealed().replace(b"/ByteRange", b"/ByteRangx")


@kind("seal", "file")
def byte_range_negative(stage: Stage) -> bytes:
    pdf = stage.sealed()
    _start, _end, (_zero, _first, second, last) = byte_range(pdf)
    return with_byte_range(pdf, 0, -9, second, last)


@kind("seal", "file")
def byte_range_overlapping(stage: Stage) -> bytes:
    pdf = stage.sealed()
    _start, _end, (_zero, first, second, last) = byte_range(pdf)
    return with_byte_range(pdf, 0, second, first, last)


@kind("seal", "file")
def byte_range_shorter(stage: Stage) -> bytes:
    pdf = stage.sealed()
    _start, _end, (_zero, first, second, last) = byte_range(pdf)
    return with_byte_range(pdf, 0, first, second, last - 50)


@kind("seal", "file")
def byte_range_beyond_the_file(stage: Stage) -> bytes:
    pdf = stage.sealed()
    _start, _end, (_zero, first, second, last) = byte_range(pdf)
    return with_byte_range(pdf, 0, first, second, int("9" * len(str(last))))


@kind("seal", "file")
def byte_range_of_nothing(stage: Stage) -> bytes:
    return with_byte_range(stage.sealed(), 0, 0, 0, 0)


@kind("seal", "file")
def byte_range_of_two_numbers(stage: Stage) -> bytes:
    return with_byte_range(stage.sealed(), 0, byte_range(stage.sealed())[2][1])


@kind("file")
def junk_appended(stage: Stage) -> bytes:
    return stage.sealed() + b"% 5 000 000 kr\n"


@kind("file")
def empty_line_appended(stage: Stage) -> bytes:
    return stage.sealed() + b"\n"


@kind("file", "seal", "changes")
def other_pdf_appended(stage: Stage) -> bytes:
    return stage.sealed() + stage.sealed("other")


@kind("file", "seal")
def bytes_cut_at_the_end(stage: Stage) -> bytes:
    return stage.sealed()[:-100]


@kind(foreign=True)
def bytes_before_the_header(stage: Stage) -> bytes:
    return b"#!/bin/sh\n" + stage.sealed()


@kind("seal")
def seal_cut_away(stage: Stage) -> bytes:
    pdf = stage.sealed()
    return pdf[: pdf.index(b"%%EOF\n") + 6]


@kind("file", "time", "changes", "seal")
def revision_cut_out_between(stage: Stage) -> bytes:
    """The store of certificates is taken out, the time-stamp over it left."""
    pdf = stage.sealed("main", "seal", "B-LTA")
    ends = [found.end() for found in re.finditer(rb"%%EOF\n", pdf)]
    return pdf[: ends[-2]] + pdf[ends[-2] + 3000 :]


@kind("seal", "file")
def number_of_an_object_changed_in_the_cross_references(stage: Stage) -> bytes:
    pdf = stage.sealed()
    at = pdf.index(b"xref\n") + 60
    return pdf[:at] + pdf[at + 20 : at + 40] + pdf[at : at + 20] + pdf[at + 40 :]


# ---- updates after the seal ----


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
    return _rewritten(stage.sealed(), encryption=pikepdf.Encryption(owner="a", user=""))


@kind("seal", "file")
def rewritten_by_another_program(stage: Stage) -> bytes:
    return _rewritten(stage.sealed())


def _rewritten(pdf: bytes, change: Callable[[pikepdf.Pdf], None] | None = None, **how: Any) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        if change:
            change(opened)
        out = io.BytesIO()
        how.setdefault("object_stream_mode", pikepdf.ObjectStreamMode.disable)
        opened.save(out, **how)
    return out.getvalue()


# ---- sealed with other means ----


@kind("certificate")
def sealed_by_another_authority(stage: Stage) -> bytes:
    return stage.forged(lambda _data: None, key="other", vouched="seal")


@kind("certificate")
def sealed_by_another_certificate_of_the_same_authority(stage: Stage) -> bytes:
    return stage.forged(lambda _data: None, key="seal-384", vouched="seal")


@kind("certificate")
def sealed_by_oneself_under_the_same_name(stage: Stage) -> bytes:
    import tempfile
    from pathlib import Path

    from portal.documents.sealing import SealKey
    from portal.settings import Settings

    own = SealKey.load(Settings(Path(tempfile.mkdtemp(prefix="egen-")), municipality="Åkersbro kommun"))
    assert own.subject == seals.test_key().subject
    return seal(stage.rendered("main", key_of("test")), own, clock.now()).data


@kind("certificate", "time")
def chain_to_a_root_that_the_note_does_not_name(stage: Stage) -> bytes:
    def change(data: dict[str, Any]) -> None:
        stage.say(data, seal=_note(stage, f"sigill {key_of('seal').fingerprint}", "rot " + "ab" * 32))

    return stage.forged(change, key="seal")


def _note(stage: Stage, *lines: str, key: LogKey | None = None) -> str:
    signer = key or stage.log_key
    return notes.sign_text("\n".join(["askandeportalen/sigill/v1", signer.name, *lines, ""]), signer)


@kind("seal")
def note_on_the_seal_by_another_key(stage: Stage) -> bytes:
    lines = [f"{word} {key_of('other').fingerprint}" for word in ("sigill", "rot")]
    own = LogKey.generate(stage.log_key.name)
    return stage.forged(lambda data: stage.say(data, seal=_note(stage, *lines, key=own)), key="other")


@kind("seal")
def note_on_the_seal_changed(stage: Stage) -> bytes:
    mine, theirs = key_of("seal").fingerprint, key_of("seal-384").fingerprint
    return stage.forged(
        lambda data: stage.say(data, seal=data["proof"]["seal"].replace(mine, theirs)), key="seal-384", vouched="seal"
    )


@kind("seal")
def note_on_the_seal_missing(stage: Stage) -> bytes:
    return stage.forged(lambda data: stage.say(data, seal=""))


@kind("seal")
def certified_with_forms_allowed(stage: Stage) -> bytes:
    return signed_by_hand(stage.rendered("main", key_of("test")), key_of("test"), permissions=2)


@kind("seal")
def certified_with_notes_allowed(stage: Stage) -> bytes:
    return signed_by_hand(stage.rendered("main", key_of("test")), key_of("test"), permissions=3)


@kind("seal")
def signed_but_not_certified(stage: Stage) -> bytes:
    return signed_by_hand(stage.rendered("main", key_of("test")), key_of("test"), permissions=None)


@kind("time")
def certificate_that_has_ended_without_a_time_stamp(stage: Stage) -> bytes:
    then = datetime(2024, 6, 1, tzinfo=UTC)
    return seal(stage.rendered("main", key_of("seal-expired")), key_of("seal-expired"), then).data


@kind("time")
def certificate_that_has_not_begun(stage: Stage) -> bytes:
    then = datetime(2091, 6, 1, tzinfo=UTC)
    return seal(stage.rendered("main", key_of("seal-future")), key_of("seal-future"), then).data


@kind("time", at=datetime(2033, 1, 1, tzinfo=UTC))
def certificate_that_ends_later_verified_then(stage: Stage) -> bytes:
    return stage.sealed("main", "seal", "B-B")


@kind("time", at=datetime(2033, 1, 1, tzinfo=UTC))
def time_stamps_never_renewed(stage: Stage) -> bytes:
    return stage.sealed("main", "seal", "B-LTA")


@kind("time", at=datetime(2025, 1, 1, tzinfo=UTC))
def stamped_after_the_day_that_is_asked_about(stage: Stage) -> bytes:
    return stage.sealed("main", "seal", "B-LTA")


@kind("time")
def time_stamps_of_another_service(stage: Stage) -> bytes:
    chosen = key_of("seal")
    pdf = stage.rendered("main", chosen, seals.pki().stamps())
    return seal(pdf, chosen, clock.now(), seals.pki().stamps("other-tsa")).data


@kind("time", "changes", "seal")
def byte_flipped_in_a_time_stamp(stage: Stage) -> bytes:
    pdf = stage.sealed("main", "seal", "B-LTA")
    ranges = list(re.finditer(rb"/ByteRange ?\[\s*(\d+)\s+(\d+)\s+(\d+)", pdf))
    start, end = int(ranges[-1][2]) + 1, int(ranges[-1][3]) - 1
    at = start + len(pdf[start:end].rstrip(b"0")) - 9
    return pdf[:at] + (b"1" if pdf[at : at + 1] != b"1" else b"2") + pdf[at + 1 :]


# ---- sealed with the right key: what the seal cannot tell ----


def _sealed_again(stage: Stage, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """Altered before it was sealed with the right key."""
    return seal(_rewritten(stage.rendered("main", key_of("test")), change), key_of("test"), clock.now()).data


@kind("file")
def form_of_another_kind_sealed_in(stage: Stage) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=pikepdf.Stream(pdf, b"<xdp/>"))

    return _sealed_again(stage, change)


@kind("file")
def script_sealed_in(stage: Stage) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")

    return _sealed_again(stage, change)


@kind("file")
def program_start_sealed_in(stage: Stage) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 100, 100],
            A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"),
        )  # fmt: skip
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(link)]))

    return _sealed_again(stage, change)


@kind("file")
def hidden_layer_sealed_in(stage: Stage) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Lager"))
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer]))

    return _sealed_again(stage, change)


@kind("file")
def program_sealed_in(stage: Stage) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        attach: Any = pikepdf.AttachedFileSpec  # its stub demands what it does not
        pdf.attachments["betala.exe"] = attach(pdf, b"MZ", mime_type="application/x-msdownload")

    return _sealed_again(stage, change)


def _amount(data: dict[str, Any]) -> None:
    data["lines"][1]["granted"] += 100_000
    data["granted_total"] += 100_000


@kind("decision")
def amount_changed(stage: Stage) -> bytes:
    return stage.forged(_amount)


@kind("certificate")
def amount_changed_and_sealed_by_another(stage: Stage) -> bytes:
    return stage.forged(_amount, key="other", vouched="test")


@kind("decision")
def amounts_of_two_lines_exchanged(stage: Stage) -> bytes:
    def change(data: dict[str, Any]) -> None:
        first, second = data["lines"][:2]
        first["granted"], second["granted"] = second["granted"], first["granted"]

    return stage.forged(change)


@kind("decision")
def label_of_a_line_changed(stage: Stage) -> bytes:
    return stage.forged(lambda data: data["lines"][0].update(label="Representation"))


@kind("decision")
def line_added(stage: Stage) -> bytes:
    return stage.forged(lambda data: data["lines"].append({"label": "Resor", "requested": 0, "granted": 50_000}))


@kind("decision")
def condition_added(stage: Stage) -> bytes:
    return stage.forged(lambda data: data["lines"][0].update(condition="Efter godkännande"))


@kind("decision")
def unpriced_line_answered_otherwise(stage: Stage) -> bytes:
    return stage.forged(lambda data: data["lines"][-1].update(included=False))


@kind("decision")
def text_of_the_decision_changed(stage: Stage) -> bytes:
    return stage.forged(lambda data: data.update(decision=["Fritidsenheten beviljas pengarna."]))


@kind("decision")
def point_added_to_the_decision(stage: Stage) -> bytes:
    return stage.forged(lambda data: data["decision"].append("Beslutet gäller även nästa år."))


@kind("decision")
def reason_changed(stage: Stage) -> bytes:
    return stage.forged(lambda data: data.update(reason="Det behövs."))


@kind("decision")
def outcome_changed(stage: Stage) -> bytes:
    return stage.forged(lambda data: data.update(outcome="granted"))


@kind("decision")
def capacity_changed(stage: Stage) -> bytes:
    return stage.forged(lambda data: data.update(capacity="execution"))


@kind("decision")
def day_changed(stage: Stage) -> bytes:
    return stage.forged(lambda data: data.update(date="2025-01-02"))


@kind("decision")
def number_of_the_decision_changed(stage: Stage) -> bytes:
    return stage.forged(lambda data: data.update(decision_number="KS-2026-9999"))


@kind("decision")
def number_of_the_case_changed(stage: Stage) -> bytes:
    return stage.forged(lambda data: data.update(case_number="KS 2026/9999"))


@kind("decision")
def money_left_changed(stage: Stage) -> bytes:
    return stage.forged(lambda data: data["financing"].update(left_after=1))


@kind("decision")
def moving_between_lines_changed(stage: Stage) -> bytes:
    return stage.forged(lambda data: data.update(redistribution={"answer": "no"}))


@kind("decision")
def report_waived(stage: Stage) -> bytes:
    return stage.forged(lambda data: data.update(final_report={"due": False}))


@kind("decision")
def amount_changed_in_a_secret_case(stage: Stage) -> bytes:
    return stage.forged(_amount, name="secret")


def _proof_of(stage: Stage, name: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        data["proof"] = stage.data(name, key_of("test"))["proof"]

    return change


@kind("decision")
def proof_of_another_case(stage: Stage) -> bytes:
    return stage.forged(_proof_of(stage, "other"))


@kind("decision")
def proof_of_the_decision_that_it_replaces(stage: Stage) -> bytes:
    return stage.forged(_proof_of(stage, "older"))


@kind("decision")
def proof_of_the_decision_that_replaces_it(stage: Stage) -> bytes:
    return stage.forged(_proof_of(stage, "main"), name="older")


@kind("log")
def entry_of_another_act(stage: Stage) -> bytes:
    """The proof of a genuine entry of the log that is no decision."""

    def change(data: dict[str, Any]) -> None:
        from portal.db import session
        from portal.log import operations, queries

        seq = data["proof"]["entry"] + 1
        with stage.app.app_context():
            try:
                while (found := queries.header(seq)) is None or found.object_kind == "decision":
                    seq -= 1
                entry = queries.evidence(seq)
                assert entry is not None
                stage.say(data, inclusion=operations.proof_for(seq), body=entry.body, salt=entry.salt.hex())
            finally:
                session.remove()

    return stage.forged(change)


@kind("log")
def checkpoint_by_another_key(stage: Stage) -> bytes:
    own = LogKey.generate(stage.log_key.name)

    def change(data: dict[str, Any]) -> None:
        proof = notes.parse_proof(data["proof"]["whole"])
        head = notes.open_checkpoint(proof.checkpoint, stage.log_key.public)
        stage.say(data, inclusion=notes.Proof(proof.index, proof.path, notes.sign(head, own), proof.extra).text())

    return stage.forged(change)


@kind("log")
def checkpoint_without_signature(stage: Stage) -> bytes:
    def change(data: dict[str, Any]) -> None:
        whole = data["proof"]["whole"]
        stage.say(data, inclusion=whole[: whole.rindex("—")])

    return stage.forged(change)


@kind("log")
def tree_of_another_size(stage: Stage) -> bytes:
    def change(data: dict[str, Any]) -> None:
        size = str(data["proof"]["tree_size"])
        lead, note = data["proof"]["whole"].split("\n\n", 1)
        stage.say(data, inclusion=f"{lead}\n\n" + note.replace(f"\n{size}\n", f"\n{int(size) + 1}\n", 1))

    return stage.forged(change)


@kind("decision")
def tree_of_another_size_told_to_people(stage: Stage) -> bytes:
    return stage.forged(lambda data: data["proof"].update(tree_size=data["proof"]["tree_size"] + 1))


@kind("decision")
def other_key_told_to_people(stage: Stage) -> bytes:
    return stage.forged(lambda data: data["proof"].update(key=str(LogKey.generate("annan").public)))


@kind("log")
def path_changed(stage: Stage) -> bytes:
    def change(data: dict[str, Any]) -> None:
        proof = notes.parse_proof(data["proof"]["whole"])
        path = (bytes(32), *proof.path[1:])
        stage.say(data, inclusion=notes.Proof(proof.index, path, proof.checkpoint, proof.extra).text())

    return stage.forged(change)


@kind("log")
def body_changed_with_the_salt_kept(stage: Stage) -> bytes:
    def change(data: dict[str, Any]) -> None:
        _amount(data)
        old, new = data["granted_total"] - 100_000, data["granted_total"]
        stage.say(data, body=data["proof"]["body"].replace(f'"granted":{old}', f'"granted":{new}'))

    return stage.forged(change)


@kind("log")
def header_changed(stage: Stage) -> bytes:
    def change(data: dict[str, Any]) -> None:
        proof = notes.parse_proof(data["proof"]["whole"])
        extra = proof.extra.replace(b'"role":"', b'"role":"x')
        assert extra != proof.extra
        stage.say(data, inclusion=notes.Proof(proof.index, proof.path, proof.checkpoint, extra).text())

    return stage.forged(change)


@kind(foreign=True)
def proof_cut_away(stage: Stage) -> bytes:
    def change(data: dict[str, Any]) -> None:
        data["proof"]["block"] = data["proof"]["block"].split("|== post")[0]

    return stage.forged(change)


@kind(foreign=True)
def entry_damaged(stage: Stage) -> bytes:
    def change(data: dict[str, Any]) -> None:
        head, rest = data["proof"]["block"].split("|== post\n|")
        packed = bytearray(b64decode(rest[:96]))
        packed[20] ^= 1
        data["proof"]["block"] = f"{head}|== post\n|{b64encode(bytes(packed)).decode()}{rest[96:]}"

    return stage.forged(change)


@kind(foreign=True)
def unsealed_preview(stage: Stage) -> bytes:
    data = stage.data("main", key_of("test"))
    return render("decision", {**data, "proof": None})


@kind("seal")
def decision_never_sealed(stage: Stage) -> bytes:
    return stage.rendered("main", key_of("test"))


@kind(foreign=True)
def request_and_no_decision(_stage: Stage) -> bytes:
    return render("submission", examples.submission())


@kind(foreign=True)
def request_sealed_with_the_right_key(_stage: Stage) -> bytes:
    return seal(render("submission", examples.submission()), key_of("test"), clock.now()).data


@kind(foreign=True)
def foreign_pdf(_stage: Stage) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@kind(foreign=True)
def no_pdf_at_all(_stage: Stage) -> bytes:
    return b"PK\x03\x04" + bytes(2000)


@kind(foreign=True)
def nothing(_stage: Stage) -> bytes:
    return b""
