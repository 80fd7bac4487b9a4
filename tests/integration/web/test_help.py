"""The help: it tells of the places where finance and the auditor work, and of what each role does, in steps."""

import re
from pathlib import Path

import pytest

from portal.people.permissions import Role
from portal.web.helping import GUIDES, PICTURES
from tests.conftest import ClientFor

STATIC = Path(__file__).parents[3] / "portal" / "static"
HEAVIEST = 40_000  # bytes of a picture


@pytest.mark.parametrize("place", ["Utfall", "Budgetexport", "Avvikelser"])
def test_the_help_page_tells_of_the_places_in_the_menu(client_for: ClientFor, place: str) -> None:
    client = client_for("ekonom")
    assert place in client.get("/").text
    assert f"<i>{place}</i>" in client.get("/hjalp").text


def test_each_role_has_a_guide_of_its_own_which_stands_first_for_those_who_have_it(client_for: ClientFor) -> None:
    assert sorted(guide.role for guide in GUIDES.values()) == sorted(Role)
    client = client_for("ekonom")
    page = client.get("/hjalp").text
    assert [page.count(f'href="/hjalp/{name}"') for name in GUIDES] == [1] * len(GUIDES)
    assert page.index('href="/hjalp/ekonomi"') < page.index("Andra roller") < page.index('href="/hjalp/aska"')
    for name, guide in GUIDES.items():
        shown = client.get(f"/hjalp/{name}").text
        assert f'<h1 tabindex="-1">{guide.title}</h1>' in shown
        assert all(step in shown for task in guide.tasks for step in task.steps)
        assert "!" not in "".join((guide.lead, *(step for task in guide.tasks for step in task.steps)))
    assert client.get("/hjalp/kung").status_code == 404


def test_the_pictures_are_small_and_are_those_that_the_guides_tell_of() -> None:
    told = {name for name, guide in GUIDES.items() if guide.picture}
    assert {path.stem for path in (STATIC / PICTURES).iterdir()} == told
    assert all(path.stat().st_size <= HEAVIEST for path in (STATIC / PICTURES).iterdir())
    tool = (STATIC.parents[1] / "tools" / "screenshots.py").read_text(encoding="utf-8")
    assert set(re.findall(r'^    "(\w+)": \("\w+", "\w+", "[^"]*"\),$', tool, re.MULTILINE)) == told
