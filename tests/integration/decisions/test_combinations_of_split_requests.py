"""Every kind of request there can be beside the one that is decided, and which of them its ceiling counts.

Each stands for a digit of its own in the sum, so that the sum alone tells which were counted, and as what.
"""

from typing import Any
from uuid import UUID

import pytest

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations, queries, sheet
from portal.funding_requests.lifecycle import Action
from portal.funds.models import Delegation
from tests.factories.decisions import a_decision, a_submitted_request, an_answer, case_of
from tests.factories.road import act, run_worker
from tests.factories.town import Town, a_delegation

pytestmark = pytest.mark.usefixtures("inside")

OWN = 1
YEAR = clock.today().year


def asked(town: Town, amount: int, **where: Any) -> UUID:
    lines = (("Väktare", str(amount)),)
    return a_submitted_request(town, lines=lines, total=str(amount), **where)


def decided(town: Town, amount: int, *granted: int, **where: object) -> UUID:
    return a_decision(town, asked(town, amount, **where), *granted)[0]


def replaced(town: Town, case_id: UUID, granted: int) -> None:
    answer = an_answer(case_id, granted)
    with transaction():
        operations.replace_decision(
            case_id=case_id, answer=answer, reason="Fel belopp.", by=town.actor("kommunchef"), seen_version=None
        )


def beside(town: Town, **where: object) -> int:
    """One request of each kind to the money; what counts of them."""
    asked(town, 10, **where)
    act(town, Action.REQUEST_COMPLETION, asked(town, 200, **where), "kommunchef")
    act(town, Action.HAND_OVER, asked(town, 3_000, **where), "kommunchef")
    decided(town, 60_000, 40_000, **where)
    decided(town, 500_000, 0, **where)  # rejected
    replaced(town, decided(town, 900_000, 600_000, **where), 500_000)
    act(town, Action.WITHDRAW, asked(town, 7_000_000, **where), "sakerhetschef")
    return 10 + 200 + 3_000 + 40_000 + 0 + 500_000


def closed_after_withdrawal(town: Town, **where: object) -> None:
    """The status of such a case no longer says that it was taken back."""
    case_id = asked(town, 7_000_000, **where)
    act(town, Action.WITHDRAW, case_id, "sakerhetschef")
    act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
    run_worker()
    act(town, Action.CLOSE, case_id, "registrator")


def test_the_units_others_to_the_same_money_and_year_count_and_nobody_elses(town: Town) -> None:
    with transaction():
        row: Delegation = a_delegation(
            person_id=town.person("kommunchef").id, fund_id=None, organ_id=town.organ.id, ceiling=10**9
        )
        row.entered_by_id = town.person("admin").id
        row.confirmed_by_id, row.confirmed_at = town.person("registrator").id, clock.now()
    nothing, other, next_year = {"fund": None}, {"fund": town.other_fund.name}, {"fund": None, "year": YEAR + 1}
    closed_after_withdrawal(town)
    counts = beside(town)
    without_fund = beside(town, **nothing)
    asked(town, 80_000_000, by="fritidschef", unit="Kultur och fritid")
    asked(town, 80_000_000, by="fritidschef", unit="Kultur och fritid", **nothing)
    for where, expected in (({}, counts), (nothing, without_fund), (other, 0), (next_year, 0)):
        case_id = asked(town, OWN, **where)
        by = town.actor("kommunchef")
        found = queries.facts(case_of(case_id), by)
        shown = sheet.counted(sheet.open_sheet(case_id, by), by)
        assert found.unit_total == shown.total == OWN + expected, where
        assert sum(each.amount for each in shown.others) == expected, where
        session.rollback()
