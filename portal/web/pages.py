"""One view, two shapes: the whole page for a browser, the fragment alone for the script that swaps it in. And files."""

from collections.abc import Iterator
from typing import IO

from flask import Request, Response, make_response, render_template, request

from portal.documents.uploads import content_disposition

_PIECE = 256 * 1024  # bytes of a file at a time


def wants_fragment(asked: Request) -> bool:
    """Whether the answer goes into a part of the page.

    A boosted link or form and Back (htmx says ``HX-Request-Type: full``) replace the whole page.
    """
    headers = asked.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Request-Type") != "full"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def render(page: str, /, *, fragment: str | None = None, status: int = 200, **context: object) -> Response:
    """Answer with ``page``, or with ``fragment`` (the same partial the page includes) where only that is asked for."""
    template = fragment if fragment and wants_fragment(request) else page
    return make_response(render_template(template, **context), status)


def as_file(data: bytes, mime: str, filename: str) -> Response:
    """A file to be saved, never shown inside the portal's own origin."""
    answer = make_response(data)
    answer.mimetype = mime.partition(";")[0]  # the charset of text is added to it
    answer.headers["Content-Disposition"] = content_disposition(filename)
    return answer


def as_large_file(made: IO[bytes], mime: str, filename: str) -> Response:
    """A file on disk to be saved, sent piece by piece; closed and thereby gone when the last has left or the reader has."""

    def sent() -> Iterator[bytes]:
        with made:
            while piece := made.read(_PIECE):
                yield piece

    answer = Response(sent(), mimetype=mime)
    answer.call_on_close(made.close)  # where nothing of it was asked for
    answer.headers["Content-Disposition"] = content_disposition(filename)
    return answer
