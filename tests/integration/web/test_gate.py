"""Deny by default: what the gate does beside letting in whom the policy says (``tests/policy``)."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal import clock
from portal.db import session, transaction
from portal.people import operations
from portal.people.models import Installation, RoleHolding
from portal.web.gate import own_path
from tests.conftest import PASSWORD, ClientFor
from tests.factories.town import Town

UNKNOWN = UUID("00000000-0000-4000-8000-000000000000")


def test_a_new_view_without_a_gate_is_shut_to_everyone(app: Flask, client_for: ClientFor) -> None:
    app.view_functions["naked"] = lambda: "secret"
    app.url_map.add(Rule("/naken", endpoint="naked", methods=["GET"]))
    assert app.test_client().get("/naken").status_code == 303
    answer = client_for("admin").get("/naken")
    assert answer.status_code == 403
    assert "secret" not in answer.get_data(as_text=True)


def test_the_way_back_after_signing_in_is_kept_and_leads_nowhere_else(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.get("/konto?a=1&b=2").location == "/logga-in?next=/konto%3Fa%3D1%26b%3D2"
    form = {"username": "ekonom", "password": PASSWORD, "next": "/konto?a=1"}
    assert client.post("/logga-in", data=form).location == "/konto?a=1"


@pytest.mark.parametrize(
    "path",
    ["//ond.example", "/\\ond.example", "https://ond.example/", "/\t/ond.example", "/x\r\nSet-Cookie: a=b", "", None, "konto",
     "/ /ond.example", "\\\\ond.example"],
)  # fmt: skip
def test_no_redirect_leaves_the_portal(path: str | None) -> None:
    assert own_path(path) == "/"


def test_a_role_ends_with_its_last_day_and_not_before(app: Flask, client_for: ClientFor, town: Town) -> None:
    client = client_for("admin")
    today = clock.today()
    with app.app_context(), transaction():
        for holding in session.query(RoleHolding).filter_by(person_id=town.person("admin").id):
            operations.end_role(holding_id=holding.public_id, last_day=today, by=None)
    assert client.get("/administration").status_code == 200

    evening = clock.now().astimezone(clock.STOCKHOLM).replace(hour=23, minute=59)
    clock.set_source(lambda: evening)
    late = client_for("admin")
    assert late.get("/administration").status_code == 200
    clock.set_source(lambda: evening + timedelta(minutes=2))
    assert late.get("/administration").status_code == 403
    assert late.get("/konto").status_code == 200


def test_a_role_taken_away_does_not_act_at_the_next_click(app: Flask, client_for: ClientFor, town: Town) -> None:
    client = client_for("admin")
    yesterday = clock.today() - timedelta(days=1)
    with app.app_context(), transaction():
        for holding in session.query(RoleHolding).filter_by(person_id=town.person("admin").id):
            operations.end_role(holding_id=holding.public_id, last_day=yesterday, by=None)
    assert client.get("/administration").status_code == 403


def test_another_site_cannot_send_a_form(app: Flask, client_for: ClientFor) -> None:
    client = client_for("admin")
    for headers in ({"Origin": "https://ond.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/administration/enheter", data={"name": "X"}, headers=headers).status_code == 403


def test_a_form_without_its_token_is_refused_and_one_with_it_passes_without_an_origin(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/logga-in").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    form = {"username": "ekonom", "password": PASSWORD}
    assert client.post("/logga-in", data=form).status_code == 400
    assert client.post("/logga-in", data={**form, "csrf_token": "fel"}).status_code == 400
    assert client.post("/logga-in", data={**form, "csrf_token": found[1]}).status_code == 303


def token_on(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found
    return found[1]


def signed_in_with_tokens(app: Flask, username: str) -> tuple[FlaskClient, str]:
    client = app.test_client()
    form = {"username": username, "password": PASSWORD, "csrf_token": token_on(client, "/logga-in")}
    assert client.post("/logga-in", data=form).status_code == 303
    return client, token_on(client, "/konto")


SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_an_ended_session_under_an_open_page_asks_for_sign_in_in_place_and_the_page_goes_on(app: Flask) -> None:
    client, token = signed_in_with_tokens(app, "admin")
    moment = clock.now() + timedelta(hours=1)
    clock.set_source(lambda: moment)

    sent = {"name": "Ny enhet", "csrf_token": token, "form_key": str(UNKNOWN), "parent": "", "email": ""}
    answer = client.post("/administration/enheter", data=sent, headers=SCRIPT)
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#notiser"
    dialog = answer.get_data(as_text=True)
    assert "<dialog" in dialog
    assert "<html" not in dialog
    new = re.search(r'name="csrf_token" value="([^"]+)"', dialog)
    assert new

    form = {"username": "admin", "password": PASSWORD, "csrf_token": new[1]}
    again = client.post("/logga-in", data=form, headers=SCRIPT)
    assert again.status_code == 200
    assert "HX-Redirect" not in again.headers
    # The very form that was refused, with the token it was drawn with, goes through now.
    assert client.post("/administration/enheter", data=sent, headers=SCRIPT).status_code == 303


def test_another_person_who_signs_in_over_an_open_page_begins_at_the_start(app: Flask) -> None:
    client, token = signed_in_with_tokens(app, "admin")
    moment = clock.now() + timedelta(hours=1)
    clock.set_source(lambda: moment)
    form = {"username": "ekonom", "password": PASSWORD, "csrf_token": token}
    answer = client.post("/logga-in", data=form, headers=SCRIPT)
    assert answer.headers["HX-Redirect"] == "/"
    assert client.post("/konto/losenord", data={"csrf_token": token}).status_code == 400


def test_a_link_followed_by_the_script_is_sent_to_the_sign_in_page(app: Flask) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "full", "HX-Boosted": "true"}
    assert app.test_client().get("/konto", headers=headers).status_code == 303


def test_methods_nobody_uses_are_closed(client_for: ClientFor) -> None:
    client = client_for("admin")
    for method in ("TRACE", "PUT", "DELETE", "PATCH"):
        assert client.open("/konto", method=method).status_code == 405


def test_a_request_to_another_host_name_is_refused(client_for: ClientFor) -> None:
    assert client_for("admin").get("/konto", headers={"Host": "ond.example"}).status_code == 400


def test_the_demo_answers_only_on_the_machine_it_runs_on(app: Flask) -> None:
    with app.app_context(), transaction():
        session.get_one(Installation, 1).is_demo = True
    client = app.test_client()
    assert "TEST" in client.get("/logga-in").get_data(as_text=True)
    answer = client.get("/logga-in", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 403
    assert "bara på den dator" in answer.get_data(as_text=True)


def test_the_cookie_is_hidden_from_scripts_and_other_sites(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/logga-in", data={"username": "ekonom", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("portal=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # plain on loopback, where there is no TLS


def test_the_menu_shows_a_place_only_to_those_who_may_go_there(client_for: ClientFor) -> None:
    admin, chief = (client_for(name).get("/konto").get_data(as_text=True) for name in ("admin", "kommunchef"))
    assert "/administration" in admin
    assert "/diariet" not in admin
    assert "/administration" not in chief
