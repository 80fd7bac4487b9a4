"""Content-addressed files: a file is named by its SHA-256, written whole and synced before any row names it."""

import os
import tempfile
from hashlib import sha256
from pathlib import Path


class DamagedFile(Exception):
    """A stored file is missing or no longer has the content its name promises."""


class Store:
    """Files under ``root/ab/cd/<sha256>``, readable by the portal's own user only, outside anything that is served."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, digest: str) -> Path:
        """Where the content with this SHA-256 (64 hexadecimal digits) stands. Raises ValueError for anything else."""
        if len(digest) != 64 or any(c not in "0123456789abcdef" for c in digest):
            raise ValueError("not a SHA-256")
        return self.root / digest[:2] / digest[2:4] / digest

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its SHA-256; on return it survives a power cut. The same content is kept once."""
        digest = sha256(data).hexdigest()
        target = self.path(digest)
        if target.exists():
            return digest
        self._make_folder(target.parent)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")  # mkstemp opens it 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return digest

    def read(self, digest: str) -> bytes:
        """The content, verified against its name. Raises DamagedFile."""
        try:
            data = self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise DamagedFile(f"{digest} is missing") from error
        if sha256(data).hexdigest() != digest:
            raise DamagedFile(f"{digest} has other content than its name promises")
        return data

    def _make_folder(self, folder: Path) -> None:
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for each in reversed(missing):
            each.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(each.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
