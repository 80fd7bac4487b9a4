"""Every place of the road × every action × every person: what the table and the rules allow happens, nothing else does.

What is expected is what the policy expects of the requests (``tests/policy/expected.py``): here the operations are called
themselves, without door or form. The buttons of the case page are held against the same operations.
"""

from collections.abc import Iterator
from uuid import UUID
from zlib import crc32

import pytest
from sqlalchemy import func, select

from portal.db import session, transaction
from portal.desk.actions import buttons
from portal.errors import Conflict, Refused, Unknown
from portal.funding_requests.lifecycle import Action, Status, step
from portal.funding_requests.queries import request_of
from portal.log.models import LogEntry
from portal.people.permissions import Role
from portal.register.models import Case
from portal.register.queries import parts_of
from tests.conftest import Road
from tests.factories.decisions import case_of
from tests.factories.places import PLACES, status_of
from tests.factories.road import acts
from tests.factories.town import PEOPLE, Town
from tests.policy import expected as policy
from tests.policy.people import PERSONS
from tests.policy.places import KNOWN
from tests.policy.table import Outcome
from tests.scale import SOAK
from tests.standing import Standing

USERNAMES = [username for username, *_rest in PEOPLE]
DONE, REFUSED, CONFLICT, UNKNOWN = "done", "refused", "conflict", "unknown"
OUTCOMES = {Outcome.DONE: DONE, Outcome.RULE: REFUSED, Outcome.CONFLICT: CONFLICT, Outcome.UNKNOWN: UNKNOWN}
CONFIRMED = "register.confirm_mark"  # marking what the requester has marked confirms it
SECRET = ("submitted, secret", "dispatched, secret")


def sees(place: str, username: str) -> bool:
    """Whether the person may see the case in that place."""
    return policy.sees(KNOWN[place], PERSONS[username])


def expected(place: str, action: Action, username: str) -> str:
    """What the act shall lead to; the door is not asked here."""
    return OUTCOMES[policy.act(KNOWN[place], action, PERSONS[username]).outcome]


def chosen(place: str, action: Action, username: str) -> bool:
    """Whether the short run tries an act that is out of turn or about a case that the person cannot see: every fourth, the
    same ones in every run; what says so stands before every act (``acting.begin``). Everything else is tried by everyone."""
    return crc32(f"{place} {action} {username}".encode()) % 4 == 0


@pytest.fixture(scope="module")
def standing(road: Road, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    here = Standing(road.folder, tmp_path_factory.mktemp("standing") / "instance")
    with here.app.app_context():
        yield here
        here.close()


def attempt(town: Town, action: Action, case_id: UUID, username: str) -> tuple[str, str]:
    """What came of the act, and the sentence when it was refused."""
    try:
        with transaction():
            acts(town)[action](case_id, town.actor(username), None)
    except Refused as error:
        return REFUSED, str(error)
    except Conflict as error:
        return CONFLICT, str(error)
    except Unknown:
        return UNKNOWN, ""
    return DONE, ""


def shown(town: Town, case_id: UUID, username: str) -> dict[Action, str | None]:
    """The person's buttons with their sentences."""
    session.rollback()
    case = case_of(case_id)
    known = buttons(request_of(case), town.actor(username), parts_of(case))
    return {button.action: button.refusal for button in known}


def last_entry() -> int:
    return session.scalar(select(func.max(LogEntry.seq))) or 0


def not_done(place: str, action: Action, case_id: UUID, before: int) -> list[str]:
    """What is wrong after an act: the case does not stand where the table says, or the log does not tell what was done."""
    taken = step(status_of(place), action)
    assert taken is not None
    session.rollback()
    status = session.scalar(select(Case.status).where(Case.public_id == case_id))
    wrong = [] if status in (taken.to or (None,)) else [f"{action}: led to {status}"]
    of_case = LogEntry.case_id != case_id if action is Action.FOLLOW else LogEntry.case_id == case_id  # of the one it makes
    written = session.scalars(select(LogEntry.action).where(LogEntry.seq > before, of_case)).all()
    told = CONFIRMED if place in SECRET and action is Action.MARK_SECRECY else taken.entry_type
    return wrong if told in written else [*wrong, f"{action}: the log says {written}"]


@pytest.mark.parametrize("username", USERNAMES)
@pytest.mark.parametrize("place", PLACES)
def test_a_person_can_do_what_the_road_and_the_rules_allow_and_nothing_else(
    standing: Standing, road: Road, town: Town, place: str, username: str
) -> None:
    case_id = road.cases[place]
    page = shown(town, case_id, username) if sees(place, username) else {}
    before = last_entry()
    wrong = []
    for action in Action:
        wanted = expected(place, action, username)
        if wanted in (CONFLICT, UNKNOWN) and not SOAK and not chosen(place, action, username):
            if page.get(action, REFUSED) is None:
                wrong.append(f"{action}: the button is open, expected {wanted}")
            continue
        outcome, sentence = attempt(town, action, case_id, username)
        if outcome != wanted:
            wrong.append(f"{action}: {outcome} ({sentence}), expected {wanted}")
        if (outcome == DONE) != standing.changed():
            wrong.append(f"{action}: {outcome}, and the database {'did not change' if outcome == DONE else 'changed'}")
        if outcome == DONE:
            wrong += not_done(place, action, case_id, before)
            standing.restore()
        if page.get(action, REFUSED) is None and outcome != DONE:
            wrong.append(f"{action}: the button is open, but {outcome} ({sentence})")
        if outcome == DONE and page.get(action, "not shown") is not None:
            wrong.append(f"{action}: done, but the button says {page.get(action, 'nothing')}")
        if outcome == REFUSED and page.get(action, sentence) != sentence:
            wrong.append(f"{action}: refused with {sentence!r}, but the button says {page[action]!r}")
    assert not wrong, "\n".join(wrong)


def test_every_action_is_done_by_someone_somewhere_but_those_the_town_does_not_ask_for() -> None:
    done = {a for place in PLACES for a in Action for u in USERNAMES if expected(place, a, u) == DONE}
    assert done == set(Action) - set(policy.NOWHERE_DONE)


def test_every_status_has_a_place() -> None:
    assert {status_of(place) for place in PLACES} == set(Status)


def test_auditor_recipient_and_administrator_change_nothing_anywhere() -> None:
    for role in (Role.AUDITOR, Role.RECIPIENT, Role.ADMINISTRATOR):
        username = next(name for name, _title, held, _unit in PEOPLE if held is role)
        assert not [(p, a) for p in PLACES for a in Action if expected(p, a, username) == DONE]
