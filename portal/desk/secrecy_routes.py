"""Who has read what is secret (*läst sekretess*), and the marks whose day to be looked at again has come."""

from flask import Blueprint, Response

from portal import clock
from portal.desk import secret_reads
from portal.people.permissions import Permission
from portal.register import paging, secrecy
from portal.sheets import Cell
from portal.text import _
from portal.web.files import Table, addresses, hand_out
from portal.web.filtering import Narrowing, day_problems, days_in_words
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("secrecy", __name__)

READS = requires(Permission.READ_LOG, Permission.KEEP_REGISTER)
NARROWING = Narrowing(
    secret_reads.Filters,
    "secrecy.index",
    {"person": "person", "number": "arende", "first": "fran", "last": "till", "after": "efter"},
)
_MOST_SHOWN = 200


@blueprint.get("/diariet/last-sekretess")
@READS
def index() -> Response:
    """Every reading of what a mark hides: who, when, what."""
    chosen, people = NARROWING.chosen(), secret_reads.readers()
    found = secret_reads.listed(actor(), chosen)
    return render(
        "desk/secret_reads.html",
        found=found,
        chosen=chosen,
        people=[("", _("Alla")), *people],
        tags=NARROWING.tags(chosen, {"person": dict(people), **days_in_words(chosen)}),
        problems=day_problems(chosen),
        count=paging.count_words(found.count, _("läsning"), _("läsningar")),
        next_href=NARROWING.next_page(chosen, found.following),
        files=addresses("secrecy", NARROWING.values(chosen)),
    )


def _table() -> Table:
    rows = secret_reads.everything(actor(), NARROWING.chosen())
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
