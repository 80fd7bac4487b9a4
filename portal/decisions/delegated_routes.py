"""Lists of decisions by delegation: made and noted by the registrar, read by whoever reads decisions."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from portal import clock
from portal.decisions import delegated
from portal.decisions import delegated_operations as operations
from portal.decisions import delegated_queries as queries
from portal.decisions.delegated import KINDS, PASSED, ListKind, Noted, Passed
from portal.decisions.finality import last_day_to_appeal
from portal.decisions.meeting_models import DelegationReport
from portal.people.permissions import Permission
from portal.register.paging import count_only
from portal.text import _
from portal.web.filters import day
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("delegated", __name__, url_prefix="/beslut/listor")
READS = requires(Permission.READ_DECISIONS)
REGISTRAR = requires(Permission.KEEP_REGISTER)


def title(row: DelegationReport) -> str:
    """What the list is called."""
    if row.kind == ListKind.REPORTED:
        return _("Delegationsbeslut att anmäla till %(organ)s", organ=row.organ.in_text)
    return _("Delegationsbeslut som protokollförs särskilt, %(organ)s", organ=row.organ.in_text)


def facts(row: DelegationReport) -> list[tuple[str, str]]:
    """What has become of the list, in order; what has not happened yet says so."""
    not_yet = _("inte än")
    found = [(_("På lista"), day(clock.local_date(row.at)))]
    if row.kind == ListKind.REPORTED:
        told = _("%(organ)s %(day)s § %(paragraph)s", organ=row.organ.name, day=day(row.meeting_date), paragraph=row.paragraph)
        found.append((_("Anmält"), told if row.meeting_date else not_yet))
    found.append((_("Justerat"), day(row.adjusted_on) if row.adjusted_on else not_yet))
    found.append((_("Tillkännagivet på anslagstavlan"), day(row.posted_on) if row.posted_on else not_yet))
    last = last_day_to_appeal(row.posted_on) if row.posted_on else None
    found.append((_("Sista dag för överklagande"), day(last) if last else _("inte känd än")))
    return found


@blueprint.get("")
@READS
def index() -> Response:
    """The lists, newest first, and what waits for the next."""
    return _index({}, 200)


def _index(problems: Mapping[str, str], status: int) -> Response:
    rows, following = queries.lists(request.args.get("efter", "")[:200])
    waits = [
        {
            "organ": each.organ,
            "kind": each.kind.value,
            "what": _(KINDS[each.kind]),
            "count": count_only(each.count),
            "since": each.since,
        }
        for each in queries.waiting()
    ]
    return render(
        "decisions/delegated.html",
        status=status,
        rows=rows,
        kinds={kind: _(words) for kind, words in KINDS.items()},
        waits=waits,
        makes=actor().may(Permission.KEEP_REGISTER),
        next_href=url_for(".index", efter=following) if following else None,
        problems=problems,
        form_key=new_form_key,
    )


@blueprint.post("")
@REGISTRAR
def make() -> Response:
    """Make the organ's next list of a kind."""

    def run() -> str:
        only("organ", "kind")
        fields = Fields()
        organ = fields.uuid("organ", required=_("Välj organ."))
        kind = fields.choice("kind", tuple(ListKind), required=_("Välj vilken lista som ska göras."))
        fields.done()
        assert organ is not None
        made = operations.make_list(organ_id=organ, kind=ListKind(kind), by=actor())
        told = (
            _("Listan är gjord med 1 beslut.")
            if made.decisions == 1
            else _("Listan är gjord med %(n)s beslut.", n=made.decisions)
        )
        flash(told, "go")
        return url_for(".show", list_id=made.public_id)

    return perform(run, _index)


@blueprint.get("/<uuid:list_id>")
@READS
def show(list_id: UUID) -> Response:
    """A list: what has become of it, its decisions, and the numbers it passes by."""
    return _show(list_id, {}, 200)


def _show(list_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    row = queries.one(list_id)
    rows, following = queries.listed(row, actor(), after=request.args.get("efter", "")[:200])
    return render(
        "decisions/delegated_list.html",
        status=status,
        row=row,
        title=title(row),
        facts=facts(row),
        rows=rows,
        next_href=url_for(".show", list_id=list_id, efter=following) if following else None,
        passed=[(each["number"], _(PASSED[each["what"]])) for each in row.skipped if each["what"] != Passed.MISSING],
        missing=[each["number"] for each in row.skipped if each["what"] == Passed.MISSING],
        notes=actor().may(Permission.KEEP_REGISTER),
        noted=operations.noted_of(row) != Noted(),
        problems=problems,
        values=request.form if request.method == "POST" else _first_values(row),
        form_key=new_form_key(),
    )


def _first_values(row: DelegationReport) -> dict[str, object]:
    return {
        "meeting_date": row.meeting_date,
        "paragraph": row.paragraph or "",
        "adjusted_on": row.adjusted_on,
        "posted_on": row.posted_on,
    }


@blueprint.post("/<uuid:list_id>")
@REGISTRAR
def note(list_id: UUID) -> Response:
    """Note what has become of the list."""

    def run() -> str:
        only("meeting_date", "paragraph", "adjusted_on", "posted_on", "reason")
        fields = Fields()
        noted = delegated.Noted(
            meeting_date=fields.day("meeting_date"),
            paragraph=fields.paragraph("paragraph") or None,
            adjusted_on=fields.day("adjusted_on"),
            posted_on=fields.day("posted_on"),
        )
        reason = fields.text("reason", limit=2_000, multiline=True)
        fields.done()
        operations.note_list(list_id=list_id, noted=noted, reason=reason, by=actor(), seen_version=seen_version())
        flash(_("Uppgifterna om listan är införda."), "go")
        return url_for(".show", list_id=list_id)

    return perform(run, lambda problems, status: _show(list_id, problems, status))
