"""Who may record, redistribute, report back and answer a report."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from portal.accounting.facts import Facts
from portal.accounting.rules import REFUSALS
from portal.funding_requests.lifecycle import STEPS, Action
from portal.people.actor import Actor, Holding, StoodInFor
from portal.people.permissions import Role

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
UNIT, ASKER, CHIEF, ECONOMIST, OTHER = 7, 1, 2, 3, 4


def actor(person: int, *roles: Role, stands_in_for: StoodInFor | None = None) -> Actor:
    plain = Actor(
        person_id=person,
        public_id=uuid4(),
        name="Namn",
        title="Titel",
        holdings=tuple(Holding(role, UNIT) for role in roles),
        stands_in_for=(stands_in_for,) if stands_in_for else (),
        confirmed_at=NOW,
    )
    return plain.standing_in(stands_in_for.person_id, stands_in_for.holdings[0].role) if stands_in_for else plain


def facts(by: Actor, status: str, **changes: object) -> Facts:
    values: dict[str, object] = {
        "now": NOW,
        "actor": by,
        "status": status,
        "unit_id": UNIT,
        "is_writer": False,
        "requesters": frozenset({ASKER}),
        "decision_makers": frozenset({CHIEF}),
        "recorders": frozenset({ECONOMIST}),
        "statement_givers": frozenset(),
        "jav": frozenset(),
        "submitted_before": True,
        "is_secret": False,
        "registration_checked": True,
        "has_mark": False,
        "granted": 800_000,
        "report_due": True,
        "redistribution": "free",
        "redistribution_cap": None,
        "moved": 0,
        "priced_lines": 3,
        "unconfirmed": 0,
    }
    return Facts(**(values | changes))  # type: ignore[arg-type]


FINANCE_STEPS = [
    (Action.RECORD, "decided"),
    (Action.CONFIRM_REDISTRIBUTION, "dispatched"),
    (Action.ACCEPT_REPORT, "reported"),
    (Action.RETURN_REPORT, "reported"),
]
REQUESTER_STEPS = [(Action.REDISTRIBUTE, "dispatched"), (Action.REPORT_BACK, "dispatched")]


def test_every_action_of_the_package_has_its_rule() -> None:
    assert set(REFUSALS) == {step.action for step in STEPS if step.package == "accounting"}


@pytest.mark.parametrize(("action", "status"), FINANCE_STEPS)
def test_another_economist_may(action: Action, status: str) -> None:
    assert REFUSALS[action](facts(actor(OTHER, Role.FINANCE), status, unconfirmed=1)) is None


@pytest.mark.parametrize(("action", "status"), FINANCE_STEPS)
@pytest.mark.parametrize("person", [ASKER, CHIEF])
def test_who_asked_or_granted_handles_no_money_in_the_case(action: Action, status: str, person: int) -> None:
    refusal = REFUSALS[action](facts(actor(person, Role.FINANCE, Role.REQUESTER), status, unconfirmed=1))
    assert refusal and "annan ekonom" in refusal


@pytest.mark.parametrize(("action", "status"), FINANCE_STEPS)
@pytest.mark.parametrize("person", [ASKER, CHIEF])
def test_a_substitute_counts_as_the_person_stood_in_for(action: Action, status: str, person: int) -> None:
    principal = StoodInFor(person, uuid4(), "Ordinarie", "Ekonom", (Holding(Role.FINANCE, UNIT),))
    refusal = REFUSALS[action](facts(actor(OTHER, stands_in_for=principal), status, unconfirmed=1))
    assert refusal and "annan ekonom" in refusal


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.FINANCE])
@pytest.mark.parametrize(("action", "status"), FINANCE_STEPS)
def test_only_finance_does_finances_work(action: Action, status: str, role: Role) -> None:
    assert REFUSALS[action](facts(actor(OTHER, role), status, unconfirmed=1)) == "Åtgärden görs av en ekonom."


@pytest.mark.parametrize(("action", "status"), REQUESTER_STEPS)
def test_any_requester_of_the_unit_may_and_nobody_of_another_unit(action: Action, status: str) -> None:
    assert REFUSALS[action](facts(actor(OTHER, Role.REQUESTER), status)) is None
    refusal = REFUSALS[action](facts(actor(OTHER, Role.REQUESTER), status, unit_id=99))
    assert refusal == "Åtgärden görs av den enhet som äskade."


@pytest.mark.parametrize(("action", "status"), REQUESTER_STEPS)
@pytest.mark.parametrize("person", [CHIEF, ECONOMIST])
def test_who_granted_or_recorded_does_not_account_for_the_money(action: Action, status: str, person: int) -> None:
    assert "annan person på enheten" in str(REFUSALS[action](facts(actor(person, Role.REQUESTER), status)))


@pytest.mark.parametrize("action", list(REFUSALS))
def test_declared_jav_bars_from_every_act(action: Action) -> None:
    by = actor(OTHER, Role.FINANCE, Role.REQUESTER)
    status = next(step.status for step in STEPS if step.action is action)
    assert "jäv" in str(REFUSALS[action](facts(by, status, jav=frozenset({OTHER}), unconfirmed=1)))


@pytest.mark.parametrize("status", ["draft", "submitted", "closed", "archived", "withdrawn"])
@pytest.mark.parametrize("action", list(REFUSALS))
def test_nothing_is_recorded_moved_or_reported_out_of_turn(action: Action, status: str) -> None:
    assert REFUSALS[action](facts(actor(OTHER, Role.FINANCE, Role.REQUESTER), status, unconfirmed=1))


def test_recording_twice_says_that_it_is_done() -> None:
    assert "redan bokfört" in str(REFUSALS[Action.RECORD](facts(actor(OTHER, Role.FINANCE), "dispatched")))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"redistribution": "none"}, "tillåter inte"),
        ({"redistribution": "capped", "redistribution_cap": 50_000, "moved": 50_000}, "allt är redan omfördelat"),
        ({"priced_lines": 1}, "minst två rader"),
        ({"granted": 0}, "minst två rader"),
    ],
)
def test_money_moves_only_as_the_decision_allows(changes: dict[str, object], sentence: str) -> None:
    refusal = REFUSALS[Action.REDISTRIBUTE](facts(actor(OTHER, Role.REQUESTER), "dispatched", **changes))
    assert refusal and sentence in refusal


def test_settled_money_moves_only_where_no_report_was_due() -> None:
    by = actor(OTHER, Role.REQUESTER)
    assert REFUSALS[Action.REDISTRIBUTE](facts(by, "settled", report_due=False)) is None
    assert REFUSALS[Action.REDISTRIBUTE](facts(by, "settled", report_due=True))


def test_the_report_waits_for_an_unconfirmed_redistribution() -> None:
    assert "väntar" in str(REFUSALS[Action.REPORT_BACK](facts(actor(OTHER, Role.REQUESTER), "dispatched", unconfirmed=1)))
