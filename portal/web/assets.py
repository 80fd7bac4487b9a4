"""Addresses of static files that change when the file does, so that a browser may keep them for a year."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, url_for

STATIC = Path(__file__).parent.parent / "static"


@cache
def _fingerprint(filename: str) -> str:
    return sha256((STATIC / filename).read_bytes()).hexdigest()[:12]


def asset(filename: str) -> str:
    """The address of ``static/<filename>`` with a fingerprint of its content.

    Raises FileNotFoundError where a template names a file that does not exist.
    """
    return url_for("static", filename=filename, v=_fingerprint(filename))


def register(app: Flask) -> None:
    """Make ``asset`` known to the templates."""
    app.jinja_env.globals["asset"] = asset
