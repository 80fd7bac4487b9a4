"""The help page: it tells of the places where finance and the auditor work."""

import pytest

from tests.conftest import ClientFor


@pytest.mark.parametrize("place", ["Utfall", "Budgetexport", "Avvikelser"])
def test_the_help_page_tells_of_the_places_in_the_menu(client_for: ClientFor, place: str) -> None:
    client = client_for("ekonom")
    assert place in client.get("/").text
    assert f"<i>{place}</i>" in client.get("/hjalp").text
