"""A thousand decisions in one run of the worker: it tells how far it has come, and its memory stays what it was."""

import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.db import session
from portal.documents.models import SealedFile
from tests.factories.batch import as_installed, decided
from tests.factories.town import Town
from tests.scale import measured

ROOT = Path(__file__).parents[2]
COUNT, MOST_GROWTH = 1_000, 30.0  # megabytes, from a tenth of the way to the end
_LINE = re.compile(r"([\d\xa0]+) av ([\d\xa0]+) klara")


def megabytes(pid: int) -> float:
    """The memory that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def watched(folder: Path) -> tuple[list[str], list[tuple[float, float]]]:
    """The lines of ``flask worker --once`` on a terminal, and its memory at each as (part done, megabytes)."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--once"]
    environment = {**os.environ, "INSTANCE": str(folder)}
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    said, held = b"", []
    try:
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            said += piece
            if found := _LINE.search(piece.decode(errors="replace")):
                done, total = (int(count.replace("\xa0", "")) for count in found.groups())
                held.append((done / total, megabytes(worker.pid)))
    finally:
        worker.kill()
        worker.wait()
        os.close(ours)
    lines = [line.strip() for line in re.split(r"[\r\n]+", said.decode()) if line.strip()]
    return lines, held


@pytest.mark.soak
def test_a_thousand_decisions_are_made_and_sealed_with_steady_memory(app: Flask, instance: Path, town: Town) -> None:
    as_installed(instance)
    with app.app_context():
        decided(town, COUNT)
    begun = time.monotonic()
    lines, held = watched(instance)
    seconds = time.monotonic() - begun
    assert all(_LINE.match(line) for line in lines[:-1]) and re.fullmatch(r"[\d\xa0]+ klara på .+\.", lines[-1]), lines[-3:]
    assert any("kvar" in line for line in lines[:-1])
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(SealedFile)) == COUNT
    warm = max(size for part, size in held if part <= 0.1)
    most = max(size for part, size in held if part > 0.1)
    assert most - warm < MOST_GROWTH, (warm, most)
    half = max(size for part, size in held if part <= 0.5)
    measured("batch", decisions=COUNT, seconds=round(seconds), tenth_mb=round(warm), half_mb=round(half), most_mb=round(most))
