"""Making a demo: what its settings say."""

import pytest

from portal.cli.demo import address


@pytest.mark.parametrize(
    ("port", "expected"),
    [("8310", "http://127.0.0.1:8310"), ("", "http://127.0.0.1:8000"), ("80\nx", "http://127.0.0.1:8000")],
)
def test_the_links_in_the_demos_mails_lead_to_the_port_it_is_served_on(
    monkeypatch: pytest.MonkeyPatch, port: str, expected: str
) -> None:
    monkeypatch.setenv("PORT", port)
    assert address() == expected
