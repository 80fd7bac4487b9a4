"""Statements per page do not grow with the number of cases."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from portal.db import db
from tests.conftest import ClientFor
from tests.factories.funding_requests import a_draft, a_submitted_request
from tests.factories.town import Town

MOST = 12


@contextmanager
def _counted(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("username", "page"),
    [
        ("sakerhetschef", "/askanden"),
        ("kommunchef", "/askanden"),
        ("registrator", "/diariet"),
        ("sakerhetschef", "/askanden/ny"),
    ],
)
def test_lists_ask_as_much_for_many_cases_as_for_one(
    app: Flask, client_for: ClientFor, town: Town, username: str, page: str
) -> None:
    client = client_for(username)
    client.get(page)
    counts = []
    for more in (1, 6):
        with app.app_context():
            for _ in range(more):
                a_submitted_request(town)
                a_draft(town)
        with _counted(app) as statements:
            assert client.get(page).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= MOST, statements


@pytest.mark.parametrize("page", ["skriv", "granska"])
def test_the_writing_pages_ask_little(app: Flask, client_for: ClientFor, town: Town, page: str) -> None:
    with app.app_context():
        address = f"/askanden/{a_draft(town).public_id}/{page}"
    client = client_for("sakerhetschef")
    client.get(address)
    with _counted(app) as statements:
        assert client.get(address).status_code == 200
    assert len(statements) <= MOST, statements
