"""Sealed with the right key, and yet not what was decided: for that there is the log's proof."""

import io
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import pikepdf

from portal import clock
from portal.documents.rendering import render
from portal.documents.sealing import seal
from portal.log import notes
from portal.log.entries import canonical
from portal.log.keys import LogKey
from tests import document_examples as examples
from tests.tampering.kind import kind, rewritten
from tests.tampering.stage import Stage, key_of


def _sealed_again(stage: Stage, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """Altered before it was sealed with the right key."""
    return seal(rewritten(stage.rendered("main", key_of("test")), change), key_of("test"), clock.now()).data


@kind("file")
def form_of_another_kind_sealed_in(stage: Stage) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=pikepdf.Stream(pdf, b"<xdp/>"))

    return _sealed_again(stage, change)


@kind("seal", "file")
def field_to_fill_in_sealed_in(stage: Stage) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="Belopp", V="5 000 000 kr")
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([pdf.make_indirect(field)]))

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
def condition_changed(stage: Stage) -> bytes:
    return stage.forged(lambda data: data["lines"][1].update(condition="Utan förbehåll."))


@kind("decision")
def condition_taken_away(stage: Stage) -> bytes:
    return stage.forged(lambda data: data["lines"][1].update(condition=None))


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
        body = json.loads(data["proof"]["body"])
        body["granted"] += 100_000
        body["lines"][1]["granted"] += 100_000
        stage.say(data, body=canonical(body))

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
