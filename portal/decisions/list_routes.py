"""The list of decisions: filters in the address, chosen ones as removable tags, pages by key."""

from collections.abc import Sequence

from flask import Response

from portal import clock
from portal.decisions import listing
from portal.decisions.blueprint import blueprint
from portal.decisions.finality import STANDS
from portal.decisions.models import Decision
from portal.funding_requests.presenting import OUTCOME_WORDS
from portal.funds import queries as funds
from portal.funds.rules import without_edition
from portal.people.permissions import Permission
from portal.register import paging
from portal.register.models import Organ
from portal.sheets import Cell
from portal.text import _
from portal.web.files import Table, addresses, hand_out, sums
from portal.web.filtering import Narrowing, day_problems, days_in_words
from portal.web.filters import clause
from portal.web.gate import actor, requires
from portal.web.pages import render

NARROWING = Narrowing(
    listing.Filters,
    "decisions.index",
    {"year": "ar", "outcome": "utfall", "organ": "organ", "decider": "beslutsfattare", "fund": "medel",
     "reported": "anmalan", "first": "fran", "last": "till", "after": "efter"},
)  # fmt: skip


@blueprint.app_template_filter("outcome_word")
def outcome_word(outcome: str) -> str:
    """An outcome in the words people read."""
    return _(OUTCOME_WORDS[outcome])


@blueprint.app_template_filter("stands")
def stands(decision: Decision) -> str:
    """How an appealed decision stands, in words; nothing where it was never appealed."""
    return _(STANDS[decision.appeal]) if decision.appeal else ""


@blueprint.app_template_filter("capacity_of")
def capacity_of(decision: Decision) -> str:
    """In what capacity a decision was made, with the organ, day and paragraph or the clause: its legal ground in a line."""
    said = decision.authority
    order = without_edition(str(said.get("order") or ""))  # a list has no room for the edition
    ground = clause(str(said.get("clause") or ""), order) or said.get("organ", "")
    return f"{decision.capacity.capitalize()}, {ground}" if ground else decision.capacity.capitalize()


@blueprint.get("/beslut")
@requires(Permission.READ_DECISIONS)
def index() -> Response:
    """Decisions one may see, newest first."""
    chosen = NARROWING.chosen()
    found = listing.listed(actor(), chosen)
    organs = funds.organs()
    options = {
        "year": listing.years(clock.today()),
        "outcome": [(value, _(OUTCOME_WORDS[value])) for value in listing.outcomes()],
        "organ": [(listing.DELEGATED, _("Delegation")), *((str(organ.public_id), organ.name) for organ in organs)],
        "decider": listing.deciders(),
        "fund": [(str(fund.public_id), f"{fund.name} {fund.year}") for fund in funds.all_funds()],
        "reported": _reported(organs),
    }
    words = {name: dict(choices) for name, choices in options.items()}
    return render(
        "decisions/index.html",
        found=found,
        sums=sums(listing.counted_amounts(found.rows)),
        chosen=chosen,
        options={name: [("", _("Alla")), *choices] for name, choices in options.items()},
        tags=NARROWING.tags(chosen, {**words, **days_in_words(chosen)}),
        problems=day_problems(chosen),
        count=paging.count_words(found.count, _("beslut"), _("beslut")),
        next_href=NARROWING.next_page(chosen, found.following),
        report_href=NARROWING.address(chosen, endpoint="printed.decisions_to_report") if chosen.reported else None,
        list_href=NARROWING.address(chosen, endpoint="printed.decision_list"),
        files=addresses("decisions", NARROWING.values(chosen)),
    )


def _reported(organs: Sequence[Organ]) -> list[tuple[str, str]]:
    """What has not been reported: to whichever organ, and where there are several to one of them."""
    any_of_them = (listing.UNREPORTED, _("Inte anmälda till organet"))
    if len(organs) < 2:
        return [any_of_them]
    named = ((str(organ.public_id), _("Inte anmälda till %(organ)s", organ=organ.in_text)) for organ in organs)
    return [any_of_them, *named]


HEADINGS = (
    "Beslut",
    "Beslutsdag",
    "Ersatt",
    "Ärende",
    "Rubrik",
    "Avgörande",
    "Form",
    "Fattat av",
    "Äskat",
    "Beviljat",
    "Utfall",
)


def _cells(row: listing.Row) -> list[Cell]:
    decision, case = row.decision, row.case
    replaced = clock.local_date(decision.replaced_at) if decision.replaced_at else None
    outcome = listing.outcome_said(decision)
    named: list[Cell] = [decision.number, decision.decided_on, replaced, case.diary_number, case.seen_title]
    return [*named, outcome, capacity_of(decision), row.decided_by, decision.requested, decision.granted, row.used]


def _table() -> Table:
    """The choice, all its pages."""
    return HEADINGS, [_cells(row) for row in listing.everything(actor(), NARROWING.chosen())]


hand_out(blueprint, "/beslut", requires(Permission.READ_DECISIONS), _table)
