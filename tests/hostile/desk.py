"""A person signed in with a draft of their own, who sends files to the two addresses that take them."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from portal import create_app
from portal.db import db, session
from portal.documents.models import Document
from tests.conftest import PASSWORD, unsynced
from tests.factories.funding_requests import a_draft
from tests.factories.town import Town
from tests.inputs.stage import multipart

WRITER = "sakerhetschef"
BY_SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial"}
# When someone was last seen is noted whatever they ask for.
_NOT_COMPARED = ("user_session", "sqlite_sequence")


@dataclass
class Desk:
    """The application, the browser of the person, and the draft."""

    app: Flask
    folder: Path
    town: Town
    client: FlaskClient
    case_id: UUID

    def attach(self, data: bytes, filename: str) -> TestResponse:
        """Send a file as the page's script does."""
        body, kind = multipart(
            [("form_key", str(uuid4())), ("attach", "1"), ("classified", "nej")], [("files", filename, data)]
        )
        return self.client.post(f"/askanden/{self.case_id}/spara", data=body, content_type=kind, headers=BY_SCRIPT)

    def read_in(self, data: bytes, filename: str) -> TestResponse:
        """Send a document to be read in as a new request."""
        body, kind = multipart([("form_key", str(uuid4())), ("classified", "nej"), ("text", "")], [("file", filename, data)])
        return self.client.post("/askanden/las-in", data=body, content_type=kind)

    def holds(self) -> str:
        """What stands in the database, as one hash."""
        told = hashlib.sha256()
        with closing(sqlite3.connect(self.folder / "portal.sqlite")) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            for name in names:
                if name not in _NOT_COMPARED:
                    told.update(repr(connection.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall()).encode())  # noqa: S608
        return told.hexdigest()

    def newest(self) -> Document:
        """The document added last."""
        with self.app.app_context():
            found = session.scalars(select(Document).order_by(Document.id.desc()).limit(1)).one()
            session.expunge(found)
            return found

    def begin_anew(self) -> None:
        """Another draft: a case takes no more than twenty files."""
        with self.app.app_context():
            self.case_id = a_draft(self.town).public_id


@contextmanager
def desk(folder: Path, town: Town) -> Iterator[Desk]:
    """The person at the instance in ``folder``."""
    app = create_app(folder, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        event.listen(db.engine, "connect", unsynced)
        case_id = a_draft(town).public_id
    client = app.test_client()
    assert client.post("/logga-in", data={"username": WRITER, "password": PASSWORD}).status_code == 303
    yield Desk(app, folder, town, client, case_id)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
