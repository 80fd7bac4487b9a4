"""Deny by default: every endpoint says who may come in, and nobody else does.

Here it is decided whether a person's roles open the door at all; what the person may do behind it is said by the
rules of the package that owns the action.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request
from flask_login import LoginManager, current_user
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadRequest, LengthRequired, SecurityError

from portal import clock, watch
from portal.db import session
from portal.errors import Refused
from portal.people import queries, rules, sign_in
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.settings import LOOPBACK
from portal.text import _
from portal.web import kept

View = TypeVar("View", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ATTRIBUTE = "portal_gate"
UNATTENDED = "Portal-Unattended"  # on what a page asks for by itself, which does not show that anyone is there


@dataclass(frozen=True, slots=True)
class Gate:
    """Who may reach an endpoint: anyone, or a signed-in person with one of the permissions (none named: any person)."""

    is_public: bool = False
    permissions: frozenset[Permission] = frozenset()

    def opens(self, actor: Actor) -> bool:
        """Whether the actor's roles open this endpoint."""
        return not self.permissions or any(actor.may(permission) for permission in self.permissions)


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Only for a signed-in person with one of ``permissions``; none named means any signed-in person."""

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, Gate(permissions=frozenset(permissions)))
        return view

    return mark


def public(view: View) -> View:
    """For everyone, signed in or not."""
    setattr(view, _ATTRIBUTE, Gate(is_public=True))
    return view


def gate_of(view: Callable[..., Any]) -> Gate | None:
    """What the endpoint declares; None when it declares nothing and so is closed to all."""
    return getattr(inspect.unwrap(view), _ATTRIBUTE, None) or getattr(view, _ATTRIBUTE, None)


class Visitor:
    """What flask-login keeps of a signed-in person: the cookie's token and the session row behind it."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str, seen: queries.SignedIn) -> None:
        self.token = token
        self.seen = seen

    def get_id(self) -> str:
        """The random token; the table keeps only its SHA-256."""
        return self.token


def _load(token: str) -> Visitor | None:
    seen = queries.signed_in(sign_in.token_hash(token))
    return Visitor(token, seen) if seen else None


def visitor() -> Visitor | None:
    """The living session of this request, or None."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def actor() -> Actor:
    """The person who acts, with the roles in force now.

    Inside a transaction the session, the account and the roles are read anew, so that a role taken away while the
    form was open does not act. Raises Refused when nobody is signed in any more.
    """
    if session.info.get("writing"):
        return _read_actor(anew=True).actor
    if "acting" not in g:
        g.acting = _read_actor(anew=False)
    acting: queries.Acting = g.acting
    return acting.actor


def _read_actor(*, anew: bool) -> queries.Acting:
    here = visitor()
    seen = here.seen if here else None
    if here and anew:
        queries.hold_right_to_act(here.seen.person_id)
        seen = queries.signed_in(sign_in.token_hash(here.token))
    if seen is None:
        raise Refused(_("Din inloggning har upphört. Logga in igen."))
    return seen.acting


def confirm(password: str) -> None:
    """Give the password again, outside any transaction. An empty one passes within five minutes of the last.

    Raises Invalid when it is wrong or wanted.
    """
    here = visitor()
    if here is None:
        raise Refused(_("Din inloggning har upphört. Logga in igen."))
    if not password and rules.refusal_without_password(actor(), clock.now()) is None:
        return
    sign_in.confirm(seen=here.seen, password=password, address=address())
    g.pop("acting", None)
    renewed = queries.signed_in(sign_in.token_hash(here.token))
    if renewed is not None:
        here.seen = renewed


def address() -> str:
    """The address the request came from, as the throttle counts it."""
    return request.remote_addr or ""


def tell(event: str, status: int) -> None:
    """A security line about this request: who asked for what, in the program's own words for it.

    Never the address as it was typed, which may hold a one-time link; of what stands in it only identifiers.
    """
    ids = {name: str(value) for name, value in (request.view_args or {}).items() if isinstance(value, UUID)}
    person = str(g.acting.actor.public_id) if "acting" in g else None
    path = request.url_rule.rule if request.url_rule else None
    watch.note(event, status=status, method=request.method, path=path, person=person, address=address(), **ids)


def own_path(path: str | None) -> str:
    """``path`` when it leads into the portal, else the start page: no redirect leaves the portal."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return "/"
    if any(ord(character) < 0x21 or ord(character) == 0x7F for character in path):
        return "/"
    return path


def _is_script() -> bool:
    """A request whose answer is put into a page that stays: the form on it must not be lost."""
    headers = request.headers
    if headers.get("HX-Request") != "true" or headers.get("HX-History-Restore-Request") == "true":
        return False
    return request.method not in SAFE or headers.get("HX-Request-Type") != "full"


def _sign_in_first() -> Response:
    if _is_script():
        answer = make_response(render_template("people/sign_in_dialog.html", problem="", username=""), 401)
        answer.headers["HX-Retarget"] = "#notiser"
        answer.headers["HX-Reswap"] = "innerHTML"
        return answer
    if request.method == "POST" and (carried := kept.of_request()):
        page = render_template(
            "people/sign_in.html",
            errors=[],
            username="",
            next="",
            kept=carried,
            kept_to=own_path(request.full_path.rstrip("?")),
        )
        return make_response(page, 401)
    target = request.full_path.rstrip("?") if request.method in SAFE else request.path
    there = f"/logga-in?next={quote(target, safe='/')}" if target != "/" else "/logga-in"
    return make_response(redirect(there, 303))


def _refuse_foreign_page() -> None:
    """A state change asked for by another site. A missing Origin passes: the CSRF token is tried after this."""
    if request.method in SAFE:
        return
    origin = request.headers.get("Origin")
    # An origin is scheme://host[:port] and nothing else (RFC 6454, 6.2), so what follows the scheme is the host as asked.
    foreign = origin is not None and origin != "null" and origin.partition("://")[2] != request.host
    if foreign or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Refused(_("Formuläret skickades från en annan webbplats. Inget har ändrats."))


def _refuse_demo_abroad() -> None:
    if not demo():
        return
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if host not in LOOPBACK or (request.remote_addr or "") not in ("127.0.0.1", "::1"):
        raise Refused(_("Demonstrationen svarar bara på den dator där den körs."))


def demo() -> bool:
    """Whether this is a demo. Asked of the database once; the answer of a database can never change."""
    kept = current_app.extensions.get("is_demo")
    if kept is None:
        kept = current_app.extensions["is_demo"] = queries.is_demo()
    return bool(kept)


def _refuse_unreadable_address() -> None:
    """A query that is not UTF-8 even before it is percent-decoded: no browser sends one, and no view could read it."""
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        raise BadRequest from None


def _refuse_unmeasured_body() -> None:
    """A body that does not tell its length, which no browser sends, or more text than a form may hold.

    Werkzeug holds only multipart to the limit on text, and cuts a chunked body off at the limit on the whole.
    """
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        raise LengthRequired
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = request.max_form_memory_size


def _refuse_unreadable_form() -> None:
    """A field without a name, which multipart allows: nothing that reads a form expects one. And a body of which nothing
    could be read, which werkzeug takes for an empty form."""
    if request.method in SAFE:
        return
    nothing_read = request.mimetype == "multipart/form-data" and not request.form and not request.files
    if None in request.form or None in request.files or (nothing_read and request.content_length):
        raise BadRequest


def _check() -> Response | None:
    """Run before every view."""
    if request.endpoint is None:
        return None  # no such address: 404 or 405, whoever asks
    _refuse_unreadable_address()
    _refuse_unmeasured_body()
    turned_away = _turn_away(request.endpoint)
    if turned_away is None:
        _refuse_unreadable_form()
    return turned_away


def _turn_away(endpoint: str) -> Response | None:
    """The way to sign in for whoever must do that first, None for whoever may pass. Raises Refused for all others."""
    _refuse_foreign_page()
    if endpoint == "static":
        return None
    _refuse_demo_abroad()
    gate = gate_of(current_app.view_functions[endpoint])
    if gate is not None and gate.is_public:
        return None
    here = visitor()
    if here is None:
        return _sign_in_first()
    if gate is None:
        raise Refused(_("Sidan är inte öppen för någon."))
    try:
        if UNATTENDED not in request.headers:
            sign_in.touch(here.seen)
    except OperationalError:
        session.rollback()  # the database is busy: reading goes on, the session is noted next time
    if not gate.opens(actor()):
        raise Refused(_("Ingen av dina roller ger rätt till sidan."))
    return None


def _other_host(_error: SecurityError) -> Response:
    """Asked for under a name that is not the portal's: no page, since no address can be made for that name."""
    tell("host_refused", 400)
    answer = make_response(_("Adressen hör inte till portalen.") + "\n", 400)
    answer.content_type = "text/plain; charset=utf-8"
    return answer


def register(app: Flask) -> None:
    """Put the gate before every view of ``app``. Called before the CSRF check is added, so that it comes first."""
    manager = LoginManager(app, add_context_processor=False)  # a page that fails asks nothing of the database
    manager.session_protection = None  # the token is the session; an address that changes is no thief
    manager.user_loader(_load)
    app.register_error_handler(SecurityError, _other_host)
    app.before_request(_check)
