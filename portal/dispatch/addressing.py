"""Everyone who gets a copy of a decision: those its request names, those who always do, and those who got what it corrects."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from portal.db import session
from portal.decisions.models import Decision
from portal.dispatch import recipients
from portal.dispatch.models import Copy
from portal.dispatch.queries import units_by_name
from portal.dispatch.recipients import Addressee, Reached
from portal.funding_requests.content import Content
from portal.people import directory, queries
from portal.people.directory import Found
from portal.people.permissions import Permission


def everyone(decision: Decision) -> list[Addressee]:
    """The recipients before anyone is added: named, always, finance, and of the decisions that this one replaces."""
    named = recipients.of_content(Content.from_json(decision.request_version.content))
    finance = queries.units_holding(Permission.RECORD_BUDGET)
    wanted = recipients.with_finance(named, finance, directory.of_every_decision())
    return recipients.with_earlier(wanted, _earlier(decision)) if decision.replaces_id else wanted


def _earlier(decision: Decision) -> list[Addressee]:
    """Who got a copy of an earlier decision in the case; what failed was meant for them too."""
    rows = session.execute(
        select(Copy.recipient, Copy.email, Copy.kind)
        .where(Copy.case_id == decision.case_id, Copy.decision_id < decision.id)
        .order_by(Copy.id)
    )
    return [Addressee(name, email, kind) for name, email, kind in rows]


@dataclass(frozen=True, slots=True)
class Ways:
    """What tells where copies go: the units in use, and what the directory says of the names asked for."""

    units: Mapping[str, tuple[int, str | None]]
    directory: Mapping[str, Found]

    def of(self, addressee: Addressee) -> Reached:
        """Where this one's copy goes."""
        return recipients.reached(addressee, self.units, self.directory)


def ways(wanted: Collection[Addressee]) -> Ways:
    """The ways to ``wanted``, in two statements for some hundreds of them."""
    return Ways(units_by_name(), directory.named([each.name for each in wanted]))
