"""Keeping the plan of meetings (sammanträdesplan): planned many at once, moved, cancelled; by the registrar, each logged."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.decisions import meetings
from portal.decisions.meeting_models import Meeting
from portal.decisions.meeting_queries import meeting
from portal.decisions.meetings import Planned
from portal.errors import Conflict, Invalid, Refused
from portal.log import operations as log
from portal.months import in_full
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register.models import Organ
from portal.text import _

CHANGED = "Någon annan har ändrat sammanträdet. Läs det på nytt innan du fortsätter."


def _registrar(by: Actor) -> Actor:
    if not by.may(Permission.KEEP_REGISTER):
        raise Refused(_("Sammanträdesplanen förs av registratorn."))
    return by.acting(Permission.KEEP_REGISTER)


def _record(action: str, row: Meeting, *, by: Actor, **said: object) -> None:
    body = {"organ": row.organ.in_text, "meets_on": row.meets_on.isoformat(), "papers_due": row.papers_due.isoformat()}
    log.append(
        action=f"decisions.{action}",
        by=by,
        object_kind="meeting",
        object_id=row.public_id,
        case_id=None,
        body={**body, **by.names, **said},
    )


def _taken(organ: Organ, days: Sequence[Planned], *, but: Meeting | None = None) -> None:
    """Raises Invalid when the organ meets on one of the days already."""
    theirs = (
        Meeting.organ_id == organ.id,
        Meeting.cancelled_at.is_(None),
        Meeting.meets_on.in_([each.meets_on for each in days]),
    )
    found = [each for each in session.scalars(select(Meeting).where(*theirs)) if each is not but]
    if found:
        said = _("%(organ)s sammanträder redan %(day)s. Ta bort den dagen.", organ=organ.name, day=in_full(found[0].meets_on))
        raise Invalid({"meets_on" if but else "plan": said})


def plan_meetings(*, organ_id: UUID, planned: Sequence[Planned], by: Actor) -> list[Meeting]:
    """Put meetings into the organ's plan. Raises Refused, and Invalid when the organ is used no more or meets that day."""
    by = _registrar(by)
    today = clock.today()
    organ = session.scalars(select(Organ).where(Organ.public_id == organ_id, Organ.ended_on.is_(None))).one_or_none()
    if organ is None:
        raise Invalid({"organ": _("Organet finns inte längre. Välj ett annat.")})
    for each in planned:
        if why := meetings.problem(each, today=today):
            raise Invalid({"plan": f"{in_full(each.meets_on)}: {why}"})
    _taken(organ, planned)
    rows = [
        Meeting(
            organ=organ, meets_on=each.meets_on, papers_due=each.papers_due, entered_by_id=by.person_id, entered_at=clock.now()
        )
        for each in planned
    ]
    session.add_all(rows)
    session.flush()  # the log entries name them
    for row in rows:
        _record("plan_meeting", row, by=by)
    return rows


def _fresh(meeting_id: UUID, seen_version: int) -> Meeting:
    row = meeting(meeting_id, lock=True)
    if row.version != seen_version:
        raise Conflict(_(CHANGED))
    if row.cancelled_at is not None:
        raise Conflict(_("Sammanträdet är inställt."))
    return row


def move_meeting(*, meeting_id: UUID, to: Planned, by: Actor, seen_version: int) -> Meeting:
    """Another day, or another last day for papers. Raises Refused, Conflict, Unknown and Invalid."""
    by = _registrar(by)
    row = _fresh(meeting_id, seen_version)
    if why := meetings.problem(to, today=clock.today()):
        raise Invalid({"papers_due" if to.papers_due > to.meets_on else "meets_on": why[:1].upper() + why[1:]})
    _taken(row.organ, [to], but=row)
    was = row.meets_on.isoformat(), row.papers_due.isoformat()
    row.meets_on, row.papers_due, row.version = to.meets_on, to.papers_due, row.version + 1
    _record("move_meeting", row, by=by, was=was[0], papers_were_due=was[1])
    return row


def cancel_meeting(*, meeting_id: UUID, by: Actor, seen_version: int) -> Meeting:
    """The organ does not meet that day after all. Raises Refused, Conflict and Unknown."""
    by = _registrar(by)
    row = _fresh(meeting_id, seen_version)
    row.cancelled_at, row.version = clock.now(), row.version + 1
    _record("cancel_meeting", row, by=by)
    return row
