"""`make test`: everything a change must pass, from a bare checkout. CI runs exactly this.

System packages are installed when this runs as root on a Debian-like system; otherwise what is missing is named and,
in CI, is a failure.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import run

# What must be there -> the package that brings it.
SYSTEM = {
    "chromium-headless-shell": "chromium-headless-shell",  # Chromium without its windows: less than half the processor time
    "java": "default-jre-headless",
    "npm": "npm",
    "pdftotext": "poppler-utils",
    "soffice": "libreoffice-writer-nogui",
    "/usr/share/java/jaxb-runtime.jar": "libjaxb-java",
    "clamd": "clamav-daemon",
    "strace": "strace",
    "faketime": "faketime",
    "/usr/sbin/sshd": "openssh-server",
}
DEV = run.ROOT / "requirements-dev.txt"
VALIDATORS = run.ROOT / "requirements-validators.txt"
MEMORY = Path("/dev/shm")  # noqa: S108  # of the machine, with room for all
ROOM_BYTES = 2 * 2**30
NU = run.ROOT / "tools" / "nu"  # the Nu HTML checker: pinned and hashed in package-lock.json


def is_there(name):
    """Whether a program is on the path, or a file exists."""
    return Path(name).exists() if name.startswith("/") else shutil.which(name) is not None


def system_packages():
    """Install what is missing when we may; else say by name what is."""
    missing = [package for name, package in SYSTEM.items() if not is_there(name)]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run.say("Installerar systempaket: " + " ".join(missing))
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], env=environment, check=False)
        missing = [package for name, package in SYSTEM.items() if not is_there(name)]
    if missing:
        run.say("Systempaket som saknas: " + " ".join(missing) + ". Prov som behöver dem hoppas över.")
        if os.environ.get("CI"):
            run.stop("I CI får inget hoppas över.")


def nu_checker():
    """Put the Nu HTML checker in ``tools/nu/node_modules``, unless that has been done."""
    stamp, wanted = NU / "node_modules" / ".installed", run.stamp_of(NU / "package-lock.json")
    if (stamp.exists() and stamp.read_text() == wanted) or not is_there("npm"):
        return
    run.say("Installerar tools/nu …")
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(npm, cwd=NU, check=False).returncode == 0:
        stamp.write_text(wanted)
    elif os.environ.get("CI"):
        run.stop("Nu-kontrollen gick inte att installera; i CI får inget hoppas över.")
    else:
        run.say("Nu-kontrollen gick inte att installera. Provet som behöver den hoppas över.")


def room():
    """Where the tests keep their databases and files: in memory where it has room, since nothing of them outlives the run
    and a disk is waited for at every commit. Empty for pytest's own choice."""
    if "PYTEST_DEBUG_TEMPROOT" in os.environ or not os.access(MEMORY, os.W_OK):
        return {}
    found = os.statvfs(MEMORY)
    fits = found.f_bavail * found.f_frsize >= ROOM_BYTES and not found.f_flag & os.ST_NOEXEC
    return {"PYTEST_DEBUG_TEMPROOT": str(MEMORY)} if fits else {}


def step(*command):
    """Run one check; False when it fails."""
    run.say("$ " + " ".join(command))
    environment = {**os.environ, **room()}
    return subprocess.run([str(run.PYTHON), "-m", *command], cwd=run.ROOT, env=environment, check=False).returncode == 0


def main(arguments):
    """Run the checks named, or all."""
    run.check_python()
    run.install(files=(run.REQUIREMENTS, DEV), stamp_name=".installed-dev", no_deps=(VALIDATORS,))
    if arguments != ["lint"]:
        system_packages()
        nu_checker()
    steps = [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy", "--strict", "portal")]
    if arguments != ["lint"]:
        # In the order of the folders: what takes long (a browser, faults) begins, and the many small ones fill up the end.
        steps.append(("pytest", "-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder", "tests"))
    passed = [step(*each) for each in steps]  # all are run, so that one run tells everything
    raise SystemExit(0 if all(passed) else 1)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit(130) from None
