"""Everyone who gets a copy of a decision: those its request names, those who always do, and those who got what it corrects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.db import session
from portal.decisions.models import Decision
from portal.dispatch import recipients
from portal.dispatch.models import Copy
from portal.dispatch.recipients import Addressee, Reached
from portal.funding_requests.content import Content
from portal.people import directory, queries
from portal.people.addresses import known_by
from portal.people.directory import Found
from portal.people.permissions import Permission


@dataclass(frozen=True, slots=True)
class Book:
    """Who gets a copy before anyone is taken off or added, and what tells where copies go."""

    everyone: Sequence[Addressee]
    units: Mapping[str, tuple[int, str | None]]
    directory: Mapping[str, Found]

    def way(self, addressee: Addressee) -> Reached:
        """Where this one's copy goes."""
        return recipients.reached(addressee, self.units, self.directory)


def book(decision: Decision, added: Sequence[Addressee] = ()) -> Book:
    """Everyone named, those of every decision, finance, and who got the decisions that this one replaces; and the ways to
    them and to those ``added``. Two statements for some hundreds of recipients, one more for a decision that replaces."""
    named = recipients.of_content(Content.from_json(decision.request_version.content))
    earlier = _earlier(decision) if decision.replaces_id else []
    units = queries.units_and_holding(Permission.RECORD_BUDGET)
    found = directory.named([each.name for each in (*named, *earlier, *added)])
    finance = [unit.name for unit, holds in units if holds]
    always = [each.name for each in found.values() if each.every_decision]
    wanted = recipients.with_finance(named, finance, always)
    return Book(
        recipients.with_earlier(wanted, earlier), {known_by(unit.name): (unit.id, unit.email) for unit, _holds in units}, found
    )


def _earlier(decision: Decision) -> list[Addressee]:
    """Who got a copy of an earlier decision in the case; what failed was meant for them too."""
    rows = session.execute(
        select(Copy.recipient, Copy.email, Copy.kind)
        .where(Copy.case_id == decision.case_id, Copy.decision_id < decision.id)
        .order_by(Copy.id)
    )
    return [Addressee(name, email, kind) for name, email, kind in rows]
