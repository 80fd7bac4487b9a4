"""Reads of the plan of meetings, which is public."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import false, select, tuple_
from sqlalchemy.orm import joinedload

from portal.db import session
from portal.decisions.meeting_models import Meeting
from portal.decisions.meetings import Planned
from portal.errors import Invalid, Unknown
from portal.paging import cursor, read_cursor
from portal.register import paging
from portal.register.models import Organ
from portal.text import _


def meeting(public_id: UUID, *, lock: bool = False) -> Meeting:
    """The meeting with its organ, held until the transaction ends with ``lock``. Raises Unknown."""
    statement = select(Meeting).where(Meeting.public_id == public_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found


def planned(first: date, organ: str, after: str) -> tuple[Sequence[Meeting], str | None]:
    """A page of the meetings from ``first`` on, the next one first, of every organ or of one; and the next page's token.

    Raises Invalid for a token that the portal did not make.
    """
    statement = select(Meeting).where(Meeting.cancelled_at.is_(None), Meeting.meets_on >= first)
    if organ:
        wanted = paging.uuid_of(organ)
        chosen = select(Organ.id).where(Organ.public_id == wanted).scalar_subquery()
        statement = statement.where(Meeting.organ_id == chosen if wanted else false())
    if after:
        key = read_cursor(after)
        if key is None:
            raise Invalid({"": _("Sidan kan inte visas. Börja om från listans början.")})
        statement = statement.where(tuple_(Meeting.meets_on, Meeting.id) > tuple_(key[0].date(), key[1]))
    ordered = statement.options(joinedload(Meeting.organ)).order_by(Meeting.meets_on, Meeting.id)
    found = session.scalars(ordered.limit(paging.PAGE + 1)).all()
    rows = found[: paging.PAGE]
    more = len(found) > len(rows)
    return rows, cursor(datetime.combine(rows[-1].meets_on, time(), UTC), rows[-1].id) if more else None


def coming(organ_id: int, today: date) -> list[Planned]:
    """The organ's next two meetings; one statement."""
    theirs = (Meeting.organ_id == organ_id, Meeting.cancelled_at.is_(None), Meeting.meets_on >= today)
    rows = session.execute(select(Meeting.meets_on, Meeting.papers_due).where(*theirs).order_by(Meeting.meets_on).limit(2))
    return [Planned(*row) for row in rows]
