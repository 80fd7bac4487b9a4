"""Reading a file of receipts from an archive: JSON, CSV with headings, or lines of checksum and name. Pure."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.archive.transfer.rules import Answer
from portal.errors import Invalid
from portal.paging import day_of
from portal.text import _

MOST = 20_000
LONGEST = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LINE = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(\S+)|(\S+)[ \t]+([0-9a-fA-F]{64})")
_NAMES = {
    "package": ("package", "package_id", "paket", "paketid", "objid"),
    "sha256": ("sha256", "sha-256", "checksum", "kontrollsumma"),
    "receipt": ("receipt", "receipt_id", "kvitto", "kvittens", "mottagningsid"),
    "on": ("date", "received", "datum", "mottaget"),
    "reason": ("reason", "orsak", "skäl", "avvisat"),
}
_FIELD = {each: field for field, names in _NAMES.items() for each in names}


@dataclass(frozen=True, slots=True)
class Beside:
    """What was typed beside the file, for the packages of which the file does not say it."""

    on: date | None
    receipt: str


def read(data: bytes, beside: Beside) -> list[Answer]:
    """The answers of the file in its order. Raises Invalid with one sentence, which names the line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong(_("Filen är ingen textfil i UTF-8.")) from None
    found = [_answer(line, row, beside) for line, row in _rows(text)]
    if not found:
        raise _wrong(_("Filen är tom: det finns inget kvitto i den."))
    if len(found) > MOST:
        raise _wrong(_("Filen har fler än 20\u00a0000 kvitton. Dela upp den."))
    return found


def _wrong(sentence: str) -> Invalid:
    return Invalid({"file": sentence})


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    if text.lstrip()[:1] in ("{", "["):
        yield from _of_json(text)
        return
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if lines and all(_LINE.fullmatch(line) for _number, line in lines):
        for number, line in lines:
            found = _LINE.fullmatch(line)
            assert found
            yield number, {"package": found[2] or found[3], "sha256": found[1] or found[4]}
    elif lines:
        yield from _of_csv(text, lines[0][1])


def _of_csv(text: str, headings: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    separator = max(";,\t", key=headings.count)
    rows = csv.reader(text.splitlines(), delimiter=separator)
    names: list[str | None] | None = None
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if names is None:
                names = [_FIELD.get(cell.strip().lower()) for cell in row]
                if not {"package", "sha256"} <= set(names):
                    raise _wrong(_("Första raden ska ha rubrikerna paket och sha256, eller varje rad kontrollsumma och paket."))
                continue
            yield rows.line_num, {name: cell.strip() for name, cell in zip(names, row, strict=False) if name}
    except csv.Error:
        raise _wrong(_("Rad %(line)s går inte att läsa som CSV.", line=rows.line_num)) from None


def _of_json(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise _wrong(_("Filen går inte att läsa som JSON.")) from None
    if isinstance(data, dict):
        data = next((each for each in data.values() if isinstance(each, list)), [data])
    for number, each in enumerate(data, 1):
        if not isinstance(each, dict):
            raise _wrong(_("Kvitto %(line)s i filen är ingen post med paket och sha256.", line=number))
        known = {_FIELD.get(str(key).lower()): value for key, value in each.items()}
        yield number, {name: str(value).strip() for name, value in known.items() if name and value is not None}


def _answer(line: int, row: Mapping[str, str], beside: Beside) -> Answer:
    package = row.get("package", "").removesuffix(".zip")
    sha256 = row.get("sha256", "").lower()
    receipt, reason = row.get("receipt", "") or beside.receipt, row.get("reason", "")
    day = row.get("on", "")
    on = day_of(day[:10]) if day else beside.on
    if not package or max(map(len, (package, receipt, reason))) > LONGEST or not (package + receipt + reason).isprintable():
        raise _wrong(_("Rad %(line)s saknar paketets namn, eller har text som inte går att läsa.", line=line))
    if not _SHA256.fullmatch(sha256) and not reason:
        raise _wrong(_("Rad %(line)s saknar kontrollsumma: 64 tecken 0–9 och a–f.", line=line))
    if on is None:
        raise _wrong(_("Rad %(line)s saknar datum. Skriv det i filen som 2026-11-22, eller i fältet bredvid.", line=line))
    if not receipt and not reason:
        raise _wrong(_("Rad %(line)s saknar mottagarens kvittonummer. Skriv det i filen eller i fältet bredvid.", line=line))
    return Answer(package, sha256, on, "" if reason else receipt, reason, line)
