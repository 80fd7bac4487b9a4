"""The year-end in every combination: what becomes of the money, how much of it, what was done or waits before, and whether
next year's money is there."""

from itertools import product
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.db import session, transaction
from portal.errors import Invalid, Refused
from portal.funds import operations, queries, year_end
from portal.funds.models import Fund, LedgerRow
from portal.funds.operations import PoliticalDecision
from tests.factories.town import Town, a_fund

pytestmark = pytest.mark.usefixtures("inside")

WHOLE, PART = 100, 40
YEAR = clock.today().year


class Money(NamedTuple):
    """A fund of this year, and the one it may be carried over to."""

    source: UUID
    other: UUID | None


def money(town: Town, name: str, *, next_years: bool, ended: bool) -> Money:
    signed = {"organ_id": town.council.id, "entered_by": town.person("ekonom").id,
              "confirmed_by": town.person("registrator").id}  # fmt: skip
    with transaction():
        source = a_fund(name=name, year=YEAR, amount=WHOLE, **signed)
        other = a_fund(name=name, year=YEAR + 1, amount=WHOLE, **signed) if next_years else None
        if other and ended:
            other.ended_on = clock.today().replace(year=YEAR - 1, day=1)
        return Money(source.public_id, other.public_id if other else None)


def enter(town: Town, act: str, money: Money, amount: int) -> UUID:
    said = PoliticalDecision(amount=amount, organ_id=town.council.public_id, decided_on=clock.today(), paragraph="14")
    with transaction():
        by = town.actor("ekonom")
        if act == "lapse":
            return year_end.propose_lapse(fund_id=money.source, decision=said, by=by).public_id
        to = None if act == "carry over to next year's" else money.other
        return year_end.propose_carry_over(fund_id=money.source, to=to, decision=said, by=by).public_id


def confirm(town: Town, row: UUID) -> bool:
    """Whether the registrar's confirmation put it in force."""
    try:
        with transaction():
            operations.confirm_fund_decision(decision_id=row, by=town.actor("registrator"))
    except Refused:
        return False
    return True


def left(public_id: UUID | None) -> int:
    """What the fund holds, which is what its ledger says."""
    session.rollback()
    fund = session.scalars(select(Fund).where(Fund.public_id == public_id)).one()
    rows = session.execute(
        select(LedgerRow.kind, func.sum(LedgerRow.amount)).where(LedgerRow.fund_id == fund.id).group_by(LedgerRow.kind)
    )
    assert fund.left == sum(queries.SIGN[kind] * int(amount) for kind, amount in rows)
    return fund.left


ACTS = ("lapse", "carry over to next year's", "carry over to another")
NEXT = {"next year's is missing": (False, False), "next year's is there": (True, False), "it has ended": (True, True)}
MATTERS = {ACTS[0]: [*NEXT][:1], ACTS[1]: [*NEXT][:2], ACTS[2]: [*NEXT][1:]}
BEFORE = {"nothing before": 0, "a part has lapsed": PART, "all has lapsed": WHOLE, "a part waits": PART}


def possible(act: str, next_years: str, before: str, amount: int) -> bool:
    """Whether finance may enter it: no more than is left, to money that can take it."""
    held = WHOLE - (0 if before == "a part waits" else BEFORE[before])
    if not 0 < amount <= held:
        return False
    if act == "carry over to next year's":
        return next_years == "next year's is missing"  # it is made once
    return act == "lapse" or next_years == "next year's is there"


def test_the_money_moves_as_the_decision_says_or_not_at_all(town: Town) -> None:
    moved = 0
    for number, (act, next_years, before, amount) in enumerate(
        product(ACTS, NEXT, BEFORE, (0, WHOLE - PART, WHOLE, WHOLE + 1))
    ):
        there, ended = NEXT[next_years]
        if next_years not in MATTERS[act]:
            continue
        told = (act, next_years, before, amount)
        of = money(town, f"Medel {number}", next_years=there, ended=ended)
        earlier = enter(town, "lapse", of, BEFORE[before]) if BEFORE[before] else None
        if earlier and before != "a part waits":
            assert confirm(town, earlier), told
        held = left(of.source)
        if not possible(*told):
            with pytest.raises(Invalid):
                enter(town, act, of, amount)
            assert left(of.source) == held, told
            continue
        row = enter(town, act, of, amount)
        assert left(of.source) == held, "nothing moves before the registrar has confirmed it"
        if before == "a part waits" and earlier:
            assert confirm(town, earlier), told
            held -= PART
        in_force = confirm(town, row)
        assert in_force is (amount <= held), told
        assert left(of.source) == held - (amount if in_force else 0), told
        receiver = session.scalars(select(Fund).where(Fund.name == f"Medel {number}", Fund.year == YEAR + 1)).one_or_none()
        if receiver is not None and not ended:
            came = amount if in_force and act != "lapse" else 0
            assert left(receiver.public_id) == (WHOLE if there else 0) + came, told
        moved += in_force
    assert moved > 10
