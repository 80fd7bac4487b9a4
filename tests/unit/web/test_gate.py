"""The gate before every view, tried on an application of a few doors and on persons made by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, g, render_template_string, request
from flask.testing import FlaskClient
from flask_babel import Babel
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import SecurityError

from portal import clock
from portal.errors import Invalid, Refused
from portal.people import sign_in
from portal.people.actor import Actor
from portal.people.permissions import Permission, Role
from portal.people.queries import Acting, SignedIn
from portal.web import gate
from tests.unit.persons import NOW, person

OUT = "Din inloggning har upphört. Logga in igen."
NO_ROLE = "Ingen av dina roller ger rätt till sidan."
SHUT = "Sidan är inte öppen för någon."
FOREIGN = "Formuläret skickades från en annan webbplats. Inget har ändrats."
ABROAD = "Demonstrationen svarar bara på den dator där den körs."
SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass(slots=True)
class House:
    """The doors, and who is signed in by which token."""

    app: Flask
    sessions: dict[str, SignedIn]
    touched: list[SignedIn]

    def signed_in(self, actor: Actor) -> FlaskClient:
        """A browser in which the person is signed in."""
        token = f"token-{actor.person_id}"
        self.sessions[sign_in.token_hash(token)] = SignedIn(
            session_id=actor.person_id,
            session_public_id=UUID(int=actor.person_id),
            person_id=actor.person_id,
            last_seen_at=NOW,
            confirmed_at=actor.confirmed_at,
            must_change_password=False,
            acting=Acting(actor, "Enheten"),
        )
        client = self.app.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"] = token
        return client

    def sign_out(self) -> None:
        self.sessions.clear()


def _doors(app: Flask) -> None:
    app.add_url_rule("/", "start", gate.requires()(lambda: "start"))
    app.add_url_rule("/oppen", "open", gate.public(lambda: "öppen"), methods=["GET", "POST"])
    app.add_url_rule("/alla", "all", gate.requires()(lambda: gate.actor().name), methods=["GET", "POST"])
    app.add_url_rule("/ekonomi", "money", gate.requires(Permission.RECORD_BUDGET)(lambda: "ekonomi"))
    either = gate.requires(Permission.RECORD_BUDGET, Permission.DECIDE)
    app.add_url_rule("/beslut", "decision", either(lambda: "beslut"))
    app.add_url_rule("/naken", "naked", lambda: "naken")


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    app = Flask("doors")
    app.secret_key = "k" * 32
    app.extensions["is_demo"] = False
    house = House(app, {}, [])
    monkeypatch.setattr(gate.queries, "signed_in", house.sessions.get)
    monkeypatch.setattr(gate.sign_in, "touch", house.touched.append)
    monkeypatch.setattr(gate, "render_template", lambda name, **values: f"{name} {sorted(values.items())}")
    monkeypatch.setattr(gate, "session", SimpleNamespace(info={}, rollback=lambda: house.touched.clear()))
    Babel(app)
    gate.register(app)
    app.register_error_handler(Refused, lambda error: (str(error), 403))
    _doors(app)
    yield house


economist, chief, nobody = person(1, Role.FINANCE), person(2, Role.DECISION_MAKER), person(3)


# Doors


def test_an_open_door_lets_everyone_in(house: House) -> None:
    assert house.app.test_client().get("/oppen").text == "öppen"
    assert house.signed_in(nobody).get("/oppen").text == "öppen"
    assert house.touched == []


def test_a_door_without_a_named_permission_lets_in_every_signed_in_person(house: House) -> None:
    client = house.signed_in(nobody)
    assert client.get("/alla").text == "Person 3"
    assert [seen.person_id for seen in house.touched] == [3]


def test_a_door_lets_in_who_holds_one_of_its_permissions(house: House) -> None:
    assert house.signed_in(economist).get("/ekonomi").text == "ekonomi"
    assert house.signed_in(economist).get("/beslut").text == "beslut"
    assert house.signed_in(chief).get("/beslut").text == "beslut"
    for refused in (house.signed_in(chief).get("/ekonomi"), house.signed_in(nobody).get("/beslut")):
        assert (refused.status_code, refused.text) == (403, NO_ROLE)


def test_a_door_that_says_nothing_is_shut_to_all(house: House) -> None:
    assert house.app.test_client().get("/naken").status_code == 303
    refused = house.signed_in(person(4, *Role)).get("/naken")
    assert (refused.status_code, refused.text) == (403, SHUT)


def test_what_a_door_declares_can_be_read_also_behind_a_wrapper() -> None:
    def view() -> str:
        return ""

    def wrapped() -> str:
        return ""

    assert gate.gate_of(view) is None
    gate.requires(Permission.DECIDE)(view)
    wrapped.__wrapped__ = view  # type: ignore[attr-defined]
    assert gate.gate_of(view) == gate.gate_of(wrapped) == gate.Gate(False, frozenset({Permission.DECIDE}))
    assert gate.gate_of(gate.public(wrapped)) == gate.Gate(False, frozenset({Permission.DECIDE}))
    assert gate.gate_of(gate.public(lambda: "")) == gate.Gate(True, frozenset())


def test_a_wrapper_that_declares_what_the_view_does_not_counts() -> None:
    def view() -> str:
        return ""

    def wrapper() -> str:
        return ""

    wrapper.__wrapped__ = view  # type: ignore[attr-defined]
    gate.public(wrapper)
    assert gate.gate_of(wrapper) == gate.Gate(is_public=True)


def test_an_address_that_is_not_there_is_unknown_to_everyone(house: House) -> None:
    assert house.app.test_client().get("/finns-inte").status_code == 404
    assert house.signed_in(nobody).get("/finns-inte").status_code == 404


def test_files_of_the_program_are_open_to_everyone(house: House) -> None:
    assert house.app.test_client().get("/static/finns-inte").status_code == 404
    house.app.extensions["is_demo"] = True
    assert house.app.test_client().get("/static/x", headers={"Host": "ond.example"}).status_code == 404


def test_a_busy_database_does_not_shut_a_door(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    rolled_back = []

    def busy(_seen: SignedIn) -> None:
        raise OperationalError("update", {}, Exception("database is locked"))

    monkeypatch.setattr(gate.sign_in, "touch", busy)
    monkeypatch.setattr(gate, "session", SimpleNamespace(info={}, rollback=lambda: rolled_back.append(True)))
    assert house.signed_in(economist).get("/ekonomi").text == "ekonomi"
    assert rolled_back == [True]


# Who acts


def test_a_session_that_has_ended_lets_nobody_in(house: House) -> None:
    client = house.signed_in(economist)
    house.sign_out()
    assert client.get("/ekonomi").status_code == 303


def _inside(house: House, client: FlaskClient, ask: Any) -> Any:
    """What ``ask`` answers inside a request of the client's person."""
    found: list[Any] = []

    def view() -> str:
        try:
            found.append(ask())
        except (Refused, Invalid) as error:
            found.append(error)
        return ""

    house.app.view_functions["start"] = gate.requires()(view)
    client.get("/")
    return found[0]


def test_outside_a_transaction_the_person_is_read_once_in_a_request(house: House) -> None:
    client = house.signed_in(economist)

    def ask() -> tuple[Actor, Actor]:
        first = gate.actor()
        house.sessions.clear()
        return first, gate.actor()

    assert _inside(house, client, ask) == (economist, economist)


def test_inside_a_transaction_the_person_is_read_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    monkeypatch.setattr(gate.queries, "hold_right_to_act", held.append)
    client = house.signed_in(economist)

    def ask() -> Actor:
        before = gate.actor()
        for key, seen in house.sessions.items():
            house.sessions[key] = replace(seen, acting=Acting(replace(before, holdings=()), ""))
        gate.session.info["writing"] = True
        return gate.actor()

    assert _inside(house, client, ask).holdings == ()
    assert held == [1]


def test_a_session_ended_under_a_transaction_refuses(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate.queries, "hold_right_to_act", lambda _person_id: None)

    def ask() -> Actor:
        gate.session.info["writing"] = True
        house.sessions.clear()
        return gate.actor()

    assert str(_inside(house, house.signed_in(economist), ask)) == OUT


def test_without_a_session_nobody_acts_and_nobody_confirms(house: House) -> None:
    for ask in (gate.actor, lambda: gate.confirm("x")):
        with house.app.test_request_context("/"), pytest.raises(Refused) as refusal:
            ask()
        assert str(refusal.value) == OUT


def test_a_password_given_within_five_minutes_is_not_asked_for_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.set_source(lambda: NOW)
    asked: list[dict[str, Any]] = []

    def confirmed(**given: Any) -> None:
        asked.append(given)
        for key, seen in house.sessions.items():
            renewed = replace(economist, confirmed_at=NOW)
            house.sessions[key] = replace(seen, confirmed_at=NOW, acting=Acting(renewed, ""))

    monkeypatch.setattr(gate.sign_in, "confirm", confirmed)
    recent = house.signed_in(replace(economist, confirmed_at=NOW - timedelta(minutes=4)))
    assert _inside(house, recent, lambda: gate.confirm("")) is None
    assert asked == []
    _inside(house, recent, lambda: gate.confirm("lösenord"))
    assert [(given["password"], given["address"], given["seen"].person_id) for given in asked] == [("lösenord", "127.0.0.1", 1)]

    old = house.signed_in(replace(economist, confirmed_at=NOW - timedelta(minutes=5)))

    def ask() -> Any:
        gate.actor()
        gate.confirm("")
        return gate.actor().confirmed_at

    assert _inside(house, old, ask) == NOW
    assert asked[-1]["password"] == ""
    clock.set_source(None)


def test_the_visitor_is_a_signed_in_person_known_by_the_token(house: House) -> None:
    client = house.signed_in(economist)

    def ask() -> tuple[Any, ...]:
        here = gate.visitor()
        assert here is not None
        return here.get_id(), here.seen.person_id, here.is_authenticated, here.is_active, here.is_anonymous

    assert _inside(house, client, ask) == ("token-1", 1, True, True, False)
    with house.app.test_request_context("/"):
        assert gate.visitor() is None


def test_the_address_is_where_the_request_came_from(house: House) -> None:
    with house.app.test_request_context("/", environ_base={"REMOTE_ADDR": "192.0.2.7"}):
        assert gate.address() == "192.0.2.7"
    with house.app.test_request_context("/", environ_base={"REMOTE_ADDR": None}):
        assert gate.address() == ""


# The way to sign in


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/", "/logga-in"),
        ("/?a=1", "/logga-in?next=/%3Fa%3D1"),
        ("/alla", "/logga-in?next=/alla"),
        ("/alla?", "/logga-in?next=/alla"),
        ("/alla?a=X", "/logga-in?next=/alla%3Fa%3DX"),
        ("/alla?a=1&b=å", "/logga-in?next=/alla%3Fa%3D1%26b%3D%C3%A5"),
    ],
)
def test_the_way_to_sign_in_remembers_where_one_was_going(house: House, path: str, there: str) -> None:
    answer = house.app.test_client().get(path)
    assert (answer.status_code, answer.location) == (303, there)


def test_a_form_with_nothing_in_it_remembers_only_its_address(house: House) -> None:
    answer = house.app.test_client().post("/alla?a=1")
    assert (answer.status_code, answer.location) == (303, "/logga-in?next=/alla")


def test_a_form_with_something_in_it_is_carried_through_the_sign_in(house: House) -> None:
    answer = house.app.test_client().post("/alla?a=1", data={"title": "Kameror", "password": "hemligt"})
    assert answer.status_code == 401
    assert answer.text == (
        "people/sign_in.html [('errors', []), ('kept', '[[\"title\", \"Kameror\"]]'), ('kept_to', '/alla?a=1'), "
        "('next', ''), ('username', '')]"
    )


@pytest.mark.parametrize("path", ["/alla", "/alla?a=X", "/alla?a=b?"])
def test_a_carried_form_goes_on_to_where_it_was_sent(house: House, path: str) -> None:
    answer = house.app.test_client().post(path, data={"title": "Kameror"})
    assert f"('kept_to', '{path.rstrip('?')}')" in answer.text


@pytest.mark.parametrize(
    ("method", "headers", "in_place"),
    [
        ("GET", SCRIPT, True),
        ("POST", SCRIPT, True),
        ("GET", {"HX-Request": "true"}, True),
        ("GET", {"HX-Request": "true", "HX-Request-Type": "full"}, False),
        ("POST", {"HX-Request": "true", "HX-Request-Type": "full"}, True),
        ("HEAD", {"HX-Request": "true", "HX-Request-Type": "full"}, False),
        ("GET", {**SCRIPT, "HX-History-Restore-Request": "true"}, False),
        ("GET", {**SCRIPT, "HX-History-Restore-Request": "false"}, True),
        ("GET", {"HX-Request": "false", "HX-Request-Type": "partial"}, False),
        ("GET", {"HX-Request-Type": "partial"}, False),
    ],
)
def test_a_script_gets_a_dialog_in_the_page_that_stays(
    house: House, method: str, headers: dict[str, str], in_place: bool
) -> None:
    answer = house.app.test_client().open("/alla", method=method, headers=headers)
    if in_place:
        assert (answer.status_code, answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == (
            401,
            "#notiser",
            "innerHTML",
        )
        assert answer.text == "people/sign_in_dialog.html [('problem', ''), ('username', '')]"
    else:
        assert (answer.status_code, answer.location) == (303, "/logga-in?next=/alla")


@pytest.mark.parametrize("path", ["/", "/alla", "/a?b=c", "/a//b", "/a%5Cb", "/å", "/!"])
def test_a_path_into_the_portal_is_kept(path: str) -> None:
    assert gate.own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "alla",
        "//ond.example",
        "/\\ond.example",
        "/a\\b",
        "https://ond.example/",
        "/a b",
        "/a\tb",
        "/a\x7fb",
        "/a\x00",
    ],
)
def test_any_other_leads_to_the_start_page(path: str | None) -> None:
    assert gate.own_path(path) == "/"


# Other sites, other hosts


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "https://ond.example"}, False),
        ({"Origin": "http://localhost.ond.example"}, False),
        ({"Origin": "localhost"}, False),
        ({"Origin": ""}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}, False),
    ],
)
def test_a_change_asked_for_by_another_site_is_refused_and_reading_is_not(
    house: House, headers: dict[str, str], passes: bool
) -> None:
    client = house.app.test_client()
    answer = client.post("/oppen", headers=headers)
    assert (answer.status_code, answer.text) == ((200, "öppen") if passes else (403, FOREIGN))
    assert client.get("/oppen", headers=headers).status_code == 200
    assert client.head("/oppen", headers=headers).status_code == 200
    assert client.options("/oppen", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("host", "address", "passes"),
    [
        ("localhost", "127.0.0.1", True),
        ("localhost:8000", "127.0.0.1", True),
        ("127.0.0.1:8000", "127.0.0.1", True),
        ("[::1]", "::1", True),
        ("[::1]:8000", "::1", True),
        ("akersbro.example", "127.0.0.1", False),
        ("akersbro.example:8000", "127.0.0.1", False),
        ("localhost:8000", "192.0.2.7", False),
        ("localhost", "", False),
    ],
)
def test_a_demo_answers_only_where_it_runs(house: House, host: str, address: str, passes: bool) -> None:
    answer = house.app.test_client().get("/oppen", headers={"Host": host}, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 200
    house.app.extensions["is_demo"] = True
    answer = house.app.test_client().get("/oppen", headers={"Host": host}, environ_base={"REMOTE_ADDR": address})
    assert (answer.status_code, answer.text) == ((200, "öppen") if passes else (403, ABROAD))


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_database_is_asked_once_whether_this_is_a_demo(
    house: House, monkeypatch: pytest.MonkeyPatch, is_demo: bool
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(gate.queries, "is_demo", lambda: asked.append(True) or is_demo)
    del house.app.extensions["is_demo"]
    with house.app.app_context():
        assert (gate.demo(), gate.demo()) == (is_demo, is_demo)
    assert asked == [True]


def test_another_host_name_is_answered_in_plain_text(house: House) -> None:
    with house.app.test_request_context("/"):
        answer = house.app.make_response(house.app.handle_user_exception(SecurityError()))
    assert (answer.status_code, answer.get_data(as_text=True)) == (400, "Adressen hör inte till portalen.\n")
    assert answer.content_type == "text/plain; charset=utf-8"


def test_a_request_under_another_name_is_told_of(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(gate, "tell", lambda event, status: told.append((event, status)))
    with house.app.test_request_context("/"):
        house.app.handle_user_exception(SecurityError())
    assert told == [("host_refused", 400)]


def test_a_security_line_says_who_asked_for_what_and_never_the_address_as_typed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(gate.watch, "note", lambda event, **values: lines.append((event, values)))
    house.app.add_url_rule("/lank/<token>/<uuid:case_id>", "link", gate.public(lambda **_ids: ""))
    from_here = {"REMOTE_ADDR": "192.0.2.7"}
    with house.app.test_request_context(f"/lank/hemlig/{UUID(int=9)}", method="POST", environ_base=from_here) as context:
        context.request.url_rule, context.request.view_args = _matched(house.app, f"/lank/hemlig/{UUID(int=9)}")
        g.acting = Acting(economist, "Enheten")
        gate.tell("refused", 403)
    expected = {"status": 403, "method": "POST", "path": "/lank/<token>/<uuid:case_id>", "person": str(UUID(int=1)),
                "address": "192.0.2.7", "case_id": str(UUID(int=9))}  # fmt: skip
    assert lines == [("refused", expected)]
    with house.app.test_request_context("/finns-inte"):
        gate.tell("unknown", 404)
    assert (lines[1][1]["person"], lines[1][1]["path"]) == (None, None)


def _matched(app: Flask, path: str) -> Any:
    return app.url_map.bind("localhost").match(path, method="GET", return_rule=True)


def test_a_page_is_given_nobody_by_the_sign_in_library(house: House) -> None:
    with house.app.test_request_context("/"):
        assert render_template_string("{{ current_user is defined }}") == "False"


def test_an_address_that_cannot_be_read_is_a_bad_request(house: House) -> None:
    client = house.app.test_client()
    assert client.get("/oppen", environ_overrides={"QUERY_STRING": "q=\xff"}).status_code == 400
    assert client.get("/oppen?q=%FF").status_code == 200


def test_a_field_without_a_name_is_a_bad_request_once_the_door_is_open(house: House) -> None:
    body = b"--x\r\nContent-Disposition: form-data\r\n\r\nhej\r\n--x--\r\n"
    sent = {"data": body, "content_type": "multipart/form-data; boundary=x"}
    assert house.app.test_client().post("/oppen", **sent).status_code == 400
    assert house.app.test_client().post("/alla", **sent).status_code in (303, 401)


def test_more_text_than_a_form_may_hold_is_turned_away_and_a_body_that_tells_no_length(house: House) -> None:
    house.app.config["MAX_FORM_MEMORY_SIZE"] = 100
    house.app.view_functions["open"] = gate.public(lambda: str(len(request.form)))
    client = house.app.test_client()
    assert client.post("/oppen", data={"a": "x" * 90}).text == "1"
    assert client.post("/oppen", data={"a": "x" * 110}).status_code == 413
    chunked = {"Transfer-Encoding": "chunked"}
    assert client.post("/oppen", headers=chunked, environ_overrides={"CONTENT_LENGTH": ""}).status_code == 411


def test_the_person_of_the_request_is_kept_for_the_request_only(house: House) -> None:
    client = house.signed_in(economist)
    assert _inside(house, client, lambda: g.acting.actor) == economist
