"""What has changed since the person last looked: marks in the lists and on the case page, and Att göra that asks for itself."""

import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError, OperationalError

from portal import clock
from portal.conversation import operations as conversation
from portal.conversation.circles import Audience
from portal.db import session, transaction
from portal.funding_requests.lifecycle import Action
from portal.register import looking
from portal.register.models import CaseLook
from tests.conftest import ClientFor
from tests.factories.funding_requests import a_draft, a_submitted_request
from tests.factories.road import act
from tests.factories.town import Town

MARK = "Nytt sedan sist"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def later() -> Callable[[timedelta], None]:
    """Let time pass."""
    start, passed = clock.now(), timedelta()

    def after(time: timedelta) -> None:
        nonlocal passed
        passed += time
        at = start + passed
        clock.set_source(lambda: at)

    after(timedelta())
    return after


def looks(app: Flask) -> list[tuple[int, bool]]:
    """Whose looks are kept, and whether there was a visit before."""
    with app.app_context():
        rows = session.execute(select(CaseLook.person_id, CaseLook.before_at).order_by(CaseLook.id))
        return [(person_id, before is not None) for person_id, before in rows]


def test_what_others_have_done_since_the_last_visit_is_marked_until_the_visit_is_over(
    app: Flask, town: Town, client_for: ClientFor, later: Callable[[timedelta], None]
) -> None:
    with app.app_context():
        case_id: UUID = a_submitted_request(town).public_id
    client = client_for("kommunchef")
    address, lists = f"/askanden/{case_id}", ("/", "/askanden")

    def page(at: str) -> str:
        answer = client.get(at)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def marked() -> list[bool]:
        return [MARK in page(each) for each in lists]

    assert marked() == [False, False]  # never opened: all of it is new, and nothing has changed
    assert "sedan ditt senaste besök" not in page(address)
    later(HOUR)
    with app.app_context():
        act(town, Action.GIVE_STATEMENT, case_id, "ekonom2")
    client = client_for("kommunchef")
    assert marked() == [True, True]
    seen = page(address)
    assert "Nytt sedan ditt senaste besök" in seen and seen.count('<span class="tag info">Nytt</span>') == 1
    assert marked() == [False, False]
    later(5 * MINUTE)
    assert '<span class="tag info">Nytt</span>' in page(address)  # the same visit
    later(HOUR)
    client = client_for("kommunchef")
    with app.app_context(), transaction():  # said to others, and what one does oneself, is no news
        conversation.write(case_id=case_id, text="Hm.", audience=Audience.REGISTRAR, by=town.actor("ekonom"))
        conversation.write(case_id=case_id, text="Jaha.", by=town.actor("kommunchef"))
    assert marked() == [False, False]
    assert "Inget nytt sedan ditt senaste besök" in page(address)
    later(HOUR)
    client = client_for("kommunchef")
    with app.app_context(), transaction():
        conversation.write(case_id=case_id, text="Nu så.", by=town.actor("ekonom"))
    assert marked() == [True, True]
    assert ">Nytt</span>" in page(address).partition('id="samtal"')[2].partition('id="handelser"')[0]


def test_a_look_is_kept_once_a_minute_for_each_person_and_none_of_a_draft(
    app: Flask, town: Town, client_for: ClientFor, later: Callable[[timedelta], None]
) -> None:
    with app.app_context():
        case_id, draft = a_submitted_request(town).public_id, a_draft(town).public_id
    writer, chief = client_for("sakerhetschef"), client_for("kommunchef")
    people = [town.person(name).id for name in ("sakerhetschef", "kommunchef")]
    assert writer.get(f"/askanden/{draft}").status_code == 200
    assert looks(app) == []  # it can be thrown away, and leaves nothing
    for client in (writer, chief, chief):
        client.get(f"/askanden/{case_id}")
    assert looks(app) == [(person, False) for person in people]
    with app.app_context():
        before = session.scalars(select(CaseLook.seen_at)).all()
    later(MINUTE - timedelta(seconds=1))
    chief.get(f"/askanden/{case_id}")
    with app.app_context():
        assert session.scalars(select(CaseLook.seen_at)).all() == before
    later(HOUR)
    client_for("kommunchef").get(f"/askanden/{case_id}")
    assert looks(app) == [(people[0], False), (people[1], True)]


def test_a_look_that_cannot_be_kept_keeps_no_page_back(
    app: Flask, town: Town, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        case_id = a_submitted_request(town).public_id
        address, database = f"/askanden/{case_id}", str(session.get_bind().url.database)  # type: ignore[union-attr]
    client = client_for("kommunchef")
    client.get("/")  # signed in and seen
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    assert client.get(address).status_code == 200 and time.monotonic() - begun < 2
    writer.execute("ROLLBACK")
    writer.close()
    for error in (
        OperationalError("INSERT", {}, Exception("database or disk is full")),
        DatabaseError("", {}, Exception("no")),
    ):
        monkeypatch.setattr(looking, "_write", raising(error))
        assert client.get(address).status_code == 200
    assert looks(app) == []
    monkeypatch.undo()
    assert client.get(address).status_code == 200 and len(looks(app)) == 1


def raising(error: Exception) -> Callable[..., None]:
    """What fails whatever it is asked."""

    def fail(*_anything: object) -> None:
        raise error

    return fail


def test_att_gora_asks_for_itself_and_the_part_it_gets_carries_the_count(app: Flask, town: Town, client_for: ClientFor) -> None:
    client = client_for("kommunchef")
    page = client.get("/").get_data(as_text=True)
    assert 'id="att-gora" data-hx-get="/" data-hx-trigger="every 60s"' in page and '<p class="soft" role="status">' in page
    with app.app_context():
        a_submitted_request(town)
    asked = {"HX-Request": "true", "HX-Request-Type": "partial", "Portal-Unattended": "1"}
    part = client.get("/", headers=asked).get_data(as_text=True)
    assert "<html" not in part and "<nav" not in part and "1 ärende väntar på dig." in part
    assert 'id="antal-att-gora" data-hx-swap-oob="true">1<' in part
