"""Writing a package: one ZIP, the same bytes for the same case, there whole or not at all.

Files pass through memory one at a time. The ZIP is written beside its place, flushed, and renamed.
"""

import fcntl
import hashlib
import os
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from portal.archive.package import documentation, dublin_core, erms, formats, inventory, mets, premis, texts
from portal.archive.package.content import Member, Placed
from portal.archive.package.formats import Format
from portal.archive.package.holdings import Holding
from portal.archive.package.profile import Profile
from portal.archive.package.records import records

SCHEMAS = Path(__file__).parent / "schemas"
REPRESENTATION = "representations/rep1"
DATA = f"{REPRESENTATION}/data"
Reader = Callable[[str], bytes]
"""Gives the bytes of a stored file by its SHA-256; raises DamagedFile."""

_BEGUN, _PART = ".package-", ".part"
_PACKED = ("application/pdf", "image/jpeg", "image/png")
_PYTHON = Format("text/x-python", "Python Source Code File", "", "fmt/938", ".py")
_ZIPPED = Format("application/zip", "ZIP Format", "", "x-fmt/263", ".pyz")


@dataclass(frozen=True, slots=True)
class Built:
    """A finished package: the file, its SHA-256 and size, its identity, and how many of the case's files it holds."""

    path: Path
    sha256: str
    size: int
    package_id: str
    files: int


def package_id(held: Holding, profile: Profile) -> str:
    """What the package, its folder and its METS are called: the authority's number and the case's, and from the second on
    which package of the case it is."""
    number = re.sub(r"[^A-Za-z0-9]+", "-", _plain(held.number)).strip("-") or str(held.case["public_id"])
    authority = f"SE-{profile.organisation_number}_" if profile.organisation_number else ""
    edition = f"E{profile.edition}_" if profile.edition > 1 else ""
    return f"{authority}{edition}{number}"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def build(
    held: Holding, profile: Profile, folder: Path, read: Reader, examine: Callable[[Path], object] | None = None
) -> Built:
    """Write the package of the case into ``folder``, in place of one of the same name. Raises OSError, DamagedFile, and what
    ``examine`` raises, which is given the finished file before it gets its name; then nothing has been written."""
    name = package_id(held, profile)
    handle, unfinished = tempfile.mkstemp(dir=folder, prefix=_BEGUN, suffix=_PART)
    try:
        with os.fdopen(handle, "w+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            with zipfile.ZipFile(file, "w") as package:
                placed = _Writer(package, name, held, profile).write(read)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            if examine:
                examine(Path(unfinished))
        path = folder / f"{name}.zip"
        Path(unfinished).replace(path)
        _flush(folder)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    return Built(path, sha256, size, name, placed)


def sweep(folder: Path) -> None:
    """Take away what a builder that died has left in the folder; one that is at work is left alone."""
    for path in folder.glob(f"{_BEGUN}*{_PART}"):
        with suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(slots=True)
class _Writer:
    package: zipfile.ZipFile
    name: str
    held: Holding
    profile: Profile
    members: dict[str, Member] = field(default_factory=dict)

    def write(self, read: Reader) -> int:
        """Everything, in one order: what lists comes after what it lists. How many files of the case it was."""
        placed = self._files(read)
        data = self._put(f"{DATA}/erms.xml", erms.document(self.held, placed, self.profile), formats.XML)
        more = [data]
        preserved = self._put(
            f"{REPRESENTATION}/metadata/preservation/premis.xml", premis.of_files(self.held, placed, more), formats.XML
        )
        listed = [_within(each) for each in (data, *(each.member for each in placed))]
        inner = mets.Maker(self.held, self.profile, "rep1")
        represented = self._put(
            f"{REPRESENTATION}/METS.xml", mets.of_representation(inner, _within(preserved), listed), formats.XML
        )
        described = self._put("metadata/descriptive/dc.xml", dublin_core.document(self.held, self.profile), formats.XML)
        whole = self._put("metadata/preservation/premis.xml", premis.of_package(self.held, self.name), formats.XML)
        groups = {"Documentation": self._documentation(placed), "Schemas": self._schemas()}
        outer = mets.Maker(self.held, self.profile, self.name)
        self._put("METS.xml", mets.of_package(outer, described, whole, groups, represented), formats.XML)
        return len(placed)

    def _put(self, path: str, data: bytes, form: Format) -> Member:
        year, month, day, hour, minute, second, *_rest = self.held.made_at.timetuple()
        info = zipfile.ZipInfo(f"{self.name}/{path}", (year, month, day, hour, minute, second))
        info.external_attr = 0o644 << 16
        info.create_system = 3  # the same on every system
        stored = form.mime in _PACKED
        self.package.writestr(info, data, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED, 6)
        member = Member(path, hashlib.sha256(data).hexdigest(), len(data), form)
        self.members[path] = member
        return member

    def _files(self, read: Reader) -> list[Placed]:
        placed: list[Placed] = []
        for number, record in enumerate(records(self.held), 1):
            for stored in record.files:
                data = read(stored.sha256)
                form = formats.of(data, stored.row["mime"])
                ending = _ending(stored.row["filename"]) if form.ending == ".bin" else form.ending
                name = f"{_safe(stored.row['kind'])}-{stored.row['version']}{ending}"
                placed.append(Placed(record, stored, self._put(_path(len(placed), name), data, form)))
            if record.registered and not record.files:
                name = f"{_safe(record.registered['source_kind'])}.txt"
                text = texts.document(self.held, record, number)
                placed.append(Placed(record, None, self._put(_path(len(placed), name), text, formats.TEXT)))
        return placed

    def _documentation(self, placed: Sequence[Placed]) -> list[Member]:
        held = self.held
        return [
            self._put(f"documentation/{name}", data, form)
            for name, data, form in (
                (documentation.SYSTEM, documentation.system(), formats.TEXT),
                (inventory.NAME, inventory.document(held, placed, self.profile), formats.TEXT),
                (documentation.LOG, documentation.log(held), formats.JSON),
                (documentation.KEY, documentation.key(held), formats.TEXT),
                (documentation.VERIFIER, documentation.verifier(), _ZIPPED),
                (documentation.CHECK, documentation.check(), _PYTHON),
            )
        ]

    def _schemas(self) -> list[Member]:
        return [self._put(f"schemas/{name}", data, formats.XML) for name, data in schemas().items()]


@cache
def schemas() -> Mapping[str, bytes]:
    """The schemas that the files of a package follow, by name."""
    return {path.name: path.read_bytes() for path in sorted(SCHEMAS.iterdir()) if path.suffix in (".xsd", ".sch")}


def _within(member: Member) -> Member:
    """The member with its path from the representation's folder."""
    return Member(member.path.removeprefix(f"{REPRESENTATION}/"), member.sha256, member.size, member.format)


def _path(before: int, name: str) -> str:
    return f"{DATA}/handlingar/{before + 1:03}-{name}"


def _safe(kind: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-") or "fil"


def _ending(filename: str) -> str:
    found = re.search(r"\.[A-Za-z0-9]{1,8}$", filename)
    return found[0].lower() if found else ".bin"
