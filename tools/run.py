"""`make run`: set up what is missing, then serve the portal with its worker beside it until Ctrl-C.

Uses the standard library only, since it runs before anything is installed. Old Pythons must be able to parse it.
"""

import ctypes
import hashlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.txt"
HOST = "127.0.0.1"
OLDEST = (3, 11)
START_SECONDS = 60
STOP_SECONDS = 15
LEAVING_SECONDS = 5


def stop(sentence):
    """One sentence on stderr, exit 2."""
    sys.stderr.write(sentence + "\n")
    raise SystemExit(2)


def say(line):
    """A line on stdout, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


HELP = f"""python tools/run.py: sätter upp det som saknas och serverar portalen med sin bakgrundsarbetare tills Ctrl-C.

Första gången görs .venv och en demo i mappen instance. Kommandot tar inga argument; miljön styr det:
  PORT=8000          porten på {HOST}
  INSTANCE=instance  mappen med installationen; finns den redan serveras den som den är
"""


def heed(arguments):
    """Nothing to heed but a call for help, which is answered and is all that is done."""
    if not arguments:
        return
    if all(each in ("-h", "--help") for each in arguments):
        say(HELP.rstrip("\n"))
        raise SystemExit(0)
    unknown = next(each for each in arguments if each not in ("-h", "--help"))
    stop(f"Okänt argument: {unknown}. Skriv --help för vad kommandot gör.")


def check_python():
    """Python must be new enough and able to make virtual environments."""
    if sys.version_info < OLDEST:
        stop("Portalen behöver Python 3.11 eller senare; det här är {}.{}.".format(*sys.version_info[:2]))
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("Python saknar modulen venv; installera paketet python3-venv.")


def port():
    """The port to serve on, if it is free."""
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        stop(f"PORT ska vara ett tal mellan 1 och 65535, inte {wanted}.")
    deadline = time.monotonic() + LEAVING_SECONDS
    problem = taken(int(wanted))
    while problem and not isinstance(problem, PermissionError) and time.monotonic() < deadline:
        time.sleep(0.2)  # a server that was killed a moment ago is still leaving
        problem = taken(int(wanted))
    if isinstance(problem, PermissionError):
        stop(f"Porten {wanted} kräver högre behörighet; välj en annan med PORT=.")
    if problem:
        stop(f"Porten {wanted} är upptagen; välj en annan med PORT=.")
    return int(wanted)


def taken(number):
    """Why the port cannot be served on, or None."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, number))
        except OSError as problem:
            return problem
    return None


def writable(folder):
    """Whether a new entry can be made in the nearest existing parent."""
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK)


def stamp_of(*files):
    """What the environment was made from."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def install(files=(REQUIREMENTS,), stamp_name=".installed", no_deps=()):
    """Make ``.venv`` and install the pinned, hashed requirements, unless that has been done."""
    stamp = VENV / stamp_name
    wanted = stamp_of(*files, *no_deps)
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return
    if not writable(VENV) or not writable(ROOT):
        stop(f"Det går inte att skriva i {ROOT}; portalen behöver göra mappen .venv där.")
    try:
        if not PYTHON.exists():
            say("Gör .venv …")
            shutil.rmtree(VENV, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        for file in files:
            say(f"Installerar {file.name} …")
            subprocess.run([*pip, "-r", str(file)], check=True)
        for file in no_deps:
            say(f"Installerar {file.name} …")
            subprocess.run([*pip, "--no-deps", "-r", str(file)], check=True)
    except subprocess.CalledProcessError:
        stop("Det gick inte att installera det portalen behöver; se raderna ovan.")
    stamp.write_text(wanted)


def instance():
    """The folder of the installation to serve."""
    folder = Path(os.environ.get("INSTANCE") or ROOT / "instance").absolute()
    if not writable(folder):
        stop(f"Det går inte att skriva i {folder}; välj en annan mapp med INSTANCE=.")
    return folder


def is_current(database):
    """Whether the embedded database already has the newest schema; asked without loading the portal."""
    versions = ROOT / "portal" / "migrations" / "versions"
    texts = [file.read_text(encoding="utf-8") for file in versions.glob("*.py")]
    revisions = {name for text in texts for name in re.findall(r"^revision\b[^=]*= *[\"'](.+?)[\"']", text, re.M)}
    followed = {name for text in texts for name in re.findall(r"^down_revision\b[^=]*= *[\"'](.+?)[\"']", text, re.M)}
    try:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        try:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
    except sqlite3.Error:
        return False
    return found is not None and {found[0]} == revisions - followed


def flask(*arguments):
    """Run one of the portal's commands to its end."""
    done = subprocess.run([str(PYTHON), "-m", "flask", "--app", "wsgi", *arguments], cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(2)


def prepare(folder):
    """A demo where there is no installation; the newest schema where there is one."""
    if not (folder / "settings.toml").exists() and not (folder / "portal.sqlite").exists():
        say("Bygger demonstrationen …")
        flask("demo")
    elif not is_current(folder / "portal.sqlite"):
        flask("upgrade")


def follow_parent():
    """Let a child be told to stop when this process dies, however it dies (Linux)."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def start(*command):
    """Start a child that ends with this process."""
    # follow_parent is one system call; nothing else runs between fork and exec.
    return subprocess.Popen([str(PYTHON), "-m", *command], cwd=ROOT, preexec_fn=follow_parent)


def end(children):
    """Ask the children to stop, and insist when they do not."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()


def wait_for(server, number):
    """Wait until the server answers; False when it ended instead."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, number), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def serve(number):
    """Run server and worker until one of the signals comes or the server ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = start("gunicorn", "--bind", f"{HOST}:{number}", "wsgi:app")
    worker = start("flask", "--app", "wsgi", "worker")
    children = [server, worker]
    try:
        if wait_for(server, number):
            say(f"Portalen finns på http://{HOST}:{number} (avsluta med Ctrl-C)")
        while server.poll() is None:
            time.sleep(0.5)
            if worker.poll() is not None:
                time.sleep(2)
                say("Bakgrundsarbetaren startas om.")
                worker = start("flask", "--app", "wsgi", "worker")
                children[1] = worker
        return server.returncode
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end(children)


def main():
    """Set up and serve."""
    heed(sys.argv[1:])
    check_python()
    number = port()
    install()
    folder = instance()
    os.environ["INSTANCE"] = str(folder)
    prepare(folder)
    raise SystemExit(serve(number))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
