"""Utskick: what waits to be sent and why, for whoever keeps the portal, finance and the registrar."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, request, url_for

from portal.dispatch import returning, standing
from portal.people.forms import new_key
from portal.people.permissions import Permission
from portal.settings import current_settings
from portal.text import _
from portal.web.forms import Fields, only, perform
from portal.web.gate import actor, demo, requires
from portal.web.pages import render

blueprint = Blueprint("deliveries", __name__, url_prefix="/utskick")

MINDS = requires(*standing.DOOR)
LONGEST = 400_000  # characters of a pasted mail


def _page(problems: Mapping[str, str], status: int) -> Response:
    told = standing.standing(actor(), request.args.get("efter"))
    return render(
        "dispatch/standing.html",
        fragment="dispatch/_standing.html",
        status=status,
        told=told,
        server=current_settings().mail,
        demo=demo(),
        may_send=any(actor().may(each) for each in (Permission.RECORD_BUDGET, Permission.KEEP_REGISTER)),
        problems=problems,
        values=request.form,
        new_key=new_key,
        next_href=url_for(".index", efter=told.following) if told.following else None,
    )


@blueprint.get("")
@MINDS
def index() -> Response:
    """What waits, why, and when it is tried next; what did not come through; what came back."""
    return _page({}, 200)


@blueprint.post("/forsok-igen")
@MINDS
def hurry() -> Response:
    """Try now everything that waits for another try."""

    def run() -> str:
        only()
        count = standing.hurry(by=actor())
        flash(_("%(count)s försöks nu.", count=count) if count else _("Inget väntade på ett nytt försök."), "go")
        return url_for(".index")

    return perform(run, _page)


@blueprint.post("/studsar")
@MINDS
def note_bounce() -> Response:
    """Note a mail that came back, as it is pasted in."""

    def run() -> str:
        only("text")
        fields = Fields()
        text = fields.text("text", limit=LONGEST, multiline=True, required=_("Klistra in brevet som kom tillbaka."))
        fields.done()
        taken = returning.note_pasted(text=text, by=actor())
        flash(_said(taken), "go")
        return url_for(".index")

    return perform(run, _page)


def _said(taken: returning.Taken) -> str:
    if taken.known:
        return _("Den studsen är redan inläst.")
    if taken.copy is None:
        return _("Studsen är antecknad, men gäller ingen kopia som portalen känner till.")
    return _("Studsen är antecknad vid kopian.")
