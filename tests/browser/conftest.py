"""A served portal with its worker, and people with browsers. Every page a person arrives at is looked at: no error or
warning in the console, no request that failed, one h1 that begins the title."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.outbox.worker import run
from tests.conftest import PASSWORD

ROOT = Path(__file__).parents[1]
LETTER = (ROOT / "documents" / "akersbro-tryggare-stationsomrade.txt").read_text(encoding="utf-8")

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own Chromium, which must not ask the world for anything."""
    return {
        "executable_path": "/usr/bin/chromium",
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


class _Quiet(WSGIRequestHandler):
    """Requests are looked at in the browser; the server need not list them."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the portal is served, with the CSRF check on and the worker at work."""
    app.config.update(WTF_CSRF_ENABLED=True, TESTING=False, PROPAGATE_EXCEPTIONS=False)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    stop = Event()
    handlers, recurring = app.extensions["outbox_handlers"], app.extensions["outbox_recurring"]
    threads = [
        Thread(target=server.serve_forever, daemon=True),
        Thread(target=run, args=(app, handlers), kwargs={"stop": stop, "recurring": recurring}, daemon=True),
    ]
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    stop.set()
    server.shutdown()
    for thread in threads:
        thread.join(timeout=20)
    server.server_close()


@dataclass
class Visitor:
    """A person with a browser. What goes wrong in the browser is collected and asked for by ``look``."""

    page: Page
    address: str
    username: str
    presses: int = 0
    expected: set[int] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen from the first page on."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        told_otherwise = "Failed to load resource" in message.text  # seen as an answer, below
        if message.type in ("error", "warning") and not told_otherwise:
            self.troubles.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # left with the page it belonged to
            self.troubles.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.troubles.append(f"{response.status}: {response.request.method} {response.url}")

    def expects(self, *statuses: int) -> None:
        """From now on these answers are part of what is tried."""
        self.expected.update(statuses)

    def look(self) -> None:
        """The page stands as every page must."""
        assert not self.troubles, "\n".join(self.troubles)
        headings = self.page.locator("h1")
        expect(headings).to_have_count(1)
        words = " ".join(headings.inner_text().split())
        expect(self.page).to_have_title(re.compile("^" + re.escape(words)))

    def open(self, path: str) -> None:
        """Go to a path of the portal."""
        self.page.goto(self.address + path if path.startswith("/") else path)
        self.look()

    def sees(self, words: str) -> None:
        """Somewhere on the page, readable."""
        expect(self.page.locator("main").get_by_text(words).first).to_be_visible()

    def press(self, name: str, to: str = "", within: str = "main") -> None:
        """Press the button or link with this name and, with ``to``, arrive at the page with that heading."""
        place = self.page.locator(within)
        button = place.get_by_role("button", name=name, exact=True)
        either = button.or_(place.get_by_role("link", name=name, exact=True))
        either.locator("visible=true").first.click()
        self.presses += 1
        if to:
            self.arrives(to)

    def arrives(self, heading: str) -> None:
        """The page with this heading is here."""
        refused = self.page.locator(".errors, main .notice.stop")
        try:
            expect(self.page.locator("h1")).to_have_text(heading)
        except AssertionError:
            raise AssertionError(f"not at {heading!r}: {self.troubles} {refused.all_inner_texts()}") from None
        self.page.wait_for_load_state("load")
        self.look()

    def told(self, words: str) -> None:
        """The notice says what has happened."""
        expect(self.page.locator("#notiser")).to_contain_text(words)

    def fill(self, label: str, text: str) -> None:
        """Write in the field with this label."""
        self.page.locator("main").get_by_label(label, exact=True).first.fill(text)

    def choose(self, group: str, answer: str) -> None:
        """Choose an answer to the question ``group``."""
        self.page.locator("main").get_by_role("group", name=group).get_by_text(answer, exact=True).click()
        self.presses += 1

    def password(self) -> None:
        """Give the password where an act asks for it again (within five minutes it is not asked for)."""
        box = self.page.locator("main").get_by_label("Ditt lösenord")
        if box.count():
            box.fill(PASSWORD)

    def sign_in(self) -> None:
        """With the real form."""
        self.page.goto(self.address + "/logga-in")
        self.page.get_by_label("Användarnamn").fill(self.username)
        self.page.get_by_label("Lösenord").fill(PASSWORD)
        self.page.get_by_role("button", name="Logga in").click()
        expect(self.page.locator("h1")).not_to_have_text("Logga in")
        self.look()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """``visit("kommunchef", width=390)``: that person, signed in, in a browser of the person's own."""
    contexts: list[BrowserContext] = []

    def make(username: str, *, width: int = 1280, theme: str = "light", script: bool = True, **more: Any) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,  # type: ignore[arg-type]  # "light" or "dark"
            java_script_enabled=script,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        visitor = Visitor(context.new_page(), address, username)
        visitor.sign_in()
        return visitor

    yield make
    for context in contexts:
        context.close()
