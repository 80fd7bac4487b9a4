"""Reads of set-aside money, its ledger, the decisions it rests on, and delegations. Amounts are whole kronor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, case, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.db import session
from portal.errors import Unknown
from portal.funds.models import Delegation, DelegationOrder, Fund, FundDecision, FundUnit, LedgerKind, LedgerRow
from portal.funds.rules import DelegationRow, edition_called
from portal.funds.terms import YEARS_BACK, Askable
from portal.people.models import Person, Unit
from portal.register.models import Organ

LEDGER_PAGE = 50
_JAV_OF = aliased(Person)

# What a ledger row does to the money that is left.
SIGN: dict[str, int] = {
    LedgerKind.SET_ASIDE: 1,
    LedgerKind.GRANTED: -1,
    LedgerKind.REVERSED: 1,
    LedgerKind.RETURNED: 1,
    LedgerKind.LAPSED: -1,
    LedgerKind.CARRIED_OVER: -1,
    LedgerKind.USED: 0,
}
REMAINING: ColumnElement[int] = Fund.set_aside - Fund.granted + Fund.reversed + Fund.returned - Fund.lapsed - Fund.carried_over
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


def _units_that_ask() -> CTE:
    """Money and each unit that may ask for it: those named, and every unit below them."""
    named = select(FundUnit.fund_id, FundUnit.unit_id).cte("asks", recursive=True)
    return named.union(select(named.c.fund_id, Unit.id).join(Unit, Unit.parent_id == named.c.unit_id))


def askable(on: date) -> list[tuple[Fund, Askable]]:
    """The funds of the last years, ended ones too, newest first, with what a request must agree with; one statement."""
    asks = _units_that_ask()
    rows = session.execute(
        select(Fund, asks.c.unit_id)
        .outerjoin(asks, asks.c.fund_id == Fund.id)
        .where(Fund.year >= on.year - YEARS_BACK)
        .order_by(Fund.year.desc(), Fund.name, Fund.id)
    ).all()
    units: dict[int, set[int]] = {}
    for fund, unit_id in rows:
        units.setdefault(fund.id, set()).update(() if unit_id is None else (unit_id,))
    return [
        (
            fund,
            Askable(
                name=fund.name,
                year=fund.year,
                cost_type=fund.cost_type,
                ended_on=fund.ended_on,
                units=frozenset(units[fund.id]),
            ),
        )
        for fund in dict.fromkeys(fund for fund, _unit in rows)
    ]


def units_that_may_ask(fund_id: int) -> Sequence[str]:
    """The names of the units that with those below them may ask for the money; none when every unit may."""
    return session.scalars(
        select(Unit.name).join(FundUnit, FundUnit.unit_id == Unit.id).where(FundUnit.fund_id == fund_id).order_by(Unit.name)
    ).all()


def organs() -> Sequence[Organ]:
    """Organs that decide today."""
    return session.scalars(select(Organ).where(Organ.ended_on.is_(None)).order_by(Organ.id)).all()


_WHOLE = (
    joinedload(FundDecision.organ),
    joinedload(FundDecision.entered_by),
    joinedload(FundDecision.fund),
    joinedload(FundDecision.to_fund),
)


def decisions_of(fund_id: int) -> Sequence[FundDecision]:
    """The political decisions about the money, oldest first: what it rests on, what was carried to it, what became of it.

    Those not yet confirmed are among them.
    """
    return session.scalars(
        select(FundDecision)
        .where(or_(FundDecision.fund_id == fund_id, FundDecision.to_fund_id == fund_id))
        .options(*_WHOLE)
        .order_by(FundDecision.id)
    ).all()


def unconfirmed(fund_id: int | None = None, kind: str | None = None) -> Sequence[FundDecision]:
    """Political decisions entered by finance that wait for the registrar, oldest first."""
    statement = select(FundDecision).where(FundDecision.confirmed_at.is_(None)).options(*_WHOLE).order_by(FundDecision.id)
    if kind is not None:
        statement = statement.where(FundDecision.kind == kind)
    if fund_id is not None:
        statement = statement.where(FundDecision.fund_id == fund_id)
    return session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class Movement:
    """A ledger row and what was left after it; ``amount`` is signed kronor, 0 where nothing left is changed (used)."""

    row: LedgerRow
    amount: int
    left: int


def ledger(fund_id: int, *, before: int | None = None, limit: int = LEDGER_PAGE) -> list[Movement]:
    """Movements, newest first, from the row before ``before`` (an id, for the next page); one more than ``limit``.

    What is left is counted backwards from what the fund holds now, in the same statement, so a page reads its own rows and
    those newer than it, never the whole fund.
    """
    end: ColumnElement[int] = select(REMAINING).where(Fund.id == fund_id).scalar_subquery()
    if before is not None:
        newer = select(func.coalesce(func.sum(_SIGNED), 0)).where(LedgerRow.fund_id == fund_id, LedgerRow.id >= before)
        end = end - newer.scalar_subquery()
    deciding = joinedload(LedgerRow.fund_decision)
    statement = (
        select(LedgerRow, end)
        .where(LedgerRow.fund_id == fund_id)
        .options(joinedload(LedgerRow.case), deciding.options(*_WHOLE))
        .order_by(LedgerRow.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(LedgerRow.id < before)
    movements: list[Movement] = []
    left = 0
    for row, at_end in session.execute(statement):
        left = left if movements else int(at_end)
        amount = SIGN[row.kind] * row.amount
        movements.append(Movement(row, amount, left))
        left -= amount
    return movements


def held_by_case(fund_id: int, case_id: int) -> tuple[int, int]:
    """Kronor the case holds of the money (granted, less what was reversed or given back), and what counts as used."""
    kept = (LedgerKind.GRANTED.value, LedgerKind.REVERSED.value, LedgerKind.RETURNED.value)
    held = func.sum(case((LedgerRow.kind.in_(kept), -_SIGNED), else_=0))
    used = func.sum(case((LedgerRow.kind == LedgerKind.USED.value, LedgerRow.amount), else_=0))
    row = session.execute(select(held, used).where(LedgerRow.fund_id == fund_id, LedgerRow.case_id == case_id)).one()
    return int(row[0] or 0), int(row[1] or 0)


def delegation_rows(fund_id: int | None) -> tuple[DelegationRow, ...]:
    """Every delegation that speaks of the fund, and the general ones, as plain values for the rules."""
    which: ColumnElement[bool] = Delegation.fund_id.is_(None)
    if fund_id is not None:
        which = or_(which, Delegation.fund_id == fund_id)
    rows = session.execute(
        select(Delegation, Organ.name, DelegationOrder.name, DelegationOrder.edition)
        .join(Organ, Organ.id == Delegation.rests_on_organ_id)
        .outerjoin(DelegationOrder, DelegationOrder.id == Delegation.order_id)
        .where(which)
    )
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
            cost_type=row.cost_type,
            is_reported=row.is_reported,
            order=edition_called(order, edition) if order else "",
        )
        for row, organ, order, edition in rows
    )


@dataclass(frozen=True, slots=True)
class ListedDelegation:
    """A delegation with the name of the person whose jäv it needs, if any."""

    row: Delegation
    only_when_jav_of: str | None


def listed(*which: ColumnElement[bool], order_by: Sequence[Any]) -> list[ListedDelegation]:
    """The delegations that meet ``which``, in one statement."""
    jav_of = _JAV_OF
    statement = (
        select(Delegation, jav_of.title, jav_of.name)
        .join(Delegation.person)
        .outerjoin(jav_of, jav_of.id == Delegation.only_when_jav_of_id)
        .where(*which)
        .options(
            contains_eager(Delegation.person),
            joinedload(Delegation.fund),
            joinedload(Delegation.rests_on_organ),
            joinedload(Delegation.order),
        )
        .order_by(*order_by)
    )
    return [ListedDelegation(row, title or name) for row, title, name in session.execute(statement)]


def delegations(*, fund_id: int | None = None, on: date | None = None) -> list[ListedDelegation]:
    """Delegations by person; of one fund when ``fund_id`` is given, confirmed and in force when ``on`` is."""
    which: list[ColumnElement[bool]] = []
    if fund_id is not None:
        which.append(Delegation.fund_id == fund_id)
    if on is not None:
        which += [
            Delegation.confirmed_at.is_not(None),
            Delegation.valid_from <= on,
            or_(Delegation.valid_to.is_(None), Delegation.valid_to >= on),
        ]
    return listed(*which, order_by=(Person.name, Delegation.valid_from.desc(), Delegation.id))


def fund_decision(public_id: UUID) -> FundDecision:
    """A political decision about set-aside money, with its fund and organ. Raises Unknown."""
    row = session.scalars(select(FundDecision).where(FundDecision.public_id == public_id).options(*_WHOLE)).one_or_none()
    if row is None:
        raise Unknown
    return row


def all_funds() -> Sequence[Fund]:
    """Every fund, newest budget year first."""
    return session.scalars(select(Fund).order_by(Fund.year.desc(), Fund.name)).all()
