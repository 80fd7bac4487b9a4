"""The forms and the addresses that a person's own pages hold, found by following the links as that person."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.scale import times

# Of one endpoint a person sees this many pages; of the case page one for every place of the road.
PAGES_EACH = times(1, 3)
MORE_OF = {"desk.case": 25, "administration.person": 3}
# Pages of one kind are left when so many in a row have held neither a form nor a link of a kind not seen before.
PATIENCE = times(7, 25)
# Ends the session that looks.
LEFT_ALONE = frozenset({"people.log_out"})


class Page(NamedTuple):
    """An answer to a GET: its body when it is a page."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """A form as drawn for one person: where it leads, and every field with the value it has."""

    username: str
    endpoint: str
    method: str
    action: str
    fields: tuple[tuple[str, str], ...]  # as a browser would send them untouched, and the names of its buttons
    optional: tuple[tuple[str, str], ...]  # boxes not ticked and buttons not pressed
    texts: frozenset[str]  # the fields of running text
    files: frozenset[str]


@dataclass
class Found:
    """All that was found: forms by endpoint, addresses by endpoint, query names by endpoint, ids by parameter."""

    forms: dict[str, list[Form]] = field(default_factory=dict)
    addresses: dict[str, list[str]] = field(default_factory=dict)
    queries: dict[str, set[str]] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)

    def forms_of(self, username: str) -> list[Form]:
        """What this person can fill in."""
        return [form for forms in self.forms.values() for form in forms if form.username == username]


def explore(found: Found, username: str, get: Callable[[str], Page], app: Flask, seeds: Iterable[str] = ("/",)) -> None:
    """Follow every link from the ``seeds`` as ``username``, a few of each kind, and keep what the pages hold."""
    urls = app.url_map.bind("127.0.0.1:8000")
    waiting = list(seeds)
    seen, visits, dull, kinds = set(waiting), Counter[str](), Counter[str](), set[str]()
    for address in waiting:
        _keep_address(found, urls, address)
    while waiting:
        address = waiting.pop(0)
        known = _known(urls, address, "GET")
        if known is None or visits[known[0]] >= MORE_OF.get(known[0], PAGES_EACH) or dull[known[0]] >= PATIENCE:
            continue
        visits[known[0]] += 1
        held = _held(found), len(kinds)
        page = get(address)
        if page.status != 200 or not page.body:
            continue
        document = html.fromstring(page.body)
        _keep_forms(found, urls, username, address, document)
        for link in _links(document):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
                kinds.add(_keep_address(found, urls, link))
        dull[known[0]] = dull[known[0]] + 1 if held == (_held(found), len(kinds)) else 0


def _held(found: Found) -> int:
    return sum(len(forms) for forms in found.forms.values())


def _known(urls: MapAdapter, address: str, method: str) -> tuple[str, dict[str, object]] | None:
    try:
        endpoint, values = urls.match(urlsplit(address).path, method)
    except HTTPException:
        return None
    return endpoint, dict(values)


def _links(document: html.HtmlElement) -> list[str]:
    """Addresses of the portal's own on the page, links and images alike; what stands still is answered before the portal is."""
    asked = [*document.xpath("//a/@href"), *document.xpath("//img/@src"), *document.xpath("//@data-hx-get")]
    return [str(a).partition("#")[0] for a in asked if str(a).startswith("/") and not str(a).startswith(("//", "/static/"))]


def _keep_address(found: Found, urls: MapAdapter, address: str) -> str:
    """Keep what the address is made of; its endpoint, empty where it is none of the portal's."""
    known = _known(urls, address, "GET")
    if known is None:
        return ""
    endpoint, values = known
    found.addresses.setdefault(endpoint, []).append(address)
    found.queries.setdefault(endpoint, set()).update(name for name, _v in parse_qsl(urlsplit(address).query, True))
    for name, value in values.items():
        found.ids.setdefault(name, set()).add(str(value))
    return endpoint


def _keep_forms(found: Found, urls: MapAdapter, username: str, address: str, document: html.HtmlElement) -> None:
    for drawn in document.forms:
        method = (drawn.get("data-hx-post") and "POST") or drawn.method
        form = _form(urls, username, address, drawn, method, drawn.get("data-hx-post") or drawn.get("action") or address)
        _keep(found, form)
        for button in drawn.xpath(".//*[@formaction]"):
            _keep(found, _form(urls, username, address, drawn, method, button.get("formaction")))
    for element in document.xpath("//*[@data-hx-post][not(self::form)]"):
        around = element.xpath("ancestor::form[1]") or document.xpath(f"//form[@id='{element.get('form', '')}']")
        if around:
            _keep(found, _form(urls, username, address, around[0], "POST", element.get("data-hx-post")))


def _keep(found: Found, form: Form | None) -> None:
    if form is None or form.endpoint in LEFT_ALONE:
        return
    if form.method == "GET":
        found.queries.setdefault(form.endpoint, set()).update(name for name, _value in form.fields)
        return
    kept = found.forms.setdefault(form.endpoint, [])
    if sum(1 for other in kept if other.username == form.username) < PAGES_EACH:
        kept.append(form)


def _form(urls: MapAdapter, username: str, address: str, drawn: html.FormElement, method: str, action: str) -> Form | None:
    known = _known(urls, action, method)
    if known is None:
        return None
    fields, optional = _fields(drawn)
    texts = frozenset(str(name) for name in drawn.xpath(".//textarea[not(@readonly)]/@name"))
    files = frozenset(str(name) for name in drawn.xpath(".//input[@type='file']/@name"))
    return Form(username, known[0], method, action, tuple(fields), tuple(optional), texts, files)


def _fields(drawn: html.FormElement) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What is sent when nothing is touched, and what may be sent too."""
    fields, optional = [], []
    for element in drawn.xpath(".//input[@name] | .//select[@name] | .//textarea[@name] | .//button[@name]"):
        name, kind = element.get("name"), element.get("type", "text")
        if element.tag == "button" or (kind in ("checkbox", "radio") and "checked" not in element.attrib):
            optional.append((name, element.get("value", "")))
        elif element.tag == "textarea":
            fields.append((name, (element.text or "").removeprefix("\n")))
        elif element.tag == "select":
            fields.append((name, str(element.value or "")))
            optional.extend((name, str(value)) for value in element.value_options)
        elif kind not in ("file", "submit"):
            fields.append((name, element.get("value", "on" if kind in ("checkbox", "radio") else "")))
    return fields, optional
