"""What is sent and never arrives whole leaves nothing open behind it."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import ClientDisconnected

from tests.conftest import ClientFor
from tests.factories.funding_requests import a_draft
from tests.factories.town import Town

HEAD = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'


class _Cut(BytesIO):
    """A connection that breaks when all that came is read."""

    def read(self, *wanted: Any) -> bytes:
        """What came, then nothing more."""
        found = super().read(*wanted)
        if not found:
            raise ClientDisconnected
        return found


def test_a_file_cut_off_half_way_is_let_go_of_with_its_request(
    app: Flask, client_for: ClientFor, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        address = f"/askanden/{a_draft(town).public_id}/spara"
    opened = []
    make = app.request_class._get_file_stream

    def watched(*given: Any, **named: Any) -> Any:
        opened.append(stream := make(*given, **named))
        return stream

    monkeypatch.setattr(app.request_class, "_get_file_stream", watched)
    sent = {
        "input_stream": _Cut(HEAD + b"a" * 600_000),
        "content_length": 9_000_000,
        "content_type": "multipart/form-data; boundary=x",
    }
    assert client_for("sakerhetschef").post(address, **sent).status_code == 400
    assert opened and all(stream.closed for stream in opened)
