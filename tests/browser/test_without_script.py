"""The whole road without JavaScript: every act is a plain form, every step a page."""

from functools import partial
from pathlib import Path

from flask import Flask

from tests.browser.conftest import Visit
from tests.browser.road import walk


def test_the_whole_road_holds_without_script(visit: Visit, app: Flask, instance: Path) -> None:
    walk(partial(visit, script=False), app, instance, script=False)
