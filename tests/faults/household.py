"""An instance with its servers and worker as children of one parent, people at work on it, and a sink for its mail.

The servers share a socket that the test holds open: who calls while all of them are dead waits for the next.
"""

import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from uuid import UUID

from portal import create_app
from portal.db import db, session
from tests.factories.funding_requests import a_draft
from tests.factories.town import Town
from tests.faults import holds
from tests.faults.mail_server import Sink
from tests.faults.nursery import Options, Wanted
from tests.faults.people import ASKED, People, Walker
from tests.robustness.served import HOST, ROOT, make_instance
from tests.robustness.visitor import Visitor

SERVERS = 2
PILE = 60
"""Cases that wait for the people; how fast they walk them goes by the machine."""
LINES = [{"label": "Kamerabevakning", "amount": str(ASKED), "cost_type": "drift"}]


@dataclass
class Child:
    """A process that can be killed for certain: the handle cannot come to mean another process."""

    kind: str
    pid: int
    handle: int

    def kill(self) -> None:
        """SIGKILL: it gets no chance to put anything in order."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        assert self.dies(10), "a killed process is dead"

    def begin(self) -> None:
        """Let a child that was held go to work."""
        signal.pidfd_send_signal(self.handle, signal.SIGUSR1)

    def dies(self, seconds: float) -> bool:
        """Wait for its death; whether it came."""
        ready, _writing, _other = select.select([self.handle], [], [], seconds)
        return bool(ready)


def listen() -> socket.socket:
    """A socket that takes calls from now on, whether anyone answers or not."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((HOST, 0))
    listening.listen(128)
    return listening


@dataclass
class Household:
    """One instance and everyone in it."""

    folder: Path
    town: Town
    options: Options = field(default_factory=Options)
    environment: dict[str, str] = field(default_factory=dict)
    listening: socket.socket = field(default_factory=listen)
    children: list[Child] = field(default_factory=list)
    people: People | None = None

    def open(self) -> None:
        """Start the parent, which makes the children."""
        arguments = [str(self.folder), str(self.listening.fileno()), self.options.text()]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **self.environment}
        with self.log.open("ab") as log:
            self._parent = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery", *arguments],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                pass_fds=[self.listening.fileno()],
            )
        assert self._answer() == "ready", self.said()

    def _answer(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().decode().strip()

    @property
    def log(self) -> Path:
        """Where parent and children write; beside the instance, whose disk may be spoilt."""
        return self.folder.with_name(f"{self.folder.name}.log")

    def said(self) -> str:
        """What they have written."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def bear(self, kind: str, *, held: bool = False) -> Child:
        """One more child at work."""
        assert self._parent.stdin is not None
        self._parent.stdin.write(Wanted(kind, held).text().encode() + b"\n")
        self._parent.stdin.flush()
        pid = int(self._answer())
        child = Child(kind, pid, os.pidfd_open(pid))
        self.children.append(child)
        return child

    def bury(self, child: Child) -> None:
        """Kill it if it lives, and forget it."""
        child.kill()
        os.close(child.handle)
        self.children.remove(child)

    def fill_up(self) -> None:
        """As many servers as there should be, and a worker."""
        for child in [each for each in self.children if each.dies(0)]:
            self.bury(child)
        for kind in ("server",) * SERVERS + ("worker",):
            wanted = SERVERS if kind == "server" else 1
            if sum(each.kind == kind for each in self.children) < wanted:
                self.bear(kind)

    def close(self) -> None:
        """Nothing is left running."""
        for child in list(self.children):
            self.bury(child)
        if self.people is not None:
            self.people.go_home()
        self._parent.kill()
        self._parent.communicate()
        self.listening.close()

    def welcome(self, walkers: int = 3, kind: type[Visitor] = Visitor) -> People:
        """People come in and begin to work on a pile of cases."""
        port: int = self.listening.getsockname()[1]
        self.people = People([Walker(port, kind) for _ in range(walkers)], Queue())
        self._add_to(self.people.pile)
        self.people.begin()
        return self.people

    def keep_at_work(self) -> None:
        """Raises what anyone met with that nobody should; otherwise more cases, when few are left."""
        assert self.people is not None
        try:
            self.people.are_at_work()
        except Exception as error:
            error.add_note(self.said()[-5000:])
            raise
        if self.people.pile.qsize() < PILE // 2:
            self._add_to(self.people.pile)

    def _add_to(self, pile: "Queue[UUID]") -> None:
        for case_id in drafts(self.folder, self.town, PILE):
            pile.put(case_id)

    def settle(self, seconds: float = 120.0) -> None:
        """Nobody disturbs any more: everyone finishes what they have in hand, and the worker what was queued."""
        assert self.people is not None
        self.people.enough.set()
        deadline = time.monotonic() + seconds
        while not all(each.done() for each in self.people._work):
            self.fill_up()
            assert time.monotonic() < deadline, "the people never became ready"
            time.sleep(0.05)
        self.people.finish()
        self.fill_up()
        self._empty_the_outbox(seconds)
        for child in list(self.children):
            self.bury(child)

    def _empty_the_outbox(self, seconds: float) -> None:
        """Until nothing waits; however much there is, as long as it grows less within ``seconds``."""
        left, deadline = holds.waiting(self.folder), time.monotonic() + seconds
        while now := holds.waiting(self.folder):
            if now < left:
                left, deadline = now, time.monotonic() + seconds
            assert time.monotonic() < deadline, f"{now} queued things are never done"
            time.sleep(0.05)

    def live(self, chance: random.Random, *, most_seconds: float = 3.0) -> None:
        """Let everyone work until a few more forms are acknowledged, and a moment longer: how long goes by the machine."""
        assert self.people is not None
        enough = len(self.people.journal()) + chance.choice((0, 0, 1, 1, 2, 4))
        deadline = time.monotonic() + most_seconds
        while len(self.people.journal()) < enough and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.2))

    def still_holds(self) -> None:
        """What was acknowledged before now is there now, and nothing is half done."""
        assert self.people is not None
        told = self.people.journal()
        holds.at_any_moment(self.folder, told)

    def holds_at_last(self, sink: Sink | None) -> None:
        """After ``settle``: everything, to the last mail."""
        assert self.people is not None
        self.still_holds()
        holds.at_last(self.folder, self.people, sink)
        said = self.said()
        assert "unforeseen error" not in said, said[-5000:]
        for person in self.people.everyone():
            for answer in person.refusals:
                holds.is_a_plain_refusal(answer)


def settings(mail_port: int | None) -> str:
    """The instance's settings: where its mail goes."""
    if mail_port is None:
        return ""
    return f'[mail]\nhost = "{HOST}"\nport = {mail_port}\nstarttls = false\nsender = "portalen@akersbro.example"\n'


def drafts(folder: Path, town: Town, cases: int) -> list[UUID]:
    """Complete drafts, each of ``ASKED`` kronor in one line."""
    app = create_app(folder, testing=True)
    with app.app_context():
        made = [a_draft(town, lines=LINES, total=str(ASKED)).public_id for _ in range(cases)]
        session.remove()
        db.engine.dispose()
    return made


@contextmanager
def household(
    folder: Path,
    *,
    mail_port: int | None = None,
    options: Options | None = None,
    environment: dict[str, str] | None = None,
    visitors: type[Visitor] = Visitor,
) -> Iterator[Household]:
    """A household at work: an instance in ``folder``, its children, and people who walk cases."""
    town = make_instance(folder, settings(mail_port))
    home = Household(folder, town, options or Options(), environment or {})
    home.open()
    try:
        home.fill_up()
        home.welcome(kind=visitors)
        yield home
    finally:
        home.close()


def figures(home: Household) -> dict[str, int]:
    """What a campaign did, for the table; that nothing was lost has been asserted by then."""
    assert home.people is not None
    sent_again = sum(person.resent for person in home.people.everyone())
    refused = sum(len(person.refusals) for person in home.people.everyone())
    return {"acknowledged": len(home.people.journal()), "sent_again": sent_again, "answered_503": refused, "lost": 0}
