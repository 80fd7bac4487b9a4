"""What server processes take before any document is made or read: seconds to the first page, and memory of two."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from portal import create_app, tables
from portal.db import db
from tests.factories.batch import as_installed

ROOT = Path(__file__).parent.parent
SERVERS, MOST_SECONDS, MOST_MEGABYTES = 2, 1.0, 150.0
_STARTED = """
import sys, time
begun = time.perf_counter()
import wsgi
assert wsgi.app.test_client().get("/logga-in").status_code == 200
print(time.perf_counter() - begun, flush=True)
sys.stdin.read()
"""


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
        seconds, memory = started(folder)
    lines = [
        "| servern | första sidan, s | högst | minne innan någon PDF, MB | högst |",
        "|---|---|---|---|---|",
        f"| {SERVERS} processer | {seconds:.1f} | {MOST_SECONDS:.0f} | {memory:.0f} | {MOST_MEGABYTES:.0f} |".replace(".", ","),
    ]
    return "\n".join(lines) + "\n"


def started(folder: Path) -> tuple[float, float]:
    """Seconds from start to the first page, the median of the processes, and their memory together."""
    environment = {**os.environ, "INSTANCE": str(folder)}
    command = [sys.executable, "-c", _STARTED]
    running, seconds, memory = [], [], 0.0
    try:
        for _server in range(SERVERS):
            server = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            running.append(server)
            assert server.stdout is not None
            seconds.append(float(server.stdout.readline()))
        memory = sum(_share(server.pid) for server in running)
    finally:
        for server in running:
            server.communicate()
    return statistics.median(seconds), memory
