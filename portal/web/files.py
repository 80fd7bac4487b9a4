"""A list handed out as a file: the same rows as on the page, all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, make_response

from portal import clock, sheets
from portal.sheets import Cell


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


def download(kind: Kind, name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The table as a file called ``name`` with the day it was made."""
    answer = make_response(kind.made(name.capitalize(), headings, rows))
    answer.content_type = kind.mime
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{clock.today().isoformat()}.{kind.ending}"'
    return answer


def sums(rows: Iterable[tuple[int | None, int | None, int | None]]) -> tuple[int, int, int] | None:
    """Asked, granted and used of the rows together, kronor; None of no rows. What has no amount adds nothing."""
    columns = list(zip(*rows, strict=True))
    if not columns:
        return None
    asked, granted, used = (sum(amount or 0 for amount in column) for column in columns)
    return asked, granted, used
