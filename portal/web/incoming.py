"""What is sent to the portal: the files of a request are closed with it, also where the sender went away half-way."""

from typing import IO

import flask


class Request(flask.Request):
    """A request that lets go of its half-read files too; Werkzeug closes only those that came in whole."""

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
