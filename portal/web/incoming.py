"""What is sent to the portal: the files of a request are closed with it, also where the sender went away half-way."""

from typing import IO

import flask
from flask import Flask


class _LetsGo(flask.Request):
    """Werkzeug closes the files that came in whole; one that did not stays open, on the disk, until it is swept up."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        stream = super()._get_file_stream(total_content_length, content_type, filename, content_length)
        self.__dict__.setdefault("_streams", []).append(stream)
        return stream

    def close(self) -> None:
        """Let go of everything that was sent."""
        super().close()
        for stream in self.__dict__.get("_streams", ()):
            stream.close()


def register(app: Flask) -> None:
    """Let the application's requests, of whatever class extensions made them, let go of what they hold."""
    app.request_class = type("Request", (_LetsGo, app.request_class), {})
