"""The pages of the road in both themes and at every width: nothing axe complains of, nothing wider than its window."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask

from portal.funding_requests.lifecycle import Status
from tests.browser.conftest import Visit, Visitor
from tests.factories.road import case_in
from tests.factories.town import Town

WIDTHS = (1280, 390, 320)
HEIGHT = 900

# Who looks, at a case in which status, on which page of it.
PAGES: tuple[tuple[str, Status, tuple[str, ...]], ...] = (
    ("sakerhetschef", Status.DRAFT, ("/skriv", "/granska")),
    ("kommunchef", Status.SUBMITTED, ("", "/besluta", "/komplettering", "/overlamna")),
    ("ekonom", Status.DECIDED, ("", "/bokfor")),
    ("sakerhetschef", Status.DISPATCHED, ("", "/slutredovisa", "/omfordela")),
    ("ekonom", Status.REPORTED, ("/godkann-slutredovisning",)),
    ("registrator", Status.REFERRED, ("/protokoll",)),
    ("registrator", Status.SETTLED, ("", "/avsluta", "/registrering")),
    ("revisor", Status.ARCHIVED, ("",)),
)
LISTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sakerhetschef", ("/", "/askanden", "/askanden/ny", "/askanden/las-in", "/konto")),
    ("kommunchef", ("/", "/avsatta-medel", "/beslut")),
    ("kommunledning", ("/kopior",)),
    ("registrator", ("/diariet",)),
    ("arkivarie", ("/arkiv",)),
    ("admin", ("/administration",)),
)


def complaints(visitor: Visitor, where: str, *rules: str) -> list[str]:
    """What axe finds on the page as it stands, by all its rules or those named."""
    found = Axe().run(visitor.page, options={"runOnly": rules} if rules else None).response["violations"]
    return [f"{where}: {each['id']} {each['nodes'][0]['html'][:160]} ({len(each['nodes'])})" for each in found]


def measured(visitor: Visitor, path: str) -> list[str]:
    """What is wrong with the page at ``path`` in any theme or at any width."""
    wrong = []
    visitor.page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    visitor.page.emulate_media(color_scheme="light")
    visitor.open(path)
    wrong += complaints(visitor, f"{path} ljust")
    visitor.page.emulate_media(color_scheme="dark")
    wrong += complaints(visitor, f"{path} mörkt", "color-contrast")  # all else is as in the light
    visitor.page.emulate_media(color_scheme="light")
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": HEIGHT})
        wide = visitor.page.evaluate("document.scrollingElement.scrollWidth")
        if wide > width:
            wrong.append(f"{path}: {wide} px brett i ett fönster om {width} px")
    return wrong + complaints(visitor, f"{path} 320 px")


@pytest.mark.parametrize(("username", "status", "pages"), PAGES, ids=[f"{who}-{status}" for who, status, _ in PAGES])
def test_a_case_reads_well_in_every_theme_and_width(
    request: pytest.FixtureRequest, app: Flask, town: Town, username: str, status: Status, pages: tuple[str, ...]
) -> None:
    with app.app_context():
        case = f"/askanden/{case_in(status, town)}"
    visitor = request.getfixturevalue("visit")(username)  # not before: the served portal's worker would do its share
    assert not [wrong for page in pages for wrong in measured(visitor, case + page)]


def test_the_lists_read_well_in_every_theme_and_width(request: pytest.FixtureRequest, app: Flask, town: Town) -> None:
    with app.app_context():
        for status in (Status.SUBMITTED, Status.DISPATCHED):
            case_in(status, town)
    visit = request.getfixturevalue("visit")
    wrong = []
    for username, paths in LISTS:
        visitor = visit(username)
        wrong += [each for path in paths for each in measured(visitor, path)]
        visitor.page.context.close()
    assert not wrong


def test_the_sign_in_page_reads_well(visit: Visit) -> None:
    visitor = visit("revisor")
    visitor.page.context.clear_cookies()
    assert not [wrong for path in ("/logga-in", "/hjalp", "/tillganglighet") for wrong in measured(visitor, path)]
