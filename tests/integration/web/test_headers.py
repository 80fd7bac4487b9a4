"""Every header on every answer: each address and method, signed in or not, refused, broken, redirected, static or a file."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import create_app
from portal.db import db, session
from portal.dispatch.models import Copy
from portal.documents.models import Document
from portal.funds.models import Fund
from portal.people.passwords import use_cheap_profile
from tests.conftest import PASSWORD
from tests.factories.town import Town
from tests.integration.conftest import Road
from tests.scale import SOAK

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
OF_A_FILE = {"sandbox": "", "default-src": "'none'"}
KEPT = ("/static/", "/tema.css", "/favicon.ico")
WALKED_BY = ("", "registrator", "sakerhetschef", "ekonom", "kommunledning", "admin")
EVERY_METHOD = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH")


@dataclass
class Site:
    """A walked installation as it is served in life (errors become pages), reached under its public address."""

    app: Flask
    address: str
    asked: int = 0
    statuses: set[int] = field(default_factory=set)

    def browser(self, username: str = "") -> FlaskClient:
        client = self.app.test_client()
        if username:
            page = self.ask(client, "GET", "/logga-in").get_data(as_text=True)
            token = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert token
            form = {"username": username, "password": PASSWORD, "csrf_token": token[1]}
            headers = {"Referer": f"{self.address}/logga-in"}
            assert self.ask(client, "POST", "/logga-in", data=form, headers=headers).status_code == 303
        return client

    def ask(self, client: FlaskClient, method: str, path: str, **more: object) -> TestResponse:
        """Send a request and hold its answer to the headers."""
        answer = client.open(path, method=method, base_url=self.address, buffered=True, **more)  # type: ignore[arg-type]  # as given
        self.asked += 1
        self.statuses.add(answer.status_code)
        assert wrong(answer, path, is_https=self.address.startswith("https")) == [], (method, path, answer.status_code)
        return answer


def policy(answer: TestResponse) -> dict[str, str]:
    """The content security policy, directive by directive."""
    (whole,) = answer.headers.getlist("Content-Security-Policy")
    return {name: value for name, _space, value in (each.strip().partition(" ") for each in whole.split(";"))}


def wrong(answer: TestResponse, path: str, *, is_https: bool) -> list[str]:
    """What is missing or too much among the headers of an answer."""
    found = [
        f"{name}: {answer.headers.getlist(name)}" for name, value in HEADERS.items() if answer.headers.getlist(name) != [value]
    ]
    is_file = answer.headers.get("Content-Disposition", "").startswith("attachment")
    if policy(answer) != (OF_A_FILE if is_file else POLICY):
        found.append(f"policy: {policy(answer)}")
    asked_for = ["max-age=31536000; includeSubDomains"] if is_https else []
    if answer.headers.getlist("Strict-Transport-Security") != asked_for:
        found.append(f"HSTS: {answer.headers.getlist('Strict-Transport-Security')}")
    if not path.startswith(KEPT):
        found += (
            [] if answer.headers.getlist("Cache-Control") == ["no-store"] else [answer.headers.get("Cache-Control", "kept")]
        )
        found += [] if "HX-Request" in answer.headers.get("Vary", "") else ["Vary"]
    cookies = answer.headers.getlist("Set-Cookie")
    found += [cookie for cookie in cookies if not ("HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie)]
    found += [cookie for cookie in cookies if is_https != ("Secure" in cookie) or is_https != cookie.startswith("__Host-")]
    found += [cookie for cookie in cookies if "Domain" in cookie]
    told = {"Server", "X-Powered-By", "Access-Control-Allow-Origin", "X-AspNet-Version"}
    return found + sorted(told & set(answer.headers.keys()))


def serve(folder: Path, settings: str = "") -> Flask:
    (folder / "settings.toml").write_text(settings, encoding="utf-8")
    app = create_app(folder, check_schema=False)
    use_cheap_profile(True)
    return app


@pytest.fixture(params=["http://127.0.0.1:8000", "https://askanden.akersbro.example"], ids=["plain", "tls"])
def site(request: pytest.FixtureRequest, walked: Path) -> Iterator[Site]:
    app = serve(walked, f'public_address = "{request.param}"\n')
    yield Site(app, request.param)
    with app.app_context():
        session.remove()
        db.engine.dispose()


def addresses(app: Flask, road: Road, place: str) -> list[tuple[str, set[str]]]:
    """Every address of the portal with its methods, about the case in ``place`` and what belongs to it."""
    with app.app_context():
        case_id = road.cases[place]
        known = {
            "case_id": case_id,
            "copy_id": session.scalar(select(Copy.public_id).limit(1)),
            "document_id": session.scalar(select(Document.public_id).limit(1)),
            "fund_id": session.scalar(select(Fund.public_id).limit(1)),
            "token": "x",
            "filename": "portal.css",
        }
        session.remove()
    found = []
    for rule in app.url_map.iter_rules():
        values = {name: known.get(name) or case_id for name in rule.arguments}
        built = rule.build(values, append_unknown=False)
        assert built is not None
        found.append((built[1], rule.methods or set()))
    return found


def test_every_address_and_method_answers_everyone_with_every_header(site: Site, road: Road) -> None:
    everywhere = addresses(site.app, road, "dispatched")
    persons = WALKED_BY if SOAK else WALKED_BY[:1] if site.address.startswith("https") else WALKED_BY[:2]
    for username in persons:
        client = site.browser(username)
        for path, allowed in everywhere:
            for method in EVERY_METHOD if SOAK else sorted(allowed | {"POST", "PUT"}):
                if (method, path) != ("POST", "/logga-ut"):
                    site.ask(client, method, path)
    assert site.asked > len(everywhere) * len(persons) * 3
    assert site.statuses >= {200, 303, 400, 404, 405}


def test_fragments_files_and_the_health_line_have_them_too(site: Site, road: Road) -> None:
    client = site.browser("registrator")
    script = {"HX-Request": "true", "HX-Request-Type": "partial"}
    for path in ("/", "/askanden?q=trygg", "/diariet", f"/askanden/{road.cases['dispatched']}", "/konto"):
        assert site.ask(client, "GET", path, headers=script).status_code == 200
    with site.app.app_context():
        documents = [str(each) for each in session.scalars(select(Document.public_id))]
        session.remove()
    seen = [site.ask(client, "GET", f"/handlingar/{each}") for each in documents]
    files = [answer for answer in seen if answer.status_code == 200]
    assert files
    assert all(answer.headers["Content-Disposition"].startswith("attachment; ") for answer in files)
    assert {answer.mimetype for answer in files} >= {"application/pdf"}
    nobody = site.browser()
    assert site.ask(nobody, "GET", "/halsa").status_code in (200, 503)
    for username, other in (("registrator", 401), ("", 401)):
        stranger = site.browser()
        assert site.ask(stranger, "POST", "/konto/losenord", headers=script).status_code == other, username


def test_the_decision_sent_to_a_unit_is_a_file_to_save(site: Site) -> None:
    client = site.browser("kommunledning")
    with site.app.app_context():
        copies = [str(each) for each in session.scalars(select(Copy.public_id))]
        session.remove()
    opened = [site.ask(client, "GET", f"/kopior/{each}/beslut.pdf") for each in copies]
    files = [answer for answer in opened if answer.status_code == 200]
    assert files
    assert all("sandbox" in policy(answer) and answer.data.startswith(b"%PDF") for answer in files)


def test_every_kind_of_error_has_them(site: Site, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = False
    client = site.browser("sakerhetschef")
    ask = site.ask
    stale = {"form_key": str(uuid4()), "version": "999", "name": "Ny", "title": "", "email": "", "phone": ""}
    person = f"/administration/personer/{town.person('ekonom').public_id}"
    assert ask(site.browser("admin"), "POST", person, data=stale).status_code == 409
    assert ask(client, "POST", "/konto/losenord", data={"old_password": "x"}).status_code == 422
    assert ask(client, "POST", "/askanden/ny", data={"unit": "x" * (3 << 20)}).status_code == 413
    assert ask(client, "POST", "/konto/losenord", headers={"Origin": "https://ond.example"}).status_code == 403
    assert ask(client, "GET", "/finns-inte").status_code == 404
    assert ask(client, "GET", "/askanden/inte-en-uuid").status_code == 404
    assert ask(client, "GET", "/static/finns-inte.js").status_code == 404
    assert ask(client, "GET", "/static/../secret_key").status_code in (303, 404)
    assert ask(client, "TRACE", "/konto").status_code == 405
    assert ask(client, "GET", "/konto/").status_code == 404
    foreign = client.open("/konto", base_url="http://ond.example")
    assert foreign.status_code == 400
    assert wrong(foreign, "/konto", is_https=site.address.startswith("https")) == []
    stranger = site.browser()
    for _turn in range(7):
        tried = ask(stranger, "POST", "/logga-in", data={"username": "ekonom", "password": "fel lösenord"})
    assert tried.status_code == 429
    monkeypatch.setattr("portal.people.queries.roles", lambda _person: 1 // 0)
    assert ask(client, "GET", "/konto").status_code == 500


def test_a_busy_database_is_answered_with_every_header(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = False
    client = site.browser("sakerhetschef")
    with site.app.app_context():
        file = db.engine.url.database
        db.engine.dispose()
    assert file
    with pytest.MonkeyPatch.context() as patch, closing(sqlite3.connect(file, isolation_level=None)) as other:
        patch.setattr("portal.db.BUSY_TIMEOUT_MS", 20)
        other.execute("BEGIN IMMEDIATE")
        answer = site.ask(client, "POST", "/konto/inloggningar/avsluta-andra")
        other.execute("ROLLBACK")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_static_files_and_the_theme_may_be_kept_and_are_no_less_guarded(site: Site) -> None:
    client = site.browser()
    for name in ("portal.css", "portal.js", "theme.js", "favicon.svg"):
        answer = site.ask(client, "GET", f"/static/{name}")
        assert answer.status_code == 200
        assert "max-age" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
        assert site.ask(client, "HEAD", f"/static/{name}").status_code == 200
        kept = {"If-None-Match": answer.headers.get("ETag", ""), "If-Modified-Since": answer.headers.get("Last-Modified", "")}
        assert site.ask(client, "GET", f"/static/{name}", headers=kept).status_code == 304
        assert site.ask(client, "POST", f"/static/{name}").status_code == 405
    assert "max-age" in site.ask(client, "GET", "/tema.css").headers["Cache-Control"]


def test_signing_out_clears_what_the_browser_kept(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = False
    client = site.browser("sakerhetschef")
    answer = site.ask(client, "POST", "/logga-ut")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert any("Max-Age=0" in cookie or "1970" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
