"""What the worker does after commit: documents made, copies and notices sent, the log signed and checked.

Every handler can be run again after a kill at any point: bytes are kept under their own hash before any row names
them, a row and the end of its task are one transaction, and a mail that goes twice carries one Message-ID.
"""

import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from portal import clock
from portal.db import session, transaction
from portal.decisions import queries as decisions
from portal.decisions import statement_document
from portal.decisions.document import Frame
from portal.decisions.models import Decision
from portal.decisions.proof import proof_of
from portal.dispatch import many, noticing, operations, queries, reminders, returning, sending
from portal.dispatch.reading import decision_document as document_of
from portal.documents import scans, scrubbing, seals, sender
from portal.documents.operations import add_document
from portal.documents.press import TooLarge
from portal.documents.queries import by_key, named_files
from portal.documents.sealing import SealError, seal_note
from portal.documents.shapes import Proof
from portal.documents.store import current_store
from portal.documents.uploads import in_filename
from portal.funding_requests import queries as requests
from portal.funding_requests.document import of_version
from portal.log import keys, verifier, witness
from portal.log import operations as log
from portal.log import queries as log_queries
from portal.outbox import operations as outbox
from portal.outbox.operations import Task
from portal.outbox.worker import Failed, Handler, Recurring
from portal.people.queries import is_demo
from portal.settings import current_settings
from portal.text import _
from portal.verify import printed

_logger = logging.getLogger(__name__)

PDF = "application/pdf"
UNNAMED_FOR = timedelta(days=1)

Payload = Mapping[str, object]


def _id(payload: Payload, name: str) -> UUID:
    return UUID(str(payload[name]))


def _log_key() -> keys.LogKey:
    return keys.load_or_create_log_key(current_settings().instance / "log_key")


def sign() -> None:
    """Sign the log as it stands, and keep the note outside the database too. Raises Failed when the log is broken."""
    key = _log_key()
    try:
        with transaction():
            checkpoint = log.sign_checkpoint(key)
            note = checkpoint.note if checkpoint else ""
    except log.LogBroken as broken:
        _logger.exception("the log is broken; nothing more is signed")
        raise Failed(_("Loggen är bruten och undertecknas inte. Kör kontrollen av loggen.")) from broken
    if note:
        witness.remember(current_settings().instance / "log_notes", note)


def _proof(seq: int, seal: str) -> Proof:
    """That the entry stands in the signed log: what is printed on the last page of the decision."""
    covered = log_queries.latest_checkpoint()
    if covered is None or covered.size < seq:
        session.rollback()
        sign()
    whole = log.proof_for(seq)
    entry = log_queries.evidence(seq)
    assert entry is not None, "nothing of a decision is disposed of before its document is made"
    proof = printed.Printed(whole, entry.salt, entry.body, seal)
    return proof_of(seq, proof) | {
        "key": keys.public_key_text(_log_key()),
        "address": f"{current_settings().public_address.rstrip('/')}/kontrollera",
        "block": printed.block(proof),
    }


def decision_document(payload: Payload, task: Task) -> None:
    """Sign the log, render the decision with the proof in it, keep it once, and queue copies where that is now."""
    found = queries.decision_for_worker(_id(payload, "decision"))
    if found is None:
        return
    made = None if document_of(found[0]) else _sealed_decision(found[0])
    with transaction():
        found = queries.decision_for_worker(_id(payload, "decision"))
        if found is None:
            return
        decision, case = found
        if made is not None and document_of(decision) is None:
            document = add_document(
                case_id=case.id,
                kind="decision",
                title=_("%(capacity)s %(number)s", capacity=decision.capacity.capitalize(), number=decision.number),
                filename=f"beslut-{in_filename(decision.number)}.pdf",
                mime=PDF,
                sha256=made.sha256,
                size=len(made.sealed.data),
                version=queries.version_of(decision),
                source_id=decision.public_id,
                by=None,
            )
            seals.keep(document, made)
        if current_settings().dispatch_at == "decision" and decision.replaced_at is None:
            operations.queue_copies(decision)
        outbox.finish(task)


def _sealed_decision(decision: Decision) -> seals.Made:
    decision_id, seq = decision.public_id, decision.log_seq
    assert seq is not None, "a decision is written with its log entry"
    try:
        key, stamps = seals.current_seal()
        proof = _proof(seq, seal_note(key, _log_key(), stamps))
        return seals.seal(_rendered_decision(decision_id, proof), key, stamps)
    except SealError as error:  # the decision stands; its document waits for a seal that can be used
        raise Failed(str(error)) from error
    except TooLarge as error:
        raise Failed(_("Handlingen är för stor för att göras.")) from error


def _rendered_decision(decision_id: UUID, proof: Proof) -> bytes:
    found = queries.decision_for_worker(decision_id)
    assert found is not None
    frame = Frame(sender.municipality(), clock.now(), test=bool(is_demo()))
    data = decisions.document_data(found[0], found[1], frame, proof)
    # As it was when the case was decided: the number in a register kept elsewhere may have been corrected since.
    data["case_number"] = json.loads(proof["body"])["number"]
    session.rollback()  # typst and the seal take their time; nothing is held meanwhile
    return sender.printed("decision", data)


def submission_document(payload: Payload, task: Task) -> None:
    """Render a frozen version of a request, and keep it once."""
    version, case = requests.version(_id(payload, "version"))
    number = version.number
    if by_key(case.id, "submission", number) is not None:
        return
    data = of_version(version, case.diary_number, municipality=sender.municipality(), test=bool(is_demo()))
    session.rollback()
    pdf = sender.printed("submission", data)
    digest = current_store().put(pdf)
    with transaction():
        version, case = requests.version(_id(payload, "version"))
        if by_key(case.id, "submission", number) is None:
            add_document(
                case_id=case.id,
                kind="submission",
                title=_("Tjänsteskrivelse, version %(number)s", number=number),
                filename=f"tjansteskrivelse-{in_filename(case.diary_number or '')}-{number}.pdf",
                mime=PDF,
                sha256=digest,
                size=len(pdf),
                version=number,
                source_id=version.public_id,
                by=None,
            )
        outbox.finish(task)


def checkpoint(_payload: Payload, _task: Task) -> None:
    """Sign the log as it stands."""
    sign()


def log_check(_payload: Payload, task: Task) -> None:
    """Check the whole log and keep the verdict for the pages that show it."""
    verdict = verifier.verify(_log_key().public, witness.recall(current_settings().instance / "log_notes"))
    with transaction():
        log.record_check(verdict)
        outbox.finish(task)


def sweep(_payload: Payload, task: Task) -> None:
    """Take away the stored files of more than a day that no row names: uploaded and never read in, or of a draft thrown away.

    A transaction names what it has put within minutes, and a file that is looked through within half a day.
    """
    before = clock.now() - UNNAMED_FOR
    with transaction():
        named = named_files()
        outbox.finish(task)
    if named:  # a database without any is a new one beside old files, not one that has forgotten them all
        swept = current_store().sweep(named, before)
        _logger.info("%s stored files that no row named were taken away", swept)


HANDLERS: dict[str, Handler] = {
    "decision_document": decision_document,
    "submission_document": submission_document,
    statement_document.KIND: statement_document.make,
    statement_document.CATCH_UP: statement_document.catch_up,
    "copy": sending.copy,
    many.KIND: sending.copies,
    returning.KIND: returning.read_mailbox,
    noticing.KIND: noticing.notice,
    noticing.MAIL: noticing.send,
    noticing.DIGESTS: noticing.queue_digests,
    noticing.DIGEST: noticing.send_digest,
    "checkpoint": checkpoint,
    "log_check": log_check,
    reminders.KIND: reminders.remind,
    "sweep": sweep,
    scans.KIND: scans.scan,
    scans.AGAIN: scans.scan_again,
    scrubbing.KIND: scrubbing.scrub,
    seals.KIND: seals.upgrade,
    seals.RENEWALS: seals.renewals,
}
RECURRING: tuple[Recurring, ...] = (
    Recurring("checkpoint", timedelta(hours=1)),
    Recurring("log_check", timedelta(hours=1)),
    reminders.DAILY,
    returning.OFTEN,
    noticing.HOURLY,
    Recurring("sweep", timedelta(days=1)),
    scrubbing.NIGHTLY,
    statement_document.DAILY,
    scans.HOURLY,
    seals.HOURLY,
)
