"""What the worker has yet to make: documents, time-stamps on seals, and what did not work, told as far as one may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal_column, null, select

from portal import clock
from portal.db import session
from portal.decisions import statement_document
from portal.decisions.models import Decision, Statement
from portal.documents import seals
from portal.documents.models import Document, SealedFile
from portal.funding_requests.models import FundingRequest, RequestVersion
from portal.outbox import queries as outbox
from portal.people.actor import Actor
from portal.register.access import visible
from portal.register.models import Case
from portal.settings import current_settings
from portal.text import _

MOST = 100
# Kind of task → what in its payload names the thing, and what that is called.
KINDS = {
    "decision_document": ("decision", "Beslut"),
    "submission_document": ("version", "Tjänsteskrivelse"),
    statement_document.KIND: ("statement", "Yttrande"),
    seals.KIND: ("sha256", "Tidsstämpel på ett beslut"),
}
DOCUMENTS = tuple(kind for kind in KINDS if kind != seals.KIND)
# In the words of the index: a bound value would keep the planner from it.
_WITHOUT_STAMP: ColumnElement[bool] = literal_column("sealed_file.level = 'B-B'")


@dataclass(frozen=True, slots=True)
class Failing:
    """One that did not work, and why. ``case`` is None for who may not see it; ``number`` is that of a decision."""

    case: Case | None
    number: str | None
    what: str
    reason: str
    again_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many documents wait to be made, how many seals for a time-stamp or its renewal, and since or until when.

    ``stamped`` is whether a time-stamp service is set up.
    """

    documents: outbox.Counted
    stamped: bool
    stamps: outbox.Counted
    renewals: int
    renew_by: date | None
    failing: Sequence[Failing]

    @property
    def moving(self) -> bool:
        """Whether the page is another in a moment."""
        return bool(self.documents.count or self.failing or (self.stamped and (self.stamps.count or self.renewals)))


def waiting(actor: Actor) -> Waiting:
    """How it stands now: two statements, four with a time-stamp service, and one more for each kind that fails."""
    stamped = bool(current_settings().seal.time_stamp)
    renewals, renew_by = _to_renew() if stamped else (0, None)
    return Waiting(
        documents=outbox.waiting(DOCUMENTS),
        stamped=stamped,
        stamps=_without_stamp() if stamped else outbox.Counted(0, None),
        renewals=renewals,
        renew_by=renew_by,
        failing=_failing(actor),
    )


def _without_stamp() -> outbox.Counted:
    rows = select(SealedFile.sealed_at).where(_WITHOUT_STAMP).order_by(SealedFile.document_id)
    some = rows.limit(outbox.MOST_COUNTED + 1).subquery()
    return outbox.Counted(*session.execute(select(func.count(), func.min(some.c.sealed_at))).one())


def _to_renew() -> tuple[int, date | None]:
    soon = select(SealedFile.renew_by).where(SealedFile.renew_by <= clock.today() + seals.AHEAD)
    some = soon.order_by(SealedFile.renew_by).limit(outbox.MOST_COUNTED + 1).subquery()
    found = session.execute(select(func.count(), func.min(some.c.renew_by))).one()
    return found[0], found[1]


def _failing(actor: Actor) -> list[Failing]:
    rows = outbox.failing(MOST, tuple(KINDS))
    found: dict[tuple[str, str], tuple[Case, str | None]] = {}
    for kind, (named_by, _what) in KINDS.items():
        ids = [str(row.payload[named_by]) for row in rows if row.kind == kind]
        told: Any = session.execute(visible(_about(kind, ids), actor)) if ids else ()
        found |= {(kind, str(identifier)): (case, number) for case, number, identifier in told}
    failing = []
    for row in rows:
        named_by, what = KINDS[row.kind]
        case, number = found.get((row.kind, str(row.payload[named_by])), (None, None))
        failing.append(Failing(case, number, _(what), row.error or "", row.run_at))
    return failing


def _about(kind: str, ids: Sequence[str]) -> "Select[Case, str | None, Any]":
    """The cases that rows of one kind are about, with the number of the decision, and by what the row names it."""
    none: Any = null()
    if kind == seals.KIND:
        statement = select(Case, none, SealedFile.sha256).join(Document, Document.case_id == Case.id)
        return statement.join(SealedFile, SealedFile.document_id == Document.id).where(SealedFile.sha256.in_(ids))
    uuids = [UUID(each) for each in ids]
    if kind == "decision_document":
        decided = select(Case, Decision.number, Decision.public_id).join(Decision, Decision.case_id == Case.id)
        return decided.where(Decision.public_id.in_(uuids))
    if kind == statement_document.KIND:
        stated = select(Case, none, Statement.public_id).join(Statement, Statement.case_id == Case.id)
        return stated.where(Statement.public_id.in_(uuids))
    sent = select(Case, none, RequestVersion.public_id).join(FundingRequest, FundingRequest.case_id == Case.id)
    sent = sent.join(RequestVersion, RequestVersion.funding_request_id == FundingRequest.id)
    return sent.where(RequestVersion.public_id.in_(uuids))
