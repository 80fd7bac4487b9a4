"""Reads of set-aside money, its ledger, the decisions it rests on, and delegations. Amounts are whole kronor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.db import session
from portal.errors import Unknown
from portal.funds.models import Delegation, Fund, FundDecision, LedgerKind, LedgerRow
from portal.funds.rules import DelegationRow
from portal.people.models import Person
from portal.register.models import Organ

LEDGER_PAGE = 50

# What a ledger row does to the money that is left.
SIGN: dict[str, int] = {
    LedgerKind.SET_ASIDE: 1,
    LedgerKind.GRANTED: -1,
    LedgerKind.REVERSED: 1,
    LedgerKind.RETURNED: 1,
    LedgerKind.LAPSED: -1,
    LedgerKind.CARRIED_OVER: -1,
}
_SIGNED = case(SIGN, value=LedgerRow.kind) * LedgerRow.amount


def get_fund(public_id: UUID) -> Fund:
    """The fund with its organ. Raises Unknown."""
    fund = session.scalars(select(Fund).where(Fund.public_id == public_id).options(joinedload(Fund.organ))).one_or_none()
    if fund is None:
        raise Unknown
    return fund


def open_funds(on: date) -> Sequence[Fund]:
    """Funds that can be granted from on the day, newest budget year first."""
    return session.scalars(
        select(Fund).where(or_(Fund.ended_on.is_(None), Fund.ended_on >= on)).order_by(Fund.year.desc(), Fund.name)
    ).all()


def organs() -> Sequence[Organ]:
    """Organs that decide today."""
    return session.scalars(select(Organ).where(Organ.ended_on.is_(None)).order_by(Organ.id)).all()


def decisions_of(fund_id: int) -> Sequence[FundDecision]:
    """The political decisions the money rests on, oldest first; those not yet confirmed among them."""
    return session.scalars(
        select(FundDecision)
        .where(FundDecision.fund_id == fund_id)
        .options(joinedload(FundDecision.organ), joinedload(FundDecision.entered_by))
        .order_by(FundDecision.id)
    ).all()


def unconfirmed(fund_id: int | None = None) -> Sequence[FundDecision]:
    """Political decisions entered by finance that wait for the registrar, oldest first."""
    statement = (
        select(FundDecision)
        .where(FundDecision.confirmed_at.is_(None))
        .options(joinedload(FundDecision.organ), joinedload(FundDecision.fund), joinedload(FundDecision.entered_by))
        .order_by(FundDecision.id)
    )
    if fund_id is not None:
        statement = statement.where(FundDecision.fund_id == fund_id)
    return session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class Movement:
    """A ledger row and what was left after it; ``amount`` is signed kronor."""

    row: LedgerRow
    amount: int
    left: int


def ledger(fund_id: int, *, before: int | None = None, limit: int = LEDGER_PAGE) -> list[Movement]:
    """Movements, newest first, from the row before ``before`` (an id, for the next page); one more than ``limit``."""
    running = (
        select(LedgerRow.id, _SIGNED.label("amount"), func.sum(_SIGNED).over(order_by=LedgerRow.id).label("left"))
        .where(LedgerRow.fund_id == fund_id)
        .subquery("running")
    )
    statement = (
        select(LedgerRow, running.c.amount, running.c.left)
        .join(running, running.c.id == LedgerRow.id)
        .options(joinedload(LedgerRow.case), joinedload(LedgerRow.fund_decision).joinedload(FundDecision.organ))
        .order_by(LedgerRow.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(LedgerRow.id < before)
    return [Movement(row, amount, left) for row, amount, left in session.execute(statement)]


def held_by_case(fund_id: int, case_id: int) -> int:
    """Kronor the case holds of the money: granted, less what was reversed or given back."""
    kept = (LedgerKind.GRANTED.value, LedgerKind.REVERSED.value, LedgerKind.RETURNED.value)
    held = session.scalar(
        select(func.coalesce(func.sum(-_SIGNED), 0)).where(
            LedgerRow.fund_id == fund_id, LedgerRow.case_id == case_id, LedgerRow.kind.in_(kept)
        )
    )
    return int(held or 0)


def delegation_rows(fund_id: int | None) -> tuple[DelegationRow, ...]:
    """Every delegation that speaks of the fund, and the general ones, as plain values for the rules."""
    which: ColumnElement[bool] = Delegation.fund_id.is_(None)
    if fund_id is not None:
        which = or_(which, Delegation.fund_id == fund_id)
    rows = session.execute(select(Delegation, Organ.name).join(Organ, Organ.id == Delegation.rests_on_organ_id).where(which))
    return tuple(
        DelegationRow(
            public_id=str(row.public_id),
            person_id=row.person_id,
            fund_id=row.fund_id,
            ceiling=row.ceiling,
            capacity=row.capacity,
            clause=row.clause,
            organ=organ,
            decided_on=row.rests_on_date,
            paragraph=row.rests_on_paragraph,
            only_when_jav_of_id=row.only_when_jav_of_id,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            confirmed=row.confirmed_at is not None,
        )
        for row, organ in rows
    )


@dataclass(frozen=True, slots=True)
class ListedDelegation:
    """A delegation with the name of the person whose jäv it needs, if any."""

    row: Delegation
    only_when_jav_of: str | None


def delegations(*, fund_id: int | None = None, on: date | None = None) -> list[ListedDelegation]:
    """Delegations by person; of one fund when ``fund_id`` is given, confirmed and in force when ``on`` is."""
    jav_of = aliased(Person)
    statement = (
        select(Delegation, jav_of.title, jav_of.name)
        .join(Delegation.person)
        .outerjoin(jav_of, jav_of.id == Delegation.only_when_jav_of_id)
        .options(contains_eager(Delegation.person), joinedload(Delegation.fund), joinedload(Delegation.rests_on_organ))
        .order_by(Person.name, Delegation.valid_from.desc(), Delegation.id)
    )
    if fund_id is not None:
        statement = statement.where(Delegation.fund_id == fund_id)
    if on is not None:
        statement = statement.where(
            Delegation.confirmed_at.is_not(None),
            Delegation.valid_from <= on,
            or_(Delegation.valid_to.is_(None), Delegation.valid_to >= on),
        )
    return [ListedDelegation(row, title or name) for row, title, name in session.execute(statement)]


def fund_decision(public_id: UUID) -> FundDecision:
    """A political decision about set-aside money, with its fund and organ. Raises Unknown."""
    row = session.scalars(
        select(FundDecision)
        .where(FundDecision.public_id == public_id)
        .options(joinedload(FundDecision.fund), joinedload(FundDecision.organ), joinedload(FundDecision.entered_by))
    ).one_or_none()
    if row is None:
        raise Unknown
    return row


def all_funds() -> Sequence[Fund]:
    """Every fund, newest budget year first."""
    return session.scalars(select(Fund).order_by(Fund.year.desc(), Fund.name)).all()
