"""A file as it lies in the package."""

from dataclasses import dataclass

from portal.archive.package.formats import Format
from portal.archive.package.holdings import Row
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
    """A file of the case with where it lies; ``stored`` is None where the package writes the document out as text."""

    record: Record
    stored: Stored | None
    member: Member

    @property
    def name(self) -> str:
        """What the file was called when it came in, or was made."""
        return str(self.stored.row["filename"]) if self.stored else self.member.path.rpartition("/")[2]

    @property
    def title(self) -> str:
        """What the document is called."""
        named: Row = self.stored.row if self.stored else self.record.registered or {}
        return str(named["title"])
