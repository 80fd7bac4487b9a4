"""What finance and the requesting unit read when they may not, word for word and in this order."""

from datetime import date

import pytest

from portal.accounting import rules
from portal.accounting.facts import Facts
from portal.accounting.rules import REFUSALS
from portal.funding_requests.lifecycle import STEPS, Action
from portal.people.actor import Actor
from portal.people.permissions import Role
from tests.unit.persons import OTHER_UNIT, acting_for, facts_of, person

ASKER, CHIEF, ECONOMIST, OTHER, STAND_IN = 1, 2, 3, 4, 5

OUT_OF_TURN = "Åtgärden är inte möjlig i ärendets nuvarande läge. Ladda om sidan för att se vad som har hänt."
OWN_JAV = "Du har anmält jäv i ärendet och kan inte göra något i det. Någon annan med rollen tar över."
ASKED = "Du har själv arbetat med äskandet. Åtgärden kan göras av en annan ekonom."
GRANTED = "Du har själv beslutat i ärendet. Åtgärden kan göras av en annan ekonom."
GRANTED_IT = "Du har själv beslutat i ärendet. Åtgärden kan göras av en annan person på enheten."
RECORDED_IT = "Du har själv bokfört beslutet. Åtgärden kan göras av en annan person på enheten."
NO_LINES = "Det finns inga rader att omfördela mellan: beslutet beviljar inte pengar på minst två rader."

FINANCE = [
    (Action.RECORD, "decided"),
    (Action.CONFIRM_REDISTRIBUTION, "dispatched"),
    (Action.CONFIRM_REDISTRIBUTION, "reported"),
    (Action.CONFIRM_REDISTRIBUTION, "settled"),
    (Action.ACCEPT_REPORT, "reported"),
    (Action.RETURN_REPORT, "reported"),
]
REQUESTERS = [(Action.REDISTRIBUTE, "dispatched"), (Action.REDISTRIBUTE, "settled"), (Action.REPORT_BACK, "dispatched")]

economist = person(OTHER, Role.FINANCE)
requester = person(OTHER, Role.REQUESTER)


def facts(actor: Actor, status: str, **changes: object) -> Facts:
    values: dict[str, object] = {
        "requesters": frozenset({ASKER}),
        "decision_makers": frozenset({CHIEF}),
        "recorders": frozenset({ECONOMIST}),
        "granted": 800_000,
        "report_due": status != "settled",
        "redistribution": "free",
        "redistribution_cap": None,
        "moved": 0,
        "priced_lines": 2,
        "unconfirmed": 0,
    }
    return facts_of(Facts, actor, status, **(values | changes))


@pytest.mark.parametrize(("action", "status"), FINANCE)
def test_finance_reads_why_it_may_not(action: Action, status: str) -> None:
    def refusal(actor: Actor, **changes: object) -> str | None:
        return REFUSALS[action](facts(actor, status, unconfirmed=1, **changes))

    assert refusal(economist) is None
    assert refusal(person(ECONOMIST, Role.FINANCE)) is None  # recording once does not shut out from the money
    assert refusal(requester) == "Åtgärden görs av en ekonom."
    assert refusal(economist, jav=frozenset({OTHER})) == OWN_JAV
    assert refusal(person(ASKER, Role.FINANCE)) == ASKED
    assert refusal(acting_for(STAND_IN, ASKER, Role.FINANCE)) == ASKED
    assert refusal(person(CHIEF, Role.FINANCE)) == GRANTED
    assert refusal(acting_for(STAND_IN, CHIEF, Role.FINANCE)) == GRANTED
    assert refusal(person(ASKER, Role.FINANCE), jav=frozenset({ASKER})) == OWN_JAV


@pytest.mark.parametrize(("action", "status"), REQUESTERS)
def test_the_unit_reads_why_it_may_not(action: Action, status: str) -> None:
    def refusal(actor: Actor, **changes: object) -> str | None:
        return REFUSALS[action](facts(actor, status, **changes))

    assert refusal(requester) is None
    assert refusal(person(ASKER, Role.REQUESTER)) is None
    assert refusal(economist) == "Åtgärden görs av den enhet som äskade."
    assert refusal(person(OTHER, Role.REQUESTER, unit_id=OTHER_UNIT)) == "Åtgärden görs av den enhet som äskade."
    assert refusal(requester, jav=frozenset({OTHER})) == OWN_JAV
    assert refusal(person(CHIEF, Role.REQUESTER)) == GRANTED_IT
    assert refusal(acting_for(STAND_IN, CHIEF, Role.REQUESTER)) == GRANTED_IT
    assert refusal(person(ECONOMIST, Role.REQUESTER)) == RECORDED_IT
    assert refusal(acting_for(STAND_IN, ECONOMIST, Role.REQUESTER)) == RECORDED_IT


@pytest.mark.parametrize("action", list(REFUSALS))
@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "referred", "closed", "archived", "withdrawn"])
def test_out_of_turn_is_said_before_all_else(action: Action, status: str) -> None:
    in_turn = action is Action.CHECK_ENTRY and status in ("closed", "archived")  # an entry may be checked late
    said = REFUSALS[action](facts(person(9), status, jav=frozenset({9})))
    assert said == ("Åtgärden görs av en ekonom." if in_turn else OUT_OF_TURN)


@pytest.mark.parametrize("status", ["dispatched", "reported", "settled"])
def test_recording_twice_says_that_it_is_done(status: str) -> None:
    assert REFUSALS[Action.RECORD](facts(economist, status)) == "Beslutet är redan bokfört och expedierat."


@pytest.mark.parametrize("action", [action for action in REFUSALS if action is not Action.RECORD])
def test_only_recording_speaks_of_recording(action: Action) -> None:
    allowed = {step.status.value for step in STEPS if step.action is action}
    for status in {"decided", "dispatched", "reported", "settled"} - allowed:
        assert REFUSALS[action](facts(economist, status)) == OUT_OF_TURN


def test_finance_confirms_only_what_waits() -> None:
    confirm = REFUSALS[Action.CONFIRM_REDISTRIBUTION]
    assert confirm(facts(economist, "dispatched")) == "Det finns ingen omfördelning att bekräfta."
    assert confirm(facts(economist, "dispatched", unconfirmed=1)) is None


def test_the_report_waits_until_finance_has_confirmed() -> None:
    report = REFUSALS[Action.REPORT_BACK]
    assert report(facts(requester, "dispatched", unconfirmed=1)) == (
        "En omfördelning väntar på ekonomens bekräftelse. Slutredovisningen kan lämnas när den är bekräftad."
    )
    assert report(facts(economist, "dispatched", unconfirmed=1)) == "Åtgärden görs av den enhet som äskade."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"granted": 0}, NO_LINES),
        ({"granted": None}, NO_LINES),
        ({"priced_lines": 0}, NO_LINES),
        ({"priced_lines": 1}, NO_LINES),
        ({"granted": 1, "priced_lines": 2}, None),
        ({"redistribution": "none"},
         "Beslutet tillåter inte omfördelning mellan raderna. Ett nytt äskande krävs, eller att den som beslutade ersätter "
         "beslutet."),
        ({"redistribution": "capped", "redistribution_cap": 50_000, "moved": 49_999}, None),
        ({"redistribution": "capped", "redistribution_cap": 50_000, "moved": 50_000},
         "Beslutet tillåter omfördelning av högst 50\u00a0000\u00a0kr och allt är redan omfördelat. Mer kräver ett nytt "
         "äskande."),
        ({"redistribution": "capped", "redistribution_cap": 0},
         "Beslutet tillåter omfördelning av högst 0\u00a0kr och allt är redan omfördelat. Mer kräver ett nytt äskande."),
    ],
)  # fmt: skip
def test_money_moves_as_the_decision_allows_to_the_last_krona(changes: dict[str, object], sentence: str | None) -> None:
    assert REFUSALS[Action.REDISTRIBUTE](facts(requester, "dispatched", **changes)) == sentence


def test_after_an_accepted_report_nothing_moves() -> None:
    redistribute = REFUSALS[Action.REDISTRIBUTE]
    assert redistribute(facts(requester, "settled", report_due=True)) == (
        "Slutredovisningen är godkänd. Beloppen kan inte längre omfördelas."
    )
    assert redistribute(facts(requester, "settled", report_due=False)) is None
    assert redistribute(facts(requester, "dispatched", report_due=True)) is None
    assert redistribute(facts(requester, "dispatched", report_due=False)) is None


def test_a_second_economist_checks_an_entry_that_waits_where_the_municipality_has_entries_checked() -> None:
    def refusal(actor: Actor, status: str = "dispatched", **changes: object) -> str | None:
        waits: dict[str, object] = {"control": True, "to_check": frozenset({ECONOMIST, STAND_IN})}
        return REFUSALS[Action.CHECK_ENTRY](facts(actor, status, **(waits | changes)))

    own = "Du har själv bokfört justeringen. Kontrollen kan göras av en annan ekonom."
    assert refusal(economist) is None
    assert refusal(person(ECONOMIST, Role.FINANCE)) == own
    assert refusal(person(STAND_IN, Role.FINANCE)) == own  # who stood in has recorded it too
    assert refusal(acting_for(OTHER, ECONOMIST, Role.FINANCE)) == own
    assert refusal(economist, to_check=frozenset()) == "Ingen budgetjustering väntar på kontroll."
    off = "Kommunen låter inte en andra person kontrollera budgetjusteringar."
    assert refusal(economist, control=False) == refusal(economist, control=False, to_check=frozenset()) == off
    assert refusal(requester) == "Åtgärden görs av en ekonom."
    assert refusal(economist, "submitted") == OUT_OF_TURN
    assert refusal(economist, jav=frozenset({OTHER})) == OWN_JAV
    assert refusal(person(ASKER, Role.FINANCE)) == ASKED
    assert refusal(person(CHIEF, Role.FINANCE)) == GRANTED


def test_the_unit_tells_how_it_stands_when_a_tertial_report_is_due() -> None:
    def refusal(
        actor: Actor, status: str = "dispatched", due: date | None = date(2026, 8, 31), **changes: object
    ) -> str | None:
        return REFUSALS[Action.REPORT_INTERIM](facts(actor, status, interim_due=due, **changes))

    assert refusal(requester) is None
    assert refusal(requester, due=None) == "Ingen lägesrapport ska lämnas nu."
    assert refusal(economist) == "Åtgärden görs av den enhet som äskade."
    assert refusal(person(OTHER, Role.REQUESTER, unit_id=OTHER_UNIT)) == "Åtgärden görs av den enhet som äskade."
    assert refusal(requester, "submitted") == OUT_OF_TURN
    assert refusal(requester, jav=frozenset({OTHER})) == OWN_JAV
    assert refusal(person(CHIEF, Role.REQUESTER)) == GRANTED_IT
    assert refusal(person(ECONOMIST, Role.REQUESTER)) == RECORDED_IT


@pytest.mark.parametrize("role", list(Role))
def test_finance_exchanges_files_with_the_ledger_and_the_administrator_only_keeps_its_templates(role: Role) -> None:
    by, is_finance = person(OTHER, role), role is Role.FINANCE
    assert rules.refusal_to_export(by) == (None if is_finance else "Filerna till ekonomisystemet görs av en ekonom.")
    assert rules.refusal_to_read_codes(by) == (None if is_finance else "Kodtabellerna läses in av en ekonom.")
    assert rules.refusal_to_read_outcome(by) == (None if is_finance else "Utfallet läses in av en ekonom.")
    keeps = is_finance or role is Role.ADMINISTRATOR
    assert rules.refusal_to_keep_templates(by) == (None if keeps else "Mallarna ändras av en ekonom eller en administratör.")


def test_a_file_that_tells_the_lines_of_a_case_which_has_become_secret_is_not_handed_out_again() -> None:
    refusal = rules.refusal_to_hand_out
    told = "Ett ärende i filen har sekretessmarkerats sedan den gjordes. Den lämnas inte ut igen."
    assert refusal(tells_labels=True, has_become_secret=True) == told
    assert refusal(tells_labels=True, has_become_secret=False) is None
    assert refusal(tells_labels=False, has_become_secret=True) is None
