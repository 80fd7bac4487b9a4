"""Every page in every status as a picture: ``make screenshots`` fills ``screenshots/`` and an index to look through.

A demo instance is made in a temporary folder and served on a free port; the roles sign in with a real browser, and
from each case in each status follow the buttons they are offered. The index lists what went wrong on the way: a page
wider than its window, an error in the console, an answer of 4xx or 5xx.

The pictures of the help pages are taken too, into ``portal/static/hjalp``; ``ONLY=hjalp`` takes nothing else.

``make screenshots ONLY="case-submitted besluta 390"`` takes only pictures whose name holds one of the words (a page, a
status, a role, a width, a theme) and leaves the others as they were.
"""

import itertools
import re
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from pathlib import Path
from threading import Thread

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal import create_app, tables
from portal.cli.server import make_folder
from portal.db import db, session
from portal.demo.build import build
from portal.demo.town import MUNICIPALITY, PASSWORD
from portal.register.models import Case

ROOT = Path(__file__).resolve().parent.parent

FOLDER = ROOT / "screenshots"
GUIDES = ROOT / "portal" / "static" / "hjalp"
WIDTHS = (1280, 390, 320)
THEMES = ("light", "dark")
FLAGS = ("--no-sandbox", "--disable-gpu", "--lang=sv-SE")
TALLEST = 12_000  # pixels of a picture
FILES = (".csv", ".xlsx", ".zip", ".pdf", "/fil")  # what is led to that is no page
THUMBNAIL = {1280: 240, 390: 96, 320: 80}  # pixels wide in the index
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
    ADMINISTRATOR: ("/", "/administration", "/administration/mottagare", "/utskick", "/utkorg"),
}
OPEN = ("/logga-in", "/tillganglighet", "/personuppgifter", "/hjalp", "/hjalp/aska")
# On the page of a case: its acts, its conversation, and the proof of dispatch with what is done with a copy.
BEHIND = "aside.panel a.button, section:has(> #samtal, > #kopior) a.alone"
# The picture of each guide in web.helping: who looks, at a case in which status, on which of its pages.
GUIDED = {
    "aska": ("sakerhetschef", "draft", "/skriv"),
    "besluta": ("kommunchef", "submitted", "/besluta"),
    "ekonomi": ("ekonom", "decided", "/bokfor"),
    "registrera": ("registrator", "referred", ""),
}
GUIDE_SIZE = {"width": 1000, "height": 640}
COLOURS = 48  # of a guide's picture: flat surfaces and text need no more, and it weighs a fifth
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


SIZES = tuple(itertools.product(THEMES, WIDTHS))


def _file(name: str, width: int, theme: str) -> str:
    return f"{name}-{width}-{theme}.png"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@dataclass
class Album:
    """The pictures taken so far and what went wrong while they were taken."""

    address: str
    only: tuple[str, ...] = ()
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
        for theme, width in SIZES:
            if not self.only or any(word in _file(name, width, theme) for word in self.only):
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # "light" or "dark"
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
        page.screenshot(path=FOLDER / _file(name, width, theme), full_page=True, clip=clip)  # type: ignore[arg-type]

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
    links = [link.removeprefix(origin).split("#")[0] for link in found if link.startswith(origin)]
    return [link for link in links if not link.split("?")[0].endswith(FILES)]


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
        for link in _links(page, BEHIND, album.address):
            kind = _slug(link)
            if kind not in seen and f"/askanden/{case}/" in link:
                seen.add(kind)
                album.take(page, link, f"form-{kind.removeprefix('askanden-')}-{username}")


def _guides(album: Album, browser: Browser, statuses: dict[str, str]) -> None:
    """The pictures of the help pages, small."""
    for name, (username, status, page_of) in GUIDED.items():
        page = _sign_in(album, browser, username)
        page.set_viewport_size(GUIDE_SIZE)  # type: ignore[arg-type]  # as its words say
        page.goto(f"{album.address}/askanden/{statuses[status]}{page_of}")
        taken = Image.open(BytesIO(page.screenshot()))
        taken.convert("RGB").quantize(COLOURS).save(GUIDES / f"{name}.png", optimize=True)
        page.context.close()


def _one_of_each() -> dict[str, str]:
    rows = session.execute(select(Case.status, Case.public_id).order_by(Case.id.desc()))
    found: dict[str, str] = {}
    for status, public_id in rows:
        found.setdefault(str(status), str(public_id))
    return found


GROUPS = {"case": "Ärendet, i varje läge som varje roll", "form": "Formulären på ärendets väg"}
OTHERS = "Listor och övriga sidor"
STYLE = """body{font:16px/1.5 system-ui,sans-serif;margin:2rem;color:#222;background:#fafafa}h2{margin-top:3rem}
table{border-collapse:collapse}th,td{vertical-align:top;padding:.4rem .6rem;text-align:left;border-bottom:1px solid #ddd}
td{max-height:20rem}td a{display:block;max-height:20rem;overflow:hidden;border:1px solid #bbb}img{display:block}
thead th{position:sticky;top:0;background:#fafafa}tbody th{font-weight:600;max-width:14rem;overflow-wrap:anywhere}"""


def _group(name: str) -> str:
    return GROUPS.get(name.partition("-")[0], OTHERS)


def _row(name: str) -> str:
    cells = []
    for theme, width in SIZES:
        file = _file(name, width, theme)
        picture = f'<img loading="lazy" width="{THUMBNAIL[width]}" alt="{escape(name)}, {width} px, {theme}" src="{file}">'
        cells.append(f'<td><a href="{file}">{picture}</a></td>' if (FOLDER / file).exists() else "<td>–</td>")
    words = name.partition("-")[2] if name.partition("-")[0] in GROUPS else name
    return f'<tr id="{escape(name)}"><th scope="row">{escape(words.replace("-", " "))}</th>{"".join(cells)}</tr>'


def _index(album: Album) -> str:
    """Every picture as a thumbnail, grouped by page; first what went wrong."""
    troubles = "".join(f"<li>{escape(trouble)}</li>" for trouble in dict.fromkeys(album.troubles)) or "<li>Inget</li>"
    head = "".join(f"<th>{width} px, {'ljust' if theme == 'light' else 'mörkt'}</th>" for theme, width in SIZES)
    groups: dict[str, list[str]] = {}
    for name in dict.fromkeys(album.names):
        groups.setdefault(_group(name), []).append(name)
    tables = "".join(
        f'<h2 id="{number}">{title} ({len(names)})</h2><table><thead><tr><th>Sida</th>{head}</tr></thead>'
        f"<tbody>{''.join(map(_row, sorted(names)))}</tbody></table>"
        for number, (title, names) in enumerate(groups.items())
    )
    links = "".join(f'<li><a href="#{number}">{title}</a></li>' for number, title in enumerate(groups))
    return (
        f'<!doctype html><html lang="sv"><meta charset="utf-8"><title>Skärmbilder</title><style>{STYLE}</style>'
        f"<h1>Skärmbilder</h1><ul>{links}</ul><h2>Att rätta</h2><ul>{troubles}</ul>{tables}</html>"
    )


def _walk(album: Album, statuses: dict[str, str]) -> None:
    """Everything that can be seen, as nobody and then as each role."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=list(FLAGS))
        if not album.only or "hjalp" in album.only:
            _guides(album, browser, statuses)
        if album.only == ("hjalp",):
            return
        page = _context(browser).new_page()
        album.hear(page)
        for path in OPEN:
            album.take(page, path, f"ingen-{_slug(path)}")
        for username in PAGES:
            page = _sign_in(album, browser, username)
            _follow(album, page, username, statuses)
            page.context.close()
        browser.close()


def main(only: list[str]) -> int:
    """Take the pictures, or only those with one of the words in their name; 1 when something went wrong on the way."""
    begun = time.monotonic()
    if not only:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as instance:
        make_folder(Path(instance), municipality=MUNICIPALITY, address="http://127.0.0.1:8000")
        app = create_app(Path(instance), testing=True)
        with app.app_context():
            tables.metadata().create_all(db.engine)
            build(app)
            statuses = _one_of_each()
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        Thread(target=server.serve_forever, daemon=True).start()
        album = Album(f"http://127.0.0.1:{server.server_port}", tuple(only))
        _walk(album, statuses)
        server.shutdown()
    (FOLDER / "index.html").write_text(_index(album), encoding="utf-8")
    for trouble in dict.fromkeys(album.troubles):
        sys.stdout.write(f"{trouble}\n")
    minutes = (time.monotonic() - begun) / 60
    sys.stdout.write(f"{len(album.names)} sidor i {FOLDER}/index.html på {minutes:.1f} minuter\n")
    return 1 if album.troubles else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
