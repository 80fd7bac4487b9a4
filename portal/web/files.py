"""A list handed out as a file: the same rows as on the page, all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, url_for

from portal import clock, sheets
from portal.sheets import Cell
from portal.web.pages import as_file

View = Callable[[], Response]
Table = tuple[Sequence[str], Iterable[Sequence[Cell]]]
"""Headings, and rows beneath them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its ending, its type, and what makes it from headings and rows."""

    ending: str
    mime: str
    made: Callable[[str, Sequence[str], Iterable[Sequence[Cell]]], bytes]


FILES: Mapping[str, Kind] = {
    "csv": Kind("csv", sheets.CSV_TYPE, lambda _title, headings, rows: sheets.as_csv(headings, rows)),
    "xlsx": Kind("xlsx", sheets.XLSX_TYPE, sheets.as_xlsx),
}


def _view(kind: Kind, name: str, table: Callable[[], Table]) -> Callable[[], Response]:
    def view() -> Response:
        """What the list shows, all its pages, as a file called by the list and the day it was made."""
        file = kind.made(name.capitalize(), *table())
        return as_file(file, kind.mime, f"{name}-{clock.today().isoformat()}.{kind.ending}")

    return view


def hand_out(blueprint: Blueprint, address: str, let_in: Callable[[View], View], table: Callable[[], Table]) -> None:
    """Let the list at ``address`` be saved as a file of each kind, by those ``let_in``, with the rows of ``table``."""
    for kind in FILES.values():
        view = _view(kind, address.strip("/"), table)
        blueprint.add_url_rule(f"{address}.{kind.ending}", f"as_{kind.ending}", let_in(view), methods=["GET"])


def addresses(blueprint: str, chosen: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each kind of file of the list with where it is, for what is ``chosen`` in the address of the page."""
    return [(ending, url_for(f"{blueprint}.as_{ending}", **chosen)) for ending in FILES]


def sums(rows: Iterable[tuple[int | None, int | None, int | None]]) -> tuple[int, int, int] | None:
    """Asked, granted and used of the rows together, kronor; None of no rows. What has no amount adds nothing."""
    columns = list(zip(*rows, strict=True))
    if not columns:
        return None
    asked, granted, used = (sum(amount or 0 for amount in column) for column in columns)
    return asked, granted, used
