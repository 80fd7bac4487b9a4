"""Tables in and out as files: CSV and XLSX written so that no spreadsheet runs what a person typed, and CSV read as it comes.

A cell is text, a whole number (kronor), a day, an instant (told as Swedish time) or empty. Text that a spreadsheet would take
for a formula (it begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break) gets an apostrophe before it in CSV; in XLSX it
is stored as text.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal import clock
from portal.text import _

Cell = str | int | date | None
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_MOST_BYTES = 10_000_000
_SEPARATORS = ";,\t"


def safe(text: str) -> str:
    """The text as it stands in CSV: harmless in a spreadsheet, with its line breaks as spaces."""
    shown = " ".join(text.split("\n")).replace("\r", "")
    return f"'{shown}" if _FORMULA.match(text) else shown


def _in_sweden(instant: datetime) -> datetime:
    return instant.astimezone(clock.STOCKHOLM).replace(tzinfo=None)


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{_in_sweden(cell):%Y-%m-%d %H:%M:%S}"
    return safe(cell) if isinstance(cell, str) else cell.isoformat() if isinstance(cell, date) else str(cell)


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]], separator: str = ";") -> bytes:
    """The table as CSV in UTF-8 with a byte order mark, by which Excel knows the letters; rows end in CR LF (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow([safe(heading) for heading in headings])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table as one sheet: amounts are numbers, days and instants are dates, text is text whatever it begins with."""
    from xlsxwriter import Workbook  # loaded when a file is made: it is not needed to serve pages

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title})
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31] or "Blad1")
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    number, day = book.add_format({"num_format": "#,##0"}), book.add_format({"num_format": "yyyy-mm-dd"})
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, head)
    for line, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, column, cell)
            elif isinstance(cell, int):
                sheet.write_number(line, column, cell, number)
            elif isinstance(cell, datetime):
                sheet.write_datetime(line, column, _in_sweden(cell), instant)
            elif cell is not None:
                sheet.write_datetime(line, column, cell, day)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(headings) - 1, 0), 18)
    book.close()
    return out.getvalue()


class Unreadable(Exception):
    """The file is no table; ``str(error)`` is one Swedish sentence that says how to mend it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a file that was read: its number in the file (headings are line 1) and its cells by heading."""

    number: int
    cells: dict[str, str]


def _decoded(content: bytes) -> str:
    """The text of a file from a Swedish office: UTF-8, or else Windows-1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_csv(content: bytes, required: Sequence[str]) -> list[Line]:
    """The rows of a CSV file by lower-case heading; empty rows are passed over. Separated by semicolon, comma or tab.

    Raises Unreadable when it is too large, not text, without one of the ``required`` headings, or has a row that does
    not fit the headings.
    """
    if len(content) > _MOST_BYTES:
        raise Unreadable(_("Filen är för stor. Dela den i filer på högst 10 MB."))
    text = _decoded(content)
    if "\0" in text or "\ufffd" in text:
        raise Unreadable(_("Filen är ingen textfil. Spara den som CSV och läs in den igen."))
    first = text.lstrip().partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip("\n\r"), newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise Unreadable(_("Filen går inte att tolka som CSV. Kontrollera citattecknen och spara den igen.")) from error
    headings = [heading.strip().lower() for heading in rows[0]] if rows else []
    if missing := [name for name in required if name not in headings]:
        raise Unreadable(_("Kolumnen ”%(name)s” saknas på filens första rad.", name=missing[0]))
    if len(set(headings)) < len(headings):
        raise Unreadable(_("Två kolumner har samma rubrik. Ändra den ena på filens första rad."))
    found = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(headings):
            raise Unreadable(_("Rad %(number)s har inte lika många kolumner som filens första rad.", number=number))
        found.append(Line(number, {name: cell.strip() for name, cell in zip(headings, row, strict=True)}))
    if not found:
        raise Unreadable(_("Filen innehåller inga rader."))
    return found
