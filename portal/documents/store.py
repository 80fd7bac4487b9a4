"""Files by what they hold: ``ab/cd/<sha256>`` in one folder. The same bytes are kept once, and nothing is overwritten.

A file is on the disk before the database says so: ``put`` returns only after file and folders are flushed, and is
called before the commit. A crash in between leaves a file that no row names, never a row without its file. Such a file,
and one that was uploaded and never read in, is swept up when it is old enough that no transaction can be about to name it.
"""

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from flask import current_app

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class DamagedFile(Exception):
    """The stored file is missing or no longer holds what its name says. ``sha256`` is its name."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"the stored file {sha256} is missing or damaged")
        self.sha256 = sha256


class Store:
    """The stored files of one instance, under ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the file is, or would be. Raises ValueError for anything but a lower-case hexadecimal SHA-256."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its SHA-256. A damaged file of that name is replaced by the good bytes.

        A file that stood there counts as put now: the sweep does not take it from whoever is about to name it.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        self._make_folder(path.parent)
        with self.unswept():
            if _holds(path, sha256):
                os.utime(path)
            else:
                _write(path, data)
        # Also for a file that stood there: another process may have renamed it without having flushed the folder yet.
        _flush_folder(path.parent)
        return sha256

    def read(self, sha256: str) -> bytes:
        """The bytes, after their hash has been checked. Raises DamagedFile."""
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise DamagedFile(sha256) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DamagedFile(sha256)
        return data

    def check(self, sha256: str) -> None:
        """Read the file through without keeping it. Raises DamagedFile, and OSError where the disk does not give it."""
        try:
            with self.path(sha256).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError as error:
            raise DamagedFile(sha256) from error
        if found != sha256:
            raise DamagedFile(sha256)

    @contextmanager
    def unswept(self) -> Iterator[None]:
        """Within it no file is swept up."""
        with self._lock(fcntl.LOCK_SH):
            yield

    @contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        """Hold the store's lock, beside its folder. Raises BlockingIOError for one that does not wait."""
        handle = os.open(self.root.with_name(f"{self.root.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, kind)
            yield
        finally:
            os.close(handle)

    def sweep(self, named: Collection[str], before: datetime) -> int:
        """Take away files put before ``before`` that are not among ``named``; how many. ``named`` is read after ``before``.

        A file that is being put at the same moment is left, and so is everything while a backup reads.
        """
        swept = 0
        for path in self.root.glob("??/??/*"):
            if path.name not in named:
                with suppress(BlockingIOError, FileNotFoundError), self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB):
                    if path.stat().st_mtime < before.timestamp():
                        path.unlink()
                        swept += 1
        return swept

    def _make_folder(self, folder: Path) -> None:
        made = [step for step in (folder, *folder.parents) if not step.exists()]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for step in reversed(made):
            with suppress(PermissionError):  # a parent above the instance may belong to someone else
                step.chmod(0o700)
            _flush_folder(step.parent)


def current_store() -> Store:
    """The stored files of the installation that is being served."""
    found: Store = current_app.extensions["store"]
    return found


def _holds(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except FileNotFoundError:
        return False


def _write(path: Path, data: bytes) -> None:
    """Write beside and rename, so that nobody ever sees half a file. mkstemp makes the file 0600."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
