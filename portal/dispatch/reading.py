"""Opening a copy: noted once, and of a secret case noted before the bytes leave."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.exc import OperationalError

from portal.db import session, transaction
from portal.decisions.models import Decision
from portal.dispatch import operations, queries
from portal.dispatch.queries import Received
from portal.documents.masked_copies import KIND as MASKED
from portal.documents.models import Document
from portal.documents.queries import by_source
from portal.documents.store import Store
from portal.errors import Unknown
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register.operations import record


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
    name, digest, is_secret = document.filename, document.file.sha256, received.case.is_secret
    note_opened(copy_id, who)
    if is_secret:
        with transaction():
            again = queries.received(copy_id, who())
            acting = who().acting(Permission.RECEIVE_COPIES, again.copy.unit_id)
            body = {"recipient": again.copy.recipient}
            record(again.case, "register.read_secret", by=acting, body=body, kind="copy", object_id=copy_id)
    return name, store.read(digest)
