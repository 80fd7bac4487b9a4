"""The package as a ZIP or a folder: its names, and its files read a piece at a time. Nothing is ever unpacked.

What a hostile ZIP can do is found by what it says of itself, before anything is read.
"""

import hashlib
import os
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from portal.archive.checking.found import Problem, Unreadable

MOST_READ = 64 * 1024 * 1024  # bytes of one file that are held in memory
MOST_FILES = 20_000
MOST_BYTES = 20 * 1024**3  # of everything, unpacked
_RATIO, _SMALL = 200, 1024 * 1024  # text is seldom packed more than fiftyfold
_PIECE = 1024 * 1024
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
_ODD = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|]")
AGAIN = "Skapa paketet på nytt och lämna det oförändrat."
FETCH = "Hämta paketet på nytt från den som lämnade det."


@dataclass(frozen=True, slots=True)
class Fact:
    """A file as it is: bytes, and SHA-256."""

    size: int
    sha256: str


@dataclass(slots=True)
class Package:
    """The files by their paths from the package's folder. ``facts`` has those that can be read."""

    name: str
    sizes: Mapping[str, int]
    open: Callable[[str], IO[bytes]]
    facts: dict[str, Fact] = field(default_factory=dict)

    def data(self, path: str) -> bytes:
        """A file whole. Raises KeyError for one that is not there whole, or is too large to hold."""
        if not self.holds(path):
            raise KeyError(path)
        with self.open(path) as file:
            return file.read(MOST_READ)

    def holds(self, path: str) -> bool:
        """Whether the file is there, can be read, and is small enough to be held."""
        return path in self.facts and self.sizes[path] <= MOST_READ

    def measure(self) -> Iterator[Problem]:
        """Read every file once, and say which cannot be read."""
        for path in self.sizes:
            digest, size = hashlib.sha256(), 0
            try:
                with self.open(path) as file:
                    while piece := file.read(_PIECE):
                        digest.update(piece)
                        size += len(piece)
            except _BROKEN:
                yield Problem(path, "Filen går inte att läsa: den är skadad i paketet.", FETCH)
                continue
            self.facts[path] = Fact(size, digest.hexdigest())


@contextmanager
def opened(path: Path) -> Iterator[tuple[Package, list[Problem]]]:
    """The package with what is wrong with its names. Raises Unreadable."""
    if path.is_dir():
        yield _folder(path)
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise Unreadable(f"{path} kan inte läsas: {error.strerror}.") from error
    with file:
        try:
            packed = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Unreadable(f"{path} är ingen hel ZIP-fil: den är avklippt, skadad eller något annat. {FETCH}") from error
        with packed:
            yield _zip(packed, path)


def _zip(packed: zipfile.ZipFile, path: Path) -> tuple[Package, list[Problem]]:
    infos = packed.infolist()
    problems = [problem for info in infos for problem in _wrong_with(info)]
    problems += _doubles([info.filename for info in infos])
    files = [info for info in infos if not info.is_dir() and not any(_wrong_with(info))]
    if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES:
        raise Unreadable(
            f"{path} har fler filer eller packar upp till mer än ett paket får. Dela upp det i ett paket per ärende."
        )
    roots = sorted({info.filename.partition("/")[0] for info in files})
    if not roots:
        raise Unreadable(f"{path} är tom eller har bara namn som inte får finnas i ett paket. {FETCH}")
    counted = Counter(info.filename.partition("/")[0] for info in files if "/" in info.filename)
    root = max(counted, key=lambda each: counted[each], default="")
    if len(roots) > 1 or not root:
        what = f"ZIP-filen ska ha en enda mapp överst, men har {len(roots)} saker där."
        problems.append(Problem(path.name, what, "Lägg allt i en mapp som heter som paketet."))
    within = {info.filename[len(root) + 1 :]: info for info in files if info.filename.startswith(f"{root}/")}
    return Package(
        root, {name: info.file_size for name, info in within.items()}, lambda name: packed.open(within[name])
    ), problems


def _wrong_with(info: zipfile.ZipInfo) -> Iterator[Problem]:
    name = info.filename
    if said := _wrong_name(name.removesuffix("/")):
        yield Problem(name or "(utan namn)", said, AGAIN)
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield Problem(name, "Är en länk eller en enhet, inte en fil.", "Ersätt den med filen själv.")
    if info.flag_bits & 0x1:
        yield Problem(name, "Filen är krypterad.", "Packa om paketet utan lösenord.")
    if info.compress_type not in _KINDS:
        yield Problem(name, "Filen är packad på ett sätt som e-arkiv inte läser.", "Packa om med Deflate eller utan packning.")
    if info.file_size > _SMALL and info.file_size > _RATIO * max(1, info.compress_size):
        yield Problem(name, "Filen är packad orimligt hårt (en zip-bomb) och läses inte.", FETCH)


def _wrong_name(name: str) -> str:
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or "." in parts or "" in parts:
        return "Namnet leder ut ur paketet eller är ingen sökväg inom det."
    if _ODD.search(name) or any(part != part.rstrip(" .") for part in parts):
        return "Namnet har tecken som inte alla system tar emot."
    return "Namnet är längre än 240 tecken." if len(name) > 240 else ""


def _doubles(names: list[str]) -> Iterator[Problem]:
    for name, count in Counter(name.casefold() for name in names).items():
        if count > 1:
            yield Problem(name, "Namnet finns flera gånger i paketet, stora och små bokstäver oräknade.", AGAIN)


def _folder(path: Path) -> tuple[Package, list[Problem]]:
    root, problems, sizes = path.resolve(), [], {}
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted((*folders, *files)):
            each = Path(folder, name)
            within, mode = each.relative_to(root).as_posix(), each.lstat().st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                problems.append(Problem(within, "Är en länk eller en enhet, inte en fil.", "Ersätt den med filen själv."))
            elif said := _wrong_name(within):
                problems.append(Problem(within, said, AGAIN))
            elif stat.S_ISREG(mode):
                sizes[within] = each.stat().st_size
    if not sizes:
        raise Unreadable(f"{path} är tom. {FETCH}")
    return Package(root.name, sizes, lambda name: (root / name).open("rb")), problems
