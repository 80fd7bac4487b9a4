"""What ends a session bites at the very next request, whatever shape it has; and what a cookie is and is not worth."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from portal import clock
from portal.db import session, transaction
from portal.errors import Invalid, Refused
from portal.log.models import LogEntry
from portal.people import operations, passwords, queries, sign_in
from portal.people.models import RoleHolding, UserSession
from tests.conftest import PASSWORD, ClientFor
from tests.factories.town import Town

NEW = "Tistel Gurka Moln Kjol"
SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def later(delta: timedelta) -> None:
    moment = clock.now() + delta
    clock.set_source(lambda: moment)


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("portal")
    assert cookie is not None
    return cookie.value


def with_cookie(app: Flask, value: str) -> FlaskClient:
    other = app.test_client()
    other.set_cookie("portal", value)
    return other


def is_out(client: FlaskClient) -> bool:
    """Whether page, fragment and sent form are all answered as to someone who is not signed in."""
    page = client.get("/konto")
    fragment = client.get("/konto", headers=SCRIPT)
    sent = client.post("/konto/inloggningar/avsluta-andra")
    by_script = client.post("/konto/inloggningar/avsluta-andra", headers=SCRIPT)
    statuses = (page.status_code, fragment.status_code, sent.status_code, by_script.status_code)
    assert statuses in ((303, 401, 303, 401), (200, 200, 303, 303)), "in for some and out for others"
    return statuses[0] == 303


def elsewhere(app: Flask, act: Callable[[], object]) -> None:
    with app.app_context(), transaction():
        act()


def signed_out(app: Flask, client: FlaskClient, town: Town) -> None:
    with_cookie(app, cookie_of(client)).post("/logga-ut")


def account_closed(app: Flask, _client: FlaskClient, town: Town) -> None:
    elsewhere(app, lambda: operations.disable(person_id=town.person("ekonom").public_id, by=town.actor("admin")))


def ended_by_an_administrator(app: Flask, _client: FlaskClient, town: Town) -> None:
    elsewhere(app, lambda: operations.end_sessions(person_id=town.person("ekonom").public_id, by=town.actor("admin")))


def ended_by_the_person(app: Flask, client: FlaskClient, town: Town) -> None:
    other = app.test_client()
    assert other.post("/logga-in", data={"username": "ekonom", "password": PASSWORD}).status_code == 303
    assert other.post("/konto/inloggningar/avsluta-andra").status_code == 303


def password_changed_elsewhere(app: Flask, _client: FlaskClient, town: Town) -> None:
    other = app.test_client()
    other.post("/logga-in", data={"username": "ekonom", "password": PASSWORD})
    form = {"old_password": PASSWORD, "new_password": NEW, "again": NEW}
    assert other.post("/konto/losenord", data=form).status_code == 303


def password_set_with_a_link(app: Flask, _client: FlaskClient, town: Town) -> None:
    with app.app_context(), transaction():
        _person, token = operations.new_link(person_id=town.person("ekonom").public_id, by=None)
    assert app.test_client().post(f"/lank/{token}", data={"new_password": NEW, "again": NEW}).status_code == 303


def left_idle(_app: Flask, _client: FlaskClient, _town: Town) -> None:
    later(timedelta(minutes=30))


def row_removed(app: Flask, _client: FlaskClient, _town: Town) -> None:
    elsewhere(app, lambda: session.execute(delete(UserSession)))


@pytest.mark.parametrize(
    "ending",
    [signed_out, account_closed, ended_by_an_administrator, ended_by_the_person, password_changed_elsewhere,
     password_set_with_a_link, left_idle, row_removed],
)  # fmt: skip
def test_what_ends_a_session_bites_at_the_next_page_fragment_and_form(
    app: Flask, client_for: ClientFor, town: Town, ending: Callable[[Flask, FlaskClient, Town], None]
) -> None:
    client = client_for("ekonom")
    copied = with_cookie(app, cookie_of(client))
    assert not is_out(client)
    ending(app, client, town)
    assert is_out(client)
    assert is_out(copied), "a copy of the cookie is worth no more"


def test_a_role_taken_away_bites_at_the_next_page_fragment_and_form(app: Flask, client_for: ClientFor, town: Town) -> None:
    client = client_for("admin")
    assert client.get("/administration").status_code == 200
    elsewhere(app, lambda: session.execute(delete(RoleHolding).where(RoleHolding.person_id == town.person("admin").id)))
    asked = [client.get("/administration"), client.get("/administration", headers=SCRIPT)]
    asked += [client.post("/administration/enheter", headers=headers) for headers in ({}, SCRIPT)]
    assert [answer.status_code for answer in asked] == [403] * 4


def test_a_session_that_ended_while_its_form_was_under_way_does_not_act(
    app: Flask, client_for: ClientFor, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for("ekonom")
    with app.app_context():
        (row,) = queries.living_sessions(town.person("ekonom").id)
        seen = queries.signed_in(row.token_hash)
        assert seen is not None
        with transaction():
            operations.end_sessions(person_id=town.person("ekonom").public_id, by=town.actor("admin"))
        later(timedelta(minutes=2))
        sign_in.touch(seen)  # the last write of a request that began before the session ended
        with pytest.raises(Refused):
            sign_in.change_password(by=town.actor("ekonom"), seen=seen, old=PASSWORD, new=NEW, again=NEW, address="192.0.2.1")
        session.rollback()
        assert queries.living_sessions(town.person("ekonom").id) == []
        person = queries.person_by_username("ekonom")
        assert person is not None
        assert passwords.verify(person.password_hash, PASSWORD), "the password is as it was"
    assert is_out(client)


def test_a_removed_session_is_not_made_anew_by_a_request_that_raced_it(app: Flask, client_for: ClientFor, town: Town) -> None:
    client_for("ekonom")
    with app.app_context():
        (row,) = queries.living_sessions(town.person("ekonom").id)
        seen = queries.signed_in(row.token_hash)
        assert seen is not None
        with transaction():
            session.execute(delete(UserSession))
        later(timedelta(minutes=2))
        sign_in.touch(seen)
        assert session.scalars(select(UserSession)).all() == []


def test_no_use_makes_a_session_older_than_ten_hours(app: Flask, client_for: ClientFor) -> None:
    client = client_for("ekonom")
    elsewhere(app, lambda: session.execute(update(UserSession).values(created_at=clock.now() - timedelta(hours=10))))
    assert is_out(client)


def test_the_cookie_is_another_after_signing_in_and_after_a_new_password(app: Flask, client_for: ClientFor) -> None:
    client = client_for("ekonom")
    with client.session_transaction() as kept:
        token = kept["_user_id"]
    before = cookie_of(client)
    assert client.post("/logga-in", data={"username": "ekonom", "password": PASSWORD}).status_code == 303
    with client.session_transaction() as kept:
        second = kept["_user_id"]
    assert second != token

    form = {"old_password": PASSWORD, "new_password": NEW, "again": NEW}
    copied = cookie_of(client)
    assert client.post("/konto/losenord", data=form).status_code == 303
    with client.session_transaction() as kept:
        third = kept["_user_id"]
    assert len({token, second, third}) == 3
    assert client.get("/konto").status_code == 200
    assert is_out(with_cookie(app, copied))
    assert is_out(with_cookie(app, before))


def test_what_a_browser_held_before_signing_in_is_thrown_away(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    with client.session_transaction() as planted:
        planted["csrf_token"], planted["planted"], planted["_user_id"] = "attackers", "yes", "x" * 43
    assert client.post("/logga-in", data={"username": "ekonom", "password": PASSWORD}).status_code == 303
    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept.get("csrf_token") != "attackers"
        assert kept["_user_id"] != "x" * 43


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "." * 50,
        "a.b.c",
        "å".encode().decode("latin-1"),
        "x" * 3900,
        "\x01\x7f",
        '"',
        "=;=",
        "eyJfdXNlcl9pZCI6MX0.AAAA.AAAA",
        "%00",
    ],
)
@pytest.mark.parametrize("name", ["portal", "__Host-portal", "remember_token", "session"])
def test_a_cookie_that_is_none_of_ours_opens_nothing_and_breaks_nothing(app: Flask, name: str, value: str) -> None:
    for header in (f"{name}={value}", f"{name}={value}; {name}={value}", f"{name}"):
        assert app.test_client().get("/konto", headers={"Cookie": header}).status_code == 303
        assert app.test_client().get("/logga-in", headers={"Cookie": header}).status_code == 200


def test_a_cookie_sent_twice_is_one_session_or_none(app: Flask, client_for: ClientFor) -> None:
    mine, other = cookie_of(client_for("ekonom")), cookie_of(client_for("kommunchef"))
    for header in (f"portal={mine}; portal={other}", f"portal=x; portal={mine}", f"portal={mine}x"):
        answer = app.test_client(use_cookies=False).get("/konto", headers={"Cookie": header})
        assert answer.status_code in (200, 303), header


def test_a_changed_cookie_opens_nothing(app: Flask, client_for: ClientFor) -> None:
    value = cookie_of(client_for("ekonom"))
    for at in range(0, len(value), 7):
        letter = "A" if value[at] != "A" else "Q"
        answer = with_cookie(app, value[:at] + letter + value[at + 1 :]).get("/konto")
        # The last letter of base64 has bits that say nothing: there the cookie is the same one, spelled otherwise.
        assert answer.status_code == 303 or at == len(value) - 1, at


def test_one_sees_where_one_is_signed_in_and_ends_all_the_others_at_once(app: Flask, client_for: ClientFor, town: Town) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    here, other = app.test_client(), client_for("ekonom2")
    agents = {"here": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", "there": "Mozilla/5.0 (iPhone) Version/18 Safari/605"}
    form = {"username": "ekonom", "password": PASSWORD}
    assert "Avsluta alla andra" not in other.get("/konto").get_data(as_text=True)
    there = app.test_client()
    here.post("/logga-in", data=form, headers={"User-Agent": agents["here"]})
    there.post("/logga-in", data=form, headers={"User-Agent": agents["there"]})

    page = here.get("/konto").get_data(as_text=True)
    rows = re.findall(r'<th scope="row">([^<]+)(<small>Den här</small>)?</th>', page)
    assert ("Firefox på Windows", "<small>Den här</small>") in rows
    assert ("Safari på iPhone", "") in rows
    assert here.post("/konto/inloggningar/avsluta-andra").location == "/konto"
    assert here.get("/konto").status_code == 200
    assert is_out(there)
    assert not is_out(other), "nobody else's"
    with app.app_context():
        assert session.scalars(select(LogEntry.action).order_by(LogEntry.seq.desc()).limit(1)).one() != "people.sign_in"
        logged = session.scalars(select(LogEntry).where(LogEntry.action == "people.end_other_sessions")).all()
        assert logged[0].object_id == town.person("ekonom").public_id


def test_an_administrator_sees_and_ends_anyones_sessions(app: Flask, client_for: ClientFor, town: Town) -> None:
    first, second, admin = client_for("ekonom"), client_for("ekonom"), client_for("admin")
    path = f"/administration/personer/{town.person('ekonom').public_id}"
    assert "Inloggad på 2 ställen just nu." in admin.get(path).get_data(as_text=True)
    sent = {"form_key": str(UUID(int=5))}
    assert admin.post(f"{path}/logga-ut", data=sent).status_code == 303
    assert is_out(first)
    assert is_out(second)
    assert "Inte inloggad just nu." in admin.get(path).get_data(as_text=True)
    assert first.post(f"{path}/logga-ut", data=sent).status_code == 401
    assert client_for("ekonom2").post(f"{path}/logga-ut", data=sent).status_code == 403


def test_an_unknown_name_takes_as_long_as_a_wrong_password(inside: Flask) -> None:
    """With the real parameters: an answer without a comparison would come in a tenth of the time."""
    passwords.use_cheap_profile(False)
    try:
        with transaction():
            person = queries.person_by_username("ekonom")
            assert person is not None
            person.password_hash = passwords.hashed(PASSWORD)
        took: dict[str, list[float]] = {"ekonom": [], "finns.inte": []}
        for turn in range(4):
            for name, times in took.items():
                began = time.process_time()
                with pytest.raises(Invalid):
                    sign_in.sign_in(username=name, password="fel lösenord", address=f"192.0.2.{turn}", client="")
                times.append(time.process_time() - began)
    finally:
        passwords.use_cheap_profile(True)
    known, unknown = (min(times) for times in took.values())
    assert 0.5 < known / unknown < 2


def test_a_page_that_asks_by_itself_does_not_keep_the_session_alive(client_for: ClientFor) -> None:
    left, used = client_for("registrator"), client_for("registrator")
    for _time in range(4):
        later(timedelta(minutes=10))
        answer = left.get("/filer", headers={**SCRIPT, "Portal-Unattended": "1"})
        assert used.get("/filer", headers=SCRIPT).status_code == 200
    assert answer.status_code == 401
    assert is_out(left) and not is_out(used)
