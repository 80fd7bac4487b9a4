"""A second person's look at a budget entry, where the municipality wants one: it holds back the file to the ledger, never
the copies or the case."""

from uuid import UUID

from portal.accounting import control_queries, queries
from portal.accounting.models import BudgetEntry
from portal.accounting.rules import REFUSALS
from portal.funding_requests.acting import begin
from portal.funding_requests.lifecycle import Action
from portal.people.actor import Actor
from portal.register.models import Part
from portal.register.operations import record as log
from portal.register.operations import take_part, touch


def check_entry(*, case_id: UUID, by: Actor, seen_version: int | None) -> list[BudgetEntry]:
    """Find the oldest unchecked entry in order, with what was recorded by the same act. Raises Refused, Conflict, Unknown."""
    case, facts = begin(case_id, Action.CHECK_ENTRY, by, seen_version, queries.facts, REFUSALS)
    by, now = facts.actor, facts.now
    entries = control_queries.entries_of(case)
    for entry in entries:
        entry.checked_by_id, entry.checked_at = by.person_id, now
    touch(case)
    take_part(case, Part.RECORDER, by=by, now=now)
    last = entries[-1]
    body = {
        "moved": control_queries.moved(entries),
        "period": last.period,
        "entries": [str(entry.public_id) for entry in entries],
    }
    log(case, "accounting.check_entry", by=by, body=body, kind="budget_entry", object_id=last.public_id)
    return entries
