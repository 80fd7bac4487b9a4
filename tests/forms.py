"""Forms as a browser would send them: every field as the page shows it, with what the person typed on top."""

import re
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse


class _Form(HTMLParser):
    def __init__(self, action: str | None) -> None:
        super().__init__()
        self.action, self.inside, self.done = action, False, False
        self.fields: MultiDict[str, str] = MultiDict()
        self.text: str | None = None
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            posts = (given.get("method") or "").lower() == "post"
            mine = given.get("action") == self.action if self.action else "logga-ut" not in str(given)
            self.inside = posts and mine and not self.done
        name = given.get("name")
        if not self.inside or not name:
            if self.inside and tag == "option" and self.select and "selected" in given:
                self.fields[self.select] = given.get("value") or ""
            return
        kind = given.get("type", "text")
        if tag == "input" and (kind not in ("checkbox", "radio") or "checked" in given):
            self.fields.add(name, given.get("value") or "")
        elif tag == "textarea":
            self.text = name
            self.fields[name] = ""
        elif tag == "select":
            self.select = name

    def handle_data(self, data: str) -> None:
        if self.text:
            self.fields[self.text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.done = self.done or self.inside
            self.inside = False
        elif tag == "textarea":
            self.text = None
        elif tag == "select":
            self.select = None


def fields(page: str, action: str | None = None) -> MultiDict[str, str]:
    """The fields of the page's form with that action; without one, of its first form beside the frame's."""
    form = _Form(action)
    form.feed(page)
    return form.fields


def fill(client: FlaskClient, address: str, *, to: str | None = None, **typed: str | list[str]) -> TestResponse:
    """Open ``address``, fill its form and send it (to ``to`` when the form has an action of its own)."""
    page = client.get(address)
    assert page.status_code == 200, page.get_data(as_text=True)
    sent = fields(page.get_data(as_text=True), to)
    for name, value in typed.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return client.post(to or address, data=sent)


def value_of(page: str, name: str) -> str:
    """What the field ``name`` holds, in whichever form of the page it stands first."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found, name
    return found[1]
