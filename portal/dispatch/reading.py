"""Opening a copy: noted once, and of a secret case noted before the bytes leave."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.exc import OperationalError

from portal import clock, veil
from portal.db import session, transaction
from portal.decisions import queries as decisions
from portal.decisions.document import Frame
from portal.decisions.models import Decision
from portal.dispatch import operations, queries
from portal.dispatch.queries import Received
from portal.documents import sender
from portal.documents.masked_copies import KIND as MASKED
from portal.documents.models import Document
from portal.documents.queries import by_source
from portal.documents.store import Store
from portal.documents.uploads import in_filename
from portal.errors import Unknown
from portal.log.models import READ_SECRET
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.people.queries import is_demo
from portal.register import secrecy
from portal.register.operations import record
from portal.text import _


def _without(hidden: secrecy.Hidden, copy_id: UUID, by: Actor) -> bytes:
    """The decision as PDF made anew without what is hidden from the reader: no seal and no proof, which are of the whole."""
    session.rollback()  # what was read before the veil lay
    veil.lay(veil.Veil(hidden.words, hidden.sources, lines=True))
    received = queries.received(copy_id, by)
    frame = Frame(sender.municipality(), clock.now(), test=bool(is_demo()))
    data = decisions.document_data(received.copy.decision, received.case, frame)
    return sender.printed_at_ease("decision", data)


def note_opened(copy_id: UUID, who: Callable[[], Actor]) -> None:
    """Note that the copy was opened, in a transaction of its own, unless it has been. Raises Unknown.

    A busy database does not keep anyone from reading: the next opening is noted instead.
    """
    if queries.received(copy_id, who()).copy.opened_at is not None:
        return
    try:
        with transaction():
            operations.open_copy(copy_id=copy_id, by=who())
    except OperationalError:
        session.rollback()


def document_of(received: Received) -> Document | None:
    """The PDF that the copy's reader may see; None while it is being made, and where none may be seen."""
    if received.readable:
        return decision_document(received.copy.decision)
    if received.case.is_partly_secret:  # a masked copy may be older than a mark on a part
        return None
    return masked_document(received.copy.decision) if received.copy.masked else None


def masked_document(decision: Decision) -> Document | None:
    """The newest masked copy of a decision's PDF; None where the registrar has made none."""
    original = decision_document(decision)
    return by_source(original.public_id, MASKED) if original else None


def decision_document(decision: Decision) -> Document | None:
    """The PDF of a decision; None while it is being made."""
    return by_source(decision.public_id, "decision")


def decision_pdf(copy_id: UUID, who: Callable[[], Actor], store: Store) -> tuple[str, bytes]:
    """File name and bytes of the decision sent as this copy; opening it counts as opening the copy.

    Raises Unknown when the copy is not the person's, may not be read, or its PDF is being made.
    """
    received = queries.received(copy_id, who())
    document = document_of(received)
    if document is None:
        raise Unknown
    name, digest, case = document.filename, document.file.sha256, received.case
    hidden = secrecy.hidden(case, who()) if received.readable else secrecy.NOTHING  # a masked copy goes as it is
    logged = case.is_secret or (case.is_partly_secret and not hidden)
    note_opened(copy_id, who)
    if logged:
        with transaction():
            again = queries.received(copy_id, who())
            acting = who().acting(Permission.RECEIVE_COPIES, again.copy.unit_id)
            body = {"recipient": again.copy.recipient}
            record(again.case, READ_SECRET, by=acting, body=body, kind="copy", object_id=copy_id)
    if hidden.lines:
        return f"{name.removesuffix('.pdf')}-{in_filename(_('uppgift utelämnad'))}.pdf", _without(hidden, copy_id, who())
    return name, store.read(digest)
