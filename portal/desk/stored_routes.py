"""Filer: how it stands with what is stored, for whoever keeps the register and whoever keeps the portal."""

from flask import Blueprint, Response

from portal.desk import stored_files, waiting
from portal.people.permissions import Permission
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("stored", __name__)


@blueprint.get("/filer")
@requires(Permission.KEEP_REGISTER, Permission.ADMINISTER)
def index() -> Response:
    """What waits to be made, what is in quarantine or damaged, and when every file was last read."""
    told = waiting.waiting(actor())
    return render("desk/stored.html", fragment="desk/_waiting.html", page=stored_files.standing(actor()), waiting=told)
