"""Every look by axe, in both themes; then on small screens: 320 px wide, which is 1280 px at 400 % (WCAG 1.4.10), with the
reader's own text spacing (1.4.12), for large fingers (2.5.8); and that nothing moves for those who have asked for that.

A page is opened once for all of it: to open it takes as long as most of what is asked of it.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import Gallery
from tests.browser.jury import MOST_RUNS, Jury, complaints
from tests.browser.looks import CASES, FORMS, LISTS, REFUSED, Look
from tests.browser.measure import measure
from tests.scale import measured

WIDTHS = (1280, 390)
WIDE: ViewportSize = {"width": 1280, "height": 900}
STILL_SECONDS = 0.01
BRIEF_SECONDS = 0.15
NARROW: ViewportSize = {"width": 320, "height": 256}
AT_400_PERCENT = {**NARROW, "device_scale_factor": 4}


@pytest.fixture(scope="module")
def jury() -> Iterator[Jury]:
    """One jury for all the pages; it is asked to judge no more often than it has to."""
    sitting = Jury()
    yield sitting
    measured("browser: axe", runs=sitting.runs, most=MOST_RUNS)
    assert sitting.runs <= MOST_RUNS, f"{sitting.runs} runs"


@pytest.mark.parametrize(
    "looks", [REFUSED, LISTS, CASES, FORMS], ids=["refused", "lists", "cases", "forms"]
)  # most markup first
def test_axe_finds_nothing_nothing_is_cut_off_and_at_400_percent_nothing_lies_over_something_else(
    gallery: Callable[..., Gallery], jury: Jury, looks: tuple[Look, ...]
) -> None:
    room = gallery(**AT_400_PERCENT)
    wrong = []
    for look in looks:
        page = room.show(look)
        page.set_viewport_size(WIDE)
        wrong += jury.judge(page, look)
        if look.status != 200 and not jury.found_new:
            continue  # a refusal laid out as one before it
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wrong += [f"{look.name}, {width} px: {each}" for each in measure(page, "cut")]
        page.set_viewport_size(NARROW)
        wrong += [f"{look.name}: {each}" for each in measure(page, "misplaced")]
        measure(page, "space")
        wrong += [f"{look.name}, spaced: {each}" for each in measure(page, "misplaced")]
        wrong += [f"{look.name}: {each}" for each in measure(page, "moving", STILL_SECONDS)]
    assert not wrong, "\n".join(wrong)


def test_axe_bites(page: Page) -> None:
    page.set_content('<html lang="sv"><title>x</title><main><h1>x</h1><img src="data:,"><p style="color:#aaa">Svagt</p></main>')
    assert {each.split(": ")[1].split()[0] for each in complaints(page, "x")} >= {"image-alt", "color-contrast"}


def test_what_moves_moves_briefly(gallery: Callable[..., Gallery]) -> None:
    """For those who have not asked for stillness; and the measure above does see movement."""
    page = gallery(reduced_motion="no-preference").show(LISTS[0])
    assert measure(page, "moving", STILL_SECONDS)
    assert not measure(page, "moving", BRIEF_SECONDS)


def test_the_measures_bite(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    page.set_content(
        """<!doctype html><style>body { margin: 0 } a, button { position: absolute; white-space: nowrap }
        nav { position: sticky; top: 0; height: 200px }</style><nav></nav>
        <div style="overflow: hidden; width: 30px">Avhuggetavhugget</div>
        <button style="top: 50px; left: 300px">Utanför fönstret</button>
        <a href="/" style="top: 100px">Ett</a><a href="/" style="top: 104px">Två</a>"""
    )
    found = " ".join(measure(page, "misplaced"))
    for words in ("wide in 320 px", "outside the window", "clipped", " × 1", "over each other", "stands over 78 %"):
        assert words in found, found
