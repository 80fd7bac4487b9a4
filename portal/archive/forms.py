"""Reads the archive's filters and the cases chosen for archiving."""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from flask import request, url_for

from portal.archive.material import CLEAN, KEEP
from portal.archive.queries import PAGE, Filter
from portal.errors import Unknown
from portal.people import queries as people
from portal.web.filters import day
from portal.web.forms import clean, read_day


def _day(name: str) -> date | None:
    return read_day(request.args.get(name, ""))


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


def chosen() -> Filter:
    """What the list is narrowed to; a value that cannot be read narrows nothing."""
    try:
        text = clean(request.args.get("q", ""), multiline=False)[:200]
    except ValueError:
        text = ""
    return Filter(text=text, unit=_uuid(request.args.get("enhet", "")), first=_day("fran"), last=_day("till"))


def address(filter_: Filter, *without: str, **more: str | None) -> str:
    """The list's address with these filters, less those named ``without``."""
    values: dict[str, str | None] = {
        "q": filter_.text or None,
        "enhet": str(filter_.unit) if filter_.unit else None,
        "fran": filter_.first.isoformat() if filter_.first else None,
        "till": filter_.last.isoformat() if filter_.last else None,
        **more,
    }
    query = urlencode({name: value for name, value in values.items() if value and name not in without})
    return url_for("archive.index") + (f"?{query}" if query else "")


def chips(filter_: Filter) -> list[tuple[str, str]]:
    """Each chosen filter in words, with the address of the list without it."""
    found = []
    if filter_.text:
        found.append((f"”{filter_.text}”", address(filter_, "q")))
    if filter_.unit:
        try:
            found.append((people.unit(filter_.unit).name, address(filter_, "enhet")))
        except Unknown:
            found.append(("Okänd enhet", address(filter_, "enhet")))
    if filter_.first:
        found.append((f"från {day(filter_.first)}", address(filter_, "fran")))
    if filter_.last:
        found.append((f"till {day(filter_.last)}", address(filter_, "till")))
    return found


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
