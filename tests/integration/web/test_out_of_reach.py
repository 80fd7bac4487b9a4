"""A disk or a database that does not answer: 503 with a sentence, at the first request as at any other; never a 500."""

import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from portal import create_app
from portal.db import db
from portal.documents.store import Store
from portal.people import queries
from tests.conftest import PASSWORD, ClientFor
from tests.forms import fields

LETTER = "/askanden/las-in"


@pytest.fixture
def app(instance: Path) -> Iterator[Flask]:
    """As it is served: errors are answered, not passed on."""
    made = create_app(instance, testing=False, check_schema=False)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS, errno.ENOTCONN, errno.ECONNABORTED])
def test_a_disk_that_takes_no_file_is_503_and_the_form_goes_through_afterwards(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    client = client_for("sakerhetschef")
    sent = {
        **fields(client.get(LETTER).get_data(as_text=True), LETTER),
        "text": "Vi behöver 2 000 kr till kameror.",
        "classified": "nej",
    }

    def broken(_store: Store, _data: bytes) -> str:
        raise OSError(number, "no")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Store, "put", broken)
        answer = client.post(LETTER, data=sent)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "når inte sin databas eller disk" in answer.get_data(as_text=True)
    assert client.post(LETTER, data=sent).status_code == 303


def test_any_other_error_of_the_system_is_a_fault_of_ours(client_for: ClientFor, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_for("sakerhetschef")
    sent = {
        **fields(client.get(LETTER).get_data(as_text=True), LETTER),
        "text": "Vi behöver 2 000 kr till kameror.",
        "classified": "nej",
    }

    def broken(_store: Store, _data: bytes) -> str:
        raise FileNotFoundError(errno.ENOENT, "no")

    monkeypatch.setattr(Store, "put", broken)
    assert client.post(LETTER, data=sent).status_code == 500


@pytest.mark.parametrize("path", ["/", "/logga-in", "/halsa"])
def test_a_database_that_is_gone_from_the_first_request_on_is_503(
    app: Flask, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def gone(*_arguments: object, **_more: object) -> None:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr(db.session, "execute", gone)
    monkeypatch.setattr(db.session, "scalar", gone)
    monkeypatch.setattr(queries, "is_demo", gone)
    answer = app.test_client().get(path)
    assert answer.status_code == 503
    assert "når inte sin databas eller disk" in answer.get_data(as_text=True)


def test_a_database_that_goes_while_someone_is_signed_in_is_503(client_for: ClientFor, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_for("sakerhetschef")

    def gone(*_arguments: object, **_more: object) -> None:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr(queries, "signed_in", gone)
    assert client.get("/").status_code == 503


def lost(invalidated: bool) -> DBAPIError:
    return InterfaceError("SELECT", {}, sqlite3.InterfaceError("the connection is closed"), connection_invalidated=invalidated)


@pytest.mark.parametrize(("invalidated", "status"), [(True, 503), (False, 500)])
def test_a_connection_lost_in_the_middle_is_503_and_other_faults_of_the_driver_are_ours(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch, invalidated: bool, status: int
) -> None:
    client = client_for("sakerhetschef")

    def gone(*_arguments: object, **_more: object) -> None:
        raise lost(invalidated)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(db.session, "execute", gone)
        assert client.get("/askanden").status_code == status
    assert client.get("/askanden").status_code == 200


@pytest.mark.parametrize("error", [lost(True), RuntimeError("a fault")], ids=["lost", "fault"])
def test_a_page_about_an_error_is_whole_also_when_nothing_can_be_undone_or_asked(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    client = client_for("sakerhetschef")

    def gone(*_arguments: object, **_more: object) -> None:
        raise error

    def closed(*_arguments: object) -> None:
        raise lost(True)

    with monkeypatch.context() as meanwhile:
        for asked in ("execute", "scalar", "scalars"):
            meanwhile.setattr(db.session, asked, gone)
        meanwhile.setattr(Session, "close", closed)
        answer = client.get("/askanden")
    assert answer.status_code == (503 if isinstance(error, DBAPIError) else 500)
    assert "Äskandeportalen" in answer.get_data(as_text=True)
    assert client.get("/askanden").status_code == 200


def test_a_page_that_was_ready_is_given_although_the_connection_is_lost_when_it_is_given_back(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for("sakerhetschef")

    def closed(*_arguments: object) -> None:
        raise lost(True)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Session, "close", closed)
        assert client.get("/askanden").status_code == 200
    assert client.get("/askanden").status_code == 200


def test_who_is_shut_out_in_the_midst_of_signing_in_is_told_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Disabled by the administrator, or the clock was set, between the password and the answer."""
    monkeypatch.setattr(queries, "signed_in", lambda _token: None)
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/logga-in", data={"username": "sakerhetschef", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Din inloggning har upphört" in answer.get_data(as_text=True)
