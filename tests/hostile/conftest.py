"""One instance for all hostile files: what one of them leaves behind must not help the next one either."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.people.passwords import use_cheap_profile
from tests.clamd import Clamd, is_installed
from tests.factories.town import Town
from tests.hostile.desk import Desk, desk


@pytest.fixture(scope="package")
def at_desk(prepared: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A person with a draft."""
    use_cheap_profile(True)
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copy(prepared[0] / "portal.sqlite", folder)
    (folder / "secret_key").write_bytes(b"k" * 32)
    with desk(folder, prepared[1]) as found:
        yield found


@pytest.fixture(scope="package")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    """A real clamd."""
    if not is_installed():
        pytest.skip("clamd is not installed")
    found = Clamd(tmp_path_factory.mktemp("clamd"))
    found.start()
    yield found
    found.stop()
