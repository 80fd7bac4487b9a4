"""The list of requests: filters in the address, chosen ones as removable tags, pages by key."""

from flask import Response

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
from portal.web.filtering import Narrowing
from portal.web.gate import actor, requires
from portal.web.pages import render
from portal.workdays import working_days

YEARS = 10
READS = requires(*READS_CASES)
NARROWING = Narrowing(
    listing.Filters,
    "funding_requests.index",
    {"q": "q", "status": "status", "unit": "enhet", "year": "ar", "fund": "medel", "overdue": "forsenade", "after": "efter"},
)


@blueprint.app_template_filter("status_word")
def status_word(status: str) -> str:
    """A status in the words people read, for pages of packages that do not know the road."""
    return shown_status(status)


@blueprint.get("/askanden")
@READS
def index() -> Response:
    """Requests one may see, newest first; one's own drafts above them."""
    by, chosen = actor(), NARROWING.chosen()
    found = listing.listed(by, chosen)
    filtered = bool(NARROWING.values(chosen))
    options = _options()
    words = {name: dict(choices) for name, choices in options.items()}
    return render(
        "funding_requests/index.html",
        found=found,
        sums=sums([(row.requested, row.granted, row.used) for row in found.rows]),
        drafts=[] if filtered or chosen.after else listing.drafts(by),
        chosen=chosen,
        options={name: [("", _("Alla")), *choices] for name, choices in options.items()},
        tags=NARROWING.tags(chosen, words),
        count=paging.count_words(found.count, _("ärende"), _("ärenden")),
        next_href=NARROWING.next_page(chosen, found.following),
        files=addresses("funding_requests", NARROWING.values(chosen)),
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
    return HEADINGS, [_cells(row) for row in listing.everything(actor(), NARROWING.chosen())]


hand_out(blueprint, "/askanden", READS, _table)
