"""Headers on every answer: nothing inline, nothing from outside, nothing kept by a browser or a proxy."""

from flask import Flask, Response, current_app, request

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


def of_every_answer(*, is_https: bool) -> dict[str, str]:
    """The headers of every answer of an installation, static files included."""
    return HEADERS | ({"Strict-Transport-Security": STRICT_TRANSPORT_SECURITY} if is_https else {})


def add(response: Response) -> Response:
    """Add the headers; a page, an error or a file is never stored, a static file may be."""
    for name, value in of_every_answer(is_https=current_app.extensions["settings"].is_https).items():
        response.headers.setdefault(name, value)
    response.vary.add("HX-Request")
    if request.endpoint == "standing.theme_sheet":
        response.headers["Cache-Control"] = "public, max-age=86400"
    elif request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    """Add the headers to every answer of ``app``."""
    app.after_request(add)
