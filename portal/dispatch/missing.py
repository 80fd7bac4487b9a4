"""Documents of decisions that are not there: queued again, or tried at once where they wait for another try."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select

from portal.db import session, transaction
from portal.decisions import deciding
from portal.decisions.models import Decision
from portal.documents.models import Document
from portal.outbox import operations as outbox

_AT_A_TIME = 500


@dataclass(slots=True)
class Asked:
    """How many were queued, and how many that waited for another try are tried at once."""

    queued: int = 0
    hurried: int = 0


def make_missing() -> Asked:
    """Ask for the document of each decision in force that has none, in transactions of some hundreds.

    What is done in the outbox stays done: whose document was made and disposed of gets no other. Call outside a transaction.
    """
    asked, after = Asked(), 0
    while found := _lacking(after):
        with transaction():
            for _id, decision in found:
                if deciding.queue_document(decision):
                    asked.queued += 1
                elif outbox.retry(deciding.document_key(decision)):
                    asked.hurried += 1
        after = found[-1][0]
    return asked


def _lacking(after: int) -> Sequence[tuple[int, str]]:
    """Row and public ids of the next decisions in force without a document."""
    made = exists().where(Document.source_id == Decision.public_id, Document.kind == "decision")
    statement = select(Decision.id, Decision.public_id).where(Decision.id > after, Decision.replaced_at.is_(None), ~made)
    rows = session.execute(statement.order_by(Decision.id).limit(_AT_A_TIME)).all()
    return [(row_id, str(public_id)) for row_id, public_id in rows]
