"""A clamd of a test's own, with a database of the signatures the test gives it."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from portal.documents import clamd
from portal.settings import Scanner, Settings

CLAMD = shutil.which("clamd") or "/usr/sbin/clamd"
# The test file that every scanner knows (EICAR), in two pieces so that this file is none.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Portal.Eicar.Test"
START_SECONDS = 30


def is_installed() -> bool:
    """Whether there is a clamd on this machine."""
    return Path(CLAMD).exists()


@dataclass
class Clamd:
    """On a Unix socket in ``folder``; it can be stopped and started again."""

    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def scanner(self) -> Scanner:
        """Where it listens, as the settings say it."""
        return Scanner(socket=str(self.folder / "clamd.ctl"))

    def start(self) -> None:
        """Start it with the one signature and wait until it answers."""
        (self.folder / "portal.ndb").write_text(f"{SIGNATURE}:0:*:{EICAR.hex()}\n")
        (self.folder / "clamd.conf").write_text(
            f"LocalSocket {self.folder}/clamd.ctl\nDatabaseDirectory {self.folder}\nForeground yes\n"
            f"LogFile {self.folder}/clamd.log\nFixStaleSocket yes\nMaxThreads 2\n"
        )
        command = [CLAMD, "-c", str(self.folder / "clamd.conf")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while True:
            with suppress(clamd.ScannerAway):
                clamd.version(self.scanner)
                return
            assert self.process.poll() is None, "clamd ended: " + (self.folder / "clamd.log").read_text()
            assert time.monotonic() < deadline, "clamd never answered"
            time.sleep(0.05)

    def stop(self) -> None:
        """As if it had crashed."""
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def with_scanner(app: Flask, scanner: Scanner | None) -> Flask:
    """The application with the scanner set up."""
    before: Settings = app.extensions["settings"]
    values = {name: getattr(before, name) for name in Settings.__slots__} | {"scanner": scanner}
    app.extensions["settings"] = Settings(**values)
    return app
