"""What an organ has beside the cases: a planned meeting, and a list of the decisions by its delegation."""

from datetime import timedelta
from uuid import UUID

from portal import clock
from portal.db import transaction
from portal.decisions.delegated import ListKind
from portal.decisions.delegated_operations import make_list
from portal.decisions.meeting_operations import plan_meetings
from portal.decisions.meetings import Planned
from tests.factories.town import Town


def a_list(town: Town, *, by: str = "registrator", kind: ListKind = ListKind.RECORDED) -> UUID:
    """Kommunstyrelsen's list of what has been decided by its delegation and is on none."""
    with transaction():
        return make_list(organ_id=town.organ.public_id, kind=kind, by=town.actor(by)).public_id


def a_meeting(town: Town, *, days: int = 100) -> UUID:
    """Kommunstyrelsen meets in so many days; papers come in two weeks before."""
    meets_on = clock.today() + timedelta(days=days)
    planned = [Planned(meets_on, meets_on - timedelta(days=min(days, 14)))]
    with transaction():
        return plan_meetings(organ_id=town.organ.public_id, planned=planned, by=town.actor("registrator"))[0].public_id
