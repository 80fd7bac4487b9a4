"""Forced colours, as Windows' contrast themes give them: no background is ours, and everything is still told apart."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Gallery
from tests.browser.looks import CASES, FORMS, LISTS, REFUSED, Look
from tests.browser.measure import measure

STOPS = 12
ONE_OF_EACH = (*CASES[::4], *FORMS[::4], *LISTS[::4], *REFUSED[::6])


def lost_in_forced_colours(page: Page) -> list[str]:
    """What can be told apart in our colours and no longer in the reader's."""
    page.emulate_media(forced_colors="none")
    measure(page, "marks")
    page.emulate_media(forced_colors="active")
    return measure(page, "lost") + measure(page, "bars")


@pytest.mark.parametrize("start", [0, 1])
def test_nothing_is_told_by_background_alone(gallery: Callable[..., Gallery], start: int) -> None:
    room = gallery()
    wrong = [f"{look.name}: {each}" for look in ONE_OF_EACH[start::2] for each in lost_in_forced_colours(room.show(look))]
    assert not wrong, "\n".join(wrong)


def test_the_place_of_the_keyboard_is_seen(gallery: Callable[..., Gallery]) -> None:
    page = gallery(forced_colors="active").show(Look("kommunchef", "/askanden/{case}/besluta", "submitted"))
    measure(page, "remember")
    wrong = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        wrong += measure(page, "focus")
    assert not wrong, "\n".join(wrong)


def test_the_measure_bites(page: Page) -> None:
    page.set_content(
        """<!doctype html><body style="background: white"><p style="background: gold">Brådskar</p><p>Brådskar inte</p>
        <p style="background: gold; border: 1px solid">Brådskar</p>"""
    )
    assert len(lost_in_forced_colours(page)) == 1
