"""The whole road in a browser: from a pasted letter to an archived decision, by everyone who takes part."""

from functools import partial
from pathlib import Path

from flask import Flask

from tests.browser.conftest import Visit
from tests.browser.road import walk

MOST_PRESSES = 10  # from the first page to the letter sent in as a request
MOST_PRESSES_EACH = 3  # from the first page to the decision, and from there to the copies sent; the password not counted


def test_a_pasted_letter_becomes_an_archived_decision(visit: Visit, app: Flask, instance: Path) -> None:
    walked = walk(visit, app, instance)
    assert walked.asking <= MOST_PRESSES
    assert max(walked.deciding, walked.recording) <= MOST_PRESSES_EACH


def test_the_road_holds_where_htmx_did_not_load(visit: Visit, app: Flask, instance: Path) -> None:
    """Every page is then a page of its own, every form a plain form."""
    walk(partial(visit, blocked="**/htmx*.js*"), app, instance, script=False)
