"""Avvikelser: the decisions an auditor looks for, by kind and year, as page and file, and a drawn sample of decisions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import clock
from portal.desk import deviations, sample, sampling
from portal.desk.deviations import NAMES, Kind, Row, Span
from portal.errors import Invalid, Unknown
from portal.funding_requests import listing
from portal.paging import year_of
from portal.people.permissions import Permission
from portal.register.paging import COUNTED, count_only, count_words
from portal.settings import current_settings
from portal.sheets import Cell
from portal.text import _
from portal.web import files
from portal.web.forms import Fields, new_form_key, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import as_large_file, render

blueprint = Blueprint("deviations", __name__)
READS = requires(Permission.READ_DEVIATIONS)
HEADINGS = ("Slag", "Beslut", "Beslutsdag", "Ärende", "Rubrik", "Enhet", "Vad som avviker", "Beviljat")


def _span() -> Span:
    """The span of time in the address. Raises Invalid for a year that is none."""
    typed = request.args.get("ar", "").strip()
    year = year_of(typed)
    if typed and year is None:
        raise Invalid({"ar": _("Välj ett år i listan.")})
    return Span(clock.today(), current_settings().report_delegated_within_days, year)


def _span_drawn() -> Span:
    """A sample is drawn from one year: the one in the address, else this one."""
    span = _span()
    return span if span.year else replace(span, year=clock.today().year)


def _kind() -> Kind | None:
    """The kind in the address, None for all. Raises Invalid for one that is none."""
    typed = request.args.get("slag", "").strip()
    if typed not in ("", *Kind):
        raise Invalid({"slag": _("Välj ett slag i listan.")})
    return Kind(typed) if typed else None


def _in_address(kind: Kind | None, span: Span, **more: str) -> dict[str, Any]:
    values = {"slag": kind.value if kind else "", "ar": str(span.year or ""), **more}
    return {name: value for name, value in values.items() if value}


def _address(endpoint: str, kind: Kind | None, span: Span, **more: str) -> str:
    return url_for(f"deviations.{endpoint}", **_in_address(kind, span, **more))


def _choices() -> list[tuple[str, str]]:
    return [("", _("Alla")), *((kind.value, _(NAMES[kind])) for kind in Kind)]


def _years() -> list[int]:
    this = clock.today().year
    return list(range(this, this - deviations.YEARS, -1))


@blueprint.get("/avvikelser")
@READS
def index() -> Response:
    """How many there are of each kind, over the years, and the decisions of the kind that is chosen."""
    person, kind, span = actor(), _kind(), _span()
    years = _years()
    chosen, *by_year = deviations.counts(person, [span, *(replace(span, year=year) for year in years)])
    page = deviations.page(person, kind, span, request.args.get("efter", "")[:200]) if kind else None
    return render(
        "desk/deviations.html",
        kind=kind,
        span=span,
        name=_(NAMES[kind]) if kind else "",
        kinds=[(each, _(NAMES[each]), count_only(chosen[each]), _address("index", each, span)) for each in Kind],
        bars=[(_(NAMES[each]), [counted[each] for counted in reversed(by_year)]) for each in Kind],
        years=list(reversed(years)),
        most=COUNTED,
        options=[("", _("Alla")), *((str(year), str(year)) for year in years)],
        choices=_choices(),
        drawn_years=[(str(year), str(year)) for year in years],
        form_key=new_form_key(),
        page=page,
        count=count_words(chosen[kind], _("beslut"), _("beslut")) if kind else "",
        tags=_tags(kind, span),
        next_href=_address("index", kind, span, efter=page.following) if page and page.following else None,
        files=files.addresses("deviations", _in_address(kind, span)),
        days=span.report_within,
        overdue=count_only(listing.overdue(person)) if kind is None else "",
    )


def _tags(kind: Kind | None, span: Span) -> list[tuple[str, str]]:
    tags = [(_(NAMES[kind]), _address("index", None, span))] if kind else []
    return tags + ([(str(span.year), _address("index", kind, replace(span, year=None)))] if span.year else [])


def cells(kind: Kind, row: Row) -> list[Cell]:
    """A row of the page as a row of a file."""
    decision, case = row.decision, row.case
    about = (case.diary_number, case.listed_title, case.unit.name)
    named: list[Cell] = [_(NAMES[kind]), decision.number, decision.decided_on, *about]
    return [*named, row.why, decision.granted]


def _table() -> files.Table:
    """What the page shows: the decisions of the kind, or without one how many there are of each."""
    person, kind, span = actor(), _kind(), _span()
    if kind:
        return HEADINGS, [cells(kind, row) for row in deviations.everything(person, kind, span)]
    [found] = deviations.counts(person, [span])
    rows: list[list[Cell]] = [
        [_(NAMES[each]), count if (count := found[each]) <= COUNTED else count_only(count)] for each in Kind
    ]
    return ("Slag", "Antal"), rows


files.hand_out(blueprint, "/avvikelser", READS, _table)


@blueprint.get("/avvikelser/urval")
@READS
def draw() -> Response:
    """The sample that the seed in the address gives; without a seed, the form with which one is drawn."""
    return _drawn({})


def _drawn(problems: Mapping[str, str], status: int = 200) -> Response:
    kind, span = _kind(), _span_drawn()
    seed = request.args.get("fro", "").strip()
    found = sampling.draw(actor(), kind, span, _seed(seed)) if seed else None
    return render(
        "desk/sample.html",
        status=status,
        found=found,
        kind=kind,
        span=span,
        name=_(NAMES[kind]) if kind else _("Alla beslut"),
        back=_address("index", kind, span),
        file=_address("hand_out", kind, span, fro=seed),
        of=f"{found.size} {_('beslut')}" if found else "",
        drawn_years=[(str(year), str(year)) for year in _years()],
        choices=_choices(),
        problems=problems,
        form_key=new_form_key(),
    )


@blueprint.post("/avvikelser/urval")
@READS
def perform_draw() -> Response:
    """Draw a seed that nobody chose, log what it gave, and lead to the address that repeats the draw."""

    def run() -> str:
        only("ar", "slag")
        fields = Fields()
        year = fields.choice("ar", tuple(map(str, _years())), required=_("Välj ett år i listan."))
        kind = fields.choice("slag", ("", *Kind), required=_("Välj ett slag i listan."))
        fields.done()
        span = replace(_span(), year=int(year))
        found = sampling.draw(actor(), Kind(kind) if kind else None, span, sample.new_seed())
        sampling.note(found, "draw_sample", by=actor())
        return _address("draw", found.kind, span, fro=found.seed)

    return perform(run, _drawn)


def _seed(typed: str) -> str:
    if not sample.is_seed(typed):
        raise Invalid({"fro": _("Fröet består av högst 20 siffror.")})
    return typed


@blueprint.get("/avvikelser/urval.zip")
@READS
def hand_out() -> Response:
    """Everything in the cases of the drawn decisions, as one file."""
    seed = request.args.get("fro", "").strip()
    if not seed:
        raise Unknown
    made = sampling.hand_out(actor(), _kind(), _span_drawn(), _seed(seed))
    return as_large_file(made, "application/zip", f"urval-{clock.today().isoformat()}-{seed}.zip")
