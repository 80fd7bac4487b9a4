"""The arena on each database, made once for all races of a run."""

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from portal import clock, create_app
from portal.cli.server import bring_up
from portal.db import db, session, transaction
from portal.people.models import Person, RoleHolding
from portal.people.passwords import hashed, use_cheap_profile
from portal.people.permissions import Role
from tests.conftest import PASSWORD, unsynced
from tests.factories.town import Row, Town, build
from tests.integration.test_migrations import new_database
from tests.races.arena import Arena
from tests.scale import measured

# A second of each whose rival is needed: two registrars, two recipients, one more who asks.
MORE = (
    ("registrator2", "Registrator", Role.REGISTRAR, "Kommunledningskontoret"),
    ("kommunledning2", "Förvaltningssekreterare", Role.RECIPIENT, "Kommunledningsförvaltningen"),
    ("admin2", "Systemförvaltare", Role.ADMINISTRATOR, "Kommunledningskontoret"),
)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def arena(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """The portal, the town and those who race, on SQLite and on PostgreSQL."""
    use_cheap_profile(True)
    folder = tmp_path_factory.mktemp("arena")
    (folder / "secret_key").write_bytes(b"k" * 32)
    if request.param == "postgresql":
        name = "r" + re.sub(r"\W", "", f"{folder.name}{os.environ.get('PYTEST_XDIST_WORKER', '')}")
        address = new_database(request.getfixturevalue("postgresql"), name)
        (folder / "settings.toml").write_text(f'database = "{address}"\n', encoding="utf-8")
    app = create_app(folder, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        if request.param == "sqlite":
            event.listen(db.engine, "connect", unsynced)  # nothing here outlives the run
        bring_up()
        with transaction():
            town = build(PASSWORD)
            _add_rivals(town)
            town.substitute("tf.kommunchef", stands_in_for="kommunchef")
        session.remove()
    made = Arena(app, town, request.param)
    yield made
    made.close()
    measured("races", database=request.param, races=made.races, busy=made.busy)
    with app.app_context():
        session.remove()
        db.engine.dispose()
    shutil.rmtree(folder, ignore_errors=True)


def _add_rivals(town: Town) -> None:
    for username, title, role, unit in MORE:
        person = Person(
            username=username, name=f"{title} 2 i Åkersbro", title=title, password_hash=hashed(PASSWORD), created_at=clock.now()
        )
        session.add(person)
        session.flush()
        session.add(RoleHolding(person_id=person.id, unit_id=town.units[unit].id, role=role.value, valid_from=clock.today()))
        town.people[username] = Row(person.id, person.public_id, person.name)
