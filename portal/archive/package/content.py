"""A file as it lies in the package."""

from dataclasses import dataclass

from portal.archive.package.formats import Format
from portal.archive.package.records import Record, Stored


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the package: its path from the package's folder, what it holds, and its format."""

    path: str
    sha256: str
    size: int
    format: Format


@dataclass(frozen=True, slots=True)
class Placed:
    """A stored file of the case with where it lies."""

    record: Record
    stored: Stored
    member: Member
