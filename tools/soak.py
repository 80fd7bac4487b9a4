"""`make soak`: the long campaigns behind `make test`: faults, races, models, mutations, scanners.

``make soak ONLY="faults races"`` runs those named. The figures end up in ``build/soak.md``. It takes hours on a small
machine, and some campaigns need root (a full disk) or /dev/fuse (a power cut); those say so and fail where they cannot run.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import check
import run

SOAK = run.ROOT / "requirements-soak.txt"
SCANNERS = run.ROOT / "requirements-scanners.txt"
SCANNERS_VENV = run.ROOT / ".venv-scanners"
REPORT = run.ROOT / "build" / "soak.jsonl"
TABLE = run.ROOT / "build" / "soak.md"
SYSTEM = {"fusermount3": "fuse3"}

# The campaign -> the tests that are it. A campaign without tests is a command of its own.
CAMPAIGNS: dict[str, tuple[str, ...]] = {
    "policy": ("tests/policy", "tests/integration/test_road_actions.py"),
    "model": ("tests/model",),
    "races": ("tests/races",),
    "faults": ("tests/faults",),
    "secrecy": ("tests/secrecy",),
    "log": ("tests/integration/log", "tests/robustness"),
    "inputs": ("tests/inputs",),
    "files": ("tests/hostile", "tests/unit/documents", "tests/integration/documents"),
    "verify": ("tests/unit/verify", "tests/tampering"),
    "demo": ("tests/integration/demo",),
    "statements": ("tests/integration/test_statements.py",),
    "dispatch": ("tests/integration/dispatch/test_delivery.py",),
    "batch": ("tests/batch",),
    "mutation": ("tests/mutation",),
}


def wanted(only):
    """The campaigns to run, in the order of the table."""
    unknown = set(only) - set(CAMPAIGNS)
    if unknown:
        run.stop(f"Okänd kampanj: {', '.join(sorted(unknown))}. Det finns: {', '.join(CAMPAIGNS)}.")
    return [name for name in CAMPAIGNS if not only or name in only]


def scanners():
    """The scanners live apart: they need other versions of much that the portal uses."""
    python = SCANNERS_VENV / "bin" / "python"
    stamp = SCANNERS_VENV / ".installed"
    if python.exists() and stamp.exists() and stamp.read_text() == run.stamp_of(SCANNERS):
        return
    run.say("Gör .venv-scanners …")
    shutil.rmtree(SCANNERS_VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(SCANNERS_VENV)], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*pip, "-r", str(SCANNERS)], check=True)
    stamp.write_text(run.stamp_of(SCANNERS))


def campaign(name):
    """Run one campaign; whether everything held, and how many minutes it took."""
    begun = time.monotonic()
    paths = [path for path in CAMPAIGNS[name] if (run.ROOT / path).exists()]
    run.say(f"— {name} —")
    environment = {**os.environ, "SOAK": "1", "SOAK_REPORT": str(REPORT)}
    command = [str(run.PYTHON), "-m", "pytest", "-m", "soak or not soak", "-n", "auto", "--dist", "loadfile", *paths]
    done = subprocess.run(command, cwd=run.ROOT, env=environment, check=False)
    return done.returncode == 0, (time.monotonic() - begun) / 60


def table(results):
    """The figures of this run as a Markdown table."""
    lines = ["| kampanj | utfall | minuter | siffror |", "|---|---|---|---|"]
    kept = [json.loads(line) for line in REPORT.read_text(encoding="utf-8").splitlines()] if REPORT.exists() else []
    for name, (held, minutes) in results.items():
        lines.append(f"| {name} | {'höll' if held else 'BRAST'} | {minutes:.1f} | |")
    for row in kept:
        figures = ", ".join(f"{key} {value}" for key, value in row.items() if key != "campaign")
        lines.append(f"| {row['campaign']} | | | {figures} |")
    return "\n".join(lines) + "\n"


def main(only):
    """Install what the campaigns need, run them one after the other, and leave the table."""
    names = wanted(only)
    run.check_python()
    run.install(files=(run.REQUIREMENTS, check.DEV), stamp_name=".installed-dev", no_deps=(check.VALIDATORS,))
    run.install(files=(SOAK,), stamp_name=".installed-soak")
    check.SYSTEM.update(SYSTEM)
    check.system_packages()
    scanners()
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.unlink(missing_ok=True)
    results = {name: campaign(name) for name in names}
    TABLE.write_text(table(results), encoding="utf-8")
    run.say(TABLE.read_text(encoding="utf-8"))
    raise SystemExit(0 if all(held for held, _minutes in results.values()) else 1)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit(130) from None
