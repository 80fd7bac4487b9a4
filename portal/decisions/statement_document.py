"""Finance's statement (yttrande) as a document of its case: made by the worker once it has been given, and kept once.

Statements given before the portal made documents of them get theirs by the daily look for such, while the case is open.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.db import session, transaction
from portal.decisions.models import Statement
from portal.decisions.statement import COST_TYPES, STANCES
from portal.documents import sender
from portal.documents.letter_shapes import StatementDocument
from portal.documents.models import Document
from portal.documents.operations import add_document
from portal.documents.queries import by_source
from portal.documents.store import current_store
from portal.documents.uploads import in_filename
from portal.errors import Unknown
from portal.funding_requests.content import Content
from portal.funding_requests.lifecycle import Status
from portal.funding_requests.models import FundingRequest, RequestVersion
from portal.outbox import operations as outbox
from portal.outbox.operations import Task
from portal.outbox.worker import Recurring
from portal.people.permissions import Role
from portal.people.queries import is_demo, roles
from portal.register.models import Case
from portal.text import _

KIND, CATCH_UP = "statement_document", "statement_documents"
DAILY = Recurring(CATCH_UP, timedelta(days=1))
DOCUMENT = "statement"
_PDF = "application/pdf"
_AT_A_TIME = 500
_DONE_WITH = (Status.CLOSED.value, Status.ARCHIVED.value)


def enqueue(statement_id: UUID) -> None:
    """Queue the document of the statement with that public id, once ever."""
    outbox.enqueue(kind=KIND, payload={"statement": str(statement_id)}, key=f"{KIND}:{statement_id}")


def make(payload: Mapping[str, object], task: Task) -> None:
    """Render the statement and keep it once; run again, it finds what it made."""
    public_id = UUID(str(payload["statement"]))
    found = _found(public_id)
    if found is None or by_source(public_id, DOCUMENT) is not None:
        return
    data = document_data(*found)
    session.rollback()  # typst takes its time; nothing is held meanwhile
    pdf = sender.printed("statement", data)
    digest = current_store().put(pdf)
    with transaction():
        found = _found(public_id)
        if found is not None and by_source(public_id, DOCUMENT) is None:
            _keep(*found, digest, len(pdf))
        outbox.finish(task)


def catch_up(_payload: Mapping[str, object], task: Task) -> None:
    """Queue what statements of open cases lack: their document."""
    made = exists().where(Document.source_id == Statement.public_id, Document.kind == DOCUMENT)
    lacking = select(Statement.public_id).join(Case, Case.id == Statement.case_id)
    lacking = lacking.where(~made, Case.status.not_in(_DONE_WITH)).order_by(Statement.id).limit(_AT_A_TIME)
    with transaction():
        for public_id in session.scalars(lacking).all():
            enqueue(public_id)
        outbox.finish(task)


def data_of(public_id: UUID) -> StatementDocument:
    """What the document of the statement with that public id says. Raises Unknown."""
    found = _found(public_id)
    if found is None:
        raise Unknown
    return document_data(*found)


def document_data(statement: Statement, case: Case) -> StatementDocument:
    """What the document says: the statement, on the version that was submitted when it was given."""
    version = _version(statement)
    content = Content.from_json(version.content) if version else None
    return {
        "made_at": statement.at.isoformat(),
        "municipality": sender.municipality(),
        "test": bool(is_demo()),
        "title": content.title if content else case.title,
        "unit": _unit_of(statement.by_id, clock.local_date(statement.at)) or _("Ekonomi"),
        "date": clock.local_date(statement.at).isoformat(),
        "case_number": case.diary_number,
        "version": version.number if version else None,
        "asked_by": content.unit if content else case.unit.name,
        "requested_total": content.total if content else None,
        "stance": next(word for stance, word in STANCES.items() if stance.value == statement.stance),
        "text": statement.text,
        "balance": statement.balance,
        "cost_type": COST_TYPES.get(statement.cost_type),
        "capital_cost": statement.capital_cost,
        "coding": statement.coding or None,
        "person": {"name": statement.by.name, "title": statement.by.title or None},
        "given_at": statement.at.isoformat(),
    }


def _found(public_id: UUID) -> tuple[Statement, Case] | None:
    row = session.execute(
        select(Statement, Case)
        .join(Case, Case.id == Statement.case_id)
        .where(Statement.public_id == public_id)
        .options(joinedload(Statement.by), joinedload(Case.unit))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def _version(statement: Statement) -> RequestVersion | None:
    return session.scalars(
        select(RequestVersion)
        .join(FundingRequest, FundingRequest.id == RequestVersion.funding_request_id)
        .where(FundingRequest.case_id == statement.case_id, RequestVersion.submitted_at <= statement.at)
        .order_by(RequestVersion.number.desc())
        .limit(1)
    ).one_or_none()


def _unit_of(person_id: int, day: date) -> str | None:
    """Where the person held the role of finance on that day; None for one who stood in for another."""
    held = (row for row in roles(person_id) if row.role == Role.FINANCE.value)
    return next(
        (row.unit.name for row in held if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)), None
    )


def _keep(statement: Statement, case: Case, digest: str, size: int) -> None:
    earlier = select(func.count()).where(Statement.case_id == case.id, Statement.id <= statement.id)
    number = session.scalar(earlier) or 1
    name = in_filename(case.diary_number or "")
    add_document(
        case_id=case.id,
        kind=DOCUMENT,
        title=_("Yttrande från ekonomi") if number == 1 else _("Yttrande från ekonomi, nummer %(n)s", n=number),
        filename=f"yttrande-{name}-{number}.pdf",
        mime=_PDF,
        sha256=digest,
        size=size,
        version=number,
        source_id=statement.public_id,
        by=None,
    )
