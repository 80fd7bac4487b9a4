"""A person loses the right to act while the form is on its way: either the act came first, or it is refused.

The log tells which: no act stands after the entry that took the right away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.log.models import LogEntry
from portal.people.models import RoleHolding, SignInAttempt, UserSession
from portal.people.permissions import Role
from portal.people.rules import FREE_TRIES_NAME
from tests.factories.town import Row
from tests.races.arena import Arena, Shot, everything_holds, rows, status_of
from tests.races.test_same_case import of
from tests.scale import times

ROUNDS = times(1, 12)


@dataclass(frozen=True, slots=True)
class Taken:
    """How the right is taken away, and the log entry that says so."""

    form: Callable[[Arena, Row], Shot]
    entry: str


def _of_person(person: Row, what: str = "") -> str:
    return f"/administration/personer/{person.public_id}{what}"


def ending_role(arena: Arena, person: Row) -> Shot:
    with arena.inside():
        holding = session.scalars(select(RoleHolding.public_id).where(RoleHolding.person_id == person.id)).one()
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    return arena.shot("admin", _of_person(person), to=_of_person(person, f"/roller/{holding}/avsluta"), valid_to=yesterday)


def disabling(arena: Arena, person: Row) -> Shot:
    return arena.shot("admin", _of_person(person), to=_of_person(person, "/stang"))


def signing_out(arena: Arena, person: Row) -> Shot:
    return arena.shot("admin", _of_person(person), to=_of_person(person, "/logga-ut"))


def ending_session(arena: Arena, person: Row) -> Shot:
    """From the person's other browser."""
    with arena.inside():
        first = session.scalars(select(UserSession.public_id).where(UserSession.id == latest_session(person))).one()
    other = arena.signed_in(person.name, anew=True)
    return arena.shot(person.name, "/konto", to=f"/konto/inloggningar/{first}/avsluta", cookie=other)


def latest_session(person: Row) -> int:
    found = session.scalars(select(UserSession.id).where(UserSession.person_id == person.id, UserSession.ended_at.is_(None)))
    return max(found)


WAYS = {
    "the role ends": Taken(ending_role, "people.end_role"),
    "the account is closed": Taken(disabling, "people.disable"),
    "an administrator signs the person out": Taken(signing_out, "people.end_sessions"),
    "the person ends the session elsewhere": Taken(ending_session, "people.end_session"),
}


def seq(action: str, *, case_id: UUID | None = None, after: int = 0) -> int | None:
    statement = select(LogEntry.seq).where(LogEntry.action == action, LogEntry.seq > after)
    if case_id is not None:
        statement = statement.where(LogEntry.case_id == case_id)
    return session.scalars(statement).one_or_none()


@pytest.mark.parametrize("way", WAYS)
def test_no_act_stands_in_the_log_after_the_right_to_it_was_taken(arena: Arena, way: str) -> None:
    taken = WAYS[way]
    for _ in range(ROUNDS):
        with arena.inside():
            case_id = arena.submitted()
            person = arena.newcomer(Role.REQUESTER, "Säkerhet och trygghet")
        cookie = arena.signed_in(person.name, anew=True)
        taking = taken.form(arena, person)
        acting = arena.shot(person.name, of(case_id, "aterkalla"), reason="Behövs inte längre.", cookie=cookie)
        with arena.inside():
            before = rows(LogEntry)
        acted, took = arena.race(acting, taking)
        assert took.won, took
        with arena.inside():
            ended, withdrew = seq(taken.entry, after=before), seq("funding_requests.withdraw", case_id=case_id)
            assert ended is not None
            assert (withdrew is not None) == acted.won == (status_of(case_id) == "withdrawn")
            assert withdrew is None or withdrew < ended, "the act stands after the entry that took the right away"
    everything_holds(arena)


def trying(arena: Arena, data: dict[str, str], address: str) -> int:
    return arena.app.test_client().post("/logga-in", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def test_many_wrong_passwords_at_once_are_counted_one_by_one(arena: Arena) -> None:
    """Of ten tries at the same moment no more are tried than of ten in a row. From an address each round has for itself."""
    for n in range(ROUNDS):
        with arena.inside():
            person = arena.newcomer(Role.REQUESTER, "Säkerhet och trygghet")
        data = {"username": person.name, "password": "fel lösenord här"}
        answers = arena.at_once([partial(trying, arena, data, f"192.0.2.{n + 1}") for _ in range(10)])
        assert sorted(answers) == [422] * FREE_TRIES_NAME + [429] * (10 - FREE_TRIES_NAME)
        with arena.inside():
            assert rows(SignInAttempt, SignInAttempt.username == person.name) == FREE_TRIES_NAME
