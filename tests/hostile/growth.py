"""Run as a program: send every file to the portal in this process and print by how many kilobytes it grew at its largest.

    python -m tests.hostile.growth INSTANCE FOLDER

The requests lie in FOLDER, made by another process, and are read from there by the server alone: what is measured is what
the portal takes. Those named ``warm-…`` come first: what is imported for a kind of file is no growth.
"""

import json
import re
import sys
from pathlib import Path

from flask import Flask
from werkzeug.test import run_wsgi_app

from portal import create_app
from portal.people.passwords import use_cheap_profile
from tests.conftest import PASSWORD
from tests.hostile.desk import WRITER


def largest() -> int:
    """The most memory this process has held, in kilobytes. ``ru_maxrss`` would be that of the process that started it, when
    that was larger: it is not set back when a program begins."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


def send(app: Flask, cookie: str, folder: Path, name: str) -> int:
    """The status of one request."""
    asked = json.loads((folder / f"{name}.json").read_text())
    with (folder / f"{name}.body").open("rb") as body:
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": asked["address"],
            "CONTENT_TYPE": asked["type"],
            "CONTENT_LENGTH": str((folder / f"{name}.body").stat().st_size),
            "HTTP_COOKIE": cookie,
            "HTTP_HOST": "localhost",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": body,
            "wsgi.errors": sys.stderr,
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        _answer, status, _headers = run_wsgi_app(app.wsgi_app, environ, buffered=True)
    return int(status.split()[0])


def main(instance: Path, folder: Path) -> None:
    """Warm up, send, and tell the growth and every status."""
    use_cheap_profile(True)
    app = create_app(instance, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/logga-in", data={"username": WRITER, "password": PASSWORD})
    found = client.get_cookie("portal")
    assert found is not None
    names = sorted(path.stem for path in folder.glob("*.json"))
    statuses = [send(app, f"portal={found.value}", folder, name) for name in names if name.startswith("warm-")]
    before = largest()
    rest = [name for name in names if not name.startswith("warm-")]
    statuses += [send(app, f"portal={found.value}", folder, name) for name in rest]
    sys.stdout.write(json.dumps({"growth_kb": largest() - before, "before_kb": before, "statuses": statuses}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
