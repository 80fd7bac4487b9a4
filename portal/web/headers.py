"""Headers on every answer: nothing inline, nothing from outside, nothing kept by a browser or a proxy."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# A file to be saved: were it opened anyway, nothing in it runs, and not in the portal's own origin.
FILE_SECURITY_POLICY = "sandbox; default-src 'none'"
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A year, as browsers want it before they keep it for good (RFC 6797). Plain http on the own machine has none.
STRICT_TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"


class Everywhere:
    """Adds what is missing to the answers of ``app``, whichever part of it answers. A file has a policy of its own."""

    def __init__(self, app: "WSGIApplication", *, is_https: bool) -> None:
        self.app = app
        self.always = HEADERS | ({"Strict-Transport-Security": STRICT_TRANSPORT_SECURITY} if is_https else {})

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer as ``app`` does (PEP 3333)."""

        def start(status: str, sent: list[tuple[str, str]], *error: object) -> object:
            present = {name.lower(): value for name, value in sent}
            is_file = present.get("content-disposition", "").startswith("attachment")
            wanted = self.always | ({"Content-Security-Policy": FILE_SECURITY_POLICY} if is_file else {})
            missing = [(name, value) for name, value in wanted.items() if name.lower() not in present]
            return start_response(status, [*sent, *missing], *error)  # type: ignore[arg-type]  # handed on as it came

        return self.app(environ, start)  # type: ignore[arg-type]  # the same callable with one more thing to do


def add(response: Response) -> Response:
    """A page, an error or a file is never stored; a static file may be."""
    response.vary.add("HX-Request")
    if request.endpoint == "standing.theme_sheet":
        response.headers["Cache-Control"] = "public, max-age=86400"
    elif request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    """Say of every answer of ``app`` whether it may be kept; the other headers are added outside of it."""
    app.after_request(add)
