"""The list of requests: filters in the address, chosen ones as removable tags, pages by key."""

from dataclasses import asdict, replace
from typing import Any

from flask import Response, request, url_for

from portal import clock
from portal.funding_requests import listing
from portal.funding_requests.blueprint import blueprint
from portal.funding_requests.presenting import shown_status, status_choices
from portal.funds import queries as funds
from portal.people.permissions import READS_CASES, Permission
from portal.register import diary, paging
from portal.sheets import Cell
from portal.text import _
from portal.web.files import Table, addresses, hand_out, sums
from portal.web.gate import actor, requires
from portal.web.pages import render
from portal.workdays import working_days

YEARS = 10
READS = requires(*READS_CASES)
_NARROWING = ("q", "status", "unit", "year", "fund", "overdue")
_IN_ADDRESS = {"q": "q", "status": "status", "unit": "enhet", "year": "ar", "fund": "medel",
               "overdue": "forsenade", "after": "efter"}  # fmt: skip


@blueprint.app_template_filter("status_word")
def status_word(status: str) -> str:
    """A status in the words people read, for pages of packages that do not know the road."""
    return shown_status(status)


def _chosen() -> listing.Filters:
    values = {name: request.args.get(in_address, "")[:200].strip() for name, in_address in _IN_ADDRESS.items()}
    return listing.Filters(**values)


def _in_address(chosen: listing.Filters) -> dict[str, Any]:
    return {_IN_ADDRESS[name]: value for name, value in asdict(chosen).items() if value}


def _address(chosen: listing.Filters) -> str:
    return url_for("funding_requests.index", **_in_address(chosen))


def _tags(chosen: listing.Filters, words: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """What is chosen, each with the address without it."""
    tags = []
    for name in _NARROWING:
        value: str = getattr(chosen, name)
        if value:
            said = f"”{value}”" if name == "q" else words.get(name, {}).get(value, value)
            tags.append((said, _address(replace(chosen, **{name: "", "after": ""}))))
    return tags


@blueprint.get("/askanden")
@READS
def index() -> Response:
    """Requests one may see, newest first; one's own drafts above them."""
    by, chosen = actor(), _chosen()
    found = listing.listed(by, chosen)
    filtered = any(getattr(chosen, name) for name in _NARROWING)
    options = _options()
    words = {name: dict(choices) for name, choices in options.items()}
    return render(
        "funding_requests/index.html",
        found=found,
        sums=sums([(row.requested, row.granted, row.used) for row in found.rows]),
        drafts=[] if filtered or chosen.after else listing.drafts(by),
        chosen=chosen,
        options={name: [("", _("Alla")), *choices] for name, choices in options.items()},
        tags=_tags(chosen, words),
        count=paging.count_words(found.count, _("ärende"), _("ärenden")),
        next_href=_address(replace(chosen, after=found.following)) if found.following else None,
        files=addresses("funding_requests", _in_address(replace(chosen, after=""))),
        filtered=filtered,
        too_short=paging.too_short(chosen.q),
        may_write=by.may(Permission.WRITE_REQUEST),
    )


def _options() -> dict[str, list[tuple[str, str]]]:
    """What each filter can be set to."""
    this = clock.today().year
    return {
        "status": status_choices()[1:],
        "unit": [(str(unit.public_id), unit.name) for unit in diary.units()],
        "year": [(str(year), str(year)) for year in range(this, this - YEARS, -1)],
        "fund": [(str(fund.public_id), f"{fund.name} {fund.year}") for fund in funds.open_funds(clock.today())],
        "overdue": [("1", _("Bara försenade"))],
    }


HEADINGS = (
    "Ärende",
    "Rubrik",
    "Inskickat",
    "Enhet",
    "Status",
    "Väntar på",
    "Sedan",
    "Arbetsdagar",
    "Äskat",
    "Beviljat",
    "Utfall",
)


def _cells(row: listing.Row) -> list[Cell]:
    case, since = row.case, clock.local_date(row.case.status_since)
    submitted = clock.local_date(case.submitted_at) if case.submitted_at else None
    waited = (row.waits_for, since, working_days(since, clock.today())) if row.waits_for else ("", None, None)
    named = [case.diary_number, case.seen_title, submitted, case.unit.name, row.status]
    return [*named, *waited, row.requested, row.granted, row.used]


def _table() -> Table:
    """The choice, all its pages."""
    return HEADINGS, [_cells(row) for row in listing.everything(actor(), _chosen())]


hand_out(blueprint, "/askanden", READS, _table)
