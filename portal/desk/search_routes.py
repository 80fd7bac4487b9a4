"""The page *Sök*: what the field in the head of every page leads to."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response
from markupsafe import Markup, escape

from portal import clock
from portal.funding_requests.presenting import status_choices
from portal.register import diary, paging, searching
from portal.register.search_words import MOST_TYPED, Marker, read
from portal.text import _
from portal.web.filtering import Narrowing
from portal.web.gate import actor, requires
from portal.web.nav import SEARCHES
from portal.web.pages import render

blueprint = Blueprint("search", __name__)

YEARS = 10
NARROWING = Narrowing(
    searching.Filters,
    "search.index",
    {"q": "q", "year": "ar", "unit": "enhet", "status": "status", "kind": "traff", "person": "person", "after": "efter"},
    most={"q": MOST_TYPED + 1},  # one more tells that it is too long
)
_KINDS = {
    "rubrik": "Rubrik och nummer",
    "text": "Äskandets text",
    "beslut": "Beslut, yttranden och protokoll",
    "handling": "Handlingar och filer",
    "person": "Personer",
    "belopp": "Belopp",
}

Choices = Mapping[str, Sequence[tuple[str, str]]]


def _choices() -> Choices:
    """What a search can be narrowed to, beside a person, whose name is typed."""
    this = clock.today().year
    return {
        "kind": [(value, _(words)) for value, words in _KINDS.items()],
        "unit": [(str(unit.public_id), unit.name) for unit in diary.units()],
        "year": [(str(year), str(year)) for year in range(this, this - YEARS, -1)],
        "status": status_choices()[1:],
    }


def _counted(found: searching.Found) -> str:
    if found.count is None:
        return _("Många ärenden, de nyaste först")
    return paging.count_words(found.count, _("ärende"), _("ärenden"))


def _marked(runs: Sequence[tuple[str, bool]]) -> Markup:
    """A text with the words that were asked for marked."""
    marked = (f"<mark>{escape(text)}</mark>" if found else escape(text) for text, found in runs)
    return Markup("".join(marked))  # noqa: S704 each run is escaped


@blueprint.get("/sok")
@requires(*SEARCHES)
def index() -> Response:
    """Cases that hold what was typed, newest first."""
    chosen = NARROWING.chosen()
    asking = read(chosen.q)
    found = searching.search(actor(), asking.asked, chosen) if asking.asked else searching.Found()
    choices = _choices()
    return render(
        "desk/search.html",
        status=422 if asking.refusal else 200,
        chosen=chosen,
        refusal=asking.refusal,
        asked=asking.asked,
        found=found,
        marked=_marked,
        marker=Marker([each for each in asking.asked if not each.amounts]),
        choices=choices,
        tags=NARROWING.tags(chosen, {name: dict(values) for name, values in choices.items()}, but=("q",)),
        count=_counted(found),
        next_href=NARROWING.next_page(chosen, found.following),
    )
