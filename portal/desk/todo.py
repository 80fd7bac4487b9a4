"""What waits for a person, oldest first, and what that person started that waits for others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal import clock, workdays
from portal.accounting import control_queries, export_queries
from portal.accounting.models import BudgetEntry, Redistribution
from portal.accounting.queries import interim_columns, interim_due
from portal.db import session
from portal.decisions import deadlines, deciders, lateness
from portal.decisions.models import Decision
from portal.decisions.statement_queries import OPEN
from portal.decisions.statement_queries import due as statement_due
from portal.desk import stored_files
from portal.disclosure import queries as disclosure
from portal.dispatch.models import Copy
from portal.dispatch.rules import ARRIVED
from portal.funding_requests.lifecycle import TURN, Status
from portal.funding_requests.models import CompletionRequest, FundingRequest
from portal.funding_requests.presenting import shown_status
from portal.funds.models import Delegation, DelegationOrder, Fund, FundDecision
from portal.notices import queries as notices
from portal.people.actor import Actor
from portal.people.models import Unit
from portal.people.permissions import UNIT_SCOPED, Permission
from portal.register import looking, secrecy
from portal.register.access import is_visible
from portal.register.models import Case, ConflictOfInterest, Organ, Part, Participation
from portal.register.paging import COUNTED
from portal.register.queries import AWAITS_NUMBER, DIARY_NUMBER
from portal.settings import Settings, current_settings
from portal.text import _

PAGE = 50
_REFERRED = aliased(Organ)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case in a work list. ``task`` is what the actor has to do, empty where it waits for others; ``amount`` is what is
    asked, kronor; ``deadline`` a civil date; ``changed`` since the person last looked at it; ``is_late``: the deadline has
    passed."""

    public_id: UUID
    number: str | None
    title: str
    unit: str
    shown_as: str
    task: str
    since: datetime
    amount: int | None
    deadline: date | None
    changed: bool
    is_late: bool = False


class Whose(StrEnum):
    """By whose delegation a request that waits for the actor's decision is decided."""

    NOT_ASKED = ""
    OWN = "own"
    OF_ANOTHER = "another"
    OF_AN_ORGAN = "organ"


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to do that is no case of its own: a link with a count."""

    text: str
    endpoint: str
    count: int


_TASK = {
    Status.DRAFT: "Skriv klart och skicka in",
    Status.WITH_MANAGER: "Godkänn eller lämna tillbaka",
    Status.SUBMITTED: "Besluta",
    Status.RETURNED: "Komplettera",
    Status.REFERRED: "För in protokollet",
    Status.DECIDED: "Bokför och expediera",
    Status.DISPATCHED: "Lämna slutredovisning",
    Status.REPORTED: "Granska slutredovisningen",
    Status.SETTLED: "Avsluta",
    Status.CLOSED: "Arkivera",
    Status.WITHDRAWN: "Avsluta",
}


_STATE = "Lämna yttrande"

# Whose turn it is while finance may state its opinion.
_STATED_IN = sorted({turn.value for status, turn in TURN.items() if turn and status.value in OPEN})
_TURNS = sorted({turn.value for status, turn in TURN.items() if turn})


def _due(actor: Actor, on: date) -> list[ColumnElement[bool]]:
    """The next act is due from a role the actor holds: one condition per turn and unit, no case meets two of them.

    Each is read along the index of turns, oldest first.
    """
    anywhere = [turn for turn in _TURNS if Permission(turn) not in UNIT_SCOPED and actor.may(Permission(turn))]
    decide, to_decide = Case.turn == Permission.DECIDE.value, deciders.is_for(actor, on)
    due: list[ColumnElement[bool]] = [
        and_(decide, to_decide) if turn == Permission.DECIDE.value else Case.turn == turn for turn in anywhere
    ]
    write = Permission.WRITE_REQUEST
    due += [and_(Case.turn == write.value, Case.unit_id == unit) for unit in sorted(actor.units(write))]
    handed_over: ColumnElement[bool] = false()
    approve = Permission.APPROVE_REQUEST
    # What one has written oneself waits for another manager.
    own = exists().where(
        Participation.case_id == Case.id,
        Participation.person_id == actor.person_id,
        Participation.part == Part.REQUESTER.value,
    )
    due += [and_(Case.turn == approve.value, Case.unit_id == unit, ~own) for unit in sorted(actor.units(approve))]
    if actor.may(Permission.KEEP_REGISTER) and not actor.may(Permission.DECIDE):
        handed_over = and_(Case.status == Status.SUBMITTED.value, deciders.nobody_may_act(on))
        due.append(handed_over)
    if actor.may(Permission.KEEP_REGISTER):
        due.append(and_(AWAITS_NUMBER, not_(or_(false(), *due))))
    if actor.may(Permission.STATE_OPINION):
        others = [turn for turn in _STATED_IN if turn not in anywhere]
        due += [and_(Case.turn == turn, statement_due(), not_(handed_over)) for turn in others]
        if actor.may(Permission.DECIDE):
            due.append(and_(decide, not_(to_decide), statement_due()))
    return due


def _mine(actor: Actor, on: date) -> list[ColumnElement[bool]]:
    """What is due from the actor on the day and no conflict of interest bars the actor from."""
    return [and_(due, ~_barred(actor)) for due in _due(actor, on)]


def _barred(actor: Actor) -> ColumnElement[bool]:
    return exists().where(ConflictOfInterest.case_id == Case.id, ConflictOfInterest.person_id == actor.person_id)


def _keys(either: Sequence[ColumnElement[bool]], seen: ColumnElement[bool]) -> CompoundSelect[datetime, int]:
    """When the cases that meet one of ``either`` came where they are, and their row ids; ``seen`` is who may see them."""
    return union_all(
        *(select(Case.status_since.label("since"), Case.id.label("id")).where(condition, seen) for condition in either)
    )


def _statement(
    either: Sequence[ColumnElement[bool]], actor: Actor, whose: ColumnElement[str], limit: int
) -> "Select[*tuple[Any, ...]]":
    """The oldest of the cases that meet one of ``either``, each read along its index and merged: no more than is shown."""
    page = (
        _keys(either, is_visible(actor)).order_by(literal_column("since"), literal_column("id")).limit(limit).subquery("page")
    )
    answer_by = (
        select(CompletionRequest.answer_by)
        .where(CompletionRequest.case_id == Case.id, CompletionRequest.answered_at.is_(None))
        .order_by(CompletionRequest.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    report_by = (
        select(Decision.report_by).where(Decision.case_id == Case.id, Decision.replaced_at.is_(None)).limit(1).scalar_subquery()
    )
    columns = (Case.public_id, DIARY_NUMBER, Case.seen_title, Unit.name, Case.status, Case.status_since)
    return (
        select(
            *columns,
            FundingRequest.outcome,
            _REFERRED.in_text,
            FundingRequest.requested,
            answer_by,
            report_by,
            looking.changed_since(actor),
            whose,
            *_interim(),
            AWAITS_NUMBER if actor.may(Permission.KEEP_REGISTER) else false(),
            Case.submitted_at,
            *lateness.columns(_REFERRED, Fund),
        )
        .join(Unit, Unit.id == Case.unit_id)
        .join(FundingRequest, FundingRequest.case_id == Case.id)
        .outerjoin(_REFERRED, _REFERRED.id == FundingRequest.referred_organ_id)
        .outerjoin(Fund, Fund.id == FundingRequest.fund_id)
        .join(page, page.c.id == Case.id)
        .order_by(page.c.since, page.c.id)
    )


def _whose(actor: Actor, on: date) -> ColumnElement[str]:
    """Of what waits for a decision that is for the actor: whether the actor's delegation covers it, or some other decision
    maker's does. Asked one after the other: each is dear, and most are answered by the first."""
    if not actor.may(Permission.DECIDE):
        return literal(Whose.NOT_ASKED.value)
    return case(
        (Case.status != Status.SUBMITTED.value, Whose.NOT_ASKED),
        (not_(deciders.is_for(actor, on)), Whose.NOT_ASKED),
        (deciders.covered_by(actor, on), Whose.OWN),
        (deciders.covered_by_another(on), Whose.OF_ANOTHER),
        else_=Whose.OF_AN_ORGAN,
    )


def _task(status: str, actor: Actor, whose: str) -> str:
    turn = TURN[Status(status)]
    if whose == Whose.OF_ANOTHER:
        return _("Beslutas av en annan beslutsfattare")
    if whose == Whose.OF_AN_ORGAN:
        return _("Överlämna till ett organ")
    if status == Status.SUBMITTED and actor.may(Permission.DECIDE) and whose == Whose.NOT_ASKED:
        return _(_STATE)
    if status in OPEN and turn and not actor.may(turn) and actor.may(Permission.STATE_OPINION):
        return _(_STATE)
    if status == Status.SUBMITTED and not actor.may(Permission.DECIDE):
        return _("Överlämna till ett organ")
    return _(_TASK[Status(status)]) if status in _TASK else ""


def _interim() -> list[Any]:
    """What tells whether an interim report is due, of the decision in force."""
    in_force = (Decision.case_id == Case.id, Decision.replaced_at.is_(None))
    return [select(column).where(*in_force).correlate(Case).limit(1).scalar_subquery() for column in interim_columns()]


def _interim_due(status: str, report_by: date | None, decided_on: date | None, asks: object, last: date | None) -> date | None:
    return interim_due(decided_on, report_by, last) if decided_on and asks and status == Status.DISPATCHED else None


def _rows(actor: Actor, limit: int, *, of_others: bool) -> list[Waiting]:
    statement = _asked(*_kept_for(actor), of_others, limit)
    found = []
    for row in session.execute(statement) if statement is not None else ():
        public_id, number, title, unit, status, since, outcome, organ, amount, answer_by, report_by, changed, *more = row
        whose, interim, (to_number, submitted_at), allowed = more[0], more[1:-5], more[-5:-3], more[-3:]
        lage = _interim_due(status, report_by, *interim)
        task = _("Lämna lägesrapport") if lage else "" if of_others else _task(status, actor, whose)
        if status == Status.RETURNED:
            deadline = answer_by
        elif status == Status.DISPATCHED:
            deadline = lage or report_by
        else:
            came = clock.local_date(since)
            deadline = deadlines.of_step(status, came, lateness.allowed_by(allowed), statement=task == _(_STATE))
        if to_number:
            task, deadline = _("Ange diarienumret"), _number_by(submitted_at)
        found.append(
            Waiting(
                public_id,
                number,
                title or _("Utkast utan rubrik"),
                unit,
                shown_status(status, outcome, organ),
                task,
                since,
                amount,
                deadline,
                bool(changed),
                deadlines.is_late(deadline, clock.today()),
            )
        )
    return found


def _number_by(submitted_at: datetime) -> date:
    """The day by which a case has its number: the working day after it came in."""
    return workdays.after(clock.local_date(submitted_at), 1)


def for_me(actor: Actor, limit: int = PAGE) -> list[Waiting]:
    """Cases that wait for the actor, oldest first."""
    return _rows(actor, limit, of_others=False)


def for_others(actor: Actor, limit: int = PAGE) -> list[Waiting]:
    """Cases the actor has taken part in that now wait for someone else, oldest first."""
    return _rows(actor, limit, of_others=True)


def _of_others(actor: Actor, on: date) -> list[ColumnElement[bool]]:
    took_part = exists().where(Participation.case_id == Case.id, Participation.person_id == actor.person_id)
    of_others = or_(not_(or_(false(), *_due(actor, on))), _barred(actor))
    open_turns = [turn for turn in _TURNS if turn != TURN[Status.CLOSED]]
    return [and_(Case.turn == turn, *_not_due(actor, turn), took_part, of_others) for turn in open_turns]


def _not_due(actor: Actor, turn: str) -> list[ColumnElement[bool]]:
    """What follows from that a case of the turn waits for others and asks the row itself alone: of a turn that is the actor's
    own, only those that the actor is barred from, so that not all that is due is read to find none of it here."""
    permission = Permission(turn)
    if permission is Permission.DECIDE or not actor.may(permission):
        return []
    if permission is Permission.WRITE_REQUEST:
        return [or_(Case.unit_id.not_in(sorted(actor.units(permission))), _barred(actor))]
    return [] if permission in UNIT_SCOPED else [_barred(actor)]


# The questions of every page and of the first one, kept for who asked with which roles on which day, under the settings
# that who sees what depends on: to put one together takes longer than to have it answered.


def _kept_for(actor: Actor) -> tuple[Actor, date, Settings]:
    return replace(actor, confirmed_at=None), clock.today(), current_settings()


@lru_cache(maxsize=32)
def _asked(actor: Actor, on: date, _settings: Settings, of_others: bool, limit: int) -> "Select[*tuple[Any, ...]] | None":
    """What ``for_me`` or ``for_others`` asks; None where nothing can wait."""
    either = _of_others(actor, on) if of_others else _mine(actor, on)
    whose = literal(Whose.NOT_ASKED.value) if of_others else _whose(actor, on)  # what others have to do is not shown
    return _statement(either, actor, whose, limit) if either else None


@lru_cache(maxsize=64)
def _counting(actor: Actor, on: date, _settings: Settings) -> "Select[*tuple[Any, ...]]":
    """What ``counts`` asks, in one statement."""
    mine, unread = _mine(actor, on), notices.unread(actor.person_id)
    if not mine:
        return select(literal(0), unread)
    some = _keys(mine, is_visible(actor)).limit(100).subquery("waiting")
    return select(select(func.count()).select_from(some).scalar_subquery(), unread)


def _errand_counts(actor: Actor) -> list[tuple[str, str, Select[Any]]]:
    found: list[tuple[str, str, Select[Any]]] = []
    if units := actor.units(Permission.RECEIVE_COPIES):
        unread = select(Copy.id).where(Copy.unit_id.in_(units), Copy.state.in_(ARRIVED), Copy.opened_at.is_(None))
        found.append((_("Olästa kopior i enhetens inkorg"), "dispatch.inbox", unread))
    if actor.may(Permission.KEEP_REGISTER):
        unchecked = select(Case.id).where(Case.number.is_not(None), Case.checked_at.is_(None))
        money = select(FundDecision.id).where(FundDecision.confirmed_at.is_(None))
        authority = select(Delegation.id).where(Delegation.confirmed_at.is_(None), Delegation.order_id.is_(None))
        editions = select(DelegationOrder.id).where(DelegationOrder.confirmed_at.is_(None))
        found += [
            (_("Registreringar att kontrollera"), "register.index", unchecked),
            (_("Sekretessmarkeringar att ompröva"), "secrecy.review", secrecy.due_now(clock.today())),
            (_("Begäranden om handlingar att besvara"), "disclosure.index", disclosure.open_requests()),
            (_("Beslut om avsatta medel att bekräfta"), "funds.index", money),
            (_("Delegationer att bekräfta"), "funds.delegations", authority),
            (_("Delegationsordningar att bekräfta"), "funds.orders", editions),
        ]
    if actor.may(Permission.KEEP_REGISTER) or actor.may(Permission.RECORD_BUDGET):
        found.append((_("Kopior som inte kom fram"), "deliveries.index", select(Copy.id).where(Copy.state == "failed")))
    if actor.may(Permission.KEEP_REGISTER) or actor.may(Permission.ADMINISTER):
        found += [
            (_("Filer i karantän"), "stored.index", stored_files.quarantined()),
            (_("Skadade filer"), "stored.index", stored_files.damaged()),
        ]
    if actor.may(Permission.RECORD_BUDGET):
        moved = (
            select(Redistribution.id)
            .join(Decision, Decision.id == Redistribution.decision_id)
            .where(Redistribution.confirmed_at.is_(None), Decision.replaced_at.is_(None))
        )
        found.append((_("Omfördelningar att bekräfta"), "accounting.redistributions", moved))
        if current_settings().budget_control:
            unchecked = control_queries.unchecked().where(BudgetEntry.recorded_by_id != actor.person_id)
            found.append((_("Budgetjusteringar att kontrollera"), "accounting.entries_to_check", unchecked))
        found.append((_("Budgetjusteringar att exportera"), "ledger.index", export_queries.waiting(COUNTED + 1)))
    return found


def errands(actor: Actor) -> list[Errand]:
    """What waits beside the cases, counted in one statement, each to 1 000: copies to read, registrations, money."""
    asked = _errand_counts(actor)
    if not asked:
        return []
    some = [statement.limit(COUNTED + 1).subquery() for _text, _endpoint, statement in asked]
    counts = session.execute(select(*(select(func.count()).select_from(each).scalar_subquery() for each in some))).one()
    return [
        Errand(text, endpoint, number) for (text, endpoint, _statement), number in zip(asked, counts, strict=True) if number
    ]


def count(actor: Actor) -> int:
    """How many cases wait for the actor; counted to 100."""
    return counts(actor)[0]


def counts(actor: Actor) -> tuple[int, int]:
    """How many cases wait for the actor, and how many notices the actor has not read, for the menu; each counted to 100."""
    waiting, unread = session.execute(_counting(*_kept_for(actor))).one()
    return waiting, unread
