"""An application with an outbox in a SQLite file of its own, and a clock that the test turns."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from portal import clock
from portal import db as database
from portal.db import Base, session, transaction
from portal.log import models as log_models
from portal.outbox import models, operations


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)

    def forward(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)


@pytest.fixture
def moment() -> Iterator[Clock]:
    standing = Clock()
    clock.set_source(lambda: standing.instant)
    yield standing
    clock.set_source(None)


@pytest.fixture
def outbox_app(tmp_path: Path) -> Iterator[Flask]:
    app = Flask("outbox")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'portal.sqlite'}"
    Babel(app, default_locale="sv")
    database.init_app(app)
    assert {models.OutboxRow.__tablename__, log_models.LogEntry.__tablename__} <= set(Base.metadata.tables)
    with app.app_context():
        Base.metadata.create_all(database.db.engine)
        yield app
        session.remove()
        database.db.engine.dispose()


def queue(key: str, kind: str = "copy", **payload: object) -> bool:
    with transaction():
        return operations.enqueue(kind=kind, payload=payload, key=key)


def lease(worker: str = "first", seconds: int = 120) -> operations.Task | None:
    with transaction():
        return operations.claim(worker, seconds)
