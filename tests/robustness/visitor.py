"""A person who never gives up: fills in a page's form, sends it, and sends the same form again until it is answered."""

import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from threading import Event
from urllib.parse import urlencode, urlsplit

from lxml import html

from tests.conftest import PASSWORD
from tests.robustness.served import HOST, PATIENCE_SECONDS

Pairs = list[tuple[str, str]]
AGAIN_SECONDS = 0.05


class Gone(Exception):
    """No answer came: whether anything was done is not known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    location: str
    retry_after: int
    body: bytes

    def text(self) -> str:
        """The words of the page."""
        return " ".join(str(html.fromstring(self.body).text_content()).split()) if self.body else ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form ready to be sent."""

    to: str
    pairs: Pairs


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A form whose answer, 303, reached the person."""

    username: str
    path: str
    form_key: str
    location: str


@dataclass
class Visitor:
    """A signed-in person. ``journal`` is what was acknowledged to this person, ``resent`` how many forms went again,
    ``refusals`` every answer that said to come back later."""

    port: int
    username: str
    journal: list[Acknowledged] = field(default_factory=list)
    resent: int = 0
    refusals: list[Answer] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)
    stopped: Event = field(default_factory=Event)

    def ask(self, method: str, path: str, pairs: Pairs | None = None, *, busy: bool = True) -> Answer:
        """One request on a connection of its own. Raises Gone, also for 503 unless ``busy`` is False."""
        connection = HTTPConnection(HOST, self.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if pairs is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(pairs)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            raise Gone from error
        finally:
            connection.close()
        said = answer.headers
        got = Answer(answer.status, said.get("Location", ""), int(said.get("Retry-After", 0)), content)
        if busy and answer.status == 503:
            self.refusals.append(got)
            raise Gone
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.update({name: each.value for name, each in SimpleCookie(line).items()})
        return got

    def insist(self, method: str, path: str, pairs: Pairs | None = None) -> Answer:
        """The same request until it is answered. Raises AssertionError when nothing ever answers."""
        deadline = time.monotonic() + 2 * PATIENCE_SECONDS
        while time.monotonic() < deadline and not self.stopped.is_set():
            try:
                answer = self.ask(method, path, pairs)
            except Gone:
                self.resent += method == "POST"
                time.sleep(AGAIN_SECONDS)
                continue
            if "För många försök" not in answer.body.decode(errors="replace"):
                return answer
            time.sleep(1)
        raise AssertionError(f"{method} {path} was never answered")

    def page(self, path: str) -> html.HtmlElement:
        """The page, which is there."""
        answer = self.insist("GET", path)
        assert answer.status == 200, (path, answer.status, answer.location, answer.text())
        return html.fromstring(answer.body)

    def sign_in(self) -> None:
        """With the form."""
        form = self.page("/logga-in").forms[0]
        pairs = [*form.form_values(), ("username", self.username), ("password", PASSWORD)]
        given = [(name, value) for name, value in pairs if value or name not in ("username", "password")]
        answer = self.insist("POST", "/logga-in", given)
        assert answer.status == 303, (answer.status, answer.text())

    def do(self, path: str, **filled: str) -> None:
        """Fill in the form of the page and send it, the same form each time, until it is acknowledged.

        ``filled`` names fields, or beginnings of names, that are filled in where they stand empty, and questions by their
        whole name, that are answered where nothing is chosen.
        """
        form = self.form(path, **filled)
        answer = self.insist("POST", form.to, form.pairs)
        assert (answer.status, answer.location.startswith("/logga-in")) == (303, False), (form, answer.status, answer.text())
        self.journal.append(Acknowledged(self.username, form.to, dict(form.pairs)["form_key"], answer.location))

    def form(self, path: str, **filled: str) -> Form:
        """The form with an effect on the page, filled in as ``do`` says."""
        page = self.page(path)
        form = next((each for each in page.forms if "form_key" in each.fields), None)
        assert form is not None, (path, " ".join(page.find(".//main").text_content().split()))
        # lxml leaves out what stands empty without a value; a browser sends it.
        empty = [(str(each.name), "") for each in form.inputs if each.name and _is_empty(each)]
        shown = [(name, str(value)) for name, value in form.form_values()]
        pairs = [(name, value or _typed(name, filled)) for name, value in [*shown, *empty]]
        asked = {str(each.name) for each in form.inputs if each.get("type") == "radio"} - {name for name, _value in shown}
        pairs += [(name, filled[name]) for name in sorted(asked & filled.keys())]
        return Form(urlsplit(form.action or path).path, pairs)


def _is_empty(field: html.HtmlElement) -> bool:
    kinds = ("checkbox", "radio", "submit", "button", "file")
    return field.tag == "input" and field.get("value") is None and field.get("type", "text") not in kinds


def _typed(name: str, filled: dict[str, str]) -> str:
    if name == "password":
        return PASSWORD
    return next((value for beginning, value in filled.items() if name.startswith(beginning)), "")
