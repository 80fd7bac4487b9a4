"""Requests whose bytes are no address, no form and no origin: turned away in one sentence, never a fault of ours."""

import io
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import MEGABYTE, create_app
from portal.db import db
from portal.people.passwords import use_cheap_profile
from tests.conftest import ClientFor


@pytest.fixture
def app(instance: Path) -> Iterator[Flask]:
    """As served: a fault of ours would be answered with 500."""
    made = create_app(instance, testing=False, check_schema=False)
    use_cheap_profile(True)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(client_for: ClientFor) -> FlaskClient:
    return client_for("registrator")


@pytest.mark.parametrize("where", ["/logga-in", "/diariet", "/askanden", "/beslut"])
def test_a_query_that_is_no_text_is_not_read(client: FlaskClient, where: str) -> None:
    answer = client.get(where, environ_overrides={"QUERY_STRING": "q=\xe5\xff"})
    assert answer.status_code == 400
    assert "Det gick inte att läsa det som skickades" in answer.get_data(as_text=True)


def test_a_field_without_a_name_is_not_read(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    body = b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"
    for where in ("/logga-in", "/askanden/ny"):
        answer = client.post(where, data=body, content_type="multipart/form-data; boundary=x")
        assert answer.status_code in (400, 403), where
        assert "Traceback" not in answer.get_data(as_text=True)


def test_a_form_of_which_nothing_can_be_read_is_not_taken_for_an_empty_one(client: FlaskClient) -> None:
    field = b'--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\nSkrivet med omsorg.\r\n'
    spoilt = b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xed\xa0\x80"\r\n\r\n1\r\n--x--\r\n'
    answer = client.post(f"/askanden/{uuid4()}/handelse", data=field + spoilt, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400
    assert "Det gick inte att läsa det som skickades" in answer.get_data(as_text=True)


@pytest.mark.parametrize("origin", ["http://[::1", "http://[x]/", "://", "http://127.0.0.1:8000:9/"])
def test_an_origin_that_is_none_is_foreign(client: FlaskClient, origin: str) -> None:
    answer = client.post("/logga-ut", headers={"Origin": origin})
    assert answer.status_code == 403
    assert "annan webbplats" in answer.get_data(as_text=True)
    assert client.get("/").status_code == 200, "still signed in"


@pytest.mark.parametrize("where", ["/personer/ny", "/avsatta-medel/ny", "/arkiv"])
def test_a_form_that_was_cut_off_is_refused_like_a_whole_one(client: FlaskClient, where: str) -> None:
    """The length says more than what came; the page that refuses it shows what was typed, and nothing was."""
    answer = client.post(
        where, data=b"", content_type="application/x-www-form-urlencoded", environ_overrides={"CONTENT_LENGTH": "9"}
    )
    assert answer.status_code in (400, 403, 404), answer.status_code


def test_more_text_than_a_form_may_hold_is_turned_away_before_it_is_read(client: FlaskClient) -> None:
    for where in ("/logga-in", f"/askanden/{uuid4()}/handelse"):
        answer = client.post(where, data={"text": "x" * (2 * MEGABYTE)})
        assert answer.status_code == 413, where
        assert len(answer.data) < 20_000, "and is not sent back"
    assert client.post("/logga-in", data={"username": "x" * (MEGABYTE // 2)}).status_code == 422


def test_a_body_that_does_not_tell_its_length_is_turned_away(client: FlaskClient) -> None:
    answer = client.post(
        "/logga-in",
        input_stream=io.BytesIO(b"username=" + b"x" * 40 * MEGABYTE),
        headers={"Transfer-Encoding": "chunked"},
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 411
    assert "Det gick inte att läsa det som skickades" in answer.get_data(as_text=True)
