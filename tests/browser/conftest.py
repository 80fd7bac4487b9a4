"""A served portal with its worker, and people with browsers. Every page a person arrives at is looked at: no error or
warning in the console, no request that failed, one h1 that begins the title."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.outbox.worker import run
from tests.browser.looks import Look
from tests.browser.scenery import Scenery
from tests.conftest import PASSWORD, Road
from tests.factories.town import Town

PATIENCE_MS = 30_000  # for a machine that has much else to do

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own Chromium (its headless shell), which must not ask the world for anything."""
    return {
        "executable_path": "/usr/bin/chromium-headless-shell",
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


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which ``app`` is served meanwhile."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=20)
    server.server_close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the portal is served, with the CSRF check on and the worker at work."""
    app.config.update(WTF_CSRF_ENABLED=True, TESTING=False, PROPAGATE_EXCEPTIONS=False)
    stop = Event()
    handlers, recurring = app.extensions["outbox_handlers"], app.extensions["outbox_recurring"]
    work = {"stop": stop, "recurring": recurring}
    worker = Thread(target=run, args=(app, handlers), kwargs=work, daemon=True)
    worker.start()
    with served(app) as where:
        yield where
        stop.set()
    worker.join(timeout=20)


# Loud in the console, where the watch hears it: what the page's own policy has stopped.
_TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) => console.error(
    `securitypolicyviolation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));"""


@dataclass
class Watch:
    """What goes wrong in a browser: an error or warning in the console, a script that fails, something the security
    policy stopped, a request that fails, an answer of 4xx or 5xx that is not part of what is tried."""

    expected: set[int] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Listen to every page of the browser, from the first on."""
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda found: self.troubles.append(f"script: {found.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

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

    def check(self) -> None:
        """Nothing has gone wrong so far."""
        assert not self.troubles, "\n".join(self.troubles)


NewBrowser = Callable[..., tuple[BrowserContext, Watch]]


@pytest.fixture
def new_browser(browser: Browser) -> Iterator[NewBrowser]:
    """A browser with nothing in it, as a person in Sweden has it, watched to the end of the test. Every browser test gets
    its browsers here, ``page`` and ``context`` too; what went wrong in any of them fails the test."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def make(*, width: int = 1280, height: int = 900, theme: str = "light", **more: Any) -> tuple[BrowserContext, Watch]:
        options: dict[str, Any] = {
            "viewport": {"width": width, "height": height},
            "color_scheme": theme,
            "locale": "sv-SE",
            "timezone_id": "Europe/Stockholm",
            "reduced_motion": "reduce",
        }
        context, watch = browser.new_context(**options | more), Watch()
        context.set_default_timeout(PATIENCE_MS)
        watch.over(context)
        opened.append((context, watch))
        return context, watch

    yield make
    for context, _watch in opened:
        context.close()
    for _context, watch in opened:
        watch.check()


@pytest.fixture
def context(new_browser: NewBrowser) -> BrowserContext:
    """Takes the place of pytest-playwright's own, which nobody watches."""
    return new_browser()[0]


@dataclass
class Visitor:
    """A person with a browser."""

    page: Page
    address: str
    username: str
    watch: Watch
    presses: int = 0

    def tab(self) -> "Visitor":
        """Another tab of the same browser."""
        return type(self)(self.page.context.new_page(), self.address, self.username, self.watch)

    def expects(self, *statuses: int) -> None:
        """From now on these answers are part of what is tried."""
        self.watch.expected.update(statuses)

    def look(self) -> None:
        """The page stands as every page must."""
        self.watch.check()
        headings = self.page.locator("h1")
        expect(headings).to_have_count(1)
        expect(self.page).to_have_title(re.compile(r"\S"))
        # What was pressed may still be on its way: the page that is left must not be read together with the one that comes.
        give_up = monotonic() + PATIENCE_MS / 1000
        while not (agrees := self._title_begins_with(headings)) and monotonic() < give_up:
            self.page.wait_for_timeout(50)
        assert agrees, f"the title {self.page.title()!r} does not begin with the heading {headings.inner_text()!r}"

    def _title_begins_with(self, heading: Locator) -> bool:
        return self.page.title().startswith(" ".join(heading.inner_text().split()))

    def open(self, path: str) -> None:
        """Go to a path of the portal."""
        self.page.goto(self.address + path if path.startswith("/") else path)
        self.look()

    def sees(self, words: str) -> None:
        """Somewhere on the page, readable."""
        expect(self.page.locator("main").get_by_text(words).first).to_be_visible()

    # The hands: all that is done to a page is done by these four.

    def activate(self, what: Locator) -> None:
        """Press a button or follow a link."""
        what.click()

    def write(self, where: Locator, text: str) -> None:
        """Put the text into the field, in place of what stands there."""
        where.fill(text)

    def pick(self, where: Locator, option: str) -> None:
        """Choose from a drop-down list."""
        where.select_option(label=option)

    def tick(self, what: Locator) -> None:
        """Choose a radio button, or tick a box that is not ticked."""
        what.check()

    def press(self, name: str, to: str = "", within: str = "main") -> None:
        """Press the button or link with this name and, with ``to``, arrive at the page with that heading."""
        place = self.page.locator(within)
        button = place.get_by_role("button", name=name, exact=True)
        either = button.or_(place.get_by_role("link", name=name, exact=True))
        self.activate(either.locator("visible=true").first)
        self.presses += 1
        if to:
            self.arrives(to)

    def arrives(self, heading: str) -> None:
        """The page with this heading is here."""
        refused = self.page.locator(".errors, main .notice.stop")
        try:
            expect(self.page.locator("h1")).to_have_text(heading)
        except AssertionError:
            raise AssertionError(f"not at {heading!r}: {self.watch.troubles} {refused.all_inner_texts()}") from None
        self.page.wait_for_load_state("load")
        self.look()

    def told(self, words: str) -> None:
        """The notice says what has happened."""
        expect(self.page.locator("#notiser")).to_contain_text(words)

    def fill(self, label: str, text: str) -> None:
        """Write in the field with this label."""
        self.write(self.page.locator("main").get_by_label(label, exact=True).first, text)

    def choose(self, group: str, answer: str) -> None:
        """Choose an answer to the question ``group``."""
        choices = self.page.locator("main").get_by_role("group", name=group)
        self.tick(choices.get_by_role("radio", name=re.compile("^" + re.escape(answer))).first)
        self.presses += 1

    def password(self) -> None:
        """Give the password where an act asks for it again (within five minutes it is not asked for)."""
        box = self.page.locator("main").get_by_label("Ditt lösenord")
        if box.count():
            self.write(box, PASSWORD)

    def sign_in(self) -> None:
        """With the real form."""
        self.page.goto(self.address + "/logga-in")
        self.write(self.page.get_by_label("Användarnamn"), self.username)
        self.write(self.page.get_by_label("Lösenord"), PASSWORD)
        self.activate(self.page.get_by_role("button", name="Logga in"))
        expect(self.page.locator("h1")).not_to_have_text("Logga in")
        self.look()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(new_browser: NewBrowser, address: str) -> Iterator[Visit]:
    """``visit("kommunchef", width=390)``: that person, signed in, in a browser of the person's own.

    ``script=False`` turns JavaScript off, ``blocked`` empties the files of that address, ``kind`` gives other hands.
    """
    opened: list[BrowserContext] = []

    def make(username: str, *, script: bool = True, kind: type[Visitor] = Visitor, blocked: str = "", **more: Any) -> Visitor:
        context, watch = new_browser(java_script_enabled=script, **more)
        opened.append(context)
        if blocked:
            context.route(blocked, lambda route: route.fulfill(status=200, content_type="text/javascript", body=""))
        visitor = kind(context.new_page(), address, username, watch)
        visitor.sign_in()
        return visitor

    yield make
    for context in opened:
        context.close()  # before the portal is taken down, or what a page is still fetching fails


@pytest.fixture(scope="module")
def scenery(road: Road, prepared: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenery]:
    """The towns in which every page of the portal can be looked at."""

    def copied(name: str) -> Path:
        folder = prepared[0] if name in ("empty", "crowded") else road.folder
        return Path(shutil.copytree(folder, tmp_path_factory.mktemp(name) / "instance"))

    made = Scenery(copied, prepared[1], road.cases)
    yield made
    made.close()


class Gallery:
    """Shows looks in a browser: pages at their own address, answers to forms as the portal gave them."""

    def __init__(self, scenery: Scenery, context: BrowserContext, watch: Watch) -> None:
        self.scenery, self.watch, self.page = scenery, watch, context.new_page()
        self._served: dict[str, str] = {}
        self._open = ExitStack()

    def show(self, look: Look) -> Page:
        """The page as it stands when it has loaded, with nothing wrong in the browser."""
        as_it_was = look.sends is not None or bool(look.trouble)
        if as_it_was:
            seen = self.scenery.see(look)
            path, cookie = seen.path, seen.cookie
        else:
            path, cookie = self.scenery.way(look)
        if look.town not in self._served:
            self._served[look.town] = self._open.enter_context(served(self.scenery.stage(look.town).app))
        address = self._served[look.town] + path
        context = self.page.context
        context.clear_cookies()
        if cookie:
            name = str(self.scenery.stage(look.town).app.config["SESSION_COOKIE_NAME"])
            context.add_cookies([{"name": name, "value": cookie, "url": self._served[look.town]}])
        self.watch.expected = {look.status}
        if as_it_was:
            headers = {name: value for name, value in seen.answer.headers.items() if name not in ("Set-Cookie", "Vary")}
            self.page.route(address, lambda route: route.fulfill(status=look.status, headers=headers, body=seen.page))
        answer = self.page.goto(address)
        if as_it_was:
            self.page.unroute(address)
        assert answer is not None and answer.status == look.status, f"{look.name}: {answer and answer.status}"
        assert not self.watch.troubles, f"{look.name}: {self.watch.troubles}"
        return self.page

    def close(self) -> None:
        """Take everything down."""
        self._open.close()


@pytest.fixture
def gallery(scenery: Scenery, new_browser: NewBrowser) -> Iterator[Callable[..., Gallery]]:
    """``gallery(width=320)``: the looks on such a screen."""
    hung: list[Gallery] = []

    def make(**screen: Any) -> Gallery:
        hung.append(Gallery(scenery, *new_browser(**screen)))
        return hung[-1]

    yield make
    for each in hung:
        each.close()
