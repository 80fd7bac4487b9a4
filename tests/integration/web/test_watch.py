"""The lines an operator watches: one for each denial and failed sign-in, whole, harmless to a terminal, without secrets."""

import json
from uuid import UUID

import pytest
from flask import Flask

from portal import watch
from portal.db import transaction
from portal.people import operations
from tests.conftest import PASSWORD, ClientFor
from tests.factories.town import Town

Lines = list[dict[str, object]]
NOBODYS = UUID("00000000-0000-4000-8000-000000000000")
INJECTED = 'x\r\n{"event": "forged"}\n\x1b[31mred\x1b[0m\x9b31m\x7f\x08\u2028\u202e\x00'


def told(capsys: pytest.CaptureFixture[str]) -> Lines:
    """Every security line so far; each must be one JSON object on one line of printable ASCII."""
    lines = [line for line in capsys.readouterr().err.split("\n") if line.startswith("{")]
    assert all(line.isascii() and line.isprintable() for line in lines)
    return [json.loads(line) for line in lines]


def test_a_failed_sign_in_is_a_line_with_the_name_only_when_it_is_someones(
    app: Flask, client_for: ClientFor, town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    for username, password in (("ekonom", "fel lösenord"), ("Hemligt123Lösen", "ekonom")):
        client.post("/logga-in", data={"username": username, "password": password})
    first, second = told(capsys)
    assert (first["event"], first["user"], first["address"]) == ("sign_in_failed", "ekonom", "127.0.0.1")
    assert (second["event"], second["user"]) == ("sign_in_failed", None)
    assert str(first["at"]).endswith("+00:00")


def test_a_throttled_try_and_a_password_not_confirmed_are_lines(
    app: Flask, client_for: ClientFor, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = client_for("kommunchef")
    form = {"old_password": "fel lösenord", "new_password": "Tistel Gurka Moln Kjol", "again": "Tistel Gurka Moln Kjol"}
    for _turn in range(6):
        inside.post("/konto/losenord", data=form)
    lines = told(capsys)
    assert [line["event"] for line in lines] == ["password_not_confirmed"] * 5 + ["sign_in_throttled"]
    assert {line["user"] for line in lines} == {"kommunchef"}


def test_a_denial_says_who_asked_for_what(client_for: ClientFor, town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    client = client_for("ekonom")
    assert client.get("/administration").status_code == 403
    assert client.get(f"/askanden/{NOBODYS}").status_code == 404
    assert client.post("/konto/losenord", headers={"Origin": "https://ond.example"}).status_code == 403
    door, case, foreign = told(capsys)
    me = str(town.person("ekonom").public_id)
    assert (door["event"], door["status"], door["path"], door["person"]) == ("denied", 403, "/administration", me)
    assert (case["status"], case["path"], case["case_id"]) == (404, "/askanden/<uuid:case_id>", str(NOBODYS))
    assert (foreign["status"], foreign["method"]) == (403, "POST")


def test_a_wrong_token_a_spent_link_and_a_foreign_host_are_lines_that_hold_no_secret(
    app: Flask, town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    with app.app_context(), transaction():
        _person, token = operations.new_link(person_id=town.person("ekonom").public_id, by=None)
    client = app.test_client()
    assert client.post("/logga-in", data={"username": "ekonom", "password": PASSWORD}).status_code == 400
    assert client.post(f"/lank/{token}").status_code == 400
    assert client.get(f"/lank/{token[:-1]}").status_code == 404
    assert client.get("/", headers={"Host": "ond.example"}).status_code == 400
    lines = told(capsys)
    assert [line["event"] for line in lines] == ["form_token_refused", "form_token_refused", "link_refused", "host_refused"]
    text = json.dumps(lines, ensure_ascii=False)
    assert token[:-1] not in text
    assert PASSWORD not in text


def test_what_is_shown_is_no_line(client_for: ClientFor, capsys: pytest.CaptureFixture[str]) -> None:
    client = client_for("ekonom")
    assert client.get("/konto").status_code == 200
    assert client.get("/finns-inte").status_code == 404
    assert told(capsys) == []


def test_text_from_outside_neither_ends_a_line_nor_colours_it(
    app: Flask, client_for: ClientFor, capsys: pytest.CaptureFixture[str]
) -> None:
    watch.note("denied", person=INJECTED, path="å" * 900)
    (line,) = told(capsys)
    assert line["person"] == INJECTED
    assert len(str(line["path"])) == watch.LONGEST

    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/logga-in", data={"username": INJECTED, "password": INJECTED}, headers={"User-Agent": "x\x1b[31m"})
    client_for("ekonom").open(f"/administration?q={NOBODYS}%0d%0a%1b[31m", method="POST")
    lines = told(capsys)
    assert {str(line["event"]) for line in lines} == {"sign_in_failed"}
