"""Queueing copies, sending them again, noting that they were opened and acknowledged: the only writes of this package."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from portal import clock
from portal.accounting import operations as accounting
from portal.accounting.coding import Entry
from portal.accounting.operations import decision_in_force
from portal.db import session
from portal.decisions.models import Decision
from portal.dispatch import addressing, mail, many, queries, recipients
from portal.dispatch.letters import About
from portal.dispatch.models import Copy, Mail
from portal.dispatch.recipients import Addressee
from portal.dispatch.rules import REFUSALS, failure_said
from portal.documents.queries import by_source
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests.acting import begin
from portal.funding_requests.lifecycle import Action
from portal.outbox import operations as outbox
from portal.people.actor import Actor
from portal.people.addresses import known_by
from portal.people.permissions import Permission
from portal.register import documents
from portal.register import operations as register
from portal.register import queries as cases
from portal.register.document_models import Direction, Source
from portal.register.documents import Registration
from portal.register.models import Case
from portal.settings import current_settings
from portal.text import _


def record_and_queue(
    *,
    case_id: UUID,
    entry: Entry | None,
    by: Actor,
    seen_version: int | None,
    to_act: Sequence[str] = (),
    added: Sequence[Addressee] = (),
) -> Decision:
    """Record the decision in the budget and queue its copies, in the same transaction; none where the registrar has sent them.

    ``to_act`` names the recipients whose copy is marked *ska åtgärdas*, ``added`` those that the request did not name.
    Raises what ``accounting.operations.record`` raises.
    """
    decision = accounting.record(case_id=case_id, entry=entry, by=by, seen_version=seen_version)
    if queries.are_sent_already(decision):
        if added:
            raise Invalid({"": _("Kopiorna av beslutet är redan skickade. Ta bort de mottagare som lagts till.")})
    else:
        queue_copies(decision, to_act=to_act, added=added, by=by)
    return decision


def send_copies(*, case_id: UUID, by: Actor, seen_version: int | None) -> Decision:
    """The registrar queues the copies of the decision in force where finance has not come to it; its status stays.

    Raises Refused, Conflict and Unknown.
    """
    case, facts = begin(case_id, Action.SEND_COPIES, by, seen_version, queries.case_facts, REFUSALS)
    decision = decision_in_force(case)
    body = {"decision": decision.number}
    register.record(case, "dispatch.send_copies", by=facts.actor, body=body, kind="decision", object_id=decision.public_id)
    queue_copies(decision, by=facts.actor)
    register.touch(case)
    return decision


def queue_copies(
    decision: Decision, *, to_act: Sequence[str] = (), added: Sequence[Addressee] = (), by: Actor | None = None
) -> list[str]:
    """One copy of the decision per recipient (``addressing.book``) and per added one; each only once, ever.

    A recipient that is neither a unit nor has an e-mail address gets a failed copy with its sentence, for finance to
    print and hand over. Returns the new recipients. ``by`` is None when the portal queues them itself. Raises Invalid.
    """
    if problems := recipients.problems(added):
        raise Invalid(problems)
    book = addressing.book(decision, added)
    wanted = recipients.with_changes(book.everyone, to_act, added)
    if len(added) > recipients.MOST:
        raise Invalid({"": _("Högst 10\u00a0000 mottagare läggs till åt gången, utöver dem som beslutet redan går till.")})
    present = queries.recipients_of(decision)
    new = [(each, book.way(each)) for each in wanted if known_by(each.name) not in present]
    if len(new) >= many.FROM:
        many.queue(decision, new)
    else:
        for each, reached in new:
            _queue(decision, each, reached)
    if new:
        _tell_queued(decision, [each.name for each, _reached in new], by)
    return [each.name for each, _reached in new]


def _tell_queued(decision: Decision, names: Sequence[str], by: Actor | None) -> None:
    """A log entry with the recipients; of many the first, and the SHA-256 of all their names, one on each line."""
    case = session.get_one(Case, decision.case_id)
    body: dict[str, object] = {"count": len(names), "decision": decision.number, "recipients": list(names[: many.FROM])}
    if len(names) > many.FROM:
        body["recipients_sha256"] = hashlib.sha256("\n".join(names).encode()).hexdigest()
    acting = by.acting(Permission.RECORD_BUDGET) if by and by.acting_role is None else by
    register.record(case, "dispatch.queue", by=acting, body=body, kind="decision", object_id=decision.public_id)


def _queue(decision: Decision, addressee: Addressee, reached: recipients.Reached) -> None:
    copy = Copy(**many.row(decision, addressee, reached))
    session.add(copy)
    session.flush()  # the unique recipient is tried now, before anything is queued for it
    if not reached.failure:
        enqueue(copy)


def enqueue(copy: Copy) -> None:
    """Queue the sending of one copy, as it now stands."""
    outbox.enqueue(kind="copy", payload={"copy": str(copy.public_id)}, key=f"copy:{copy.public_id}:{copy.version}")


def retry(*, case_id: UUID, copy_id: UUID, email: str | None, by: Actor) -> Copy:
    """Send a failed copy again, to ``email`` when it is given. The mail keeps its Message-ID.

    Raises Refused, Unknown, and Invalid when the address is none or there is still nowhere to send it.
    """
    case, copy, by = _copy_to_handle(case_id, copy_id, by, "retry")
    address = (email or "").strip() or copy.email
    if address and (problem := recipients.address_problem(address)):
        raise Invalid({"email": problem})
    if not address and copy.unit_id is None:
        raise Invalid({"email": _("Ange den e-postadress som kopian ska skickas till.")})
    copy.email = address
    send_again(copy)
    body = {"recipient": copy.recipient, "email": address or ""}
    register.record(case, "dispatch.retry", by=by, body=body, kind="copy", object_id=copy.public_id)
    return copy


def send_again(copy: Copy) -> None:
    """Put a copy that failed or was held on its way again. The mail keeps its Message-ID."""
    copy.state, copy.failure = "waiting", ""
    copy.version += 1
    enqueue(copy)


def release(copy: Copy, case: Case) -> None:
    """Put a copy that was held on its way again, since no mark stands any more."""
    send_again(copy)
    body = {"recipient": copy.recipient}
    register.record(case, "dispatch.release", by=None, body=body, kind="copy", object_id=copy.public_id)


def note_delivery(*, case_id: UUID, copy_id: UUID, note: str, handed_by: str = "", by: Actor) -> Copy:
    """Note that a copy was printed and handed over, or reached its recipient in another way: ``note`` says how.

    ``handed_by`` is who handed it over, where that is not ``by``. Raises Refused, Unknown, and Invalid without a note.
    """
    case, copy, by = _copy_to_handle(case_id, copy_id, by, "note_delivery")
    if not note:
        raise Invalid({"note": _("Skriv hur kopian lämnades, till exempel med post.")})
    document = by_source(copy.decision.public_id, "decision")
    copy.state, copy.failure, copy.delivered_at, copy.delivered_by_id = "delivered", "", clock.now(), by.person_id
    copy.delivery_note = (_("%(note)s, av %(name)s", note=note, name=handed_by) if handed_by else note)[:400]
    copy.document_sha256 = document.file.sha256 if document else None
    copy.sent_at = copy.sent_at or copy.delivered_at
    copy.version += 1
    _register(copy, case, by=by)
    body = {"recipient": copy.recipient, "note": copy.delivery_note, "channel": "hand", "sha256": copy.document_sha256 or ""}
    register.record(case, "dispatch.note_delivery", by=by, body=body, kind="copy", object_id=copy.public_id)
    return copy


def _copy_to_handle(case_id: UUID, copy_id: UUID, by: Actor, rule: str) -> tuple[Case, Copy, Actor]:
    case = cases.get_case(case_id, by, lock=True)
    copy = queries.copy_of_case(copy_id, case)
    finance = by.may(Permission.RECORD_BUDGET)
    by = by.acting(Permission.RECORD_BUDGET if finance else Permission.KEEP_REGISTER)
    if refusal := REFUSALS[rule](queries.facts(copy, case, by)):
        raise Refused(refusal)
    return case, copy, by


def open_copy(*, copy_id: UUID, by: Actor) -> Copy:
    """Note who opened the copy first, and when; opening it again changes nothing. Raises Unknown."""
    received = queries.received(copy_id, by, lock=True)
    copy = received.copy
    if copy.opened_at is None:
        acting = by.acting(Permission.RECEIVE_COPIES, copy.unit_id)
        copy.opened_at, copy.opened_by_id = clock.now(), by.person_id
        copy.version += 1
        body = {"recipient": copy.recipient}
        register.record(received.case, "dispatch.open", by=acting, body=body, kind="copy", object_id=copy.public_id)
    return copy


def acknowledge(*, copy_id: UUID, by: Actor) -> Copy:
    """Acknowledge a copy marked *ska åtgärdas*. Raises Refused, Unknown, and Conflict when it is done already."""
    received = queries.received(copy_id, by, lock=True)
    copy = received.copy
    if copy.acknowledged_at is not None:
        raise Conflict(_("Mottagandet är redan kvitterat."))
    if refusal := REFUSALS["acknowledge"](queries.facts(copy, received.case, by)):
        raise Refused(refusal)
    acting = by.acting(Permission.RECEIVE_COPIES, copy.unit_id)
    copy.acknowledged_at, copy.acknowledged_by_id = clock.now(), by.person_id
    if copy.opened_at is None:
        copy.opened_at, copy.opened_by_id = copy.acknowledged_at, by.person_id
    copy.version += 1
    body = {"recipient": copy.recipient}
    register.record(received.case, "dispatch.acknowledge", by=acting, body=body, kind="copy", object_id=copy.public_id)
    return copy


def mark_sent(copy: Copy, case: Case, letter: mail.Letter | None, sha256: str | None, *, told: bool = True) -> None:
    """The copy lies in its inbox and its mail, if any, has been handed over. Sent once, however often it is marked.

    ``sha256`` is of the PDF that went with it. With ``told`` false whoever calls tells the log of many at once.
    """
    if copy.state != "waiting":
        return
    documents.hold(case)  # no act on the case holds it here, and its documents are numbered
    copy.state, copy.failure, copy.sent_at, copy.document_sha256 = "sent", "", clock.now(), sha256
    copy.version += 1
    _register(copy, case, by=None)
    if letter is not None:
        keep(letter)
    if told:
        body = {
            "recipient": copy.recipient,
            "email": copy.email or "",
            "in_portal": copy.unit_id is not None,
            "sha256": sha256 or "",
        }
        register.record(case, "dispatch.send", by=None, body=body, kind="copy", object_id=copy.public_id)


def tell_sent(case: Case, decision: Decision, copies: Sequence[Copy]) -> None:
    """One log entry for many copies sent: to whom, where, when, and the SHA-256 of the document."""
    sent = [
        {
            "recipient": copy.recipient,
            "email": copy.email or "",
            "in_portal": copy.unit_id is not None,
            "sent_at": copy.sent_at.isoformat(),
            "sha256": copy.document_sha256 or "",
        }
        for copy in copies
        if copy.sent_at
    ]
    body = {"count": len(sent), "decision": decision.number, "copies": sent}
    register.record(case, "dispatch.send_many", by=None, body=body, kind="decision", object_id=decision.public_id)


def _register(copy: Copy, case: Case, *, by: Actor | None) -> None:
    """A copy that has gone, with its letter. To a unit of one's own it is not dispatched (2 kap. 11 §
    tryckfrihetsförordningen). Registered once, however often it goes."""
    if documents.is_registered(copy.public_id):
        return
    entry = Registration(
        source=Source.COPY,
        source_id=copy.public_id,
        title=_("Beslut %(number)s till %(name)s", number=copy.decision.number, name=copy.recipient),
        public_title=_("Beslut %(number)s", number=copy.decision.number),
        direction=Direction.OUT,
        counterparty=copy.recipient,
        outside=copy.unit_id is None,
    )
    documents.register(case, entry, by=by, now=clock.now())


def mark_failed(copy: Copy, case: Case, reason: str) -> None:
    """The copy did not come through; ``reason`` is the sentence shown to finance, who may send it again or hand it over, or
    ``HELD``."""
    copy.state, copy.failure = "failed", reason
    copy.version += 1
    body = {"recipient": copy.recipient, "reason": failure_said(reason)}
    register.record(case, "dispatch.fail", by=None, body=body, kind="copy", object_id=copy.public_id)


def note_reminder(copy: Copy, case: Case) -> None:
    """The unit is reminded to acknowledge the copy; the caller queues the mail."""
    copy.reminded_at = clock.now()
    copy.version += 1
    body = {"recipient": copy.recipient}
    register.record(case, "dispatch.remind", by=None, body=body, kind="copy", object_id=copy.public_id)


def mark_returned(copy: Copy, case: Case, reason: str) -> None:
    """The mail came back. A copy that lies in an inbox too has arrived all the same: only the reason is told."""
    if copy.unit_id is None:
        mark_failed(copy, case, reason)
        return
    copy.failure = reason
    copy.version += 1
    body = {"recipient": copy.recipient, "reason": reason}
    register.record(case, "dispatch.fail", by=None, body=body, kind="copy", object_id=copy.public_id)


def keep(letter: mail.Letter) -> None:
    """Keep what was handed over, once per Message-ID; it is what a demo shows instead of sending."""
    if queries.is_kept(letter.message_id):
        return
    session.add(
        Mail(
            message_id=letter.message_id,
            to=letter.to,
            subject=letter.subject,
            body=letter.body,
            attachments=mail.names(letter.attached),
            sent_at=clock.now(),
        )
    )


def about(case: Case, path: str = "") -> About:
    """What mails say of a case; ``path`` is where it is read, the case's own page when it is left out."""
    settings = current_settings()
    return About(
        number=case.diary_number or "",
        title=case.public_title,
        is_secret=case.is_secret,
        is_partly_secret=case.is_partly_secret,
        municipality=settings.municipality,
        address=settings.public_address.rstrip("/") + (path or f"/askanden/{case.public_id}"),
    )
