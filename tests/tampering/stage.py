"""Real decisions for the verifier: made by the product in one instance, sealed as an operator would have them sealed.

Also what an attacker can do with the right tools: seal by hand with any key, and append any update to a file.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch
from uuid import UUID

from flask import Flask

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations
from portal.decisions import queries as decisions
from portal.decisions.document import Frame
from portal.decisions.models import Decision
from portal.dispatch import handlers
from portal.dispatch import queries as dispatch
from portal.documents.rendering import render
from portal.documents.sealing import SealKey, TimeStamps, seal, seal_note, upgrade
from portal.log.keys import LogKey, load_or_create_log_key
from portal.verify.printed import Printed, block
from tests import seals
from tests.factories.decisions import a_decision, a_referred_case, a_submitted_request, an_answer, case_of, minutes_from
from tests.factories.town import Town

AWKWARD = (
    '*bold* #read("/etc/passwd") $x^2$ och "citat"',
    "Ett ord utan slut: " + "säkerhets" * 18,
    "Emoji \U0001f600 och hebreiska \u05e9\u05dc\u05d5\u05dd, ffi och fl i flaggspel, mjukt\u00adbindestreck, x\u0323.",
    "Utfall Beviljat 1 kr Beslut Belopp Rad Äskat Beviljat Summa 1 kr 1 kr",
    "|== bevis",
)
Change = Callable[[dict[str, Any]], None]


@dataclass
class Stage:
    """The instance, its log's key and its decisions: the UUID of each by what it shows."""

    app: Flask
    town: Town
    decisions: dict[str, UUID] = field(default_factory=dict)
    _sealed: dict[tuple[object, ...], bytes] = field(default_factory=dict)

    @cached_property
    def log_key(self) -> LogKey:
        """The key that signs the log."""
        return load_or_create_log_key(Path(self.app.extensions["settings"].instance) / "log_key")

    @property
    def key_line(self) -> str:
        """What the municipality gives out."""
        return str(self.log_key.public)

    def data(self, name: str, key: SealKey, stamps: TimeStamps | None = None) -> dict[str, Any]:
        """The decision as the worker gives it to the template."""
        with self.app.app_context():
            try:
                found = dispatch.decision_for_worker(self.decisions[name])
                assert found is not None and found[0].log_seq is not None
                proof: dict[str, Any] = dict(handlers._proof(found[0].log_seq, seal_note(key, self.log_key, stamps)))
                found = dispatch.decision_for_worker(self.decisions[name])
                assert found is not None
                frame = Frame({"name": "Åkersbro kommun"}, clock.now(), test=False)
                data = cast("dict[str, Any]", decisions.document_data(found[0], found[1], frame, cast("Any", proof)))
            finally:
                session.remove()
        self.say(data, seal=seal_note(key, self.log_key, stamps))
        return data

    @staticmethod
    def say(data: dict[str, Any], **changed: str) -> None:
        """Change parts of the proof (inclusion, salt, body, seal), and print its block anew."""
        proof = data["proof"]
        proof["whole"] = changed.pop("inclusion", proof.get("whole") or f"{proof['inclusion']}\n\n{proof['checkpoint']}")
        proof.update(changed)
        proof["block"] = block(Printed(proof["whole"], bytes.fromhex(proof["salt"]), proof["body"], proof["seal"]))

    def rendered(self, name: str, key: SealKey, stamps: TimeStamps | None = None, change: Change | None = None) -> bytes:
        """The decision before it is sealed; ``change`` is what an attacker alters."""
        data = self.data(name, key, stamps)
        if change is not None:
            change(data)
        return render("decision", data)

    def sealed(self, name: str = "main", key: str = "test", level: str = "B-B") -> bytes:
        """A genuine decision. ``key`` is ``test`` or one of the test PKI's; ``level`` B-B, B-LTA or upgraded."""
        found = self._sealed.get((name, key, level))
        if found is None:
            chosen = key_of(key)
            stamps = seals.pki().stamps() if level != "B-B" else None
            pdf = self.rendered(name, chosen, stamps)
            made = seal(pdf, chosen, clock.now(), stamps if level == "B-LTA" else None)
            if level == "upgraded" and stamps:
                made = upgrade(made.data, stamps, clock.now())
            assert made.level == ("B-B" if level == "B-B" else "B-LTA")
            found = self._sealed[name, key, level] = made.data
        return found

    def renewed(self, *years: int, key: str = "seal") -> bytes:
        """A B-LTA decision of today renewed on the first of March of each year, by the service of that time."""
        found = self._sealed.get(("main", key, *years))
        if found is None:
            found = self.renewed(*years[:-1], key=key) if len(years) > 1 else self.sealed("main", key, "B-LTA")
            moment = datetime(years[-1], 3, 1, tzinfo=UTC)
            with seals.pki().at(moment):
                found = upgrade(found, seals.pki().stamps("tsa" if years[-1] < 2030 else "tsa2"), moment).data
            self._sealed["main", key, *years] = found
        return found

    def forged(self, change: Change, *, name: str = "main", key: str = "test", vouched: str = "") -> bytes:
        """A decision altered before it was sealed; ``vouched`` is the key that its note on the seal names instead."""
        return seal(self.rendered(name, key_of(vouched or key), change=change), key_of(key), clock.now()).data


def key_of(name: str) -> SealKey:
    """A seal's key by its name."""
    return seals.test_key() if name == "test" else seals.pki().key(name)


def build(app: Flask, town: Town) -> Stage:
    """Decide what there is to decide."""
    stage = Stage(app, town)
    with app.app_context():
        try:
            _decide(stage, town)
        finally:
            session.remove()
    return stage


def _decide(stage: Stage, town: Town) -> None:
    asked: dict[str, Any] = {"fund": town.other_fund.name}
    few = [("Belysning", "60 000"), ("Väktare", "40 000"), ("Trygghetsmätning", "")]
    case_id, older = a_decision(town, a_submitted_request(town), 100_000, 500_000, 300_000, True)
    stage.decisions["older"] = older.public_id
    answer = an_answer(case_id, 100_000, 400_000, 300_000, True, reason="Ett belopp var fel.")
    under = replace(answer.lines[1], condition="Tillstånd ska finnas innan kamerorna köps in.")
    answer = replace(answer, lines=(answer.lines[0], under, *answer.lines[2:]))
    with transaction():
        newer = operations.replace_decision(
            case_id=case_id, answer=answer, reason="Ett belopp var fel.", by=town.actor("kommunchef"), seen_version=None
        )
        stage.decisions["main"] = newer.public_id
    stage.decisions["other"] = a_decision(town, a_submitted_request(town, lines=few, total="100 000", **asked))[1].public_id
    secret = a_submitted_request(town, lines=few, total="100 000", secrecy="ja", **asked)
    stage.decisions["secret"] = a_decision(town, secret, 50_000, 40_000, False)[1].public_id
    stage.decisions["political"] = _political(town, few)
    stage.decisions["long"] = _long(town)
    stage.decisions["unpriced"] = _unpriced(town)


def _in_force(case_id: UUID) -> Decision:
    found = decisions.in_force(case_of(case_id))
    assert found is not None
    return found


def _political(town: Town, lines: list[tuple[str, str]]) -> UUID:
    case_id = a_referred_case(town, a_submitted_request(town, lines=lines, total="100 000", fund=None))
    with transaction():
        operations.record_minutes(
            case_id=case_id,
            minutes=minutes_from(town),
            answer=an_answer(case_id, 0, 0, False),
            by=town.actor("registrator"),
            seen_version=None,
        )
    return _in_force(case_id).public_id


def _long(town: Town) -> UUID:
    lines = [(f"{text} {n}", "1 000") for n in range(12) for text in AWKWARD]
    case_id = a_submitted_request(town, lines=lines, total="60 000", fund=town.other_fund.name)
    text = "\n\n".join(f"{word}\nrad två" for word in AWKWARD)
    answer = an_answer(case_id, *([900] * len(lines)), text=text, reason="\n\n".join(AWKWARD * 20))
    with transaction():
        operations.decide(case_id=case_id, answer=answer, by=town.actor("kommunchef"), seen_version=None)
    return _in_force(case_id).public_id


def _unpriced(town: Town) -> UUID:
    lines = [("Trygghetsmätning", ""), ("Utbildning", "")]
    case_id = a_submitted_request(town, lines=lines, total="70 000", fund=town.other_fund.name)
    return a_decision(town, case_id)[1].public_id


# ---- an attacker's tools ----


def signed_by_hand(
    pdf: bytes, key: SealKey, *, permissions: int | None = 1, field_name: str = "Sigill", form: str = "PADES"
) -> bytes:
    """Signed with pyHanko as it comes, where the product's own sealing would refuse; ``permissions`` None: no certificate."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    from portal.documents.sealing.pades import _Signer
    from portal.documents.sealing.running import finished

    meta = signers.PdfSignatureMetadata(
        field_name=field_name,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter[form],
        certify=permissions is not None,
        docmdp_permissions=fields.MDPPerm(permissions or 1),
    )
    spec = fields.SigFieldSpec(field_name, invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True))
    out = BytesIO()
    with patch("pyhanko.sign.signers.pdf_signer.PdfSigner._check_docmdp", create=True):
        signer = signers.PdfSigner(meta, _Signer(key), new_field_spec=spec)
        finished(signer.async_sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=out))
    return out.getvalue()


def updated(pdf: bytes, change: Callable[[Any], None]) -> bytes:
    """The file with an incremental update: what stood there stands first, unchanged."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    out = BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(pdf)
    return out.getvalue()


def byte_range(pdf: bytes) -> tuple[int, int, list[int]]:
    """Where the first seal's byte range stands (between its brackets), and its numbers."""
    found = re.search(rb"/ByteRange ?\[([^\]]*)\]", pdf)
    assert found
    return found.start(1), found.end(1), [int(each) for each in found[1].split()]


def with_byte_range(pdf: bytes, *numbers: int) -> bytes:
    """The file with other numbers in its byte range, in as many bytes."""
    start, end, _old = byte_range(pdf)
    text = b" ".join(b"%d" % each for each in numbers)
    assert len(text) <= end - start
    return pdf[:start] + text.ljust(end - start) + pdf[end:]
