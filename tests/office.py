"""LibreOffice without windows: does another word processor open what we write? A machine without it skips, CI fails."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

SECONDS = 120


def require() -> str:
    """The program. Skips the test where it is missing; in CI fails instead."""
    found = shutil.which("soffice")
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail("LibreOffice must run in CI: soffice is not installed")
    pytest.skip("soffice is not installed")


def as_pdf(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """Each Word file as LibreOffice prints it, in one run with a profile of its own; those it cannot open are missing."""
    program = require()
    for name, data in files.items():
        (folder / f"{name}.docx").write_bytes(data)
    subprocess.run(
        [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder / "printed"), *(str(folder / f"{name}.docx") for name in files)],
        check=True, capture_output=True, timeout=SECONDS,
    )  # fmt: skip
    return {path.stem: path.read_bytes() for path in (folder / "printed").glob("*.pdf")}
