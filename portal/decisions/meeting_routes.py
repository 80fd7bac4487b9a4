"""The plan of meetings (sammanträdesplan): read by whoever reads the register, kept by the registrar."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, request, url_for

from portal import clock
from portal.decisions import meeting_operations as operations
from portal.decisions import meeting_queries as queries
from portal.decisions import meetings
from portal.decisions.meetings import Planned
from portal.errors import Invalid
from portal.months import in_full
from portal.people.permissions import Permission
from portal.register import organs
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("meetings", __name__, url_prefix="/sammantraden")
REGISTRAR = requires(Permission.KEEP_REGISTER)
DAYS_BEFORE = 10  # working days that papers come in before a meeting, until the registrar writes otherwise
_MOST_DAYS_BEFORE = 60
_MOST_TEXT = 10_000


@blueprint.get("")
@requires(Permission.READ_REGISTER)
def index() -> Response:
    """The coming meetings, the next one first."""
    return _index({}, 200)


def _index(problems: Mapping[str, str], status: int) -> Response:
    organ = request.args.get("organ", "")[:50]
    rows, following = queries.planned(clock.today(), organ, request.args.get("efter", "")[:200])
    choices = [(str(each.public_id), each.name) for each in organs.organs()]
    return render(
        "decisions/meetings.html",
        status=status,
        rows=rows,
        organ=organ,
        organs=choices,
        tags=[(dict(choices).get(organ, organ), url_for(".index"))] if organ else [],
        next_href=url_for(".index", organ=organ or None, efter=following) if following else None,
        keeps=actor().may(Permission.KEEP_REGISTER),
        days_before=DAYS_BEFORE,
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
    )


@blueprint.post("")
@REGISTRAR
def plan() -> Response:
    """Put pasted days into the plan."""

    def run() -> str:
        only("organ", "plan", "days_before")
        fields = Fields()
        organ = fields.uuid("organ", required=_("Välj organ."))
        text = fields.text("plan", limit=_MOST_TEXT, multiline=True, required=_("Skriv minst en sammanträdesdag."))
        typed = request.form.get("days_before", "").strip() or str(DAYS_BEFORE)
        before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 2 else _MOST_DAYS_BEFORE + 1
        if before > _MOST_DAYS_BEFORE:
            fields.problems["days_before"] = _("Skriv ett antal arbetsdagar från 0 till %(most)s.", most=_MOST_DAYS_BEFORE)
        fields.done()
        planned, problem = meetings.read(text, days_before=before, today=clock.today())
        if problem:
            raise Invalid({"plan": problem})
        assert organ is not None
        made = operations.plan_meetings(organ_id=organ, planned=planned, by=actor())
        told = _("1 sammanträde är inlagt.") if len(made) == 1 else _("%(n)s sammanträden är inlagda.", n=len(made))
        flash(told, "go")
        return url_for(".index")

    return perform(run, _index)


@blueprint.get("/<uuid:meeting_id>")
@REGISTRAR
def show(meeting_id: UUID) -> Response:
    """A meeting, to be moved or cancelled."""
    return _show(meeting_id, {}, 200)


def _show(meeting_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    return render(
        "decisions/meeting.html",
        status=status,
        meeting=queries.meeting(meeting_id),
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
        fresh_key=uuid4,
    )


@blueprint.post("/<uuid:meeting_id>")
@REGISTRAR
def move(meeting_id: UUID) -> Response:
    """Another day, or another last day for papers."""

    def run() -> str:
        only("meets_on", "papers_due")
        fields = Fields()
        meets_on = fields.day("meets_on", required=_("Skriv sammanträdesdagen."))
        papers_due = fields.day("papers_due", required=_("Skriv sista dag för handlingar."))
        fields.done()
        assert meets_on is not None and papers_due is not None
        to = Planned(meets_on, papers_due)
        row = operations.move_meeting(meeting_id=meeting_id, to=to, by=actor(), seen_version=seen_version())
        flash(_("Sammanträdet är ändrat till %(day)s.", day=in_full(row.meets_on)), "go")
        return url_for(".index")

    return perform(run, lambda problems, status: _show(meeting_id, problems, status))


@blueprint.post("/<uuid:meeting_id>/stall-in")
@REGISTRAR
def cancel(meeting_id: UUID) -> Response:
    """The organ does not meet that day."""

    def run() -> str:
        only()
        row = operations.cancel_meeting(meeting_id=meeting_id, by=actor(), seen_version=seen_version())
        flash(_("Sammanträdet %(day)s är inställt.", day=in_full(row.meets_on)), "go")
        return url_for(".index")

    return perform(run, lambda problems, status: _show(meeting_id, problems, status))
