"""Who may close, reopen and archive, and what each refusal says."""

import pytest

from portal.archive.facts import Facts
from portal.archive.rules import REFUSALS
from portal.funding_requests.lifecycle import STEPS, Action
from portal.people.actor import Actor
from portal.people.permissions import Role
from tests.unit.persons import facts_of, person

WHO = 4
registrar, archivist = person(WHO, Role.REGISTRAR), person(WHO, Role.ARCHIVIST)

OUT_OF_TURN = "Åtgärden är inte möjlig i ärendets nuvarande läge. Ladda om sidan för att se vad som har hänt."
OWN_JAV = "Du har anmält jäv i ärendet och kan inte göra något i det. Någon annan med rollen tar över."
MISSING = ("Registreringen är inte kontrollerad.", "2 av kopiorna väntar.")
NO_REPORT = "Slutredovisningen är inte godkänd."
WHERE = [
    (Action.CLOSE, "settled"),
    (Action.CLOSE, "withdrawn"),
    (Action.CLOSE_WITHOUT_REPORT, "dispatched"),
    (Action.REOPEN, "closed"),
    *((Action.CLEAN, status) for status in ("dispatched", "settled", "withdrawn")),
]


def refusal(action: Action, actor: Actor, status: str, **changes: object) -> str | None:
    return REFUSALS[action](
        facts_of(Facts, actor, status, **{"missing": (), "report_missing": None, "has_material": True, **changes})
    )


def test_every_action_of_the_package_has_its_rule() -> None:
    assert set(REFUSALS) == {step.action for step in STEPS if step.package == "archive"}


@pytest.mark.parametrize(("action", "status"), WHERE)
def test_the_registrar_closes_and_reopens_and_nobody_else(action: Action, status: str) -> None:
    assert refusal(action, registrar, status) is None
    for role in set(Role) - {Role.REGISTRAR}:
        assert refusal(action, person(WHO, role), status) == "Det här görs av registratorn, som för diariet."


def test_there_must_be_something_to_clean_and_what_closing_misses_bars_no_cleaning() -> None:
    assert refusal(Action.CLEAN, registrar, "settled", missing=MISSING, report_missing=NO_REPORT) is None
    nothing = "Det finns inget arbetsmaterial att ta ställning till."
    assert refusal(Action.CLEAN, registrar, "settled", has_material=False) == nothing


def test_the_archivist_archives_and_nobody_else() -> None:
    assert refusal(Action.ARCHIVE, archivist, "closed") is None
    for role in set(Role) - {Role.ARCHIVIST}:
        assert refusal(Action.ARCHIVE, person(WHO, role), "closed") == "Ärenden arkiveras av arkivarien."


@pytest.mark.parametrize(("action", "status"), [*WHERE, (Action.ARCHIVE, "closed")])
def test_a_declared_jav_bars(action: Action, status: str) -> None:
    both = person(WHO, Role.REGISTRAR, Role.ARCHIVIST)
    assert refusal(action, both, status, jav=frozenset({WHO})) == OWN_JAV


@pytest.mark.parametrize("action", list(REFUSALS))
@pytest.mark.parametrize("status", ["draft", "submitted", "decided", "reported", "archived"])
def test_out_of_turn_is_said_before_all_else(action: Action, status: str) -> None:
    assert refusal(action, person(WHO), status, jav=frozenset({WHO}), missing=MISSING) == OUT_OF_TURN


@pytest.mark.parametrize("status", ["settled", "withdrawn"])
def test_closing_names_all_that_is_missing_the_report_last(status: str) -> None:
    assert refusal(Action.CLOSE, registrar, status, missing=MISSING, report_missing=NO_REPORT) == (
        "Ärendet kan inte avslutas ännu. Registreringen är inte kontrollerad. 2 av kopiorna väntar. "
        "Slutredovisningen är inte godkänd."
    )
    assert refusal(Action.CLOSE, registrar, status, report_missing=NO_REPORT) == (
        "Ärendet kan inte avslutas ännu. Slutredovisningen är inte godkänd."
    )


def test_closing_without_the_report_asks_for_everything_but_the_report() -> None:
    assert refusal(Action.CLOSE_WITHOUT_REPORT, registrar, "dispatched", report_missing=NO_REPORT) is None
    assert refusal(Action.CLOSE_WITHOUT_REPORT, registrar, "dispatched", missing=MISSING, report_missing=NO_REPORT) == (
        "Ärendet kan inte avslutas ännu. Registreringen är inte kontrollerad. 2 av kopiorna väntar."
    )


def test_reopening_and_archiving_ask_for_nothing_more() -> None:
    assert refusal(Action.REOPEN, registrar, "closed", missing=MISSING, report_missing=NO_REPORT) is None
    assert refusal(Action.ARCHIVE, archivist, "closed", missing=MISSING, report_missing=NO_REPORT) is None
