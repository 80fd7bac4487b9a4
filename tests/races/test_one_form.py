"""One form sent twice, or twenty times, at the same moment: done once, and everyone is answered with the first result."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.db import session
from portal.decisions.models import Decision
from portal.dispatch.models import Copy
from portal.funding_requests.lifecycle import Action
from portal.people.models import FormResult
from portal.register.models import Case
from tests.factories.decisions import case_of
from tests.factories.funding_requests import a_draft
from tests.races.arena import MOST_HANDS, Arena, Shot, everything_holds, logged, rows
from tests.races.test_same_case import (
    TO_DECIDED,
    TO_DISPATCHED,
    deciding,
    entering_minutes,
    of,
    recording,
    replacing,
    withdrawing,
)
from tests.scale import SOAK, times

ROUNDS = times(1, 4)
HANDS = (2, MOST_HANDS)
MANY = {"submit", "decide"}  # in the short run, the forms that twenty send

Prepared = tuple[UUID, Callable[[], Shot]]


def sent_in(arena: Arena) -> Prepared:
    case_id = a_draft(arena.town, fund=str(arena.big.public_id)).public_id
    return case_id, lambda: arena.shot("sakerhetschef", of(case_id, "granska"), to=of(case_id, "skicka-in"))


def at(make: Callable[[Arena, UUID], Shot], *steps: tuple[Action, str]) -> Callable[[Arena], Prepared]:
    def prepare(arena: Arena) -> Prepared:
        case_id = arena.walked(*steps)
        return case_id, lambda: make(arena, case_id)

    return prepare


def typed(by: str, page: str, **words: str) -> Callable[[Arena, UUID], Shot]:
    return lambda arena, case_id: arena.shot(by, of(case_id, page), **words)


FORMS: dict[str, tuple[Callable[[Arena], Prepared], str]] = {
    "submit": (sent_in, "funding_requests.submit"),
    "decide": (at(deciding), "decisions.decide"),
    "withdraw": (at(withdrawing), "funding_requests.withdraw"),
    "give statement": (at(typed("ekonom", "yttrande", text="Medel finns.", cost_type="drift")), "decisions.give_statement"),
    "enter minutes": (at(entering_minutes, (Action.HAND_OVER, "kommunchef")), "decisions.record_minutes"),
    "record": (at(recording, *TO_DECIDED), "accounting.record"),
    "replace decision": (at(replacing, *TO_DISPATCHED), "decisions.replace_decision"),
    "check registration": (at(typed("registrator", "registrering")), "register.check_registration"),
    "note fact": (at(typed("registrator", "handelse", kind="other", text="Ringde.")), "register.note_fact"),
    "correct": (at(typed("registrator", "ratta", what="Fel datum.", text="Rätt datum.")), "register.correct"),
    "declare jäv": (at(typed("kommunchef", "jav", reason="Nära anhörig.")), "register.declare_jav"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_sent_many_times_at_once_is_done_once(arena: Arena, form: str) -> None:
    prepare, entry = FORMS[form]
    hands_each_round = HANDS * ROUNDS if SOAK else (HANDS[form in MANY],)
    for hands in hands_each_round:
        with arena.inside():
            case_id, make = prepare(arena)
        first = make()
        _hold_the_password(arena, form)
        first.sent.pop("password", None)
        arena.as_one(first, *(first.again(arena) for _ in range(hands - 1)))
        with arena.inside():
            assert logged(case_id, entry) == 1
            assert rows(FormResult, FormResult.key == UUID(first.sent["form_key"])) == 1
    everything_holds(arena)


def _hold_the_password(arena: Arena, form: str) -> None:
    """Twenty tries of a password at once would meet the limit of tries; here the same form is what is tried."""
    if by := {"decide": "kommunchef", "replace decision": "kommunchef", "record": "ekonom"}.get(form):
        arena.give_password(by)


def test_a_form_with_its_password_pressed_twice_is_done_once(arena: Arena) -> None:
    for _ in range(2 * ROUNDS):
        with arena.inside():
            case_id = arena.submitted()
        first = deciding(arena, case_id)
        arena.as_one(first, first.again(arena))
        with arena.inside():
            assert rows(Decision, Decision.case_id == case_of(case_id).id) == 1
    everything_holds(arena)


def test_a_new_request_begun_twice_with_one_form_is_one_draft(arena: Arena) -> None:
    for hands in HANDS * ROUNDS:
        with arena.inside():
            before = rows(Case)
        first = arena.shot("fritidschef", "/askanden/ny")
        arena.as_one(first, *(first.again(arena) for _ in range(hands - 1)))
        with arena.inside():
            assert rows(Case) == before + 1
    everything_holds(arena)


def test_a_copy_sent_again_with_two_forms_is_queued_once(arena: Arena) -> None:
    """Two persons, two forms: one is done, the other hears that the copy is on its way."""
    for _ in range(ROUNDS):
        with arena.inside():
            case_id = with_a_failed_copy(arena)
            failed = select(Copy.public_id).where(Copy.case_id == case_of(case_id).id, Copy.state == "failed")
            copy_id = session.scalars(failed).one()
        page = of(case_id, f"kopior/{copy_id}/skicka-igen")
        arena.duel(*(arena.shot(by, page, email="mottagare@example.org", how="") for by in ("ekonom", "registrator")))
        with arena.inside():
            assert logged(case_id, "dispatch.retry") == 1
    everything_holds(arena)


def with_a_failed_copy(arena: Arena) -> UUID:
    """A dispatched case of which one recipient has no address."""
    case_id = arena.walked(*TO_DECIDED)
    shot = recording(arena, case_id)
    shot.sent.add("recipient_name", "Okänd förening")
    shot.sent.add("recipient_email", "")
    assert shot.client.post(shot.to, data=shot.sent).status_code == 303
    return case_id
