"""What kommunfullmäktige sets aside each year, and who may decide over it. Amounts are whole kronor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from portal import clock
from portal.demo.calendar import monday
from portal.demo.paper import page
from portal.demo.town import BOARD, COUNCIL, Fund, Town
from portal.documents.store import current_store
from portal.funds import delegation_operations, operations, order_operations, queries, year_end
from portal.funds.delegation_operations import NewDelegation
from portal.funds.operations import PoliticalDecision
from portal.funds.rules import DELEGATED, EXECUTION
from portal.funds.terms import FundTerms
from portal.money import format_kronor

SAFETY_MILLION = "Trygghetsmiljonen"
UNFORESEEN = "Kommunstyrelsens medel för oförutsedda behov"
CLIMATE = "Medel för klimatanpassning"


@dataclass(frozen=True, slots=True)
class Kind:
    """Money set aside every year: kronor, the code it is booked on, how far the chief executive's authority goes."""

    name: str
    amount: int
    code: str
    ceiling: int
    capacity: str
    clause: str
    clause_jav: str
    daily_name: str = ""
    report_by: tuple[int, int] | None = None  # month and day in the year after; else the installation's
    interim_reports: bool = False


KINDS = (
    Kind(SAFETY_MILLION, 1_000_000, "1210", 1_500_000, DELEGATED, "Delegationsordningen 4.2", "Delegationsordningen 4.3",
         interim_reports=True),
    Kind(UNFORESEEN, 2_500_000, "1220", 1_500_000, DELEGATED, "Delegationsordningen 4.4", "Delegationsordningen 4.5",
         daily_name="Oförutsett"),
    Kind(CLIMATE, 4_000_000, "1230", 600_000, EXECUTION, "Delegationsordningen 4.6", "Delegationsordningen 4.7",
         report_by=(2, 15)),
)  # fmt: skip
LAPSED, CARRIED = 200_000, 200_000  # of last year's money, of which more may still be granted
ORDER = "Kommunstyrelsens delegationsordning"
# Requests that say themselves how they are financed.
GENERAL_CEILING, GENERAL_CLAUSE = 200_000, "Delegationsordningen 4.1"


def set_aside(town: Town, kind: Kind, year: int) -> None:
    """Finance enters what kommunfullmäktige decided in the November before the year."""
    fund = operations.add_fund(
        name=kind.name,
        year=year,
        organ_id=town.organs[BOARD],
        decision=PoliticalDecision(
            amount=kind.amount,
            organ_id=town.organs[COUNCIL],
            decided_on=monday(year - 1, 11, 4),
            paragraph=f"§ {150 + int(kind.code) // 10}",
        ),
        code={"ansvar": kind.code, "konto": "9990", "verksamhet": "1301"},
        asked=FundTerms(
            daily_name=kind.daily_name,
            report_by=date(year + 1, *kind.report_by) if kind.report_by is not None else None,
            interim_reports=kind.interim_reports,
        ),
        by=town.actor("ekonom"),
    )
    town.funds[kind.name, year] = Fund(fund.public_id, fund.name, fund.year)


def raise_money(town: Town, year: int, amount: int) -> None:
    """Finance enters that kommunfullmäktige has added to the money for unforeseen needs; the registrar has not seen it."""
    operations.propose_change(
        fund_id=town.funds[UNFORESEEN, year].public_id,
        decision=PoliticalDecision(
            amount=amount,
            organ_id=town.organs[COUNCIL],
            decided_on=clock.today() - timedelta(days=3),
            paragraph="§ 47",
        ),
        by=town.actor("ekonom2"),
    )


def close_year(town: Town, year: int) -> None:
    """Finance enters what kommunfullmäktige did with a part of what was left: of one kind it lapsed, of one it went on."""
    by = town.actor("ekonom2")

    def decided(amount: int) -> PoliticalDecision:
        day = clock.today() - timedelta(days=3)
        return PoliticalDecision(amount=amount, organ_id=town.organs[COUNCIL], decided_on=day, paragraph="§ 12")

    lapsing, source, to = town.funds[UNFORESEEN, year], town.funds[CLIMATE, year], town.funds[CLIMATE, year + 1]
    year_end.propose_lapse(fund_id=lapsing.public_id, decision=decided(LAPSED), by=by)
    year_end.propose_carry_over(fund_id=source.public_id, to=to.public_id, decision=decided(CARRIED), by=by)


def confirm_money(town: Town) -> None:
    """The registrar has read the minutes and confirms everything that has been entered."""
    for decision in queries.unconfirmed():
        operations.confirm_fund_decision(decision_id=decision.public_id, by=town.actor("registrator"))


def _rows(town: Town, year: int) -> Iterator[NewDelegation]:
    chief, deputy = town.people["kommunchef"], town.people["tf.kommunchef"]
    board = town.organs[BOARD]
    first = monday(year - 1, 12, 1)

    def row(person: UUID, fund: UUID | None, ceiling: int, capacity: str, clause: str, jav_of: UUID | None) -> NewDelegation:
        return NewDelegation(
            person_id=person,
            fund_id=fund,
            ceiling=ceiling,
            capacity=capacity,
            clause=clause,
            organ_id=board,
            decided_on=first,
            paragraph="§ 171",
            only_when_jav_of_id=jav_of,
            valid_from=first.replace(year=year, month=1, day=1),
            valid_to=None,
        )

    for kind in (kind for kind in KINDS if kind.capacity == EXECUTION):
        fund = town.funds[kind.name, year].public_id
        yield row(chief, fund, kind.ceiling, kind.capacity, kind.clause, None)
        yield row(deputy, fund, kind.ceiling, kind.capacity, kind.clause_jav, chief)


def delegate(town: Town, year: int) -> None:
    """The administrator enters the year's edition of the board's delegation order, and what is only to be executed."""
    _enter_edition(town, year)
    for new in _rows(town, year):
        _delegate(town, new)


def _enter_edition(town: Town, year: int) -> None:
    """An edition with a clause for each of the year's funds, after those of the edition it replaces."""
    admin = town.actor("admin")
    file = page(
        ORDER, [f"{kind.clause}  {kind.name}: {format_kronor(kind.ceiling)}" for kind in KINDS if kind.capacity == DELEGATED]
    )
    new = order_operations.NewOrder(
        name=ORDER,
        organ_id=town.organs[BOARD],
        decided_on=min(monday(year - 1, 12, 1), clock.today()),
        paragraph="171",
        valid_from=max(date(year, 1, 1), clock.today()),
        valid_to=None,
        with_clauses=True,
    )
    kept = order_operations.KeptFile(current_store().put(file), f"delegationsordning-{year}.pdf")
    order_id = order_operations.enter_order(new=new, file=kept, by=admin).public_id
    town.editions.append(order_id)
    chief, deputy = town.people["kommunchef"], town.people["tf.kommunchef"]
    for kind in (kind for kind in KINDS if kind.capacity == DELEGATED):
        for person, clause, jav_of in ((chief, kind.clause, None), (deputy, kind.clause_jav, chief)):
            added = order_operations.NewClause(
                person_id=person,
                fund_id=town.funds[kind.name, year].public_id,
                cost_type=None,
                ceiling=kind.ceiling,
                capacity=DELEGATED,
                clause=clause.removeprefix("Delegationsordningen "),
                is_reported=True,
                only_when_jav_of_id=jav_of,
            )
            order_operations.add_clause(order_id=order_id, new=added, by=admin)


def delegate_in_general(town: Town, year: int) -> None:
    """The row for requests that name other financing; it holds until it is ended."""
    _delegate(
        town,
        NewDelegation(
            person_id=town.people["kommunchef"],
            fund_id=None,
            ceiling=GENERAL_CEILING,
            capacity=DELEGATED,
            clause=GENERAL_CLAUSE,
            organ_id=town.organs[BOARD],
            decided_on=monday(year - 1, 12, 1),
            paragraph="§ 171",
            only_when_jav_of_id=None,
            valid_from=monday(year - 1, 12, 1).replace(year=year, month=1, day=1),
            valid_to=None,
        ),
    )


def _delegate(town: Town, new: NewDelegation) -> None:
    town.entered.append(delegation_operations.add_delegation(new=new, by=town.actor("admin")).public_id)


def confirm_delegations(town: Town) -> None:
    """The registrar confirms the edition and the rows that have been entered."""
    while town.editions:
        order_operations.confirm_order(order_id=town.editions.pop(0), by=town.actor("registrator"))
    while town.entered:
        delegation_operations.confirm_delegation(delegation_id=town.entered.pop(0), by=town.actor("registrator"))
