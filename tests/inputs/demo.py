"""A demo served as in life, for the scanners: made by the command, sessions got with the real form, walked again afterwards."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from flask import Flask

from portal import create_app
from portal.demo.town import PASSWORD, USERNAMES
from portal.people.passwords import use_cheap_profile
from tests.inputs.forms import Found, Page, explore
from tests.inputs.situations import LETTER
from tests.robustness.served import HOST, ROOT, Served, until
from tests.robustness.visitor import Form, Gone, Visitor

OWN_FAULT = re.compile(
    r"Traceback \(most recent call last\)|unforeseen error|out of reach|database busy|\[(?:ERROR|CRITICAL)\]"
)
EVERYONE = ("", *USERNAMES)
ACCESS = "access.log"


class Person(Visitor):
    """Someone of the demo; the empty name is somebody who has not signed in."""

    def sign_in(self) -> None:
        """With the form and the demo's password."""
        form = self.page("/logga-in").forms[0]
        shown = [(str(name), str(value)) for name, value in form.form_values() if name not in ("username", "password")]
        pairs = [*shown, ("username", self.username), ("password", PASSWORD)]
        assert self.insist("POST", "/logga-in", pairs).status == 303

    def form(self, path: str, **filled: str) -> Form:
        """As drawn, with the demo's password and these fields set to what is given."""
        form = super().form(path, **filled)
        pairs = [(name, PASSWORD if name == "password" else value) for name, value in form.pairs if name not in filled]
        return Form(form.to, [*pairs, *filled.items()])

    @property
    def cookie(self) -> str:
        """The Cookie header of this session."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def token(self) -> str:
        """The cross-site token that this session's forms carry."""
        page = self.insist("GET", "/" if self.username else "/logga-in").body.decode()
        return page.partition('name="csrf_token" value="')[2].partition('"')[0]

    def is_in(self) -> bool:
        """Whether the session still stands."""
        return self.insist("GET", "/konto").status == 200


@dataclass
class Demo:
    """A served demo and what its people's pages hold."""

    served: Served
    app: Flask
    found: Found = field(default_factory=Found)

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"http://{HOST}:{self.served.port}"

    def person(self, username: str) -> Person:
        """A person with a session and its token, whose pages have been looked through."""
        someone = Person(self.served.port, username)
        if username:
            someone.sign_in()
        someone.token()

        def get(address: str) -> Page:
            answer = someone.insist("GET", address)
            return Page(answer.status, answer.body if answer.body.lstrip()[:1] == b"<" else b"")

        explore(self.found, username, get, self.app, ("/",) if username else ("/logga-in",))
        return someone

    def answers(self) -> Counter[int]:
        """How many answers the server has given, by status."""
        log = (self.served.folder / ACCESS).read_text(encoding="utf-8", errors="replace")
        return Counter(int(status) for status in re.findall(r'" (\d{3}) ', log))

    def faults(self) -> list[str]:
        """The lines in which server or worker told of a fault of their own."""
        return [line for name in ("server", "worker") for line in self.served.said(name).splitlines() if OWN_FAULT.search(line)]

    def unanswered(self) -> list[str]:
        """What does not hold any more: a log that cannot be verified, a road that cannot be walked."""
        found = [] if _flask(self.served.folder, "log", "verify").returncode == 0 else ["flask log verify failed"]
        try:
            walk(self.served.port)
        except (AssertionError, Gone) as error:
            found.append(f"the road could not be walked: {error}"[:2_000])
        return found


def _flask(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "INSTANCE": str(folder)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def make_demo(folder: Path) -> Path:
    """An instance made by the command, not served yet."""
    done = _flask(folder, "demo")
    assert done.returncode == 0, done.stderr
    return folder


@contextmanager
def serving(made: Path, folder: Path) -> Iterator[Demo]:
    """A copy of the demo, served by server and worker until the block ends."""
    shutil.copytree(made, folder)
    app = create_app(folder, testing=True)
    use_cheap_profile(True)
    served = Served(folder)
    with patch.dict(os.environ, {"GUNICORN_CMD_ARGS": f"--access-logfile {folder / ACCESS}"}):
        served.start_server()
    served.start_worker()
    try:
        until(served.answers, "the server answers")
        someone = Person(served.port, "")
        until(lambda: someone.ask("GET", "/halsa", busy=False).status == 200, "all is well")
        yield Demo(served, app)
    finally:
        served.stop()


def walk(port: int) -> None:
    """A letter read in, sent, decided in full and recorded, by three people. Raises AssertionError where it stops."""
    asks, decides, records = (Person(port, name) for name in ("sakerhetschef", "kommunchef", "ekonom"))
    for person in (asks, decides, records):
        person.sign_in()
    asks.do("/askanden/las-in", text=LETTER.read_text(encoding="utf-8"), classified="nej")
    here = asks.journal[-1].location.removesuffix("/las-in")
    asks.do(f"{here}/las-in", budget_year="2026", redistribution="ja", secrecy="nej", cost_type_all="drift")
    asks.do(f"{here}/granska")
    decides.do(f"{here}/besluta")
    records.do(f"{here}/bokfor")
