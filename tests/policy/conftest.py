"""One world per run, and per file an application that stands on a copy of it with the clock stopped."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest

from portal import clock
from portal.desk import printed_routes
from portal.documents import formats
from portal.people.passwords import use_cheap_profile
from tests.conftest import Road
from tests.factories.town import Town
from tests.policy import world as worlds
from tests.policy.matrix import Sender
from tests.policy.world import World
from tests.standing import Standing


@pytest.fixture(scope="session")
def world(road: Road, prepared: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> World:
    """The walked road with everyone who tries the doors."""
    return worlds.build(road, prepared[1], tmp_path_factory.mktemp("policy") / "instance")


@pytest.fixture(scope="module")
def standing(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """This file's own application."""
    use_cheap_profile(True)
    here = Standing(world.folder, tmp_path_factory.mktemp("standing") / "instance")
    yield here
    with here.app.app_context():
        here.close()


@pytest.fixture(scope="module", autouse=True)
def _each_page_drawn_once() -> Iterator[None]:
    """Who may see a page's picture is asked for every person; the same picture need not be drawn anew for each."""
    with patch.object(formats, "page_picture", cache(formats.page_picture)):
        yield


@pytest.fixture(scope="module", autouse=True)
def _no_list_printed() -> Iterator[None]:
    """Who may have a list as a document is asked for every person; it need not be made for each."""
    with patch.object(printed_routes, "printed_at_ease", lambda _kind, _data: b"%PDF-1.7\n"):
        yield


@pytest.fixture
def sender(world: World, standing: Standing) -> Iterator[Sender]:
    """Sends requests at the moment everyone signed in, so that no session grows old."""
    clock.set_source(lambda: world.moment)
    yield Sender(world, standing)
