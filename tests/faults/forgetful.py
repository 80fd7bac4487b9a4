"""A file system that forgets: what was written and not flushed is in memory only, and gone when the daemon is killed.

Run as ``python -m tests.faults.forgetful BACKING MOUNT``. The folder BACKING holds what a disk would hold after a power
cut: names at once, as a journalling file system keeps them in order; the contents of a file when it was flushed.
"""

# ruff: noqa: PTH101, PTH102, PTH104, PTH105, PTH106, PTH108, PTH123, PTH208
# Each operation of the kernel is the one of os with the same name, on the same kind of path.

import os
import sys
from typing import Any

import mfusepy  # type: ignore[import-untyped]  # it has no types


class Forgetful(mfusepy.Operations):  # type: ignore[misc]  # likewise
    """Passes everything on to the backing folder, but writes: those it keeps until fsync.

    (No attribute may be called ``lock``: that is the name of an operation.)
    """

    use_ns = True

    def __init__(self, root: str) -> None:
        self.root = root
        self.unflushed: dict[str, bytearray] = {}

    def _there(self, path: str) -> str:
        return self.root + path

    def _held(self, path: str) -> bytearray:
        if path not in self.unflushed:
            with open(self._there(path), "rb") as file:
                self.unflushed[path] = bytearray(file.read())
        return self.unflushed[path]

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        found = os.lstat(self._there(path))
        shown = {name: getattr(found, f"{name}_ns") for name in ("st_atime", "st_ctime", "st_mtime")}
        shown |= {name: getattr(found, name) for name in ("st_gid", "st_mode", "st_nlink", "st_size", "st_uid")}
        if path in self.unflushed:
            shown["st_size"] = len(self.unflushed[path])
        return shown

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *os.listdir(self._there(path))]

    def open(self, path: str, flags: int) -> int:
        if flags & os.O_TRUNC:
            self.truncate(path, 0)
        return 0

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        os.close(os.open(self._there(path), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, mode))
        self.unflushed.pop(path, None)
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        if path in self.unflushed:
            return bytes(self.unflushed[path][offset : offset + size])
        with open(self._there(path), "rb") as file:
            file.seek(offset)
            return file.read(size)

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        held = self._held(path)
        held.extend(b"\0" * (offset - len(held)))
        held[offset : offset + len(data)] = data
        return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        held = self._held(path)
        del held[length:]
        held.extend(b"\0" * (length - len(held)))
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        held = self.unflushed.pop(path, None)
        if held is not None:
            # In one step, as a disk with a journal keeps either the old length or the new one.
            beside = f"{self.root}/.flushing"
            with open(beside, "wb") as file:
                file.write(held)
            os.chmod(beside, os.lstat(self._there(path)).st_mode & 0o777)
            os.replace(beside, self._there(path))
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        return 0

    def flush(self, path: str, fh: int) -> int:
        return 0

    def release(self, path: str, fh: int) -> int:
        return 0

    def unlink(self, path: str) -> int:
        os.unlink(self._there(path))
        self.unflushed.pop(path, None)
        return 0

    def rename(self, old: str, new: str) -> int:
        os.rename(self._there(old), self._there(new))
        self.unflushed.pop(new, None)
        if old in self.unflushed:
            self.unflushed[new] = self.unflushed.pop(old)
        return 0

    def link(self, target: str, source: str) -> int:
        os.link(self._there(source), self._there(target))
        return 0

    def mkdir(self, path: str, mode: int) -> int:
        os.mkdir(self._there(path), mode)
        return 0

    def rmdir(self, path: str) -> int:
        os.rmdir(self._there(path))
        return 0

    def chmod(self, path: str, mode: int) -> int:
        os.chmod(self._there(path), mode)
        return 0

    def utimens(self, path: str, times: Any = None) -> int:
        return 0


if __name__ == "__main__":
    # One thread: what is held is changed by one call at a time.
    mfusepy.FUSE(Forgetful(sys.argv[1]), sys.argv[2], foreground=True, nothreads=True)
