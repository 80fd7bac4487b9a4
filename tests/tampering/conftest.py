"""One instance with decisions, for the whole session: what is tampered with is made from its files, in memory."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from portal import create_app
from portal.db import db, session
from tests.conftest import unsynced
from tests.factories.town import Town
from tests.tampering.stage import Stage, build


@pytest.fixture(scope="session")
def stage(prepared: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The decisions of Åkersbro kommun, and the key of its log."""
    folder = tmp_path_factory.mktemp("tampering")
    shutil.copy(prepared[0] / "portal.sqlite", folder / "portal.sqlite")
    (folder / "secret_key").write_bytes(b"k" * 32)
    app = create_app(folder, testing=True)
    with app.app_context():
        event.listen(db.engine, "connect", unsynced)
    yield build(app, prepared[1])
    with app.app_context():
        session.remove()
        db.engine.dispose()
