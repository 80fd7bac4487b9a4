"""``flask verifier --out FIL`` writes the one file that outsiders verify decisions with."""

import subprocess
import sys
from pathlib import Path

from tests.integration.cli.test_commands import run_in


def test_the_verifier_is_written_and_runs(tmp_path: Path) -> None:
    out = tmp_path / "kontrollera_beslut.pyz"
    result = run_in(tmp_path, "verifier", "--out", str(out))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "kontrollera_beslut.pyz FIL.pdf --key NYCKEL" in result.stdout
    shown = subprocess.run([sys.executable, "-I", out, "--help"], capture_output=True, text=True, check=True, encoding="utf-8")
    assert "--key" in shown.stdout


def test_where_it_cannot_be_written_it_says_so(tmp_path: Path) -> None:
    missing = tmp_path / "saknas" / "k.pyz"
    result = run_in(tmp_path, "verifier", "--out", str(missing))
    assert (result.exit_code, result.stderr) == (2, f"{missing} kan inte skrivas.\n")
    assert run_in(tmp_path, "verifier").stderr.startswith("Ange --out.")
