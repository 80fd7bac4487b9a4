"""The directory of recipients: the list, a form for a new one, and the last day of one."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from portal import clock
from portal.people import directory, forms, queries
from portal.people.permissions import Permission
from portal.text import _
from portal.web.forms import perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("recipients", __name__, url_prefix="/administration/mottagare")


def _page(problems: Mapping[str, str], status: int) -> Response:
    rows, following = directory.page(request.args.get("efter"))
    return render(
        "people/recipients.html",
        status=status,
        problems=problems,
        values=request.form,
        sent=request.path if problems else "",
        new_key=forms.new_key,
        rows=rows,
        kinds=directory.KINDS,
        units=queries.units(),
        today=clock.today(),
        next_href=url_for(".index", efter=following) if following else None,
    )


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def index() -> Response:
    """The recipients by name, and a form for a new one."""
    if request.method == "GET":
        return _page({}, 200)

    def run() -> str:
        row = directory.add_recipient(forms.recipient(), by=actor())
        flash(_("%(name)s står i förteckningen.", name=row.name), "go")
        return url_for(".index")

    return perform(run, _page)


@blueprint.post("/<uuid:recipient_id>/avsluta")
@requires(Permission.ADMINISTER)
def end(recipient_id: UUID) -> Response:
    """Let a recipient be chosen no more after a day; what has been sent stands."""

    def run() -> str:
        row = directory.end_recipient(
            recipient_id=recipient_id, last_day=forms.last_day(), by=actor(), seen_version=seen_version()
        )
        flash(_("%(name)s kan inte väljas efter sista dagen.", name=row.name), "go")
        return url_for(".index")

    return perform(run, _page)
