"""Who has read what is secret (*läst sekretess*), and the marks whose day to be looked at again has come."""

from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import clock
from portal.desk import secret_reads
from portal.paging import day_of
from portal.people.permissions import Permission
from portal.register import paging, secrecy
from portal.sheets import Cell
from portal.text import _
from portal.web.files import Table, addresses, hand_out
from portal.web.filters import day
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("secrecy", __name__)

READS = requires(Permission.READ_LOG, Permission.KEEP_REGISTER)
_IN_ADDRESS = {"person": "person", "number": "arende", "first": "fran", "last": "till", "after": "efter"}
_MOST_SHOWN = 200


def _chosen() -> secret_reads.Filters:
    return secret_reads.Filters(**{name: request.args.get(shown, "")[:200].strip() for name, shown in _IN_ADDRESS.items()})


def _in_address(chosen: secret_reads.Filters) -> dict[str, Any]:
    return {_IN_ADDRESS[name]: value for name, value in asdict(chosen).items() if value}


def _address(chosen: secret_reads.Filters) -> str:
    return url_for("secrecy.index", **_in_address(chosen))


@blueprint.get("/diariet/last-sekretess")
@READS
def index() -> Response:
    """Every reading of what a mark hides: who, when, what."""
    chosen, people = _chosen(), secret_reads.readers()
    wrong = paging.unreadable_days(chosen)
    said = {
        "person": dict(people).get(chosen.person, chosen.person),
        "number": chosen.number,
        "first": _("från %(day)s", day=day(day_of(chosen.first)) or chosen.first),
        "last": _("till %(day)s", day=day(day_of(chosen.last)) or chosen.last),
    }
    found = secret_reads.listed(actor(), chosen)
    return render(
        "desk/secret_reads.html",
        found=found,
        chosen=chosen,
        people=[("", _("Alla")), *people],
        tags=[(said[name], _address(replace(chosen, **{name: "", "after": ""}))) for name in said if getattr(chosen, name)],
        problems=dict.fromkeys(wrong, _("Datumet kan inte läsas. Skriv det som 2026-11-22.")),
        count=paging.count_words(found.count, _("läsning"), _("läsningar")),
        next_href=_address(replace(chosen, after=found.following)) if found.following else None,
        files=addresses("secrecy", _in_address(replace(chosen, after=""))),
    )


def _table() -> Table:
    rows = secret_reads.everything(actor(), _chosen())
    headings = (_("Läst"), _("Vem"), _("Ärende"), _("Vad"), _("Handling"))
    return headings, [_cells(row) for row in rows]


def _cells(row: secret_reads.Read) -> list[Cell]:
    return [row.at, row.who, row.case.diary_number if row.case else None, row.what, row.document or None]


hand_out(blueprint, "/diariet/last-sekretess", READS, _table)


@blueprint.get("/diariet/omprova-sekretess")
@requires(Permission.KEEP_REGISTER)
def review() -> Response:
    """The marks whose day has come, the longest overdue first, each to prolong or lift."""
    today = clock.today()
    marks = secrecy.to_review(actor(), today, most=_MOST_SHOWN)
    return render("desk/marks_to_review.html", marks=marks, count=secrecy.count_to_review(actor(), today))
