"""Signing in, staying in and being let out, through the real forms."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.errors import Invalid
from portal.people import operations, passwords, queries, sign_in
from portal.people.models import UserSession
from tests.conftest import PASSWORD, ClientFor
from tests.factories.town import Town


def later(delta: timedelta) -> None:
    """Let time pass."""
    moment = clock.now() + delta
    clock.set_source(lambda: moment)


def try_to_enter(client: FlaskClient, username: str, password: str, **more: str) -> int:
    return client.post("/logga-in", data={"username": username, "password": password, **more}).status_code


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A browser nobody has signed in with; the CSRF check is tried in the tests of the gate."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def test_two_browsers_do_not_share_a_person(app: Flask, client_for: ClientFor) -> None:
    inside = client_for("kommunchef")
    outside = app.test_client()

    assert inside.get("/konto").status_code == 200
    answer = outside.get("/konto")
    assert answer.status_code == 303
    assert answer.location == "/logga-in?next=/konto"


def test_the_name_is_taken_however_it_is_written(browser: FlaskClient) -> None:
    assert try_to_enter(browser, "  KommunChef ", PASSWORD) == 303
    assert "Kommunchef" in browser.get("/konto").get_data(as_text=True)


def test_wrong_password_unknown_name_and_closed_account_get_the_same_answer(
    browser: FlaskClient, app: Flask, town: Town
) -> None:
    with app.app_context(), transaction():
        operations.disable(person_id=town.person("revisor").public_id, by=None)
    answers = [
        browser.post("/logga-in", data={"username": name, "password": password})
        for name, password in [("ekonom", "fel lösenord"), ("finns.inte", PASSWORD), ("revisor", PASSWORD)]
    ]
    texts = {re.sub(r'value="[^"]*"', "", answer.get_data(as_text=True)) for answer in answers}
    assert {answer.status_code for answer in answers} == {422}
    assert len(texts) == 1
    assert "Användarnamnet eller lösenordet stämmer inte." in texts.pop()


def test_an_unknown_name_costs_a_comparison_too(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str | None] = []
    real = passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda kept, typed: compared.append(kept) or real(kept, typed))
    with pytest.raises(Invalid):
        sign_in.sign_in(username="finns.inte", password="x", address="192.0.2.1", client="")
    assert compared == [None]


def test_after_five_failures_the_name_must_wait_and_then_gets_in(browser: FlaskClient) -> None:
    clock.set_source(None)
    start = clock.now()
    clock.set_source(lambda: start)
    for _turn in range(5):
        assert try_to_enter(browser, "ekonom", "fel lösenord") == 422
    answer = browser.post("/logga-in", data={"username": "ekonom", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 5
    assert "Vänta" in answer.get_data(as_text=True)

    clock.set_source(lambda: start + timedelta(seconds=6))
    assert try_to_enter(browser, "ekonom", PASSWORD) == 303


def test_the_wait_is_the_same_for_a_name_that_does_not_exist(browser: FlaskClient) -> None:
    start = clock.now()
    clock.set_source(lambda: start)
    codes = [try_to_enter(browser, "finns.inte", "fel lösenord") for _turn in range(6)]
    assert codes == [422] * 5 + [429]


def test_an_address_that_tries_many_names_must_wait(browser: FlaskClient) -> None:
    start = clock.now()
    clock.set_source(lambda: start)
    codes = [try_to_enter(browser, f"namn{turn}", "fel lösenord") for turn in range(21)]
    assert codes == [422] * 20 + [429]


def test_no_wait_is_longer_than_five_minutes(browser: FlaskClient) -> None:
    for _turn in range(12):
        try_to_enter(browser, "ekonom", "fel lösenord")
        later(timedelta(minutes=5, seconds=1))
    assert try_to_enter(browser, "ekonom", PASSWORD) == 303


def test_a_session_ends_after_half_an_hour_without_use(client_for: ClientFor) -> None:
    client = client_for("ekonom")
    later(timedelta(minutes=29))
    assert client.get("/konto").status_code == 200
    later(timedelta(minutes=29))
    assert client.get("/konto").status_code == 200
    later(timedelta(minutes=31))
    assert client.get("/konto").status_code == 303


def test_a_session_ends_after_ten_hours_however_much_it_is_used(client_for: ClientFor) -> None:
    client = client_for("ekonom")
    for _turn in range(24):
        later(timedelta(minutes=24))
        assert client.get("/konto").status_code == 200
    later(timedelta(minutes=25))
    assert client.get("/konto").status_code == 303


def test_use_is_noted_at_most_once_a_minute(app: Flask, client_for: ClientFor) -> None:
    client = client_for("ekonom")

    def seen() -> object:
        with app.app_context():
            return session.scalar(select(UserSession.last_seen_at))

    first = seen()
    later(timedelta(seconds=50))
    client.get("/konto")
    assert seen() == first
    later(timedelta(seconds=15))
    client.get("/konto")
    assert seen() != first


def test_signing_out_ends_the_session_on_the_server_too(app: Flask, client_for: ClientFor) -> None:
    client = client_for("ekonom")
    cookie = client.get_cookie("portal")
    assert cookie is not None
    assert client.post("/logga-ut").location == "/logga-in"

    thief = app.test_client()
    thief.set_cookie("portal", cookie.value)
    assert thief.get("/konto").status_code == 303


def test_signing_in_never_takes_over_a_session_that_was_planted(
    app: Flask, browser: FlaskClient, client_for: ClientFor
) -> None:
    attacker = client_for("fritidschef")
    planted = attacker.get_cookie("portal")
    assert planted is not None
    browser.set_cookie("portal", planted.value)
    # A signed-in browser is sent on; the victim signs in by posting the form.
    assert try_to_enter(browser, "kommunchef", PASSWORD) == 303

    victims = browser.get_cookie("portal")
    assert victims is not None
    assert victims.value != planted.value
    assert "fritidschef" in attacker.get("/konto").get_data(as_text=True)


def test_the_table_does_not_hold_what_opens_the_door(app: Flask, client_for: ClientFor) -> None:
    client = client_for("ekonom")
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    with app.app_context():
        kept = session.scalars(select(UserSession.token_hash)).all()
    assert token not in kept
    assert sign_in.token_hash(token) in kept


def test_a_closed_account_is_out_at_the_next_request_in_every_browser(app: Flask, client_for: ClientFor, town: Town) -> None:
    first, second = client_for("ekonom"), client_for("ekonom")
    with app.app_context(), transaction():
        operations.disable(person_id=town.person("ekonom").public_id, by=town.actor("admin"))
    assert first.get("/konto").status_code == 303
    assert second.get("/konto").status_code == 303


def test_one_sees_and_ends_only_ones_own_sessions(app: Flask, client_for: ClientFor, town: Town) -> None:
    mine, elsewhere, other = client_for("ekonom"), client_for("ekonom"), client_for("ekonom2")
    with app.app_context():
        ids = {name: [row.public_id for row in queries.living_sessions(town.person(name).id)] for name in ("ekonom", "ekonom2")}
    assert mine.post(f"/konto/inloggningar/{ids['ekonom2'][0]}/avsluta").status_code == 404
    assert other.get("/konto").status_code == 200
    for public_id in ids["ekonom"]:
        mine.post(f"/konto/inloggningar/{public_id}/avsluta")
    assert elsewhere.get("/konto").status_code == 303


def test_changing_the_password_wants_the_old_one_and_ends_other_sessions(browser: FlaskClient, client_for: ClientFor) -> None:
    here, there = client_for("ekonom"), client_for("ekonom")
    new = "Tistel Gurka Moln Kjol"
    form = {"old_password": "fel lösenord", "new_password": new, "again": new}
    assert "stämmer inte" in here.post("/konto/losenord", data=form).get_data(as_text=True)

    form["old_password"] = PASSWORD
    assert here.post("/konto/losenord", data=form).status_code == 303
    assert here.get("/konto").status_code == 200
    assert there.get("/konto").status_code == 303
    assert try_to_enter(browser, "ekonom", PASSWORD) == 422
    assert try_to_enter(browser, "ekonom", new) == 303


def test_a_one_time_link_sets_the_password_once(app: Flask, browser: FlaskClient, town: Town) -> None:
    with app.app_context(), transaction():
        _person, token = operations.new_link(person_id=town.person("ekonom").public_id, by=None)
    new = {"new_password": "Tistel Gurka Moln Kjol", "again": "Tistel Gurka Moln Kjol"}
    assert browser.post(f"/lank/{token}", data={**new, "again": "något annat"}).status_code == 422
    assert browser.post(f"/lank/{token}", data=new).status_code == 303
    assert browser.get("/konto").status_code == 200
    assert app.test_client().get(f"/lank/{token}").status_code == 404


def test_a_link_stops_working_after_fifteen_minutes_and_when_a_new_one_is_made(app: Flask, town: Town) -> None:
    with app.app_context(), transaction():
        _person, first = operations.new_link(person_id=town.person("ekonom").public_id, by=None)
        _person, second = operations.new_link(person_id=town.person("ekonom").public_id, by=None)
    client = app.test_client()
    assert client.get(f"/lank/{first}").status_code == 404
    assert client.get(f"/lank/{second}").status_code == 200
    later(timedelta(minutes=15))
    assert client.get(f"/lank/{second}").status_code == 404


def test_giving_the_password_again_is_remembered_in_this_session_only(app: Flask, client_for: ClientFor, town: Town) -> None:
    client_for("kommunchef"), client_for("kommunchef")
    with app.app_context():
        rows = queries.living_sessions(town.person("kommunchef").id)
        assert [row.confirmed_at for row in rows] == [None, None]
        seen = queries.signed_in(rows[0].token_hash)
        assert seen is not None
        with pytest.raises(Invalid):
            sign_in.confirm(seen=seen, password="fel lösenord", address="192.0.2.1")
        sign_in.confirm(seen=seen, password=PASSWORD, address="192.0.2.1")
        confirmed = [row.confirmed_at is not None for row in queries.living_sessions(town.person("kommunchef").id)]
    assert sorted(confirmed) == [False, True]


def test_guessing_at_the_second_asking_is_throttled_too(app: Flask, client_for: ClientFor, town: Town) -> None:
    client_for("kommunchef")
    with app.app_context():
        seen = queries.signed_in(queries.living_sessions(town.person("kommunchef").id)[0].token_hash)
        assert seen is not None
        sentences = []
        for _turn in range(6):
            with pytest.raises(Invalid) as error:
                sign_in.confirm(seen=seen, password="fel lösenord", address="192.0.2.1")
            sentences.append(str(error.value))
    assert sentences[-1].startswith("För många försök.")
