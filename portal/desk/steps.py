"""The road as a short stepper: which step the case is at, who has it, and when it passed the earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.decisions.models import Decision
from portal.funding_requests.lifecycle import Status
from portal.log.queries import TimelineRow
from portal.register.models import Case
from portal.text import _
from portal.web.filters import day

_AT: dict[Status, int] = {
    Status.DRAFT: 0,
    Status.SUBMITTED: 1,
    Status.RETURNED: 1,
    Status.REFERRED: 1,
    Status.DECIDED: 2,
    Status.DISPATCHED: 3,
    Status.REPORTED: 4,
    Status.SETTLED: 5,
    Status.WITHDRAWN: 5,
    Status.CLOSED: 6,
    Status.ARCHIVED: 6,
}
# The log entry that says a step has been passed; the latest one counts.
_PASSED: tuple[frozenset[str], ...] = (
    frozenset({"funding_requests.submit"}),
    frozenset({"decisions.decide", "decisions.replace_decision", "funding_requests.withdraw"}),
    frozenset({"accounting.record"}),
    frozenset({"accounting.report_back"}),
    frozenset({"accounting.accept_report", "archive.close_without_report"}),
    frozenset({"archive.close", "archive.close_without_report"}),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``state`` is done, now or empty."""

    label: str
    state: str
    who: str
    when: str


def _holder(case: Case, decision: Decision | None, organ: str | None) -> dict[int, str]:
    """Who has, or will have, each step."""
    deadline = day(decision.report_by) if decision and decision.report_by else ""
    report = _("senast %(day)s", day=deadline) if deadline else ""
    if case.status == Status.RETURNED:
        waiting = _("väntar på komplettering")
    elif organ:
        waiting = _("hos %(organ)s", organ=organ)
    else:
        waiting = _("hos beslutsfattaren")
    return {0: _("hos den som äskar"), 1: waiting, 2: _("Ekonomi"), 3: report, 4: _("hos ekonomi"), 5: _("Registrator")}


def _passed(rows: Sequence[TimelineRow], step: int) -> tuple[str, datetime | None]:
    for row in reversed(rows):
        if row.action in _PASSED[step]:
            return str(row.body.get("by_title") or row.body.get("by") or ""), row.at
    return "", None


def road(case: Case, decision: Decision | None, rows: Sequence[TimelineRow], organ: str | None) -> list[Step]:
    """The six steps. A withdrawn case passes from the submit to its closing; a case without report passes that step."""
    labels: tuple[str, ...] = (_("Utkast"), _("Inskickat"), _("Beslut"), _("Expedierat"), _("Slutredovisning"), _("Avslutat"))
    if case.status == Status.WITHDRAWN or case.closed_from == Status.WITHDRAWN:
        labels = (_("Utkast"), _("Inskickat"), _("Återkallat"), _("Avslutat"))
        now = 3 if case.status == Status.WITHDRAWN else 4
    else:
        now = _AT[Status(case.status)]
    withdrawn = len(labels) == 4
    holders = _holder(case, decision, organ)
    found = []
    for number, label in enumerate(labels):
        state = "done" if number < now else "now" if number == now else ""
        # A withdrawn case skips the steps between: its third step is passed by the withdrawal, its fourth by the closing.
        who, at = _passed(rows, {2: 1, 3: 5}.get(number, number) if withdrawn else number) if state == "done" else ("", None)
        found.append(Step(label, state, who or ("" if state == "done" else holders.get(number, "")), day(at) if at else ""))
    return found
