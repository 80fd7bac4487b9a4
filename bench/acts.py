"""What the press costs that sends a request in, and the one that decides it, against a floor that writes the very same rows
and nothing else. Processor time: the pages with the forms, and the password's hash at its full cost, are not in it.

The floor parses the form, looks up who is signed in, and writes to a database with the same tables and indexes every row that
the portal wrote (case, versions, log, outbox, ledger, search), in one transaction that is on the disk when it answers. What it
leaves out is what the portal is for: whether the person may, whether it is so, and in what words.
"""

import gc
import hashlib
import re
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, Response, redirect, request
from flask.testing import FlaskClient

from portal import create_app, tables
from portal.db import db, transaction
from tests.conftest import PASSWORD
from tests.factories.funding_requests import a_draft
from tests.factories.town import Town, build
from tests.web_forms import form_on

ACTS: tuple[tuple[str, str, str, str, float], ...] = (
    # what, who, the page with the form, where it is sent, how many times the floor it may cost
    ("Skicka in", "sakerhetschef", "/askanden/{case}/granska", "/askanden/{case}/skicka-in", 3.0),
    ("Besluta", "kommunchef", "/askanden/{case}/besluta", "/askanden/{case}/besluta", 4.0),
)
_WARM, _MEASURED = 3, 24
_LINES = ({"label": "Kamerabevakning", "amount": "5 000", "cost_type": "drift"},)
Rows = Mapping[str, Sequence[tuple[Any, ...]]]


def acts_table() -> str:
    """The figures as a Markdown table."""
    lines = ["| handling | golv, ms | portalen, ms | × golvet | högst | rader |", "|---|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as place:
        for (what, *_rest, most), (portal, floor, rows) in zip(ACTS, measured_acts(Path(place)), strict=True):
            lines.append(
                f"| {what} | {floor:.2f} | {portal:.2f} | {portal / floor:.1f} | {most:.0f} | {rows} |".replace(".", ",")
            )
    return "\n".join(lines) + "\n"


def measured_acts(place: Path, warm: int = _WARM, measured: int = _MEASURED) -> list[tuple[float, float, int]]:
    """For each act the milliseconds of the portal and of the floor, and how many rows one writes."""
    folder = place / "instance"
    folder.mkdir()
    app = create_app(folder, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        tables.metadata().create_all(db.engine)
        with transaction():
            town = build(PASSWORD)
        cases = _drafts(town, warm + measured)
        db.session.remove()
    found = []
    for what, who, page, address, _most in ACTS:
        client = app.test_client()
        assert client.post("/logga-in", data={"username": who, "password": PASSWORD}).status_code == 303, who
        times, rows = _portal(folder, client, cases, (page, address), warm)
        found.append((times, _floor(place / f"{what}.sqlite", folder, rows, warm + measured), sum(map(len, rows.values()))))
    with app.app_context():
        db.engine.dispose()
    return found


def _drafts(town: Town, count: int) -> list[UUID]:
    return [a_draft(town, lines=list(_LINES), total="5 000").public_id for _each in range(count)]


def _portal(folder: Path, client: FlaskClient, cases: Sequence[UUID], way: tuple[str, str], warm: int) -> tuple[float, Rows]:
    """The median of one act in each case, and the rows that the last one wrote."""
    taken = []
    before: Mapping[str, int] = {}
    for number, case_id in enumerate(cases):
        page, address = (each.format(case=case_id) for each in way)
        form = form_on(client.get(page))
        if "password" in form or "besluta" in address:
            form["password"] = PASSWORD
        if number == len(cases) - 1:
            before = _last(folder)
        if number == warm:
            gc.collect()
        begun = time.process_time()
        answer = client.post(address, data=form)
        taken.append((time.process_time() - begun) * 1000)
        assert answer.status_code == 303, (address, answer.get_data(as_text=True)[:3000])
    return statistics.median(taken[warm:]), _written(folder, before)


def _last(folder: Path) -> Mapping[str, int]:
    """The last row of every table."""
    connection = sqlite3.connect(folder / "portal.sqlite")
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    last = {name: connection.execute(f"SELECT coalesce(max(rowid), 0) FROM {name}").fetchone()[0] for name in names}  # noqa: S608 own names
    connection.close()
    return last


def _written(folder: Path, before: Mapping[str, int]) -> Rows:
    """The rows that have come since."""
    connection = sqlite3.connect(folder / "portal.sqlite")
    rows = {
        name: connection.execute(f"SELECT * FROM {name} WHERE rowid > ?", (last,)).fetchall()  # noqa: S608 own names
        for name, last in before.items()
    }
    connection.close()
    return {name: each for name, each in rows.items() if each}


def _floor(database: Path, folder: Path, rows: Rows, count: int) -> float:
    """The median of writing those rows to the same tables with the same indexes, which here let a row come twice."""
    shutil.copy(folder / "portal.sqlite", database)
    connection = sqlite3.connect(database)
    for name in rows:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        indexes = [
            [row[2] for row in connection.execute(f"PRAGMA index_info({index[1]})")]
            for index in connection.execute(f"PRAGMA index_list({name})").fetchall()
        ]
        connection.execute(f"DROP TABLE {name}")
        connection.execute(f"CREATE TABLE {name} ({', '.join(f'{column!r}' for column in columns)})")
        for number, over in enumerate(indexes):
            if all(over):
                connection.execute(f"CREATE INDEX again_{name}_{number} ON {name} ({', '.join(over)})")
    connection.commit()
    connection.close()
    client = create_writer(database, rows).test_client()
    form = {"form_key": "0" * 36, "version": "1", "password": PASSWORD, "text": "x" * 400}
    return _median(lambda: client.post("/", data=form), count)


def _median(send: Callable[[], Any], count: int) -> float:
    taken = []
    for _each in range(count):
        begun = time.process_time()
        answer = send()
        taken.append((time.process_time() - begun) * 1000)
        assert answer.status_code == 303
    return statistics.median(taken[min(_WARM, count - 1) :])


def create_writer(database: Path, rows: Rows) -> Flask:
    """The least application that writes ``rows`` when a form is sent."""
    app = Flask("floor")
    statements = {
        name: re.sub(r"\s+", " ", f"INSERT INTO {name} VALUES ({', '.join('?' * len(each[0]))})")  # noqa: S608 own names
        for name, each in rows.items()
    }

    @app.post("/")
    def write() -> Response:
        """Who is signed in, the form, the rows, one transaction."""
        connection = sqlite3.connect(database, isolation_level=None)
        connection.execute("PRAGMA synchronous=FULL")
        token = hashlib.sha256(request.cookies.get("floor", "").encode()).hexdigest()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("SELECT count(*) FROM person WHERE username = ?", (token,)).fetchone()
        assert request.form["form_key"] and int(request.form["version"])
        for name, each in rows.items():
            connection.executemany(statements[name], each)
        connection.execute("COMMIT")
        connection.close()
        return redirect("/", 303)  # type: ignore[return-value]  # werkzeug's response, which Flask makes its own

    return app
