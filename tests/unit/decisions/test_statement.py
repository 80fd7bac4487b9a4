"""When finance's statement is required, what it may say, and when a decision goes against it or to the own unit."""

from dataclasses import dataclass, replace
from uuid import uuid4

import pytest

from portal.decisions.models import Outcome, Stance
from portal.decisions.statement import Opinion, for_own_unit, goes_against, missing, problems, why_required
from portal.people.actor import Actor, Holding, StoodInFor
from portal.people.permissions import Role


@dataclass(frozen=True)
class Line:
    label: str
    cost_type: str = "drift"
    assessment: str | None = None


DRIFT, BOUGHT, UNSURE = Line("Väktare"), Line("Belysning", "investering"), Line("Larm", "vet inte")
CAMERA = Line("Kameror", "drift", "before_start")


@pytest.mark.parametrize(
    ("lines", "fund", "why"),
    [
        ([DRIFT], False, None),
        ([], False, None),
        ([DRIFT], True, "de avsatta medlen kräver det"),
        ([DRIFT, BOUGHT], False, "raden Belysning är en investering"),
        ([UNSURE], False, "det är inte klart om raden Larm är drift eller investering"),
        ([CAMERA], False, "raden Kameror är kamerabevakning"),
        ([BOUGHT], True, "de avsatta medlen kräver det och raden Belysning är en investering"),
        ([BOUGHT, CAMERA], True, "de avsatta medlen kräver det, raden Belysning är en investering med flera"),
    ],
)
def test_a_statement_is_required_for_what_the_money_or_a_line_asks_and_says_why(
    lines: list[Line], fund: bool, why: str | None
) -> None:
    assert why_required(lines, fund_requires=fund) == why


FULL = Opinion(text="Medlen räcker.", cost_type="investering", capital_cost=9_000, balance=100_000, coding="Ansvar 1200")


@pytest.mark.parametrize(
    ("opinion", "required", "fields"),
    [
        (FULL, True, set()),
        (Opinion(text="Medel finns."), False, set()),
        (Opinion(text="Medel finns."), True, {"cost_type"}),
        (replace(FULL, text="  "), True, {"text"}),
        (replace(FULL, text="a" * 10_001), True, {"text"}),
        (replace(FULL, coding="1" * 201), True, {"coding"}),
        (replace(FULL, cost_type="annat", capital_cost=None), False, {"cost_type"}),
        (replace(FULL, capital_cost=None), False, {"capital_cost"}),
        (replace(FULL, capital_cost=0), False, set()),
        (replace(FULL, cost_type="both"), False, set()),
        (replace(FULL, cost_type="drift"), False, {"capital_cost"}),
        (replace(FULL, cost_type="drift", capital_cost=None), True, set()),
    ],
)
def test_a_statement_holds_together(opinion: Opinion, required: bool, fields: set[str]) -> None:
    assert set(problems(opinion, required=required)) == fields


def test_deciding_without_it_wants_words_not_spaces() -> None:
    assert set(missing(" \n ")) == {"no_statement_reason"}
    assert missing("Det brådskar.") == {}


@pytest.mark.parametrize(
    ("stance", "outcome", "against"),
    [
        (None, Outcome.GRANTED, False),
        (Stance.NONE, Outcome.GRANTED, False),
        (Stance.NONE, Outcome.REJECTED, False),
        (Stance.OPPOSE, Outcome.GRANTED, True),
        (Stance.OPPOSE, Outcome.PARTLY, True),
        (Stance.OPPOSE, Outcome.REJECTED, False),
        (Stance.SUPPORT, Outcome.GRANTED, False),
        (Stance.SUPPORT, Outcome.PARTLY, False),
        (Stance.SUPPORT, Outcome.REJECTED, True),
    ],
)
def test_against_is_granting_what_was_opposed_or_rejecting_what_was_supported(
    stance: Stance | None, outcome: Outcome, against: bool
) -> None:
    assert goes_against(stance.value if stance else None, outcome) is against


def _actor(own_unit: int, principal_unit: int | None = None) -> Actor:
    principal = None
    if principal_unit is not None:
        held = (Holding(Role.DECISION_MAKER, principal_unit),)
        principal = StoodInFor(2, uuid4(), "Kommunchef", "Kommunchef", held)
    return Actor(1, uuid4(), "A", "A", holdings=(Holding(Role.DECISION_MAKER, own_unit),), principal=principal)


@pytest.mark.parametrize(
    ("actor", "outcome", "own"),
    [
        (_actor(7), Outcome.GRANTED, True),
        (_actor(7), Outcome.PARTLY, True),
        (_actor(7), Outcome.REJECTED, False),
        (_actor(8), Outcome.GRANTED, False),
        (_actor(8, principal_unit=7), Outcome.GRANTED, True),
        (_actor(8, principal_unit=9), Outcome.GRANTED, False),
    ],
)
def test_the_own_unit_is_that_of_the_decision_maker_or_of_the_one_stood_in_for(
    actor: Actor, outcome: Outcome, own: bool
) -> None:
    assert for_own_unit(actor, 7, outcome) is own
