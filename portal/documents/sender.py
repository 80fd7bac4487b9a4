"""Who sends a document: the one place that says so, whichever document it is."""

from collections.abc import Mapping

from flask import current_app

from portal import colours
from portal.db import session
from portal.documents import rendering
from portal.documents.shapes import Municipality
from portal.settings import current_settings


def municipality() -> Municipality:
    """The municipality with its crest and its colour as documents show them; only its name where it has set neither."""
    settings = current_settings()
    found: Municipality = {"name": settings.municipality}
    if drawn := current_app.extensions["crest"]:
        found["crest_svg"] = drawn
    if settings.theme_colour:
        found["colour"] = colours.on_paper(settings.theme_colour)
    return found


def printed(kind: str, data: Mapping[str, object]) -> bytes:
    """The PDF of ``data`` by the standard that the installation keeps. Raises what ``rendering.render`` raises."""
    return rendering.render(kind, data, standard=current_settings().pdf_standard)


def printed_at_ease(kind: str, data: Mapping[str, object]) -> bytes:
    """The same, with all that was read let go of first: typst takes its time, and nothing is held meanwhile."""
    session.rollback()
    return printed(kind, data)
