"""What the server takes before any document is made or read: seconds to the first page, and memory of its processes."""

import os
import statistics
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from portal import create_app, tables
from portal.db import db
from tests.factories.batch import as_installed
from tests.robustness.served import HOST, Served

ROUNDS, MOST_SECONDS, MOST_MEGABYTES = 5, 1.0, 150.0
PAGES = 20  # asked for, so that each process has answered some


def megabytes() -> float:
    """The memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _share(pid: int) -> float:
    """Megabytes of a process, what it shares with others divided among them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6


def server_table() -> str:
    """The figures as a Markdown table."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        app = create_app(folder, testing=True)
        with app.app_context():
            tables.metadata().create_all(db.engine)
            db.engine.dispose()
        as_installed(folder)
        processes, seconds, memory = started(folder)
    lines = [
        "| servern | första sidan, s | högst | minne innan någon PDF, MB | högst |",
        "|---|---|---|---|---|",
        f"| {processes} processer | {seconds:.1f} | {MOST_SECONDS:.0f} | {memory:.0f} | {MOST_MEGABYTES:.0f} |",
    ]
    return "\n".join(lines).replace(".", ",") + "\n"


def started(folder: Path) -> tuple[int, float, float]:
    """How many processes the server is, seconds from its start to its first page, and their memory: medians of the rounds."""
    found = [_once(folder) for _round in range(ROUNDS)]
    processes, seconds, memory = zip(*found, strict=True)
    return processes[0], statistics.median(seconds), statistics.median(memory)


def _once(folder: Path) -> tuple[int, float, float]:
    served = Served(folder)
    try:
        begun = time.perf_counter()
        served.start_server()
        while not _answered(served):
            time.sleep(0.01)
        seconds = time.perf_counter() - begun
        for _page in range(PAGES):
            _answered(served)
        assert served.server is not None
        pids = [served.server.pid, *_children(served.server.pid)]
        return len(pids), seconds, sum(map(_share, pids))
    finally:
        served.stop()


def _answered(served: Served) -> bool:
    """Whether the page of those who are not signed in was answered."""
    with suppress(URLError, ConnectionError), urlopen(f"http://{HOST}:{served.port}/logga-in", timeout=20) as page:
        return bool(page.status == 200)
    return False


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
