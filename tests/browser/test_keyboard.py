"""The whole road with nothing but a keyboard, the place of the keyboard seen at every stop."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import Gallery, Visit
from tests.browser.keys import Keys
from tests.browser.looks import Look
from tests.browser.measure import measure
from tests.browser.road import walk

MOST_STOPS = 60
# Where something stands still over what one moves through: the dock of a case, the sums while one writes.
CROWDED = (
    Look("kommunchef", "/askanden/{case}", "submitted"),
    Look("sakerhetschef", "/askanden/{case}/skriv", "draft"),
    Look("sakerhetschef", "/askanden", town="crowded"),
)


def test_the_whole_road_is_walked_with_the_keyboard(visit: Visit, app: Flask, instance: Path) -> None:
    walked: list[Keys] = []

    def with_keys(username: str) -> Keys:
        person = visit(username, kind=Keys)
        assert isinstance(person, Keys)
        walked.append(person)
        return person

    walk(with_keys, app, instance)
    assert sum(person.stops for person in walked) > 100, "they tabbed their way"


@pytest.mark.parametrize("look", CROWDED, ids=[look.name for look in CROWDED])
def test_on_a_phone_nothing_hides_where_the_keyboard_is(gallery: Callable[..., Gallery], look: Look) -> None:
    page = gallery(width=390, height=700).show(look)
    measure(page, "remember")
    wrong = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        wrong += measure(page, "focus")
    assert not wrong, "\n".join(wrong)


def test_the_first_stop_skips_to_the_content(visit: Visit) -> None:
    person = visit("sakerhetschef", kind=Keys)
    person.page.reload()
    person.page.keyboard.press("Tab")
    expect(person.page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    person.page.keyboard.press("Enter")
    person.page.keyboard.press("Tab")
    assert person.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_menu_folds_with_escape_and_hands_the_keyboard_back(visit: Visit) -> None:
    person = visit("sakerhetschef", kind=Keys)
    menu = person.page.locator(".person summary")
    person.activate(menu)
    expect(person.page.get_by_role("link", name="Ditt konto")).to_be_visible()
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Escape")
    expect(person.page.get_by_role("link", name="Ditt konto")).not_to_be_visible()
    expect(menu).to_be_focused()


def test_the_measure_of_focus_bites(page: Page) -> None:
    page.set_content("<style>a, button:focus { outline: none }</style><a href='/'>Ett</a><button>Två</button>")
    found = []
    for _ in range(2):
        measure(page, "remember")
        page.keyboard.press("Tab")
        found += measure(page, "focus")
    assert len([each for each in found if "no ring" in each]) == 2
    assert any("looks as without focus" in each for each in found)
