"""Signing in and out, one-time links and one's own account."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from flask import session as cookie
from flask_login import login_user

from portal import clock, watch
from portal.errors import Invalid, Refused, Unknown
from portal.people import away, forms, queries, rules, sign_in, standing_in
from portal.people.browsers import browser_name
from portal.people.forms import password as typed
from portal.text import _
from portal.web import gate, kept
from portal.web.forms import only, perform
from portal.web.gate import public, requires
from portal.web.pages import render, wants_fragment

blueprint = Blueprint("people", __name__)

_KEEP = "csrf_token"


def _problems(error: Invalid) -> list[tuple[str, str]]:
    return list(error.problems.items())


def _enter(token: str, *, keep_forms: bool = False) -> None:
    """Begin a new cookie with a new token. ``keep_forms`` lets forms already shown to this person still be sent."""
    kept = cookie.get(_KEEP) if keep_forms else None
    cookie.clear()
    if kept:
        cookie[_KEEP] = kept
    seen = queries.signed_in(sign_in.token_hash(token))
    if seen is None:  # the person was disabled, or the clock set, since the session was opened a moment ago
        raise Refused(_("Din inloggning har upphört. Logga in igen."))
    login_user(gate.Visitor(token, seen))


@blueprint.route("/logga-in", methods=["GET", "POST"])
@public
def log_in() -> Response:
    """The sign-in page, and the same form in a dialog where a session ended under an open page."""
    target = gate.own_path(request.values.get("next"))
    if request.method == "GET":
        if gate.visitor():
            return make_response(redirect(target, 303))
        return render("people/sign_in.html", errors=[], username="", next=target)
    username = request.form.get("username", "")
    try:
        only("username", "next", kept.NAME, kept.ADDRESS)
        earlier = cookie.get("_user_id")
        token = sign_in.sign_in(
            username=username,
            password=typed("password"),
            address=gate.address(),
            client=request.user_agent.string,
        )
    except Invalid as error:
        return _not_in(error, username, target)
    if wants_fragment(request):
        return _in_again(token, earlier)
    _enter(token)
    if fields := kept.read(request.form.get(kept.NAME, "")):
        return render("people/kept.html", fields=fields, address=gate.own_path(request.form.get(kept.ADDRESS)))
    return make_response(redirect(target, 303))


def _not_in(error: Invalid, username: str, target: str) -> Response:
    throttled = isinstance(error, sign_in.Throttled)
    status = 429 if throttled else 422
    if wants_fragment(request):
        answer = render("people/sign_in_dialog.html", status=status, problem=str(error), username=username)
    else:
        answer = render(
            "people/sign_in.html",
            status=status,
            errors=_problems(error),
            username=username,
            next=target,
            kept=request.form.get(kept.NAME, ""),
            kept_to=request.form.get(kept.ADDRESS, ""),
        )
    if isinstance(error, sign_in.Throttled):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _in_again(token: str, earlier: str | None) -> Response:
    """Signed in over an open page: the same person goes on where the page stands, another begins at the start."""
    seen = queries.signed_in(sign_in.token_hash(token))
    same = seen is not None and earlier is not None and sign_in.owner(earlier) == seen.person_id
    _enter(token, keep_forms=same)
    if not same:
        answer = make_response("", 200)
        answer.headers["HX-Redirect"] = "/"
        return answer
    return render("people/signed_in_again.html")


@blueprint.post("/logga-ut")
@public
def log_out() -> Response:
    """End the session, on the server too."""
    here = gate.visitor()
    if here:
        sign_in.sign_out(here.token)
    cookie.clear()
    answer = make_response(redirect(url_for("people.log_in"), 303))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.route("/lank/<string(maxlength=100):token>", methods=["GET", "POST"])
@public
def link(token: str) -> Response:
    """Choose a password with a one-time link; the answer to one that does not work is always the same."""
    try:
        person = sign_in.person_of_link(token)
    except Unknown:
        watch.note("link_refused", address=gate.address())
        return render("people/link_spent.html", status=404)
    username, name = person.username, person.name
    if request.method == "GET":
        return render("people/link.html", errors=[], username=username, person=name)
    try:
        only("new_password", "again")
        entered = sign_in.use_link(
            token=token,
            password=typed("new_password"),
            again=typed("again"),
            client=request.user_agent.string,
        )
    except Invalid as error:
        return render("people/link.html", status=422, errors=_problems(error), username=username, person=name)
    except Unknown:
        return render("people/link_spent.html", status=404)
    _enter(entered)
    flash(_("Lösenordet är sparat och du är inloggad."), "go")
    return make_response(redirect("/", 303))


def _account(problems: Mapping[str, str], status: int) -> Response:
    here = gate.visitor()
    assert here is not None
    by = gate.actor()
    return render(
        "people/account.html",
        status=status,
        problems=problems,
        person=queries.person(by.public_id),
        roles=queries.roles(by.person_id),
        role_names=rules.ROLE_NAMES,
        substitutions=queries.substitutions(by.person_id),
        absences=away.absences(by.person_id),
        others=[each for each in queries.active_persons() if each.id != by.person_id],
        values=request.form,
        today=clock.today(),
        new_key=forms.new_key,
        sessions=queries.living_sessions(by.person_id),
        browser_name=browser_name,
        this_session=here.seen.session_public_id,
    )


@blueprint.get("/konto")
@requires()
def account() -> Response:
    """What the portal holds about the person, and the sessions that are open."""
    return _account({}, 200)


@blueprint.post("/konto/franvaro")
@requires()
def note_absence() -> Response:
    """Note one's own absence: notices go to whoever stands in too. It gives nobody any right."""

    def run() -> str:
        form = forms.absence()
        standing_in.note_absence(
            valid_from=form.valid_from, valid_to=form.valid_to, stands_in_id=form.stands_in_id, by=gate.actor()
        )
        flash(_("Frånvaron är sparad. Den ger ingen rätt att besluta i ditt ställe."), "go")
        return url_for("people.account")

    return perform(run, _account)


@blueprint.post("/konto/franvaro/<uuid:absence_id>/avsluta")
@requires()
def end_absence(absence_id: UUID) -> Response:
    """One is back: the absence counts no more."""

    def run() -> str:
        only()
        standing_in.end_absence(absence_id=absence_id, by=gate.actor())
        flash(_("Frånvaron är avslutad."), "go")
        return url_for("people.account")

    return perform(run, _account)


@blueprint.post("/konto/losenord")
@requires()
def change_password() -> Response:
    """Change the password; other sessions end and this one goes on under a new cookie."""
    here = gate.visitor()
    assert here is not None
    try:
        only("old_password", "new_password", "again")
        token = sign_in.change_password(
            by=gate.actor(),
            seen=here.seen,
            old=typed("old_password"),
            new=typed("new_password"),
            again=typed("again"),
            address=gate.address(),
        )
    except Invalid as error:
        return _account(error.problems, 422)
    _enter(token, keep_forms=True)
    flash(_("Lösenordet är bytt. Andra inloggningar har avslutats."), "go")
    return make_response(redirect(url_for("people.account"), 303))


@blueprint.post("/konto/inloggningar/<uuid:session_id>/avsluta")
@requires()
def end_session(session_id: UUID) -> Response:
    """End one of one's own sessions."""
    only()
    sign_in.end_session(public_id=session_id, by=gate.actor())
    flash(_("Inloggningen är avslutad."), "go")
    return make_response(redirect(url_for("people.account"), 303))


@blueprint.post("/konto/inloggningar/avsluta-andra")
@requires()
def end_other_sessions() -> Response:
    """End every session of one's own but this."""
    only()
    here = gate.visitor()
    assert here is not None
    sign_in.end_other_sessions(by=gate.actor(), seen=here.seen)
    flash(_("Dina andra inloggningar är avslutade."), "go")
    return make_response(redirect(url_for("people.account"), 303))
