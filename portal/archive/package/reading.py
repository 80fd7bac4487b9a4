"""A package read back: the case as data again, and its files, from the package alone.

What ERMS's own elements say is read by itself (``described``), so that a receiver that reads nothing else of ours can be
held against the case.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from lxml import etree

from portal.archive.package import documentation, own_data
from portal.archive.package.build import DATA
from portal.archive.package.erms import NAMESPACE
from portal.archive.package.holdings import Entry, Holding, Row
from portal.archive.package.own_data import Element, allowed
from portal.archive.package.records import ids_of, records

_E = {"e": NAMESPACE}
_DIRECTIONS = {"incoming": "in", "outgoing": "out", "other": "drawn_up"}
_DECIDED_BY = ("authorising_person", "administrator")
_DATED = ("received", "sent", "prepared")


class UnreadablePackage(Exception):
    """The file is no package of ours, or something of it cannot be read; ``str(error)`` says what."""


@dataclass(frozen=True, slots=True)
class Described:
    """A document as ERMS has it: its public id, place, title, public title (empty: not in the register), direction, civil
    days, and its files by path from ``erms.xml``."""

    public_id: UUID
    number: int
    title: str
    public_title: str
    direction: str
    dated_on: date | None
    registered_on: date | None
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ErmsCase:
    """The case as ERMS has it. Instants are UTC; a decision is its text with its number, its reason, when, and by whom."""

    public_id: UUID
    number: str
    title: str
    public_title: str
    created_at: datetime
    submitted_at: datetime | None
    closed_at: tuple[datetime, ...]
    archived_at: tuple[datetime, ...]
    decisions: tuple[tuple[str, str, datetime, UUID | None], ...]
    marks: tuple[tuple[str, date], ...]
    related: tuple[tuple[str, str], ...]
    documents: tuple[Described, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """A package opened: the name of its folder, and what is in it by path from there."""

    name: str
    file: zipfile.ZipFile

    def read(self, path: str) -> bytes:
        """The bytes of a member. Raises UnreadablePackage."""
        try:
            return self.file.read(f"{self.name}/{path}")
        except (KeyError, zipfile.BadZipFile, OSError, RuntimeError) as error:
            raise UnreadablePackage(f"{path} saknas i paketet eller kan inte läsas.") from error

    def erms(self) -> Element:
        """The root of erms.xml. Raises UnreadablePackage."""
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            return etree.fromstring(self.read(f"{DATA}/erms.xml"), parser)
        except etree.XMLSyntaxError as error:
            raise UnreadablePackage("erms.xml är ingen läsbar XML-fil.") from error


def opened(path: Path) -> Package:
    """The package, to be closed by the caller (``package.file``). Raises UnreadablePackage and OSError."""
    try:
        file = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise UnreadablePackage(f"{path.name} är ingen ZIP-fil.") from error
    folders = {name.partition("/")[0] for name in file.namelist()}
    if len(folders) != 1:
        file.close()
        raise UnreadablePackage(f"{path.name} har inte en enda mapp i roten.")
    return Package(folders.pop(), file)


def holding(path: Path) -> Holding:
    """The case with all its rows and its log, equal to what it was made from. Raises UnreadablePackage and OSError."""
    package = opened(path)
    with package.file:
        own = package.erms().find(f".//{{{own_data.NAMESPACE}}}case")
        if own is None:
            raise UnreadablePackage("erms.xml saknar ärendets rader.")
        try:
            tables = own_data.rows_of(own)
            log = tuple(map(_entry, json.loads(package.read(f"documentation/{documentation.LOG}"))["entries"]))
            key = package.read(f"documentation/{documentation.KEY}").decode().strip()
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadablePackage(f"Paketets innehåll har inte den form det ska: {error}.") from error
        return Holding(tables, log, key)


def _entry(raw: dict[str, Any]) -> Entry:
    header = json.loads(raw["header"])
    seconds, thousandths = divmod(header["at"], 1000)
    at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=thousandths * 1000)
    return Entry(header["seq"], at, raw["header"], raw["body"] or "", bytes.fromhex(raw["salt"] or ""), raw["proof"])


def files(path: Path, held: Holding) -> Iterator[tuple[UUID, str]]:
    """Every file of the case with its SHA-256, as they lie in the package. Raises UnreadablePackage and OSError."""
    package = opened(path)
    with package.file:
        root = package.erms()
        by_record = {UUID(each.get("systemIdentifier")): each for each in root.iterfind(".//e:record", _E)}
        for record in records(held):
            paths = [each.get("path") for each in by_record[record.public_id].iterfind(".//e:appendix", _E)]
            for stored, where in zip(record.files, paths, strict=bool(record.files)):
                yield stored.public_id, hashlib.sha256(package.read(f"{DATA}/{where}")).hexdigest()


def described(path: Path) -> ErmsCase:
    """The case as the elements of ERMS say it. Raises UnreadablePackage and OSError."""
    package = opened(path)
    with package.file:
        found = package.erms().find("e:aggregations/e:aggregation", _E)
        if found is None:
            raise UnreadablePackage("erms.xml har inget ärende.")
        return _case(found)


def _text(parent: Element, path: str) -> str:
    found = parent.find(path, _E)
    return "" if found is None else found.text or ""


def _instants(parent: Element, kind: str) -> list[datetime]:
    found = parent.iterfind(f"e:dates/e:date[@dateType='{kind}']", _E)
    return [datetime.fromisoformat(each.text) for each in found]


def _case(found: Element) -> ErmsCase:
    created, opened_at = _instants(found, "created"), _instants(found, "opened")
    return ErmsCase(
        public_id=UUID(found.get("systemIdentifier")),
        number=_text(found, "e:objectId"),
        title=_text(found, "e:title"),
        public_title=_text(found, "e:otherTitle[@titleType='offentlig titel']"),
        created_at=created[0],
        submitted_at=opened_at[0] if opened_at else None,
        closed_at=tuple(_instants(found, "closed")),
        archived_at=tuple(_instants(found, "archived")),
        decisions=tuple(map(_decision, found.iterfind("e:action", _E))),
        marks=tuple(map(_mark, found.iterfind(".//e:restriction", _E))),
        related=tuple((each.get("relationType"), each.text or "") for each in found.iterfind("e:relation", _E)),
        documents=tuple(map(_document, found.iterfind("e:record", _E))),
    )


def _decision(action: Element) -> tuple[str, str, datetime, UUID | None]:
    at = datetime.fromisoformat(_text(action, "e:dates/e:actionDate[@dateType='decision_date']"))
    agents = [each for each in action.iterfind("e:agents/e:agent", _E) if each.get("agentType") in _DECIDED_BY]
    who = next(filter(None, (_text(each, "e:idNumber") for each in agents)), "")  # of an organ: who entered its minutes
    return _text(action, "e:actionText"), _text(action, "e:actionMotivation"), at, UUID(who) if who else None


def _mark(restriction: Element) -> tuple[str, date]:
    started = datetime.fromisoformat(_text(restriction, "e:dates/e:date[@dateType='start']"))
    return _text(restriction, "e:regulation"), started.date()


def _document(record: Element) -> Described:
    direction = record.find("e:direction", _E)
    dated = [at for kind in _DATED for at in _instants(record, kind)]
    registered = _instants(record, "captured")
    return Described(
        public_id=UUID(record.get("systemIdentifier")),
        number=int(_text(record, "e:runningNumber")),
        title=_text(record, "e:title"),
        public_title=_text(record, "e:otherTitle[@titleType='offentlig titel']"),
        direction="" if direction is None else _DIRECTIONS[direction.get("directionDefinition")],
        dated_on=dated[0].date() if dated else None,
        registered_on=registered[0].date() if registered else None,
        files=tuple(each.get("path") for each in record.iterfind("e:additionalInformation/e:appendix", _E)),
    )


def differences(held: Holding, found: ErmsCase) -> list[str]:
    """Where the elements of ERMS say another thing than the rows of the case, one name each; empty when they agree."""
    case = held.case
    wanted: dict[str, tuple[object, object]] = {
        "public_id": (case["public_id"], found.public_id),
        "number": (held.number, found.number),
        "title": (_as_read(case["title"] or case["public_title"]), found.title),
        "public_title": (_as_read(case["public_title"]), found.public_title),
        "created_at": (case["created_at"], found.created_at),
        "submitted_at": (case["submitted_at"], found.submitted_at),
        "closed_at": (tuple(row["closed_at"] for row in held.rows("closing")), found.closed_at),
        "archived_at": (tuple(row["archived_at"] for row in held.rows("archiving")), found.archived_at),
        "decisions": (tuple(_decided(held, row) for row in held.rows("decision")), found.decisions),
        "marks": (sorted(_marked(held)), sorted(found.marks)),
        "documents": (tuple(_registered(held)), tuple(_comparable(each) for each in found.documents)),
    }
    return [name for name, (one, other) in wanted.items() if one != other]


def _as_read(text: str) -> str:
    """The text as XML gives it back."""
    return allowed(text)


def _decided(held: Holding, row: Row) -> tuple[str, str, datetime, UUID | None]:
    who = held.person(row["decided_by_id"])
    text, reason = _as_read(f"{row['number']}: {row['text']}"), _as_read(row["reason"] or row["replacement_reason"])
    return text, reason, row["decided_at"], who["public_id"] if who else None


def _marked(held: Holding) -> Iterator[tuple[str, date]]:
    """The marks that stand on the case or on a document of it."""
    known = {each for record in records(held) for each in ids_of(record)}
    for row in held.rows("secrecy_mark"):
        if row["source_id"] is None or row["source_id"] in known:
            yield _as_read(row["provision"]), row["marked_on"]


def _registered(held: Holding) -> Iterator[tuple[object, ...]]:
    for number, record in enumerate(records(held), 1):
        row = record.registered
        if row is None:
            title = record.files[0].row["title"] or record.files[0].row["filename"]
            yield record.public_id, number, _as_read(title), "", "", None, None, max(1, len(record.files))
        else:
            titles = _as_read(row["title"]), _as_read(row["public_title"])
            days = row["direction"], row["dated_on"], row["registered_on"]
            yield record.public_id, row["number"], *titles, *days, max(1, len(record.files))


def _comparable(each: Described) -> tuple[object, ...]:
    days = each.direction, each.dated_on, each.registered_on
    return each.public_id, each.number, each.title, each.public_title, *days, len(each.files)
