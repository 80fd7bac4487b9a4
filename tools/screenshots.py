"""Every page in every status as a picture: ``make screenshots`` fills ``screenshots/`` and an index to look through.

A demo instance is made in a temporary folder and served on a free port; the roles sign in with a real browser, and
from each case in each status follow the buttons they are offered. The index lists what went wrong on the way: a page
wider than its window, an error in the console, an answer of 4xx or 5xx.
"""

import re
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal import create_app, tables  # noqa: E402
from portal.db import db, session  # noqa: E402
from portal.demo.build import build  # noqa: E402
from portal.demo.town import PASSWORD  # noqa: E402
from portal.register.models import Case  # noqa: E402

FOLDER = ROOT / "screenshots"
WIDTHS = (1280, 390, 320)
THEMES = ("light", "dark")
FLAGS = ("--no-sandbox", "--disable-gpu", "--lang=sv-SE")
TALLEST = 12_000  # pixels of a picture
ADMINISTRATOR = "admin"
# Who looks at a case in each status; each follows the buttons found there.
ROLES = ("sakerhetschef", "kommunchef", "ekonom", "registrator", "arkivarie", "revisor")
PAGES = {
    "sakerhetschef": ("/", "/askanden", "/askanden?q=finns-inte", "/askanden/ny", "/askanden/las-in", "/konto", "/finns-inte"),
    "kommunchef": ("/", "/askanden", "/avsatta-medel", "/beslut", "/diariet"),
    "ekonom": ("/", "/avsatta-medel", "/avsatta-medel/ny", "/beslut"),
    "kommunledning": ("/", "/kopior"),
    "registrator": ("/", "/diariet", "/diariet?q=finns-inte"),
    "arkivarie": ("/", "/arkiv"),
    "revisor": ("/", "/askanden"),
    ADMINISTRATOR: ("/", "/administration", "/utkorg"),
}
OPEN = ("/logga-in", "/tillganglighet", "/personuppgifter", "/hjalp")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@dataclass
class Album:
    """The pictures taken so far and what went wrong while they were taken."""

    address: str
    names: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def take(self, page: Page, path: str, name: str) -> bool:
        """Open ``path`` and take its pictures; False when the page is not for this person."""
        answer = page.goto(self.address + path)
        status = answer.status if answer else 0
        if status == 404 and name.startswith("case-"):
            return False  # not everyone sees every case
        if status >= 400 and path != "/finns-inte":
            self.troubles.append(f"{name}: {status} {path}")
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # "light" or "dark"
            for width in WIDTHS:
                self._picture(page, name, theme, width)
        self.names.append(name)
        return True

    def _picture(self, page: Page, name: str, theme: str, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        sizes = "[document.scrollingElement.scrollWidth, document.scrollingElement.scrollHeight]"
        wide, tall = page.evaluate(sizes)
        if wide > width and theme == THEMES[0]:
            self.troubles.append(f"{name}: {wide} px brett i ett fönster om {width} px")
        clip = {"x": 0, "y": 0, "width": width, "height": min(tall, TALLEST)}
        page.screenshot(path=FOLDER / f"{name}-{width}-{theme}.png", full_page=True, clip=clip)  # type: ignore[arg-type]

    def hear(self, page: Page) -> None:
        """Keep what the page's console complains about."""
        page.on("console", lambda said: self._keep(page.url, said.type, said.text))
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))

    def _keep(self, url: str, kind: str, text: str) -> None:
        # A status is told by its own line; the caret is hidden by the browser's driver, in a way the policy refuses.
        if kind in ("error", "warning") and "status of 4" not in text and "inline style" not in text:
            self.troubles.append(f"{url}: {text}")


def _context(browser: Browser) -> BrowserContext:
    return browser.new_context(locale="sv-SE", timezone_id="Europe/Stockholm", reduced_motion="reduce")


def _sign_in(album: Album, browser: Browser, username: str) -> Page:
    page = _context(browser).new_page()
    page.goto(album.address + "/logga-in")
    page.get_by_label("Användarnamn").fill(username)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    page.wait_for_selector("nav.menu", state="attached")
    album.hear(page)
    return page


def _links(page: Page, selector: str, origin: str) -> list[str]:
    found = page.locator(selector).evaluate_all("links => links.map(link => link.href)")
    return [link.removeprefix(origin).split("#")[0] for link in found if link.startswith(origin)]


def _slug(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", UUID.sub("", path)).strip("-") or "att-gora"


def _follow(album: Album, page: Page, username: str, statuses: dict[str, str]) -> None:
    """The role's own pages, then every case in the statuses, then the forms behind their buttons (each form once)."""
    seen: set[str] = set()
    for path in PAGES[username]:
        if album.take(page, path, f"{username}-{_slug(path)}"):
            below = _links(page, "main a.title, main a.button", album.address)
            for link in below:
                kind = _slug(link)
                if "/askanden/" not in link and kind not in seen and link.split("?")[0] not in PAGES[username]:
                    seen.add(kind)
                    album.take(page, link, f"{username}-{kind}")
    for status, case in statuses.items():
        if username not in ROLES or not album.take(page, f"/askanden/{case}", f"case-{status}-{username}"):
            continue
        for link in _links(page, "aside.panel a.button", album.address):
            kind = _slug(link)
            if kind not in seen and f"/askanden/{case}/" in link:
                seen.add(kind)
                album.take(page, link, f"form-{kind.removeprefix('askanden-')}-{username}")


def _one_of_each() -> dict[str, str]:
    rows = session.execute(select(Case.status, Case.public_id).order_by(Case.id.desc()))
    found: dict[str, str] = {}
    for status, public_id in rows:
        found.setdefault(str(status), str(public_id))
    return found


def _index(album: Album) -> str:
    sizes = [(theme, width) for theme in THEMES for width in WIDTHS]
    rows = [
        f"<tr><th>{escape(name)}</th>"
        + "".join(
            f'<td><a href="{name}-{width}-{theme}.png"><img loading="lazy" width="{width // 5}" alt="" '
            f'src="{name}-{width}-{theme}.png"></a></td>'
            for theme, width in sizes
        )
        for name in album.names
    ]
    troubles = "".join(f"<li>{escape(trouble)}</li>" for trouble in dict.fromkeys(album.troubles)) or "<li>Inget</li>"
    head = "".join(f"<th>{width} {theme}</th>" for theme, width in sizes)
    return (
        '<!doctype html><html lang="sv"><meta charset="utf-8"><title>Skärmbilder</title>'
        "<style>body{font:16px sans-serif}td,th{vertical-align:top;padding:6px}img{border:1px solid #999}</style>"
        f"<h1>Skärmbilder</h1><h2>Att rätta</h2><ul>{troubles}</ul>"
        f"<table><tr><th>Sida</th>{head}</tr>{''.join(rows)}</table></html>"
    )


def main(wanted: list[str]) -> int:
    """Take the pictures, of the named roles only when some are named; 1 when something went wrong on the way."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with tempfile.TemporaryDirectory() as instance:
        app = create_app(Path(instance), testing=True)
        with app.app_context():
            tables.metadata().create_all(db.engine)
            build(app)
            statuses = _one_of_each()
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        Thread(target=server.serve_forever, daemon=True).start()
        album = Album(f"http://127.0.0.1:{server.server_port}")
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--lang=sv-SE"]
            )
            if not wanted:
                page = _context(browser).new_page()
                for path in OPEN:
                    album.take(page, path, _slug(path))
            for username in wanted or PAGES:
                page = _sign_in(album, browser, username)
                _follow(album, page, username, statuses)
                page.context.close()
            browser.close()
        server.shutdown()
    (FOLDER / "index.html").write_text(_index(album), encoding="utf-8")
    for trouble in dict.fromkeys(album.troubles):
        sys.stdout.write(f"{trouble}\n")
    sys.stdout.write(f"{len(album.names)} sidor i {FOLDER}/index.html\n")
    return 1 if album.troubles else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
