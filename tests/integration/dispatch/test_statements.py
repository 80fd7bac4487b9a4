"""Lists ask the database as often for many rows as for one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from portal.db import db
from portal.funding_requests.lifecycle import Status
from tests.conftest import ClientFor
from tests.factories.road import case_in
from tests.factories.town import Town


@contextmanager
def _counted(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("address", "username", "status"),
    [
        ("/kopior", "kommunledning", Status.DISPATCHED),
        ("/arkiv", "arkivarie", Status.CLOSED),
        ("/arkiv", "revisor", Status.ARCHIVED),
    ],
)
def test_the_number_of_statements_does_not_grow_with_the_rows(
    app: Flask, town: Town, client_for: ClientFor, address: str, username: str, status: Status
) -> None:
    counts = []
    client = client_for(username)
    for more in (1, 3):
        with app.app_context():
            for _n in range(more):
                case_in(status, town)
        client.get(address)
        with _counted(app) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12
