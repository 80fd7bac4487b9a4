"""What several files of this folder begin with."""

import pytest
from flask import Flask

from tests.factories.funding_requests import a_draft
from tests.factories.town import Town


@pytest.fixture
def draft(app: Flask, town: Town) -> str:
    """The address of a complete draft."""
    with app.app_context():
        return f"/askanden/{a_draft(town).public_id}"
