"""The documents of a case as its package orders them: those of the register first, each with its files, then the rest. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from portal.archive.package.holdings import Holding, Row

SOURCES: Mapping[str, str] = {
    "version": "request_version",
    "statement": "statement",
    "hand_over": "hand_over",
    "minutes": "minutes_entry",
    "decision": "decision",
    "budget_entry": "budget_entry",
    "copy": "dispatch_copy",
    "redistribution": "redistribution",
    "interim_report": "interim_report",
    "final_report": "final_report",
}
"""In which table the row stands that a registered document was made of, by its ``source_kind``."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored file of the case: its row, its SHA-256 and size as it is now, its seal's row, and the scanner's."""

    row: Row
    sha256: str
    size: int
    seal: Row | None
    scan: Row | None

    @property
    def public_id(self) -> UUID:
        """The document's."""
        found: UUID = self.row["public_id"]
        return found


@dataclass(frozen=True, slots=True)
class Record:
    """A document: its row in the register (None for a file that the register does not name), what it was made of, its files."""

    registered: Row | None
    source: Row | None
    files: tuple[Stored, ...]

    @property
    def public_id(self) -> UUID:
        """The registered document's, or the file's."""
        found: UUID = self.registered["public_id"] if self.registered else self.files[0].public_id
        return found


def stored(held: Holding) -> tuple[Stored, ...]:
    """Every stored file of the case, oldest first."""
    seals = {row["document_id"]: row for row in held.rows("sealed_file")}
    scans = {row["sha256"]: row for row in held.rows("file_scan")}
    found = []
    for row in sorted(held.rows("document"), key=lambda each: (each["created_at"], each["id"])):
        seal = seals.get(row["id"])
        now = seal or row
        found.append(Stored(row, now["sha256"], now["size"], seal, scans.get(row["sha256"])))
    return tuple(found)


def records(held: Holding) -> tuple[Record, ...]:
    """The documents in the order of their numbers; then each file that belongs to none of them, oldest first."""
    rows = sorted(held.rows("registered_document"), key=lambda each: int(each["number"]))
    sources = {row["public_id"]: row for table in SOURCES.values() for row in held.rows(table)}
    made = [Record(row, sources.get(row["source_id"]), ()) for row in rows]
    files: dict[int, list[Stored]] = {at: [] for at in range(len(made))}
    left = []
    places: dict[int, int] = {}
    for file in stored(held):
        at = _place(file, made, places)
        if at is None:
            left.append(Record(None, None, (file,)))
        else:
            places[file.row["id"]] = at
            files[at].append(file)
    return (*(replace(each, files=tuple(files[at])) for at, each in enumerate(made)), *left)


def _place(file: Stored, made: Sequence[Record], places: Mapping[int, int]) -> int | None:
    """Where the file belongs: with its original, with what it was made from, or with the version it was first sent with."""
    row = file.row
    if row["original_id"] is not None:
        return places.get(row["original_id"])
    for at, each in enumerate(made):
        if each.registered and each.registered["source_id"] in (row["source_id"], row["public_id"]):
            return at
    return next((at for at, each in enumerate(made) if _encloses(each, row["sha256"])), None)


def _encloses(record: Record, sha256: str) -> bool:
    registered, source = record.registered, record.source
    content: Any = source["content"] if source and registered and registered["source_kind"] == "version" else ""
    return sha256 in content


def ids_of(record: Record) -> set[UUID]:
    """The public ids that a secrecy mark may name the document by."""
    registered = record.registered
    own = {registered["source_id"], registered["public_id"]} if registered else set()
    return own | {each.public_id for each in record.files}


def versions(held: Holding, record: Record) -> Iterator[tuple[str, UUID, UUID]]:
    """What the files of a document are to others, as ERMS names it: masked copy of, or later edition of; both public ids."""
    every = held.rows("document")
    for file in record.files:
        row = file.row
        for other in every:
            if other["id"] == row["original_id"]:
                yield "is_redacted_version_of", row["public_id"], other["public_id"]
            if row["series"] and other["series"] == row["series"] and other["edition"] == row["edition"] - 1:
                yield "is_version_of", row["public_id"], other["public_id"]
