"""Pages that always stand: help, accessibility, personal data, and the line that tells whether all is well."""

from datetime import timedelta
from pathlib import Path
from struct import unpack
from typing import Any

from flask import Blueprint, Response, current_app, make_response

from portal import clock
from portal.documents import enclosing, scrubbing, seals
from portal.errors import Unknown
from portal.log import queries as log
from portal.outbox import queries as outbox
from portal.settings import current_settings
from portal.text import _
from portal.web import gate, theme
from portal.web.gate import public
from portal.web.helping import GUIDES, PICTURES, own_guides
from portal.web.pages import render

blueprint = Blueprint("standing", __name__)

WORKER_SILENT = timedelta(minutes=2)
QUEUE_LATE = timedelta(minutes=15)


def _page(name: str, **more: Any) -> Response:
    if gate.visitor():
        gate.actor()  # the page stands in the person's own frame
    return render(f"pages/{name}.html", settings=current_settings(), **more)


@blueprint.get("/hjalp")
@public
def help_page() -> Response:
    """How the portal is used."""
    return _page("hjalp", guides=GUIDES, own=own_guides(gate.actor() if gate.visitor() else None))


@blueprint.get("/hjalp/<string(maxlength=20):role>")
@public
def role_help(role: str) -> Response:
    """What one does in a role, in steps."""
    if role not in GUIDES:
        raise Unknown
    return _page("roll", role=role, guide=GUIDES[role], size=_size(role) if GUIDES[role].picture else None)


def _size(name: str) -> tuple[int, int]:
    """Width and height of a guide's picture, pixels, so that the page does not move when it arrives (PNG, 11.2.1)."""
    with Path(str(current_app.static_folder), PICTURES, f"{name}.png").open("rb") as picture:
        width, height = unpack(">II", picture.read(24)[16:])
    return width, height


@blueprint.get("/tillganglighet")
@public
def accessibility() -> Response:
    """The accessibility statement (lag 2018:1937 om tillgänglighet till digital offentlig service)."""
    return _page("tillganglighet")


@blueprint.get("/personuppgifter")
@public
def personal_data() -> Response:
    """How personal data are treated."""
    return _page("personuppgifter")


def health() -> str | None:
    """What is wrong with database, worker, files, seals or log, in one sentence, or None. A database that is gone raises."""
    now = clock.now()
    state = outbox.health()
    if state.beat_at is None or now - state.beat_at > WORKER_SILENT:
        return _("Bakgrundsarbetaren svarar inte.")
    if state.overdue_since is not None and now - state.overdue_since > QUEUE_LATE:
        return _("Utkorgen hinns inte med.")
    if damaged := scrubbing.damage():
        return damaged
    if late := seals.alarm():
        return late
    checked = log.last_verified()
    if checked is not None and not checked.ok:
        return _("Loggen är bruten.")
    return None


@blueprint.get("/tema.css")
@public
def theme_sheet() -> Response:
    """The accent in the municipality's colour; empty where none is set."""
    colour = current_settings().theme_colour
    answer = make_response(theme.style_sheet(colour) if colour else "")
    answer.content_type = "text/css; charset=utf-8"
    return answer


@blueprint.get("/schema/beslut-v1.json")
@public
def decision_schema() -> Response:
    """The form of a decision's data, for whoever reads them with a program."""
    answer = make_response(enclosing.schema("beslut-v1"))
    answer.content_type = "application/schema+json"
    return answer


@blueprint.get("/halsa")
@public
def health_line() -> Response:
    """200 and a line when database, worker, stored files and log are well; 503 and the reason when they are not."""
    problem = health()
    answer = make_response((problem or _("Databas, bakgrundsarbetare och logg mår bra.")) + "\n", 503 if problem else 200)
    answer.content_type = "text/plain; charset=utf-8"
    return answer
