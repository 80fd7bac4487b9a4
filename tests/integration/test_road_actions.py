"""Every place of the road × every action × every person: what the table and the rules allow happens, nothing else does.

What is expected is derived from the road's table and the table of permissions, and from the short list of rules in
``RULES`` that have the say where both would allow. The buttons of the case page are held against the same operations.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal import create_app
from portal.db import db, session, transaction
from portal.desk.actions import buttons
from portal.errors import Conflict, Refused, Unknown
from portal.funding_requests.lifecycle import Action, Status, step
from portal.log.models import LogEntry
from portal.people.permissions import PERMISSIONS, UNIT_SCOPED, Permission, Role
from portal.register.models import Case
from tests.factories.decisions import case_of
from tests.factories.places import PLACES, status_of
from tests.factories.road import acts
from tests.factories.town import PEOPLE, Town
from tests.integration.conftest import Road

USERNAMES = [username for username, *_rest in PEOPLE]
DONE, REFUSED, CONFLICT, UNKNOWN = "done", "refused", "conflict", "unknown"
FINANCE = ("ekonom", "ekonom2")
DECIDERS = ("kommunchef", "tf.kommunchef")
CONFIRMED = "register.confirm_mark"  # marking what the requester has marked confirms it
SECRET = ("submitted, secret", "dispatched, secret")
CHECKED = ("dispatched", "reported", "settled", "closed", "archived")
BY_DELEGATION = (
    *("decided", "decided, rejected", "dispatched", "dispatched, money moved"),
    *("dispatched, secret", "settled", "settled, no report due"),
)

# Where status and permission would allow it and a rule still says no: (places, action, persons; none named: everyone).
RULES: tuple[tuple[tuple[str, ...], Action, tuple[str, ...]], ...] = (
    # The deputy's own delegation is valid only when the chief is jävig.
    (("submitted", "submitted, secret"), Action.DECIDE, ("tf.kommunchef",)),
    (BY_DELEGATION, Action.REPLACE_DECISION, ("tf.kommunchef", "registrator")),
    # An organ's decision is replaced by new minutes, which the registrar enters.
    (("decided by the organ",), Action.REPLACE_DECISION, DECIDERS),
    # The registrar hands over, and goes on without a completion, only where no decision maker can.
    (("submitted", "submitted, secret"), Action.HAND_OVER, ("registrator",)),
    (("returned",), Action.RESUME, ("registrator",)),
    (("returned by the organ",), Action.RESUME, DECIDERS),
    # Money moved but not confirmed has to be confirmed before it is accounted for; else there is nothing to confirm.
    (("dispatched, money moved",), Action.REPORT_BACK, ()),
    (("dispatched, money moved",), Action.CLOSE_WITHOUT_REPORT, ()),
    (("dispatched", "dispatched, secret", "reported", "settled", "settled, no report due"), Action.CONFIRM_REDISTRIBUTION, ()),
    # Accounted for is accounted for.
    (("settled",), Action.REDISTRIBUTE, ()),
    # Money is moved between two lines.
    (("dispatched, secret",), Action.REDISTRIBUTE, ()),
    # A copy has not come through: no mail server is set up.
    (("dispatched, secret",), Action.CLOSE_WITHOUT_REPORT, ()),
    # Nothing withdrawn is closed before the registration has been checked.
    (("withdrawn",), Action.CLOSE, ()),
)


def holds(username: str, permission: Permission) -> bool:
    """Whether the person has the permission where Säkerhet och trygghet is concerned."""
    role, unit = next((role, unit) for name, _title, role, unit in PEOPLE if name == username)
    return permission in PERMISSIONS[role] and (permission not in UNIT_SCOPED or unit == "Säkerhet och trygghet")


def sees(place: str, username: str) -> bool:
    """Draft: its author. Then requesters of the unit and whoever reads cases; a secret one only those with a right."""
    if place == "draft":
        return username == "sakerhetschef"
    if place == "submitted, secret":
        return username in ("sakerhetschef", *DECIDERS) or holds(username, Permission.READ_SECRET)
    if place == "dispatched, secret":  # the requesters' turn; the deputy and the other ekonom have taken no part
        acted = username in ("sakerhetschef", "sakerhetssamordnare", "kommunchef", "ekonom")
        return acted or holds(username, Permission.READ_SECRET)
    return holds(username, Permission.READ_UNIT_CASES) or holds(username, Permission.READ_CASES)


def may(place: str, action: Action, username: str) -> bool:
    """Whether the permissions of the table allow the person the action."""
    taken = step(status_of(place), action)
    assert taken is not None
    if action is Action.DECLARE_JAV:  # whoever may act
        acting = (P.DECIDE, P.STATE_OPINION, P.RECORD_BUDGET, P.KEEP_REGISTER, P.ARCHIVE, P.WRITE_REQUEST)
        return any(holds(username, permission) for permission in acting)
    return any(holds(username, permission) for permission in taken.permissions)


P = Permission


def expected(place: str, action: Action, username: str) -> str:
    """What the act shall lead to."""
    if not sees(place, username):
        return UNKNOWN
    if step(status_of(place), action) is None:
        # The register's acts have no turn: a draft is refused because it is not in the register.
        return REFUSED if step(Status.ARCHIVED, action) else CONFLICT
    if not may(place, action, username):
        return REFUSED
    if place == "submitted, no decision maker may act" and username in DECIDERS:
        return REFUSED  # a declared jäv bars from everything
    for places, ruled, persons in RULES:
        if ruled is action and place in places and (not persons or username in persons):
            return REFUSED
    if action is Action.CHECK_REGISTRATION and place.startswith(CHECKED):
        return REFUSED  # already checked
    if action is Action.LIFT_MARK and place not in SECRET:
        return REFUSED  # no mark to lift
    return DONE


class Standing:
    """An application on a database that is put back as it was after every act that succeeded."""

    def __init__(self, road: Road, folder: Path) -> None:
        self.road, self.folder = road, folder
        shutil.copytree(road.folder, folder)
        self.app = create_app(folder, testing=True)
        self._watch()

    def _watch(self) -> None:
        self.other = sqlite3.connect(self.folder / "portal.sqlite")
        self.seen = self._version()

    def _version(self) -> int:
        return int(self.other.execute("PRAGMA data_version").fetchone()[0])

    def changed(self) -> bool:
        """Whether any row of any table was committed since the last look: SQLite counts every commit of others."""
        before, self.seen = self.seen, self._version()
        return before != self.seen

    def restore(self) -> None:
        """Put the database back."""
        self.close()
        for name in ("portal.sqlite-wal", "portal.sqlite-shm"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copy(self.road.folder / "portal.sqlite", self.folder / "portal.sqlite")
        self._watch()

    def close(self) -> None:
        """Let go of the database."""
        session.remove()
        db.engine.dispose()
        self.other.close()


@pytest.fixture(scope="module")
def standing(road: Road, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    here = Standing(road, tmp_path_factory.mktemp("standing") / "instance")
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
    return {button.action: button.refusal for button in buttons(case_of(case_id), town.actor(username))}


def last_entry() -> int:
    return session.scalar(select(func.max(LogEntry.seq))) or 0


def not_done(place: str, action: Action, case_id: UUID, before: int) -> list[str]:
    """What is wrong after an act: the case does not stand where the table says, or the log does not tell what was done."""
    taken = step(status_of(place), action)
    assert taken is not None
    session.rollback()
    status = session.scalar(select(Case.status).where(Case.public_id == case_id))
    wrong = [] if status in (taken.to or (None,)) else [f"{action}: led to {status}"]
    written = session.scalars(select(LogEntry.action).where(LogEntry.seq > before, LogEntry.case_id == case_id)).all()
    told = CONFIRMED if place in SECRET and action is Action.MARK_SECRECY else taken.entry_type
    return wrong if told in written else [*wrong, f"{action}: the log says {written}"]


@pytest.mark.parametrize("username", USERNAMES)
@pytest.mark.parametrize("place", PLACES)
def test_a_person_can_do_what_the_road_and_the_rules_allow_and_nothing_else(
    standing: Standing, town: Town, place: str, username: str
) -> None:
    case_id = standing.road.cases[place]
    page = shown(town, case_id, username) if sees(place, username) else {}
    before = last_entry()
    wrong = []
    for action in Action:
        outcome, sentence = attempt(town, action, case_id, username)
        wanted = expected(place, action, username)
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


def test_every_action_is_done_by_someone_somewhere() -> None:
    done = {a for place in PLACES for a in Action for u in USERNAMES if expected(place, a, u) == DONE}
    assert done == set(Action)


def test_every_status_has_a_place() -> None:
    assert {status_of(place) for place in PLACES} == set(Status)


def test_auditor_recipient_and_administrator_change_nothing_anywhere() -> None:
    for role in (Role.AUDITOR, Role.RECIPIENT, Role.ADMINISTRATOR):
        username = next(name for name, _title, held, _unit in PEOPLE if held is role)
        assert not [(p, a) for p in PLACES for a in Action if expected(p, a, username) == DONE]
