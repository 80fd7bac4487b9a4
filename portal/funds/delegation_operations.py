"""Entering, confirming and ending delegations: the administrator enters, the registrar confirms."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.db import hold, session
from portal.errors import Conflict, Invalid, Unknown
from portal.funds import rules
from portal.funds.clauses import Clause, clause_problems
from portal.funds.models import Delegation
from portal.funds.operations import get_fund, organ_called, record, refuse
from portal.people.actor import Actor
from portal.people.models import Person
from portal.people.permissions import Permission
from portal.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelegation(Clause):
    """A row of authority entered by itself: ceiling in kronor, dates civil and included, the decision it rests on."""

    organ_id: UUID
    decided_on: date
    paragraph: str
    valid_from: date
    valid_to: date | None


def as_administrator(by: Actor) -> Actor:
    """``by`` as administrator, own or stood in for. Raises Refused."""
    refuse(rules.refusal_to_delegate(by))
    return rules.in_role(by, Permission.ADMINISTER)


def _check(new: NewDelegation) -> None:
    problems = clause_problems(new)
    if not new.paragraph:
        problems["paragraph"] = _("Skriv paragrafen i det beslut som delegationen vilar på.")
    if new.decided_on > clock.today():
        problems["decided_on"] = _("Beslutsdagen ligger i framtiden.")
    if new.valid_to is not None and new.valid_to < new.valid_from:
        problems["valid_to"] = _("Delegationen slutar före den börjar.")
    if problems:
        raise Invalid(problems)


def person_called(public_id: UUID, field: str) -> Person:
    """The person. Raises Invalid on ``field`` when there is none."""
    person = session.scalars(select(Person).where(Person.public_id == public_id)).one_or_none()
    if person is None:
        raise Invalid({field: _("Personen finns inte längre. Välj en annan.")})
    return person


def add_delegation(*, new: NewDelegation, by: Actor) -> Delegation:
    """A new row, without effect until the registrar has confirmed it. Raises Refused, Invalid."""
    by = as_administrator(by)
    _check(new)
    jav_of = person_called(new.only_when_jav_of_id, "only_when_jav_of") if new.only_when_jav_of_id else None
    row = Delegation(
        person=person_called(new.person_id, "person"),
        fund=get_fund(new.fund_id) if new.fund_id else None,
        ceiling=new.ceiling,
        capacity=new.capacity,
        clause=new.clause,
        rests_on_organ=organ_called(new.organ_id),
        rests_on_date=new.decided_on,
        rests_on_paragraph=new.paragraph,
        only_when_jav_of_id=jav_of.id if jav_of else None,
        cost_type=new.cost_type,
        is_reported=new.is_reported,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        entered_by_id=by.person_id,
        entered_for_id=by.principal_id,
        entered_at=clock.now(),
    )
    with session.no_autoflush:
        _only_once(row)
    session.add(row)
    session.flush()  # the log needs the row's public id
    record_delegation("funds.add_delegation", row, by)
    return row


def _only_once(new: Delegation) -> None:
    """The same row does not wait for the registrar twice (two tabs, two persons). Raises Invalid."""
    hold(select(Person.id).where(Person.id == new.person.id).with_for_update())
    same = {
        "person_id": new.person.id,
        "only_when_jav_of_id": new.only_when_jav_of_id,
        "fund_id": new.fund.id if new.fund else None,
        "cost_type": new.cost_type,
        "ceiling": new.ceiling,
        "capacity": new.capacity,
        "clause": new.clause,
        "rests_on_organ_id": new.rests_on_organ.id,
        "rests_on_date": new.rests_on_date,
        "rests_on_paragraph": new.rests_on_paragraph,
        "valid_from": new.valid_from,
    }
    waiting = select(Delegation.id).filter_by(**same, order_id=None, confirmed_at=None)
    if session.scalar(waiting.limit(1)) is not None:
        raise Invalid({"clause": _("Delegationen är redan införd och väntar på registratorn.")})


def confirm_delegation(*, delegation_id: UUID, by: Actor) -> Delegation:
    """The registrar, another person than the one who entered it, has seen the decision it rests on."""
    row = _locked(delegation_id)
    if row.order_id is not None:
        raise Conflict(_("Punkten bekräftas tillsammans med delegationsordningen."))
    refuse(rules.refusal_to_confirm(by, row.entered_by_id, row.person_id, entered_for_id=row.entered_for_id))
    by = rules.in_role(by, Permission.CONFIRM_AUTHORITY)
    if row.confirmed_at is not None:
        raise Conflict(_("Delegationen är redan bekräftad."))
    row.confirmed_at, row.confirmed_by_id = clock.now(), by.person_id
    row.version += 1
    record_delegation("funds.confirm_delegation", row, by)
    return row


def end_delegation(*, delegation_id: UUID, last_day: date, by: Actor) -> Delegation:
    """The delegation stops after ``last_day``, which is today or later (what was decided under it stands)."""
    by = as_administrator(by)
    row = _locked(delegation_id)
    if row.order_id is not None and row.confirmed_at is None:
        raise Conflict(_("Delegationsordningen är inte bekräftad. Ta bort punkten ur den i stället."))
    if last_day < max(clock.today(), row.valid_from):
        raise Invalid({"last_day": _("Sista dagen är tidigast i dag, och inte före den dag delegationen börjar.")})
    if row.valid_to is not None and row.valid_to <= last_day:
        raise Conflict(_("Delegationen slutar redan den dagen eller tidigare."))
    row.valid_to = last_day
    row.version += 1
    record_delegation("funds.end_delegation", row, by)
    return row


def _locked(public_id: UUID) -> Delegation:
    row = session.scalars(select(Delegation).where(Delegation.public_id == public_id).with_for_update()).one_or_none()
    if row is None:
        raise Unknown
    return row


def frozen(row: Delegation) -> dict[str, object]:
    """The delegation as the log keeps it, in the names of the day: who, how far, for what, on what ground and how long."""
    return {
        "order": rules.edition_called(row.order.name, row.order.edition) if row.order else "",
        "person": row.person.name,
        "person_title": row.person.title,
        "fund": f"{row.fund.name} {row.fund.year}" if row.fund else "",
        "cost_type": row.cost_type or "",
        "ceiling": row.ceiling,
        "capacity": row.capacity,
        "clause": row.clause,
        "is_reported": "ja" if row.is_reported else "nej",
        "only_when_jav_of": row.only_when_jav_of.name if row.only_when_jav_of else "",
        "organ": row.rests_on_organ.name,
        "date": row.rests_on_date.isoformat(),
        "paragraph": row.rests_on_paragraph,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else "",
    }


def record_delegation(action: str, row: Delegation, by: Actor) -> None:
    """Log what was done with the delegation, as it now stands."""
    record(action, by=by, kind="delegation", object_id=row.public_id, body=frozen(row))
