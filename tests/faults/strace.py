"""Faults at a system call: a process is killed as it enters one, or the call fails with an error of the disk."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.household import Child

PATIENCE_SECONDS = 20.0


class Tracer:
    """A tracer of one process. What it did to the process is told in ``record``."""

    def __init__(self, child: Child, injection: str, record: Path, *, trace: str) -> None:
        self.child = child
        self.record = record
        record.unlink(missing_ok=True)
        command = ["strace", "-f", "-o", str(record), "-e", f"trace={trace}", "-e", "signal=none"]
        inject = ["-e", f"inject={injection}"] if injection else []
        self._said = record.with_suffix(".said").open("wb")
        self.process = subprocess.Popen([*command, *inject, "-p", str(child.pid)], stderr=self._said)
        self._wait_until_attached()

    def _wait_until_attached(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "attached" not in (said := Path(self._said.name).read_text(encoding="utf-8")):
            assert self.process.poll() is None, said
            assert time.monotonic() < deadline, "strace never came to hold the process"
            time.sleep(0.005)

    def text(self) -> str:
        """The calls so far."""
        return self.record.read_text(encoding="utf-8", errors="replace") if self.record.exists() else ""

    def injected(self) -> int:
        """How many calls were made to fail."""
        return self.text().count("(INJECTED)")

    def let_go(self) -> None:
        """Leave the process alone."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(10)
        self._said.close()


@contextmanager
def traced(child: Child, injection: str, record: Path, *, trace: str) -> Iterator[Tracer]:
    """Trace the child for as long as the block lasts; ``injection`` is strace's: ``fdatasync:error=EIO:when=3``."""
    tracer = Tracer(child, injection, record, trace=trace)
    try:
        yield tracer
    finally:
        tracer.let_go()
