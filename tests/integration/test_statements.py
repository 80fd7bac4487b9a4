"""How much the database is asked per page: as much with sixty cases as with five, and not more than it takes."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.db import db, transaction
from portal.funding_requests import operations as requests
from tests.conftest import ClientFor
from tests.factories.decisions import a_submitted_request
from tests.factories.places import PLACES
from tests.factories.town import Town
from tests.integration.conftest import Road

MOST = 14
MOST_OF_A_CASE = 15  # with a final report, for the registrar who may close it
MORE_CASES = 55
LISTS = (
    ("/", "kommunchef"),
    ("/", "registrator"),
    ("/", "sakerhetschef"),
    ("/", "ekonom"),
    ("/askanden", "kommunchef"),
    ("/askanden", "sakerhetschef"),
    ("/diariet", "registrator"),
    ("/beslut", "kommunchef"),
    ("/avsatta-medel", "ekonom"),
    ("/arkiv", "arkivarie"),
    ("/kopior", "kommunledning"),
    ("/omfordelningar", "ekonom"),
)
# Who has the most to do in the place, and so the most buttons.
BUSIEST = {
    "draft": "sakerhetschef",
    "returned": "sakerhetschef",
    "submitted": "kommunchef",
    "decided": "ekonom",
    "dispatched": "sakerhetschef",
    "reported": "ekonom",
    "closed": "arkivarie",
    "archived": "arkivarie",
}


@pytest.fixture
def instance(walked: Path) -> Path:
    """This module's tests stand on the walked road."""
    return walked


@contextmanager
def asked(app: Flask) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def statements(app: Flask, client: FlaskClient, address: str) -> list[str]:
    """What one showing of the page asks, once caches are warm and last_seen has been noted."""
    client.get(address)
    with asked(app) as seen:
        assert client.get(address).status_code == 200, address
    return [each for each in seen if not each.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK"))]


def twice(seen: list[str]) -> str:
    """The statements asked more than once, for the message."""
    return "\n\n".join(f"{times} × {text[:300]}" for text, times in Counter(seen).items() if times > 1)


@pytest.mark.parametrize(("address", "username"), LISTS)
def test_a_list_asks_as_much_with_sixty_cases_as_with_five(
    app: Flask, client_for: ClientFor, town: Town, address: str, username: str
) -> None:
    client = client_for(username)
    few = statements(app, client, address)
    assert len(few) <= MOST, twice(few)
    with app.app_context():
        for number in range(MORE_CASES):
            made = a_submitted_request(town, lines=[(f"Rad {number}", "100")], total="100")
            if number % 10 == 0:
                with transaction():
                    requests.withdraw(case_id=made, reason="Behövs inte.", by=town.actor("sakerhetschef"), seen_version=None)
    many = statements(app, client, address)
    assert len(many) == len(few), twice(many)


@pytest.mark.parametrize("place", PLACES)
def test_the_case_page_asks_at_most_so_much_in_every_place(app: Flask, client_for: ClientFor, road: Road, place: str) -> None:
    username = BUSIEST.get(place.partition(" ")[0].rstrip(","), "registrator")
    seen = statements(app, client_for(username), f"/askanden/{road.cases[place]}")
    most = (
        MOST_OF_A_CASE + 5 if "secret" in place else MOST_OF_A_CASE
    )  # a secret case is read again after the reading has been logged
    assert len(seen) <= most, f"{len(seen)} statements\n{twice(seen)}"


@pytest.mark.parametrize(("form", "place", "username"), [
    ("besluta", "submitted", "kommunchef"),
    ("bokfor", "decided", "ekonom"),
    ("protokoll", "referred", "registrator"),
    ("slutredovisa", "dispatched", "sakerhetschef"),
    ("skriv", "draft", "sakerhetschef"),
    ("granska", "draft", "sakerhetschef"),
    ("avsluta", "settled", "registrator"),
])  # fmt: skip
def test_a_form_asks_at_most_so_much(
    app: Flask, client_for: ClientFor, road: Road, form: str, place: str, username: str
) -> None:
    seen = statements(app, client_for(username), f"/askanden/{road.cases[place]}/{form}")
    assert len(seen) <= MOST, f"{len(seen)} statements\n{twice(seen)}"
