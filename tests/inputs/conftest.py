"""The stage on which bad input is tried, and the figure of how much was."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import create_app
from portal.db import db
from portal.people.passwords import use_cheap_profile
from tests.conftest import PASSWORD, Road
from tests.factories.town import Town
from tests.inputs.money_situations import in_season, left_to_look_through
from tests.inputs.situations import arise
from tests.inputs.stage import Stage, staged
from tests.scale import SOAK, measured

# One person of every role; in the long run everyone, so that two of a role meet too.
ROLES = (
    "sakerhetschef",
    "forvaltningschef",
    "kommunchef",
    "ekonom",
    "kommunledning",
    "registrator",
    "arkivarie",
    "revisor",
    "admin",
)
USERNAMES = (*ROLES, "sakerhetssamordnare", "tf.kommunchef", "ekonom2", "arkivarie2") if SOAK else ROLES
EVERYONE = ("", *USERNAMES)


@pytest.fixture(autouse=True)
def _in_season(_system_clock: None) -> None:
    """Every test stands on the day of the stage."""
    in_season()


@pytest.fixture(scope="module")
def stage(
    road: Road, prepared: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """The walked road with the situations beside it, in an application that answers a fault of its own with 500."""
    folder = shutil.copytree(road.folder, tmp_path_factory.mktemp("inputs") / "instance")
    (folder / "settings.toml").write_text("budget_control = true\n", encoding="utf-8")  # two persons look at each entry
    use_cheap_profile(True)
    in_season()
    app = create_app(folder, testing=True)
    with app.app_context():
        seeds = arise(prepared[1], road.cases)
        db.session.remove()
    seeds["ekonom"] += left_to_look_through(app)
    with app.app_context():
        db.engine.dispose()
    with staged(folder, USERNAMES, PASSWORD, seeds) as made:
        yield made
        module = str(request.module.__name__).rpartition(".")[2]
        measured(f"inputs: {module}", inputs=made.inputs, **{"answers of 500 or more": made.faults})
