"""Reads the cases chosen for archiving, and what was chosen for their working material."""

from uuid import UUID

from flask import request

from portal.archive.material import CLEAN, KEEP
from portal.archive.queries import PAGE


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


def chosen_pieces() -> dict[UUID, str]:
    """What was chosen for each piece of working material; anything but the two answers is no choice."""
    found = {}
    for name, value in request.form.items():
        piece = _uuid(name.removeprefix("piece:")) if name.startswith("piece:") else None
        if piece is not None and value in (KEEP, CLEAN):
            found[piece] = value
    return found


def chosen_cases() -> list[UUID]:
    """The ticked cases, each once, at most a page of them."""
    ids = (_uuid(raw) for raw in request.form.getlist("case")[:PAGE])
    return list(dict.fromkeys(each for each in ids if each is not None))
