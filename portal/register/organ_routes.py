"""The administrator's page of organs."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from portal import clock
from portal.people.forms import last_day, new_key
from portal.people.permissions import Permission
from portal.register import allowed
from portal.register import organs as organ_book
from portal.text import _
from portal.web.forms import Fields, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("organs", __name__, url_prefix="/administration/organ")


def _page(problems: Mapping[str, str], status: int) -> Response:
    return render(
        "register/organs.html",
        status=status,
        problems=problems,
        values=request.form,
        sent=request.path if problems else "",
        new_key=new_key,
        organs=organ_book.organs(ended=True),
        today=clock.today(),
    )


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def index() -> Response:
    """The organs, and a form for a new one."""
    if request.method == "GET":
        return _page({}, 200)

    def run() -> str:
        only("name", "in_text")
        fields = Fields()
        name = fields.text("name", limit=120, required=_("Skriv organets namn."))
        in_text = fields.text("in_text", limit=120)
        fields.done()
        organ = organ_book.add_organ(name=name, in_text=in_text, by=actor())
        flash(_("%(name)s är tillagt.", name=organ.name), "go")
        return url_for(".index")

    return perform(run, _page)


@blueprint.post("/<uuid:organ_id>/avsluta")
@requires(Permission.ADMINISTER)
def end(organ_id: UUID) -> Response:
    """Let an organ be chosen no more after a day."""

    def run() -> str:
        organ = organ_book.end_organ(organ_id=organ_id, last_day=last_day(), by=actor())
        flash(_("%(name)s kan inte väljas efter sista dagen.", name=organ.name), "go")
        return url_for(".index")

    return perform(run, _page)


@blueprint.post("/<uuid:organ_id>/tider")
@requires(Permission.ADMINISTER)
def set_deadlines(organ_id: UUID) -> Response:
    """The working days that the organ allows."""

    def run() -> str:
        only(*allowed.DAYS)
        fields = Fields()
        days = {name: fields.days(name, allowed.MOST) for name in allowed.DAYS}
        fields.done()
        organ = organ_book.set_deadlines(organ_id=organ_id, days=days, by=actor())
        flash(_("Tiderna för %(name)s är sparade.", name=organ.name), "go")
        return url_for(".index")

    return perform(run, _page)
