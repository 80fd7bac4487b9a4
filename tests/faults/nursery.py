"""A parent that has the whole portal in memory and makes children of it: each child is one life of a server or a worker.

A fault costs a fork and not a start of Python, so hundreds fit into a minute. The parent itself never opens the
database and has one thread, so that a child begins as clean as a process of its own.

Run as ``python -m tests.faults.nursery FOLDER SOCKET OPTIONS``: the folder of the instance, the number of an inherited
socket that listens, and ``Options`` as JSON. A line on standard input asks for a child (``Wanted`` as JSON); the
answer is its process id. When standard input ends the parent and its children end.
"""

import ctypes
import gc
import json
import logging
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import configure_mappers
from werkzeug.serving import make_server

from portal import create_app
from portal.db import db
from portal.dispatch import mail
from portal.outbox import operations as outbox
from portal.outbox import worker as outbox_worker
from portal.people.passwords import use_cheap_profile

HOST = "127.0.0.1"
_PR_SET_PDEATHSIG, _PR_SET_PTRACER, _ANYONE = 1, 0x59616D61, -1


@dataclass(frozen=True, slots=True)
class Options:
    """How the portal's own patience is shortened, so that a campaign need not wait for it; and how it is made worse."""

    backoff_seconds: tuple[float, ...] = (0.1, 0.2, 0.3, 0.5, 5.0)
    smtp_seconds: float = 0.5
    database_wait_seconds: float = 0.1
    synchronous: str = ""  # instead of the portal's own; a campaign that has to lose says NORMAL

    def text(self) -> str:
        """As JSON, for the command line."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A child: a server or a worker. One that is ``held`` waits for SIGUSR1 before it does anything."""

    kind: str
    held: bool = False

    def text(self) -> str:
        """As JSON, one line."""
        return json.dumps(asdict(self))


@dataclass
class Nursery:
    """The parent's side."""

    app: Flask
    listening: int
    children: set[int] = field(default_factory=set)

    def answer(self, wanted: Wanted) -> int:
        """Make the child; its process id."""
        pid = os.fork()
        if pid:
            self.children.add(pid)
            return pid
        try:
            _belong_to_parent(held=wanted.held)
            _serve(self.app, self.listening) if wanted.kind == "server" else _work(self.app)
        finally:
            os._exit(3)

    def reap(self) -> None:
        """Bury the dead at once: a worker's leases are freed only when its process is gone."""
        for pid in list(self.children):
            with suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0]:
                    self.children.discard(pid)


def _belong_to_parent(*, held: bool) -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_PTRACER, ctypes.c_long(_ANYONE))  # else only root may trace what is no child of the tracer
    with suppress(OSError):
        os.close(0)
    os.dup2(2, 1)
    if held:
        signal.sigwait({signal.SIGUSR1})


def _serve(app: Flask, listening: int) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    make_server(HOST, 0, app, fd=listening).serve_forever()


def _work(app: Flask) -> None:
    handlers, recurring = app.extensions["outbox_handlers"], app.extensions["outbox_recurring"]
    outbox_worker.run(app, handlers, stop=Event(), recurring=recurring)


def _hurry(options: Options) -> None:
    from datetime import timedelta

    outbox._BACKOFF = tuple(timedelta(seconds=seconds) for seconds in options.backoff_seconds)
    outbox_worker.POLL_SECONDS = 0.05
    outbox_worker._DATABASE_WAIT_SECONDS = options.database_wait_seconds
    mail.TIMEOUT_SECONDS = options.smtp_seconds  # type: ignore[assignment]


def _prepared(folder: Path, options: Options) -> Flask:
    """The portal with everything read that can be read without its database."""
    import pikepdf  # noqa: F401
    import typst  # noqa: F401

    app = create_app(folder, check_schema=False)
    use_cheap_profile(True)
    _hurry(options)
    configure_mappers()
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    if options.synchronous:
        with app.app_context():
            _be_careless(options.synchronous)
    return app


def _be_careless(synchronous: str) -> None:
    @event.listens_for(db.engine, "connect")
    def connect(connection, _record):  # type: ignore[no-untyped-def]
        connection.set_authorizer(None)  # the portal lets nobody change this
        connection.execute(f"PRAGMA synchronous={synchronous}")


def main(folder: str, listening: str, options: str) -> None:
    """Make a child for every line until there are no more lines."""
    nursery = Nursery(_prepared(Path(folder), Options(**json.loads(options))), int(listening))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})  # before a child is: it must not miss the word
    signal.signal(signal.SIGCHLD, lambda _number, _frame: nursery.reap())
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        pid = nursery.answer(Wanted(**json.loads(line)))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in nursery.children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
