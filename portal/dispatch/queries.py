"""Reads of copies, inboxes and mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, literal_column, or_, select
from sqlalchemy import case as one_of
from sqlalchemy.orm import contains_eager, joinedload

from portal import clock
from portal.db import session
from portal.decisions.models import Decision
from portal.decisions.queries import CASE_ID, Known, standing
from portal.dispatch import rules
from portal.dispatch.models import Copy, Mail
from portal.errors import Unknown
from portal.paging import cursor, read_cursor
from portal.people.actor import Actor
from portal.people.addresses import known_by
from portal.people.models import Person
from portal.people.permissions import Permission
from portal.register.access import is_visible
from portal.register.models import Case, CaseWriter, ConflictOfInterest, Part, Participation
from portal.register.queries import Parts, base_facts
from portal.settings import current_settings

PAGE = 50
STATES = ("waiting", "sent", "delivered", "failed")


@dataclass(frozen=True, slots=True)
class Shown:
    """A copy as its row in the case's list: ``state`` is waiting, sent, delivered, opened or failed, ``reason`` why it failed.

    ``kind`` is copy, information or action; ``note`` how it was handed over; ``sha256`` of the PDF that went with it.
    """

    public_id: UUID
    recipient: str
    kind: str
    in_portal: bool
    email: str | None
    state: str
    reason: str
    note: str
    at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None
    decision_number: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many copies stand how."""

    total: int = 0
    waiting: int = 0
    failed: int = 0
    delivered: int = 0
    opened: int = 0

    @property
    def done(self) -> int:
        """How many have left, or are known not to."""
        return self.total - self.waiting


def copies(case: Case, most: int) -> tuple[list[Shown], Counts]:
    """The case's first copies with how their delivery stands, those that failed before the others; and how many there are
    of each state. In one statement."""
    rows = session.execute(_first_copies(), {"case_id": case.id, "most": most}).all()
    if not rows:
        return [], Counts()
    return [_shown(row[0], row[1]) for row in rows], Counts(*rows[0][2:])


@cache
def _first_copies() -> Select[*tuple[Any, ...]]:
    """What ``copies`` asks."""
    how_many = (
        func.count().over(),
        *(
            func.sum(one_of((condition, 1), else_=0)).over()
            for condition in (
                Copy.state == "waiting",
                Copy.state == "failed",
                Copy.state == "delivered",
                Copy.opened_at.is_not(None),
            )
        ),
    )
    return (
        select(Copy, Decision.number, *how_many)
        .join(Decision, Decision.id == Copy.decision_id)
        .where(Copy.case_id == CASE_ID)
        .order_by(one_of((Copy.state == "failed", 0), else_=1), Copy.id)
        .limit(bindparam("most", type_=Integer()))
    )


def page_of_copies(case: Case, *, state: str, after: str | None) -> tuple[list[Shown], str | None]:
    """A page of the case's copies (in ``state``, where it is one of ``STATES``) in the order they were queued."""
    statement = (
        select(Copy, Decision.number)
        .join(Decision, Decision.id == Copy.decision_id)
        .where(Copy.case_id == case.id)
        .order_by(Copy.id)
        .limit(PAGE + 1)
    )
    if state in STATES:
        statement = statement.where(Copy.state == state)
    if after and after.isascii() and after.isdigit() and len(after) < 19:
        statement = statement.where(Copy.id > int(after))
    rows = session.execute(statement).all()
    shown = [_shown(copy, number) for copy, number in rows[:PAGE]]
    return shown, str(rows[PAGE - 1][0].id) if len(rows) > PAGE else None


def _shown(copy: Copy, decision_number: str) -> Shown:
    state = "opened" if copy.opened_at else copy.state
    return Shown(
        public_id=copy.public_id,
        recipient=copy.recipient,
        kind=copy.kind,
        in_portal=copy.unit_id is not None,
        email=copy.email,
        state=state,
        reason=rules.failure_said(copy.failure),
        note=copy.delivery_note,
        at=copy.opened_at or copy.delivered_at or copy.sent_at or copy.queued_at,
        sent_at=copy.sent_at,
        acknowledged_at=copy.acknowledged_at,
        decision_number=decision_number,
        sha256=copy.document_sha256 or "",
    )


def recipients_of(decision: Decision) -> set[str]:
    """The recipients a copy of the decision has been queued to, as ``known_by`` writes them."""
    return {known_by(name) for name in session.scalars(select(Copy.recipient).where(Copy.decision_id == decision.id))}


def are_sent_already(decision: Decision) -> bool:
    """Whether the registrar has sent the decision's copies before it was recorded."""
    asked = select(Copy.id).where(Copy.decision_id == decision.id).limit(1)
    return current_settings().dispatch_at == "record" and session.scalar(asked) is not None


def copy_of_case(public_id: UUID, case: Case) -> Copy:
    """One copy of a case that the caller may see. Raises Unknown."""
    found = session.scalars(select(Copy).where(Copy.public_id == public_id, Copy.case_id == case.id)).one_or_none()
    if found is None:
        raise Unknown
    return found


@dataclass(frozen=True, slots=True)
class Received:
    """A copy in a unit's inbox: the copy, its case, the decision, and whether the actor may see what it says.

    The case of a copy that may not be read shows its number, its date and its public title only.
    """

    copy: Copy
    case: Case
    readable: bool

    @property
    def title(self) -> str:
        """What the case is called to this reader."""
        return self.case.seen_title if self.readable else self.case.public_title


def _received(actor: Actor) -> Select[Copy, Case, bool]:
    """Copies sent to the actor's units; a secret case is readable for those who may see its content anyway."""
    return (
        select(Copy, Case, or_(Case.is_secret.is_(False), is_visible(actor)))
        .join(Case, Case.id == Copy.case_id)
        .join(Copy.decision)
        .join(Copy.unit)
        .options(contains_eager(Copy.decision), contains_eager(Copy.unit), joinedload(Copy.opened_by))
        .where(Copy.unit_id.in_(actor.units(Permission.RECEIVE_COPIES)), Copy.state.in_(rules.ARRIVED))
    )


def inbox(actor: Actor, *, unread: bool, after: str | None = None) -> tuple[list[Received], str | None]:
    """A page of the actor's copies, newest first, with the token of the next page; ``unread`` chooses which half."""
    statement = _received(actor).where(Copy.opened_at.is_(None) if unread else Copy.opened_at.is_not(None))
    if key := read_cursor(after):
        at, row_id = key
        statement = statement.where(or_(Copy.sent_at < at, and_(Copy.sent_at == at, Copy.id < row_id)))
    rows = session.execute(statement.order_by(Copy.sent_at.desc(), Copy.id.desc()).limit(PAGE + 1)).all()
    found = [Received(*row) for row in rows[:PAGE]]
    if len(rows) <= PAGE:
        return found, None
    last = found[-1].copy
    return found, cursor(last.sent_at or last.queued_at, last.id)


def received(public_id: UUID, actor: Actor, *, lock: bool = False) -> Received:
    """One copy in the actor's inbox. Raises Unknown when it was sent to somebody else, or is not there yet.

    With ``lock`` its row is held until the transaction ends (no-op on SQLite) and read as it then stands.
    """
    statement = _received(actor).where(Copy.public_id == public_id)
    if lock:
        statement = statement.with_for_update(of=Copy).execution_options(populate_existing=True)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise Unknown
    return Received(*row)


def facts(copy: Copy, case: Case, actor: Actor) -> rules.Facts:
    """What the rules on a copy look at."""
    declared = session.scalars(select(ConflictOfInterest.person_id).where(ConflictOfInterest.case_id == case.id))
    return rules.Facts(
        actor=actor,
        status=case.status,
        unit_id=copy.unit_id,
        kind=copy.kind,
        state=copy.state,
        opened=copy.opened_at is not None,
        acknowledged=copy.acknowledged_at is not None,
        jav=frozenset(declared),
    )


def columns() -> tuple[Any, ...]:
    """What ``case_facts`` reads with ``standing``."""
    return (exists().where(Copy.decision_id == Decision.id).correlate(Decision),)


def case_facts(case: Case, actor: Actor, *, parts: Parts | None = None, known: Known | None = None) -> rules.CaseFacts:
    """What the rules on sending a decision's copies look at."""
    (queued,) = known or standing(case, columns)
    return rules.CaseFacts(**base_facts(case, actor, parts), queued=bool(queued))


@dataclass(frozen=True, slots=True)
class ToSend:
    """A copy for the worker, with its case and decision."""

    copy: Copy
    case: Case
    decision: Decision


def to_send(public_id: UUID) -> ToSend | None:
    """The copy the worker is to send; None when it is gone (its case was disposed of)."""
    row = session.execute(
        select(Copy, Case, Decision)
        .join(Case, Case.id == Copy.case_id)
        .join(Decision, Decision.id == Copy.decision_id)
        .where(Copy.public_id == public_id)
    ).one_or_none()
    return None if row is None else ToSend(*row)


# In the words of the index: bound values would keep the planner from it.
_AWAITED: ColumnElement[bool] = literal_column(
    "(dispatch_copy.kind = 'action' AND dispatch_copy.acknowledged_at IS NULL AND dispatch_copy.reminded_at IS NULL)"
)
_OVER = ("closed", "archived")


def unacknowledged(last_day: date, after: int, most: int) -> Sequence[tuple[Copy, Case]]:
    """Copies to act on that lay in a unit's inbox on ``last_day`` at the latest, and that nobody has been reminded of."""
    until = datetime.combine(last_day, time.max, tzinfo=clock.STOCKHOLM)
    statement = (
        select(Copy, Case)
        .join(Case, Case.id == Copy.case_id)
        .where(
            _AWAITED,
            Copy.id > after,
            Copy.unit_id.is_not(None),
            Copy.state.in_(rules.ARRIVED),
            Copy.sent_at <= until,
            Case.status.not_in(_OVER),
        )
    )
    return [(copy, case) for copy, case in session.execute(statement.order_by(Copy.id).limit(most))]


def copy_by_message_ids(message_ids: Sequence[str]) -> tuple[Copy, Case] | None:
    """The copy whose mail has one of these Message-IDs, its row held, with its case; None when there is none."""
    row = session.execute(
        select(Copy, Case)
        .join(Case, Case.id == Copy.case_id)
        .where(Copy.message_id.in_(message_ids))
        .limit(1)
        .with_for_update(of=Copy)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def sent_among(copies: Sequence[UUID]) -> list[ToSend]:
    """Of these copies those that have been sent, for the worker that tells the log of them."""
    rows = session.execute(
        select(Copy, Case, Decision)
        .join(Case, Case.id == Copy.case_id)
        .join(Decision, Decision.id == Copy.decision_id)
        .where(Copy.public_id.in_(copies), Copy.sent_at.is_not(None))
        .order_by(Copy.id)
    )
    return [ToSend(*row) for row in rows]


def case_for_worker(public_id: UUID) -> Case | None:
    """A case by its public id, for work that nobody's rights decide over (the worker)."""
    return session.scalars(select(Case).where(Case.public_id == public_id)).one_or_none()


def decision_for_worker(public_id: UUID) -> tuple[Decision, Case] | None:
    """A decision with its case, for the worker; None when it is gone."""
    row = session.execute(
        select(Decision, Case).join(Case, Case.id == Decision.case_id).where(Decision.public_id == public_id)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def outbox(after: str | None = None) -> tuple[list[Mail], str | None]:
    """A page of the mails that were handed over (in a demo: would have been), newest first."""
    statement = select(Mail).order_by(Mail.sent_at.desc(), Mail.id.desc()).limit(PAGE + 1)
    if key := read_cursor(after):
        at, row_id = key
        statement = statement.where(or_(Mail.sent_at < at, and_(Mail.sent_at == at, Mail.id < row_id)))
    rows = list(session.scalars(statement))
    if len(rows) <= PAGE:
        return rows, None
    last = rows[PAGE - 1]
    return rows[:PAGE], cursor(last.sent_at, last.id)


def mail(public_id: UUID) -> Mail:
    """One mail. Raises Unknown."""
    found = session.scalars(select(Mail).where(Mail.public_id == public_id)).one_or_none()
    if found is None:
        raise Unknown
    return found


def may_know(case: Case, people: list[Person]) -> list[Person]:
    """Of ``people`` those who may know that there is such a case: before the registration whoever writes it, and while it
    is with the nearest manager those managers who have not written it."""
    if case.number is not None:
        return people
    writers = set(session.scalars(select(CaseWriter.person_id).where(CaseWriter.case_id == case.id)))
    if case.turn != Permission.APPROVE_REQUEST.value:
        return [person for person in people if person.id in writers]
    asked = select(Participation.person_id).where(Participation.case_id == case.id, Participation.part == Part.REQUESTER.value)
    barred = writers | set(session.scalars(asked))
    return [person for person in people if person.id not in barred]


def is_kept(message_id: str) -> bool:
    """Whether the mail with that Message-ID has been handed over before."""
    return session.scalar(select(Mail.id).where(Mail.message_id == message_id)) is not None


def version_of(decision: Decision) -> int:
    """Which of the case's decisions this is, from 1: the version of its document."""
    earlier = select(func.count()).where(Decision.case_id == decision.case_id, Decision.id <= decision.id)
    return session.scalar(earlier) or 1
