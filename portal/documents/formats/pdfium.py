"""The one way to PDFium: a process of its own, one for each process of the server, one request at a time.

PDFium is not safe for threads, and a small hostile file can make it take a gigabyte, a minute, or the process with it. The
process is started at the first request, bounds its memory, and is replaced when it dies or does not answer.
"""

import atexit
import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

_WORKER = Path(__file__).with_name("pdfium_worker.py")
_LONGEST = 10.0  # seconds for an answer
_CHUNK = 1024 * 1024

_lock = threading.Lock()


class NoAnswer(Exception):
    """PDFium gives none: *password*, *broken*, *pages N* (too many), *index* (no such page) or *large* (memory or time)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class _Gone(Exception):
    """The process ended without an answer."""


class _Process:
    """A running worker."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.running = subprocess.Popen(  # noqa: S603 (our own program, by its path and without a shell)
            [sys.executable, "-I", str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath},  # nothing of the server's surroundings, which may hold secrets
        )

    @property
    def usable(self) -> bool:
        """True where it runs and was started by this process, not by the one this was forked from."""
        return self.owner == os.getpid() and self.running.poll() is None

    def stop(self) -> None:
        """End it at once; of one that another process started only the copies of its pipes are closed."""
        if self.owner == os.getpid():
            self.running.kill()
            self.running.wait()
        for pipe in (self.running.stdin, self.running.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def ask(self, request: dict[str, object], pdf: bytes) -> tuple[dict[str, Any], bytes]:
        """The answer and its bytes. Raises _Gone where it ended before, NoAnswer where it took too long."""
        stdin, stdout = self.running.stdin, self.running.stdout
        if stdin is None or stdout is None:
            raise _Gone
        try:
            stdin.write(json.dumps({**request, "size": len(pdf)}).encode() + b"\n")
            stdin.write(pdf)
            stdin.flush()
        except OSError as error:
            raise _Gone from error
        until = time.monotonic() + _LONGEST
        read = bytearray()
        while b"\n" not in read:
            read += _more(stdout.fileno(), until)
        line, _newline, rest = bytes(read).partition(b"\n")
        told = json.loads(line)
        payload = bytearray(rest)
        while len(payload) < told["size"]:
            payload += _more(stdout.fileno(), until)
        return told, bytes(payload)


def _more(pipe: int, until: float) -> bytes:
    if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
        raise NoAnswer("large")
    data = os.read(pipe, _CHUNK)
    if not data:
        raise _Gone
    return data


_process: _Process | None = None


def ask(request: dict[str, object], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    """What PDFium says of the file: a dictionary, and bytes. Raises NoAnswer."""
    global _process
    with _lock:
        for fresh in (False, True):
            started = _process is None or not _process.usable
            if _process is None or started:
                if _process is not None:
                    _process.stop()
                _process = _Process()
            try:
                told, payload = _process.ask(request, pdf)
            except _Gone as error:
                _process.stop()
                # One that has been idle may end just as it is asked; one just started ended because of the file.
                if started or fresh:
                    raise NoAnswer("large") from error
                continue
            except NoAnswer:
                _process.stop()
                raise
            if why := told.get("refused"):
                raise NoAnswer(str(why))
            return told, payload
    raise NoAnswer("large")


def stop() -> None:
    """End the process, if there is one; the next request starts another."""
    with _lock:
        if _process is not None and _process.usable:
            _process.stop()


atexit.register(stop)
