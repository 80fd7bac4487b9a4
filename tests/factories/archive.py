"""Cases at their end, by the real road. Call outside a transaction."""

from uuid import UUID

from portal.funding_requests.lifecycle import Action, Status
from tests.factories.road import act, case_in
from tests.factories.town import Town


def a_closed_case(town: Town) -> UUID:
    """A case that was recorded, sent, reported, accepted and closed."""
    return case_in(Status.CLOSED, town)


def an_archived_case(town: Town) -> UUID:
    """A closed case that the archivist has archived."""
    case_id = a_closed_case(town)
    act(town, Action.ARCHIVE, case_id, "arkivarie")
    return case_id
