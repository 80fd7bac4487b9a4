"""One database with a case in every place of the road, walked once; a test that stands there gets a copy of it."""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from portal import create_app
from portal.db import db
from portal.people.passwords import use_cheap_profile
from tests.factories.places import PLACES
from tests.factories.town import Town


@dataclass(frozen=True, slots=True)
class Road:
    """The instance in which the road has been walked, and the case in each place."""

    folder: Path
    cases: dict[str, UUID]


@pytest.fixture(scope="session")
def road(prepared: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Road:
    """The town with a case in every place, documents made and copies sent."""
    use_cheap_profile(True)
    folder = tmp_path_factory.mktemp("road")
    shutil.copy(prepared[0] / "portal.sqlite", folder)
    (folder / "secret_key").write_bytes(b"k" * 32)
    app = create_app(folder, testing=True)
    with app.app_context():
        cases = {place: walk(prepared[1]) for place, walk in PLACES.items()}
        db.session.remove()
        db.engine.dispose()
    last = sqlite3.connect(folder / "portal.sqlite")
    assert last.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, "someone still reads; a copy would lack rows"
    last.close()
    return Road(folder, cases)


@pytest.fixture
def walked(road: Road, tmp_path: Path) -> Path:
    """An instance of this test's own in which the road has been walked."""
    return shutil.copytree(road.folder, tmp_path / "instance")
