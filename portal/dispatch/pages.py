"""Finished answers for this package's pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.accounting.operations import decision_in_force
from portal.accounting.pages import EntryPage, entry_to_record
from portal.decisions.models import Decision
from portal.decisions.queries import warning_before_finality
from portal.dispatch import queries, recipients
from portal.dispatch.queries import Shown
from portal.dispatch.recipients import ACTION, COPY, INFORMATION, Addressee
from portal.funding_requests.content import Content
from portal.register.models import Case
from portal.text import _

KINDS = {COPY: "Kopia till", INFORMATION: "För kännedom", ACTION: "Ska åtgärdas"}
STATES = {
    "waiting": ("Väntar", "wait", "clock"),
    "sent": ("Skickad", "info", "mail"),
    "opened": ("Öppnad", "go", "done"),
    "failed": ("Kom inte fram", "stop", "refuse"),
}
MOST_ADDED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRow:
    """A recipient before the copies go: ``way`` is how the copy will reach it, ``problem`` why it will not."""

    name: str
    kind: str
    way: str
    problem: str
    to_act: bool
    queued: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedRow:
    """A recipient being added, as typed."""

    name: str
    email: str
    to_act: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """Recording a decision and sending it: the budget entry (None for a rejection), who gets a copy, and what to know of the
    decision's legal force."""

    decision: Decision
    entry: EntryPage | None
    named: list[RecipientRow]
    added: list[AddedRow]
    warning: str | None

    @property
    def count(self) -> int:
        """How many get a copy."""
        return len(self.named) + sum(1 for row in self.added if row.name)


def _way(reached: recipients.Reached) -> str:
    ways = [_("I portalen")] if reached.unit_id is not None else []
    return ", ".join([*ways, *([_("e-post till %(email)s", email=reached.email)] if reached.email else [])])


def record_page(case: Case, typed: Mapping[str, str], added: Sequence[AddedRow], marked: Sequence[str] | None) -> RecordPage:
    """What finance confirms; ``marked`` are the names ticked in a form sent before, None when none was."""
    decision = decision_in_force(case)
    content = Content.from_json(decision.request_version.content)
    units, queued = queries.units_by_name(), queries.recipients_of(decision)
    named = []
    for each in recipients.of_content(content):
        reached = recipients.reached(each, units)
        named.append(
            RecipientRow(
                name=each.name,
                kind=_(KINDS[each.kind]),
                way=_way(reached),
                problem=reached.failure,
                to_act=each.kind == ACTION if marked is None else each.name in marked or each.kind == ACTION,
                queued=_("Redan på väg") if recipients.known_by(each.name) in queued else "",
            )
        )
    return RecordPage(
        decision=decision,
        entry=entry_to_record(case, decision, typed),
        named=named,
        added=list(added),
        warning=warning_before_finality(decision),
    )


def addressees(added: Sequence[AddedRow]) -> list[Addressee]:
    """The added recipients as operations take them; rows left empty are passed over."""
    return [Addressee(row.name, row.email or None, ACTION if row.to_act else COPY) for row in added if row.name or row.email]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A copy as a row in the case's list."""

    public_id: UUID
    recipient: str
    way: str
    kind: str
    state: str
    tone: str
    icon: str
    reason: str
    at: datetime
    acknowledged_at: datetime | None
    failed: bool


def deliveries(copies: Sequence[Shown]) -> list[Delivery]:
    """Copies with their states in words."""
    return [_delivery(copy) for copy in copies]


def _delivery(copy: Shown) -> Delivery:
    state, tone, icon = STATES[copy.state]
    otherwise = copy.state == "sent" and not copy.in_portal and not copy.email
    ways = [_("I portalen")] if copy.in_portal else []
    if copy.email:
        ways.append(copy.email)
    return Delivery(
        public_id=copy.public_id,
        recipient=copy.recipient,
        way=_("Lämnad på annat sätt") if otherwise else ", ".join(ways),
        kind=_(KINDS[copy.kind]),
        state=_("Kvitterad") if copy.acknowledged_at else _(state),
        tone=tone,
        icon=icon,
        reason=copy.reason,
        at=copy.acknowledged_at or copy.at,
        acknowledged_at=copy.acknowledged_at,
        failed=copy.state == "failed",
    )
