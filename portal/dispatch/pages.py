"""Finished answers for this package's pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.accounting.operations import decision_in_force
from portal.accounting.pages import EntryPage, entry_to_record
from portal.decisions.models import Decision
from portal.decisions.queries import warning_before_finality
from portal.dispatch import addressing, queries, recipients
from portal.dispatch.queries import Counts, Shown
from portal.dispatch.recipients import ACTION, COPY, INFORMATION, Addressee
from portal.people import directory
from portal.people.addresses import known_by
from portal.register.models import Case
from portal.settings import current_settings
from portal.text import _

KINDS = {COPY: "Kopia till", INFORMATION: "För kännedom", ACTION: "Ska åtgärdas"}
STATES = {
    "waiting": ("Väntar", "wait", "clock"),
    "sent": ("Skickad", "info", "mail"),
    "delivered": ("Framme", "go", "check"),
    "opened": ("Öppnad", "go", "done"),
    "failed": ("Kom inte fram", "stop", "refuse"),
}
MOST_ADDED = 20
SHOWN_ON_CASE = 30


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
    """Recording a decision and sending it: the budget entry (None for a rejection), who gets a copy (``sent``: the registrar
    has sent them), and what to know of the decision's legal force."""

    decision: Decision
    entry: EntryPage | None
    named: list[RecipientRow]
    added: list[AddedRow]
    pasted: str
    offered: Sequence[str]
    sent: bool
    warning: str | None

    @property
    def count(self) -> int:
        """How many get a copy, as far as can be told before the form is sent."""
        return len(self.named) + sum(1 for row in self.added if row.name) + sum(1 for row in self.pasted.splitlines() if row)


def _way(reached: recipients.Reached) -> str:
    ways = [_("I portalen")] if reached.unit_id is not None else []
    return ", ".join([*ways, *([_("e-post till %(email)s", email=reached.email)] if reached.email else [])])


def record_page(case: Case, typed: Mapping[str, str], added: Sequence[AddedRow], marked: Sequence[str] | None) -> RecordPage:
    """What finance confirms; ``marked`` are the names ticked in a form sent before, None when none was."""
    decision = decision_in_force(case)
    named = _recipients(decision, marked)
    return RecordPage(
        decision=decision,
        entry=entry_to_record(case, decision, typed),
        named=named,
        added=list(added),
        pasted=typed.get("many", ""),
        sent=current_settings().dispatch_at == "record" and any(row.queued for row in named),
        offered=directory.lately_offered() if added else [],
        warning=warning_before_finality(decision),
    )


def _recipients(decision: Decision, marked: Sequence[str] | None) -> list[RecipientRow]:
    book, queued = addressing.book(decision), queries.recipients_of(decision)
    named = []
    for each in book.everyone:
        reached = book.way(each)
        named.append(
            RecipientRow(
                name=each.name,
                kind=_(KINDS[each.kind]),
                way=_way(reached),
                problem=reached.failure,
                to_act=each.kind == ACTION if marked is None else each.name in marked or each.kind == ACTION,
                queued=_("Redan på väg") if known_by(each.name) in queued else "",
            )
        )
    return named


@dataclass(frozen=True, slots=True)
class SendPage:
    """Who gets a copy when the registrar sends them."""

    decision: Decision
    rows: Sequence[RecipientRow]


def send_page(case: Case) -> SendPage:
    """What the registrar confirms."""
    decision = decision_in_force(case)
    return SendPage(decision, _recipients(decision, None))


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
    sent_at: datetime | None
    acknowledged_at: datetime | None
    sha256: str
    failed: bool
    waiting: bool


def deliveries(copies: Sequence[Shown]) -> list[Delivery]:
    """Copies with their states in words."""
    return [_delivery(copy) for copy in copies]


def _delivery(copy: Shown) -> Delivery:
    state, tone, icon = STATES[copy.state]
    ways = [_("I portalen")] if copy.in_portal else []
    if copy.note:
        ways.append(_("lämnad över: %(how)s", how=copy.note))
    elif copy.email:
        ways.append(copy.email)
    way = ", ".join(ways)
    return Delivery(
        public_id=copy.public_id,
        recipient=copy.recipient,
        way=way[:1].upper() + way[1:] if copy.note else way,
        kind=_(KINDS[copy.kind]),
        state=_("Kvitterad") if copy.acknowledged_at else _(state),
        tone=tone,
        icon=icon,
        reason=copy.reason,
        at=copy.acknowledged_at or copy.at,
        sent_at=copy.sent_at,
        acknowledged_at=copy.acknowledged_at,
        sha256=copy.sha256,
        failed=copy.state == "failed",
        waiting=copy.state == "waiting",
    )


@dataclass(frozen=True, slots=True)
class Dispatched:
    """The copies of a case as its page shows them: the first, and how it stands with all of them."""

    rows: list[Delivery]
    counts: Counts

    @property
    def more(self) -> int:
        """How many are not among the rows."""
        return self.counts.total - len(self.rows)

    @property
    def moving(self) -> bool:
        """Whether the section is another in a moment."""
        return self.counts.waiting > 0


def dispatched(case: Case) -> Dispatched:
    """The first copies of the case's decisions, in one statement."""
    rows, counts = queries.copies(case, SHOWN_ON_CASE)
    return Dispatched(deliveries(rows), counts)
