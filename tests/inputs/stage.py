"""The portal as it is in life but for the server: errors caught, the cross-site check on; the database set back each time.

A request is put together byte for byte, since the things tried here are those that a well-behaved client refuses to send.
"""

import io
import logging
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote_to_bytes

from flask import Flask
from werkzeug.test import run_wsgi_app

from portal import clock, create_app
from portal.db import db
from portal.people.passwords import use_cheap_profile
from tests.inputs.forms import Found, Page, explore

HOST = "127.0.0.1:8000"
FORM = "application/x-www-form-urlencoded"
ANONYMOUS = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. ``path`` and ``query`` as they stand on the request line, percent signs and all."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    content_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    length: str | None = None  # what Content-Length says, when it lies
    chunked: bool = False
    kept: tuple[str, ...] = ()  # what the person typed, which a form drawn again must show

    def environ(self) -> dict[str, object]:
        """The request as a server hands it over (PEP 3333): bytes as latin-1, no length where the body is chunked."""
        made: dict[str, object] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(self.path.encode("latin-1", "replace")).decode("latin-1"),
            "RAW_URI": self.path,
            "QUERY_STRING": self.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": HOST,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if self.content_type is not None:
            made["CONTENT_TYPE"] = self.content_type
        if self.chunked:
            made |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
        elif self.body or self.length is not None:
            made["CONTENT_LENGTH"] = self.length if self.length is not None else str(len(self.body))
        for name, value in self.headers:
            made["HTTP_" + name.upper().replace("-", "_")] = value
        return made


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The header's value; empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class Heard(logging.Handler):
    """What the portal logged as its own fault since last asked."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def multipart(pairs: Sequence[tuple[str, str]], files: Sequence[tuple[str, str, bytes]]) -> tuple[bytes, str]:
    """A form with files as a body and its type; names stand as they are given, quotes and line breaks too."""
    made = []
    for name, value in pairs:
        made.append(_part(name, "", value.encode("utf-8", "surrogatepass")))
    for name, filename, data in files:
        made.append(_part(name, f'; filename="{filename}"', data))
    return b"".join(made) + b"--granslinje--\r\n", "multipart/form-data; boundary=granslinje"


def _part(name: str, more: str, data: bytes) -> bytes:
    head = f'--granslinje\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode("utf-8", "surrogatepass") + data + b"\r\n"


Table = tuple[tuple[object, ...], ...]
AWAKE_SECONDS = 600  # well within the half hour after which a session has ended


@dataclass
class Stage:
    """The application, its people signed in, and the database they all start from."""

    app: Flask
    folder: Path
    live: sqlite3.Connection
    start: sqlite3.Connection
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    found: Found = field(default_factory=Found)
    heard: Heard = field(default_factory=Heard)
    inputs: int = 0
    faults: int = 0
    _tables: dict[str, Table] = field(default_factory=dict)
    _seen_version: int = -1
    _awake: float = field(default_factory=time.monotonic)

    def send(self, username: str, asked: Asked) -> Answer:
        """Send it in the person's session, with the token of their pages unless the request brings one itself."""
        self._keep_awake()
        given = {name.lower() for name, _value in asked.headers}
        mine = [("Cookie", self.cookies.get(username, ""))] if "cookie" not in given else []
        mine += [("X-CSRFToken", self.tokens.get(username, ""))] if "x-csrftoken" not in given else []
        whole = replace(asked, headers=(*mine, *asked.headers))
        self.inputs += 1
        parts, status, headers = run_wsgi_app(self.app.wsgi_app, whole.environ(), buffered=True)
        body = b"".join(parts)
        _close(parts)
        return Answer(int(status.split()[0]), tuple(headers.items()), body)

    def _keep_awake(self) -> None:
        """Everyone at work: a long run sets the database back to sessions that have stood idle since it began."""
        if time.monotonic() - self._awake < AWAKE_SECONDS:
            return
        for connection in (self.start, self.live):
            connection.execute("UPDATE user_session SET last_seen_at = ?", (clock.now().strftime("%Y-%m-%d %H:%M:%S.%f"),))
        self._tables = tables(self.start)
        self._awake = time.monotonic()

    def page(self, username: str, address: str) -> Answer:
        """A plain GET, as following a link."""
        path, _, query = address.partition("?")
        return self.send(username, Asked("GET", path, query))

    def changed(self) -> bool:
        """Whether another connection has committed anything since the last time this was asked."""
        version = self.live.execute("PRAGMA data_version").fetchone()[0]
        moved = self._seen_version not in (-1, version)
        self._seen_version = version
        return moved

    def differences(self) -> dict[str, list[tuple[object, ...]]]:
        """The rows that are new or other than at the start, by table; a table with rows gone lists what is gone."""
        now = tables(self.live)
        return {
            name: sorted(set(rows) ^ set(self._tables.get(name, ())), key=repr)
            for name, rows in now.items()
            if rows != self._tables.get(name)
        }

    def set_back(self) -> None:
        """Everything as it was at the start, sessions included."""
        self.start.backup(self.live)
        self._seen_version = self.live.execute("PRAGMA data_version").fetchone()[0]

    def begin_here(self) -> None:
        """From now on the start is what the database holds now."""
        self.live.backup(self.start)
        self._tables = tables(self.start)
        self.changed()


def _close(parts: Iterable[bytes]) -> None:
    closing = getattr(parts, "close", None)
    if closing:
        closing()


def tables(connection: sqlite3.Connection) -> dict[str, Table]:
    """Every row of every table."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    return {name: tuple(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for (name,) in names.fetchall()}  # noqa: S608


@contextmanager
def staged(folder: Path, usernames: Iterable[str], password: str, seeds: Mapping[str, tuple[str, ...]]) -> Iterator[Stage]:
    """The instance in ``folder`` with these people signed in and every form of their pages found.

    ``seeds`` are the addresses at which a person begins to look, beside the start page.
    """
    app = create_app(folder, testing=False, check_schema=False)
    use_cheap_profile(True)
    live = sqlite3.connect(folder / "portal.sqlite", isolation_level=None, check_same_thread=False)
    start = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    stage = Stage(app, folder, live, start)
    logging.getLogger("portal").addHandler(stage.heard)
    try:
        for username in usernames:
            sign_in(stage, username, password)
            sign_in(stage, username, password)  # in a second browser too, which can be ended from this one
        stage.begin_here()
        for username in (ANONYMOUS, *usernames):
            _explore(stage, username, seeds.get(username, ("/",)))
        stage.set_back()
        yield stage
    finally:
        logging.getLogger("portal").removeHandler(stage.heard)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        live.close()
        start.close()


def _explore(stage: Stage, username: str, seeds: tuple[str, ...]) -> None:
    def get(address: str) -> Page:
        return Page(*_seen(stage.page(username, address)))

    explore(stage.found, username, get, stage.app, seeds)


def _seen(answer: Answer) -> tuple[int, bytes]:
    return answer.status, answer.body if answer.header("Content-Type").startswith("text/html") else b""


def sign_in(stage: Stage, username: str, password: str) -> None:
    """With the real form; keeps the cookie and the token of the first page."""
    client = stage.app.test_client()
    host = {"base_url": f"http://{HOST}"}
    page = client.get("/logga-in", **host).get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post("/logga-in", data={"username": username, "password": password, "csrf_token": token}, **host)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    home = client.get("/", **host).get_data(as_text=True)
    stage.tokens[username] = home.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert stage.tokens[username], home[:2000]
    cookie = client.get_cookie("portal", domain="127.0.0.1")
    assert cookie is not None
    stage.cookies[username] = f"portal={cookie.value}"
