"""Sending copies: into the unit's inbox, by mail with the PDF, or both; one by one, or many in a batch.

A copy and the end of its task are one transaction. A worker killed in the middle of a batch leaves those it has sent as
sent, and the batch goes on from there; a mail that goes twice carries one Message-ID.
"""

import time
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from portal import clock
from portal.db import session, transaction
from portal.decisions.models import Decision
from portal.dispatch import letters, mail, missives, operations, queries
from portal.dispatch.mail import Letter
from portal.dispatch.queries import ToSend
from portal.dispatch.reading import decision_document, masked_document
from portal.dispatch.recipients import ACTION
from portal.documents import sender
from portal.documents.models import Document
from portal.documents.store import current_store
from portal.log import queries as log_queries
from portal.outbox import operations as outbox
from portal.outbox.operations import Task
from portal.outbox.worker import Failed, Later
from portal.people.queries import is_demo
from portal.settings import current_settings
from portal.text import _

SECONDS_UNTIL_DOCUMENT = 2
# A mail that the server would not take so many times, for so long, counts as one that did not come through. A server
# that cannot be reached counts against no mail: that is tried until it answers (RFC 5321 4.5.4.1).
TRIES = 5
TRIED_FOR = timedelta(hours=1)
BATCH_SECONDS = outbox.LEASE_SECONDS / 3  # a batch that takes longer is put down, and taken up where it was

Payload = Mapping[str, object]


def mails() -> bool:
    """Whether mail goes anywhere: to the configured server, or in a demo to its outbox page."""
    return current_settings().mail is not None or bool(is_demo())


def hand_over(letter: Letter) -> None:
    """To the mail server; in a demo nothing leaves, and the mail is only kept."""
    server = current_settings().mail
    if is_demo() or server is None:
        mail.build(letter, "portalen@localhost")
        return
    session.rollback()
    mail.hand_over(letter, server)


def copy(payload: Payload, task: Task) -> None:
    """Send one copy. It waits for the PDF."""
    copy_id = UUID(str(payload["copy"]))
    found = queries.to_send(copy_id)
    if found is None or found.copy.state != "waiting":
        return
    _require_document(found)
    stood, (letter, failure) = _standing(found), _written(found)
    if letter is not None:
        if not _still_waits(copy_id, stood):
            return
        try:
            hand_over(letter)
        except mail.Undeliverable as error:
            failure = str(error)
        except mail.NotNow as error:
            if not (error.of_this_mail and task.failures >= TRIES and clock.now() - letter.at > TRIED_FOR):
                raise Failed(str(error)) from error
            failure = str(error)
    with transaction():
        _end(copy_id, letter, failure)
        outbox.finish(task)


def copies(payload: Payload, task: Task) -> None:
    """Send a batch of one decision's copies; one that the server would not take just now gets a task of its own."""
    ids = [UUID(str(each)) for each in payload["copies"]]  # type: ignore[attr-defined]  # a list of strings
    begun = time.monotonic()
    for copy_id in ids:
        if time.monotonic() - begun > BATCH_SECONDS:
            raise Later(0, _("Resten av utskicket väntar på sin tur."))
        _one_of_many(copy_id)
    with transaction():
        sent = queries.sent_among(ids)
        if sent:
            operations.tell_sent(sent[0].case, sent[0].decision, [each.copy for each in sent])
        outbox.finish(task)


def _one_of_many(copy_id: UUID) -> None:
    found = queries.to_send(copy_id)
    if found is None or found.copy.state != "waiting":
        return
    _require_document(found)
    stood, (letter, failure) = _standing(found), _written(found)
    if letter is not None:
        if not _still_waits(copy_id, stood):
            return
        try:
            hand_over(letter)
        except mail.Undeliverable as error:
            failure = str(error)
        except mail.NotNow as error:
            if not error.of_this_mail:
                raise Failed(str(error)) from error
            with transaction():
                alone = queries.to_send(copy_id)
                if alone is not None:
                    operations.enqueue(alone.copy)
            return
    with transaction():
        _end(copy_id, letter, failure, told=False)


def _standing(found: ToSend) -> tuple[int, bool, bool]:
    """What a letter is written from beside the decision: how the copy stands, and what is marked in its case."""
    return found.copy.version, found.case.is_secret, found.case.is_partly_secret


def _still_waits(copy_id: UUID, stood: tuple[int, bool, bool]) -> bool:
    """Whether the copy still waits as it ``stood`` when its letter was made: one that was held or sent again meanwhile has
    a task of its own by then. Raises Later where a mark was set or lifted that left the copy as it was: its letter is made
    anew."""
    session.rollback()
    again = queries.to_send(copy_id)
    if again is None or again.copy.state != "waiting" or again.copy.version != stood[0]:
        return False
    if _standing(again) != stood:
        raise Later(0, _("Ärendets sekretessmarkering har ändrats. Brevet skrivs på nytt."))
    return True


def _require_document(found: ToSend) -> None:
    """Raises Later while the decision's PDF is being made."""
    if decision_document(found.decision) is None:
        raise Later(SECONDS_UNTIL_DOCUMENT, _("Beslutshandlingen skapas."))


def _written(found: ToSend) -> tuple[Letter | None, str]:
    """The mail, None where the copy goes to an inbox alone; and why it goes nowhere, empty where it does."""
    if found.copy.email and mails():
        return _letter(found), ""
    if found.copy.unit_id is None:
        return None, _("E-post är inte inställd. Lämna kopian på annat sätt.")
    return None, ""


def enclosed_document(found: ToSend) -> Document | None:
    """The PDF that goes with the copy: of a secret case the masked one, for whoever gets that, or none; of a case with a mark
    on a part of it none, since a masked copy may be older than the mark."""
    if found.case.is_partly_secret:
        return None
    if not found.case.is_secret:
        return decision_document(found.decision)
    return masked_document(found.decision) if found.copy.masked else None


def _letter(found: ToSend) -> Letter:
    about = operations.about(found.case, f"/kopior/{found.copy.public_id}" if found.copy.unit_id else "")
    checkpoint = log_queries.latest_checkpoint()
    enclosed = enclosed_document(found)
    return Letter(
        message_id=found.copy.message_id,
        to=found.copy.email or "",
        subject=letters.subject(_("Beslut i ärende"), about),
        body=letters.copy_text(
            about,
            decision=_("Beslut %(number)s", number=found.decision.number),
            to_act=found.copy.kind == ACTION,
            in_portal=found.copy.unit_id is not None,
            checkpoint=checkpoint.note if checkpoint else "",
            masked=enclosed is not None and about.is_secret,
            replaces=found.decision.replaces.number if found.decision.replaces else "",
        ),
        at=found.copy.queued_at,
        attached=_attached(found, enclosed) if enclosed else (),
        wants_report=True,
    )


def _attached(found: ToSend, document: Document) -> tuple[mail.Attached, ...]:
    """The decision, and the letter that goes with it; of a secret case the masked copy alone."""
    decision = mail.Attached(document.filename, current_store().read(document.file.sha256))
    if found.case.is_secret:
        return (decision,)
    letter = sender.printed("dispatch_letter", missives.of_copy(found))
    return (decision, mail.Attached(missives.filename(found.decision), letter))


def _end(copy_id: UUID, letter: Letter | None, failure: str, *, told: bool = True) -> None:
    """The copy is sent, or has failed; unless someone has handed it over meanwhile."""
    found = queries.to_send(copy_id)
    if found is None or found.copy.state != "waiting":
        return
    if failure:
        operations.mark_failed(found.copy, found.case, failure)
    else:
        operations.mark_sent(found.copy, found.case, letter, _sha256(found, found.decision), told=told)


def _sha256(found: ToSend, decision: Decision) -> str | None:
    """Of the PDF that went with the copy, or that its unit reads in the portal; None where none did."""
    document = enclosed_document(found) or (decision_document(decision) if found.copy.unit_id else None)
    return document.file.sha256 if document else None
