"""The demo, made once per day that it is tried on: today through the command, other days with the clock set."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal import clock, create_app, tables
from portal.db import db
from portal.demo.build import build
from portal.people.passwords import use_cheap_profile

TODAY, NEW_YEAR = "today", "2 January"
DAYS = {
    NEW_YEAR: datetime(2026, 1, 2, 9, 0, tzinfo=UTC),
    "28 December": datetime(2026, 12, 28, 12, 0, tzinfo=UTC),
    "29 February": datetime(2028, 2, 29, 7, 0, tzinfo=UTC),
}


@dataclass(frozen=True, slots=True)
class Made:
    """A finished demo: its application and the day it was made."""

    app: Flask
    today: date
    folder: Path


def run(folder: Path) -> Result:
    """``flask --app wsgi demo`` with ``INSTANCE=folder``."""
    return create_app(folder, check_schema=False).test_cli_runner().invoke(args=["demo"])


def _by_command(folder: Path) -> Made:
    result = run(folder)
    assert result.exit_code == 0, result.output
    return Made(create_app(folder, testing=True), clock.today(), folder)


def _with_clock(folder: Path) -> Made:
    folder.mkdir()
    app = create_app(folder, testing=True)
    with app.app_context():
        tables.metadata().create_all(db.engine)
        build(app)
    return Made(app, clock.today(), folder)


@pytest.fixture(
    scope="module", params=[TODAY, NEW_YEAR, *(pytest.param(day, marks=pytest.mark.soak) for day in DAYS if day != NEW_YEAR)]
)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A demo made on the day; the system's clock shows that day as long as it is looked at."""
    folder = tmp_path_factory.mktemp("demo") / "instance"
    with pytest.MonkeyPatch.context() as patch:
        if request.param != TODAY:
            patch.setattr(clock, "_system", lambda: DAYS[request.param])
            clock.set_source(None)
        demo = _by_command(folder) if request.param == TODAY else _with_clock(folder)
        use_cheap_profile(True)
        yield demo
        with demo.app.app_context():
            db.session.remove()
            db.engine.dispose()
    clock.set_source(None)


@pytest.fixture
def inside(made: Made) -> Iterator[Made]:
    """The demo with an application context open."""
    with made.app.app_context():
        yield made
