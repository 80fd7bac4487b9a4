"""The list of decisions: filters in the address, chosen ones as removable tags, pages by key."""

from dataclasses import asdict, replace

from flask import Response, request, url_for

from portal import clock
from portal.decisions import listing
from portal.decisions.blueprint import blueprint
from portal.decisions.models import Decision
from portal.funding_requests.presenting import OUTCOME_WORDS
from portal.funds import queries as funds
from portal.people.permissions import Permission
from portal.register import paging
from portal.text import _
from portal.web.gate import actor, requires
from portal.web.pages import render

_IN_ADDRESS = {"year": "ar", "outcome": "utfall", "organ": "organ", "after": "efter"}


@blueprint.app_template_filter("outcome_word")
def outcome_word(outcome: str) -> str:
    """An outcome in the words people read."""
    return _(OUTCOME_WORDS[outcome])


@blueprint.app_template_filter("capacity_of")
def capacity_of(decision: Decision) -> str:
    """In what capacity a decision was made, with the organ, day and paragraph or the clause: its legal ground in a line."""
    said = decision.authority
    ground = said.get("clause") or said.get("organ", "")
    return f"{decision.capacity.capitalize()}, {ground}" if ground else decision.capacity.capitalize()


def _address(chosen: listing.Filters) -> str:
    return url_for("decisions.index", **{_IN_ADDRESS[name]: value for name, value in asdict(chosen).items() if value})


@blueprint.get("/beslut")
@requires(Permission.READ_DECISIONS)
def index() -> Response:
    """Decisions one may see, newest first."""
    values = {name: request.args.get(in_address, "")[:200].strip() for name, in_address in _IN_ADDRESS.items()}
    chosen = listing.Filters(**values)
    found = listing.listed(actor(), chosen)
    organs = [(listing.DELEGATED, _("Delegation")), *((str(o.public_id), o.name) for o in funds.organs())]
    options = {
        "year": listing.years(clock.today()),
        "outcome": [(value, _(OUTCOME_WORDS[value])) for value in listing.outcomes()],
        "organ": organs,
    }
    tags = [
        (dict(choices).get(getattr(chosen, name), getattr(chosen, name)), _address(replace(chosen, **{name: "", "after": ""})))
        for name, choices in options.items()
        if getattr(chosen, name)
    ]
    return render(
        "decisions/index.html",
        found=found,
        chosen=chosen,
        options={name: [("", _("Alla")), *choices] for name, choices in options.items()},
        tags=tags,
        count=paging.count_words(found.count, _("beslut"), _("beslut")),
        next_href=_address(replace(chosen, after=found.following)) if found.following else None,
    )
